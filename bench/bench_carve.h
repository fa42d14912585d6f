/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How fast the kernels of the carve are on this machine. */
#pragma once

#include "engine/carve/kernel.h"

/* Nanoseconds for one block of 64 frames of `tracks` stereo tracks at 48 kHz, every section of
 * every channel running and all coefficients moving: the median of many blocks, on one core.
 * Thread: main. Takes about a tenth of a second for 40 tracks. */
double wb_bench_carve_block_ns(const WbCarveKernel *kernel, unsigned tracks);
