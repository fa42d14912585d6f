/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The audio side of the mix: trim, carve, fader and pan of every track, and their sum. Samples are
 * double from trim to bus.
 *
 * Tracks are worked on in groups, as many channels as the carve's kernel has lanes. Groups share
 * no state, so that each may be processed on a thread of its own; the sum runs over the tracks in
 * their order, whatever the threads did. However the frames are cut into blocks, the bits are the
 * same. */
#pragma once

#include <stddef.h>

#include "engine/carve/design.h"
#include "engine/mix/strip.h"

typedef struct WbMix WbMix;

/* Changes of gain take this long. */
#define WB_GAIN_RAMP_SECONDS 0.01

/* For the tracks of strips, [track]; they start at their gains, uncarved. The design is borrowed
 * and must outlive the mix. Thread: main. */
WbMix *wb_mix_new(const WbCarveDesign *design, double rate, size_t tracks, const WbStrip strips[]);
void wb_mix_free(WbMix *mix);

/* Trim, polarity, fader, pan and mute of a track go to these values, without a click. The channels
 * stay as they were. Thread: the one that processes, between two calls. */
void wb_mix_set_strip(WbMix *mix, size_t track, const WbStrip *strip);

/* Thread: any. */
size_t wb_mix_groups(const WbMix *mix);

/* The carves of a group's tracks move from where they are to targets [track] (of all tracks) within
 * frames; 0: at once. Thread: audio, or one per group. */
void wb_mix_aim(WbMix *mix, size_t group, const WbCarveCoefficients targets[], unsigned frames);

/* One group's tracks from input [track][channel][frame] to strips [track][left, right][frame],
 * after carve and fader. Both hold all tracks; those of other groups are not touched. offset: where
 * in the arrays to begin. Thread: audio, or one per group. */
void wb_mix_process(WbMix *mix, size_t group, const float *const (*input)[2],
                    double *const (*strips)[2], size_t offset, size_t frames);

/* Sums strips [track][left, right][frame], in the order of the tracks, to bus [left, right][frame].
 * Thread: any. */
void wb_mix_sum(size_t tracks, double *const (*strips)[2], double *const bus[2], size_t offset,
                size_t frames);
