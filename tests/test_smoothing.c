/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/hearing/smoothing.h"

#define TICKS 120

/* One track's cut over time; out[i] belongs to tick i. Returns how many ticks came out. */
static unsigned smooth(WbTiming timing, float in[TICKS][WB_BANDS], float out[TICKS][WB_BANDS])
{
    WbSmoothing *smoothing = wb_smoothing_new(timing, 1);
    unsigned done = 0;
    for (unsigned i = 0; i < TICKS; i++) {
        float cut[1][WB_BANDS];
        if (!wb_smoothing_step(smoothing, 1, (const float(*)[WB_BANDS])in[i], cut))
            continue;
        memcpy(out[done++], cut[0], sizeof cut[0]);
    }
    assert_int_equal(done, TICKS - wb_smoothing_delay(smoothing));
    wb_smoothing_free(smoothing);
    return done;
}

static void step_at(float cuts[TICKS][WB_BANDS], unsigned from, unsigned to, float db)
{
    memset(cuts, 0, TICKS * sizeof *cuts);
    for (unsigned i = from; i < to; i++)
        for (int b = 0; b < WB_BANDS; b++)
            cuts[i][b] = db;
}

static void nothing_stays_nothing(void **state)
{
    (void)state;
    float in[TICKS][WB_BANDS] = {{0}}, out[TICKS][WB_BANDS];
    for (int timing = WB_TIMING_PLAYBACK; timing <= WB_TIMING_LIVE; timing++) {
        const unsigned done = smooth((WbTiming)timing, in, out);
        for (unsigned i = 0; i < done; i++)
            for (int b = 0; b < WB_BANDS; b++)
                assert_true(out[i][b] == 0);
    }
}

static void a_steady_cut_is_reached(void **state)
{
    (void)state;
    float in[TICKS][WB_BANDS], out[TICKS][WB_BANDS];
    step_at(in, 0, TICKS, 9);
    for (int timing = WB_TIMING_PLAYBACK; timing <= WB_TIMING_LIVE; timing++) {
        const unsigned done = smooth((WbTiming)timing, in, out);
        for (int b = 0; b < WB_BANDS; b++)
            assert_true(fabsf(out[done - 1][b] - 9) < 1e-3f);
    }
}

/* BS.1387: the ear's time constant is 8 ms + 2.2 / f s: 30 ms at 100 Hz, 10.2 ms at 1 kHz. A
 * one-pole is 1 - 1/e of the way after one time constant. */
static void live_cuts_follow_the_ears_time_constants(void **state)
{
    (void)state;
    float in[TICKS][WB_BANDS], out[TICKS][WB_BANDS];
    step_at(in, 20, 60, 10);
    smooth(WB_TIMING_LIVE, in, out);
    for (int b = 0; b < WB_BANDS; b++) {
        const double tau = 0.008 + 2.2 / wb_band_centre_hz[b];
        const double down = 1 - exp(-0.02 / tau), back = 1 - exp(-0.02 / (2 * tau));
        assert_true(out[19][b] == 0);
        assert_true(fabs((double)out[20][b] - 10 * down) < 1e-3);
        assert_true(fabs((double)(out[59][b] - out[60][b]) - 10 * back) < 2e-2);
        assert_true(out[TICKS - 1][b] == 0);
    }
}

/* Looking both ways, a cut is as early as it is late. */
static void playback_cuts_are_centred(void **state)
{
    (void)state;
    float in[TICKS][WB_BANDS], out[TICKS][WB_BANDS];
    step_at(in, 60, 61, 10);
    const unsigned done = smooth(WB_TIMING_PLAYBACK, in, out);
    assert_true(done > 80);
    for (int b = 0; b < WB_BANDS; b++) {
        double sum = 0;
        for (unsigned d = 0; d < 16; d++) {
            assert_true(fabsf(out[60 - d][b] - out[60 + d][b]) < 1e-6f);
            assert_true(out[60 + d][b] <= out[60][b]);
            sum += (double)(out[60 + d][b] + (d > 0 ? out[60 - d][b] : 0));
        }
        assert_true(fabs(sum - 10) < 0.1);
    }
    assert_true(out[57][0] > out[57][23]); /* low bands move slower */
}

static void neighbours_take_an_eighth(void **state)
{
    (void)state;
    float in[TICKS][WB_BANDS] = {{0}}, out[TICKS][WB_BANDS];
    for (unsigned i = 0; i < TICKS; i++)
        in[i][10] = in[i][0] = 8;
    const unsigned done = smooth(WB_TIMING_LIVE, in, out);
    const float expected[WB_BANDS] = {[0] = 7, [1] = 1, [9] = 1, [10] = 6, [11] = 1};
    for (int b = 0; b < WB_BANDS; b++)
        assert_true(fabsf(out[done - 1][b] - expected[b]) < 1e-3f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_stays_nothing),
        cmocka_unit_test(a_steady_cut_is_reached),
        cmocka_unit_test(live_cuts_follow_the_ears_time_constants),
        cmocka_unit_test(playback_cuts_are_centred),
        cmocka_unit_test(neighbours_take_an_eighth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
