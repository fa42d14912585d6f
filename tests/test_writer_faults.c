/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/medium.h"
#include "tests/writers.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

static int start(void **state)
{
    mend_medium();
    return make_signals(state);
}

static int stop(void **state)
{
    mend_medium();
    return remove_test_folder(state);
}

static void expect_no_writer(const char *path, WbFormat format, double rate, WbOutputError code,
                             const char *words)
{
    GError *error = NULL;
    assert_null(wb_writer_new(path, format, rate, 2, &error));
    assert_error(&error, WB_OUTPUT_ERROR, (int)code, path, words);
}

/* ---- complete or not there ---- */

static void a_file_appears_when_it_is_complete(void **state)
{
    (void)state;
    g_autofree char *path = test_path("mix.wav");
    assert_true(g_file_set_contents(path, "older", -1, NULL));
    for (int f = 0; f < WB_FORMATS; f++) {
        g_autofree char *bytes = NULL;
        WbWriter *writer = new_writer(path, (WbFormat)f, 2);
        write_frames(writer, stereo, FRAMES);
        assert_int_equal(files_in_test_folder(), 2);
        wb_writer_free(writer);
        assert_int_equal(files_in_test_folder(), 1);
        assert_true(g_file_get_contents(path, &bytes, NULL, NULL));
        assert_string_equal(bytes, "older");
    }
    g_autofree char *same = written("mix.wav", WB_FORMAT_WAV, 2, FRAMES);
    GStatBuf status;
    assert_int_equal(files_in_test_folder(), 1);
    assert_int_equal(g_stat(same, &status), 0);
    assert_int_equal(status.st_size, 80 + FRAMES * 4);
}

static void permissions_are_those_of_a_new_file(void **state)
{
    (void)state;
    mode_t before = umask(027);
    g_autofree char *path = written("mix.wav", WB_FORMAT_WAV, 2, 10);
    umask(before);
    GStatBuf status;
    assert_int_equal(g_stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0640);
}

