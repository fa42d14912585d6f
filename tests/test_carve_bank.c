/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the bank promises to its callers: bits, splits, lanes, ramps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <glib.h>
#include <math.h>
#include <string.h>

#include "engine/carve/bank.h"
#include "engine/carve/kernel.h"
#include "tests/carve_signals.h"

#define FRAMES 20007 /* odd for every number of lanes */

static WbCarveDesign *design;

static int set_up(void **state)
{
    (void)state;
    design = wb_carve_design_new(48000.0);
    return design == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    wb_carve_design_free(design);
    return 0;
}

/* Noise, a stretch of digital silence, then noise again. */
static void fill_noise(double *samples, size_t frames, uint64_t seed)
{
    for (size_t i = 0; i < frames; i++) {
        samples[i] = i / 1000 == 7 ? 0.0 : random_signed(&seed);
    }
}

static void process_alone(WbCarveBank *bank, double *samples, size_t frames)
{
    double *const channels[1] = {samples};
    wb_carve_bank_process(bank, 0, channels, frames);
}

static void aim_curve(WbCarveBank *bank, unsigned channel, uint64_t *seed, double depth_db,
                      unsigned frames)
{
    float cut_db[WB_CARVE_BANDS];
    WbCarveCoefficients target;
    random_curve(seed, depth_db, cut_db);
    wb_carve_design_coefficients(design, cut_db, &target);
    wb_carve_bank_aim(bank, channel, &target, frames);
}

static void aim_flat(WbCarveBank *bank, unsigned channel, unsigned frames)
{
    WbCarveCoefficients flat;
    wb_carve_design_flat(design, &flat);
    wb_carve_bank_aim(bank, channel, &flat, frames);
}

/* A performance: aims at fixed frames, ramps that end before, at and after the next aim, cuts of
 * some bands only, and a return to flat. `split` yields the lengths of the process calls. */
static void perform(WbCarveBank *bank, unsigned channel, uint64_t seed, double *const *group,
                    unsigned group_channels, size_t (*split)(uint64_t *), uint64_t split_seed)
{
    static const unsigned ramps[] = {960, 500, 0, 1500, 960, 7};
    size_t at = 0;
    for (int tick = 0; at < FRAMES; tick++) {
        if (tick % 5 == 4) {
            aim_flat(bank, channel, ramps[tick % 6]);
        } else {
            aim_curve(bank, channel, &seed, 12.0, ramps[tick % 6]);
        }
        const size_t next = MIN(at + 960, FRAMES);
        while (at < next) {
            const size_t wish = split(&split_seed);
            const size_t now = MIN(wish, next - at);
            double *from[WB_CARVE_MAX_LANES];
            for (unsigned i = 0; i < group_channels; i++) {
                from[i] = group[i] + at;
            }
            wb_carve_bank_process(bank, channel / wb_carve_bank_lanes(bank), from, now);
            at += now;
        }
    }
}

static size_t whole(uint64_t *seed)
{
    (void)seed;
    return FRAMES;
}

static size_t by_64(uint64_t *seed)
{
    (void)seed;
    return 64;
}

static size_t at_odds(uint64_t *seed)
{
    return 1 + (size_t)(300.0 * random_unit(seed) * random_unit(seed));
}

static void kernels_are_chosen_by_name(void **state)
{
    (void)state;
    WbCarveKernelStatus status;
    const WbCarveKernel *fastest = NULL;
    for (unsigned i = 0; wb_carve_kernel_at(i) != NULL; i++) {
        fastest = wb_carve_kernel_at(i);
        assert_ptr_equal(wb_carve_kernel_named(fastest->name, &status), fastest);
        assert_int_equal(status, WB_CARVE_KERNEL_AS_ASKED);
        assert_true(fastest->lanes <= WB_CARVE_MAX_LANES);
    }
    assert_string_equal(wb_carve_kernel_at(0)->name, "c");
    assert_ptr_equal(wb_carve_kernel_named(NULL, &status), fastest);
    assert_int_equal(status, WB_CARVE_KERNEL_AS_ASKED);
    assert_ptr_equal(wb_carve_kernel_named("abacus", &status), fastest);
    assert_int_equal(status, WB_CARVE_KERNEL_UNKNOWN);
    assert_ptr_equal(wb_carve_kernel_named("abacus", NULL), fastest);
    if (!wb_carve_kernel_at(3)) {
        assert_ptr_equal(wb_carve_kernel_named("avx512", &status), fastest);
        assert_int_equal(status, WB_CARVE_KERNEL_UNSUPPORTED);
    }
}

