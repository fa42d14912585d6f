/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "src/run.h"

#include <gio/gio.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "src/messages.h"
#include "src/nsm.h"
#include "src/osc_server.h"

#define NEW_SESSION_RATE 48000

typedef struct {
    const WbRunSettings *settings;
    GMainLoop *loop;
    WbOsc *osc;   /* NULL without */
    WbNsm *nsm;   /* NULL without */
    WbLive *live; /* NULL while no session is open */
    int status;
} Run;

static void on_message(void *data, WbLiveSeverity severity, const char *text)
{
    const Run *run = data;
    if (severity == WB_LIVE_WARNING)
        wb_warn("%s", text);
    else
        g_printerr("%s: %s\n", PACKAGE, text);
    if (run->osc != NULL)
        wb_osc_tell(run->osc, severity, text);
    if (run->nsm != NULL)
        wb_nsm_tell(run->nsm, severity, text);
}

static void update_dirty(const Run *run)
{
    if (run->nsm != NULL && run->live != NULL)
        wb_nsm_set_dirty(run->nsm, wb_history_is_modified(wb_live_history(run->live)));
}

static void on_changed(void *data)
{
    const Run *run = data;
    if (run->osc != NULL)
        wb_osc_changed(run->osc);
    update_dirty(run);
}

static void on_state(void *data)
{
    const Run *run = data;
    if (run->osc != NULL)
        wb_osc_state_changed(run->osc);
    update_dirty(run);
}

static void on_quit(void *data)
{
    const Run *run = data;
    g_main_loop_quit(run->loop);
}

static gboolean on_stop_signal(gpointer data)
{
    on_quit(data);
    return G_SOURCE_CONTINUE;
}

static gboolean on_save_signal(gpointer data)
{
    const Run *run = data;
    if (run->live == NULL)
        return G_SOURCE_CONTINUE;
    g_autoptr(GError) error = NULL;
    if (wb_live_save(run->live, &error))
        on_message(data, WB_LIVE_NOTE, _("the session is saved"));
    else
        on_message(data, WB_LIVE_WARNING, error->message);
    return G_SOURCE_CONTINUE;
}

static void close_session(Run *run)
{
    if (run->live == NULL)
        return;
    if (run->osc != NULL)
        wb_osc_set_live(run->osc, NULL);
    WbLive *live = g_steal_pointer(&run->live);
    if (run->nsm == NULL && wb_history_is_modified(wb_live_history(live)))
        wb_warn(_("the session was changed and is not saved; SIGUSR1 or /save would have done it"));
    wb_live_record_stop(live);
    wb_live_free(live);
}

/* Takes the session over. */
static bool open_session(Run *run, WbSession *session, const char *client, GError **error)
{
    if (run->settings->guard != NULL)
        session->guard = *run->settings->guard;
    if (run->settings->format != NULL)
        session->record_format = *run->settings->format;
    WbLiveOptions options = run->settings->live;
    if (client != NULL)
        options.driver.client = client;
    const WbLiveListener listener = {
        .message = on_message, .changed = on_changed, .state = on_state, .data = run};
    run->live = wb_live_new(session, &options, &listener, error);
    if (run->live == NULL)
        return false;
    if (run->osc != NULL)
        wb_osc_set_live(run->osc, run->live);
    return true;
}

/* The session manager names a place, whether there is a session or not. */
static WbSession *load_or_make(const char *path, GError **error)
{
    g_autofree char *file = g_build_filename(path, WB_SESSION_FILE, NULL);
    if (g_file_test(file, G_FILE_TEST_EXISTS))
        return wb_session_load(path, error);
    g_autoptr(WbSession) session = wb_session_new(path, NEW_SESSION_RATE);
    if (g_mkdir_with_parents(path, 0777) != 0) {
        g_autofree char *shown = g_filename_display_name(path);
        g_set_error(error, WB_SESSION_ERROR, WB_SESSION_ERROR_WRITE,
                    _("%s: this folder cannot be made"), shown);
        return NULL;
    }
    return wb_session_save(session, error) ? g_steal_pointer(&session) : NULL;
}

