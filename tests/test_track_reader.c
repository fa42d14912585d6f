/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/disk/track_reader.h"

#include "tests/audio_files.h"

#include <sys/resource.h>

#define RATE 48000
#define FLOAT_WAV (SF_FORMAT_WAV | SF_FORMAT_FLOAT)

/* Exact in a float, other values on the right. */
static double ramp(gint64 frame, unsigned channel, int rate)
{
    (void)rate;
    return (double)(frame % 4096 + 1) / 8192.0 * (channel == 0 ? 1.0 : -1.0);
}

static double constant(gint64 frame, unsigned channel, int rate)
{
    (void)frame, (void)channel, (void)rate;
    return 0.5;
}

static WbTrackReader *new_reader(const WbClipSpec *clips, size_t count, unsigned channels)
{
    GError *error = NULL;
    WbTrackReader *reader = wb_track_reader_new(clips, count, channels, RATE, &error);
    if (!reader)
        fail_msg("%s", error->message);
    return reader;
}

static void read_frames(WbTrackReader *reader, gint64 position, float *const *channels,
                        size_t frames)
{
    GError *error = NULL;
    if (!wb_track_reader_read(reader, position, channels, frames, &error))
        fail_msg("%s", error->message);
}

static void a_track_without_clips_is_silent(void **state)
{
    (void)state;
    g_autoptr(WbTrackReader) reader = new_reader(NULL, 0, 2);
    float left[3] = {1, 1, 1}, right[3] = {1, 1, 1};
    assert_int_equal(wb_track_reader_end(reader), 0);
    read_frames(reader, 0, (float *[]){left, right}, 3);
    for (int i = 0; i < 3; i++)
        assert_true(left[i] == 0.0f && right[i] == 0.0f);
}

static void a_clip_lies_where_it_is_put(void **state)
{
    (void)state;
    g_autofree char *path = write_audio("ramp.wav", FLOAT_WAV, RATE, 2, 20000, ramp);
    static const struct {
        gint64 position, offset, length, expected_end;
    } places[] = {
        {0, 0, 0, 20000},      {0, 0, -1, 20000},    {5000, 0, 0, 25000},
        {5000, 300, 0, 24700}, {700, 300, 50, 750},  {100, 19990, 50, 150}, /* past the file */
        {100, 20000, 0, 100},  {100, 30000, 0, 100},                        /* nothing left */
        {-1000, 0, 0, 19000},  {-30000, 0, 0, 0},
    };

    for (unsigned p = 0; p < G_N_ELEMENTS(places); p++) {
        WbClipSpec clip = {path, places[p].position, places[p].offset, places[p].length, 1.0, 0, 0};
        g_autoptr(WbTrackReader) reader = new_reader(&clip, 1, 2);
        static float left[30000], right[30000];

        assert_int_equal(wb_track_reader_end(reader), places[p].expected_end);
        read_frames(reader, 0, (float *[]){left, right}, 30000);
        for (int i = 0; i < 30000; i++) {
            gint64 frame = i - places[p].position + places[p].offset;
            bool sounds = i >= places[p].position && i < places[p].expected_end && frame < 20000;
            assert_true(left[i] == (sounds ? (float)ramp(frame, 0, RATE) : 0.0f));
            assert_true(right[i] == (sounds ? (float)ramp(frame, 1, RATE) : 0.0f));
        }
    }
}

static void mono_sounds_on_both_sides(void **state)
{
    (void)state;
    g_autofree char *path = write_audio("mono.wav", FLOAT_WAV, RATE, 1, 100, ramp);
    g_autoptr(WbTrackReader) reader = new_reader(&(WbClipSpec){path, .gain = 1.0}, 1, 2);
    float left[100], right[100];
    read_frames(reader, 0, (float *[]){left, right}, 100);
    for (int i = 0; i < 100; i++)
        assert_true(left[i] == (float)ramp(i, 0, RATE) && right[i] == left[i]);
}

