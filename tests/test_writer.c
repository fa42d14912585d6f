/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/disk/source.h"
#include "engine/disk/wave_header.h"
#include "tests/writers.h"

#include <fcntl.h>

static guint64 little_endian(const guint8 *bytes, unsigned count)
{
    guint64 value = 0;
    while (count-- > 0)
        value = value << 8 | bytes[count];
    return value;
}

/* ---- formats ---- */

static void formats_have_the_names_of_the_command_line(void **state)
{
    static const char *const names[WB_FORMATS] = {"wav",  "wav-24", "wav-float", "rf64",
                                                  "flac", "ogg",    "opus"};
    WbFormat format;

    (void)state;
    for (int f = 0; f < WB_FORMATS; f++) {
        assert_string_equal(wb_format_name((WbFormat)f), names[f]);
        assert_true(wb_format_parse(names[f], &format));
        assert_int_equal(format, f);
    }
    assert_true(wb_format_parse("FLAC", &format));
    assert_int_equal(format, WB_FORMAT_FLAC);
    assert_false(wb_format_parse("mp4", &format));
    assert_false(wb_format_parse("", &format));
}

static void a_name_tells_its_format(void **state)
{
    WbFormat format;

    (void)state;
    assert_true(wb_format_from_path("mix.final.wav", &format));
    assert_int_equal(format, WB_FORMAT_WAV);
    assert_true(wb_format_from_path("/a.b/MIX.OPUS", &format));
    assert_int_equal(format, WB_FORMAT_OPUS);
    assert_true(wb_format_from_path("x.rf64", &format));
    assert_int_equal(format, WB_FORMAT_RF64);
    assert_false(wb_format_from_path("mix", &format));
    assert_false(wb_format_from_path("mix.mp4", &format));
    assert_false(wb_format_from_path("folder.wav/mix", &format));
}

/* Fields after the WAVE specification (RIFF MCI, 1991) and EBU Tech 3306. */
static void a_wav_header_is_as_specified(void **state)
{
    uint8_t header[WB_WAVE_HEADER_SIZE];

    (void)state;
    assert_int_equal(wb_wave_header(header, WB_FORMAT_WAV_24, 44100, 2, 1001), 80);
    assert_memory_equal(header, "RIFF", 4);
    assert_int_equal(little_endian(header + 4, 4), 80 - 8 + 6006);
    assert_memory_equal(header + 8, "WAVEJUNK", 8);
    assert_int_equal(little_endian(header + 16, 4), 28);
    assert_memory_equal(header + 48, "fmt ", 4);
    assert_int_equal(little_endian(header + 52, 4), 16);
    assert_int_equal(little_endian(header + 56, 2), 1);
    assert_int_equal(little_endian(header + 58, 2), 2);
    assert_int_equal(little_endian(header + 60, 4), 44100);
    assert_int_equal(little_endian(header + 64, 4), 44100 * 6);
    assert_int_equal(little_endian(header + 68, 2), 6);
    assert_int_equal(little_endian(header + 70, 2), 24);
    assert_memory_equal(header + 72, "data", 4);
    assert_int_equal(little_endian(header + 76, 4), 6006);

    assert_int_equal(wb_wave_header(header, WB_FORMAT_WAV_FLOAT, 96000, 1, 7), 94);
    assert_int_equal(little_endian(header + 52, 4), 18);
    assert_int_equal(little_endian(header + 56, 2), 3);
    assert_int_equal(little_endian(header + 70, 2), 32);
    assert_memory_equal(header + 74, "fact", 4);
    assert_int_equal(little_endian(header + 82, 4), 7);
    assert_memory_equal(header + 86, "data", 4);
    assert_int_equal(little_endian(header + 90, 4), 28);

    /* The pad byte counts for the whole, not for the data. */
    wb_wave_header(header, WB_FORMAT_WAV_24, 48000, 1, 5);
    assert_int_equal(little_endian(header + 4, 4), 80 - 8 + 16);
    assert_int_equal(little_endian(header + 76, 4), 15);
}

static void a_wav_beyond_4_gb_becomes_rf64(void **state)
{
    uint8_t header[WB_WAVE_HEADER_SIZE];
    const uint64_t last = (UINT32_MAX - 72) / 4; /* stereo frames of 16 bits that RIFF holds */

    (void)state;
    wb_wave_header(header, WB_FORMAT_WAV, 48000, 2, last);
    assert_memory_equal(header, "RIFF", 4);
    assert_int_equal(little_endian(header + 4, 4), 72 + last * 4);
    wb_wave_header(header, WB_FORMAT_WAV, 48000, 2, last + 1);
    assert_memory_equal(header, "RF64\xff\xff\xff\xffWAVEds64", 16);
    assert_int_equal(little_endian(header + 16, 4), 28);
    assert_true(little_endian(header + 20, 8) == 72 + (last + 1) * 4);
    assert_true(little_endian(header + 28, 8) == (last + 1) * 4);
    assert_true(little_endian(header + 36, 8) == last + 1);
    assert_memory_equal(header + 72, "data\xff\xff\xff\xff", 8);
}

