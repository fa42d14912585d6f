/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/disk/source.h"
#include "engine/disk/wave_header.h"
#include "tests/medium.h"
#include "tests/writers.h"

#include <signal.h>
#include <sys/resource.h>

/* What Ogg may hold back: a page, 4 KB of Vorbis. */
#define LATEST (FRAMES / 2)

/* Noise as well, which makes Vorbis fill its pages. */
static int start(void **state)
{
    mend_medium();
    const int result = make_signals(state);
    g_autoptr(GRand) random = g_rand_new_with_seed(1);
    for (int i = 0; i < FRAMES; i++) {
        left[i] += g_rand_double_range(random, -0.1, 0.1);
        right[i] += g_rand_double_range(random, -0.1, 0.1);
    }
    return result;
}

static int stop(void **state)
{
    mend_medium();
    return remove_test_folder(state);
}

static WbWriter *new_in_place(const char *path, WbFormat format, unsigned channels)
{
    GError *error = NULL;
    WbWriter *writer = wb_writer_new_in_place(path, format, 48000, channels, &error);
    if (!writer)
        fail_msg("%s", error->message);
    return writer;
}

static void flush(WbWriter *writer)
{
    GError *error = NULL;
    if (!wb_writer_flush(writer, &error))
        fail_msg("%s", error->message);
}

static bool is_lossy(int format)
{
    return format == WB_FORMAT_OGG || format == WB_FORMAT_OPUS;
}

/* Reads the file as the program reads one, which refuses those that are cut short, and checks that
 * the left channel is the signal over and over; returns the frames. */
static gint64 check_file(const char *path, int format)
{
    static float read[2][FRAMES];
    GError *error = NULL;
    g_autoptr(WbSource) source = wb_source_open(path, 48000, &error);
    if (!source)
        fail_msg("%s", error->message);
    const gint64 frames = wb_source_frames(source);
    double error_power = 0.0, power = 0.0;
    for (gint64 at = 0; at < frames; at += FRAMES) {
        const gint64 count = MIN(frames - at, FRAMES);
        float *channels[2] = {read[0], read[1]};
        if (!wb_source_read(source, at, channels, (size_t)count, &error))
            fail_msg("%s", error->message);
        for (gint64 i = 0; i < count; i++) {
            const double difference = (double)read[0][i] - left[i];
            assert_true(is_lossy(format) || fabs(difference) < 1e-4);
            error_power += difference * difference;
            power += left[i] * left[i];
        }
    }
    assert_true(error_power < 0.1 * power);
    return frames;
}

static void the_file_is_there_and_stays(void **state)
{
    (void)state;
    for (int f = 0; f < WB_FORMATS; f++) {
        g_autofree char *path = test_path(wb_format_name((WbFormat)f));
        WbWriter *writer = new_in_place(path, (WbFormat)f, 2);
        assert_true(g_file_test(path, G_FILE_TEST_IS_REGULAR));
        write_frames(writer, stereo, FRAMES);
        wb_writer_free(writer);
        assert_int_equal(files_in_test_folder(), f + 1);
        assert_int_equal(check_file(path, f), FRAMES);
    }
}

static void nothing_is_overwritten(void **state)
{
    GError *error = NULL;

    (void)state;
    g_autofree char *path = test_path("take.wav");
    assert_true(g_file_set_contents(path, "older", -1, NULL));
    assert_null(wb_writer_new_in_place(path, WB_FORMAT_WAV, 48000, 2, &error));
    assert_error(&error, WB_OUTPUT_ERROR, WB_OUTPUT_ERROR_EXISTS, path, "not overwritten");
    g_autofree char *bytes = NULL;
    assert_true(g_file_get_contents(path, &bytes, NULL, NULL));
    assert_string_equal(bytes, "older");

    g_autofree char *link = test_path("link.wav");
    assert_int_equal(symlink("nowhere.wav", link), 0);
    assert_null(wb_writer_new_in_place(link, WB_FORMAT_WAV, 48000, 2, &error));
    assert_error(&error, WB_OUTPUT_ERROR, WB_OUTPUT_ERROR_EXISTS, link, "not overwritten");
    assert_int_equal(files_in_test_folder(), 2);
}

static void a_file_that_cannot_begin_is_not_there(void **state)
{
    GError *error = NULL;

    (void)state;
    g_autofree char *nowhere = test_path("nowhere/take.wav");
    assert_null(wb_writer_new_in_place(nowhere, WB_FORMAT_WAV, 48000, 2, &error));
    assert_error(&error, WB_OUTPUT_ERROR, WB_OUTPUT_ERROR_TARGET, nowhere, "create it first");
    g_autofree char *path = test_path("take.opus");
    assert_null(wb_writer_new_in_place(path, WB_FORMAT_OPUS, 44100, 2, &error));
    assert_error(&error, WB_OUTPUT_ERROR, WB_OUTPUT_ERROR_FORMAT, path, "not 44100");
    for (int f = 0; f <= WB_FORMAT_RF64; f++) { /* the others begin with the first samples */
        fill_medium(3, ENOSPC);
        assert_null(wb_writer_new_in_place(path, (WbFormat)f, 48000, 2, &error));
        mend_medium();
        assert_error(&error, WB_OUTPUT_ERROR, WB_OUTPUT_ERROR_FULL, path, "disk is full");
    }
    assert_int_equal(files_in_test_folder(), 0);
}

