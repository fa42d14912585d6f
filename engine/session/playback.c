/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/session/playback.h"

static bool any_solo(const WbSession *session)
{
    for (guint t = 0; t < session->tracks->len; t++)
        if (((const WbTrack *)g_ptr_array_index(session->tracks, t))->solo)
            return true;
    return false;
}

static WbStrip strip_of(const WbSession *session, const WbTrack *track, bool soloing)
{
    return (WbStrip){
        .channels = track->channels,
        .role = track->role,
        .trim_db = track->trim_db,
        .invert = track->invert,
        .gain_db = track->gain_db,
        .pan = track->pan,
        .muted = track->mute || (soloing && !track->solo),
        .carve_bypass = track->carve_bypass || session->mix.carve_bypass,
        .depth_db = wb_session_depth_db(session, track),
        .low_hz = track->low_hz,
        .high_hz = track->high_hz,
    };
}

static bool *spares_of(const WbSession *session, const WbTrack *track)
{
    if (track->never->len == 0)
        return NULL;
    bool *spares = g_new0(bool, session->tracks->len);
    for (guint t = 0; t < session->tracks->len; t++) {
        const WbTrack *other = g_ptr_array_index(session->tracks, t);
        spares[t] = wb_track_never_yields_to(track, other->id);
    }
    return spares;
}

static WbTrackReader *open_track(const WbSession *session, const WbTrack *track, GError **error)
{
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
    g_autofree WbClipSpec *specs = g_new0(WbClipSpec, track->clips->len);
    for (guint c = 0; c < track->clips->len; c++) {
        const WbClip *clip = g_ptr_array_index(track->clips, c);
        char *path = wb_session_clip_path(session, clip);
        g_ptr_array_add(paths, path);
        specs[c] = (WbClipSpec){
            .path = path,
            .position = clip->position,
            .offset = clip->offset,
            .length = clip->length,
            .gain = wb_gain_of_db(clip->gain_db),
            .fade_in = clip->fade_in,
            .fade_out = clip->fade_out,
        };
    }
    return wb_track_reader_new(specs, track->clips->len, track->channels, session->sample_rate,
                               error);
}

WbPlayback *wb_playback_new(const WbSession *session, GError **error)
{
    g_autoptr(WbPlayback) playback = g_new0(WbPlayback, 1);
    playback->tracks = session->tracks->len;
    playback->strips = g_new0(WbStrip, playback->tracks);
    playback->readers = g_new0(WbTrackReader *, playback->tracks);
    playback->spares = g_new0(bool *, playback->tracks);
    playback->arbiter.strength_percent = session->mix.strength_percent;
    playback->arbiter.depth_db[WB_ROLE_SUPPORT] = session->mix.support_depth_db;
    playback->arbiter.depth_db[WB_ROLE_BACKGROUND] = session->mix.background_depth_db;
    playback->bus_gain = wb_gain_of_db(session->mix.gain_db);
    const bool soloing = any_solo(session);
    for (size_t t = 0; t < playback->tracks; t++) {
        const WbTrack *track = g_ptr_array_index(session->tracks, t);
        playback->strips[t] = strip_of(session, track, soloing);
        playback->spares[t] = spares_of(session, track);
        playback->strips[t].spares = playback->spares[t];
        playback->readers[t] = open_track(session, track, error);
        if (!playback->readers[t])
            return NULL;
        playback->end = MAX(playback->end, wb_track_reader_end(playback->readers[t]));
    }
    return g_steal_pointer(&playback);
}

void wb_playback_free(WbPlayback *playback)
{
    if (!playback)
        return;
    for (size_t t = 0; t < playback->tracks; t++) {
        wb_track_reader_free(playback->readers[t]);
        g_free(playback->spares[t]);
    }
    g_free(playback->strips);
    g_free(playback->readers);
    g_free(playback->spares);
    g_free(playback);
}
