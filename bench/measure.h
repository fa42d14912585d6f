/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the benchmarks share: a clock, the median, and tracks to measure with.
 * Thread: any. */
#pragma once

#include <stddef.h>

#include "engine/mix/strip.h"

#define WB_BENCH_RATE 48000.0
#define WB_BENCH_BLOCK 64 /* frames */

/* Time this thread has been at work: what others do on the same machine counts little. */
double wb_bench_now_ns(void);

/* Of count values (1 or more), which are put in order. */
double wb_bench_median(double values[], size_t count);

/* A stereo track of a large session: of eight, one leads and two support, at different levels. */
WbStrip wb_bench_strip(size_t track);

/* Noise of a level of -20 dBFS, the same for the same seed. */
void wb_bench_noise(unsigned seed, float samples[], size_t count);
