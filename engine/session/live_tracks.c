/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "engine/session/live_private.h"
#include "engine/session/strips.h"

#define FADE_SECONDS 0.05 /* a removed track has faded out by then */

WbLiveTrack *wb_live_track(const WbLive *live, unsigned id)
{
    for (guint t = 0; t < live->tracks->len; t++) {
        WbLiveTrack *track = live->tracks->pdata[t];
        if (track->id == id)
            return track;
    }
    return NULL;
}

static WbLiveTrack *track_new(unsigned id)
{
    WbLiveTrack *track = g_new0(WbLiveTrack, 1);
    track->id = id;
    for (unsigned c = 0; c < 2; c++) {
        wb_live_port_init(&track->in[c], WB_CONNECT_INPUT, id, c);
        wb_live_port_init(&track->out[c], WB_CONNECT_DIRECT, id, c);
    }
    return track;
}

/* ---- players ---- */

static bool same_clips(const WbTrack *a, const WbTrack *b)
{
    if (a->clips->len != b->clips->len || a->offset_frames != b->offset_frames ||
        a->channels != b->channels)
        return false;
    for (guint c = 0; c < a->clips->len; c++)
        if (!wb_clip_equal(a->clips->pdata[c], b->clips->pdata[c]))
            return false;
    return true;
}

/* The player of a track's clips; NULL without clips, or if they cannot be read, which is told. */
static WbPlayer *open_player(WbLive *live, WbLiveTrack *track, const WbTrack *document)
{
    g_autoptr(GError) error = NULL;
    track->failed = false;
    if (document->clips->len == 0)
        return NULL;
    WbTrackReader *reader = wb_session_open_track(live->session, document, live->rate, &error);
    if (!reader) {
        track->failed = true;
        wb_live_tell(
            live, WB_LIVE_WARNING,
            g_strdup_printf(_("%s: %s; the track is silent"), document->name, error->message));
        return NULL;
    }
    return wb_player_new(live->prefetch, reader, document->channels, 0);
}

static void retire_player(WbLive *live, WbPlayer **player)
{
    wb_mixer_retire(live->mixer, g_steal_pointer(player), (GDestroyNotify)wb_player_free);
}

static void sync_player(WbLive *live, WbLiveTrack *track, const WbTrack *document)
{
    if (track->document && same_clips(track->document, document))
        return;
    retire_player(live, &track->next);
    WbPlayer *player = open_player(live, track, document);
    if (!track->player || !player) {
        /* Nothing to go on with meanwhile. */
        retire_player(live, &track->player);
        track->player = player;
    } else {
        track->next = player;
    }
}

/* ---- settings ---- */

static bool is_live(const WbTrack *document)
{
    return document->arm || document->monitor || document->clips->len == 0;
}

static bool any_live(const WbLive *live)
{
    for (guint t = 0; t < live->session->tracks->len; t++)
        if (is_live(live->session->tracks->pdata[t]))
            return true;
    return false;
}

static bool same_strip(const WbStrip *a, const WbStrip *b)
{
    return a->channels == b->channels && a->role == b->role && a->trim_db == b->trim_db &&
           a->invert == b->invert && a->gain_db == b->gain_db && a->pan == b->pan &&
           a->muted == b->muted && a->carve_bypass == b->carve_bypass &&
           a->depth_db == b->depth_db && a->low_hz == b->low_hz && a->high_hz == b->high_hz;
}

static bool same_settings(const WbMixerTrackSettings *a, const WbMixerTrackSettings *b)
{
    return same_strip(&a->strip, &b->strip) && a->live == b->live && a->player == b->player &&
           a->delay == b->delay && a->listen == b->listen && a->in[0] == b->in[0] &&
           a->in[1] == b->in[1] && a->out[0] == b->out[0] && a->out[1] == b->out[1] &&
           a->take == b->take && a->input == b->input && a->carved == b->carved;
}

