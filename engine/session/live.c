/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/session/live.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "engine/session/check.h"
#include "engine/session/live_private.h"

#define LOOK_MS 20      /* how often main looks after what runs */
#define RETRY_SECONDS 1 /* for a server that is away */
#define WORKER_BELOW_AUDIO 5

void wb_live_tell(WbLive *live, WbLiveSeverity severity, char *taken_text)
{
    if (live->listener.message)
        live->listener.message(live->listener.data, severity, taken_text);
    g_free(taken_text);
}

void wb_live_tell_state(WbLive *live)
{
    if (live->listener.state)
        live->listener.state(live->listener.data);
}

/* ---- the driver's calls ---- */

static void process(void *data, const WbCycle *cycle)
{
    wb_mixer_process(((WbLive *)data)->mixer, cycle);
}

static bool sync_position(void *data, int64_t position)
{
    return wb_mixer_sync(((WbLive *)data)->mixer, position);
}

static float *port_buffer(void *port, unsigned frames)
{
    return wb_port_buffer(port, frames);
}

/* ---- the engine, for one sample rate ---- */

static void start_engine(WbLive *live, double rate)
{
    live->rate = rate;
    live->epoch = wb_epoch_new();
    live->guard = live->session->guard;
    live->prefetch = wb_prefetch_new(rate, live->guard, live->epoch);
    live->mixer = wb_mixer_new(rate, live->prefetch, live->epoch, port_buffer);
    live->meter = wb_meter_new_running(rate);
    live->loop = (WbLoop){0};
    live->late_before = 0;
    live->busy = live->sound = 0;
}

/* No cycle comes any more. */
static void stop_engine(WbLive *live)
{
    if (!live->mixer)
        return;
    wb_live_complete_takes(live);
    wb_live_drop_tracks(live);
    wb_mixer_free(live->mixer);
    wb_epoch_collect(live->epoch);
    wb_prefetch_free(live->prefetch);
    wb_epoch_free(live->epoch);
    wb_meter_free(live->meter);
    live->mixer = NULL;
    live->prefetch = NULL;
    live->epoch = NULL;
    live->meter = NULL;
    live->rate = 0;
}

/* ---- the driver's life ---- */

static void close_driver(WbLive *live)
{
    if (!live->driver)
        return;
    live->started = false;
    live->xruns_before += wb_driver_xruns(live->driver);
    wb_live_keep_connections(live);
    WbDriver *driver = g_steal_pointer(&live->driver);
    wb_driver_halt(driver);
    wb_live_drop_ports(live);
    wb_driver_close(driver);
}

static bool open_driver(WbLive *live, GError **error)
{
    const WbDriverCallbacks callbacks = {.process = process, .sync = sync_position, .data = live};
    WbDriverOptions options = live->options.driver;
    if (options.rate == 0)
        options.rate = (unsigned)live->session->sample_rate;
    live->driver = wb_driver_open(&options, &callbacks, error);
    if (!live->driver)
        return false;
    /* "auto" is decided once: a session comes back to where its connections are. */
    if (strcmp(live->driver_name, wb_driver_name(live->driver)) != 0) {
        g_free(live->driver_name);
        live->driver_name = g_strdup(wb_driver_name(live->driver));
        live->options.driver.name = live->driver_name;
    }
    const double rate = wb_driver_rate(live->driver);
    if (rate != live->rate) {
        stop_engine(live);
        start_engine(live, rate);
    }
    wb_live_sync_order(live);
    /* At first that is a reason not to begin; later all else goes on, and wb_live_sync() tells. */
    if (!live->timer && !wb_live_sync_ports(live, error)) {
        close_driver(live);
        return false;
    }
    wb_live_sync(live, false);
    if (!wb_driver_start(live->driver, error)) {
        close_driver(live);
        return false;
    }
    live->started = true;
    const int priority = wb_driver_priority(live->driver) - WORKER_BELOW_AUDIO;
    if (priority <= 0 && !wb_driver_freewheels(live->driver))
        wb_live_tell(live, WB_LIVE_WARNING,
                     g_strdup(_("no real-time priority for the audio thread: sound may drop out "
                                "under load; see the limits of your user (rtprio), and whether the "
                                "audio server has real-time scheduling")));
    else if (!wb_mixer_set_priority(live->mixer, MAX(priority, 0)))
        wb_live_tell(live, WB_LIVE_WARNING,
                     g_strdup(_("no real-time priority for the carves' worker: they may come late "
                                "under load; see the limits of your user (rtprio)")));
    wb_live_connect(live);
    if (wb_live_update_delays(live))
        wb_live_sync(live, true);
    return true;
}

