/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arbiter: which track yields, in which band, by how much. It predicts how loud every track is
 * amid the others (partial loudness by Stevens' power law) and cuts where the leads gain more than
 * the others lose. The rule and what was measured of it: doc/arbiter.md.
 *
 * Thread: one at a time, the control worker; nothing allocates after wb_arbiter_new(). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "engine/hearing/bands.h"
#include "engine/hearing/role.h"

typedef struct WbArbiter WbArbiter;

typedef struct {
    WbRole role;
    bool sounding;            /* false: muted or absent, left out of everything */
    float limit_db[WB_BANDS]; /* the most that may be taken of this track, 0: never carved */
    const bool *spares;       /* [track] it never yields to; NULL: yields to all */
} WbArbiterTrack;

typedef struct {
    double strength_percent;   /* 0 (off) to 100 */
    double depth_db[WB_ROLES]; /* deepest cut of each role; that of leads is not used */
} WbArbiterSettings;

/* For up to max_tracks tracks. */
WbArbiter *wb_arbiter_new(size_t max_tracks);
void wb_arbiter_free(WbArbiter *arbiter);

/* Forgets the past: its slow averages. */
void wb_arbiter_reset(WbArbiter *arbiter);

/* Continues where `from` is: track t is what track map[t] was there, or new if that is
 * WB_NO_TRACK. `from` is left as it is. */
void wb_arbiter_take_over(WbArbiter *arbiter, const WbArbiter *from, size_t tracks,
                          const size_t map[]);

/* One control tick. power [track][band]: mean square after fader and pan, before the carve, both
 * sides together. cut_db [track][band], 0 or more: what to take. Every cut is exactly 0 without a
 * track to protect, without one that may yield, and at strength 0. */
void wb_arbiter_step(WbArbiter *arbiter, const WbArbiterSettings *settings, size_t tracks,
                     const WbArbiterTrack track[], const float power[][WB_BANDS],
                     float cut_db[][WB_BANDS]);

/* Of the last tick: predicted partial loudness of a track amid the others without and with the
 * cuts that were chosen. 1 is the loudness of 60 dB SPL alone in a band; the bands add up. */
void wb_arbiter_loudness(const WbArbiter *arbiter, size_t track, double *before, double *after);

/* The same of each of the tracks [track] with all others silent. */
void wb_arbiter_loudness_alone(const WbArbiter *arbiter, size_t tracks, float alone[]);
