/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Band power of a track around a control tick: one FFT of 42.7 ms for both channels, its bins
 * shared among the 24 critical bands.
 *
 * A WbSpectrum is a plan (window, FFT, band weights) for a sample rate and a timing; it holds no
 * state of a signal and serves any number of threads, each with a scratch of its own. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "engine/hearing/bands.h"
#include "engine/hearing/tick.h"

typedef struct WbSpectrum WbSpectrum;
typedef struct WbSpectrumScratch WbSpectrumScratch;

/* For a rate in Hz (32000 to 192000). Playback: a Hann window centred on the tick. Live: a window
 * that ends at the tick, three quarters rising half-Hann, one quarter falling.
 * Thread: main (FFTW's planner knows only one). */
WbSpectrum *wb_spectrum_new(double rate, WbTiming timing);
void wb_spectrum_free(WbSpectrum *spectrum);

/* Frames in the window, and how many of them lie after the tick. Thread: any. */
size_t wb_spectrum_length(const WbSpectrum *spectrum);
size_t wb_spectrum_ahead(const WbSpectrum *spectrum);

/* Working memory for one thread at a time. Thread: any but audio. */
WbSpectrumScratch *wb_spectrum_scratch_new(const WbSpectrum *spectrum);
void wb_spectrum_scratch_free(WbSpectrumScratch *scratch);

/* Mean square of the part of the signal in each band, under the window: a sine of amplitude 1 in
 * the middle of a band gives 0.5 there. For 1 or 2 channels, frames [channel][frame] of
 * wb_spectrum_length() samples, full scale 1; power [channel][band]. Two channels cost little more
 * than one; what either adds to the other lies 130 dB below it.
 * Thread: any, one per scratch; allocates nothing. */
void wb_spectrum_bands(const WbSpectrum *spectrum, WbSpectrumScratch *scratch, unsigned channels,
                       const float *const frames[], float power[][WB_BANDS]);

/* The same where silent [channel] channels are known to be all zero: theirs is 0, at no cost.
 * Thread: as above. */
void wb_spectrum_sounding_bands(const WbSpectrum *spectrum, WbSpectrumScratch *scratch,
                                unsigned channels, const float *const frames[], const bool silent[],
                                float power[][WB_BANDS]);

/* Whether all samples are zero. Thread: any. */
bool wb_spectrum_is_silent(const float *frames, size_t count);