static void the_environment_names_the_kernel(void **state)
{
    (void)state;
    g_autofree char *before = g_strdup(g_getenv("WIDEBERTH_KERNEL"));
    WbCarveKernelStatus status;
    g_setenv("WIDEBERTH_KERNEL", "c", TRUE);
    assert_string_equal(wb_carve_kernel_default(&status)->name, "c");
    assert_int_equal(status, WB_CARVE_KERNEL_AS_ASKED);
    WbCarveBank *bank = wb_carve_bank_new(design, 9);
    assert_int_equal(wb_carve_bank_lanes(bank), wb_carve_kernel_at(0)->lanes);
    wb_carve_bank_free(bank);
    g_setenv("WIDEBERTH_KERNEL", "abacus", TRUE);
    wb_carve_kernel_default(&status);
    assert_int_equal(status, WB_CARVE_KERNEL_UNKNOWN);
    g_unsetenv("WIDEBERTH_KERNEL");
    assert_ptr_equal(wb_carve_kernel_default(&status), wb_carve_kernel_named(NULL, NULL));
    assert_int_equal(status, WB_CARVE_KERNEL_AS_ASKED);
    if (before != NULL) {
        g_setenv("WIDEBERTH_KERNEL", before, TRUE);
    }
}

static void groups_cover_all_channels(void **state)
{
    (void)state;
    for (unsigned i = 0; wb_carve_kernel_at(i) != NULL; i++) {
        const WbCarveKernel *kernel = wb_carve_kernel_at(i);
        static const unsigned counts[] = {0, 1, 2, 3, 8, 9, 80};
        for (size_t c = 0; c < G_N_ELEMENTS(counts); c++) {
            WbCarveBank *bank = wb_carve_bank_new_with_kernel(design, counts[c], kernel);
            assert_int_equal(wb_carve_bank_lanes(bank), kernel->lanes);
            const unsigned groups = wb_carve_bank_groups(bank);
            assert_true(groups * kernel->lanes >= counts[c]);
            assert_true(groups * kernel->lanes < counts[c] + kernel->lanes);
            wb_carve_bank_free(bank);
        }
    }
}

static void without_cuts_no_bit_changes(void **state)
{
    (void)state;
    double *samples = g_new(double, FRAMES);
    double *before = g_new(double, FRAMES);
    fill_noise(before, FRAMES, 3);
    before[5] = -0.0;
    before[6] = 4.9e-324;
    for (unsigned i = 0; wb_carve_kernel_at(i) != NULL; i++) {
        WbCarveBank *bank = wb_carve_bank_new_with_kernel(design, 1, wb_carve_kernel_at(i));
        memcpy(samples, before, FRAMES * sizeof(double));
        process_alone(bank, samples, FRAMES / 2);
        aim_flat(bank, 0, 960);
        process_alone(bank, samples + FRAMES / 2, FRAMES / 2);
        assert_memory_equal(samples, before, FRAMES * sizeof(double));
        wb_carve_bank_free(bank);
    }
    g_free(before);
    g_free(samples);
}

static void a_flat_channel_passes_beside_moving_ones(void **state)
{
    (void)state;
    for (unsigned i = 0; wb_carve_kernel_at(i) != NULL; i++) {
        const WbCarveKernel *kernel = wb_carve_kernel_at(i);
        WbCarveBank *bank = wb_carve_bank_new_with_kernel(design, kernel->lanes, kernel);
        double *samples = g_new(double, kernel->lanes *(size_t)FRAMES);
        double *before = g_new(double, kernel->lanes *(size_t)FRAMES);
        fill_noise(before, kernel->lanes * (size_t)FRAMES, 4);
        before[FRAMES + 1] = -0.0;
        memcpy(samples, before, kernel->lanes * FRAMES * sizeof(double));
        double *channels[WB_CARVE_MAX_LANES];
        for (unsigned lane = 0; lane < kernel->lanes; lane++) {
            channels[lane] = samples + lane * (size_t)FRAMES;
        }
        perform(bank, 0, 5, channels, kernel->lanes, whole, 0);
        assert_memory_not_equal(channels[0], before, FRAMES * sizeof(double));
        assert_memory_equal(channels[1], before + FRAMES, FRAMES * sizeof(double));
        g_free(before);
        g_free(samples);
        wb_carve_bank_free(bank);
    }
}

static void after_a_return_to_flat_no_bit_changes(void **state)
{
    (void)state;
    double *samples = g_new(double, FRAMES);
    double *before = g_new(double, FRAMES);
    fill_noise(before, FRAMES, 6);
    for (unsigned i = 0; wb_carve_kernel_at(i) != NULL; i++) {
        WbCarveBank *bank = wb_carve_bank_new_with_kernel(design, 1, wb_carve_kernel_at(i));
        uint64_t seed = 7;
        memcpy(samples, before, FRAMES * sizeof(double));
        aim_curve(bank, 0, &seed, 12.0, 0);
        process_alone(bank, samples, 1000);
        aim_flat(bank, 0, 960);
        process_alone(bank, samples + 1000, FRAMES - 1000);
        assert_memory_not_equal(samples + 1000, before + 1000, 959 * sizeof(double));
        assert_memory_equal(samples + 1960, before + 1960, (FRAMES - 1960) * sizeof(double));
        wb_carve_bank_free(bank);
    }
    g_free(before);
    g_free(samples);
}