static void gain_is_a_factor_and_clips_add_up(void **state)
{
    (void)state;
    g_autofree char *path = write_audio("ramp.wav", FLOAT_WAV, RATE, 1, 1000, ramp);
    const WbClipSpec clips[] = {{path, .gain = 0.5}, {path, .position = 10, .gain = -2.0}};
    g_autoptr(WbTrackReader) reader = new_reader(clips, 2, 1);
    float read[1010];
    read_frames(reader, 0, (float *[]){read}, 1010);
    for (int i = 0; i < 1010; i++) {
        double first = i < 1000 ? 0.5 * ramp(i, 0, RATE) : 0.0;
        double second = i >= 10 ? -2.0 * ramp(i - 10, 0, RATE) : 0.0;
        assert_true(fabs(read[i] - (first + second)) < 1e-7);
    }
}

static void fades_are_raised_cosines(void **state)
{
    (void)state;
    g_autofree char *path = write_audio("dc.wav", FLOAT_WAV, RATE, 1, 10000, constant);
    WbClipSpec clip = {path, .position = 100, .gain = 2.0, .fade_in = 1000, .fade_out = 4000};
    g_autoptr(WbTrackReader) reader = new_reader(&clip, 1, 1);
    static float read[10200];
    read_frames(reader, 0, (float *[]){read}, 10200);
    for (int i = 0; i < 10000; i++) {
        double expected = 1.0;
        if (i < 1000)
            expected = 0.5 - 0.5 * cos(G_PI * (i + 0.5) / 1000.0);
        if (i >= 6000)
            expected = 0.5 + 0.5 * cos(G_PI * (i - 6000 + 0.5) / 4000.0);
        assert_true(fabs(read[100 + i] - expected) < 1e-6);
    }
    assert_true(read[99] == 0.0f && read[10100] == 0.0f);
}

static void a_crossfade_keeps_the_level(void **state)
{
    (void)state;
    g_autofree char *path = write_audio("dc.wav", FLOAT_WAV, RATE, 1, 10000, constant);
    const WbClipSpec clips[] = {{path, 0, 0, 6000, 1.0, 0, 1500},
                                {path, 4500, 0, 5000, 1.0, 1500, 0}};
    g_autoptr(WbTrackReader) reader = new_reader(clips, 2, 1);
    static float read[9500];
    assert_int_equal(wb_track_reader_end(reader), 9500);
    read_frames(reader, 0, (float *[]){read}, 9500);
    for (int i = 0; i < 9500; i++)
        assert_true(fabs(read[i] - 0.5) < 1e-6);
}

static void fades_longer_than_the_clip_shrink_to_a_dome(void **state)
{
    (void)state;
    g_autofree char *path = write_audio("dc.wav", FLOAT_WAV, RATE, 1, 100, constant);
    WbClipSpec clip = {path, .gain = 1.0, .fade_in = 200, .fade_out = 200};
    g_autoptr(WbTrackReader) reader = new_reader(&clip, 1, 1);
    float read[100];
    read_frames(reader, 0, (float *[]){read}, 100);
    for (int i = 0; i < 100; i++) {
        double in = pow(sin(G_PI_2 * (i + 0.5) / 200.0), 2.0);
        double out = pow(sin(G_PI_2 * (99.5 - i) / 200.0), 2.0);
        assert_true(fabs(read[i] - 0.5 * in * out) < 1e-7);
    }
}

static void reading_in_pieces_gives_the_same_bits(void **state)
{
    (void)state;
    g_autofree char *slow = write_audio("a.wav", FLOAT_WAV, 44100, 2, 30000, ramp);
    g_autofree char *even = write_audio("b.wav", FLOAT_WAV, RATE, 1, 30000, ramp);
    const WbClipSpec clips[] = {{slow, 100, 10, 0, 0.7, 5000, 5000},
                                {even, 20000, 0, 9000, -0.3, 3000, 0},
                                {slow, 15000, 5, 20000, 1.0, 0, 10000}};
    g_autoptr(WbTrackReader) once = new_reader(clips, 3, 2);
    g_autoptr(WbTrackReader) often = new_reader(clips, 3, 2);
    static float whole[2][50000], pieces[2][50000];

    read_frames(once, 0, (float *[]){whole[0], whole[1]}, 50000);
    for (size_t done = 0, count; done < 50000; done += count) {
        count = MIN(50000 - done, 1 + done * 7919 % 1500);
        read_frames(often, (gint64)done, (float *[]){pieces[0] + done, pieces[1] + done}, count);
    }
    assert_memory_equal(whole, pieces, sizeof whole);
}

