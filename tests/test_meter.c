/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bus meter against the signals of EBU Tech 3341 (2016). */
#include <glib.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/mix/meter.h"

/* What a sine on both sides reads, handed over in pieces. It fades in for 10 ms: between the
 * samples of a sudden start there is more than the sine. */
static WbMeterReading read_sine(double rate, double hz, double amplitude, double degrees,
                                double seconds, size_t piece)
{
    const size_t frames = (size_t)(rate * seconds);
    double *sine = g_new(double, frames);
    for (size_t i = 0; i < frames; i++)
        sine[i] = fmin(1, (double)i / (0.01 * rate)) * amplitude *
                  sin(2 * G_PI * hz * (double)i / rate + degrees / 180 * G_PI);
    WbMeter *meter = wb_meter_new(rate);
    for (size_t at = 0; at < frames; at += piece) {
        const double *const bus[2] = {sine + at, sine + at};
        wb_meter_add(meter, bus, MIN(piece, frames - at));
    }
    const WbMeterReading reading = wb_meter_read(meter);
    wb_meter_free(meter);
    g_free(sine);
    return reading;
}

/* Test signals 15 to 19: peaks that lie between the samples; -0.4 to +0.2 dB is allowed. From 192
 * kHz on libebur128 takes the samples themselves: music has nothing near fs/4 there. */
static void true_peaks_of_tech_3341(void **state)
{
    static const struct {
        double divisor, degrees, amplitude, true_peak_db;
    } signals[] = {
        {4, 0, 0.5, -6}, {4, 45, 0.5, -6}, {6, 60, 0.5, -6}, {8, 67.5, 0.5, -6}, {4, 45, 1.41, 3},
    };
    static const double rates[] = {32000, 44100, 48000, 88200, 96000};
    (void)state;
    for (size_t r = 0; r < G_N_ELEMENTS(rates); r++) {
        for (size_t i = 0; i < G_N_ELEMENTS(signals); i++) {
            const WbMeterReading reading =
                read_sine(rates[r], rates[r] / signals[i].divisor, signals[i].amplitude,
                          signals[i].degrees, 0.5, 8192);
            const double error = reading.true_peak_db - signals[i].true_peak_db;
            if (!(error > -0.4 && error < 0.2))
                fail_msg("signal %zu at %.0f Hz: %+.3f dB", 15 + i, rates[r], error);
        }
    }
}

/* At 45 degrees all samples of a sine of fs/4 are 3.01 dB below its peak. */
static void sample_peaks_are_those_of_samples(void **state)
{
    (void)state;
    const WbMeterReading reading = read_sine(48000, 12000, 0.5, 45, 0.5, 8192);
    assert_true(fabs(reading.sample_peak_db - 20 * log10(0.5 * sqrt(0.5))) < 1e-6);
}

/* Test signals 1 and 2: 1 kHz at -23 and at -33 dBFS on both sides; 0.1 LU is allowed. */
static void loudness_of_tech_3341(void **state)
{
    (void)state;
    for (double level = -33; level <= -23; level += 10) {
        const WbMeterReading reading = read_sine(48000, 1000, pow(10, level / 20), 0, 20, 8192);
        assert_true(fabs(reading.integrated_lufs - level) < 0.1);
        assert_true(fabs(reading.range_lu) < 0.1);
    }
}

static void pieces_do_not_matter(void **state)
{
    (void)state;
    const WbMeterReading whole = read_sine(48000, 997, 0.3, 10, 1, 48000);
    static const size_t pieces[] = {1, 7, 64, 511, 513, 4800};
    for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
        const WbMeterReading reading = read_sine(48000, 997, 0.3, 10, 1, pieces[i]);
        assert_true(reading.true_peak_db == whole.true_peak_db);
        assert_true(reading.sample_peak_db == whole.sample_peak_db);
        assert_true(reading.integrated_lufs == whole.integrated_lufs);
    }
}

static void silence_has_no_loudness(void **state)
{
    (void)state;
    const WbMeterReading reading = read_sine(48000, 1000, 0, 0, 1, 8192);
    assert_true(isinf(reading.integrated_lufs) && reading.integrated_lufs < 0);
    assert_true(isinf(reading.true_peak_db) && reading.true_peak_db < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(true_peaks_of_tech_3341),
        cmocka_unit_test(sample_peaks_are_those_of_samples),
        cmocka_unit_test(loudness_of_tech_3341),
        cmocka_unit_test(pieces_do_not_matter),
        cmocka_unit_test(silence_has_no_loudness),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
