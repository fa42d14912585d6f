/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <complex.h>
#include <glib.h>
#include <math.h>
#include <string.h>

#include "engine/carve/design.h"
#include "tests/carve_signals.h"

static const double rates[] = {32000, 44100, 48000, 88200, 96000, 176400, 192000};
static const float no_cut[WB_CARVE_BANDS] = {0};

static void fill(float *cut_db, float value)
{
    for (int band = 0; band < WB_CARVE_BANDS; band++) {
        cut_db[band] = value;
    }
}

static void rates_outside_the_range_are_refused(void **state)
{
    (void)state;
    assert_null(wb_carve_design_new(31999.0));
    assert_null(wb_carve_design_new(192001.0));
    assert_null(wb_carve_design_new(0.0));
    assert_null(wb_carve_design_new(NAN));
}

static void no_cuts_make_every_section_flat(void **state)
{
    (void)state;
    for (size_t r = 0; r < G_N_ELEMENTS(rates); r++) {
        WbCarveDesign *design = wb_carve_design_new(rates[r]);
        WbCarveCoefficients none, flat;
        wb_carve_design_coefficients(design, no_cut, &none);
        wb_carve_design_flat(design, &flat);
        for (unsigned band = 0; band < WB_CARVE_BANDS; band++) {
            assert_true(none.mix[band] == 0.0);
            assert_true(flat.mix[band] == 0.0);
            assert_true(none.damping[band] == flat.damping[band]);
        }
        assert_true(wb_carve_design_response_db(design, &none, 1000.0) == 0.0);
        wb_carve_design_free(design);
    }
}

static void a_cut_too_small_to_hear_is_flat(void **state)
{
    (void)state;
    WbCarveDesign *design = wb_carve_design_new(48000.0);
    float cut_db[WB_CARVE_BANDS];
    fill(cut_db, (float)(0.9 * WB_CARVE_FLAT_DB));
    WbCarveCoefficients coefficients;
    wb_carve_design_coefficients(design, cut_db, &coefficients);
    for (unsigned band = 0; band < WB_CARVE_BANDS; band++) {
        assert_true(coefficients.mix[band] == 0.0);
    }
    wb_carve_design_free(design);
}

/* The bounds are errors that were measured for a design with the paper's own constants, on curves
 * smoothed over three bands. */
static void curves_come_out_as_wanted(void **state)
{
    (void)state;
    static const struct {
        double depth_db, centre_db, midway_db;
    } cases[] = {{6.0, 0.17, 0.42}, {12.0, 0.29, 0.74}};
    for (size_t r = 0; r < G_N_ELEMENTS(rates); r++) {
        WbCarveDesign *design = wb_carve_design_new(rates[r]);
        for (size_t c = 0; c < G_N_ELEMENTS(cases); c++) {
            double worst[2] = {0.0, 0.0};
            uint64_t seed = 1;
            for (int i = 0; i < 300; i++) {
                float cut_db[WB_CARVE_BANDS];
                WbCarveCoefficients coefficients;
                random_curve(&seed, cases[c].depth_db, cut_db);
                wb_carve_design_coefficients(design, cut_db, &coefficients);
                for (int p = 0; p < CURVE_POINTS; p++) {
                    const double got =
                        wb_carve_design_response_db(design, &coefficients, curve_point_hz(p));
                    const double error = fabs(got - curve_point_db(cut_db, p));
                    worst[p % 2] = fmax(worst[p % 2], error);
                }
            }
            print_message("%6.0f Hz, cuts of 0..%2.0f dB: %.2f dB at centres, %.2f dB midway\n",
                          rates[r], cases[c].depth_db, worst[0], worst[1]);
            assert_true(worst[0] <= cases[c].centre_db);
            assert_true(worst[1] <= cases[c].midway_db);
        }
        wb_carve_design_free(design);
    }
}

