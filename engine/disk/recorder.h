/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recording: the audio thread writes into sinks, a thread of the recorder drains them into files in
 * place (writer.h), which are readable at any moment: their headers are brought up to date twice a
 * second, and so is the medium, as far as it can keep up. A killed program loses half a second and
 * what is still in the ring, which is less than a tenth.
 *
 * A sink has two holders. Main may ask it until wb_sink_free(); the recorder holds it until the
 * audio thread has let go of it, wb_sink_close(), and the file is complete. */
#pragma once

#include "engine/disk/format.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct WbRecorder WbRecorder;
typedef struct WbSink WbSink;

/* Thread: main. */
WbRecorder *wb_recorder_new(void);

/* Closes and completes all sinks; waits for the disk. The audio thread must have let go of them. */
void wb_recorder_free(WbRecorder *recorder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WbRecorder, wb_recorder_free)

/* Creates the file, see wb_writer_new_in_place(), which also says what `error` may be, and a sink
 * that is ready for the audio thread. It holds 10 s at `rate`, down to 2.5 s where very many are
 * open (their rings would take gigabytes). Thread: main. */
WbSink *wb_recorder_open(WbRecorder *recorder, const char *path, WbFormat format, double rate,
                         unsigned channels, GError **error);

/* Appends channels[0..channels-1][0..frames-1], full scale 1. A block that does not fit, because
 * the disk is too slow, is lost as a whole; silence of its length will be in its place. After an
 * error nothing is taken, nor counted. Wait-free. Thread: audio. */
void wb_sink_write(WbSink *sink, const double *const *channels, size_t frames);

/* What was not written before that frame of the file is silence there. Wait-free. Thread: audio. */
void wb_sink_skip_to(WbSink *sink, guint64 frame);

/* Until a block of that size fits, for freewheeling; false if that took longer than 10 s. True at
 * once after an error. Thread: audio, while freewheeling. */
bool wb_sink_wait(WbSink *sink, size_t frames);

/* No more audio comes: the recorder completes the file. A GDestroyNotify of a WbSink, so that it
 * can be given to wb_epoch_retire(). Called once, while the recorder exists. Thread: any but audio.
 */
void wb_sink_close(void *sink);

/* Nobody will ask it any more; it may still be open, and is recorded all the same.
 * Thread: main. */
void wb_sink_free(WbSink *sink);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WbSink, wb_sink_free)

/* ---- what it is doing; thread: any ---- */

const char *wb_sink_path(const WbSink *sink);
/* In the file, silence for lost ones included (after an error see wb_writer_new_in_place()). */
guint64 wb_sink_frames(const WbSink *sink);
guint64 wb_sink_lost_frames(const WbSink *sink);
guint64 wb_sink_clipped_frames(const WbSink *sink); /* see writer.h */
/* Closed, and the file is complete and on the medium, or as far as an error let it be. */
bool wb_sink_is_done(const WbSink *sink);
/* Why writing failed, or NULL; stays with the sink. */
const GError *wb_sink_error(const WbSink *sink);
