/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/disk/take_name.h"

#include "tests/audio_files.h"

static GDateTime *day;

static int start(void **state)
{
    day = g_date_time_new_utc(2025, 3, 1, 23, 59, 59);
    return make_test_folder(state);
}

static int stop(void **state)
{
    g_clear_pointer(&day, g_date_time_unref);
    return remove_test_folder(state);
}

static void make_file(const char *name)
{
    g_autofree char *path = test_path(name);
    FILE *file = g_fopen(path, "wx");
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
}

static unsigned next_number(void)
{
    g_autoptr(WbTakeNames) take = wb_take_names_new(test_folder, day);
    return wb_take_names_number(take);
}

static void assert_name(WbTakeNames *take, const char *label, const char *expected)
{
    g_autofree char *path = wb_take_names_path(take, label, WB_FORMAT_WAV_24);
    g_autofree char *expected_path = test_path(expected);
    assert_string_equal(path, expected_path);
}

static void a_name_has_day_take_and_track(void **state)
{
    (void)state;
    g_autoptr(WbTakeNames) take = wb_take_names_new(test_folder, day);
    assert_int_equal(wb_take_names_number(take), 1);
    assert_name(take, "Violin", "2025-03-01 take 1 Violin.wav");
    assert_name(take, "Fl\u00f6te 2", "2025-03-01 take 1 Fl\u00f6te 2.wav");
    g_autofree char *flac = wb_take_names_path(take, "Violin", WB_FORMAT_FLAC);
    assert_true(g_str_has_suffix(flac, "/2025-03-01 take 1 Violin.flac"));
}

static void a_take_has_the_first_number_without_files_of_the_day(void **state)
{
    (void)state;
    make_file("2025-03-01 take 1 Violin.wav");
    assert_int_equal(next_number(), 2);
    make_file("2025-03-01 take 3.flac");
    assert_int_equal(next_number(), 2);
    make_file("2025-03-01 take 2 Piano.wav");
    assert_int_equal(next_number(), 4);
    make_file("2025-03-01 take 04 Piano.wav");
    assert_int_equal(next_number(), 5);

    make_file("2025-03-02 take 5 Violin.wav");
    make_file("2025-03-01 take 5th Avenue.wav");
    make_file("2025-03-01 take 99999999999999999999999 Violin.wav");
    make_file("2025-03-01 take -5.wav");
    make_file("2025-03-01 take .wav");
    make_file("mix 2025-03-01 take 5.wav");
    assert_int_equal(next_number(), 5);
}

static void a_folder_that_is_not_there_has_no_takes(void **state)
{
    (void)state;
    g_autofree char *folder = test_path("nowhere");
    g_autoptr(WbTakeNames) take = wb_take_names_new(folder, day);
    assert_int_equal(wb_take_names_number(take), 1);
}

static void what_disks_do_not_take_is_replaced(void **state)
{
    (void)state;
    g_autoptr(WbTakeNames) take = wb_take_names_new(test_folder, day);
    assert_name(take, "AC/DC", "2025-03-01 take 1 AC-DC.wav");
    assert_name(take, "../../etc/passwd", "2025-03-01 take 1 -..-etc-passwd.wav");
    assert_name(take, "  .hidden ", "2025-03-01 take 1 hidden.wav");
    assert_name(take,
                "a\nb\x7f\xc2\x85"
                "c",
                "2025-03-01 take 1 a-b--c.wav");
    assert_name(take, "\"why?\" C:\\<*|>", "2025-03-01 take 1 -why-- C------.wav");
    assert_name(take, "fl\xf6te", "2025-03-01 take 1 fl\ufffdte.wav");
    assert_name(take, "", "2025-03-01 take 1.wav");
    assert_name(take, " ... ", "2025-03-01 take 1 2.wav");
}

static void two_files_of_a_take_differ(void **state)
{
    (void)state;
    g_autoptr(WbTakeNames) take = wb_take_names_new(test_folder, day);
    assert_name(take, "A/B", "2025-03-01 take 1 A-B.wav");
    assert_name(take, "A-B", "2025-03-01 take 1 A-B 2.wav");
    assert_name(take, "a:b", "2025-03-01 take 1 a-b 3.wav");
    assert_name(take, "A-B 2", "2025-03-01 take 1 A-B 2 2.wav");
}

/* 255 bytes is what Linux takes. */
static void a_long_name_is_cut_between_characters(void **state)
{
    (void)state;
    g_autoptr(WbTakeNames) take = wb_take_names_new(test_folder, day);
    for (int length = 225; length < 400; length++) {
        g_autoptr(GString) label = g_string_new(NULL);
        for (int i = 0; i < length; i++)
            g_string_append(label, i % 3 == length % 3 ? "\u20ac" : "x");
        for (int copy = 0; copy < 2; copy++) {
            g_autofree char *path = wb_take_names_path(take, label->str, WB_FORMAT_RF64);
            g_autofree char *name = g_path_get_basename(path);
            assert_true(g_utf8_validate(name, -1, NULL));
            assert_in_range(strlen(name), 250, 255);
            assert_true(g_str_has_suffix(name, ".rf64"));
            assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
            make_file(name);
        }
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_name_has_day_take_and_track),
        TEST(a_take_has_the_first_number_without_files_of_the_day),
        TEST(a_folder_that_is_not_there_has_no_takes),
        TEST(what_disks_do_not_take_is_replaced),
        TEST(two_files_of_a_take_differ),
        TEST(a_long_name_is_cut_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
