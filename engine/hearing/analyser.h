/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The spectra of one track, tick after tick, from audio that arrives in pieces of any size.
 * Thread: one at a time, not the audio thread (it moves memory, but after the first pushes of a
 * size it allocates nothing). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/hearing/spectrum.h"

typedef struct WbAnalyser WbAnalyser;

/* For a track of 1 or 2 channels. The spectrum is borrowed and must outlive the analyser. */
WbAnalyser *wb_analyser_new(const WbSpectrum *spectrum, unsigned channels, unsigned tick_frames);
void wb_analyser_free(WbAnalyser *analyser);

/* Starts anew, so that the first spectrum is that of `tick`; returns the timeline frame from which
 * on audio is wanted (it may lie before 0). */
int64_t wb_analyser_start(WbAnalyser *analyser, int64_t tick);

/* The next frames in order, [channel][frame]. */
void wb_analyser_push(WbAnalyser *analyser, const float *const *channels, size_t frames);

/* Takes the spectrum of the next tick, [channel][band] as wb_spectrum_bands() measures; false if
 * audio up to the end of its window has not been pushed yet. */
bool wb_analyser_pop(WbAnalyser *analyser, float power[][WB_BANDS]);
