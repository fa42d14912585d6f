/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The audio side of the mix: trim, carve, fader and pan of every track, and their sum. Samples are
 * double from trim to bus.
 *
 * A mix owns the strips of all tracks and the lanes of the carve that they have. A layout says
 * which strips sound, in which order; it does not change, and another one takes its place while
 * sound runs. Strips are worked on in groups, as many channels as the carve's kernel has lanes.
 * Groups share no state, so that each may be processed on a thread of its own; the sum runs over
 * the tracks in their order, whatever the threads did. However the frames are cut into blocks, and
 * whatever other strips come and go, the bits are the same. */
#pragma once

#include <stddef.h>

#include "engine/carve/design.h"
#include "engine/mix/strip.h"

typedef struct WbMix WbMix;
typedef struct WbMixStrip WbMixStrip;
typedef struct WbMixLayout WbMixLayout;

/* Changes of gain take this long. */
#define WB_GAIN_RAMP_SECONDS 0.01

/* The design is borrowed and must outlive the mix. Frees all strips with it. Thread: main. */
WbMix *wb_mix_new(const WbCarveDesign *design, double rate);
void wb_mix_free(WbMix *mix);

/* A strip of 1 or 2 channels, uncarved, at these gains. Thread: main. */
WbMixStrip *wb_mix_add(WbMix *mix, unsigned channels, const WbGains *gains);

/* Its lanes are free for others. Thread: main, once no layout that has it is processed. */
void wb_mix_remove(WbMix *mix, WbMixStrip *strip);

/* Trim, fader, pan and mute of a strip go to these values, without a click.
 * Thread: the one that processes, between two calls. */
void wb_mix_strip_aim(const WbMix *mix, WbMixStrip *strip, const WbGains *gains);

/* For the strips [track]. Thread: main. */
WbMixLayout *wb_mix_layout_new(WbMix *mix, size_t tracks, WbMixStrip *const strips[]);
void wb_mix_layout_free(WbMixLayout *layout);

/* Thread: any. */
size_t wb_mix_groups(const WbMixLayout *layout);

/* The tracks of a group, ascending within each number of channels; returns how many.
 * Thread: any. */
size_t wb_mix_group_tracks(const WbMixLayout *layout, size_t group, const size_t **tracks);

/* The carves of a group's tracks move from where they are to targets [track] (of all tracks) within
 * frames; 0: at once. Thread: audio, or one per group. */
void wb_mix_aim(WbMixLayout *layout, size_t group, const WbCarveCoefficients targets[],
                unsigned frames);

/* One group's tracks, in three steps. input [track][channel][frame] is trimmed to strips [track]
 * [left, right][frame], carved there, then faded and panned to both sides; also, if not NULL, is
 * faded and panned likewise. Before the fade a mono track lies in the left place alone. All arrays
 * hold all tracks; those of other groups are not touched. offset: where in the arrays to begin.
 * Thread: audio, or one per group. */
void wb_mix_trim(WbMixLayout *layout, size_t group, const float *const (*input)[2],
                 double *const (*strips)[2], size_t offset, size_t frames);
void wb_mix_carve(WbMixLayout *layout, size_t group, double *const (*strips)[2], size_t offset,
                  size_t frames);
void wb_mix_fade(WbMixLayout *layout, size_t group, double *const (*strips)[2],
                 double *const (*also)[2], size_t offset, size_t frames);

/* Sums strips [track][left, right][frame], in the order of the tracks, to bus [left, right][frame].
 * Thread: any. */
void wb_mix_sum(size_t tracks, double *const (*strips)[2], double *const bus[2], size_t offset,
                size_t frames);
