/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the document says of a track in the words of mixer, arbiter and disk. The offline render and
 * the live mixer ask here, so that they do the same.
 * Thread: main. */
#pragma once

#include "engine/disk/track_reader.h"
#include "engine/hearing/arbiter.h"
#include "engine/mix/strip.h"
#include "engine/session/session.h"

/* Mute and solo, bypass of track and mix are weighed up; `spares` is NULL: see
 * wb_session_spares(). */
WbStrip wb_session_strip(const WbSession *session, const WbTrack *track);
/* [track in the session's order]: those that `track` never yields to; NULL if it yields to all.
 * Free with g_free(). */
bool *wb_session_spares(const WbSession *session, const WbTrack *track);
WbArbiterSettings wb_session_arbiter(const WbSession *session);
/* The track's clips at a rate in whole Hz, its offset_frames included: a clip may begin before 0.
 * Errors are those of wb_track_reader_new(). */
WbTrackReader *wb_session_open_track(const WbSession *session, const WbTrack *track, double rate,
                                     GError **error);
