/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The offline driver: renders a mix as fast as it goes, on all cores. Reading and hearing, the
 * arbiter, carving and writing work on different stretches of the timeline at the same time; what
 * comes out depends neither on the number of threads nor on the block size, to the bit.
 * Thread: main; the callbacks say where they are called. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "engine/disk/track_reader.h"
#include "engine/hearing/tick.h"
#include "engine/mix/strip.h"

typedef struct {
    double rate;
    size_t tracks;
    const WbStrip *strips;         /* [track] */
    WbTrackReader *const *readers; /* [track], with as many channels as the strip */
    WbArbiterSettings arbiter;
    WbTiming timing;
    bool dry;              /* no hearing and no carve at all */
    int64_t start, end;    /* timeline frames, end excluded */
    unsigned block_frames; /* the driver's block, 1 or more */
    unsigned threads;      /* 0: one for each processor */
} WbOfflineJob;

typedef struct {
    /* The next frames of the bus, [left, right][frame]; always on one thread at a time. */
    bool (*bus)(void *data, const double *const channels[2], size_t frames, GError **error);
    /* The same of one track after carve and fader; several tracks at once. NULL: not wanted. */
    bool (*strip)(void *data, size_t track, const double *const channels[2], size_t frames,
                  GError **error);
    /* Between two stretches, on the calling thread; false stops with G_IO_ERROR_CANCELLED. */
    bool (*progress)(void *data, int64_t frames_done);
    void *data;
} WbOfflineSink;

/* What happened to a track in the rendered range. Means are over the ticks at which it sounded. */
typedef struct {
    uint64_t ticks; /* at which it sounded */
    double mean_cut_db[WB_BANDS];
    double max_cut_db[WB_BANDS];
    double carved_share; /* of those ticks, with 1 dB or more taken in some band */
    double loudness_before, loudness_after; /* mean; see wb_arbiter_loudness() */
} WbOfflineTrack;

/* Renders [start, end) to the sink; tracks [track] receives what was done. On failure the sink has
 * seen a part. */
bool wb_offline_render(const WbOfflineJob *job, const WbOfflineSink *sink, WbOfflineTrack tracks[],
                       GError **error);
