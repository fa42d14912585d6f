/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/disk/recorder.h"

#include "engine/disk/output_file.h"
#include "engine/disk/source.h"
#include "engine/rt/epoch.h"
#include "engine/rt/thread.h"
#include "tests/audio_files.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define RATE 48000
#define BLOCK 256

/* ---- a disk that is slow or full when it is told to: it stands in for the C library's ---- */

static atomic_bool stalled;
static atomic_int write_failure; /* errno */

/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) */
ssize_t write(int file, const void *bytes, size_t count)
{
    while (atomic_load(&stalled))
        g_usleep(1000);
    if (atomic_load(&write_failure) != 0) {
        errno = atomic_load(&write_failure);
        return -1;
    }
    return syscall(SYS_write, file, bytes, count);
}

static int start(void **state)
{
    atomic_store(&stalled, false);
    atomic_store(&write_failure, 0);
    return make_test_folder(state);
}

/* ---- shorthands ---- */

/* No two frames near each other are the same, and none is silent. */
static double signal_at(guint64 frame, unsigned channel)
{
    return (double)(frame % 9973 + 1) / 16384.0 * (channel == 0 ? 1.0 : -1.0);
}

static WbSink *open_sink(WbRecorder *recorder, const char *path, WbFormat format, unsigned channels)
{
    GError *error = NULL;
    WbSink *sink = wb_recorder_open(recorder, path, format, RATE, channels, &error);
    if (!sink)
        fail_msg("%s", error->message);
    return sink;
}

/* Frames `begin` to `end` of the signal, in blocks. */
static void play(WbSink *sink, guint64 begin, guint64 end, size_t block)
{
    double left[4096], right[4096];
    const double *const channels[2] = {left, right};
    for (guint64 at = begin; at < end;) {
        const size_t count = MIN(block, end - at);
        for (size_t i = 0; i < count; i++) {
            left[i] = signal_at(at + i, 0);
            right[i] = signal_at(at + i, 1);
        }
        wb_sink_write(sink, channels, count);
        at += count;
    }
}

static void wait_until_done(WbSink *sink)
{
    for (int i = 0; !wb_sink_is_done(sink); i++) {
        assert_true(i < 3000);
        g_usleep(10000);
    }
}

static void close_sink(WbSink *sink)
{
    wb_sink_close(sink);
    wait_until_done(sink);
}

static bool is_silent(guint64 frame, const guint64 (*gaps)[2])
{
    for (; gaps && (*gaps)[1] > 0; gaps++)
        if (frame >= (*gaps)[0] && frame < (*gaps)[1])
            return true;
    return false;
}

/* Reads the file as the program does, which refuses one that is cut short; checks that it holds the
 * signal from its first frame on, with silence in the gaps (the last is {0, 0}). Returns frames. */
static gint64 check_file(const char *path, const guint64 (*gaps)[2])
{
    GError *error = NULL;
    g_autoptr(WbSource) source = wb_source_open(path, RATE, &error);
    if (!source)
        fail_msg("%s", error->message);
    const gint64 frames = wb_source_frames(source);
    const unsigned count_of_channels = wb_source_channels(source);
    static float read[2][RATE];
    for (gint64 at = 0; at < frames; at += RATE) {
        const gint64 count = MIN(frames - at, RATE);
        if (!wb_source_read(source, at, (float *[]){read[0], read[1]}, (size_t)count, &error))
            fail_msg("%s", error->message);
        for (gint64 i = 0; i < count; i++) {
            const guint64 frame = (guint64)(at + i);
            for (unsigned c = 0; c < count_of_channels; c++) {
                const double expected = is_silent(frame, gaps) ? 0.0 : signal_at(frame, c);
                if (!(fabs((double)read[c][i] - expected) < 1e-6))
                    fail_msg("frame %" G_GUINT64_FORMAT ": %g, not %g", frame, (double)read[c][i],
                             expected);
            }
        }
    }
    return frames;
}

/* ---- what is played is in the file ---- */

static void what_is_played_is_in_the_file(void **state)
{
    static const WbFormat formats[] = {WB_FORMAT_WAV_24, WB_FORMAT_WAV_FLOAT, WB_FORMAT_RF64,
                                       WB_FORMAT_FLAC};
    static const size_t blocks[] = {1, 64, 1000, 4096};

    (void)state;
    g_autoptr(WbRecorder) recorder = wb_recorder_new();
    for (unsigned f = 0; f < G_N_ELEMENTS(formats); f++) {
        for (unsigned channels = 1; channels <= 2; channels++) {
            g_autofree char *path = test_path("take");
            g_autoptr(WbSink) sink = open_sink(recorder, path, formats[f], channels);
            assert_string_equal(wb_sink_path(sink), path);
            play(sink, 0, 3 * RATE + 1, blocks[f]);
            assert_false(wb_sink_is_done(sink));
            close_sink(sink);
            assert_null(wb_sink_error(sink));
            assert_int_equal(wb_sink_frames(sink), 3 * RATE + 1);
            assert_int_equal(wb_sink_lost_frames(sink), 0);
            assert_int_equal(wb_sink_clipped_frames(sink), 0);
            assert_int_equal(check_file(path, NULL), 3 * RATE + 1);
            assert_int_equal(g_unlink(path), 0);
        }
    }
}

