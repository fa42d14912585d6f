/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the arbiter's choice, tick by tick, to cuts that move as hearing wants it: smoothed over
 * neighbouring bands and over time.
 * Thread: one at a time, the control worker; nothing allocates after wb_smoothing_new(). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "engine/hearing/bands.h"
#include "engine/hearing/tick.h"

typedef struct WbSmoothing WbSmoothing;

/* For up to max_tracks tracks. Live: a one-pole, faster down than back. Playback: a Gaussian
 * over ticks, to both sides. Both follow the ear's own time constants, fast at high frequencies. */
WbSmoothing *wb_smoothing_new(WbTiming timing, size_t max_tracks);
void wb_smoothing_free(WbSmoothing *smoothing);

/* Forgets the past. */
void wb_smoothing_reset(WbSmoothing *smoothing);

/* Goes on from cuts [track][band] as if they had lasted for long. */
void wb_smoothing_start_from(WbSmoothing *smoothing, size_t tracks, const float cut_db[][WB_BANDS]);

/* Continues where `from`, of the same timing, is: see wb_arbiter_take_over(). */
void wb_smoothing_take_over(WbSmoothing *smoothing, const WbSmoothing *from, size_t tracks,
                            const size_t map[]);

/* Ticks by which what comes out is older than what went in (live: 0). */
unsigned wb_smoothing_delay(const WbSmoothing *smoothing);

/* One tick of cuts in dB, [track][band]; in and out may be the same. False: nothing out yet. Past
 * the end of what there is to hear, push silence (all zero) to get the rest. */
bool wb_smoothing_step(WbSmoothing *smoothing, size_t tracks, const float in[][WB_BANDS],
                       float out[][WB_BANDS]);
