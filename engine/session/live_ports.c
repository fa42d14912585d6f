/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "engine/session/live_private.h"

/* A client that ends takes its connections off first and its ports a little later. One that is not
 * connected any more but still there after this time has been disconnected by somebody. */
#define DOUBT_US (G_USEC_PER_SEC / 2)
#define DOUBT_ON_SAVE_US (G_USEC_PER_SEC / 10)

/* A change is told at once, but can be seen only after one of the next cycles. */
#define VISIBLE_CYCLES 3
#define VISIBLE_S 0.02

/* Clients that come may connect themselves, and some give up when they find it done: so they have
 * this long before we do it. Others take connections only a little later than their ports are
 * there: they are tried again, with longer and longer waits. */
#define COURTESY_S 0.3
#define UNREADY_S 2.0

/* ---- names ---- */

/* document: of the track that it belongs to; bus and listen have none. */
static char *port_name(const WbLivePort *port, const WbTrack *document)
{
    static const char *const sides[2] = {"L", "R"};
    const char *side = sides[port->channel];
    if (!document)
        return g_strdup_printf(port->kind == WB_CONNECT_BUS ? "mix %s" : "listen %s", side);
    if (port->kind == WB_CONNECT_DIRECT)
        return g_strdup_printf("%s out %s", document->name, side);
    return document->channels == 1 ? g_strdup(document->name)
                                   : g_strdup_printf("%s %s", document->name, side);
}

/* Inputs in the order of the tracks; outputs: the mix, listening, the tracks. */
static int port_order(const WbLivePort *port, guint index)
{
    const int channel = (int)port->channel;
    switch (port->kind) {
    case WB_CONNECT_BUS:
        return channel;
    case WB_CONNECT_LISTEN:
        return 2 + channel;
    case WB_CONNECT_DIRECT:
        return 4 + 2 * (int)index + channel;
    case WB_CONNECT_INPUT:
        break;
    }
    return 2 * (int)index + channel;
}

/* ---- connections ---- */

void wb_live_port_init(WbLivePort *port, WbConnectKind kind, unsigned track, unsigned channel)
{
    *port = (WbLivePort){.kind = kind, .track = track, .channel = channel};
    port->known = g_ptr_array_new_with_free_func(g_free);
    port->away = g_ptr_array_new_with_free_func(g_free);
    port->doubtful = g_ptr_array_new_with_free_func(g_free);
}

void wb_live_port_clear(WbLivePort *port)
{
    g_clear_pointer(&port->known, g_ptr_array_unref);
    g_clear_pointer(&port->away, g_ptr_array_unref);
    g_clear_pointer(&port->doubtful, g_ptr_array_unref);
    port->port = NULL;
}

static bool find(const GPtrArray *names, const char *name, guint *index)
{
    return g_ptr_array_find_with_equal_func((GPtrArray *)names, name, g_str_equal, index);
}

static void learn(GPtrArray *names, const char *name)
{
    if (!find(names, name, NULL))
        g_ptr_array_add(names, g_strdup(name));
}

static void forget(GPtrArray *names, const char *name)
{
    guint index;
    if (find(names, name, &index))
        g_ptr_array_remove_index(names, index);
}

/* A port that has just been made: it is to lead where the document says, as soon as that is there.
 * The bus of a session that was never connected goes to the physical playback ports. */
static void recall_connections(WbLive *live, WbLivePort *port)
{
    const char *const *to =
        wb_session_connections(live->session, port->kind, port->track, port->channel);
    g_ptr_array_set_size(port->known, 0);
    g_ptr_array_set_size(port->away, 0);
    g_ptr_array_set_size(port->doubtful, 0);
    for (guint i = 0; to && to[i]; i++) {
        learn(port->known, to[i]);
        learn(port->away, to[i]);
    }
    if (to || port->kind != WB_CONNECT_BUS || !live->options.connect_outputs)
        return;
    g_auto(GStrv) physical = wb_driver_physical_outputs(live->driver);
    if (g_strv_length(physical) <= port->channel)
        return;
    learn(port->known, physical[port->channel]);
    learn(port->away, physical[port->channel]);
}

