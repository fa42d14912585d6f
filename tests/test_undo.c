/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/session/history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SECOND G_GINT64_CONSTANT(1000000)

typedef struct {
    WbSession *session;
    WbHistory *history;
    gint64 now; /* far apart, unless a test says otherwise */
} Desk;

static int set_up_depth(void **state, unsigned depth)
{
    Desk *desk = g_new0(Desk, 1);
    desk->session = wb_session_new("/nowhere", 48000);
    wb_session_add_track(desk->session, "Vox", 1)->role = WB_ROLE_LEAD;
    wb_session_add_track(desk->session, "Pad", 2);
    desk->history = wb_history_new(desk->session, depth);
    *state = desk;
    return 0;
}

static int set_up(void **state)
{
    return set_up_depth(state, WB_HISTORY_DEPTH);
}

static int set_up_shallow(void **state)
{
    return set_up_depth(state, 3);
}

static int tear_down(void **state)
{
    Desk *desk = *state;
    wb_history_free(desk->history);
    wb_session_free(desk->session);
    g_free(desk);
    return 0;
}

static WbTrack *track(const Desk *desk, guint index)
{
    return desk->session->tracks->pdata[index];
}

static void set_role(Desk *desk, guint index, WbRole role, const char *name)
{
    track(desk, index)->role = role;
    desk->now += 10 * SECOND;
    wb_history_record(desk->history, desk->session, name, NULL, desk->now);
}

/* One movement of a fader, `wait` after what was before. */
static void move_fader(Desk *desk, double gain_db, gint64 wait)
{
    track(desk, 0)->gain_db = gain_db;
    desk->now += wait;
    wb_history_record(desk->history, desk->session, "Change gain of Vox", "gain 1", desk->now);
}

static void a_new_history_has_nothing_to_undo(void **state)
{
    Desk *desk = *state;
    assert_null(wb_history_undo_name(desk->history));
    assert_null(wb_history_redo_name(desk->history));
    assert_false(wb_history_undo(desk->history, desk->session));
    assert_false(wb_history_redo(desk->history, desk->session));
    assert_false(wb_history_is_modified(desk->history));
}

static void steps_are_undone_and_redone_by_name(void **state)
{
    Desk *desk = *state;
    set_role(desk, 1, WB_ROLE_BACKGROUND, "Change role of Pad");
    set_role(desk, 1, WB_ROLE_LEAD, "Change role of Pad again");
    assert_string_equal(wb_history_undo_name(desk->history), "Change role of Pad again");

    assert_true(wb_history_undo(desk->history, desk->session));
    assert_int_equal(track(desk, 1)->role, WB_ROLE_BACKGROUND);
    assert_string_equal(wb_history_undo_name(desk->history), "Change role of Pad");
    assert_string_equal(wb_history_redo_name(desk->history), "Change role of Pad again");

    assert_true(wb_history_undo(desk->history, desk->session));
    assert_int_equal(track(desk, 1)->role, WB_ROLE_SUPPORT);
    assert_null(wb_history_undo_name(desk->history));

    assert_true(wb_history_redo(desk->history, desk->session));
    assert_true(wb_history_redo(desk->history, desk->session));
    assert_int_equal(track(desk, 1)->role, WB_ROLE_LEAD);
    assert_null(wb_history_redo_name(desk->history));
}

static void a_new_step_ends_redo(void **state)
{
    Desk *desk = *state;
    set_role(desk, 1, WB_ROLE_BACKGROUND, "A");
    wb_history_undo(desk->history, desk->session);
    set_role(desk, 0, WB_ROLE_SUPPORT, "B");
    assert_null(wb_history_redo_name(desk->history));
    assert_string_equal(wb_history_undo_name(desk->history), "B");
}

static void no_difference_is_no_step(void **state)
{
    Desk *desk = *state;
    set_role(desk, 1, WB_ROLE_BACKGROUND, "A");
    wb_history_undo(desk->history, desk->session);
    set_role(desk, 0, WB_ROLE_LEAD, "It is a lead already");
    assert_null(wb_history_undo_name(desk->history));
    assert_string_equal(wb_history_redo_name(desk->history), "A");
}

static void a_fader_drag_is_one_step(void **state)
{
    Desk *desk = *state;
    for (int i = 1; i <= 100; i++)
        move_fader(desk, -0.1 * i, SECOND / 50);
    assert_true(wb_history_undo(desk->history, desk->session));
    assert_true(track(desk, 0)->gain_db == 0.0);
    assert_null(wb_history_undo_name(desk->history));
    assert_true(wb_history_redo(desk->history, desk->session));
    assert_true(track(desk, 0)->gain_db == -0.1 * 100);
}

