/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What comes out of the carve, measured on signals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <complex.h>
#include <glib.h>
#include <math.h>
#include <string.h>

#include "engine/carve/bank.h"
#include "engine/carve/kernel.h"
#include "tests/carve_signals.h"

static const double rates[] = {32000, 44100, 48000, 96000, 192000};

static const WbCarveKernel *fastest(void)
{
    return wb_carve_kernel_named(NULL, NULL);
}

static void process(WbCarveBank *bank, double *samples, size_t frames)
{
    double *const channels[1] = {samples};
    wb_carve_bank_process(bank, 0, channels, frames);
}

static void aim(WbCarveBank *bank, const WbCarveDesign *design, const float *cut_db,
                unsigned frames)
{
    WbCarveCoefficients target;
    wb_carve_design_coefficients(design, cut_db, &target);
    wb_carve_bank_aim(bank, 0, &target, frames);
}

/* The impulse response of a settled carve; to be freed. */
static double *impulse_response(const WbCarveDesign *design, const float *cut_db, size_t frames)
{
    WbCarveBank *bank = wb_carve_bank_new(design, 1);
    double *samples = g_new0(double, frames);
    samples[0] = 1.0;
    aim(bank, design, cut_db, 0);
    process(bank, samples, frames);
    wb_carve_bank_free(bank);
    return samples;
}

/* Fourier transform of samples[0..frames) at one frequency, in cycles per sample. */
static double complex transform_at(const double *samples, size_t frames, double cycles)
{
    const double complex turn = cexp(-2.0 * I * G_PI * cycles);
    double complex sum = 0.0;
    for (size_t i = frames; i-- > 0;) {
        sum = sum * turn + samples[i];
    }
    return sum;
}

static double decibels(double amplitude)
{
    return 20.0 * log10(amplitude);
}

/* As tests/test_carve_design.c, but by what the samples say. */
static void impulses_show_the_wanted_curve(void **state)
{
    (void)state;
    static const struct {
        double depth_db, centre_db, midway_db;
    } cases[] = {{6.0, 0.17, 0.42}, {12.0, 0.29, 0.74}};
    for (size_t r = 0; r < G_N_ELEMENTS(rates); r++) {
        WbCarveDesign *design = wb_carve_design_new(rates[r]);
        const size_t frames = (size_t)(0.25 * rates[r]);
        uint64_t seed = 1;
        for (int i = 0; i < 8; i++) {
            const int c = i % 2;
            float cut_db[WB_CARVE_BANDS];
            WbCarveCoefficients coefficients;
            random_curve(&seed, cases[c].depth_db, cut_db);
            wb_carve_design_coefficients(design, cut_db, &coefficients);
            double *response = impulse_response(design, cut_db, frames);
            for (int p = 0; p < CURVE_POINTS; p++) {
                const double hz = curve_point_hz(p);
                const double got = decibels(cabs(transform_at(response, frames, hz / rates[r])));
                const double error = fabs(got - curve_point_db(cut_db, p));
                assert_true(error <= (p % 2 == 0 ? cases[c].centre_db : cases[c].midway_db));
                const double said = wb_carve_design_response_db(design, &coefficients, hz);
                assert_true(fabs(got - said) < 1e-6);
            }
            g_free(response);
        }
        wb_carve_design_free(design);
    }
}

/* An impulse comes out with the product of the sections' direct paths, in the same sample. */
static void the_first_sample_is_there_at_once(void **state)
{
    (void)state;
    WbCarveDesign *design = wb_carve_design_new(48000.0);
    uint64_t seed = 2;
    for (int i = 0; i < 20; i++) {
        float cut_db[WB_CARVE_BANDS];
        WbCarveCoefficients coefficients;
        random_curve(&seed, 12.0, cut_db);
        wb_carve_design_coefficients(design, cut_db, &coefficients);
        double direct = 1.0;
        for (int band = 0; band < WB_CARVE_BANDS; band++) {
            direct *= 1.0 + coefficients.mix[band];
        }
        double *response = impulse_response(design, cut_db, 16);
        assert_true(direct > 0.1);
        assert_true(fabs(response[0] - direct) < 1e-14);
        g_free(response);
    }
    wb_carve_design_free(design);
}

/* Phase gathered from DC to the Nyquist frequency, in half turns: minus the number of zeros
 * outside the unit circle, and of samples of pure delay. */
static double half_turns(const double *response, size_t frames)
{
    double turned = 0.0;
    double complex before = transform_at(response, frames, 0.0);
    const int steps = 1200;
    for (int i = 1; i <= steps; i++) {
        /* dense where the narrow bands are */
        const double cycles = 0.5 * pow((double)i / steps, 3.0);
        const double complex now = transform_at(response, frames, cycles);
        turned += carg(now / before);
        before = now;
    }
    return turned / G_PI;
}