static WbMixerTrackSettings settings_of(const WbLive *live, const WbLiveTrack *track,
                                        const WbTrack *document)
{
    WbMixerTrackSettings settings = {0};
    if (!document) {
        settings = track->settings;
        settings.strip.muted = true;
        settings.listen = false;
    } else {
        settings.strip = wb_session_strip(live->session, document);
        settings.strip.carve_bypass = document->carve_bypass;
        settings.live = is_live(document);
        settings.player = track->player;
        settings.listen = track->listen;
        settings.delay = track->delay;
    }
    settings.take = NULL;
    settings.input = settings.carved = NULL;
    wb_live_track_sinks(live, track->id, &settings);
    for (int c = 0; c < 2; c++) {
        settings.in[c] = track->in[c].port;
        settings.out[c] = track->out[c].port;
    }
    return settings;
}

static void sync_track(WbLive *live, WbLiveTrack *track, const WbTrack *document, bool fade_in)
{
    if (document)
        sync_player(live, track, document);
    const WbMixerTrackSettings settings = settings_of(live, track, document);
    if (!track->mixer) {
        track->mixer = wb_mixer_track_new(live->mixer, track->id, &settings, fade_in);
        live->rearrange = true;
    } else if (!same_settings(&settings, &track->settings)) {
        wb_mixer_track_set(live->mixer, track->mixer, &settings);
    }
    track->settings = settings;
    if (!document)
        return;
    WbTrack *before = track->document;
    if (before && wb_track_equal(before, document))
        return;
    /* A copy, since the document goes on changing. */
    track->document = wb_track_copy(document);
    if (before) {
        live->rearrange |= before->never->len > 0 || document->never->len > 0;
        wb_track_unref(before);
    }
}

static void sync_loop(WbLive *live)
{
    const WbSession *session = live->session;
    const double scale = live->rate / session->sample_rate;
    WbLoop loop = {0};
    if (session->loop)
        loop = (WbLoop){.start = llrint((double)session->loop_start * scale),
                        .end = llrint((double)session->loop_end * scale)};
    /* The disk would play on straight while the transport jumps to and fro. */
    if ((double)(loop.end - loop.start) < WB_LOOP_SHORTEST * live->rate)
        loop = (WbLoop){0};
    const bool ourselves = !live->driver || wb_driver_loops_itself(live->driver);
    wb_prefetch_set_loop(live->prefetch, ourselves ? loop : (WbLoop){0});
    if (live->driver)
        wb_driver_set_loop(live->driver, loop);
    live->loop = loop;
}

static void sync_mix(WbLive *live)
{
    const WbSession *session = live->session;
    const bool ourselves = !live->driver || wb_driver_loops_itself(live->driver);
    WbMixerSettings settings = {0};
    settings.arbiter = wb_session_arbiter(session);
    settings.gain = wb_gain_of_db(session->mix.gain_db);
    settings.centred = live->guard != WB_GUARD_OFF;
    settings.lookahead = settings.centred && !any_live(live);
    settings.bypass = session->mix.carve_bypass;
    settings.delta = live->delta;
    settings.match = live->match;
    settings.standby = live->loop.end > 0 && !ourselves;
    settings.standby_position = live->loop.start;
    settings.take = live->running ? live->running->take : NULL;
    for (int c = 0; c < 2; c++) {
        settings.bus[c] = live->bus[c].port;
        settings.listen[c] = live->listen[c].port;
    }
    live->settings = settings;
    wb_mixer_set(live->mixer, &settings);
}

/* ---- the order ---- */

/* live->tracks in the order of the document; what is not in it any more comes last. */
void wb_live_sync_order(WbLive *live)
{
    const GPtrArray *wanted = live->session->tracks;
    g_autoptr(GPtrArray) before = live->tracks;
    live->tracks = g_ptr_array_new();
    for (guint t = 0; t < wanted->len; t++) {
        const WbTrack *document = wanted->pdata[t];
        WbLiveTrack *track = NULL;
        for (guint b = 0; b < before->len && !track; b++)
            if (((WbLiveTrack *)before->pdata[b])->id == document->id)
                track = g_ptr_array_steal_index(before, b);
        if (!track)
            track = track_new(document->id);
        track->removed = false;
        g_ptr_array_add(live->tracks, track);
    }
    for (guint b = 0; b < before->len; b++) {
        WbLiveTrack *track = before->pdata[b];
        if (!track->removed)
            track->faded = wb_mixer_clock(live->mixer) + WB_CYCLE_MAX_FRAMES +
                           (gint64)(live->rate * FADE_SECONDS);
        track->removed = true;
        g_ptr_array_add(live->tracks, track);
    }
}

