/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who masks whom, against what the loudness law says of one band on paper. */
#include <glib.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/hearing/masking.h"
#include "engine/hearing/role.h"

#define MAX_TRACKS 60
#define TICK 0.1
#define LOUD 30 /* dB: so far above quiet that only ratios count */

typedef struct {
    WbMasking *masking;
    size_t tracks;
    unsigned ids[MAX_TRACKS];
    float power[MAX_TRACKS][WB_BANDS], cut_db[MAX_TRACKS][WB_BANDS];
} Stage;

static void open_stage(Stage *stage)
{
    memset(stage, 0, sizeof *stage);
    stage->masking = wb_masking_new();
}

/* A track of level_db (dB re mean square 1) in one band; its id is its number and 1. */
static size_t add(Stage *stage, int band, double level_db)
{
    const size_t t = stage->tracks++;
    stage->ids[t] = (unsigned)t + 1;
    stage->power[t][band] = (float)pow(10, level_db / 10);
    return t;
}

static void listen(Stage *stage, double seconds)
{
    wb_masking_arrange(stage->masking, stage->tracks, stage->ids);
    for (int i = 0; i < (int)(seconds / TICK + 0.5); i++)
        wb_masking_step(stage->masking, TICK, (const float(*)[WB_BANDS])stage->power,
                        (const float(*)[WB_BANDS])stage->cut_db);
}

/* In one band, far above quiet: what is heard of a sound amid `rest` times its power. */
static double heard_amid(double rest)
{
    return (pow(1 + rest, 0.25) - pow(rest, 0.25)) / (1 + rest / 4);
}

static void equal_maskers_share_the_loss(void **state)
{
    Stage stage;
    (void)state;
    open_stage(&stage);
    add(&stage, 10, LOUD);
    add(&stage, 10, LOUD);
    add(&stage, 10, LOUD);
    listen(&stage, 10);
    const WbMaskingTrack track = wb_masking_track(stage.masking, 0);
    /* Neighbouring bands hold the same ratio of all three, so the whole does too. */
    assert_true(fabs(track.clarity - heard_amid(2)) < 0.005);
    const double half = (1 - track.clarity) / 2;
    assert_true(fabs(wb_masking_pair(stage.masking, 0, 1).cost - half) < 1e-4);
    assert_true(fabs(wb_masking_pair(stage.masking, 0, 2).cost - half) < 1e-4);
    assert_int_equal(wb_masking_pair(stage.masking, 0, 1).worst_band, 10);
    assert_true(wb_masking_pair(stage.masking, 0, 0).cost == 0);
    wb_masking_free(stage.masking);
}

static void a_louder_masker_pays_by_its_power(void **state)
{
    Stage stage;
    (void)state;
    open_stage(&stage);
    add(&stage, 8, -30);
    add(&stage, 8, -30);
    add(&stage, 8, -20);
    listen(&stage, 10);
    const double one = wb_masking_pair(stage.masking, 0, 1).cost;
    const double ten = wb_masking_pair(stage.masking, 0, 2).cost;
    assert_true(fabs(ten / one - 10) < 0.05);
    assert_true(fabs(one + ten + heard_amid(11) - 1) < 0.005);
    assert_int_equal(wb_masking_track(stage.masking, 0).worst, 2);
    wb_masking_free(stage.masking);
}

static void the_costs_add_up(void **state)
{
    Stage stage;
    (void)state;
    open_stage(&stage);
    for (int t = 0; t < 12; t++)
        stage.power[add(&stage, (t * 7) % 24, -20 - t)][(t * 5) % 24] = 1e-3F;
    listen(&stage, 3);
    for (size_t j = 0; j < stage.tracks; j++) {
        double sum = 0, in_bands = 0;
        for (size_t m = 0; m < stage.tracks; m++) {
            float cost[WB_BANDS];
            sum += wb_masking_pair(stage.masking, j, m).cost;
            wb_masking_pair_bands(stage.masking, j, m, cost);
            for (int b = 0; b < WB_BANDS; b++)
                in_bands += (double)cost[b];
        }
        assert_true(fabs(sum + wb_masking_track(stage.masking, j).clarity - 1) < 1e-3);
        assert_true(fabs(in_bands - sum) < 1e-4);
    }
    wb_masking_free(stage.masking);
}

static void bands_add_up_to_the_loudness(void **state)
{
    Stage stage;
    float alone[WB_BANDS], sum = 0;
    (void)state;
    open_stage(&stage);
    add(&stage, 4, -30);
    stage.power[0][16] = 1e-3F;
    listen(&stage, 5);
    wb_masking_track_bands(stage.masking, 0, alone);
    for (int b = 0; b < WB_BANDS; b++)
        sum += alone[b];
    assert_true(fabsf(sum - 1) < 1e-5F);
    /* Two bands of one power are of one loudness. */
    assert_true(fabsf(alone[4] - alone[16]) < 0.02F);
    assert_true(alone[10] < 0.02F);
    wb_masking_free(stage.masking);
}

static void a_carve_lowers_the_cost(void **state)
{
    Stage stage;
    (void)state;
    open_stage(&stage);
    add(&stage, 12, LOUD - 10);
    add(&stage, 12, LOUD);
    for (int b = 0; b < WB_BANDS; b++)
        stage.cut_db[1][b] = 10;
    listen(&stage, 10);
    assert_true(fabs(wb_masking_track(stage.masking, 0).clarity - heard_amid(1)) < 0.005);
    wb_masking_free(stage.masking);
}

