/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/session/playback.h"

#include "engine/session/strips.h"

WbPlayback *wb_playback_new(const WbSession *session, GError **error)
{
    g_autoptr(WbPlayback) playback = g_new0(WbPlayback, 1);
    playback->tracks = session->tracks->len;
    playback->strips = g_new0(WbStrip, playback->tracks);
    playback->readers = g_new0(WbTrackReader *, playback->tracks);
    playback->spares = g_new0(bool *, playback->tracks);
    playback->arbiter = wb_session_arbiter(session);
    playback->bus_gain = wb_gain_of_db(session->mix.gain_db);
    for (size_t t = 0; t < playback->tracks; t++) {
        const WbTrack *track = g_ptr_array_index(session->tracks, t);
        playback->strips[t] = wb_session_strip(session, track);
        playback->spares[t] = wb_session_spares(session, track);
        playback->strips[t].spares = playback->spares[t];
        playback->readers[t] = wb_session_open_track(session, track, session->sample_rate, error);
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