static void arrange(WbLive *live)
{
    const guint count = live->tracks->len, documents = live->session->tracks->len;
    g_autofree WbMixerTrack **tracks = g_new0(WbMixerTrack *, count + 1);
    g_autoptr(GPtrArray) spares = g_ptr_array_new_with_free_func(g_free);
    for (guint t = 0; t < count; t++) {
        tracks[t] = ((WbLiveTrack *)live->tracks->pdata[t])->mixer;
        bool *row = t < documents
                        ? wb_session_spares(live->session, live->session->tracks->pdata[t])
                        : NULL;
        /* As long as all tracks that sound, removed ones too. */
        g_ptr_array_add(spares, row ? g_realloc_n(row, count, sizeof(bool)) : NULL);
        if (row)
            memset((bool *)spares->pdata[t] + documents, 0, count - documents);
    }
    if (!live->rearrange && live->arranged->len == count &&
        (count == 0 || memcmp(live->arranged->data, tracks, count * sizeof *tracks) == 0))
        return;
    wb_mixer_arrange(live->mixer, count, tracks, (const bool *const *)spares->pdata);
    g_array_set_size(live->arranged, 0);
    g_array_append_vals(live->arranged, tracks, count);
    live->rearrange = false;
}

void wb_live_sync(WbLive *live, bool fade_in)
{
    if (!live->mixer)
        return;
    if (live->guard != live->session->guard) {
        live->guard = live->session->guard;
        wb_prefetch_set_guard(live->prefetch, live->guard);
    }
    wb_live_sync_order(live);
    if (live->driver) {
        g_autoptr(GError) error = NULL;
        if (!wb_live_sync_ports(live, &error))
            wb_live_tell(live, WB_LIVE_WARNING,
                         g_strdup_printf(_("%s; the session goes on without it"), error->message));
        wb_live_update_delays(live);
    }
    sync_loop(live);
    for (guint t = 0; t < live->tracks->len; t++) {
        WbLiveTrack *track = live->tracks->pdata[t];
        const WbTrack *document =
            t < live->session->tracks->len ? live->session->tracks->pdata[t] : NULL;
        sync_track(live, track, document, fade_in);
    }
    sync_mix(live);
    arrange(live);
}

/* ---- with time ---- */

static void track_drop(WbLive *live, WbLiveTrack *track)
{
    for (int c = 0; c < 2; c++) {
        wb_mixer_retire(live->mixer, track->in[c].port, (GDestroyNotify)wb_port_free);
        wb_mixer_retire(live->mixer, track->out[c].port, (GDestroyNotify)wb_port_free);
        wb_live_port_clear(&track->in[c]);
        wb_live_port_clear(&track->out[c]);
    }
    if (track->mixer)
        wb_mixer_track_free(live->mixer, track->mixer);
    retire_player(live, &track->player);
    retire_player(live, &track->next);
    if (track->document)
        wb_track_unref(track->document);
    g_free(track);
}

void wb_live_tracks_later(WbLive *live)
{
    const gint64 now = wb_mixer_clock(live->mixer);
    bool changed = false;
    for (guint t = live->tracks->len; t-- > 0;) {
        WbLiveTrack *track = live->tracks->pdata[t];
        if (track->next && wb_player_ready(track->next)) {
            retire_player(live, &track->player);
            track->player = g_steal_pointer(&track->next);
            changed = true;
        }
        if (track->removed && (now >= track->faded || !live->driver)) {
            g_ptr_array_remove_index(live->tracks, t);
            arrange(live);
            wb_live_keep_track(live, track);
            track_drop(live, track);
        }
    }
    if (changed)
        wb_live_sync(live, true);
}

void wb_live_drop_tracks(WbLive *live)
{
    wb_mixer_arrange(live->mixer, 0, NULL, NULL);
    g_array_set_size(live->arranged, 0);
    for (guint t = 0; t < live->tracks->len; t++)
        track_drop(live, live->tracks->pdata[t]);
    g_ptr_array_set_size(live->tracks, 0);
}
