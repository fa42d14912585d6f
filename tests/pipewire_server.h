/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For tests: a PipeWire server of one's own, without a sound card, session manager or D-Bus, with
 * the functions of jack_server.h. Other programs are clients of PipeWire's libjack: the test starts
 * anew with that in place of JACK's. */
#pragma once

#include <errno.h>

#include "tests/jack_server.h"

typedef struct {
    char *name;
    char *folder;          /* where its socket and its configuration are */
    GPid pid;              /* 0: not running */
    jack_client_t *system; /* has the ports of what would be the sound card */
    char *log;
} PipewireServer;

/* As pw-jack does. */
#define LIBJACK_FOLDER "/usr/$LIB/pipewire-0.3/jack"

/* Runs the program again with PipeWire's libjack, if this is not yet so. */
static inline void need_pipewires_libjack(char **argv)
{
    const char *version = jack_get_version_string();
    if (version && strstr(version, "PipeWire"))
        return;
    if (g_getenv("WIDEBERTH_TEST_AGAIN")) {
        print_message("PipeWire's libjack (Debian: pipewire-jack) is not installed\n");
        exit(77);
    }
    g_setenv("LD_LIBRARY_PATH", LIBJACK_FOLDER, TRUE);
    g_setenv("WIDEBERTH_TEST_AGAIN", "1", TRUE);
    execv("/proc/self/exe", argv);
    fail_msg("%s", g_strerror(errno));
}

static inline jack_client_t *open_pipewire_client(const PipewireServer *server, const char *name)
{
    jack_set_error_function(discard_jack_message);
    jack_set_info_function(discard_jack_message);
    return jack_client_open(name, JackNoStartServer | JackServerName, NULL, server->name);
}

static inline bool pipewire_answers(const PipewireServer *server)
{
    jack_client_t *client = open_pipewire_client(server, "knock");
    if (!client)
        return false;
    jack_client_close(client);
    return true;
}

static inline void register_system_port(jack_client_t *client, const char *kind, unsigned number,
                                        unsigned long flags)
{
    g_autofree char *name = g_strdup_printf("%s_%u", kind, number);
    assert_non_null(jack_port_register(client, name, JACK_DEFAULT_AUDIO_TYPE,
                                       flags | JackPortIsPhysical | JackPortIsTerminal, 0));
}

static inline void start_pipewire_server(PipewireServer *server, unsigned ports)
{
    (void)ports; /* it knows no limit */
    const char *argv[] = {"pipewire", NULL};
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_build_filename(server->folder, "pipewire/pipewire.conf.d", NULL);
    g_autofree char *file = g_build_filename(folder, "test.conf", NULL);
    g_autofree char *text =
        g_strdup_printf("context.properties = { core.name = \"%s\" support.dbus = false\n"
                        "    default.clock.rate = 48000 default.clock.quantum = 64\n"
                        "    default.clock.allowed-rates = [ 44100 48000 ]\n"
                        "    default.clock.min-quantum = 16 default.clock.max-quantum = 8192\n"
                        "    vm.overrides = { default.clock.min-quantum = 16 } }\n"
                        "context.objects = [ { factory = metadata\n"
                        "    args = { metadata.name = default } } ]\n",
                        server->name);
    g_mkdir_with_parents(folder, 0700);
    g_assert_true(g_file_set_contents(file, text, -1, NULL));
    const int log = g_file_open_tmp("pipewire-XXXXXX", &server->log, NULL);
    if (!g_spawn_async_with_fds(NULL, (char **)argv, NULL,
                                G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, die_with_parent,
                                NULL, &server->pid, -1, log, log, &error))
        fail_msg("a build with PipeWire is tested with pipewire: %s", error->message);
    close(log);
    const gint64 end = g_get_monotonic_time() + PATIENCE_US;
    while (!pipewire_answers(server)) {
        g_autofree char *said = NULL;
        if (g_get_monotonic_time() > end && g_file_get_contents(server->log, &said, NULL, NULL))
            fail_msg("pipewire does not answer; it said: %s", said);
        g_usleep(20000);
    }
    server->system = open_pipewire_client(server, "system");
    assert_non_null(server->system);
    for (unsigned i = 1; i <= 2; i++) {
        register_system_port(server->system, "playback", i, JackPortIsInput);
        register_system_port(server->system, "capture", i, JackPortIsOutput);
    }
    jack_activate(server->system);
}

static inline void end_pipewire_server(PipewireServer *server, int signal)
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
    jack_client_close(g_steal_pointer(&server->system));
    g_unlink(server->log);
    g_clear_pointer(&server->log, g_free);
}

static inline PipewireServer *new_pipewire_server(void)
{
    static unsigned count;
    PipewireServer *server = g_new0(PipewireServer, 1);
    server->name = g_strdup_printf("wideberth-test-%d-%u", (int)getpid(), ++count);
    server->folder = g_dir_make_tmp("wideberth-test-XXXXXX", NULL);
    assert_non_null(server->folder);
    g_setenv("XDG_RUNTIME_DIR", server->folder, TRUE);
    g_setenv("XDG_CONFIG_HOME", server->folder, TRUE);
    return server;
}

static inline void free_pipewire_server(PipewireServer *server)
{
    end_pipewire_server(server, SIGTERM);
    g_autofree char *command = g_strdup_printf("rm -rf '%s'", server->folder);
    g_spawn_command_line_sync(command, NULL, NULL, NULL, NULL);
    g_free(server->folder);
    g_free(server->name);
    g_free(server);
}

/* ---- in place of JACK's ---- */

#define JackServer PipewireServer
#define open_test_client open_pipewire_client
#define answers pipewire_answers
#define start_server start_pipewire_server
#define end_server end_pipewire_server
#define new_server new_pipewire_server
#define free_server free_pipewire_server
