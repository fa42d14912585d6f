/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/drivers/transport.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib.h>

#define BLOCK 64

typedef struct {
    WbTransport *transport;
    int asked; /* how often */
    int64_t asked_for;
    bool ready;
} Desk;

static bool sync_desk(void *data, int64_t position)
{
    Desk *desk = data;
    desk->asked++;
    desk->asked_for = position;
    return desk->ready;
}

static int set_up(void **state)
{
    Desk *desk = g_new0(Desk, 1);
    desk->transport = wb_transport_new(sync_desk, desk);
    desk->ready = true;
    *state = desk;
    return 0;
}

static int tear_down(void **state)
{
    Desk *desk = *state;
    wb_transport_free(desk->transport);
    g_free(desk);
    return 0;
}

static void expect_cycle_of(Desk *desk, unsigned frames, WbTransportState state, int64_t position)
{
    WbCycle cycle = {.frames = frames};
    wb_transport_cycle(desk->transport, &cycle);
    assert_int_equal(cycle.transport, state);
    assert_int_equal(cycle.position, position);
}

static void expect_cycle(Desk *desk, WbTransportState state, int64_t position)
{
    expect_cycle_of(desk, BLOCK, state, position);
}

static void stands_at_the_start_at_first(void **state)
{
    Desk *desk = *state;
    expect_cycle(desk, WB_TRANSPORT_STOPPED, 0);
    expect_cycle(desk, WB_TRANSPORT_STOPPED, 0);
    assert_int_equal(desk->asked, 0);
}

static void rolls_by_the_frames_of_each_cycle(void **state)
{
    Desk *desk = *state;
    wb_transport_play(desk->transport);
    expect_cycle(desk, WB_TRANSPORT_STARTING, 0);
    expect_cycle_of(desk, 64, WB_TRANSPORT_ROLLING, 0);
    expect_cycle_of(desk, 1024, WB_TRANSPORT_ROLLING, 64);
    expect_cycle_of(desk, 1, WB_TRANSPORT_ROLLING, 1088);
    expect_cycle_of(desk, 64, WB_TRANSPORT_ROLLING, 1089);
}

static void stops_where_it_is_and_goes_on_from_there(void **state)
{
    Desk *desk = *state;
    wb_transport_play(desk->transport);
    expect_cycle(desk, WB_TRANSPORT_STARTING, 0);
    expect_cycle(desk, WB_TRANSPORT_ROLLING, 0);
    wb_transport_stop(desk->transport);
    expect_cycle(desk, WB_TRANSPORT_STOPPED, BLOCK);
    expect_cycle(desk, WB_TRANSPORT_STOPPED, BLOCK);
    wb_transport_play(desk->transport);
    expect_cycle(desk, WB_TRANSPORT_STARTING, BLOCK);
    expect_cycle(desk, WB_TRANSPORT_ROLLING, BLOCK);
}

static void waits_until_all_are_ready(void **state)
{
    Desk *desk = *state;
    desk->ready = false;
    wb_transport_locate(desk->transport, 4800);
    wb_transport_play(desk->transport);
    for (int cycle = 1; cycle <= 5; cycle++) {
        expect_cycle(desk, WB_TRANSPORT_STARTING, 4800);
        assert_int_equal(desk->asked, cycle);
        assert_int_equal(desk->asked_for, 4800);
    }
    desk->ready = true;
    expect_cycle(desk, WB_TRANSPORT_STARTING, 4800);
    expect_cycle(desk, WB_TRANSPORT_ROLLING, 4800);
    expect_cycle(desk, WB_TRANSPORT_ROLLING, 4800 + BLOCK);
    assert_int_equal(desk->asked, 6);
}

static void can_be_stopped_while_it_waits(void **state)
{
    Desk *desk = *state;
    desk->ready = false;
    wb_transport_play(desk->transport);
    expect_cycle(desk, WB_TRANSPORT_STARTING, 0);
    wb_transport_stop(desk->transport);
    expect_cycle(desk, WB_TRANSPORT_STOPPED, 0);
}

static void does_not_start_on_an_answer_of_before_the_stop(void **state)
{
    Desk *desk = *state;
    wb_transport_play(desk->transport);
    expect_cycle(desk, WB_TRANSPORT_STARTING, 0);
    wb_transport_stop(desk->transport);
    expect_cycle(desk, WB_TRANSPORT_STOPPED, 0);
    desk->ready = false;
    wb_transport_play(desk->transport);
    expect_cycle(desk, WB_TRANSPORT_STARTING, 0);
    expect_cycle(desk, WB_TRANSPORT_STARTING, 0);
}

static void starts_anew_where_it_is_sent_to(void **state)
{
    Desk *desk = *state;
    wb_transport_play(desk->transport);
    expect_cycle(desk, WB_TRANSPORT_STARTING, 0);
    expect_cycle(desk, WB_TRANSPORT_ROLLING, 0);
    wb_transport_locate(desk->transport, 96000);
    expect_cycle(desk, WB_TRANSPORT_STARTING, 96000);
    assert_int_equal(desk->asked_for, 96000);
    expect_cycle(desk, WB_TRANSPORT_ROLLING, 96000);
    expect_cycle(desk, WB_TRANSPORT_ROLLING, 96000 + BLOCK);
}

static void asks_for_readiness_when_sent_while_stopped(void **state)
{
    Desk *desk = *state;
    wb_transport_locate(desk->transport, 480);
    expect_cycle(desk, WB_TRANSPORT_STOPPED, 480);
    expect_cycle(desk, WB_TRANSPORT_STOPPED, 480);
    assert_int_equal(desk->asked, 1);
    assert_int_equal(desk->asked_for, 480);
}