static void the_response_is_of_minimum_phase(void **state)
{
    (void)state;
    for (size_t r = 0; r < G_N_ELEMENTS(rates); r += 2) {
        WbCarveDesign *design = wb_carve_design_new(rates[r]);
        const size_t frames = (size_t)(0.1 * rates[r]);
        uint64_t seed = 3;
        for (int i = 0; i < 3; i++) {
            float cut_db[WB_CARVE_BANDS];
            rough_curve(&seed, 12.0, cut_db);
            double *response = impulse_response(design, cut_db, frames);
            assert_true(fabs(half_turns(response, frames)) < 1e-3);
            /* the measure sees one sample of delay */
            memmove(response + 1, response, (frames - 1) * sizeof(double));
            response[0] = 0.0;
            assert_true(fabs(half_turns(response, frames) + 1.0) < 1e-3);
            g_free(response);
        }
        wb_carve_design_free(design);
    }
}

/* The state-variable filter as Simper writes it, in long double. */
static void reference_filter(const WbCarveDesign *design, const WbCarveCoefficients *coefficients,
                             long double *samples, size_t frames)
{
    for (unsigned band = 0; band < WB_CARVE_BANDS; band++) {
        const long double g = sqrtl((long double)wb_carve_design_warp(design, band));
        const long double a1 = (long double)coefficients->damping[band] / 2.0L;
        const long double a2 = g * a1;
        const long double a3 = g * a2;
        const long double m1 = (long double)coefficients->mix[band] / a2;
        long double s1 = 0.0L, s2 = 0.0L;
        for (size_t i = 0; i < frames; i++) {
            const long double v3 = samples[i] - s2;
            const long double v1 = a1 * s1 + a2 * v3;
            const long double v2 = s2 + a2 * s1 + a3 * v3;
            s1 = 2.0L * v1 - s1;
            s2 = 2.0L * v2 - s2;
            samples[i] += m1 * v1;
        }
    }
}

static void noise_stays_below_minus_140_dbfs(void **state)
{
    (void)state;
    for (size_t r = 0; r < G_N_ELEMENTS(rates); r++) {
        const size_t frames = (size_t)rates[r];
        double *samples = g_new(double, frames);
        long double *reference = g_new(long double, frames);
        WbCarveDesign *design = wb_carve_design_new(rates[r]);
        uint64_t seed = 4;
        float cut_db[WB_CARVE_BANDS];
        WbCarveCoefficients coefficients;
        rough_curve(&seed, 12.0, cut_db);
        wb_carve_design_coefficients(design, cut_db, &coefficients);
        for (unsigned k = 0; wb_carve_kernel_at(k) != NULL; k++) {
            for (size_t i = 0; i < frames; i++) {
                samples[i] = sin(2.0 * G_PI * 20.0 * (double)i / rates[r]);
                reference[i] = samples[i];
            }
            WbCarveBank *bank = wb_carve_bank_new_with_kernel(design, 1, wb_carve_kernel_at(k));
            wb_carve_bank_aim(bank, 0, &coefficients, 0);
            process(bank, samples, frames);
            reference_filter(design, &coefficients, reference, frames);
            double worst = 1e-300;
            for (size_t i = 0; i < frames; i++) {
                worst = fmax(worst, fabs((double)(samples[i] - reference[i])));
            }
            print_message("%6.0f Hz, %s: noise of a 20 Hz sine at most %.0f dBFS\n", rates[r],
                          wb_carve_kernel_at(k)->name, decibels(worst));
            assert_true(decibels(worst) < -140.0);
            wb_carve_bank_free(bank);
        }
        wb_carve_design_free(design);
        g_free(reference);
        g_free(samples);
    }
}

typedef enum { NOISE, DIRECT_CURRENT, NYQUIST, SILENCE } Input;

static double input_sample(Input input, size_t i, uint64_t *seed)
{
    switch (input) {
    case NOISE:
        return random_unit(seed) < 0.5 ? -1.0 : 1.0;
    case DIRECT_CURRENT:
        return 1.0;
    case NYQUIST:
        return i % 2 == 0 ? 1.0 : -1.0;
    case SILENCE:
        break;
    }
    return 0.0;
}

/* Aims at random every few samples while `input` runs, then again over silence. Returns the
 * largest sample of the first half; *left is the largest of the last quarter. */