static void look_at_port(WbLive *live, WbLivePort *port)
{
    if (!port->port)
        return;
    /* One that has come may follow another of the same name that was not seen to go. */
    for (guint i = 0; live->come && live->come[i]; i++) {
        if (find(port->known, live->come[i], NULL))
            learn(port->away, live->come[i]);
        forget(port->doubtful, live->come[i]);
    }
    g_auto(GStrv) now = wb_port_connections(port->port);
    for (guint i = port->known->len; i-- > 0;) {
        const char *name = port->known->pdata[i];
        if (g_strv_contains((const char *const *)now, name) || find(port->away, name, NULL))
            continue;
        if (!wb_driver_has_port(live->driver, name)) {
            forget(port->doubtful, name);
            learn(port->away, name);
        } else if (!find(port->doubtful, name, NULL)) {
            learn(port->doubtful, name);
            live->doubt = g_get_monotonic_time();
        } else if (!live->doubt) {
            forget(port->doubtful, name);
            g_ptr_array_remove_index(port->known, i);
        }
    }
    for (guint i = live->connecting ? port->away->len : 0; i-- > 0;) {
        if (wb_port_connect(port->port, port->away->pdata[i]))
            g_ptr_array_remove_index(port->away, i);
        else if (wb_driver_has_port(live->driver, port->away->pdata[i]))
            live->unready = true;
    }
    for (guint i = 0; now[i]; i++) {
        learn(port->known, now[i]);
        forget(port->away, now[i]);
        forget(port->doubtful, now[i]);
    }
}

typedef void (*EachPort)(WbLive *live, WbLivePort *port);

static void each_port(WbLive *live, EachPort function)
{
    for (int c = 0; c < 2; c++) {
        function(live, &live->bus[c]);
        function(live, &live->listen[c]);
    }
    for (guint t = 0; t < live->tracks->len; t++) {
        WbLiveTrack *track = live->tracks->pdata[t];
        for (int c = 0; c < 2; c++) {
            function(live, &track->in[c]);
            function(live, &track->out[c]);
        }
    }
}

static void look_at_graph(WbLive *live)
{
    each_port(live, look_at_port);
}

static gint64 seconds_from_now(double seconds)
{
    return g_get_monotonic_time() + (gint64)(G_USEC_PER_SEC * seconds);
}

static void connect_in(WbLive *live, double seconds)
{
    live->connect_delay = seconds;
    live->connect_at = seconds_from_now(seconds);
}

void wb_live_connect(WbLive *live)
{
    live->connect_at = 0;
    live->unready = false;
    live->connecting = true;
    look_at_graph(live);
    live->connecting = false;
    if (!live->unready)
        live->connect_delay = 0;
    else if (live->connect_delay < UNREADY_S)
        connect_in(live, fmax(2 * live->connect_delay, COURTESY_S));
}

void wb_live_graph_changed(WbLive *live)
{
    const double cycle = wb_driver_block_frames(live->driver) / live->rate;
    live->come = wb_driver_new_ports(live->driver);
    look_at_graph(live);
    live->look_again = seconds_from_now(fmax(VISIBLE_CYCLES * cycle, VISIBLE_S));
    if (live->come[0])
        connect_in(live, COURTESY_S);
    g_clear_pointer(&live->come, g_strfreev);
}

/* Whoever is still in doubt has been disconnected by somebody. */
static void settle_doubts(WbLive *live)
{
    live->doubt = 0;
    look_at_graph(live);
}

void wb_live_graph_later(WbLive *live)
{
    if (live->look_again && g_get_monotonic_time() >= live->look_again) {
        live->look_again = 0;
        look_at_graph(live);
    }
    if (live->connect_at && g_get_monotonic_time() >= live->connect_at)
        wb_live_connect(live);
    if (live->doubt && g_get_monotonic_time() - live->doubt >= DOUBT_US)
        settle_doubts(live);
}

static void keep(WbLive *live, WbLivePort *port)
{
    if (!port->port)
        return; /* what was known before still holds */
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < port->known->len; i++)
        g_ptr_array_add(names, port->known->pdata[i]);
    g_ptr_array_add(names, NULL);
    wb_session_set_connections(live->session, port->kind, port->track, port->channel,
                               (const char *const *)names->pdata);
}

void wb_live_keep_track(WbLive *live, WbLiveTrack *track)
{
    for (int c = 0; live->driver && wb_driver_has_graph(live->driver) && c < 2; c++) {
        keep(live, &track->in[c]);
        keep(live, &track->out[c]);
    }
}

void wb_live_keep_connections(WbLive *live)
{
    if (!live->driver || !wb_driver_has_graph(live->driver))
        return;
    look_at_graph(live);
    if (live->doubt) {
        const gint64 age = g_get_monotonic_time() - live->doubt;
        g_usleep((gulong)CLAMP(DOUBT_ON_SAVE_US - age, 0, DOUBT_ON_SAVE_US));
        settle_doubts(live);
    }
    each_port(live, keep);
}

/* ---- ports ---- */

