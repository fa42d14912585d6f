/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of engine/disk share: a folder of their own and audio files made by libsndfile
 * from a formula. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <sndfile.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *test_folder;

static inline int make_test_folder(void **state)
{
    (void)state;
    test_folder = g_dir_make_tmp("wideberth-XXXXXX", NULL);
    return test_folder && chmod(test_folder, 0755) == 0 ? 0 : -1;
}

static inline unsigned files_in_test_folder(void)
{
    g_autoptr(GDir) folder = g_dir_open(test_folder, 0, NULL);
    unsigned count = 0;
    while (g_dir_read_name(folder))
        count++;
    return count;
}

static inline int remove_test_folder(void **state)
{
    (void)state;
    g_autoptr(GDir) folder = g_dir_open(test_folder, 0, NULL);
    const char *name;
    while ((name = g_dir_read_name(folder))) {
        g_autofree char *path = g_build_filename(test_folder, name, NULL);
        g_remove(path);
    }
    int result = g_rmdir(test_folder);
    g_clear_pointer(&test_folder, g_free);
    return result;
}

/* The path of a file in the test's folder; to be freed. */
static inline char *test_path(const char *name)
{
    return g_build_filename(test_folder, name, NULL);
}

typedef double Signal(gint64 frame, unsigned channel, int rate);

static inline double sine(double hz, gint64 frame, int rate)
{
    return sin(2.0 * G_PI * fmod(hz * (double)frame, rate) / rate);
}

static inline char *write_audio(const char *name, int format, int rate, int channels, gint64 frames,
                                Signal *signal)
{
    char *path = test_path(name);
    SF_INFO info = {.format = format, .samplerate = rate, .channels = channels};
    SNDFILE *file = sf_open(path, SFM_WRITE, &info);
    if (!file)
        fail_msg("%s: %s", path, sf_strerror(NULL));
    double *samples = g_new(double, (gsize)channels);
    for (gint64 i = 0; i < frames; i++) {
        for (int c = 0; c < channels; c++)
            samples[c] = signal(i, (unsigned)c, rate);
        assert_int_equal(sf_writef_double(file, samples, 1), 1);
    }
    g_free(samples);
    assert_int_equal(sf_close(file), 0);
    return path;
}

/* Cuts the last `bytes` bytes off a file. */
static inline void cut_file(const char *path, gint64 bytes)
{
    GStatBuf status;
    assert_int_equal(g_stat(path, &status), 0);
    assert_int_equal(truncate(path, status.st_size - bytes), 0);
}

/* Checks an error and clears it: its kind, and that its message starts with the file's name and
 * holds `words`. */
static inline void assert_error(GError **error, GQuark domain, int code, const char *path,
                                const char *words)
{
    g_autofree char *name = g_filename_display_name(path);
    assert_non_null(*error);
    if ((*error)->domain != domain || (*error)->code != code ||
        !g_str_has_prefix((*error)->message, name) || !strstr((*error)->message, words))
        fail_msg("unexpected error: %s %d: %s", g_quark_to_string((*error)->domain), (*error)->code,
                 (*error)->message);
    assert_true(g_utf8_validate((*error)->message, -1, NULL));
    g_clear_error(error);
}