/* One that waits for nobody is resumed when cycles come again, in files of their own. */
static void interrupt_take(WbLive *live)
{
    const bool resume = live->running && !live->running->options.with_transport;
    wb_live_end_take(live);
    live->resume |= resume;
}

static void resume_take(WbLive *live)
{
    g_autoptr(GError) error = NULL;
    const WbTakeOptions options = {0};
    if (live->resume && !wb_live_record(live, &options, &error))
        wb_live_tell(live, WB_LIVE_WARNING, g_strdup(error->message));
    live->resume = false;
}

static void lose_driver(WbLive *live)
{
    interrupt_take(live);
    close_driver(live);
    live->retry = g_get_monotonic_time() + RETRY_SECONDS * G_USEC_PER_SEC;
    wb_live_tell(live, WB_LIVE_WARNING,
                 g_strdup(_("the audio server is gone; the session stays open, and everything is "
                            "connected again when the server is back")));
    wb_live_tell_state(live);
}

static void look_for_driver(WbLive *live)
{
    if (g_get_monotonic_time() < live->retry)
        return;
    g_autoptr(GError) trouble = NULL;
    if (!open_driver(live, &trouble)) {
        live->retry = g_get_monotonic_time() + RETRY_SECONDS * G_USEC_PER_SEC;
        if (!g_error_matches(trouble, WB_DRIVER_ERROR, WB_DRIVER_ERROR_ABSENT) &&
            g_strcmp0(trouble->message, live->trouble) != 0) {
            g_free(live->trouble);
            live->trouble = g_strdup(trouble->message);
            wb_live_tell(live, WB_LIVE_WARNING, g_strdup(trouble->message));
        }
        return;
    }
    g_clear_pointer(&live->trouble, g_free);
    wb_live_tell(live, WB_LIVE_NOTE, g_strdup(_("the audio server is back")));
    resume_take(live);
    wb_live_tell_state(live);
}

/* Another sample rate: all that depends on it is made anew. */
static void change_rate(WbLive *live)
{
    g_autoptr(GError) error = NULL;
    interrupt_take(live);
    close_driver(live);
    if (!open_driver(live, &error)) {
        wb_live_tell(live, WB_LIVE_WARNING, g_strdup(error->message));
        live->retry = g_get_monotonic_time() + RETRY_SECONDS * G_USEC_PER_SEC;
        return;
    }
    wb_live_tell(live, WB_LIVE_NOTE,
                 g_strdup_printf(_("the sample rate is %u Hz now"), wb_driver_rate(live->driver)));
    resume_take(live);
    wb_live_tell_state(live);
}

static void look_at_driver(WbLive *live)
{
    const unsigned events = wb_driver_events(live->driver);
    if (events & WB_DRIVER_SHUTDOWN) {
        lose_driver(live);
        return;
    }
    if (events & WB_DRIVER_RATE && wb_driver_rate(live->driver) != live->rate) {
        change_rate(live);
        return;
    }
    if (events & WB_DRIVER_GRAPH) {
        wb_live_graph_changed(live);
        wb_live_retry_ports(live);
    }
    wb_live_graph_later(live);
    if (events & (WB_DRIVER_GRAPH | WB_DRIVER_LATENCY | WB_DRIVER_BLOCK) &&
        wb_live_update_delays(live))
        wb_live_sync(live, true);
    const WbTransportState transport = wb_driver_transport(live->driver, NULL);
    if (events & WB_DRIVER_BLOCK || transport != live->transport)
        wb_live_tell_state(live);
    live->transport = transport;
}

static gboolean look(gpointer data)
{
    WbLive *live = data;
    if (live->driver)
        look_at_driver(live);
    else
        look_for_driver(live);
    if (live->mixer) {
        wb_live_tracks_later(live);
        wb_live_readings_later(live);
        wb_mixer_collect(live->mixer, live->driver != NULL);
    }
    wb_live_takes_later(live);
    return G_SOURCE_CONTINUE;
}

