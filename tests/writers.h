/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of the writer share: a second of stereo, and shorthands that fail the test where
 * the writer fails. */
#pragma once

#include "engine/disk/writer.h"
#include "tests/audio_files.h"

#define FRAMES 48000

static double left[FRAMES], right[FRAMES];
static const double *const stereo[2] = {left, right};

static inline int make_signals(void **state)
{
    for (int i = 0; i < FRAMES; i++) {
        left[i] = 0.5 * sine(997.0, i, FRAMES);
        right[i] = 0.9 * sine(61.0, i, FRAMES);
    }
    return make_test_folder(state);
}

static inline WbWriter *new_writer(const char *path, WbFormat format, unsigned channels)
{
    GError *error = NULL;
    WbWriter *writer = wb_writer_new(path, format, 48000, channels, &error);
    if (!writer)
        fail_msg("%s", error->message);
    return writer;
}

static inline void write_frames(WbWriter *writer, const double *const *channels, size_t frames)
{
    GError *error = NULL;
    if (!wb_writer_write(writer, channels, frames, &error))
        fail_msg("%s", error->message);
}

static inline void commit(WbWriter *writer)
{
    GError *error = NULL;
    if (!wb_writer_commit(writer, &error))
        fail_msg("%s", error->message);
}

static inline char *written(const char *name, WbFormat format, unsigned channels, size_t frames)
{
    char *path = test_path(name);
    g_autoptr(WbWriter) writer = new_writer(path, format, channels);
    write_frames(writer, stereo, frames);
    commit(writer);
    return path;
}

static inline void contents(const char *path, guint8 **bytes, gsize *size)
{
    assert_true(g_file_get_contents(path, (char **)bytes, size, NULL));
}

/* Checks that two files are the same to the byte. */
static inline void assert_same_bytes(const char *path, const char *other)
{
    g_autofree guint8 *bytes = NULL, *others = NULL;
    gsize size, size_of_other;
    contents(path, &bytes, &size);
    contents(other, &others, &size_of_other);
    assert_int_equal(size, size_of_other);
    assert_memory_equal(bytes, others, size);
}
