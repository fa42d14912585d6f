/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One audio file at its own sample rate: opened, checked and decoded by libsndfile into planar
 * float, full scale 1. Sequential reading is the fast case, any other position costs a seek.
 * Thread: each file on one at a time, never the audio thread: the calls read from disk and
 * allocate. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#define WB_AUDIO_CHANNELS 2 /* mono and stereo files are taken */

#define WB_AUDIO_FILE_ERROR (wb_audio_file_error_quark())
GQuark wb_audio_file_error_quark(void);

typedef enum {
    WB_AUDIO_FILE_ERROR_ACCESS,    /* missing, a folder, no permission, no descriptor left */
    WB_AUDIO_FILE_ERROR_FORMAT,    /* not audio, or of a kind libsndfile does not read */
    WB_AUDIO_FILE_ERROR_CHANNELS,  /* more than two channels */
    WB_AUDIO_FILE_ERROR_EMPTY,     /* no bytes, or no frame of sound */
    WB_AUDIO_FILE_ERROR_TRUNCATED, /* holds less than its header promises */
    WB_AUDIO_FILE_ERROR_READ,      /* the medium failed while reading */
    WB_AUDIO_FILE_ERROR_RATE,      /* cannot be resampled to the wanted rate */
} WbAudioFileError;

typedef struct WbAudioFile WbAudioFile;

/* Opens a file, in the encoding of file names, and checks that its last frame is there. A header
 * that leaves the length open, as programs write into a pipe, is taken for what the file holds. */
WbAudioFile *wb_audio_file_open(const char *path, GError **error);
void wb_audio_file_free(WbAudioFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WbAudioFile, wb_audio_file_free)

/* The path given to wb_audio_file_open(). */
const char *wb_audio_file_path(const WbAudioFile *file);
unsigned wb_audio_file_channels(const WbAudioFile *file); /* 1 or 2 */
gint64 wb_audio_file_frames(const WbAudioFile *file);     /* more than 0 */
unsigned wb_audio_file_rate(const WbAudioFile *file);     /* Hz */

/* The time stamp of a Broadcast Wave file: frames since midnight at the file's rate; −1 if none. */
gint64 wb_audio_file_time_reference(const WbAudioFile *file);

/* Reads `frames` frames from `position` into channels[0..channels-1]; silence before the start and
 * after the end. Infinite and not-a-number samples become silence and are counted, so do frames
 * that a damaged file turns out not to hold. False only if the medium fails. */
bool wb_audio_file_read(WbAudioFile *file, gint64 position, float *const *channels, size_t frames,
                        GError **error);

/* Samples silenced and frames missed so far; one that is read twice counts twice. */
guint64 wb_audio_file_bad_samples(const WbAudioFile *file);
guint64 wb_audio_file_missing_frames(const WbAudioFile *file);
