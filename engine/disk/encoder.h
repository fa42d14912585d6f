/* SPDX-License-Identifier: GPL-3.0-or-later */
/* FLAC, Ogg Vorbis and Opus, encoded by libsndfile into an output file. What it has written is a
 * readable file at any moment, up to the last whole FLAC frame or Ogg page.
 * Thread: each encoder on one at a time, never the audio thread. */
#pragma once

#include "engine/disk/format.h"
#include "engine/disk/output_file.h"

#include <stdint.h>

typedef struct WbEncoder WbEncoder;

/* Whether the format is one of them. */
bool wb_encoder_knows(WbFormat format);

/* `path` is for messages; errors are of WB_OUTPUT_ERROR. The output belongs to the caller. */
WbEncoder *wb_encoder_new(WbOutputFile *output, const char *path, WbFormat format, unsigned rate,
                          unsigned channels, GError **error);

/* Without wb_encoder_finish() the rest of the file is still written, errors are not told. */
void wb_encoder_free(WbEncoder *encoder);

/* Appends interleaved frames: integers of the format's bits, for FLAC, which are changed; floats
 * for the others. */
bool wb_encoder_write_integers(WbEncoder *encoder, int32_t *samples, size_t frames, GError **error);
bool wb_encoder_write_floats(WbEncoder *encoder, const float *samples, size_t frames,
                             GError **error);

/* Tells in the head of a FLAC file how many of the `frames` written so far are in it; the others
 * have nothing there. An Ogg page is written when it is full: of Vorbis, some seconds may be
 * missing where it is nearly silent. */
void wb_encoder_flush(WbEncoder *encoder, guint64 frames);

/* Writes what is left. Once; nothing may be written afterwards. */
bool wb_encoder_finish(WbEncoder *encoder, GError **error);

/* After a failed write: ends the encoding and cuts the file off after its last whole FLAC frame or
 * Ogg page. Returns how many of `frames` are in it; of Ogg that is not known. */
guint64 wb_encoder_salvage(WbEncoder *encoder, guint64 frames);