/* A file with holes: 9 GB that take no room. */
static void a_file_beyond_4_gb_is_read_again(void **state)
{
    uint8_t header[WB_WAVE_HEADER_SIZE];
    const gint64 frames = 3 * G_GINT64_CONSTANT(1000000000);
    const guint8 sample[3] = {0, 0, 0x40};

    (void)state;
    g_autofree char *path = test_path("long.wav");
    size_t size = wb_wave_header(header, WB_FORMAT_WAV_24, 48000, 1, (uint64_t)frames);
    int file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    assert_int_equal(write(file, header, size), size);
    assert_int_equal(pwrite(file, sample, 3, (off_t)size + 3 * (off_t)(frames - 2)), 3);
    assert_int_equal(ftruncate(file, (off_t)size + 3 * (off_t)frames), 0);
    close(file);

    GError *error = NULL;
    g_autoptr(WbSource) source = wb_source_open(path, 48000, &error);
    if (!source)
        fail_msg("%s", error->message);
    assert_true(wb_source_frames(source) == frames);
    float read[4];
    assert_true(wb_source_read(source, frames - 3, (float *[]){read}, 4, &error));
    assert_true(read[0] == 0.0f && read[1] == 0.5f && read[2] == 0.0f && read[3] == 0.0f);
}

static void every_file_starts_with_its_mark(void **state)
{
    static const struct {
        const char *name, *mark;
        unsigned at;
        int subformat;
    } marks[WB_FORMATS] = {
        {"a.wav", "RIFF", 0, SF_FORMAT_PCM_16},     {"b.wav", "RIFF", 0, SF_FORMAT_PCM_24},
        {"c.wav", "RIFF", 0, SF_FORMAT_FLOAT},      {"d.rf64", "RF64", 0, SF_FORMAT_PCM_24},
        {"e.flac", "fLaC", 0, SF_FORMAT_PCM_24},    {"f.ogg", "\x01vorbis", 28, SF_FORMAT_VORBIS},
        {"g.opus", "OpusHead", 28, SF_FORMAT_OPUS},
    };

    (void)state;
    for (unsigned f = 0; f < WB_FORMATS; f++) {
        g_autofree char *path = written(marks[f].name, (WbFormat)f, 2, FRAMES);
        g_autofree guint8 *bytes = NULL;
        gsize size;
        contents(path, &bytes, &size);
        assert_memory_equal(bytes + marks[f].at, marks[f].mark, strlen(marks[f].mark));

        SF_INFO info = {0};
        SNDFILE *file = sf_open(path, SFM_READ, &info);
        assert_non_null(file);
        assert_int_equal(info.channels, 2);
        assert_int_equal(info.samplerate, 48000);
        assert_int_equal(info.frames, FRAMES);
        assert_int_equal(info.format & SF_FORMAT_SUBMASK, marks[f].subformat);
        sf_close(file);
    }
}

static void an_odd_number_of_bytes_is_padded(void **state)
{
    (void)state;
    g_autofree char *path = written("odd.wav", WB_FORMAT_WAV_24, 1, 5);
    g_autofree guint8 *bytes = NULL;
    gsize size;
    contents(path, &bytes, &size);
    assert_int_equal(size, 80 + 16);
    assert_int_equal(bytes[95], 0);
}

/* ---- samples ---- */

static void read_back(const char *path, double *samples, sf_count_t frames)
{
    SF_INFO info = {0};
    SNDFILE *file = sf_open(path, SFM_READ, &info);
    assert_non_null(file);
    assert_int_equal(sf_readf_double(file, samples, frames), frames);
    sf_close(file);
}

static void floats_are_written_as_they_are(void **state)
{
    static double read[2 * FRAMES];

    (void)state;
    left[7] = 3.5;
    right[8] = -1e-30;
    g_autofree char *path = written("a.wav", WB_FORMAT_WAV_FLOAT, 2, FRAMES);
    read_back(path, read, FRAMES);
    for (int i = 0; i < FRAMES; i++) {
        assert_true(read[2 * i] == (double)(float)left[i]);
        assert_true(read[2 * i + 1] == (double)(float)right[i]);
    }
}

/* TPDF dither: whatever the signal, the error has mean 0 and variance 1/4 step² (1/6 of the dither
 * and 1/12 of the rounding), and does not know the signal. */
