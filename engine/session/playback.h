/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A session made ready to sound: each track's strip, its audio from disk, and what the arbiter is
 * told. A snapshot: later changes of the document do not reach it.
 * Thread: main; the readers afterwards on one thread each. */
#pragma once

#include "engine/disk/track_reader.h"
#include "engine/mix/strip.h"
#include "engine/session/session.h"

typedef struct {
    size_t tracks;
    WbStrip *strips;         /* [track], in the session's order */
    WbTrackReader **readers; /* [track] */
    bool **spares;           /* [track][track], owned here for the strips; NULL where none */
    WbArbiterSettings arbiter;
    double bus_gain; /* factor */
    gint64 end;      /* where the last clip ends */
} WbPlayback;

/* Opens every file of the session, at its rate. Errors name the file that is missing or unfit. */
WbPlayback *wb_playback_new(const WbSession *session, GError **error);
void wb_playback_free(WbPlayback *playback);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(WbPlayback, wb_playback_free)