static double modulate(const WbCarveDesign *design, const WbCarveKernel *kernel, Input input,
                       double *left)
{
    enum { HALF = 48000 };
    WbCarveBank *bank = wb_carve_bank_new_with_kernel(design, 1, kernel);
    uint64_t seed = 5;
    double largest = 0.0;
    *left = 0.0;
    for (size_t at = 0; at < 2 * HALF;) {
        double samples[32];
        float cut_db[WB_CARVE_BANDS];
        const size_t frames = 1 + (size_t)(32.0 * random_unit(&seed));
        rough_curve(&seed, 15.0, cut_db);
        aim(bank, design, cut_db, (unsigned)(48.0 * random_unit(&seed)));
        for (size_t i = 0; i < frames; i++) {
            samples[i] = input_sample(at < HALF ? input : SILENCE, at + i, &seed);
        }
        process(bank, samples, frames);
        for (size_t i = 0; i < frames; i++) {
            assert_true(isfinite(samples[i]));
            if (at < HALF) {
                largest = fmax(largest, fabs(samples[i]));
            } else if (at > HALF + HALF / 2) {
                *left = fmax(*left, fabs(samples[i]));
            }
        }
        at += frames;
    }
    wb_carve_bank_free(bank);
    return largest;
}

/* However the coefficients move, the states of a section lose energy: what goes in stays within
 * reason, and what is in dies away. */
static void nothing_grows_under_random_modulation(void **state)
{
    (void)state;
    static const double at_rates[] = {32000, 48000, 192000};
    for (size_t r = 0; r < G_N_ELEMENTS(at_rates); r++) {
        WbCarveDesign *design = wb_carve_design_new(at_rates[r]);
        for (unsigned k = 0; wb_carve_kernel_at(k) != NULL; k++) {
            for (int input = NOISE; input <= NYQUIST; input++) {
                double left;
                const double largest = modulate(design, wb_carve_kernel_at(k), (Input)input, &left);
                assert_true(largest < 10.0);
                assert_true(left < 1e-12);
            }
        }
        wb_carve_design_free(design);
    }
}

/* Level in dB, relative to the carrier, of the strongest part far above a sine while the carve
 * moves every 20 ms as the arbiter lets it: ramps of `ramp` samples. */
static double far_sideband_db(const WbCarveDesign *design, double hz, unsigned ramp)
{
    enum { FRAMES = 16384, SETTLE = 4800, TICK = 960 };
    double *samples = g_new(double, SETTLE + FRAMES);
    WbCarveBank *bank = wb_carve_bank_new_with_kernel(design, 1, fastest());
    uint64_t seed = 6;
    for (size_t i = 0; i < SETTLE + FRAMES; i++) {
        samples[i] = sin(2.0 * G_PI * hz * (double)i / 48000.0);
    }
    for (size_t at = 0; at < SETTLE + FRAMES; at += TICK) {
        float cut_db[WB_CARVE_BANDS];
        random_curve(&seed, 12.0, cut_db);
        aim(bank, design, cut_db, ramp);
        process(bank, samples + at, MIN((size_t)TICK, SETTLE + FRAMES - at));
    }
    double *windowed = samples + SETTLE;
    for (size_t i = 0; i < FRAMES; i++) { /* sin⁸: side lobes fall by 54 dB an octave */
        windowed[i] *= pow(sin(G_PI * ((double)i + 0.5) / FRAMES), 8.0);
    }
    const double carrier = cabs(transform_at(windowed, FRAMES, hz / 48000.0));
    double strongest = 0.0;
    for (double far = 8000.0; far < 22000.0; far += 100.0) {
        strongest = fmax(strongest, cabs(transform_at(windowed, FRAMES, far / 48000.0)));
    }
    wb_carve_bank_free(bank);
    g_free(samples);
    return decibels(strongest / carrier);
}

static void a_moving_carve_does_not_click(void **state)
{
    (void)state;
    WbCarveDesign *design = wb_carve_design_new(48000.0);
    static const double tones[] = {60.0, 220.0, 1000.0};
    for (size_t t = 0; t < G_N_ELEMENTS(tones); t++) {
        const double ramped = far_sideband_db(design, tones[t], 960);
        const double stepped = far_sideband_db(design, tones[t], 0);
        print_message("%4.0f Hz: strongest part above 8 kHz %.0f dBc ramped, %.0f stepped\n",
                      tones[t], ramped, stepped);
        assert_true(ramped < -120.0);
        assert_true(stepped > ramped + 20.0); /* the measure can tell */
    }
    wb_carve_design_free(design);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(impulses_show_the_wanted_curve),
        cmocka_unit_test(the_first_sample_is_there_at_once),
        cmocka_unit_test(the_response_is_of_minimum_phase),
        cmocka_unit_test(noise_stays_below_minus_140_dbfs),
        cmocka_unit_test(nothing_grows_under_random_modulation),
        cmocka_unit_test(a_moving_carve_does_not_click),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