static void a_flushed_file_holds_all_so_far(void **state)
{
    (void)state;
    for (int f = 0; f < WB_FORMATS; f++) {
        g_autofree char *path = test_path(wb_format_name((WbFormat)f));
        g_autoptr(WbWriter) writer = new_in_place(path, (WbFormat)f, 2);
        for (int second = 1; second <= 3; second++) {
            write_frames(writer, stereo, FRAMES);
            flush(writer);
            const gint64 frames = check_file(path, f);
            if (f == WB_FORMAT_FLAC)
                assert_in_range(frames, second * FRAMES - 4096, second * FRAMES);
            else if (is_lossy(f))
                assert_in_range(frames, second * FRAMES - LATEST, second * FRAMES);
            else
                assert_int_equal(frames, second * FRAMES);
        }
    }
}

/* What has been written after the last flush is no part of the file yet, and in no one's way. */
static void what_follows_the_last_flush_does_no_harm(void **state)
{
    (void)state;
    for (int f = 0; f < WB_FORMATS; f++) {
        g_autofree char *path = test_path(wb_format_name((WbFormat)f));
        g_autoptr(WbWriter) writer = new_in_place(path, (WbFormat)f, 1);
        write_frames(writer, stereo, FRAMES);
        flush(writer);
        write_frames(writer, stereo, FRAMES);
        write_frames(writer, stereo, 12345);
        assert_in_range(check_file(path, f), FRAMES - LATEST, 2 * FRAMES + 12345);
    }
}

static void an_odd_number_of_bytes_is_padded_for_the_while(void **state)
{
    (void)state;
    g_autofree char *path = test_path("odd.wav");
    g_autoptr(WbWriter) writer = new_in_place(path, WB_FORMAT_WAV_24, 1);
    size_t at = 0;
    for (size_t count = 1; count < 50; count += 2) {
        write_frames(writer, (const double *[]){left + at}, count);
        at += count;
        flush(writer);
        GStatBuf status;
        assert_int_equal(g_stat(path, &status), 0);
        assert_int_equal(status.st_size, 80 + (at * 3 + 1) / 2 * 2);
        assert_int_equal(check_file(path, WB_FORMAT_WAV_24), at);
    }
}

static void the_bytes_are_those_of_a_file_written_otherwise(void **state)
{
    (void)state;
    for (int f = WB_FORMAT_WAV; f <= WB_FORMAT_FLAC; f++) {
        for (unsigned channels = 1; channels <= 2; channels++) {
            g_autofree char *other = written("other", (WbFormat)f, channels, FRAMES - 1);
            g_autofree char *path = test_path("in place");
            WbWriter *writer = new_in_place(path, (WbFormat)f, channels);
            for (size_t done = 0, count; done < FRAMES - 1; done += count) {
                count = MIN(FRAMES - 1 - done, 1 + done * 7919 % 9000);
                write_frames(writer, (const double *[]){left + done, right + done}, count);
                flush(writer);
            }
            GError *error = NULL;
            assert_true(wb_writer_finish(writer, &error));
            wb_writer_free(writer);
            assert_same_bytes(other, path);
            assert_int_equal(g_unlink(path), 0);
        }
    }
}

/* Writes seconds until one fails; the file must be valid then and there, and say what it holds. */
static void expect_valid_after(WbFormat format, unsigned channels, size_t room, int reason,
                               const char *words)
{
    GError *error = NULL;
    g_autofree char *path = test_path("take");
    WbWriter *writer = new_in_place(path, format, channels);
    write_frames(writer, stereo, FRAMES);
    flush(writer);
    fill_medium(room, reason);
    for (int second = 0; !error && second < 10; second++)
        wb_writer_write(writer, stereo, FRAMES, &error);
    const int code = reason == EIO ? WB_OUTPUT_ERROR_WRITE : WB_OUTPUT_ERROR_FULL;
    assert_error(&error, WB_OUTPUT_ERROR, code, path, words);

    const gint64 frames = check_file(path, (int)format);
    GStatBuf before, after;
    assert_int_equal(g_stat(path, &before), 0);
    if (is_lossy((int)format))
        assert_in_range(frames, FRAMES - LATEST, wb_writer_frames(writer));
    else
        assert_int_equal(frames, wb_writer_frames(writer));
    if (wb_format_bits(format) != 0 && format != WB_FORMAT_FLAC) {
        const unsigned frame_bytes = wb_format_bits(format) / 8 * channels;
        assert_in_range(frames, FRAMES + room / frame_bytes - 1, FRAMES + room / frame_bytes);
    }

    /* Nothing more is taken, also when there is room again. */
    mend_medium();
    assert_false(wb_writer_write(writer, stereo, FRAMES, &error));
    assert_error(&error, WB_OUTPUT_ERROR, code, path, words);
    assert_false(wb_writer_flush(writer, NULL));
    assert_false(wb_writer_finish(writer, &error));
    assert_error(&error, WB_OUTPUT_ERROR, code, path, words);
    wb_writer_free(writer);
    assert_int_equal(g_stat(path, &after), 0);
    assert_true(before.st_size == after.st_size);
    assert_int_equal(check_file(path, (int)format), frames);
    assert_int_equal(g_unlink(path), 0);
}

