/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/hearing/analyser.h"
#include "engine/hearing/bands.h"
#include "engine/hearing/spectrum.h"

static const double rates[] = {32000, 44100, 48000, 88200, 96000, 176400, 192000};
static const WbTiming timings[] = {WB_TIMING_PLAYBACK, WB_TIMING_LIVE};

static void for_each_plan(void (*check)(const WbSpectrum *, WbSpectrumScratch *, double rate))
{
    for (size_t r = 0; r < G_N_ELEMENTS(rates); r++) {
        for (size_t t = 0; t < G_N_ELEMENTS(timings); t++) {
            WbSpectrum *spectrum = wb_spectrum_new(rates[r], timings[t]);
            WbSpectrumScratch *scratch = wb_spectrum_scratch_new(spectrum);
            check(spectrum, scratch, rates[r]);
            wb_spectrum_scratch_free(scratch);
            wb_spectrum_free(spectrum);
        }
    }
}

static void tone_bands(const WbSpectrum *spectrum, WbSpectrumScratch *scratch, double rate,
                       double hz, double phase, float power[WB_BANDS])
{
    const size_t length = wb_spectrum_length(spectrum);
    float *frames = g_new(float, length);
    for (size_t i = 0; i < length; i++)
        frames[i] = (float)sin(2 * M_PI * hz * (double)i / rate + phase);
    wb_spectrum_bands(spectrum, scratch, 1, (const float *[]){frames}, (float(*)[WB_BANDS])power);
    g_free(frames);
}

/* The mean square of a sine of amplitude 1 is 1/2. */
static void check_tone_levels(const WbSpectrum *spectrum, WbSpectrumScratch *scratch, double rate)
{
    for (int b = 0; b < WB_BANDS; b++) {
        const double hz = wb_band_centre_hz[b];
        double mean = 0;
        for (int phase = 0; phase < 8; phase++) {
            float power[WB_BANDS];
            tone_bands(spectrum, scratch, rate, hz, phase * M_PI / 8, power);
            mean += (double)power[b] / 8;
            /* 43 ms hold but two periods of 50 Hz: there the phase shows. */
            assert_true(fabs(10 * log10((double)power[b] / 0.5)) < (b == 0 ? 0.25 : 0.1));
        }
        const double error = 10 * log10(mean / 0.5);
        if (fabs(error) > 0.1)
            fail_msg("%.0f Hz at %.0f: %+.3f dB", hz, rate, error);
    }
}

static void tones_have_their_level(void **state)
{
    (void)state;
    for_each_plan(check_tone_levels);
}

static void check_tone_places(const WbSpectrum *spectrum, WbSpectrumScratch *scratch, double rate)
{
    for (double hz = 60; hz < 15000; hz *= 1.11) {
        float power[WB_BANDS];
        tone_bands(spectrum, scratch, rate, hz, 0.3, power);
        int strongest = 0;
        for (int b = 0; b < WB_BANDS; b++)
            if (power[b] > power[strongest])
                strongest = b;
        /* Within a bin of an edge either neighbour is right. */
        const double bin = rate / (double)wb_spectrum_length(spectrum);
        const int low = wb_band_of(hz - bin / 2), high = wb_band_of(hz + bin / 2);
        assert_in_range(strongest, low, high);
    }
}

static void tones_land_in_their_band(void **state)
{
    (void)state;
    for_each_plan(check_tone_places);
}

static void check_far_bands(const WbSpectrum *spectrum, WbSpectrumScratch *scratch, double rate)
{
    float power[WB_BANDS];
    tone_bands(spectrum, scratch, rate, 1000, 0, power);
    for (int b = 0; b < WB_BANDS; b++)
        if (b < 6 || b > 10)
            assert_true(power[b] < 0.5e-6f);
}

static void a_tone_does_not_leak(void **state)
{
    (void)state;
    for_each_plan(check_far_bands);
}

static void check_noise(const WbSpectrum *spectrum, WbSpectrumScratch *scratch, double rate)
{
    const size_t length = wb_spectrum_length(spectrum);
    float *frames = g_new(float, length);
    GRand *random = g_rand_new_with_seed(7);
    double mean[WB_BANDS] = {0};
    const int runs = 300;
    for (int run = 0; run < runs; run++) {
        for (size_t i = 0; i < length; i++)
            frames[i] = (float)g_rand_double_range(random, -1, 1);
        float power[WB_BANDS];
        wb_spectrum_bands(spectrum, scratch, 1, (const float *[]){frames}, &power);
        for (int b = 0; b < WB_BANDS; b++)
            mean[b] += (double)power[b] / runs;
    }
    /* Uniform noise has mean square 1/3, spread evenly up to half the rate. */
    for (int b = 0; b < WB_BANDS; b++) {
        const double width = fmin(wb_band_edge_hz[b + 1], rate / 2) - wb_band_edge_hz[b];
        const double expected = 1.0 / 3 * width / (rate / 2);
        /* Four standard deviations: a window of 43 ms and B Hz has about 0.03 B degrees of freedom.
         */
        const double spread = 4.34 * 4 / sqrt(runs * fmax(1, width * 0.03));
        assert_true(fabs(10 * log10(mean[b] / expected)) < spread + 0.05);
    }
    g_rand_free(random);
    g_free(frames);
}

