/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/hearing/arbiter.h"
#include "engine/hearing/loudness.h"

#define MAX_TRACKS 8

/* A little stage: tracks with steady spectra, and what the arbiter makes of them. */
typedef struct {
    WbArbiterTrack track[MAX_TRACKS];
    float power[MAX_TRACKS][WB_BANDS];
    float cut_db[MAX_TRACKS][WB_BANDS];
    size_t tracks;
    WbArbiterSettings settings;
    WbArbiter *arbiter;
} Stage;

static void open_stage(Stage *stage)
{
    memset(stage, 0, sizeof *stage);
    stage->settings = (WbArbiterSettings){.strength_percent = 60, .depth_db = {12, 12, 12}};
    stage->arbiter = wb_arbiter_new(MAX_TRACKS);
}

/* A track with level_db (dB re mean square 1) in the bands first to last; returns its number. */
static size_t add(Stage *stage, WbRole role, int first, int last, double level_db)
{
    const size_t t = stage->tracks++;
    stage->track[t] = (WbArbiterTrack){.role = role, .sounding = true};
    for (int b = 0; b < WB_BANDS; b++) {
        stage->track[t].limit_db[b] = 12;
        if (b >= first && b <= last)
            stage->power[t][b] = (float)pow(10, level_db / 10);
    }
    return t;
}

static void listen(Stage *stage, unsigned ticks)
{
    for (unsigned i = 0; i < ticks; i++)
        wb_arbiter_step(stage->arbiter, &stage->settings, stage->tracks, stage->track,
                        (const float(*)[WB_BANDS])stage->power, stage->cut_db);
}

static double most(const Stage *stage, size_t track)
{
    double deepest = 0;
    for (int b = 0; b < WB_BANDS; b++)
        deepest = fmax(deepest, (double)stage->cut_db[track][b]);
    return deepest;
}

static double mean(const Stage *stage, size_t track)
{
    double sum = 0;
    for (int b = 0; b < WB_BANDS; b++)
        sum += (double)stage->cut_db[track][b];
    return sum / WB_BANDS;
}

static void close_stage(Stage *stage)
{
    wb_arbiter_free(stage->arbiter);
}

/* Every cut exactly 0, over three seconds. */
static void nothing_is_cut(Stage *stage)
{
    for (unsigned i = 0; i < 150; i++) {
        listen(stage, 1);
        for (size_t t = 0; t < stage->tracks; t++)
            for (int b = 0; b < WB_BANDS; b++)
                assert_true(stage->cut_db[t][b] == 0);
    }
    close_stage(stage);
}

static void a_covered_lead_is_given_room(void **state)
{
    (void)state;
    Stage stage;
    open_stage(&stage);
    const size_t lead = add(&stage, WB_ROLE_LEAD, 8, 12, -40);
    const size_t pad = add(&stage, WB_ROLE_BACKGROUND, 0, 23, -34);
    listen(&stage, 100);
    assert_true(most(&stage, lead) == 0);
    assert_true(most(&stage, pad) >= 3);
    double before, after;
    wb_arbiter_loudness(stage.arbiter, lead, &before, &after);
    assert_true(after > 1.2 * before);
    /* Far from the lead's bands nothing is taken. */
    for (int b = 0; b < WB_BANDS; b++)
        if (b < 7 || b > 14)
            assert_true(stage.cut_db[pad][b] == 0);
    close_stage(&stage);
}

static void background_makes_room_for_support(void **state)
{
    (void)state;
    Stage stage;
    open_stage(&stage);
    const size_t lead = add(&stage, WB_ROLE_LEAD, 12, 17, -40);
    const size_t support = add(&stage, WB_ROLE_SUPPORT, 5, 17, -32);
    const size_t background = add(&stage, WB_ROLE_BACKGROUND, 5, 17, -40);
    listen(&stage, 100);
    assert_true(most(&stage, background) > 0);
    assert_true(most(&stage, support) == 0 && most(&stage, lead) == 0);
    double before, after;
    wb_arbiter_loudness(stage.arbiter, support, &before, &after);
    assert_true(after > 1.05 * before);
    close_stage(&stage);
}

static void support_makes_room_for_a_lead(void **state)
{
    (void)state;
    Stage stage;
    open_stage(&stage);
    const size_t lead = add(&stage, WB_ROLE_LEAD, 12, 17, -34);
    const size_t support = add(&stage, WB_ROLE_SUPPORT, 5, 20, -34);
    listen(&stage, 100);
    assert_true(most(&stage, support) >= 3);
    double before, after;
    wb_arbiter_loudness(stage.arbiter, lead, &before, &after);
    assert_true(after > 1.2 * before);
    close_stage(&stage);
}

static void two_leads_do_not_duck_each_other(void **state)
{
    (void)state;
    Stage stage;
    open_stage(&stage);
    add(&stage, WB_ROLE_LEAD, 5, 15, -30);
    add(&stage, WB_ROLE_LEAD, 5, 15, -36);
    nothing_is_cut(&stage);
}

