/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/hearing/spectrum.h"

#include <fftw3.h>
#include <glib.h>
#include <math.h>
#include <stdbool.h>

#define WINDOW_SECONDS (2048.0 / 48000.0)

struct WbSpectrum {
    size_t length, ahead;
    size_t bins; /* the lowest bins, up to the end of the last band */
    fftwf_plan plan;
    float *window;
    struct {
        size_t first, count;
        const float *weight;
    } band[WB_BANDS];
    float *weights;
};

struct WbSpectrumScratch {
    float *frames;
    fftwf_complex *bins;
    float *power;
};

/* FFTW is fast for small primes only; a multiple of four lets the live window fall in a quarter. */
static bool is_fast(size_t n)
{
    if (n % 4 != 0)
        return false;
    for (size_t prime = 2; prime <= 7; prime++)
        while (n % prime == 0)
            n /= prime;
    return n == 1;
}

static size_t fast_length(double wanted)
{
    const size_t middle = (size_t)(wanted + 0.5);
    for (size_t off = 0;; off++) {
        if (is_fast(middle - off))
            return middle - off;
        if (is_fast(middle + off))
            return middle + off;
    }
}

/* Half-Hann slopes that meet at `top`; scaled so that the sum over bins of |X|^2, each counted for
 * its negative twin too, is the mean square of the windowed signal. */
static void fill_window(float *window, size_t length, size_t top)
{
    double sum = 0;
    for (size_t i = 0; i < length; i++) {
        const double at = i < top ? (i + 0.5) / top : (length - i - 0.5) / (length - top);
        const double value = 0.5 - 0.5 * cos(M_PI * at);
        window[i] = (float)value;
        sum += value * value;
    }
    const double scale = sqrt(2 / (sum * length));
    for (size_t i = 0; i < length; i++)
        window[i] = (float)(window[i] * scale);
}

static double overlap(double low_a, double high_a, double low_b, double high_b)
{
    return fmax(0, fmin(high_a, high_b) - fmax(low_a, low_b));
}

/* Each bin is as wide as the distance to the next and belongs to the bands it overlaps by the part
 * of its width that lies inside. The first bin above 0 Hz reaches below 20 Hz and goes to the
 * lowest band whole: what a tone of that band leaks there is the tone's. */
static void fill_bands(WbSpectrum *spectrum, double rate)
{
    const double width = rate / spectrum->length;
    const size_t last = spectrum->length / 2;
    const double end = wb_band_edge_hz[WB_BANDS];
    spectrum->bins = MIN(last, (size_t)(end / width + 0.5)) + 1;
    spectrum->weights = g_new0(float, spectrum->bins + 2 * WB_BANDS);
    float *weight = spectrum->weights;
    for (int b = 0; b < WB_BANDS; b++) {
        const double low = b > 0 ? wb_band_edge_hz[b] / width : 0.5;
        const double high = wb_band_edge_hz[b + 1] / width;
        const size_t first = (size_t)(low + 0.5);
        const size_t stop = MIN(spectrum->bins - 1, (size_t)(high + 0.5));
        spectrum->band[b].first = first;
        spectrum->band[b].count = stop + 1 - first;
        spectrum->band[b].weight = weight;
        for (size_t bin = first; bin <= stop; bin++)
            *weight++ = (float)overlap(bin - 0.5, bin + 0.5, low, high);
    }
}

WbSpectrum *wb_spectrum_new(double rate, WbTiming timing)
{
    WbSpectrum *spectrum = g_new0(WbSpectrum, 1);
    spectrum->length = fast_length(rate * WINDOW_SECONDS);
    spectrum->ahead = timing == WB_TIMING_PLAYBACK ? spectrum->length / 2 : 0;
    spectrum->window = fftwf_alloc_real(spectrum->length);
    fill_window(spectrum->window, spectrum->length,
                timing == WB_TIMING_PLAYBACK ? spectrum->length / 2 : spectrum->length / 4 * 3);
    fill_bands(spectrum, rate);
    WbSpectrumScratch *scratch = wb_spectrum_scratch_new(spectrum);
    /* An estimated plan is the same in every run, so that results are too. */
    spectrum->plan = fftwf_plan_dft_r2c_1d((int)spectrum->length, scratch->frames, scratch->bins,
                                           FFTW_ESTIMATE | FFTW_DESTROY_INPUT);
    wb_spectrum_scratch_free(scratch);
    return spectrum;
}

void wb_spectrum_free(WbSpectrum *spectrum)
{
    if (!spectrum)
        return;
    fftwf_destroy_plan(spectrum->plan);
    fftwf_free(spectrum->window);
    g_free(spectrum->weights);
    g_free(spectrum);
}

size_t wb_spectrum_length(const WbSpectrum *spectrum)
{
    return spectrum->length;
}

size_t wb_spectrum_ahead(const WbSpectrum *spectrum)
{
    return spectrum->ahead;
}

WbSpectrumScratch *wb_spectrum_scratch_new(const WbSpectrum *spectrum)
{
    WbSpectrumScratch *scratch = g_new0(WbSpectrumScratch, 1);
    scratch->frames = fftwf_alloc_real(spectrum->length);
    scratch->bins = fftwf_alloc_complex(spectrum->length / 2 + 1);
    scratch->power = fftwf_alloc_real(spectrum->length / 2 + 1);
    return scratch;
}

void wb_spectrum_scratch_free(WbSpectrumScratch *scratch)
{
    if (!scratch)
        return;
    fftwf_free(scratch->frames);
    fftwf_free(scratch->bins);
    fftwf_free(scratch->power);
    g_free(scratch);
}

void wb_spectrum_bands(const WbSpectrum *spectrum, WbSpectrumScratch *scratch, const float *frames,
                       float power[WB_BANDS])
{
    for (size_t i = 0; i < spectrum->length; i++)
        scratch->frames[i] = frames[i] * spectrum->window[i];
    fftwf_execute_dft_r2c(spectrum->plan, scratch->frames, scratch->bins);
    for (size_t i = 0; i < spectrum->bins; i++) {
        const float re = scratch->bins[i][0], im = scratch->bins[i][1];
        scratch->power[i] = re * re + im * im;
    }
    for (int b = 0; b < WB_BANDS; b++) {
        const float *weight = spectrum->band[b].weight;
        const float *bin = scratch->power + spectrum->band[b].first;
        float sum = 0;
        for (size_t i = 0; i < spectrum->band[b].count; i++)
            sum += weight[i] * bin[i];
        power[b] = sum;
    }
}
