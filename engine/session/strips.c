/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/session/strips.h"

#include <math.h>

static bool any_solo(const WbSession *session)
{
    for (guint t = 0; t < session->tracks->len; t++)
        if (((const WbTrack *)g_ptr_array_index(session->tracks, t))->solo)
            return true;
    return false;
}

WbStrip wb_session_strip(const WbSession *session, const WbTrack *track)
{
    return (WbStrip){
        .channels = track->channels,
        .role = track->role,
        .trim_db = track->trim_db,
        .invert = track->invert,
        .gain_db = track->gain_db,
        .pan = track->pan,
        .muted = track->mute || (!track->solo && any_solo(session)),
        .carve_bypass = track->carve_bypass || session->mix.carve_bypass,
        .depth_db = wb_session_depth_db(session, track),
        .low_hz = track->low_hz,
        .high_hz = track->high_hz,
    };
}

bool *wb_session_spares(const WbSession *session, const WbTrack *track)
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

WbArbiterSettings wb_session_arbiter(const WbSession *session)
{
    WbArbiterSettings settings = {.strength_percent = session->mix.strength_percent};
    settings.depth_db[WB_ROLE_SUPPORT] = session->mix.support_depth_db;
    settings.depth_db[WB_ROLE_BACKGROUND] = session->mix.background_depth_db;
    return settings;
}

/* Frames of the session at another rate. */
static gint64 scaled(gint64 frames, double scale)
{
    return scale == 1 ? frames : llrint((double)frames * scale);
}

WbTrackReader *wb_session_open_track(const WbSession *session, const WbTrack *track, double rate,
                                     GError **error)
{
    const double scale = rate / session->sample_rate;
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
    g_autofree WbClipSpec *specs = g_new0(WbClipSpec, track->clips->len);
    for (guint c = 0; c < track->clips->len; c++) {
        const WbClip *clip = g_ptr_array_index(track->clips, c);
        char *path = wb_session_clip_path(session, clip);
        g_ptr_array_add(paths, path);
        specs[c] = (WbClipSpec){
            .path = path,
            .position = scaled(clip->position + track->offset_frames, scale),
            .offset = scaled(clip->offset, scale),
            .length = scaled(clip->length, scale),
            .gain = wb_gain_of_db(clip->gain_db),
            .fade_in = scaled(clip->fade_in, scale),
            .fade_out = scaled(clip->fade_out, scale),
        };
    }
    return wb_track_reader_new(specs, track->clips->len, track->channels, rate, error);
}
