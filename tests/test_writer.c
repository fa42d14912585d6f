/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/disk/writer.h"

#include "engine/disk/source.h"
#include "engine/disk/wave_header.h"
#include "tests/audio_files.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#define FRAMES 48000

static double left[FRAMES], right[FRAMES];
static const double *const stereo[2] = {left, right};

/* ---- a medium that fails when it is told to: these stand in for the C library's ---- */

static int write_failure, sync_failure; /* errno */
static size_t write_limit = SIZE_MAX;   /* bytes taken in one call */
static int interruptions;

/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) */
ssize_t write(int file, const void *bytes, size_t count)
{
    if (interruptions > 0) {
        interruptions--;
        errno = EINTR;
        return -1;
    }
    if (write_failure != 0) {
        errno = write_failure;
        return -1;
    }
    return syscall(SYS_write, file, bytes, MIN(count, write_limit));
}

/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) */
int fsync(int file)
{
    if (sync_failure != 0) {
        errno = sync_failure;
        return -1;
    }
    return (int)syscall(SYS_fsync, file);
}

static int start(void **state)
{
    write_failure = sync_failure = interruptions = 0;
    write_limit = SIZE_MAX;
    for (int i = 0; i < FRAMES; i++) {
        left[i] = 0.5 * sine(997.0, i, FRAMES);
        right[i] = 0.9 * sine(61.0, i, FRAMES);
    }
    return make_test_folder(state);
}

static int stop(void **state)
{
    write_failure = 0;
    return remove_test_folder(state);
}

/* ---- shorthands ---- */

static WbWriter *new_writer(const char *path, WbFormat format, unsigned channels)
{
    GError *error = NULL;
    WbWriter *writer = wb_writer_new(path, format, 48000, channels, &error);
    if (!writer)
        fail_msg("%s", error->message);
    return writer;
}

static void write_frames(WbWriter *writer, const double *const *channels, size_t frames)
{
    GError *error = NULL;
    if (!wb_writer_write(writer, channels, frames, &error))
        fail_msg("%s", error->message);
}

static void commit(WbWriter *writer)
{
    GError *error = NULL;
    if (!wb_writer_commit(writer, &error))
        fail_msg("%s", error->message);
}

static char *written(const char *name, WbFormat format, unsigned channels, size_t frames)
{
    char *path = test_path(name);
    g_autoptr(WbWriter) writer = new_writer(path, format, channels);
    write_frames(writer, stereo, frames);
    commit(writer);
    return path;
}

static void expect_no_writer(const char *path, WbFormat format, double rate, WbOutputError code,
                             const char *words)
{
    GError *error = NULL;
    assert_null(wb_writer_new(path, format, rate, 2, &error));
    assert_error(&error, WB_OUTPUT_ERROR, (int)code, path, words);
}

static void contents(const char *path, guint8 **bytes, gsize *size)
{
    assert_true(g_file_get_contents(path, (char **)bytes, size, NULL));
}

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
        g_autofree guint8 *whole = NULL, *pieces = NULL;
        gsize whole_size, pieces_size;
        contents(whole_path, &whole, &whole_size);
        contents(path, &pieces, &pieces_size);
        assert_int_equal(whole_size, pieces_size);
        assert_memory_equal(whole, pieces, whole_size);
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
    g_autofree guint8 *plain = NULL, *pieces = NULL;
    gsize plain_size, pieces_size;
    contents(plain_path, &plain, &plain_size);
    contents(path, &pieces, &pieces_size);
    assert_int_equal(plain_size, pieces_size);
    assert_memory_equal(plain, pieces, plain_size);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, start, stop)

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