static bool sync_port(WbLive *live, WbLivePort *port, const WbTrack *document, guint index,
                      bool wanted, GError **error)
{
    if (!wanted) {
        port->refused = false;
        if (port->port) {
            if (wb_driver_has_graph(live->driver))
                keep(live, port);
            wb_mixer_retire(live->mixer, g_steal_pointer(&port->port),
                            (GDestroyNotify)wb_port_free);
        }
        return true;
    }
    g_autofree char *name = port_name(port, document);
    const WbPortSpec spec = {
        .direction = port->kind == WB_CONNECT_INPUT ? WB_PORT_INPUT : WB_PORT_OUTPUT,
        .name = name,
        .pretty = name,
        .order = port_order(port, index),
        .source = port->track,
    };
    if (!port->port) {
        if (port->refused && !live->retry_ports)
            return true;
        const bool known = port->refused;
        port->port = wb_port_new(live->driver, &spec, known ? NULL : error);
        port->refused = !port->port;
        if (port->refused)
            return known;
        recall_connections(live, port);
        if (live->started) {
            live->connecting = true; /* nobody else knows this port yet */
            look_at_port(live, port);
            live->connecting = false;
        }
        return true;
    }
    const WbLiveTrack *track = port->track ? wb_live_track(live, port->track) : NULL;
    if (document && track && track->document && strcmp(track->document->name, document->name) != 0)
        wb_port_rename(port->port, name, name);
    wb_port_set_order(port->port, spec.order);
    return true;
}

bool wb_live_sync_ports(WbLive *live, GError **error)
{
    bool fine = true;
    /* Only the first error is told: the others have the same cause. */
    for (int c = 0; c < 2; c++) {
        fine &= sync_port(live, &live->bus[c], NULL, 0, true, fine ? error : NULL);
        fine &= sync_port(live, &live->listen[c], NULL, 0, true, fine ? error : NULL);
    }
    for (guint t = 0; t < live->tracks->len; t++) {
        WbLiveTrack *track = live->tracks->pdata[t];
        const WbTrack *document = wb_session_track(live->session, track->id);
        for (unsigned c = 0; c < 2 && document; c++) {
            fine &= sync_port(live, &track->in[c], document, t, c < document->channels,
                              fine ? error : NULL);
            fine &= sync_port(live, &track->out[c], document, t, document->direct_out,
                              fine ? error : NULL);
        }
    }
    return fine;
}

static void look_for_refused(WbLive *live, WbLivePort *port)
{
    live->retry_ports |= port->refused;
}

void wb_live_retry_ports(WbLive *live)
{
    each_port(live, look_for_refused);
    if (live->retry_ports)
        wb_live_sync(live, true);
    live->retry_ports = false;
}

static void drop(WbLive *live, WbLivePort *port)
{
    (void)live;
    port->port = NULL;
    port->refused = false;
}

void wb_live_drop_ports(WbLive *live)
{
    each_port(live, drop);
    wb_live_sync(live, true); /* the mixer forgets them */
    wb_mixer_collect(live->mixer, false);
}

/* ---- latencies ---- */

static bool takes_part(const WbTrack *document)
{
    return document && document->compensate &&
           (document->arm || document->monitor || document->clips->len == 0);
}

/* How late a track's input arrives; an unconnected one is not late. */
static unsigned input_latency(const WbLiveTrack *track)
{
    unsigned latency = 0;
    for (int c = 0; c < 2; c++)
        if (track->in[c].port && track->in[c].known->len > track->in[c].away->len)
            latency = MAX(latency, wb_port_latency(track->in[c].port));
    return latency;
}

bool wb_live_update_delays(WbLive *live)
{
    const double scale = live->rate / live->session->sample_rate;
    gint64 latest = 0;
    for (guint t = 0; t < live->tracks->len; t++) {
        const WbLiveTrack *track = live->tracks->pdata[t];
        const WbTrack *document = wb_session_track(live->session, track->id);
        if (takes_part(document))
            latest = MAX(latest, (gint64)input_latency(track) -
                                     (gint64)((double)document->offset_frames * scale));
    }
    bool changed = false;
    for (guint t = 0; t < live->tracks->len; t++) {
        WbLiveTrack *track = live->tracks->pdata[t];
        const WbTrack *document = wb_session_track(live->session, track->id);
        if (!document)
            continue;
        const bool heard = document->arm || document->monitor || document->clips->len == 0;
        gint64 delay = 0;
        if (takes_part(document))
            delay =
                latest - input_latency(track) + (gint64)((double)document->offset_frames * scale);
        else if (!heard && document->compensate)
            delay = latest; /* its player does the offset */
        changed |= track->delay != (unsigned)delay;
        track->delay = (unsigned)delay;
        for (int c = 0; c < 2; c++)
            if (track->in[c].port)
                wb_port_set_delay(track->in[c].port, heard ? track->delay : WB_PORT_UNHEARD);
    }
    if (changed && live->driver)
        wb_driver_update_latencies(live->driver);
    return changed;
}