static void without_a_lead_nothing_is_cut(void **state)
{
    (void)state;
    Stage stage;
    open_stage(&stage);
    add(&stage, WB_ROLE_SUPPORT, 5, 15, -40);
    add(&stage, WB_ROLE_BACKGROUND, 5, 15, -30);
    nothing_is_cut(&stage);
}

static void for_a_silent_lead_nothing_is_cut(void **state)
{
    (void)state;
    Stage stage;
    open_stage(&stage);
    add(&stage, WB_ROLE_LEAD, 0, -1, 0);
    add(&stage, WB_ROLE_SUPPORT, 5, 15, -40);
    add(&stage, WB_ROLE_BACKGROUND, 0, 23, -30);
    nothing_is_cut(&stage);
}

static void for_a_muted_lead_nothing_is_cut(void **state)
{
    (void)state;
    Stage stage;
    open_stage(&stage);
    stage.track[add(&stage, WB_ROLE_LEAD, 5, 15, -30)].sounding = false;
    add(&stage, WB_ROLE_BACKGROUND, 0, 23, -30);
    nothing_is_cut(&stage);
}

static void what_does_not_cover_is_not_cut(void **state)
{
    (void)state;
    Stage stage;
    open_stage(&stage);
    add(&stage, WB_ROLE_LEAD, 14, 18, -30);
    add(&stage, WB_ROLE_BACKGROUND, 1, 6, -40);
    nothing_is_cut(&stage);
}

static void at_strength_zero_nothing_is_cut(void **state)
{
    (void)state;
    Stage stage;
    open_stage(&stage);
    stage.settings.strength_percent = 0;
    add(&stage, WB_ROLE_LEAD, 8, 12, -40);
    add(&stage, WB_ROLE_SUPPORT, 8, 12, -40);
    add(&stage, WB_ROLE_BACKGROUND, 0, 23, -30);
    nothing_is_cut(&stage);
}

static void a_clear_lead_is_left_alone(void **state)
{
    (void)state;
    Stage stage;
    open_stage(&stage);
    add(&stage, WB_ROLE_LEAD, 4, 18, -20);
    const size_t pad = add(&stage, WB_ROLE_BACKGROUND, 0, 23, -40);
    for (unsigned i = 0; i < 100; i++) {
        listen(&stage, 1);
        assert_true(mean(&stage, pad) < 0.35);
    }
    close_stage(&stage);
}

static void more_strength_gives_the_lead_more(void **state)
{
    (void)state;
    double last = 0, most_gain = 0;
    for (int strength = 0; strength <= 100; strength += 10) {
        Stage stage;
        open_stage(&stage);
        stage.settings.strength_percent = strength;
        const size_t lead = add(&stage, WB_ROLE_LEAD, 6, 14, -40);
        add(&stage, WB_ROLE_SUPPORT, 2, 12, -36);
        add(&stage, WB_ROLE_BACKGROUND, 0, 23, -36);
        /* The budget makes the choice breathe: take the mean. */
        double gain = 0;
        for (unsigned i = 0; i < 400; i++) {
            listen(&stage, 1);
            double before, after;
            wb_arbiter_loudness(stage.arbiter, lead, &before, &after);
            gain += i >= 200 ? after / before / 200 : 0;
        }
        assert_true(gain >= 0.98 * last);
        last = gain;
        most_gain = fmax(most_gain, last);
        close_stage(&stage);
    }
    assert_true(most_gain > 1.5);
}

static void limits_hold(void **state)
{
    (void)state;
    Stage stage;
    open_stage(&stage);
    stage.settings.strength_percent = 100;
    add(&stage, WB_ROLE_LEAD, 6, 14, -36);
    const size_t shallow = add(&stage, WB_ROLE_BACKGROUND, 0, 23, -42);
    const size_t locked = add(&stage, WB_ROLE_BACKGROUND, 0, 23, -42);
    const size_t ranged = add(&stage, WB_ROLE_BACKGROUND, 0, 23, -42);
    for (int b = 0; b < WB_BANDS; b++) {
        stage.track[shallow].limit_db[b] = 4;
        stage.track[locked].limit_db[b] = 0;
        stage.track[ranged].limit_db[b] = b >= 10 ? 12 : 0;
    }
    listen(&stage, 100);
    assert_true(most(&stage, shallow) > 0 && most(&stage, shallow) <= 4);
    assert_true(most(&stage, locked) == 0);
    assert_true(most(&stage, ranged) > 4);
    for (int b = 0; b < 10; b++)
        assert_true(stage.cut_db[ranged][b] == 0);
    close_stage(&stage);
}

