/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/mix/mix.h"

#define RATE 48000
#define FRAMES 9600
#define TRACKS 5

/* Five tracks, of which two are mono, so that groups are neither full nor in the tracks' order. */
typedef struct {
    WbStrip strips[TRACKS];
    float *input[TRACKS][2];
    double *strip[TRACKS][2];
    double *bus[2];
    WbCarveDesign *design;
    WbMix *mix;
    WbMixStrip *tracks[TRACKS];
    WbMixLayout *layout;
} Desk;

static void open_desk(Desk *desk)
{
    GRand *random = g_rand_new_with_seed(3);
    for (size_t t = 0; t < TRACKS; t++) {
        desk->strips[t] = wb_strip_default(t == 1 || t == 2 ? 1 : 2, WB_ROLE_BACKGROUND);
        for (int c = 0; c < 2; c++) {
            desk->input[t][c] = g_new(float, FRAMES);
            desk->strip[t][c] = g_new0(double, FRAMES);
            for (size_t i = 0; i < FRAMES; i++)
                desk->input[t][c][i] = (float)g_rand_double_range(random, -0.5, 0.5);
        }
    }
    desk->bus[0] = g_new0(double, FRAMES);
    desk->bus[1] = g_new0(double, FRAMES);
    desk->design = wb_carve_design_new(RATE);
    desk->mix = NULL;
    desk->layout = NULL;
    g_rand_free(random);
}

static void start(Desk *desk)
{
    wb_mix_layout_free(desk->layout);
    wb_mix_free(desk->mix);
    desk->mix = wb_mix_new(desk->design, RATE);
    for (size_t t = 0; t < TRACKS; t++) {
        const WbGains gains = wb_strip_all_gains(&desk->strips[t]);
        desk->tracks[t] = wb_mix_add(desk->mix, desk->strips[t].channels, &gains);
    }
    desk->layout = wb_mix_layout_new(desk->mix, TRACKS, desk->tracks);
}

static void run(Desk *desk, size_t offset, size_t frames)
{
    double *const(*strips)[2] = (double *const(*)[2])desk->strip;
    for (size_t group = 0; group < wb_mix_groups(desk->layout); group++) {
        wb_mix_trim(desk->layout, group, (const float *const(*)[2])desk->input, strips, offset,
                    frames);
        wb_mix_carve(desk->layout, group, strips, offset, frames);
        wb_mix_fade(desk->layout, group, strips, NULL, offset, frames);
    }
    wb_mix_sum(TRACKS, strips, desk->bus, offset, frames);
}

static void close_desk(Desk *desk)
{
    for (size_t t = 0; t < TRACKS; t++) {
        for (int c = 0; c < 2; c++) {
            g_free(desk->input[t][c]);
            g_free(desk->strip[t][c]);
        }
    }
    g_free(desk->bus[0]);
    g_free(desk->bus[1]);
    wb_mix_layout_free(desk->layout);
    wb_mix_free(desk->mix);
    wb_carve_design_free(desk->design);
}

static void at_unity_every_bit_passes(void **state)
{
    (void)state;
    Desk desk;
    open_desk(&desk);
    start(&desk);
    run(&desk, 0, FRAMES);
    for (size_t i = 0; i < FRAMES; i++) {
        double sum[2] = {0, 0};
        for (size_t t = 0; t < TRACKS; t++) {
            for (unsigned side = 0; side < 2; side++) {
                const float in = desk.input[t][desk.strips[t].channels == 1 ? 0 : side][i];
                assert_true(desk.strip[t][side][i] == (double)in);
                sum[side] += (double)in;
            }
        }
        assert_true(desk.bus[0][i] == sum[0] && desk.bus[1][i] == sum[1]);
    }
    close_desk(&desk);
}

static void trim_polarity_and_fader_are_gains(void **state)
{
    (void)state;
    Desk desk;
    open_desk(&desk);
    desk.strips[0].trim_db = 6;
    desk.strips[0].gain_db = -10;
    desk.strips[1].invert = true;
    desk.strips[2].muted = true;
    desk.strips[3].gain_db = WB_FADER_SHUT_DB;
    start(&desk);
    run(&desk, 0, FRAMES);
    for (size_t i = 0; i < FRAMES; i++) {
        const double expected = (double)desk.input[0][1][i] * pow(10, -4.0 / 20);
        assert_true(fabs(desk.strip[0][1][i] - expected) < 1e-15);
        assert_true(desk.strip[1][0][i] == -(double)desk.input[1][0][i]);
        assert_true(desk.strip[2][0][i] == 0 && desk.strip[3][1][i] == 0);
    }
    close_desk(&desk);
}

