/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The carves of many channels: filters them in place, with coefficients that move per sample.
 *
 * Channels lie side by side in the lanes of a vector. As many as the kernel has lanes make a group;
 * channel c is lane c % lanes of group c / lanes. Groups share nothing that changes: each may be
 * worked on by a thread of its own. A channel's result is the same bits alone or among others, and
 * however its frames are split into calls. A channel without a cut is not even read.
 *
 * Samples must be finite, and the thread should flush denormals to zero. */
#pragma once

#include "engine/carve/design.h"

#include <stddef.h>

struct WbCarveKernel;
typedef struct WbCarveBank WbCarveBank;

/* All channels flat. The design may be freed afterwards. The kernel is the fastest this processor
 * runs, or the one that the environment names (kernel.h). Thread: main. */
WbCarveBank *wb_carve_bank_new(const WbCarveDesign *design, unsigned channels);

/* The same with a given kernel. */
WbCarveBank *wb_carve_bank_new_with_kernel(const WbCarveDesign *design, unsigned channels,
                                           const struct WbCarveKernel *kernel);
void wb_carve_bank_free(WbCarveBank *bank);

/* Thread: any. */
unsigned wb_carve_bank_lanes(const WbCarveBank *bank);
unsigned wb_carve_bank_groups(const WbCarveBank *bank);

/* Moves the channel's coefficients from where they are now to `target`, linearly at each sample,
 * to be exactly there after `frames` samples; 0 is at once. Afterwards they stay. A section that
 * has been flat starts with an empty state. Thread: the one that processes the channel's group. */
void wb_carve_bank_aim(WbCarveBank *bank, unsigned channel, const WbCarveCoefficients *target,
                       unsigned frames);

/* Filters `frames` samples in place: channels[] has one pointer per channel of the group (the last
 * group may have fewer than the kernel has lanes). No latency. Returns at once where the whole
 * group is flat. Thread: audio, or any; one at a time for a group. */
void wb_carve_bank_process(WbCarveBank *bank, unsigned group, double *const *channels,
                           size_t frames);

/* As new: flat, nothing remembered. Thread: as for wb_carve_bank_aim(). */
void wb_carve_bank_reset(WbCarveBank *bank, unsigned channel);