static void takes_up_the_last_of_several_wishes(void **state)
{
    Desk *desk = *state;
    wb_transport_locate(desk->transport, 100);
    wb_transport_locate(desk->transport, -100);
    expect_cycle(desk, WB_TRANSPORT_STOPPED, 0);
    wb_transport_locate(desk->transport, 100);
    wb_transport_locate(desk->transport, 200);
    wb_transport_play(desk->transport);
    wb_transport_stop(desk->transport);
    expect_cycle(desk, WB_TRANSPORT_STOPPED, 200);
}

static void is_always_ready_if_nobody_is_to_be_asked(void **state)
{
    Desk *desk = *state;
    wb_transport_free(desk->transport);
    desk->transport = wb_transport_new(NULL, NULL);
    wb_transport_play(desk->transport);
    expect_cycle(desk, WB_TRANSPORT_STARTING, 0);
    expect_cycle(desk, WB_TRANSPORT_ROLLING, 0);
}

static void loops_in_the_middle_of_a_cycle(void **state)
{
    Desk *desk = *state;
    wb_transport_set_loop(desk->transport, (WbLoop){1000, 1100});
    wb_transport_locate(desk->transport, 1000);
    wb_transport_play(desk->transport);
    expect_cycle(desk, WB_TRANSPORT_STARTING, 1000);
    expect_cycle(desk, WB_TRANSPORT_ROLLING, 1000);
    expect_cycle(desk, WB_TRANSPORT_ROLLING, 1064);
    expect_cycle(desk, WB_TRANSPORT_ROLLING, 1028); /* 36 to the end, 28 from the start */
    expect_cycle(desk, WB_TRANSPORT_ROLLING, 1092);
    assert_int_equal(desk->asked, 1);
}

static void loops_from_the_very_frame_of_its_end(void **state)
{
    Desk *desk = *state;
    wb_transport_set_loop(desk->transport, (WbLoop){0, 2 * BLOCK});
    wb_transport_play(desk->transport);
    expect_cycle(desk, WB_TRANSPORT_STARTING, 0);
    expect_cycle(desk, WB_TRANSPORT_ROLLING, 0);
    expect_cycle(desk, WB_TRANSPORT_ROLLING, BLOCK);
    expect_cycle(desk, WB_TRANSPORT_ROLLING, 0);
}

static void loops_several_times_within_a_cycle(void **state)
{
    Desk *desk = *state;
    wb_transport_set_loop(desk->transport, (WbLoop){10, 20});
    wb_transport_play(desk->transport);
    expect_cycle(desk, WB_TRANSPORT_STARTING, 0);
    expect_cycle(desk, WB_TRANSPORT_ROLLING, 0);
    expect_cycle(desk, WB_TRANSPORT_ROLLING, 14); /* 64 is 44 past the end */
}

static void plays_on_from_beyond_the_loop(void **state)
{
    Desk *desk = *state;
    wb_transport_set_loop(desk->transport, (WbLoop){0, 100});
    wb_transport_locate(desk->transport, 100);
    wb_transport_play(desk->transport);
    expect_cycle(desk, WB_TRANSPORT_STARTING, 100);
    expect_cycle(desk, WB_TRANSPORT_ROLLING, 100);
    expect_cycle(desk, WB_TRANSPORT_ROLLING, 164);
}

static void takes_an_empty_loop_for_none(void **state)
{
    Desk *desk = *state;
    wb_transport_set_loop(desk->transport, (WbLoop){100, 100});
    wb_transport_locate(desk->transport, 90);
    wb_transport_play(desk->transport);
    expect_cycle(desk, WB_TRANSPORT_STARTING, 90);
    expect_cycle(desk, WB_TRANSPORT_ROLLING, 90);
    expect_cycle(desk, WB_TRANSPORT_ROLLING, 90 + BLOCK);
}

static gpointer play_and_stop(gpointer data)
{
    Desk *desk = data;
    for (int i = 0; i < 100000; i++) {
        wb_transport_locate(desk->transport, i * G_GINT64_CONSTANT(1000));
        wb_transport_set_loop(desk->transport, (WbLoop){i, i + 1});
        if (i % 2)
            wb_transport_stop(desk->transport);
        else
            wb_transport_play(desk->transport);
    }
    return NULL;
}

static void takes_orders_from_another_thread(void **state)
{
    Desk *desk = *state;
    GThread *main_thread = g_thread_new("main", play_and_stop, desk);
    WbCycle cycle = {.frames = 1};
    do {
        wb_transport_cycle(desk->transport, &cycle);
    } while (cycle.position < G_GINT64_CONSTANT(99999000));
    g_thread_join(main_thread);
}

int main(void)
{
#define DESK_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        DESK_TEST(stands_at_the_start_at_first),
        DESK_TEST(rolls_by_the_frames_of_each_cycle),
        DESK_TEST(stops_where_it_is_and_goes_on_from_there),
        DESK_TEST(waits_until_all_are_ready),
        DESK_TEST(can_be_stopped_while_it_waits),
        DESK_TEST(does_not_start_on_an_answer_of_before_the_stop),
        DESK_TEST(starts_anew_where_it_is_sent_to),
        DESK_TEST(asks_for_readiness_when_sent_while_stopped),
        DESK_TEST(takes_up_the_last_of_several_wishes),
        DESK_TEST(is_always_ready_if_nobody_is_to_be_asked),
        DESK_TEST(loops_in_the_middle_of_a_cycle),
        DESK_TEST(loops_from_the_very_frame_of_its_end),
        DESK_TEST(loops_several_times_within_a_cycle),
        DESK_TEST(plays_on_from_beyond_the_loop),
        DESK_TEST(takes_an_empty_loop_for_none),
        DESK_TEST(takes_orders_from_another_thread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