static void a_link_stays_a_link(void **state)
{
    (void)state;
    g_autofree char *target = written("target.wav", WB_FORMAT_WAV, 2, 10);
    g_autofree char *link = test_path("link.wav");
    assert_int_equal(symlink("target.wav", link), 0);
    g_autofree char *path = written("link.wav", WB_FORMAT_WAV, 2, 20);
    GStatBuf status;
    assert_int_equal(g_lstat(path, &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    assert_int_equal(g_stat(target, &status), 0);
    assert_int_equal(status.st_size, 80 + 20 * 4);
}

static void any_name_can_be_written(void **state)
{
    char longest[256] = "";

    (void)state;
    memset(longest, 'x', 255);
    g_free(written(longest, WB_FORMAT_WAV, 2, 10));
    g_free(written("fl\xf6te.flac", WB_FORMAT_FLAC, 2, 10));
    g_free(written("-n.wav", WB_FORMAT_WAV, 2, 10));
    assert_int_equal(files_in_test_folder(), 3);
}

static void nothing_written_is_a_file_without_sound(void **state)
{
    (void)state;
    g_autofree char *path = written("none.wav", WB_FORMAT_WAV, 2, 0);
    GStatBuf status;
    assert_int_equal(g_stat(path, &status), 0);
    assert_int_equal(status.st_size, 80);
}

/* ---- targets and media that do not take it ---- */

static void targets_that_are_no_file_are_named(void **state)
{
    (void)state;
    expect_no_writer(test_folder, WB_FORMAT_WAV, 48000, WB_OUTPUT_ERROR_TARGET, "is a folder");
    expect_no_writer("/dev/null", WB_FORMAT_WAV, 48000, WB_OUTPUT_ERROR_TARGET,
                     "not a regular file");
    g_autofree char *nowhere = test_path("nowhere/mix.wav");
    expect_no_writer(nowhere, WB_FORMAT_WAV, 48000, WB_OUTPUT_ERROR_TARGET, "create it first");
    g_autofree char *file = written("a.wav", WB_FORMAT_WAV, 2, 10);
    g_autofree char *within = g_build_filename(file, "b.wav", NULL);
    expect_no_writer(within, WB_FORMAT_WAV, 48000, WB_OUTPUT_ERROR_TARGET, "create it first");
    assert_int_equal(files_in_test_folder(), 1);
}

static void a_folder_without_permission_is_named(void **state)
{
    (void)state;
    g_autofree char *path = test_path("mix.wav");
    assert_int_equal(chmod(test_folder, 0555), 0);
    if (geteuid() == 0)
        assert_int_equal(seteuid(65534), 0);
    expect_no_writer(path, WB_FORMAT_WAV, 48000, WB_OUTPUT_ERROR_TARGET, "cannot be written to");
    if (getuid() == 0)
        assert_int_equal(seteuid(0), 0);
    assert_int_equal(chmod(test_folder, 0755), 0);
}

static void opus_names_the_rates_it_takes(void **state)
{
    (void)state;
    g_autofree char *path = test_path("mix.opus");
    expect_no_writer(path, WB_FORMAT_OPUS, 44100, WB_OUTPUT_ERROR_FORMAT,
                     "24000 or 48000 Hz, not 44100");
    assert_int_equal(files_in_test_folder(), 0);
}

/* Writes until it fails, or the commit does. */
static void expect_write_to_fail(WbFormat format, int *failure, int reason, WbOutputError code,
                                 const char *words)
{
    GError *error = NULL;
    g_autofree char *path = test_path("mix");
    WbWriter *writer = new_writer(path, format, 2);
    write_frames(writer, stereo, FRAMES);
    *failure = reason;
    bool good = wb_writer_write(writer, stereo, FRAMES, &error) && wb_writer_commit(writer, &error);
    *failure = 0;
    assert_false(good);
    assert_error(&error, WB_OUTPUT_ERROR, (int)code, path, words);
    wb_writer_free(writer);
    assert_int_equal(files_in_test_folder(), 0);
}

static void a_full_disk_is_named_and_nothing_left_behind(void **state)
{
    (void)state;
    for (int f = 0; f < WB_FORMATS; f++) {
        expect_write_to_fail((WbFormat)f, &write_failure, ENOSPC, WB_OUTPUT_ERROR_FULL,
                             "disk is full after");
        expect_write_to_fail((WbFormat)f, &write_failure, EDQUOT, WB_OUTPUT_ERROR_FULL, "quota");
        expect_write_to_fail((WbFormat)f, &write_failure, EIO, WB_OUTPUT_ERROR_WRITE,
                             "cannot be written");
        expect_write_to_fail((WbFormat)f, &sync_failure, ENOSPC, WB_OUTPUT_ERROR_FULL,
                             "disk is full after");
        expect_write_to_fail((WbFormat)f, &sync_failure, EIO, WB_OUTPUT_ERROR_WRITE,
                             "cannot be written");
    }
}

static void a_finished_file_has_no_name_until_it_is_committed(void **state)
{
    (void)state;
    for (int f = 0; f < WB_FORMATS; f++) {
        GError *error = NULL;
        g_autofree char *path = test_path("mix");
        for (int attempt = 0; attempt < 2; attempt++) {
            const bool full = attempt == 0;
            WbWriter *writer = new_writer(path, (WbFormat)f, 2);
            write_frames(writer, stereo, FRAMES);
            sync_failure = full ? ENOSPC : 0;
            assert_int_equal(wb_writer_finish(writer, &error), !full);
            sync_failure = 0;
            assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
            if (full)
                assert_error(&error, WB_OUTPUT_ERROR, WB_OUTPUT_ERROR_FULL, path, "disk is full");
            else
                commit(writer);
            assert_int_equal(g_file_test(path, G_FILE_TEST_EXISTS), !full);
            wb_writer_free(writer);
        }
        assert_int_equal(g_unlink(path), 0);
        assert_int_equal(files_in_test_folder(), 0);
    }
}

static void a_disk_full_from_the_start_is_named(void **state)
{
    (void)state;
    for (int f = 0; f < WB_FORMATS; f++) {
        GError *error = NULL;
        g_autofree char *path = test_path("mix");
        write_failure = ENOSPC;
        WbWriter *writer = wb_writer_new(path, (WbFormat)f, 48000, 2, &error);
        bool good = writer && wb_writer_write(writer, stereo, FRAMES, &error) &&
                    wb_writer_commit(writer, &error);
        write_failure = 0;
        assert_false(good);
        assert_error(&error, WB_OUTPUT_ERROR, WB_OUTPUT_ERROR_FULL, path, "disk is full");
        wb_writer_free(writer);
        assert_int_equal(files_in_test_folder(), 0);
    }
}

static void the_limit_of_file_sizes_is_named(void **state)
{
    struct rlimit before, small;

    (void)state;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 100000;
    g_autofree char *path = test_path("mix.wav");
    WbWriter *writer = new_writer(path, WB_FORMAT_WAV, 2);
    GError *error = NULL;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    bool good = wb_writer_write(writer, stereo, FRAMES, &error);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_false(good);
    assert_error(&error, WB_OUTPUT_ERROR, WB_OUTPUT_ERROR_FULL, path, "ulimit -f");
    wb_writer_free(writer);
    assert_int_equal(files_in_test_folder(), 0);
}

static void short_and_interrupted_writes_go_on(void **state)
{
    (void)state;
    g_autofree char *plain_path = written("plain.wav", WB_FORMAT_WAV_24, 2, FRAMES);
    write_limit = 1000;
    interruptions = 3;
    g_autofree char *path = written("pieces.wav", WB_FORMAT_WAV_24, 2, FRAMES);
    assert_same_bytes(plain_path, path);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_file_appears_when_it_is_complete),
        TEST(permissions_are_those_of_a_new_file),
        TEST(a_link_stays_a_link),
        TEST(any_name_can_be_written),
        TEST(nothing_written_is_a_file_without_sound),
        TEST(targets_that_are_no_file_are_named),
        TEST(a_folder_without_permission_is_named),
        TEST(opus_names_the_rates_it_takes),
        TEST(a_full_disk_is_named_and_nothing_left_behind),
        TEST(a_disk_full_from_the_start_is_named),
        TEST(a_finished_file_has_no_name_until_it_is_committed),
        TEST(the_limit_of_file_sizes_is_named),
        TEST(short_and_interrupted_writes_go_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
