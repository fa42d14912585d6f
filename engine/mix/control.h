/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The control side of the mix: from the spectra of all tracks at a tick to the carve each of them
 * gets. Arbiter, smoothing and filter design in one step.
 * Thread: one at a time, the control worker; nothing allocates after wb_control_new(). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "engine/carve/design.h"
#include "engine/hearing/tick.h"
#include "engine/mix/strip.h"

typedef struct WbControl WbControl;

/* For up to max_tracks tracks. The design is borrowed and must outlive the control. */
WbControl *wb_control_new(const WbCarveDesign *design, WbTiming timing, size_t max_tracks);
void wb_control_free(WbControl *control);

/* Forgets the past, as after a locate. */
void wb_control_reset(WbControl *control);

WbTiming wb_control_timing(const WbControl *control);

/* Goes on with another timing from the cuts of now. After a change to playback, the next steps are
 * for the ticks that follow the one at which those cuts hold. */
void wb_control_set_timing(WbControl *control, WbTiming timing);

/* Continues where `from` is, for other tracks: see wb_arbiter_take_over(). */
void wb_control_take_over(WbControl *control, const WbControl *from, size_t tracks,
                          const size_t map[]);

/* Live: the worker has one tick, and the audio thread ramps through another. */
#define WB_LIVE_OFFSET 2

/* The targets that come out of a step are for this many ticks after the tick whose spectra went in:
 * at that tick the carve has arrived at them. Playback: negative, live: 2. */
int wb_control_offset(const WbControl *control);

/* One tick. power [track][channel][band] as measured before trim. targets [track] and cut_db
 * [track][band] (0 or more) receive the carve; false: nothing is ready yet. */
bool wb_control_step(WbControl *control, const WbArbiterSettings *settings, size_t tracks,
                     const WbStrip strips[], const float power[][2][WB_BANDS],
                     WbCarveCoefficients targets[], float cut_db[][WB_BANDS]);

/* Power of a track on the bus at the last tick that went in, [band]: both sides together, before
 * the carve. */
const float *wb_control_power(const WbControl *control, size_t track);

/* Predicted loudness of a track at the last tick that went in; see wb_arbiter_loudness(). */
void wb_control_loudness(const WbControl *control, size_t track, double *before, double *after);

/* What the loudness of each track [track] would have been with all others silent. */
void wb_control_loudness_alone(const WbControl *control, float alone[]);
