/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/hearing/spectrum.h"

#include <fftw3.h>
#include <glib.h>
#include <math.h>
#include <string.h>

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
    fftwf_complex *frames, *bins;
    float *low[2],
        *high[2];    /* [real, imaginary] of the bins above 0 Hz, and of their mirror image */
    float *power[2]; /* [channel] */
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
    spectrum->plan = fftwf_plan_dft_1d((int)spectrum->length, scratch->frames, scratch->bins,
                                       FFTW_FORWARD, FFTW_ESTIMATE | FFTW_DESTROY_INPUT);
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
    scratch->frames = fftwf_alloc_complex(spectrum->length);
    scratch->bins = fftwf_alloc_complex(spectrum->length);
    for (int i = 0; i < 2; i++) {
        scratch->low[i] = fftwf_alloc_real(spectrum->bins);
        scratch->high[i] = fftwf_alloc_real(spectrum->bins);
        scratch->power[i] = fftwf_alloc_real(spectrum->bins);
    }
    return scratch;
}

void wb_spectrum_scratch_free(WbSpectrumScratch *scratch)
{
    if (!scratch)
        return;
    fftwf_free(scratch->frames);
    fftwf_free(scratch->bins);
    for (int i = 0; i < 2; i++) {
        fftwf_free(scratch->low[i]);
        fftwf_free(scratch->high[i]);
        fftwf_free(scratch->power[i]);
    }
    g_free(scratch);
}

/* The first channel goes in as the real part, the second as the imaginary one. */
static void weigh(const WbSpectrum *spectrum, unsigned channels, const float *const frames[],
                  fftwf_complex *restrict out)
{
    const float *window = spectrum->window, *first = frames[0];
    if (channels == 1) {
        for (size_t i = 0; i < spectrum->length; i++) {
            out[i][0] = first[i] * window[i];
            out[i][1] = 0;
        }
        return;
    }
    const float *second = frames[1];
    for (size_t i = 0; i < spectrum->length; i++) {
        out[i][0] = first[i] * window[i];
        out[i][1] = second[i] * window[i];
    }
}

static void split(const fftwf_complex *bins, size_t count, float *restrict re, float *restrict im)
{
    for (size_t i = 0; i < count; i++) {
        re[i] = bins[i][0];
        im[i] = bins[i][1];
    }
}

/* The spectrum of a real signal is the conjugate of its mirror image, that of an imaginary one the
 * negative of that: so the two channels come apart again. */
static void take_apart(const WbSpectrum *spectrum, WbSpectrumScratch *scratch)
{
    const size_t count = spectrum->bins - 1; /* without that of 0 Hz, which is in no band */
    const fftwf_complex *all = (const fftwf_complex *)scratch->bins;
    split(all + 1, count, scratch->low[0], scratch->low[1]);
    split(all + spectrum->length - count, count, scratch->high[0], scratch->high[1]);
    float *restrict first = scratch->power[0] + 1, *restrict second = scratch->power[1] + 1;
    const float *low_re = scratch->low[0], *low_im = scratch->low[1];
    const float *high_re = scratch->high[0], *high_im = scratch->high[1];
    for (size_t i = 0; i < count; i++) {
        const size_t mirrored = count - 1 - i;
        const float a = low_re[i] + high_re[mirrored], b = low_im[i] - high_im[mirrored];
        const float c = low_re[i] - high_re[mirrored], d = low_im[i] + high_im[mirrored];
        first[i] = 0.25f * (a * a + b * b);
        second[i] = 0.25f * (c * c + d * d);
    }
}

void wb_spectrum_bands(const WbSpectrum *spectrum, WbSpectrumScratch *scratch, unsigned channels,
                       const float *const frames[], float power[][WB_BANDS])
{
    weigh(spectrum, channels, frames, scratch->frames);
    fftwf_execute_dft(spectrum->plan, scratch->frames, scratch->bins);
    take_apart(spectrum, scratch);
    for (unsigned c = 0; c < channels; c++) {
        for (int b = 0; b < WB_BANDS; b++) {
            const float *weight = spectrum->band[b].weight;
            const float *bin = scratch->power[c] + spectrum->band[b].first;
            float sum = 0;
#pragma omp simd reduction(+ : sum)
            for (size_t i = 0; i < spectrum->band[b].count; i++)
                sum += weight[i] * bin[i];
            power[c][b] = sum;
        }
    }
}

void wb_spectrum_sounding_bands(const WbSpectrum *spectrum, WbSpectrumScratch *scratch,
                                unsigned channels, const float *const frames[], const bool silent[],
                                float power[][WB_BANDS])
{
    const float *sounding[2];
    unsigned place[2], count = 0;
    for (unsigned c = 0; c < channels; c++) {
        memset(power[c], 0, sizeof power[c]);
        if (silent[c])
            continue;
        place[count] = c;
        sounding[count++] = frames[c];
    }
    if (count == 0)
        return;
    float bands[2][WB_BANDS];
    wb_spectrum_bands(spectrum, scratch, count, sounding, bands);
    for (unsigned i = 0; i < count; i++)
        memcpy(power[place[i]], bands[i], sizeof bands[i]);
}

bool wb_spectrum_is_silent(const float *frames, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (frames[i] != 0)
            return false;
    return true;
}