static void letting_go_or_waiting_ends_the_drag(void **state)
{
    Desk *desk = *state;
    move_fader(desk, -1, SECOND / 50);
    wb_history_seal(desk->history);
    move_fader(desk, -2, SECOND / 50);
    move_fader(desk, -3, WB_HISTORY_PAUSE_US);
    wb_history_undo(desk->history, desk->session);
    assert_true(track(desk, 0)->gain_db == -2.0);
    wb_history_undo(desk->history, desk->session);
    assert_true(track(desk, 0)->gain_db == -1.0);
    wb_history_undo(desk->history, desk->session);
    assert_true(track(desk, 0)->gain_db == 0.0);
}

static void other_keys_are_other_steps(void **state)
{
    Desk *desk = *state;
    move_fader(desk, -1, SECOND / 50);
    track(desk, 1)->pan = 0.5;
    wb_history_record(desk->history, desk->session, "Pan Pad", "pan 2", desk->now);
    move_fader(desk, -2, SECOND / 50);
    wb_history_undo(desk->history, desk->session);
    assert_true(track(desk, 0)->gain_db == -1.0);
    assert_string_equal(wb_history_undo_name(desk->history), "Pan Pad");
}

static void a_drag_back_to_where_it_began_leaves_no_step(void **state)
{
    Desk *desk = *state;
    move_fader(desk, -1, SECOND);
    wb_history_seal(desk->history);
    move_fader(desk, -2, SECOND / 50);
    move_fader(desk, -1, SECOND / 50);
    move_fader(desk, -3, SECOND / 50);
    wb_history_undo(desk->history, desk->session);
    assert_true(track(desk, 0)->gain_db == -1.0);
    wb_history_undo(desk->history, desk->session);
    assert_true(track(desk, 0)->gain_db == 0.0);
    assert_null(wb_history_undo_name(desk->history));
}

static void a_drag_after_undo_does_not_join(void **state)
{
    Desk *desk = *state;
    move_fader(desk, -1, SECOND / 50);
    wb_history_seal(desk->history);
    move_fader(desk, -2, SECOND / 50);
    wb_history_undo(desk->history, desk->session);
    move_fader(desk, -3, SECOND / 50);
    wb_history_undo(desk->history, desk->session);
    assert_true(track(desk, 0)->gain_db == -1.0);
}

static void tracks_come_and_go(void **state)
{
    Desk *desk = *state;
    const unsigned vox = track(desk, 0)->id;
    const unsigned pad = track(desk, 1)->id;
    wb_track_set_never_yields_to(track(desk, 1), vox, true);
    desk->now += SECOND;
    wb_history_record(desk->history, desk->session, "Never Pad for Vox", NULL, desk->now);
    wb_session_remove_track(desk->session, vox);
    wb_history_record(desk->history, desk->session, "Remove Vox", NULL, desk->now);
    assert_int_equal(desk->session->tracks->len, 1);

    wb_history_undo(desk->history, desk->session);
    assert_int_equal(desk->session->tracks->len, 2);
    assert_int_equal(track(desk, 0)->id, vox);
    assert_string_equal(track(desk, 0)->name, "Vox");
    assert_int_equal(track(desk, 1)->id, pad);
    assert_true(wb_track_never_yields_to(track(desk, 1), vox));
}

static void ids_are_not_given_twice_after_undo(void **state)
{
    Desk *desk = *state;
    const unsigned added = wb_session_add_track(desk->session, "New", 1)->id;
    wb_history_record(desk->history, desk->session, "Add New", NULL, SECOND);
    wb_history_undo(desk->history, desk->session);
    assert_true(wb_session_add_track(desk->session, "Other", 1)->id > added);
}

static void order_and_mix_settings_are_undone(void **state)
{
    Desk *desk = *state;
    WbTrack *first = wb_track_ref(track(desk, 0));
    g_ptr_array_remove_index(desk->session->tracks, 0);
    g_ptr_array_add(desk->session->tracks, first);
    desk->session->mix.strength_percent = 80;
    desk->session->loop_end = 48000;
    desk->session->loop = true;
    desk->session->guard = WB_GUARD_LOW;
    desk->session->record_format = WB_FORMAT_FLAC;
    wb_history_record(desk->history, desk->session, "Move and strengthen", NULL, SECOND);
    wb_history_undo(desk->history, desk->session);
    assert_false(desk->session->loop);
    assert_true(desk->session->loop_end == 0);
    assert_int_equal(desk->session->guard, WB_GUARD_NORMAL);
    assert_int_equal(desk->session->record_format, WB_FORMAT_WAV_24);
    assert_string_equal(track(desk, 0)->name, "Vox");
    assert_true(desk->session->mix.strength_percent == WB_STRENGTH_DEFAULT);
}