static void clipped_frames_are_counted(void **state)
{
    static double loud[100];

    (void)state;
    loud[10] = 1.5;
    loud[20] = -2.0;
    g_autoptr(WbRecorder) recorder = wb_recorder_new();
    g_autofree char *path = test_path("take.wav");
    g_autoptr(WbSink) sink = open_sink(recorder, path, WB_FORMAT_WAV_24, 1);
    wb_sink_write(sink, (const double *[]){loud}, 100);
    close_sink(sink);
    assert_int_equal(wb_sink_clipped_frames(sink), 2);
}

static void a_sink_without_audio_is_a_file_without_sound(void **state)
{
    (void)state;
    g_autoptr(WbRecorder) recorder = wb_recorder_new();
    g_autofree char *path = test_path("take.wav");
    g_autoptr(WbSink) sink = open_sink(recorder, path, WB_FORMAT_WAV_24, 2);
    close_sink(sink);
    assert_null(wb_sink_error(sink));
    GStatBuf status;
    assert_int_equal(g_stat(path, &status), 0);
    assert_int_equal(status.st_size, 80);
}

static void a_file_is_not_overwritten(void **state)
{
    GError *error = NULL;

    (void)state;
    g_autoptr(WbRecorder) recorder = wb_recorder_new();
    g_autofree char *path = test_path("take.wav");
    assert_true(g_file_set_contents(path, "older", -1, NULL));
    assert_null(wb_recorder_open(recorder, path, WB_FORMAT_WAV_24, RATE, 2, &error));
    assert_error(&error, WB_OUTPUT_ERROR, WB_OUTPUT_ERROR_EXISTS, path, "not overwritten");
}

static void the_header_follows_while_it_is_recorded(void **state)
{
    (void)state;
    g_autoptr(WbRecorder) recorder = wb_recorder_new();
    g_autofree char *path = test_path("take.wav");
    g_autoptr(WbSink) sink = open_sink(recorder, path, WB_FORMAT_WAV_24, 2);
    for (guint64 second = 0; second < 2; second++) {
        const gint64 frames = (gint64)(second + 1) * RATE;
        play(sink, second * RATE, (second + 1) * RATE, BLOCK);
        GStatBuf status;
        guint8 *header = NULL;
        guint32 told = 0;
        for (int i = 0; told != frames * 6 && i < 500; i++) {
            g_usleep(10000);
            assert_true(g_file_get_contents(path, (char **)&header, NULL, NULL));
            memcpy(&told, header + 76, sizeof told);
            told = GUINT32_FROM_LE(told);
            g_clear_pointer(&header, g_free);
        }
        assert_int_equal(g_stat(path, &status), 0);
        assert_int_equal(status.st_size, 80 + frames * 6);
        assert_int_equal(wb_sink_frames(sink), frames);
        assert_int_equal(check_file(path, NULL), frames);
    }
    close_sink(sink);
}

/* ---- a disk that is too slow ---- */

/* Plays until `lost` frames are lost; returns where the signal has come to. */
static guint64 play_until_lost(WbSink *sink, guint64 at, guint64 lost)
{
    const guint64 before = wb_sink_lost_frames(sink);
    for (; wb_sink_lost_frames(sink) < before + lost; at += BLOCK)
        play(sink, at, at + BLOCK, BLOCK);
    return at;
}

static void lost_frames_are_silence_in_their_place(void **state)
{
    guint64 gaps[4][2] = {{0}};
    guint64 at = 0;

    (void)state;
    g_autoptr(WbRecorder) recorder = wb_recorder_new();
    g_autofree char *path = test_path("take.wav");
    g_autoptr(WbSink) sink = open_sink(recorder, path, WB_FORMAT_WAV_FLOAT, 2);
    for (int gap = 0; gap < 3; gap++) {
        play(sink, at, at + RATE, BLOCK);
        at += RATE;
        atomic_store(&stalled, true);
        const guint64 lost = (guint64)(gap + 1) * 100 * BLOCK;
        at = play_until_lost(sink, at, lost);
        gaps[gap][0] = at - lost;
        gaps[gap][1] = at;
        assert_true(at - lost >= (guint64)gap * 10 * RATE); /* ten seconds are held */
        atomic_store(&stalled, false);
        if (gap < 2)
            assert_true(wb_sink_wait(sink, 5 * RATE));
    }
    close_sink(sink); /* with lost frames last */
    assert_null(wb_sink_error(sink));
    assert_int_equal(wb_sink_lost_frames(sink), 600 * BLOCK);
    assert_int_equal(wb_sink_frames(sink), at);
    assert_int_equal(check_file(path, (const guint64(*)[2])gaps), at);
}