/* For scripts, too: the same in every language. */
static void say_ready(const Run *run)
{
    WbMixReading reading;
    wb_live_mix_reading(run->live, &reading);
    g_print("ready: %s, %u Hz, %u frames, client %s", reading.driver != NULL ? reading.driver : "-",
            reading.rate, reading.block_frames, reading.client != NULL ? reading.client : "-");
    if (run->osc != NULL)
        g_print(", osc.udp://localhost:%u/", wb_osc_port(run->osc));
    g_print("\n");
    fflush(stdout);
}

static bool open_for_manager(void *data, const char *path, const char *client, GError **error)
{
    Run *run = data;
    WbSession *session = load_or_make(path, error);
    if (session == NULL)
        return false;
    close_session(run);
    if (!open_session(run, session, client, error))
        return false;
    say_ready(run);
    return true;
}

static bool save_for_manager(void *data, GError **error)
{
    const Run *run = data;
    if (run->live != NULL)
        return wb_live_save(run->live, error);
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("no session is open"));
    return false;
}

static void on_refused(void *data, const char *text)
{
    Run *run = data;
    g_printerr("%s: %s\n", PACKAGE, text);
    run->status = EXIT_FAILURE;
    g_main_loop_quit(run->loop);
}

static bool listen_for_osc(Run *run, GError **error)
{
    WbOscOptions options = {
        .port = run->settings->osc_port,
        .any_interface = run->settings->osc_any_interface,
        .quit = on_quit,
        .data = run,
    };
    if (!run->settings->osc)
        return true;
    run->osc = wb_osc_new(&options, run->settings->osc_port_or_any ? NULL : error);
    if (run->osc == NULL && run->settings->osc_port_or_any) {
        options.port = 0;
        run->osc = wb_osc_new(&options, error);
    }
    return run->osc != NULL;
}

static bool begin(const Run *run, GError **error)
{
    if (run->settings->record != NULL) {
        const WbTakeOptions take = {.bus = run->settings->record,
                                    .with_transport = run->settings->play};
        if (!wb_live_record(run->live, &take, error))
            return false;
    }
    if (run->settings->play)
        wb_live_play(run->live);
    return true;
}

static bool start(Run *run, GError **error)
{
    if (run->settings->session == NULL) {
        const WbNsmHandler handler = {
            .open = open_for_manager, .save = save_for_manager, .refused = on_refused, .data = run};
        run->nsm = wb_nsm_new(run->settings->manager, &handler, error);
        return run->nsm != NULL;
    }
    WbSession *session = wb_session_load(run->settings->session, error);
    if (session == NULL || !open_session(run, session, NULL, error))
        return false;
    say_ready(run);
    return begin(run, error);
}

/* A signal that was ignored when the program started stays so (nohup). */
static void watch_signals(Run *run, guint *sources)
{
    static const int stops[] = {SIGINT, SIGTERM, SIGHUP};
    size_t count = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(stops); i++) {
        struct sigaction before;
        if (sigaction(stops[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sources[count++] = g_unix_signal_add(stops[i], on_stop_signal, run);
    }
    sources[count] = g_unix_signal_add(SIGUSR1, on_save_signal, run);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

int wb_run(const WbRunSettings *settings)
{
    Run run = {.settings = settings, .status = EXIT_SUCCESS};
    guint sources[4] = {0};
    g_autoptr(GError) error = NULL;
    run.loop = g_main_loop_new(NULL, FALSE);
    watch_signals(&run, sources);
    if (listen_for_osc(&run, &error) && start(&run, &error)) {
        g_main_loop_run(run.loop);
    } else {
        wb_complain(error);
        run.status = EXIT_FAILURE;
    }
    close_session(&run);
    wb_nsm_free(run.nsm);
    wb_osc_free(run.osc);
    for (size_t i = 0; i < G_N_ELEMENTS(sources); i++)
        if (sources[i] != 0)
            g_source_remove(sources[i]);
    g_main_loop_unref(run.loop);
    return run.status;
}
