/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long the audio thread works on one process cycle of the mixer: all that it does for live
 * stereo tracks between two calls of the driver. */
#pragma once

/* Nanoseconds on one core, medians: of a cycle of 64 frames, and of one that begins at a control
 * tick, where all carves are aimed at their new targets. carved_share: of the bands of all tracks
 * but the lead, how many are being cut. */
typedef struct {
    double plain_ns, tick_ns, carved_share;
} WbBenchCycle;

/* For a lead and others that are carved, at 48 kHz. Thread: main. Takes about 5 ms for each
 * track. */
WbBenchCycle wb_bench_cycle(unsigned tracks);