static void noise_is_shared_by_bandwidth(void **state)
{
    (void)state;
    for_each_plan(check_noise);
}

/* A tone on the left at full scale, noise on the right: each as if it were alone, but for what lies
 * 130 dB below the louder one. */
static void check_pair(const WbSpectrum *spectrum, WbSpectrumScratch *scratch, double rate)
{
    const size_t length = wb_spectrum_length(spectrum);
    float *left = g_new(float, length), *right = g_new(float, length);
    GRand *random = g_rand_new_with_seed(3);
    for (size_t i = 0; i < length; i++) {
        left[i] = (float)sin(2 * M_PI * 1000 * (double)i / rate);
        right[i] = (float)g_rand_double_range(random, -0.01, 0.01);
    }
    const float *const pair[] = {left, right};
    float together[2][WB_BANDS], alone[2][WB_BANDS];
    wb_spectrum_bands(spectrum, scratch, 2, pair, together);
    wb_spectrum_bands(spectrum, scratch, 1, pair, alone);
    wb_spectrum_bands(spectrum, scratch, 1, pair + 1, alone + 1);
    for (int c = 0; c < 2; c++)
        for (int b = 0; b < WB_BANDS; b++)
            assert_true(fabsf(sqrtf(together[c][b]) - sqrtf(alone[c][b])) < 3e-7f);
    g_rand_free(random);
    g_free(left);
    g_free(right);
}

static void channels_stay_apart(void **state)
{
    (void)state;
    for_each_plan(check_pair);
}

static void the_window_lasts_43_ms(void **state)
{
    (void)state;
    for (size_t r = 0; r < G_N_ELEMENTS(rates); r++) {
        WbSpectrum *spectrum = wb_spectrum_new(rates[r], WB_TIMING_LIVE);
        const double seconds = (double)wb_spectrum_length(spectrum) / rates[r];
        assert_true(fabs(seconds - 0.0427) < 0.001);
        assert_int_equal(wb_spectrum_ahead(spectrum), 0);
        wb_spectrum_free(spectrum);
    }
}

/* A click is heard by the ticks whose window it lies in, and loudest by the one it lies nearest to,
 * however the audio was cut into pieces. */
static void an_analyser_keeps_time(void **state)
{
    (void)state;
    const unsigned tick_frames = wb_tick_frames(48000);
    assert_int_equal(tick_frames, 960);
    WbSpectrum *spectrum = wb_spectrum_new(48000, WB_TIMING_PLAYBACK);
    float first[20] = {0};
    const size_t pieces[] = {64, 1000, 8192};
    for (size_t p = 0; p < G_N_ELEMENTS(pieces); p++) {
        WbAnalyser *analyser = wb_analyser_new(spectrum, 1, tick_frames);
        int64_t at = wb_analyser_start(analyser, 5);
        assert_int_equal(at, 5 * 960 - 1024);
        unsigned ticks = 0;
        float heard[20];
        while (ticks < 20) {
            float frames[8192] = {0};
            if (at <= 12 * 960 && 12 * 960 < at + (int64_t)pieces[p])
                frames[12 * 960 - at] = 1;
            const float *const channels[] = {frames};
            wb_analyser_push(analyser, channels, pieces[p]);
            at += (int64_t)pieces[p];
            float power[1][WB_BANDS];
            while (ticks < 20 && wb_analyser_pop(analyser, power))
                heard[ticks++] = power[0][20];
        }
        for (unsigned i = 0; i < 20; i++) {
            if (i != 7)
                assert_true(heard[i] < 0.1f * heard[7]);
            if (p == 0)
                first[i] = heard[i];
            assert_true(heard[i] == first[i]);
        }
        wb_analyser_free(analyser);
    }
    wb_spectrum_free(spectrum);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tones_have_their_level), cmocka_unit_test(tones_land_in_their_band),
        cmocka_unit_test(a_tone_does_not_leak),   cmocka_unit_test(noise_is_shared_by_bandwidth),
        cmocka_unit_test(the_window_lasts_43_ms), cmocka_unit_test(an_analyser_keeps_time),
        cmocka_unit_test(channels_stay_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