/* An even cut must not ripple from the first centre to the last by more than the paper's 1 dB. */
static void an_even_cut_is_even(void **state)
{
    (void)state;
    for (size_t r = 0; r < G_N_ELEMENTS(rates); r++) {
        WbCarveDesign *design = wb_carve_design_new(rates[r]);
        float cut_db[WB_CARVE_BANDS];
        fill(cut_db, 12.0f);
        WbCarveCoefficients coefficients;
        wb_carve_design_coefficients(design, cut_db, &coefficients);
        for (double hz = 50.0; hz <= 13500.0; hz *= 1.003) {
            const double db = wb_carve_design_response_db(design, &coefficients, hz);
            assert_true(fabs(db + 12.0) < 1.0);
        }
        wb_carve_design_free(design);
    }
}

/* Above the last centre and below the first the curve returns to 0 dB without a wiggle. */
static void the_ends_return_to_zero(void **state)
{
    (void)state;
    for (size_t r = 0; r < G_N_ELEMENTS(rates); r++) {
        WbCarveDesign *design = wb_carve_design_new(rates[r]);
        const double nyquist = 0.5 * rates[r];
        float cut_db[WB_CARVE_BANDS];
        fill(cut_db, 9.0f);
        WbCarveCoefficients coefficients;
        wb_carve_design_coefficients(design, cut_db, &coefficients);
        double before = wb_carve_design_response_db(design, &coefficients, 14000.0);
        for (double hz = 14100.0; hz < nyquist; hz += 100.0) {
            const double db = wb_carve_design_response_db(design, &coefficients, hz);
            assert_true(db > before && db < 0.0);
            before = db;
        }
        assert_true(fabs(wb_carve_design_response_db(design, &coefficients, nyquist)) < 1e-9);
        assert_true(fabs(wb_carve_design_response_db(design, &coefficients, 0.0)) < 1e-9);
        wb_carve_design_free(design);
    }
}

/* Poles and zeros of each section from its transfer function in z, both inside the circle. */
static void every_section_is_stable_and_of_minimum_phase(void **state)
{
    (void)state;
    uint64_t seed = 2;
    for (size_t r = 0; r < G_N_ELEMENTS(rates); r++) {
        WbCarveDesign *design = wb_carve_design_new(rates[r]);
        for (int i = 0; i < 200; i++) {
            float cut_db[WB_CARVE_BANDS];
            rough_curve(&seed, 15.0, cut_db);
            WbCarveCoefficients coefficients;
            wb_carve_design_coefficients(design, cut_db, &coefficients);
            for (unsigned band = 0; band < WB_CARVE_BANDS; band++) {
                const double warp = wb_carve_design_warp(design, band);
                const double damping = coefficients.damping[band];
                const double a = 2.0 / damping - 1.0 - warp;
                const double b = a + 2.0 * coefficients.mix[band] / damping;
                assert_true(damping > 0.0 && damping * (1.0 + warp) < 2.0);
                const double linear[2] = {a, b};
                for (int side = 0; side < 2; side++) {
                    const double leading = 1.0 + warp + linear[side];
                    const double p = -2.0 * (1.0 - warp) / leading;
                    const double q = (1.0 + warp - linear[side]) / leading;
                    const double complex root = csqrt(0.25 * p * p - q);
                    assert_true(cabs(-0.5 * p + root) < 1.0);
                    assert_true(cabs(-0.5 * p - root) < 1.0);
                }
            }
        }
        wb_carve_design_free(design);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rates_outside_the_range_are_refused),
        cmocka_unit_test(no_cuts_make_every_section_flat),
        cmocka_unit_test(a_cut_too_small_to_hear_is_flat),
        cmocka_unit_test(curves_come_out_as_wanted),
        cmocka_unit_test(an_even_cut_is_even),
        cmocka_unit_test(the_ends_return_to_zero),
        cmocka_unit_test(every_section_is_stable_and_of_minimum_phase),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