WbLive *wb_live_new(WbSession *session, const WbLiveOptions *options,
                    const WbLiveListener *listener, GError **error)
{
    WbLive *live = g_new0(WbLive, 1);
    live->session = session;
    live->history = wb_history_new(session, WB_HISTORY_DEPTH);
    live->options = *options;
    live->options.driver.name = live->driver_name = g_strdup(options->driver.name);
    live->options.driver.client = live->client = g_strdup(options->driver.client);
    live->options.driver.server = live->server = g_strdup(options->driver.server);
    if (listener)
        live->listener = *listener;
    live->tracks = g_ptr_array_new();
    live->arranged = g_array_new(FALSE, FALSE, sizeof(WbMixerTrack *));
    live->finishing = g_ptr_array_new_with_free_func(wb_live_take_free);
    live->recorder = wb_recorder_new();
    for (unsigned c = 0; c < 2; c++) {
        wb_live_port_init(&live->bus[c], WB_CONNECT_BUS, 0, c);
        wb_live_port_init(&live->listen[c], WB_CONNECT_LISTEN, 0, c);
    }
    if (!open_driver(live, error)) {
        wb_live_free(live);
        return NULL;
    }
    live->timer = g_timeout_add(LOOK_MS, look, live);
    return live;
}

void wb_live_free(WbLive *live)
{
    if (!live)
        return;
    if (live->timer)
        g_source_remove(live->timer);
    if (live->running)
        wb_live_record_stop(live);
    close_driver(live);
    stop_engine(live);
    wb_masking_free(live->masking);
    wb_recorder_free(live->recorder);
    wb_live_take_free(live->last);
    g_ptr_array_unref(live->finishing);
    for (unsigned c = 0; c < 2; c++) {
        wb_live_port_clear(&live->bus[c]);
        wb_live_port_clear(&live->listen[c]);
    }
    g_ptr_array_unref(live->tracks);
    g_array_unref(live->arranged);
    wb_history_free(live->history);
    wb_session_free(live->session);
    g_free(live->driver_name);
    g_free(live->client);
    g_free(live->server);
    g_free(live->trouble);
    g_free(live);
}

/* ---- the document ---- */

WbSession *wb_live_session(WbLive *live)
{
    return live->session;
}

WbHistory *wb_live_history(WbLive *live)
{
    return live->history;
}

static void follow_document(WbLive *live)
{
    wb_live_sync(live, true);
    if (live->listener.changed)
        live->listener.changed(live->listener.data);
}

bool wb_live_changed(WbLive *live, const char *name, const char *key, GError **error)
{
    if (!wb_session_check(live->session, name, error)) {
        wb_history_restore(live->history, live->session);
        return false;
    }
    wb_history_record(live->history, live->session, name, key, g_get_monotonic_time());
    follow_document(live);
    return true;
}

bool wb_live_undo(WbLive *live)
{
    if (!wb_history_undo(live->history, live->session))
        return false;
    follow_document(live);
    return true;
}

bool wb_live_redo(WbLive *live)
{
    if (!wb_history_redo(live->history, live->session))
        return false;
    follow_document(live);
    return true;
}

bool wb_live_save(WbLive *live, GError **error)
{
    wb_live_keep_connections(live);
    if (!wb_session_save(live->session, error))
        return false;
    wb_history_saved(live->history);
    if (live->listener.changed)
        live->listener.changed(live->listener.data);
    return true;
}

/* ---- transport ---- */

void wb_live_play(WbLive *live)
{
    if (live->driver)
        wb_driver_play(live->driver);
}

void wb_live_stop(WbLive *live)
{
    if (live->driver)
        wb_driver_stop(live->driver);
}

void wb_live_locate(WbLive *live, gint64 position)
{
    if (live->driver)
        wb_driver_locate(live->driver, llrint((double)MAX(position, 0) * live->rate /
                                              live->session->sample_rate));
}

/* ---- listening ---- */

void wb_live_set_delta(WbLive *live, bool on)
{
    live->delta = on;
    wb_live_sync(live, true);
    wb_live_tell_state(live);
}

void wb_live_set_match(WbLive *live, bool on)
{
    live->match = on;
    wb_live_sync(live, true);
    wb_live_tell_state(live);
}

void wb_live_set_listen(WbLive *live, unsigned track, bool on)
{
    WbLiveTrack *own = wb_live_track(live, track);
    if (!own)
        return;
    own->listen = on;
    wb_live_sync(live, true);
    wb_live_tell_state(live);
}
