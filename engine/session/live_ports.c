/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "engine/session/live_private.h"

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
}

void wb_live_port_clear(WbLivePort *port)
{
    g_clear_pointer(&port->known, g_ptr_array_unref);
    g_clear_pointer(&port->away, g_ptr_array_unref);
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
    for (guint i = port->away->len; i-- > 0;)
        if (wb_port_connect(port->port, port->away->pdata[i]))
            g_ptr_array_remove_index(port->away, i);
    g_auto(GStrv) now = wb_port_connections(port->port);
    for (guint i = port->known->len; i-- > 0;) {
        const char *name = port->known->pdata[i];
        if (g_strv_contains((const char *const *)now, name) || find(port->away, name, NULL))
            continue;
        /* The other end has gone, or the user has taken it off. */
        if (!wb_driver_has_port(live->driver, name))
            learn(port->away, name);
        else
            g_ptr_array_remove_index(port->known, i);
    }
    for (guint i = 0; now[i]; i++) {
        learn(port->known, now[i]);
        forget(port->away, now[i]);
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

void wb_live_look_at_graph(WbLive *live)
{
    each_port(live, look_at_port);
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

void wb_live_keep_connections(WbLive *live)
{
    if (live->driver && wb_driver_has_graph(live->driver))
        each_port(live, keep);
}

/* ---- ports ---- */

static bool sync_port(WbLive *live, WbLivePort *port, const WbTrack *document, guint index,
                      bool wanted, GError **error)
{
    if (!wanted) {
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
        port->port = wb_port_new(live->driver, &spec, error);
        if (!port->port)
            return false;
        recall_connections(live, port);
        look_at_port(live, port);
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
    for (int c = 0; c < 2 && fine; c++)
        fine = sync_port(live, &live->bus[c], NULL, 0, true, error) &&
               sync_port(live, &live->listen[c], NULL, 0, true, error);
    for (guint t = 0; t < live->tracks->len && fine; t++) {
        WbLiveTrack *track = live->tracks->pdata[t];
        const WbTrack *document = wb_session_track(live->session, track->id);
        for (unsigned c = 0; c < 2 && fine && document; c++)
            fine = sync_port(live, &track->in[c], document, t, c < document->channels, error) &&
                   sync_port(live, &track->out[c], document, t, document->direct_out, error);
    }
    return fine;
}

void wb_live_drop_ports(WbLive *live)
{
    for (int c = 0; c < 2; c++)
        live->bus[c].port = live->listen[c].port = NULL;
    for (guint t = 0; t < live->tracks->len; t++) {
        WbLiveTrack *track = live->tracks->pdata[t];
        for (int c = 0; c < 2; c++)
            track->in[c].port = track->out[c].port = NULL;
    }
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