static void integers_err_as_dither_says(void **state)
{
    static const struct {
        const char *name;
        WbFormat format;
        double scale;
    } formats[] = {{"a.wav", WB_FORMAT_WAV, 32768.0},
                   {"b.wav", WB_FORMAT_WAV_24, 8388608.0},
                   {"c.rf64", WB_FORMAT_RF64, 8388608.0},
                   {"d.flac", WB_FORMAT_FLAC, 8388608.0}};
    static double read[2 * FRAMES];

    (void)state;
    for (unsigned f = 0; f < G_N_ELEMENTS(formats); f++) {
        double scale = formats[f].scale;
        for (int i = 0; i < FRAMES; i++)
            right[i] = 0.7 * sine(61.0, i, FRAMES) / scale; /* less than a step */
        g_autofree char *path = written(formats[f].name, formats[f].format, 2, FRAMES);
        read_back(path, read, FRAMES);

        double between = 0.0;
        for (unsigned c = 0; c < 2; c++) {
            double mean = 0.0, variance = 0.0, product = 0.0, power = 0.0, neighbours = 0.0;
            double before = 0.0;
            for (int i = 0; i < FRAMES; i++) {
                double signal = stereo[c][i] * scale;
                double error = read[2 * i + (int)c] * scale - signal;
                assert_true(fabs(error) <= 1.5);
                mean += error / FRAMES;
                variance += error * error / FRAMES;
                product += error * signal;
                power += signal * signal;
                neighbours += error * before / FRAMES;
                before = error;
                if (c == 0)
                    between += error * (read[2 * i + 1] - right[i]) * scale / FRAMES;
            }
            /* Five standard deviations of what 48000 independent errors give. */
            double deviation = 0.5 / sqrt(FRAMES);
            assert_true(fabs(mean) < 5.0 * deviation);
            assert_true(fabs(variance - 0.25) < 5.0 * 0.25 * sqrt(2.0 / FRAMES));
            assert_true(fabs(product / sqrt(power)) < 5.0 * 0.5);
            assert_true(fabs(neighbours) < 5.0 * 0.25 / sqrt(FRAMES));
        }
        assert_true(fabs(between) < 5.0 * 0.25 / sqrt(FRAMES));
    }
}

static void beyond_full_scale_is_clipped_and_counted(void **state)
{
    static double read[2 * FRAMES];

    (void)state;
    left[10] = 1.5, right[10] = -7.0; /* one frame */
    left[20] = -1.001;
    left[30] = 1.0, right[31] = -1.0; /* just full scale */
    left[40] = INFINITY;
    right[50] = NAN;
    for (int f = WB_FORMAT_WAV; f <= WB_FORMAT_FLAC; f++) {
        g_autofree char *path = test_path("clipped");
        g_autoptr(WbWriter) writer = new_writer(path, (WbFormat)f, 2);
        write_frames(writer, stereo, FRAMES);
        assert_int_equal(wb_writer_frames(writer), FRAMES);
        bool integers = f != WB_FORMAT_WAV_FLOAT;
        assert_int_equal(wb_writer_clipped_frames(writer), integers ? 4 : 2);
        commit(writer);
        read_back(path, read, FRAMES);
        assert_true(fabs(read[20] - (integers ? 1.0 : 1.5)) < 1e-4);
        assert_true(fabs(read[21] - (integers ? -1.0 : -7.0)) < 1e-4);
        assert_true(fabs(read[40] - (integers ? -1.0 : -1.001)) < 1e-4);
        assert_true(fabs(read[60] - 1.0) < 1e-4 && fabs(read[63] + 1.0) < 1e-4);
        assert_true(fabs(read[80]) < 1e-4 && fabs(read[101]) < 1e-4);
    }
}

static void pieces_and_runs_give_the_same_bytes(void **state)
{
    (void)state;
    for (int f = WB_FORMAT_WAV; f <= WB_FORMAT_FLAC; f++) {
        g_autofree char *whole_path = written("whole", (WbFormat)f, 2, FRAMES);
        g_autofree char *path = test_path("pieces");
        g_autoptr(WbWriter) writer = new_writer(path, (WbFormat)f, 2);
        for (size_t done = 0, count; done < FRAMES; done += count) {
            count = MIN(FRAMES - done, 1 + done * 7919 % 9000);
            write_frames(writer, (const double *[]){left + done, right + done}, count);
        }
        commit(writer);
        assert_same_bytes(whole_path, path);
    }
}

static void lossy_formats_sound_the_same(void **state)
{
    static double read[2 * FRAMES];

    (void)state;
    for (int f = WB_FORMAT_OGG; f <= WB_FORMAT_OPUS; f++) {
        g_autofree char *path = written("lossy", (WbFormat)f, 2, FRAMES);
        read_back(path, read, FRAMES);
        for (unsigned c = 0; c < 2; c++) {
            double noise = 0.0, power = 0.0;
            for (int i = 4800; i < FRAMES - 4800; i++) {
                noise += pow(read[2 * i + (int)c] - stereo[c][i], 2.0);
                power += pow(stereo[c][i], 2.0);
            }
            assert_true(10.0 * log10(power / noise) > 25.0);
        }
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_signals, remove_test_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(formats_have_the_names_of_the_command_line),
        TEST(a_name_tells_its_format),
        TEST(a_wav_header_is_as_specified),
        TEST(a_wav_beyond_4_gb_becomes_rf64),
        TEST(a_file_beyond_4_gb_is_read_again),
        TEST(every_file_starts_with_its_mark),
        TEST(an_odd_number_of_bytes_is_padded),
        TEST(floats_are_written_as_they_are),
        TEST(integers_err_as_dither_says),
        TEST(beyond_full_scale_is_clipped_and_counted),
        TEST(pieces_and_runs_give_the_same_bytes),
        TEST(lossy_formats_sound_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