static void tracks_that_did_not_change_stay_the_same_objects(void **state)
{
    Desk *desk = *state;
    set_role(desk, 1, WB_ROLE_BACKGROUND, "A");
    const WbTrack *vox = track(desk, 0);
    wb_history_undo(desk->history, desk->session);
    assert_ptr_equal(track(desk, 0), vox);
}

static void what_was_recorded_does_not_change_with_the_document(void **state)
{
    Desk *desk = *state;
    set_role(desk, 1, WB_ROLE_BACKGROUND, "A");
    wb_history_undo(desk->history, desk->session);
    wb_history_redo(desk->history, desk->session);
    track(desk, 1)->pan = 1;
    track(desk, 1)->role = WB_ROLE_LEAD;
    wb_history_record(desk->history, desk->session, "B", NULL, desk->now);
    wb_history_undo(desk->history, desk->session);
    assert_int_equal(track(desk, 1)->role, WB_ROLE_BACKGROUND);
    assert_true(track(desk, 1)->pan == 0.0);
}

static void the_oldest_step_is_forgotten(void **state)
{
    Desk *desk = *state;
    for (int i = 1; i <= 5; i++)
        move_fader(desk, -i, 10 * SECOND);
    unsigned undone = 0;
    while (wb_history_undo(desk->history, desk->session))
        undone++;
    assert_int_equal(undone, 3);
    assert_true(track(desk, 0)->gain_db == -2.0);
    while (wb_history_redo(desk->history, desk->session))
        continue;
    assert_true(track(desk, 0)->gain_db == -5.0);
}

static void modified_follows_undo_redo_and_save(void **state)
{
    Desk *desk = *state;
    set_role(desk, 1, WB_ROLE_BACKGROUND, "A");
    assert_true(wb_history_is_modified(desk->history));
    wb_history_undo(desk->history, desk->session);
    assert_false(wb_history_is_modified(desk->history));
    wb_history_redo(desk->history, desk->session);
    wb_history_saved(desk->history);
    assert_false(wb_history_is_modified(desk->history));
    wb_history_undo(desk->history, desk->session);
    assert_true(wb_history_is_modified(desk->history));
    set_role(desk, 1, WB_ROLE_BACKGROUND, "The same once more");
    assert_false(wb_history_is_modified(desk->history));
}

static void a_drag_does_not_swallow_the_saved_state(void **state)
{
    Desk *desk = *state;
    move_fader(desk, -1, SECOND / 50);
    wb_history_saved(desk->history);
    move_fader(desk, -2, SECOND / 50);
    assert_true(wb_history_is_modified(desk->history));
    wb_history_undo(desk->history, desk->session);
    assert_true(track(desk, 0)->gain_db == -1.0);
    assert_false(wb_history_is_modified(desk->history));
}

static void a_saved_state_that_was_forgotten_is_still_known(void **state)
{
    Desk *desk = *state;
    for (int i = 1; i <= 5; i++)
        move_fader(desk, -i, 10 * SECOND);
    move_fader(desk, 0, 10 * SECOND);
    assert_false(wb_history_is_modified(desk->history));
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
#define SHALLOW(test) cmocka_unit_test_setup_teardown(test, set_up_shallow, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_new_history_has_nothing_to_undo),
        TEST(steps_are_undone_and_redone_by_name),
        TEST(a_new_step_ends_redo),
        TEST(no_difference_is_no_step),
        TEST(a_fader_drag_is_one_step),
        TEST(letting_go_or_waiting_ends_the_drag),
        TEST(other_keys_are_other_steps),
        TEST(a_drag_back_to_where_it_began_leaves_no_step),
        TEST(a_drag_after_undo_does_not_join),
        TEST(tracks_come_and_go),
        TEST(ids_are_not_given_twice_after_undo),
        TEST(order_and_mix_settings_are_undone),
        TEST(tracks_that_did_not_change_stay_the_same_objects),
        TEST(what_was_recorded_does_not_change_with_the_document),
        SHALLOW(the_oldest_step_is_forgotten),
        TEST(modified_follows_undo_redo_and_save),
        TEST(a_drag_does_not_swallow_the_saved_state),
        SHALLOW(a_saved_state_that_was_forgotten_is_still_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
