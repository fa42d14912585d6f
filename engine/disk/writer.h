/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes one audio file: rounds with dither, encodes, and gives the file its name only when it is
 * complete, or writes it in place, readable at any moment. The same samples give the same sound
 * however they are divided into calls, and WAV, RF64 and FLAC the same bytes (an Ogg stream has a
 * random serial number). Thread: each writer on one at a time, never the audio thread. */
#pragma once

#include "engine/disk/format.h"
#include "engine/disk/output_file.h"

typedef struct WbWriter WbWriter;

/* `rate` in whole Hz, `channels` 1 or 2. Errors are of WB_OUTPUT_ERROR and name the file. */
WbWriter *wb_writer_new(const char *path, WbFormat format, double rate, unsigned channels,
                        GError **error);

/* In place, for a recording: `path` must not exist (WB_OUTPUT_ERROR_EXISTS). When writing fails,
 * the file is cut to what is whole and its header put right before the call returns, and nothing
 * more is taken; wb_writer_frames() then says what is in it (not for Ogg). */
WbWriter *wb_writer_new_in_place(const char *path, WbFormat format, double rate, unsigned channels,
                                 GError **error);

/* Not committed: removes what was written; in place finishes it. */
void wb_writer_free(WbWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WbWriter, wb_writer_free)

/* Appends channels[0..channels-1][0..frames-1], full scale 1. Integer formats are clipped at full
 * scale; infinite and not-a-number samples become silence in every format. */
bool wb_writer_write(WbWriter *writer, const double *const *channels, size_t frames,
                     GError **error);

/* Makes the header say what has been written so far, so that a reader finds it, also after the
 * program has been killed: all of it in the WAV kinds, for the others see encoder.h. */
bool wb_writer_flush(WbWriter *writer, GError **error);

/* Brings what has been written to the medium, so that it outlives a loss of power; may wait for
 * long. A flush after it names only what is there. */
bool wb_writer_sync(WbWriter *writer, GError **error);

/* Completes the file, still under its temporary name if it has one, and syncs it, so that for
 * several files all that can fail for lack of space is done before the first is committed. To be
 * called once, and nothing written after. */
bool wb_writer_finish(WbWriter *writer, GError **error);

/* Gives the file its name, after finishing it if that is still to be done. To be called once; if it
 * fails, nothing is left behind, unless the file is in place. */
bool wb_writer_commit(WbWriter *writer, GError **error);

guint64 wb_writer_frames(const WbWriter *writer); /* written so far */

/* Frames with a sample that was clipped, or was no number. */
guint64 wb_writer_clipped_frames(const WbWriter *writer);