static void splits_do_not_change_a_bit(void **state)
{
    (void)state;
    double *expected = g_new(double, FRAMES);
    double *samples = g_new(double, FRAMES);
    static size_t (*const splits[])(uint64_t *) = {by_64, at_odds, at_odds};
    for (unsigned i = 0; wb_carve_kernel_at(i) != NULL; i++) {
        const WbCarveKernel *kernel = wb_carve_kernel_at(i);
        WbCarveBank *bank = wb_carve_bank_new_with_kernel(design, 1, kernel);
        fill_noise(expected, FRAMES, 8);
        perform(bank, 0, 9, &expected, 1, whole, 0);
        wb_carve_bank_free(bank);
        for (size_t s = 0; s < G_N_ELEMENTS(splits); s++) {
            bank = wb_carve_bank_new_with_kernel(design, 1, kernel);
            fill_noise(samples, FRAMES, 8);
            perform(bank, 0, 9, &samples, 1, splits[s], s);
            assert_memory_equal(samples, expected, FRAMES * sizeof(double));
            wb_carve_bank_free(bank);
        }
    }
    g_free(samples);
    g_free(expected);
}

/* One aim, and calls so long that its ramp ends inside. */
static void long_calls_see_the_ramp_end(void **state)
{
    (void)state;
    static const size_t lengths[] = {1, 64, 1000, 8192, FRAMES};
    double *expected = g_new(double, FRAMES);
    double *samples = g_new(double, FRAMES);
    for (unsigned i = 0; wb_carve_kernel_at(i) != NULL; i++) {
        for (size_t l = 0; l < G_N_ELEMENTS(lengths); l++) {
            WbCarveBank *bank = wb_carve_bank_new_with_kernel(design, 1, wb_carve_kernel_at(i));
            uint64_t seed = 10;
            aim_curve(bank, 0, &seed, 12.0, 1777);
            fill_noise(samples, FRAMES, 11);
            for (size_t at = 0; at < FRAMES; at += lengths[l]) {
                process_alone(bank, samples + at, MIN(lengths[l], FRAMES - at));
            }
            if (l == 0) {
                memcpy(expected, samples, FRAMES * sizeof(double));
            }
            assert_memory_equal(samples, expected, FRAMES * sizeof(double));
            wb_carve_bank_free(bank);
        }
    }
    g_free(samples);
    g_free(expected);
}

static void neighbours_do_not_change_a_bit(void **state)
{
    (void)state;
    double *alone = g_new(double, FRAMES);
    for (unsigned i = 0; wb_carve_kernel_at(i) != NULL; i++) {
        const WbCarveKernel *kernel = wb_carve_kernel_at(i);
        WbCarveBank *bank = wb_carve_bank_new_with_kernel(design, 1, kernel);
        fill_noise(alone, FRAMES, 12);
        perform(bank, 0, 13, &alone, 1, whole, 0);
        wb_carve_bank_free(bank);

        /* The last of a bank that has one group and one channel more; then the last of a full
         * group whose other lanes ramp for longer and flatten at other times. */
        bank = wb_carve_bank_new_with_kernel(design, 2 * kernel->lanes + 1, kernel);
        double *among = g_new(double, kernel->lanes *(size_t)FRAMES);
        double *channels[WB_CARVE_MAX_LANES];
        fill_noise(among, FRAMES, 12);
        perform(bank, 2 * kernel->lanes, 13, &among, 1, whole, 0);
        assert_memory_equal(among, alone, FRAMES * sizeof(double));
        uint64_t seed = 14;
        for (unsigned lane = 0; lane < kernel->lanes; lane++) {
            channels[lane] = among + lane * (size_t)FRAMES;
            fill_noise(channels[lane], FRAMES, lane + 1 == kernel->lanes ? 12 : 20 + lane);
            if (lane + 1 < kernel->lanes) {
                aim_curve(bank, lane, &seed, 9.0, lane % 2 == 0 ? 777 * lane : FRAMES);
            }
        }
        perform(bank, kernel->lanes - 1, 13, channels, kernel->lanes, at_odds, 15);
        assert_memory_equal(channels[kernel->lanes - 1], alone, FRAMES * sizeof(double));
        g_free(among);
        wb_carve_bank_free(bank);
    }
    g_free(alone);
}