static void freewheeling_waits_and_loses_nothing(void **state)
{
    const guint64 frames = 100 * RATE;

    (void)state;
    g_autoptr(WbRecorder) recorder = wb_recorder_new();
    g_autofree char *path = test_path("take.wav");
    g_autoptr(WbSink) sink = open_sink(recorder, path, WB_FORMAT_WAV_24, 1);
    for (guint64 at = 0; at < frames; at += 1024) {
        assert_true(wb_sink_wait(sink, 1024));
        play(sink, at, MIN(at + 1024, frames), 1024);
    }
    close_sink(sink);
    assert_int_equal(wb_sink_lost_frames(sink), 0);
    assert_int_equal(check_file(path, NULL), frames);
}

/* ---- a disk that fails ---- */

static void a_full_disk_is_told_and_sound_goes_on(void **state)
{
    static const WbFormat formats[] = {WB_FORMAT_WAV_24, WB_FORMAT_WAV_FLOAT, WB_FORMAT_RF64,
                                       WB_FORMAT_FLAC};

    (void)state;
    g_autoptr(WbRecorder) recorder = wb_recorder_new();
    for (unsigned f = 0; f < G_N_ELEMENTS(formats); f++) {
        g_autofree char *path = test_path("take");
        g_autoptr(WbSink) sink = open_sink(recorder, path, formats[f], 2);
        play(sink, 0, RATE, BLOCK);
        while (wb_sink_frames(sink) < RATE)
            g_usleep(1000);
        atomic_store(&write_failure, ENOSPC);
        play(sink, RATE, 2 * RATE, BLOCK);
        for (int i = 0; !wb_sink_error(sink) && i < 1000; i++)
            g_usleep(10000);
        GError *error = g_error_copy(wb_sink_error(sink));
        assert_error(&error, WB_OUTPUT_ERROR, WB_OUTPUT_ERROR_FULL, path, "the disk is full");
        assert_false(wb_sink_is_done(sink));
        atomic_store(&write_failure, 0);

        const gint64 frames = check_file(path, NULL);
        assert_in_range(frames, RATE - 4096, RATE);
        assert_int_equal(frames, wb_sink_frames(sink));
        play(sink, 2 * RATE, 30 * RATE, BLOCK);
        assert_true(wb_sink_wait(sink, 4096));
        assert_int_equal(wb_sink_lost_frames(sink), 0);
        close_sink(sink);
        assert_non_null(wb_sink_error(sink));
        assert_int_equal(check_file(path, NULL), frames);
        assert_int_equal(g_unlink(path), 0);
    }
}

/* ---- who holds a sink ---- */

static void a_sink_can_be_retired_by_an_epoch(void **state)
{
    (void)state;
    WbEpoch *epoch = wb_epoch_new();
    g_autoptr(WbRecorder) recorder = wb_recorder_new();
    g_autofree char *path = test_path("take.wav");
    g_autoptr(WbSink) sink = open_sink(recorder, path, WB_FORMAT_WAV_24, 2);
    wb_epoch_enter(epoch, WB_READER_AUDIO);
    wb_epoch_retire(epoch, sink, wb_sink_close);
    assert_true(wb_epoch_collect(epoch));
    play(sink, 0, RATE, BLOCK);
    wb_epoch_leave(epoch, WB_READER_AUDIO);
    assert_false(wb_epoch_collect(epoch));
    wait_until_done(sink);
    assert_int_equal(check_file(path, NULL), RATE);
    wb_epoch_free(epoch);
}

static void a_sink_that_nobody_asks_any_more_is_recorded(void **state)
{
    (void)state;
    WbRecorder *recorder = wb_recorder_new();
    g_autofree char *path = test_path("take.wav");
    WbSink *sink = open_sink(recorder, path, WB_FORMAT_WAV_24, 2);
    wb_sink_free(sink);
    play(sink, 0, RATE, BLOCK);
    wb_sink_close(sink);
    wb_recorder_free(recorder);
    assert_int_equal(check_file(path, NULL), RATE);
}

static void the_end_of_the_recorder_completes_all(void **state)
{
    (void)state;
    WbRecorder *recorder = wb_recorder_new();
    g_autofree char *path = test_path("take.wav");
    g_autoptr(WbSink) sink = open_sink(recorder, path, WB_FORMAT_WAV_24, 2);
    play(sink, 0, 5 * RATE, BLOCK);
    wb_recorder_free(recorder);
    assert_true(wb_sink_is_done(sink));
    assert_int_equal(wb_sink_frames(sink), 5 * RATE);
    assert_int_equal(check_file(path, NULL), 5 * RATE);
}