static void the_depth_of_a_role_holds(void **state)
{
    (void)state;
    for (int depth = 0; depth <= 12; depth += 3) {
        Stage stage;
        open_stage(&stage);
        stage.settings.strength_percent = 100;
        stage.settings.depth_db[WB_ROLE_BACKGROUND] = depth;
        add(&stage, WB_ROLE_LEAD, 6, 14, -36);
        const size_t pad = add(&stage, WB_ROLE_BACKGROUND, 0, 23, -42);
        listen(&stage, 100);
        assert_true(most(&stage, pad) <= depth);
        assert_true(depth == 0 || most(&stage, pad) > 0);
        close_stage(&stage);
    }
}

static void a_pair_is_kept_apart(void **state)
{
    (void)state;
    Stage stage;
    open_stage(&stage);
    const size_t voice = add(&stage, WB_ROLE_LEAD, 8, 12, -40);
    const size_t friend = add(&stage, WB_ROLE_BACKGROUND, 0, 23, -36);
    const size_t other = add(&stage, WB_ROLE_BACKGROUND, 0, 23, -36);
    bool spares[MAX_TRACKS] = {false};
    spares[voice] = true;
    stage.track[friend].spares = spares;
    listen(&stage, 100);
    assert_true(most(&stage, friend) == 0);
    assert_true(most(&stage, other) > 0);
    close_stage(&stage);
}

/* Stevens: loudness grows as power^(1/4). In one band, far above threshold and amid nothing, 60 dB
 * SPL is the unit; 20 dB more are 10^(20/40) = 3.16 of it. Neighbouring bands add what spreads to
 * them, in the same proportion. */
static void loudness_alone_follows_stevens(void **state)
{
    (void)state;
    double loudness[2];
    for (int i = 0; i < 2; i++) {
        Stage stage;
        open_stage(&stage);
        add(&stage, WB_ROLE_LEAD, 8, 8, 60 + 20 * i - WB_CALIBRATION_DB);
        listen(&stage, 1);
        double after;
        wb_arbiter_loudness(stage.arbiter, 0, &loudness[i], &after);
        assert_true(after == loudness[i]);
        close_stage(&stage);
    }
    assert_true(loudness[0] > 1 && loudness[0] < 2.5);
    assert_true(fabs(log10(loudness[1] / loudness[0]) - 0.5) < 0.05);
}

static void loudness_is_monotone(void **state)
{
    (void)state;
    double last = 0;
    for (int level = -80; level <= -10; level += 2) { /* louder itself: louder */
        Stage stage;
        open_stage(&stage);
        add(&stage, WB_ROLE_LEAD, 6, 12, level);
        add(&stage, WB_ROLE_LEAD, 0, 23, -40);
        listen(&stage, 1);
        double before, after;
        wb_arbiter_loudness(stage.arbiter, 0, &before, &after);
        assert_true(before > last);
        last = before;
        close_stage(&stage);
    }
    last = INFINITY;
    for (int level = -80; level <= -10; level += 2) { /* louder others: softer */
        Stage stage;
        open_stage(&stage);
        add(&stage, WB_ROLE_LEAD, 6, 12, -10);
        add(&stage, WB_ROLE_LEAD, 0, 23, level);
        listen(&stage, 1);
        double before, after;
        wb_arbiter_loudness(stage.arbiter, 0, &before, &after);
        assert_true(before < last);
        last = before;
        close_stage(&stage);
    }
}

static void a_reset_forgets(void **state)
{
    (void)state;
    Stage stage;
    float first[MAX_TRACKS][WB_BANDS];
    open_stage(&stage);
    add(&stage, WB_ROLE_LEAD, 8, 12, -40);
    add(&stage, WB_ROLE_SUPPORT, 4, 14, -40);
    add(&stage, WB_ROLE_BACKGROUND, 0, 23, -34);
    listen(&stage, 1);
    memcpy(first, stage.cut_db, sizeof first);
    listen(&stage, 50);
    wb_arbiter_reset(stage.arbiter);
    listen(&stage, 1);
    assert_memory_equal(first, stage.cut_db, sizeof first);
    close_stage(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_covered_lead_is_given_room),
        cmocka_unit_test(background_makes_room_for_support),
        cmocka_unit_test(support_makes_room_for_a_lead),
        cmocka_unit_test(two_leads_do_not_duck_each_other),
        cmocka_unit_test(without_a_lead_nothing_is_cut),
        cmocka_unit_test(for_a_silent_lead_nothing_is_cut),
        cmocka_unit_test(for_a_muted_lead_nothing_is_cut),
        cmocka_unit_test(what_does_not_cover_is_not_cut),
        cmocka_unit_test(at_strength_zero_nothing_is_cut),
        cmocka_unit_test(a_clear_lead_is_left_alone),
        cmocka_unit_test(more_strength_gives_the_lead_more),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(the_depth_of_a_role_holds),
        cmocka_unit_test(a_pair_is_kept_apart),
        cmocka_unit_test(loudness_alone_follows_stevens),
        cmocka_unit_test(loudness_is_monotone),
        cmocka_unit_test(a_reset_forgets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
