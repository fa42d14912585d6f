/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long the audio thread works on one process cycle: trim, carve, fader and pan of all tracks,
 * and their sum. */
#pragma once

/* Nanoseconds on one core, medians: of a cycle of 64 frames, and of one that begins at a control
 * tick, where all carves are aimed at their new targets. */
typedef struct {
    double plain_ns, tick_ns;
} WbBenchCycle;

/* For stereo tracks at 48 kHz, with all bands of all tracks moving. Thread: main. Takes about
 * 2 ms for each track. */
WbBenchCycle wb_bench_cycle(unsigned tracks);
