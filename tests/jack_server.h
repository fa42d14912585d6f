/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For tests: a JACK server of one's own, without a sound card, in nobody's way. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib.h>
#include <jack/jack.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

/* A virtual machine may be late by seconds; what never happens fails after this. */
#define PATIENCE_US (20 * G_USEC_PER_SEC)

typedef struct {
    char *name;
    GPid pid; /* 0: not running */
} JackServer;

/* Waits until condition is true; the test fails if it never is. */
#define wait_until(condition)                                                                      \
    do {                                                                                           \
        const gint64 wait_end = g_get_monotonic_time() + PATIENCE_US;                              \
        while (!(condition)) {                                                                     \
            if (g_get_monotonic_time() > wait_end)                                                 \
                fail_msg("in vain: %s", #condition);                                               \
            g_usleep(2000);                                                                        \
        }                                                                                          \
    } while (0)

static inline void discard_jack_message(const char *message)
{
    (void)message;
}

static inline jack_client_t *open_test_client(const JackServer *server, const char *name)
{
    jack_set_error_function(discard_jack_message);
    jack_set_info_function(discard_jack_message);
    return jack_client_open(name, JackNoStartServer | JackServerName, NULL, server->name);
}

/* Whether it lets clients in. */
static inline bool answers(const JackServer *server)
{
    jack_client_t *client = open_test_client(server, "knock");
    if (!client)
        return false;
    jack_client_close(client);
    return true;
}

/* Starts it under its name, with room for `ports` ports, 2 of them physical each way; blocks of 64
 * at 48 kHz. Without the right to real-time scheduling it runs without. */
static inline void start_server(JackServer *server, unsigned ports)
{
    g_autofree char *limit = g_strdup_printf("%u", ports);
    const char *argv[] = {"jackd", "-n",    server->name, geteuid() == 0 ? "-R" : "-r",
                          "-p",    limit,   "-d",         "dummy",
                          "-r",    "48000", "-p",         "64",
                          "-C",    "2",     "-P",         "2",
                          NULL};
    g_autoptr(GError) error = NULL;
    g_setenv("JACK_NO_AUDIO_RESERVATION", "1", TRUE);
    if (!g_spawn_async(NULL, (char **)argv, NULL,
                       G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD |
                           G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                       NULL, NULL, &server->pid, &error))
        fail_msg("a build with JACK is tested with jackd: %s", error->message);
    wait_until(answers(server));
}

/* Ends it by this signal and waits until it is gone. */
static inline void end_server(JackServer *server, int signal)
{
    if (server->pid == 0)
        return;
    const gint64 end = g_get_monotonic_time() + PATIENCE_US;
    kill(server->pid, signal);
    while (waitpid(server->pid, NULL, WNOHANG) == 0) {
        if (g_get_monotonic_time() > end)
            kill(server->pid, SIGKILL);
        g_usleep(2000);
    }
    g_spawn_close_pid(server->pid);
    server->pid = 0;
}

/* A name that no other server has. */
static inline JackServer *new_server(void)
{
    static unsigned count;
    JackServer *server = g_new0(JackServer, 1);
    server->name = g_strdup_printf("wideberth-test-%d-%u", (int)getpid(), ++count);
    return server;
}

static inline void free_server(JackServer *server)
{
    end_server(server, SIGTERM);
    g_free(server->name);
    g_free(server);
}