static void a_mono_track_is_panned_at_constant_power(void **state)
{
    (void)state;
    WbStrip strip = wb_strip_default(1, WB_ROLE_LEAD);
    double gain[2];
    for (int step = -10; step <= 10; step++) {
        strip.pan = step / 10.0;
        wb_strip_gains(&strip, gain);
        assert_true(fabs(gain[0] * gain[0] + gain[1] * gain[1] - 2) < 1e-12);
        assert_true(step <= 0 ? gain[0] >= gain[1] : gain[0] < gain[1]);
    }
    strip.pan = 0;
    wb_strip_gains(&strip, gain);
    assert_true(gain[0] == 1 && gain[1] == 1);
    strip.pan = -1;
    wb_strip_gains(&strip, gain);
    assert_true(fabs(20 * log10(gain[0]) - 3.0103) < 1e-4 && gain[1] == 0);
    strip.pan = 1;
    wb_strip_gains(&strip, gain);
    assert_true(gain[0] == 0 && fabs(20 * log10(gain[1]) - 3.0103) < 1e-4);
}

static void a_stereo_track_is_balanced(void **state)
{
    (void)state;
    WbStrip strip = wb_strip_default(2, WB_ROLE_LEAD);
    double gain[2];
    strip.pan = 1;
    wb_strip_gains(&strip, gain);
    assert_true(gain[0] == 0 && gain[1] == 1);
    strip.pan = -0.5;
    wb_strip_gains(&strip, gain);
    assert_true(gain[0] == 1 && fabs(20 * log10(gain[1]) + 3.0103) < 1e-4);
}

/* Everything changes every few hundred frames, on a sine: however the frames are cut into blocks,
 * the bits are the same, and no corner is sharper than the steepest ramp makes it. */
static void changes_do_not_click_and_blocks_do_not_matter(void **state)
{
    (void)state;
    Desk desk;
    open_desk(&desk);
    for (size_t t = 0; t < TRACKS; t++)
        for (int c = 0; c < 2; c++)
            for (size_t i = 0; i < FRAMES; i++)
                desk.input[t][c][i] = (float)(0.5 * sin(2 * M_PI * 100 * (double)i / RATE));
    const WbStrip first = desk.strips[0];
    const size_t blocks[] = {FRAMES, 64, 1000, 7};
    double *reference = g_new(double, FRAMES);
    for (size_t b = 0; b < G_N_ELEMENTS(blocks); b++) {
        start(&desk);
        GRand *random = g_rand_new_with_seed(5);
        for (size_t at = 0; at < FRAMES; at += 600) {
            WbStrip changed = first;
            changed.gain_db = g_rand_double_range(random, -40, 0);
            changed.pan = g_rand_double_range(random, -1, 1);
            changed.invert = g_rand_boolean(random);
            changed.muted = g_rand_boolean(random);
            const WbGains gains = wb_strip_all_gains(&changed);
            wb_mix_strip_aim(desk.mix, desk.tracks[0], &gains);
            for (size_t done = 0; done < 600; done += MIN(blocks[b], 600 - done))
                run(&desk, at + done, MIN(blocks[b], 600 - done));
        }
        g_rand_free(random);
        if (b == 0)
            memcpy(reference, desk.strip[0][0], FRAMES * sizeof *reference);
        assert_memory_equal(desk.strip[0][0], reference, FRAMES * sizeof *reference);
    }
    /* Trim and fader may both swing by 2 within the ramp: a corner where a slope sets in is at most
     * 4 / ramp of the signal, and the sine bends by (2 pi f / rate)^2. */
    const double ramp = WB_GAIN_RAMP_SECONDS * RATE, bend = pow(2 * M_PI * 100 / RATE, 2);
    const double slope = 2 * M_PI * 100 / RATE;
    const double allowed = 0.5 * (4 / ramp + bend + 8 / ramp * slope + 8 / (ramp * ramp));
    for (size_t i = 1; i + 1 < FRAMES; i++)
        assert_true(fabs(reference[i - 1] - 2 * reference[i] + reference[i + 1]) < allowed);
    g_free(reference);
    close_desk(&desk);
}

static void the_carve_reaches_its_track_alone(void **state)
{
    (void)state;
    Desk desk;
    open_desk(&desk);
    WbCarveCoefficients targets[TRACKS];
    float cut[WB_CARVE_BANDS] = {0};
    for (size_t t = 0; t < TRACKS; t++)
        wb_carve_design_coefficients(desk.design, cut, &targets[t]);
    cut[10] = 6;
    cut[9] = cut[11] = 3;
    wb_carve_design_coefficients(desk.design, cut, &targets[2]);
    start(&desk);
    for (size_t group = 0; group < wb_mix_groups(desk.layout); group++)
        wb_mix_aim(desk.layout, group, targets, 960);
    run(&desk, 0, FRAMES);
    for (size_t t = 0; t < TRACKS; t++) {
        double changed = 0;
        for (size_t i = 0; i < FRAMES; i++)
            changed = fmax(changed, fabs(desk.strip[t][0][i] - (double)desk.input[t][0][i]));
        assert_true(t == 2 ? changed > 0.01 : changed == 0);
    }
    close_desk(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_unity_every_bit_passes),
        cmocka_unit_test(trim_polarity_and_fader_are_gains),
        cmocka_unit_test(a_mono_track_is_panned_at_constant_power),
        cmocka_unit_test(a_stereo_track_is_balanced),
        cmocka_unit_test(changes_do_not_click_and_blocks_do_not_matter),
        cmocka_unit_test(the_carve_reaches_its_track_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
