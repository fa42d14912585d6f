/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/disk/source.h"

#include "tests/audio_files.h"

#include <fcntl.h>
#include <sys/resource.h>

#define MP3 (0x230000 | 0x0082) /* SF_FORMAT_MPEG and layer III, since libsndfile 1.1 */
#define FLOAT_WAV (SF_FORMAT_WAV | SF_FORMAT_FLOAT)

/* 997 Hz on the left, 15 kHz on the right. */
static double two_sines(gint64 frame, unsigned channel, int rate)
{
    return 0.5 * sine(channel == 0 ? 997.0 : 15000.0, frame, rate);
}

static double quiet_sine(gint64 frame, unsigned channel, int rate)
{
    return (channel + 1) * 0.25 * sine(997.0, frame, rate);
}

/* Exact in a float. */
static double ramp(gint64 frame, unsigned channel, int rate)
{
    (void)rate;
    return ((double)(frame % 4096) - 2048.0) / 4096.0 + channel;
}

static WbSource *open_source(const char *path, double rate)
{
    GError *error = NULL;
    WbSource *source = wb_source_open(path, rate, &error);
    if (!source)
        fail_msg("%s", error->message);
    return source;
}

static void read_frames(WbSource *source, gint64 position, float *const *channels, size_t frames)
{
    GError *error = NULL;
    if (!wb_source_read(source, position, channels, frames, &error))
        fail_msg("%s", error->message);
}

static void expect_failure(const char *path, WbAudioFileError code, const char *words)
{
    GError *error = NULL;
    assert_null(wb_source_open(path, 48000, &error));
    assert_error(&error, WB_AUDIO_FILE_ERROR, code, path, words);
}

/* ---- decoding ---- */

static void float_samples_arrive_as_they_are(void **state)
{
    (void)state;
    g_autofree char *path = write_audio("ramp.wav", FLOAT_WAV, 48000, 2, 10000, ramp);
    g_autoptr(WbSource) source = open_source(path, 48000);
    static float left[10000], right[10000];

    assert_int_equal(wb_source_channels(source), 2);
    assert_int_equal(wb_source_frames(source), 10000);
    assert_int_equal(wb_source_file_rate(source), 48000);
    read_frames(source, 0, (float *[]){left, right}, 10000);
    for (int i = 0; i < 10000; i++) {
        assert_true(left[i] == (float)ramp(i, 0, 0));
        assert_true(right[i] == (float)ramp(i, 1, 0));
    }
}

static void outside_the_file_is_silence(void **state)
{
    (void)state;
    g_autofree char *path = write_audio("ramp.wav", FLOAT_WAV, 48000, 1, 10, ramp);
    const double rates[] = {48000, 96000};

    for (int r = 0; r < 2; r++) {
        g_autoptr(WbSource) source = open_source(path, rates[r]);
        gint64 length = 10 * (r + 1);
        const gint64 starts[] = {-100000, -33, -5, length - 4, length, length + 5, 100000};
        for (unsigned s = 0; s < G_N_ELEMENTS(starts); s++) {
            float read[32];
            for (int i = 0; i < 32; i++)
                read[i] = 99.0f;
            read_frames(source, starts[s], (float *[]){read}, 32);
            for (int i = 0; i < 32; i++) {
                gint64 frame = starts[s] + i;
                if (frame < 0 || frame >= length)
                    assert_true(read[i] == 0.0f);
                else if (r == 0)
                    assert_true(read[i] == (float)ramp(frame, 0, 0));
                else
                    assert_true(read[i] < 0.0f && read[i] > -1.0f);
            }
        }
    }
}

static bool can_write(int format)
{
    SF_INFO info = {.format = format, .samplerate = 48000, .channels = 2};
    return sf_format_check(&info);
}

