/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long the control worker works on one control tick. */
#pragma once

/* Nanoseconds on one core, medians: the spectra of all channels; arbiter, smoothing and filter
 * design of all tracks. */
typedef struct {
    double spectra_ns, decision_ns;
} WbBenchControl;

/* For stereo tracks at 48 kHz that sound in all bands, with the timing of playback, the dearer one.
 * Thread: main. Takes about a millisecond for each track. */
WbBenchControl wb_bench_control(unsigned tracks);
