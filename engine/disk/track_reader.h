/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The audio of one track: its clips, each a piece of a file with a gain and fades, put on the
 * session's timeline and summed where they overlap. A file is open only while the reading place is
 * within one of its clips, so a track may have any number of them.
 * Thread: each reader on one at a time, never the audio thread. */
#pragma once

#include "engine/disk/source.h"

/* All times in frames at the session's rate. Fades are raised cosines, sin² from 0 to 1: where two
 * clips overlap by just their fades, the gains add up to 1. */
typedef struct {
    const char *path;
    gint64 position; /* where it starts on the timeline */
    gint64 offset;   /* what it leaves out of the file's start, 0 or more */
    gint64 length;   /* 0 or less: to the end of the file */
    double gain;     /* factor */
    gint64 fade_in, fade_out;
} WbClipSpec;

typedef struct WbTrackReader WbTrackReader;

/* `channels` 1 or 2, `rate` in whole Hz; `clips` is copied. Opens every file once to see that it
 * can be read and fits: a mono file sounds on both sides of a stereo track, a stereo file in a mono
 * track is an error. Errors are of WB_AUDIO_FILE_ERROR and name the file. */
WbTrackReader *wb_track_reader_new(const WbClipSpec *clips, size_t clip_count, unsigned channels,
                                   double rate, GError **error);
void wb_track_reader_free(WbTrackReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WbTrackReader, wb_track_reader_free)

/* Another reader of the same clips, at its own place; opens no file yet, so it cannot fail. */
WbTrackReader *wb_track_reader_copy(const WbTrackReader *reader);

/* The device that holds the first clip's file, to tell apart what one stalled disk holds up; 0 if
 * it cannot be told. */
guint64 wb_track_reader_disk(const WbTrackReader *reader);

/* Where the last clip ends; 0 without clips. */
gint64 wb_track_reader_end(const WbTrackReader *reader);

/* Reads `frames` frames from `position` into channels[0..channels-1], silence where no clip is.
 * Chunks as in wb_source_read(). False if a file fails, or is gone since the reader was made. */
bool wb_track_reader_read(WbTrackReader *reader, gint64 position, float *const *channels,
                          size_t frames, GError **error);

/* Samples silenced and frames missed so far, of all clips. */
guint64 wb_track_reader_bad_samples(const WbTrackReader *reader);
guint64 wb_track_reader_missing_frames(const WbTrackReader *reader);