static void what_libsndfile_reads_is_read(void **state)
{
    static const struct {
        const char *name;
        int format;
        double tolerance; /* of a sine of 0.25, without fades */
    } formats[] = {
        {"a.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_U8, 1.0 / 128},
        {"b.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 1.0 / 32768},
        {"c.wav", SF_FORMAT_WAVEX | SF_FORMAT_PCM_24, 1.0 / 8388608},
        {"d.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_32, 1e-7},
        {"e.wav", SF_FORMAT_WAV | SF_FORMAT_DOUBLE, 1e-7},
        {"f.wav", SF_FORMAT_RF64 | SF_FORMAT_PCM_16, 1.0 / 32768},
        {"g.wav", SF_FORMAT_WAV | SF_FORMAT_IMA_ADPCM, 0.01},
        {"a.aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_24, 1.0 / 8388608},
        {"a.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_24, 1.0 / 8388608},
        {"a.caf", SF_FORMAT_CAF | SF_FORMAT_ALAC_16, 1.0 / 32768},
        {"a.w64", SF_FORMAT_W64 | SF_FORMAT_FLOAT, 1e-7},
        {"a.au", SF_FORMAT_AU | SF_FORMAT_PCM_16, 1.0 / 32768},
        {"a.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS, 0.05},
        {"a.opus", SF_FORMAT_OGG | SF_FORMAT_OPUS, 0.05},
        {"a.mp3", MP3, 0.05},
    };
    static float left[48000], right[48000];

    (void)state;
    for (unsigned f = 0; f < G_N_ELEMENTS(formats); f++) {
        if (formats[f].format == MP3 && !can_write(MP3)) {
            print_message("this libsndfile has no MP3: not tested\n");
            continue;
        }
        g_autofree char *path =
            write_audio(formats[f].name, formats[f].format, 48000, 2, 48000, quiet_sine);
        g_autoptr(WbSource) source = open_source(path, 48000);
        assert_true(wb_source_frames(source) >= 48000);
        read_frames(source, 0, (float *[]){left, right}, 48000);
        for (int i = 4800; i < 43200; i++) {
            double expected = quiet_sine(i, 0, 48000);
            if (fabs(left[i] - expected) > formats[f].tolerance ||
                fabs(right[i] - 2.0 * expected) > 2.0 * formats[f].tolerance)
                fail_msg("%s, frame %d: %g %g instead of %g %g", formats[f].name, i, left[i],
                         right[i], expected, 2.0 * expected);
        }
    }
}

static void no_number_becomes_silence_and_is_counted(void **state)
{
    (void)state;
    g_autofree char *path = test_path("bad.wav");
    SF_INFO info = {.format = FLOAT_WAV, .samplerate = 44100, .channels = 2};
    SNDFILE *file = sf_open(path, SFM_WRITE, &info);
    float samples[8000];
    for (int i = 0; i < 8000; i++)
        samples[i] = 0.5f;
    samples[10] = NAN;
    samples[5001] = INFINITY;
    samples[7000] = -INFINITY;
    assert_int_equal(sf_writef_float(file, samples, 4000), 4000);
    sf_close(file);

    g_autoptr(WbSource) source = open_source(path, 44100);
    float left[4000], right[4000];
    read_frames(source, 0, (float *[]){left, right}, 4000);
    assert_int_equal(wb_source_bad_samples(source), 3);
    assert_true(left[5] == 0.0f && right[2500] == 0.0f && left[3500] == 0.0f);
    assert_true(right[5] == 0.5f && left[2500] == 0.5f && right[3500] == 0.5f);

    g_autoptr(WbSource) resampled = open_source(path, 48000);
    read_frames(resampled, 0, (float *[]){left, right}, 4000);
    assert_int_equal(wb_source_bad_samples(resampled), 3);
    for (int i = 0; i < 4000; i++)
        assert_true(isfinite(left[i]) && isfinite(right[i]));
}

static void broadcast_wave_tells_its_time(void **state)
{
    (void)state;
    g_autofree char *plain = write_audio("plain.wav", FLOAT_WAV, 48000, 1, 10, ramp);
    g_autoptr(WbSource) without = open_source(plain, 48000);
    assert_int_equal(wb_source_time_reference(without), -1);

    g_autofree char *path = test_path("broadcast.wav");
    SF_INFO info = {.format = FLOAT_WAV, .samplerate = 96000, .channels = 1};
    SNDFILE *file = sf_open(path, SFM_WRITE, &info);
    SF_BROADCAST_INFO broadcast = {.time_reference_low = 7, .time_reference_high = 1};
    assert_true(sf_command(file, SFC_SET_BROADCAST_INFO, &broadcast, sizeof broadcast));
    assert_int_equal(sf_writef_float(file, (float[]){0.5f}, 1), 1);
    sf_close(file);
    g_autoptr(WbSource) with = open_source(path, 48000);
    assert_true(wb_source_time_reference(with) == (G_GINT64_CONSTANT(1) << 32) + 7);
}

/* ---- order of reading ---- */

static void reading_in_pieces_gives_the_same_bits(void **state)
{
    static float whole[2][50000], pieces[2][50000];
    static const int rates[] = {48000, 44100, 47999, 96000, 11025};

    (void)state;
    for (unsigned r = 0; r < G_N_ELEMENTS(rates); r++) {
        g_autofree char *path = write_audio("s.wav", FLOAT_WAV, rates[r], 2, rates[r], two_sines);
        g_autoptr(WbSource) once = open_source(path, 48000);
        g_autoptr(WbSource) often = open_source(path, 48000);
        read_frames(once, -1000, (float *[]){whole[0], whole[1]}, 50000);
        guint32 random = 1;
        for (size_t done = 0; done < 50000;) {
            random = random * 1664525u + 1013904223u;
            size_t count = MIN(50000 - done, 1 + (random >> 16) % (done % 3 ? 64 : 9000));
            read_frames(often, (gint64)done - 1000, (float *[]){pieces[0] + done, pieces[1] + done},
                        count);
            done += count;
        }
        assert_memory_equal(whole, pieces, sizeof whole);
    }
}

static void a_jump_leads_to_the_same_samples(void **state)
{
    static const struct {
        const char *name;
        int format, rate;
        float tolerance;
    } files[] = {
        {"a.wav", FLOAT_WAV, 48000, 0.0f},
        {"b.wav", FLOAT_WAV, 44100, 1e-7f},
        {"c.wav", FLOAT_WAV, 192000, 1e-7f},
        {"d.wav", FLOAT_WAV, 47999, 1e-7f},
        {"e.wav", FLOAT_WAV, 8000, 1e-7f},
        {"f.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_24, 44100, 1e-7f},
        {"g.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS, 44100, 1e-6f},
        {"h.opus", SF_FORMAT_OGG | SF_FORMAT_OPUS, 48000, 1e-3f}, /* converges again in 80 ms */
    };
    static const gint64 places[] = {70000, 100, 0, 95000, 71000, 47999, 48000, 12345, 12400};
    static float whole[2][96000], piece[2][500];

    (void)state;
    for (unsigned f = 0; f < G_N_ELEMENTS(files); f++) {
        g_autofree char *path = write_audio(files[f].name, files[f].format, files[f].rate, 2,
                                            2 * files[f].rate, two_sines);
        g_autoptr(WbSource) source = open_source(path, 48000);
        read_frames(source, 0, (float *[]){whole[0], whole[1]}, 96000);
        for (unsigned p = 0; p < G_N_ELEMENTS(places); p++) {
            read_frames(source, places[p], (float *[]){piece[0], piece[1]}, 500);
            for (unsigned c = 0; c < 2; c++)
                for (int i = 0; i < 500; i++)
                    if (fabsf(piece[c][i] - whole[c][places[p] + i]) > files[f].tolerance)
                        fail_msg("%s, frame %d: %.9g instead of %.9g", files[f].name,
                                 (int)places[p] + i, piece[c][i], whole[c][places[p] + i]);
        }
    }
}

static gpointer read_on_a_thread(gpointer path)
{
    float *samples = g_new(float, 2 * 48000);
    g_autoptr(WbSource) source = wb_source_open(path, 48000, NULL);
    if (!source || !wb_source_read(source, 0, (float *[]){samples, samples + 48000}, 48000, NULL))
        memset(samples, 0, sizeof *samples * 2 * 48000);
    return samples;
}

static void sources_on_several_threads_do_not_disturb_each_other(void **state)
{
    static const int rates[] = {44100, 96000, 47999, 22050};
    char *paths[4];
    float *alone[4], *together[4];
    GThread *threads[4];

    (void)state;
    for (int t = 0; t < 4; t++) {
        g_autofree char *name = g_strdup_printf("%d.wav", rates[t]);
        paths[t] = write_audio(name, FLOAT_WAV, rates[t], 2, rates[t], two_sines);
    }
    for (int t = 0; t < 4; t++)
        threads[t] = g_thread_new("source", read_on_a_thread, paths[t]);
    for (int t = 0; t < 4; t++)
        together[t] = g_thread_join(threads[t]);
    for (int t = 0; t < 4; t++) {
        alone[t] = read_on_a_thread(paths[t]);
        assert_true(alone[t][1000] != 0.0f);
        assert_memory_equal(alone[t], together[t], sizeof(float) * 2 * 48000);
        g_free(alone[t]);
        g_free(together[t]);
        g_free(paths[t]);
    }
}

/* ---- resampling ---- */

static void sines_keep_level_and_place_at_another_rate(void **state)
{
    static const int rates[][2] = {{44100, 48000}, {48000, 44100},  {96000, 48000},
                                   {48000, 96000}, {192000, 44100}, {44100, 192000}};
    static float read[2][384000];

    (void)state;
    for (unsigned r = 0; r < G_N_ELEMENTS(rates); r++) {
        int from = rates[r][0], to = rates[r][1];
        g_autofree char *path = write_audio("s.wav", FLOAT_WAV, from, 2, 2 * from, two_sines);
        g_autoptr(WbSource) source = open_source(path, to);
        assert_int_equal(wb_source_frames(source), 2 * to);
        read_frames(source, 0, (float *[]){read[0], read[1]}, (size_t)to * 2);
        for (unsigned c = 0; c < 2; c++) {
            double residual = 0.0, product = 0.0, power = 0.0;
            for (gint64 i = to / 4; i < to * 7 / 4; i++) {
                double expected = two_sines(i, c, to), error = read[c][i] - expected;
                residual += error * error;
                product += read[c][i] * expected;
                power += expected * expected;
            }
            double level_db = 20.0 * log10(product / power);
            double residual_db = 10.0 * log10(residual / power);
            if (fabs(level_db) > 0.01 || residual_db > -120.0)
                fail_msg("%d to %d Hz, channel %u: level %g dB, residual %g dB", from, to, c,
                         level_db, residual_db);
        }
    }
}

static double impulses(gint64 frame, unsigned channel, int rate)
{
    (void)rate;
    return frame == (channel == 0 ? 441 : 44100 - 441) ? 1.0 : 0.0;
}

static void an_impulse_lands_in_its_place(void **state)
{
    (void)state;
    g_autofree char *path = write_audio("i.wav", FLOAT_WAV, 44100, 2, 44100, impulses);
    g_autoptr(WbSource) source = open_source(path, 48000);
    static float read[2][48000];
    const int places[2] = {480, 48000 - 480};

    read_frames(source, 0, (float *[]){read[0], read[1]}, 48000);
    for (unsigned c = 0; c < 2; c++) {
        int place = places[c];
        for (int i = 0; i < 48000; i++)
            assert_true(i == place || fabsf(read[c][i]) < read[c][place]);
        for (int i = 1; i < 400; i++)
            assert_true(fabsf(read[c][place - i] - read[c][place + i]) < 1e-6f);
    }
}

static double one(gint64 frame, unsigned channel, int rate)
{
    (void)frame, (void)channel, (void)rate;
    return 0.5;
}

static void length_is_rounded_up(void **state)
{
    static const struct {
        int rate;
        gint64 frames, expected; /* at 48 kHz */
    } lengths[] = {{44100, 147, 160}, {44100, 148, 162}, {44100, 1, 2}, {96000, 3, 2},
                   {96000, 2, 1},     {47999, 1, 2},     {48000, 5, 5}, {192000, 1, 1},
                   {8000, 7, 42},     {22050, 100, 218}, {88200, 11, 6}};

    (void)state;
    for (unsigned l = 0; l < G_N_ELEMENTS(lengths); l++) {
        g_autofree char *path =
            write_audio("l.wav", FLOAT_WAV, lengths[l].rate, 1, lengths[l].frames, one);
        g_autoptr(WbSource) source = open_source(path, 48000);
        assert_int_equal(wb_source_frames(source), lengths[l].expected);
    }
}

/* ---- bad input ---- */

static void what_is_no_file_is_named(void **state)
{
    (void)state;
    g_autofree char *missing = test_path("missing.wav");
    expect_failure(missing, WB_AUDIO_FILE_ERROR_ACCESS, "no such file");
    expect_failure(test_folder, WB_AUDIO_FILE_ERROR_ACCESS, "is a folder");
    expect_failure("/dev/zero", WB_AUDIO_FILE_ERROR_ACCESS, "not a regular file");
    g_autofree char *pipe = test_path("pipe.wav");
    assert_int_equal(mkfifo(pipe, 0600), 0);
    expect_failure(pipe, WB_AUDIO_FILE_ERROR_ACCESS, "not a regular file");
}

static void what_may_not_be_read_is_named(void **state)
{
    (void)state;
    g_autofree char *path = write_audio("secret.wav", FLOAT_WAV, 48000, 1, 10, one);
    assert_int_equal(chmod(path, 0), 0);
    if (geteuid() == 0)
        assert_int_equal(seteuid(65534), 0);
    expect_failure(path, WB_AUDIO_FILE_ERROR_ACCESS, "no permission");
    if (getuid() == 0)
        assert_int_equal(seteuid(0), 0);
}

static void too_many_open_files_are_named(void **state)
{
    (void)state;
    g_autofree char *path = write_audio("a.wav", FLOAT_WAV, 48000, 1, 10, one);
    struct rlimit before, none;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = before;
    none.rlim_cur = 3;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    GError *error = NULL;
    WbSource *source = wb_source_open(path, 48000, &error);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_null(source);
    assert_error(&error, WB_AUDIO_FILE_ERROR, WB_AUDIO_FILE_ERROR_ACCESS, path, "limit is 3");
}

static void what_is_not_audio_is_named(void **state)
{
    (void)state;
    g_autofree char *text = test_path("notes.wav");
    assert_true(g_file_set_contents(text, "Remember the milk, and the strings.\n", -1, NULL));
    expect_failure(text, WB_AUDIO_FILE_ERROR_FORMAT, "not audio");
    g_autofree char *empty = test_path("empty.wav");
    assert_true(g_file_set_contents(empty, "", 0, NULL));
    expect_failure(empty, WB_AUDIO_FILE_ERROR_EMPTY, "0 bytes");
    g_autofree char *silent = write_audio("silent.wav", FLOAT_WAV, 48000, 1, 0, one);
    expect_failure(silent, WB_AUDIO_FILE_ERROR_EMPTY, "0 frames");
    g_autofree char *surround = write_audio("surround.wav", FLOAT_WAV, 48000, 6, 10, one);
    expect_failure(surround, WB_AUDIO_FILE_ERROR_CHANNELS, "6 channels");
}

static void what_is_cut_short_is_named(void **state)
{
    static const struct {
        const char *name;
        int format;
    } formats[] = {
        {"a.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16},
        {"b.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT},
        {"c.wav", SF_FORMAT_WAVEX | SF_FORMAT_PCM_24},
        {"d.wav", SF_FORMAT_RF64 | SF_FORMAT_PCM_24},
        {"e.wav", SF_FORMAT_WAV | SF_FORMAT_IMA_ADPCM},
        {"a.aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_24},
        {"a.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16},
        {"a.caf", SF_FORMAT_CAF | SF_FORMAT_PCM_16},
        {"b.caf", SF_FORMAT_CAF | SF_FORMAT_ALAC_16},
        {"a.w64", SF_FORMAT_W64 | SF_FORMAT_PCM_16},
        {"a.au", SF_FORMAT_AU | SF_FORMAT_PCM_16},
        {"a.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS},
        {"a.opus", SF_FORMAT_OGG | SF_FORMAT_OPUS},
    };
    static const int eighths[] = {1, 2, 4};

    (void)state;
    for (unsigned f = 0; f < G_N_ELEMENTS(formats); f++) {
        for (unsigned e = 0; e < G_N_ELEMENTS(eighths); e++) {
            g_autofree char *path =
                write_audio(formats[f].name, formats[f].format, 48000, 2, 48000, two_sines);
            GStatBuf status;
            assert_int_equal(g_stat(path, &status), 0);
            cut_file(path, status.st_size * eighths[e] / 8);
            expect_failure(path, WB_AUDIO_FILE_ERROR_TRUNCATED, "cut short");
        }
    }
}

/* What sox and ffmpeg write into a pipe. */
static void an_open_length_is_what_there_is(void **state)
{
    static const guint32 lengths[] = {0xffffffff, 0x7ffff000, 0x7fffeffc, 0};

    (void)state;
    for (unsigned l = 0; l < G_N_ELEMENTS(lengths); l++) {
        g_autofree char *path =
            write_audio("p.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 48000, 1, 1000, one);
        const guint32 sizes[2] = {GUINT32_TO_LE(lengths[l] == 0 ? 8 : lengths[l]),
                                  GUINT32_TO_LE(lengths[l])};
        int file = open(path, O_WRONLY);
        assert_int_equal(pwrite(file, &sizes[0], 4, 4), 4);
        assert_int_equal(pwrite(file, &sizes[1], 4, 40), 4);
        close(file);
        g_autoptr(WbSource) source = open_source(path, 48000);
        assert_int_equal(wb_source_frames(source), 1000);
    }
}

static void what_goes_missing_while_open_is_silence_and_counted(void **state)
{
    (void)state;
    g_autofree char *path = write_audio("m.wav", FLOAT_WAV, 48000, 1, 20000, one);
    g_autoptr(WbSource) source = open_source(path, 48000);
    static float read[20000];
    cut_file(path, 4 * 5000);
    read_frames(source, 0, (float *[]){read}, 20000);
    assert_int_equal(wb_source_missing_frames(source), 5000);
    assert_true(read[14999] == 0.5f && read[15000] == 0.0f && read[19999] == 0.0f);
}

static void a_vorbis_file_that_goes_missing_is_silence_and_counted(void **state)
{
    (void)state;
    g_autofree char *path =
        write_audio("m.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS, 48000, 1, 480000, quiet_sine);
    g_autoptr(WbSource) source = open_source(path, 48000);
    GStatBuf status;
    static float read[480000];
    assert_int_equal(g_stat(path, &status), 0);
    cut_file(path, status.st_size / 2);
    read_frames(source, 0, (float *[]){read}, 480000);
    guint64 missing = wb_source_missing_frames(source);
    assert_true(missing > 48000 && missing < 432000);
    assert_true(read[479999] == 0.0f);
    read_frames(source, 470000, (float *[]){read}, 1000);
    assert_int_equal(wb_source_missing_frames(source), missing + 1000);
}

static void names_that_are_not_utf8_can_be_read_and_told(void **state)
{
    (void)state;
    g_autofree char *path = write_audio("fl\xf6te.wav", FLOAT_WAV, 48000, 1, 10, one);
    g_autoptr(WbSource) source = open_source(path, 48000);
    assert_int_equal(wb_source_frames(source), 10);
    g_autofree char *missing = test_path("tromp\xe9te.wav");
    expect_failure(missing, WB_AUDIO_FILE_ERROR_ACCESS, "no such file");
}

static void failures_leave_no_descriptor_open(void **state)
{
    (void)state;
    int before = open("/dev/null", O_RDONLY);
    close(before);
    what_is_not_audio_is_named(state);
    what_is_cut_short_is_named(state);
    int after = open("/dev/null", O_RDONLY);
    close(after);
    assert_int_equal(before, after);
}

#define TEST(function)                                                                             \
    cmocka_unit_test_setup_teardown(function, make_test_folder, remove_test_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(float_samples_arrive_as_they_are),
        TEST(outside_the_file_is_silence),
        TEST(what_libsndfile_reads_is_read),
        TEST(no_number_becomes_silence_and_is_counted),
        TEST(broadcast_wave_tells_its_time),
        TEST(reading_in_pieces_gives_the_same_bits),
        TEST(a_jump_leads_to_the_same_samples),
        TEST(sources_on_several_threads_do_not_disturb_each_other),
        TEST(sines_keep_level_and_place_at_another_rate),
        TEST(an_impulse_lands_in_its_place),
        TEST(length_is_rounded_up),
        TEST(what_is_no_file_is_named),
        TEST(what_may_not_be_read_is_named),
        TEST(too_many_open_files_are_named),
        TEST(what_is_not_audio_is_named),
        TEST(what_is_cut_short_is_named),
        TEST(an_open_length_is_what_there_is),
        TEST(what_goes_missing_while_open_is_silence_and_counted),
        TEST(a_vorbis_file_that_goes_missing_is_silence_and_counted),
        TEST(names_that_are_not_utf8_can_be_read_and_told),
        TEST(failures_leave_no_descriptor_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