static void what_lies_far_away_does_not_mask(void **state)
{
    Stage stage;
    (void)state;
    open_stage(&stage);
    add(&stage, 2, -30);
    add(&stage, 20, -30);
    listen(&stage, 10);
    assert_true(wb_masking_pair(stage.masking, 0, 1).cost < 1e-3);
    assert_int_equal(wb_masking_track(stage.masking, 0).heard, WB_HEARD_CLEAR);
    wb_masking_free(stage.masking);
}

static void a_word_for_it(void **state)
{
    static const struct {
        double above_db;
        WbHeard heard;
    } expected[] = {{-12, WB_HEARD_MASKED}, {-6, WB_HEARD_MASKED}, {-3, WB_HEARD_AUDIBLE},
                    {0, WB_HEARD_AUDIBLE},  {2, WB_HEARD_AUDIBLE}, {6, WB_HEARD_CLEAR}};
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(expected); i++) {
        const double clarity = heard_amid(pow(10, -expected[i].above_db / 10));
        assert_int_equal(wb_heard_of(clarity, WB_HEARD_SILENT), expected[i].heard);
    }
}

static void the_word_does_not_flicker(void **state)
{
    (void)state;
    assert_int_equal(wb_heard_of(0.24, WB_HEARD_CLEAR), WB_HEARD_CLEAR);
    assert_int_equal(wb_heard_of(0.24, WB_HEARD_AUDIBLE), WB_HEARD_AUDIBLE);
    assert_int_equal(wb_heard_of(0.065, WB_HEARD_MASKED), WB_HEARD_MASKED);
    assert_int_equal(wb_heard_of(0.065, WB_HEARD_AUDIBLE), WB_HEARD_AUDIBLE);
}

static void it_is_known_since_when(void **state)
{
    Stage stage;
    (void)state;
    open_stage(&stage);
    add(&stage, 12, -30);
    add(&stage, 12, -20);
    listen(&stage, 5);
    const double covered = wb_masking_pair(stage.masking, 0, 1).seconds;
    assert_true(wb_masking_pair(stage.masking, 0, 1).covers);
    assert_true(fabs(covered - 4.9) < 0.11);
    /* When all stop, it stays as it is. */
    float power[MAX_TRACKS][WB_BANDS];
    memcpy(power, stage.power, sizeof power);
    memset(stage.power, 0, sizeof stage.power);
    listen(&stage, 60);
    assert_true(wb_masking_pair(stage.masking, 0, 1).seconds == covered);
    /* When the masker alone goes, it is over within some averages. */
    memcpy(stage.power[0], power[0], sizeof power[0]);
    listen(&stage, 6);
    assert_false(wb_masking_pair(stage.masking, 0, 1).covers);
    assert_true(wb_masking_pair(stage.masking, 0, 1).seconds == 0);
    wb_masking_free(stage.masking);
}

static void a_silent_track_is_not_masked(void **state)
{
    Stage stage;
    (void)state;
    open_stage(&stage);
    add(&stage, 12, -30);
    add(&stage, 12, -20);
    listen(&stage, 5);
    memset(stage.power[0], 0, sizeof stage.power[0]);
    listen(&stage, 10);
    assert_int_equal(wb_masking_track(stage.masking, 0).heard, WB_HEARD_SILENT);
    assert_true(wb_masking_pair(stage.masking, 0, 1).cost == 0);
    assert_false(wb_masking_pair(stage.masking, 0, 1).covers);
    wb_masking_free(stage.masking);
}

static void tracks_come_go_and_move(void **state)
{
    static const unsigned moved[] = {9, 2, 1};
    Stage stage;
    (void)state;
    open_stage(&stage);
    add(&stage, 12, -30);
    add(&stage, 12, -20);
    listen(&stage, 5);
    const WbMaskingPair before = wb_masking_pair(stage.masking, 0, 1);
    wb_masking_arrange(stage.masking, 3, moved);
    const WbMaskingPair after = wb_masking_pair(stage.masking, 2, 1);
    assert_true(before.cost == after.cost && before.seconds == after.seconds);
    assert_true(wb_masking_pair(stage.masking, 0, 1).cost == 0);
    assert_int_equal(wb_masking_find(stage.masking, 9), 0);
    assert_true(wb_masking_find(stage.masking, 3) == WB_NO_TRACK);
    wb_masking_arrange(stage.masking, 0, NULL);
    assert_int_equal(wb_masking_tracks(stage.masking), 0);
    wb_masking_free(stage.masking);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_maskers_share_the_loss),
        cmocka_unit_test(a_louder_masker_pays_by_its_power),
        cmocka_unit_test(the_costs_add_up),
        cmocka_unit_test(bands_add_up_to_the_loudness),
        cmocka_unit_test(a_carve_lowers_the_cost),
        cmocka_unit_test(what_lies_far_away_does_not_mask),
        cmocka_unit_test(a_word_for_it),
        cmocka_unit_test(the_word_does_not_flicker),
        cmocka_unit_test(it_is_known_since_when),
        cmocka_unit_test(a_silent_track_is_not_masked),
        cmocka_unit_test(tracks_come_go_and_move),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