/* Silence keeps the states empty, so after the ramp the coefficients alone decide. */
static void a_ramp_ends_exactly_on_its_target(void **state)
{
    (void)state;
    double *ramped = g_new(double, FRAMES);
    double *at_once = g_new(double, FRAMES);
    for (unsigned i = 0; wb_carve_kernel_at(i) != NULL; i++) {
        for (unsigned ramp = 1; ramp < 3000; ramp = ramp * 3 + 1) {
            for (int once = 0; once < 2; once++) {
                double *samples = once ? at_once : ramped;
                WbCarveBank *bank = wb_carve_bank_new_with_kernel(design, 1, wb_carve_kernel_at(i));
                uint64_t seed = 16;
                aim_curve(bank, 0, &seed, 12.0, once ? 0 : ramp);
                memset(samples, 0, FRAMES * sizeof(double));
                process_alone(bank, samples, ramp);
                fill_noise(samples + ramp, FRAMES - ramp, 17);
                process_alone(bank, samples + ramp, FRAMES - ramp);
                wb_carve_bank_free(bank);
            }
            assert_memory_equal(ramped, at_once, FRAMES * sizeof(double));
        }
    }
    g_free(at_once);
    g_free(ramped);
}

static void reset_makes_a_channel_new(void **state)
{
    (void)state;
    double *used = g_new(double, FRAMES);
    double *fresh = g_new(double, FRAMES);
    for (unsigned i = 0; wb_carve_kernel_at(i) != NULL; i++) {
        WbCarveBank *bank = wb_carve_bank_new_with_kernel(design, 1, wb_carve_kernel_at(i));
        uint64_t seed = 18;
        fill_noise(used, FRAMES, 19);
        aim_curve(bank, 0, &seed, 12.0, 5000);
        process_alone(bank, used, 3000);
        wb_carve_bank_reset(bank, 0);
        fill_noise(fresh, FRAMES, 20);
        memcpy(used, fresh, FRAMES * sizeof(double));
        process_alone(bank, used, FRAMES);
        assert_memory_equal(used, fresh, FRAMES * sizeof(double));
        perform(bank, 0, 21, &used, 1, whole, 0);
        wb_carve_bank_free(bank);

        bank = wb_carve_bank_new_with_kernel(design, 1, wb_carve_kernel_at(i));
        perform(bank, 0, 21, &fresh, 1, whole, 0);
        assert_memory_equal(used, fresh, FRAMES * sizeof(double));
        wb_carve_bank_free(bank);
    }
    g_free(fresh);
    g_free(used);
}

static void kernels_agree_with_the_twin(void **state)
{
    (void)state;
    double *results[8] = {NULL};
    unsigned kernels = 0;
    for (; wb_carve_kernel_at(kernels) != NULL; kernels++) {
        WbCarveBank *bank = wb_carve_bank_new_with_kernel(design, 1, wb_carve_kernel_at(kernels));
        results[kernels] = g_new(double, FRAMES);
        fill_noise(results[kernels], FRAMES, 22);
        perform(bank, 0, 23, &results[kernels], 1, by_64, 0);
        wb_carve_bank_free(bank);
    }
    for (unsigned k = 1; k < kernels; k++) {
        double worst = 0.0;
        for (size_t i = 0; i < FRAMES; i++) {
            worst = fmax(worst, fabs(results[k][i] - results[0][i]));
        }
        print_message("%s: at most %.1e from the twin\n", wb_carve_kernel_at(k)->name, worst);
        assert_true(worst <= 1e-12);
    }
    if (kernels > 1) {
        assert_memory_equal(results[1], results[0], FRAMES * sizeof(double));
    }
    if (kernels > 3) {
        assert_memory_equal(results[3], results[2], FRAMES * sizeof(double));
    }
    for (unsigned k = 0; k < kernels; k++) {
        g_free(results[k]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kernels_are_chosen_by_name),
        cmocka_unit_test(the_environment_names_the_kernel),
        cmocka_unit_test(groups_cover_all_channels),
        cmocka_unit_test(without_cuts_no_bit_changes),
        cmocka_unit_test(a_flat_channel_passes_beside_moving_ones),
        cmocka_unit_test(after_a_return_to_flat_no_bit_changes),
        cmocka_unit_test(splits_do_not_change_a_bit),
        cmocka_unit_test(long_calls_see_the_ramp_end),
        cmocka_unit_test(neighbours_do_not_change_a_bit),
        cmocka_unit_test(a_ramp_ends_exactly_on_its_target),
        cmocka_unit_test(reset_makes_a_channel_new),
        cmocka_unit_test(kernels_agree_with_the_twin),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