/* ---- two threads, many sinks ---- */

#define SINKS 32

typedef struct {
    WbSink *sinks[SINKS];
    guint64 frames;
} Player;

static void play_all(void *data)
{
    Player *player = data;
    for (guint64 at = 0; at < player->frames; at += BLOCK) {
        for (int s = 0; s < SINKS; s++) {
            if (!wb_sink_wait(player->sinks[s], BLOCK))
                return;
            play(player->sinks[s], at, at + BLOCK, BLOCK);
        }
    }
}

static void many_sinks_are_recorded_at_once(void **state)
{
    char *paths[SINKS];
    Player player = {.frames = 20 * 240 * BLOCK};

    (void)state;
    g_autoptr(WbRecorder) recorder = wb_recorder_new();
    for (int s = 0; s < SINKS; s++) {
        g_autofree char *name = g_strdup_printf("%d", s);
        paths[s] = test_path(name);
        player.sinks[s] = open_sink(recorder, paths[s], WB_FORMAT_WAV_FLOAT, 1);
    }
    WbThread *thread = wb_thread_start("player", 0, play_all, &player);
    wb_thread_join(thread);
    for (int s = 0; s < SINKS; s++)
        wb_sink_close(player.sinks[s]);
    for (int s = 0; s < SINKS; s++) {
        wait_until_done(player.sinks[s]);
        assert_int_equal(wb_sink_lost_frames(player.sinks[s]), 0);
        assert_int_equal(check_file(paths[s], NULL), player.frames);
        wb_sink_free(player.sinks[s]);
        g_free(paths[s]);
    }
}

/* ---- a killed program ---- */

static const struct {
    const char *name;
    WbFormat format;
} killed[] = {{"24.wav", WB_FORMAT_WAV_24},
              {"float.wav", WB_FORMAT_WAV_FLOAT},
              {"a.rf64", WB_FORMAT_RF64},
              {"a.flac", WB_FORMAT_FLAC}};

#define KILLED (int)G_N_ELEMENTS(killed)

/* Records at the pace of sound, and tells after each block how much has been played. */
static G_NORETURN void record_until_killed(int told)
{
    WbRecorder *recorder = wb_recorder_new();
    WbSink *sinks[KILLED];
    for (int f = 0; f < KILLED; f++) {
        g_autofree char *path = test_path(killed[f].name);
        sinks[f] = open_sink(recorder, path, killed[f].format, 2);
    }
    const gint64 begin = g_get_monotonic_time();
    for (guint64 at = 0;; at += BLOCK) {
        for (int f = 0; f < KILLED; f++)
            play(sinks[f], at, at + BLOCK, BLOCK);
        const guint64 played = at + BLOCK;
        if (write(told, &played, sizeof played) != sizeof played)
            _exit(1);
        const gint64 due = begin + (gint64)(played * G_USEC_PER_SEC / RATE);
        while (g_get_monotonic_time() < due)
            g_usleep(1000);
    }
}

static void a_killed_program_loses_a_second_at_most(void **state)
{
    int told[2];

    (void)state;
    for (guint64 seconds = 1; seconds <= 3; seconds++) {
        assert_int_equal(pipe(told), 0);
        const pid_t child = fork();
        if (child == 0)
            record_until_killed(told[1]);
        guint64 played = 0;
        while (played < seconds * 7 * RATE / 5)
            assert_int_equal(read(told[0], &played, sizeof played), sizeof played);
        assert_int_equal(kill(child, SIGKILL), 0);
        assert_int_equal(waitpid(child, NULL, 0), child);
        for (int f = 0; f < KILLED; f++) {
            g_autofree char *path = test_path(killed[f].name);
            assert_in_range(check_file(path, NULL), played - RATE, played + RATE);
            assert_int_equal(g_unlink(path), 0);
        }
        close(told[0]);
        close(told[1]);
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, start, remove_test_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_killed_program_loses_a_second_at_most),
        TEST(what_is_played_is_in_the_file),
        TEST(clipped_frames_are_counted),
        TEST(a_sink_without_audio_is_a_file_without_sound),
        TEST(a_file_is_not_overwritten),
        TEST(the_header_follows_while_it_is_recorded),
        TEST(lost_frames_are_silence_in_their_place),
        TEST(freewheeling_waits_and_loses_nothing),
        TEST(a_full_disk_is_told_and_sound_goes_on),
        TEST(a_sink_can_be_retired_by_an_epoch),
        TEST(a_sink_that_nobody_asks_any_more_is_recorded),
        TEST(the_end_of_the_recorder_completes_all),
        TEST(many_sinks_are_recorded_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
