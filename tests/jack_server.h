/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For tests: a JACK server of one's own, without a sound card, in nobody's way. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <jack/jack.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* A virtual machine may be late by seconds; what never happens fails after this. */
#define PATIENCE_US (20 * G_USEC_PER_SEC)

/* One server at a time, of one name. All servers of a user share one database of metadata, whose
 * locks can wait for each other for ever, and that goes with the first server that ends. JACK2 has
 * room for 8 servers, and one that was killed keeps its place until one of its name comes. */
#define TEST_SERVER "wideberth-test"

typedef struct {
    char *name;
    int lock;  /* descriptor of a file whose lock is held: the server is ours */
    GPid pid;  /* 0: not running */
    char *log; /* the file to which it writes what it does */
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

static inline void die_with_parent(gpointer data)
{
    (void)data;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
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
    const int log = g_file_open_tmp("jackd-XXXXXX", &server->log, NULL);
    if (!g_spawn_async_with_fds(NULL, (char **)argv, NULL,
                                G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, die_with_parent,
                                NULL, &server->pid, -1, log, log, &error))
        fail_msg("a build with JACK is tested with jackd: %s", error->message);
    close(log);
    const gint64 end = g_get_monotonic_time() + PATIENCE_US;
    while (!answers(server)) {
        g_autofree char *said = NULL;
        if (g_get_monotonic_time() > end && g_file_get_contents(server->log, &said, NULL, NULL))
            fail_msg("jackd does not answer; it said: %s", said);
        g_usleep(20000);
    }
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
    g_unlink(server->log);
    g_clear_pointer(&server->log, g_free);
}

/* Waits until no other test has one. */
static inline JackServer *new_server(void)
{
    JackServer *server = g_new0(JackServer, 1);
    g_autofree char *file =
        g_strdup_printf("%s/%s-%u.lock", g_get_tmp_dir(), TEST_SERVER, (unsigned)getuid());

    server->lock = open(file, O_CREAT | O_CLOEXEC | O_RDWR, 0600);
    if (server->lock < 0 || flock(server->lock, LOCK_EX) != 0)
        fail_msg("%s cannot be locked", file);
    server->name = g_strdup(TEST_SERVER);
    return server;
}

static inline void free_server(JackServer *server)
{
    end_server(server, SIGTERM);
    close(server->lock);
    g_free(server->name);
    g_free(server);
}