static void a_full_disk_leaves_what_is_whole(void **state)
{
    (void)state;
    for (int f = 0; f < WB_FORMATS; f++) {
        for (unsigned channels = 1; channels <= 2; channels++)
            for (size_t room = 0; room < 9; room++)
                expect_valid_after((WbFormat)f, channels, room * 1001, ENOSPC, "disk is full");
        expect_valid_after((WbFormat)f, 2, 5000, EDQUOT, "quota");
        expect_valid_after((WbFormat)f, 2, 5000, EIO, "cannot be written");
    }
}

static void a_medium_full_at_the_end_leaves_what_is_whole(void **state)
{
    (void)state;
    for (int f = 0; f < WB_FORMATS; f++) {
        for (size_t room = 0; room < 3; room++) {
            GError *error = NULL;
            g_autofree char *path = test_path("take");
            WbWriter *writer = new_in_place(path, (WbFormat)f, 1);
            write_frames(writer, stereo, FRAMES - 1);
            fill_medium(room, ENOSPC);
            if (!wb_writer_finish(writer, &error))
                assert_error(&error, WB_OUTPUT_ERROR, WB_OUTPUT_ERROR_FULL, path, "disk is full");
            mend_medium();
            const gint64 frames = check_file(path, f);
            if (!is_lossy(f))
                assert_int_equal(frames, wb_writer_frames(writer));
            assert_in_range(frames, FRAMES - LATEST, FRAMES - 1);
            wb_writer_free(writer);
            assert_int_equal(g_unlink(path), 0);
        }
    }
}

static void a_sync_brings_it_to_the_medium(void **state)
{
    (void)state;
    for (int f = 0; f < WB_FORMATS; f++) {
        GError *error = NULL;
        g_autofree char *path = test_path("take");
        WbWriter *writer = new_in_place(path, (WbFormat)f, 2);
        write_frames(writer, stereo, FRAMES);
        flush(writer);
        assert_int_equal(syncs, 0);
        assert_true(wb_writer_sync(writer, NULL));
        assert_int_equal(syncs, 1);
        write_frames(writer, stereo, FRAMES);
        sync_failure = EIO;
        assert_false(wb_writer_sync(writer, &error));
        assert_error(&error, WB_OUTPUT_ERROR, WB_OUTPUT_ERROR_WRITE, path, "cannot be written");
        mend_medium();
        assert_in_range(check_file(path, f), 2 * FRAMES - LATEST, 2 * FRAMES);
        wb_writer_free(writer);
        assert_int_equal(g_unlink(path), 0);
    }
}

static void the_limit_of_file_sizes_leaves_what_is_whole(void **state)
{
    struct rlimit before, small;

    (void)state;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    for (int f = 0; f <= WB_FORMAT_RF64; f++) {
        GError *error = NULL;
        g_autofree char *path = test_path(wb_format_name((WbFormat)f));
        WbWriter *writer = new_in_place(path, (WbFormat)f, 1);
        small = before;
        small.rlim_cur = 50001;
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
        assert_false(wb_writer_write(writer, stereo, FRAMES, &error));
        assert_int_equal(check_file(path, f), wb_writer_frames(writer));
        wb_writer_free(writer);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
        assert_error(&error, WB_OUTPUT_ERROR, WB_OUTPUT_ERROR_FULL, path, "ulimit -f");
        assert_in_range(check_file(path, f), 12000, 25000);
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_file_is_there_and_stays),
        TEST(nothing_is_overwritten),
        TEST(a_file_that_cannot_begin_is_not_there),
        TEST(a_flushed_file_holds_all_so_far),
        TEST(what_follows_the_last_flush_does_no_harm),
        TEST(an_odd_number_of_bytes_is_padded_for_the_while),
        TEST(the_bytes_are_those_of_a_file_written_otherwise),
        TEST(a_full_disk_leaves_what_is_whole),
        TEST(a_medium_full_at_the_end_leaves_what_is_whole),
        TEST(a_sync_brings_it_to_the_medium),
        TEST(the_limit_of_file_sizes_leaves_what_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