static void many_clips_need_few_descriptors(void **state)
{
    (void)state;
    g_autofree char *path = write_audio("dc.wav", FLOAT_WAV, RATE, 1, 100, constant);
    WbClipSpec clips[500];
    for (int i = 0; i < 500; i++)
        clips[i] = (WbClipSpec){path, .position = i * 100, .gain = 1.0};

    struct rlimit before, few;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    few = before;
    few.rlim_cur = 16;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    g_autoptr(WbTrackReader) reader = new_reader(clips, 500, 1);
    static float read[50000];
    for (int i = 0; i < 500; i++)
        read_frames(reader, i * 100, (float *[]){read + i * 100}, 100);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    for (int i = 0; i < 50000; i++)
        assert_true(read[i] == 0.5f);
}

static void bad_samples_are_counted_after_their_file_is_closed(void **state)
{
    (void)state;
    g_autofree char *path = test_path("bad.wav");
    SF_INFO info = {.format = FLOAT_WAV, .samplerate = RATE, .channels = 1};
    SNDFILE *file = sf_open(path, SFM_WRITE, &info);
    assert_int_equal(sf_writef_float(file, (float[]){0.5f, NAN, INFINITY, 0.5f}, 4), 4);
    sf_close(file);

    g_autoptr(WbTrackReader) reader = new_reader(&(WbClipSpec){path, .gain = 1.0}, 1, 1);
    float read[4];
    read_frames(reader, 0, (float *[]){read}, 4);
    assert_int_equal(wb_track_reader_bad_samples(reader), 2);
    read_frames(reader, 1000, (float *[]){read}, 4);
    assert_int_equal(wb_track_reader_bad_samples(reader), 2);
    assert_int_equal(wb_track_reader_missing_frames(reader), 0);
}

static void a_stereo_file_in_a_mono_track_is_an_error(void **state)
{
    (void)state;
    g_autofree char *path = write_audio("stereo.wav", FLOAT_WAV, RATE, 2, 10, ramp);
    GError *error = NULL;
    assert_null(wb_track_reader_new(&(WbClipSpec){path, .gain = 1.0}, 1, 1, RATE, &error));
    assert_error(&error, WB_AUDIO_FILE_ERROR, WB_AUDIO_FILE_ERROR_CHANNELS, path, "is stereo");
}

static void a_missing_file_is_an_error_at_once_and_later(void **state)
{
    (void)state;
    g_autofree char *there = write_audio("there.wav", FLOAT_WAV, RATE, 1, 10, ramp);
    g_autofree char *gone = test_path("gone.wav");
    const WbClipSpec clips[] = {{there, .gain = 1.0}, {gone, .gain = 1.0}};
    GError *error = NULL;
    assert_null(wb_track_reader_new(clips, 2, 1, RATE, &error));
    assert_error(&error, WB_AUDIO_FILE_ERROR, WB_AUDIO_FILE_ERROR_ACCESS, gone, "no such file");

    g_autoptr(WbTrackReader) reader = new_reader(clips, 1, 1);
    assert_int_equal(g_unlink(there), 0);
    float read[10];
    assert_false(wb_track_reader_read(reader, 0, (float *[]){read}, 10, &error));
    assert_error(&error, WB_AUDIO_FILE_ERROR, WB_AUDIO_FILE_ERROR_ACCESS, there, "no such file");
}

#define TEST(function)                                                                             \
    cmocka_unit_test_setup_teardown(function, make_test_folder, remove_test_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_track_without_clips_is_silent),
        TEST(a_clip_lies_where_it_is_put),
        TEST(mono_sounds_on_both_sides),
        TEST(gain_is_a_factor_and_clips_add_up),
        TEST(fades_are_raised_cosines),
        TEST(a_crossfade_keeps_the_level),
        TEST(fades_longer_than_the_clip_shrink_to_a_dome),
        TEST(reading_in_pieces_gives_the_same_bits),
        TEST(many_clips_need_few_descriptors),
        TEST(bad_samples_are_counted_after_their_file_is_closed),
        TEST(a_stereo_file_in_a_mono_track_is_an_error),
        TEST(a_missing_file_is_an_error_at_once_and_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
