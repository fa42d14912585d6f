/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One track's audio in one roll: a ring of decoded frames and a ring of band spectra, filled by a
 * prefetch thread, consumed by the audio thread and the control worker without a wait. Of the
 * prefetch's own use; others see prefetch.h.
 *
 * What the ring holds is told by two places that only grow: all from `from` to `written` is there.
 * A writer that has fallen behind moves `from` first and `written` after it, so that a reader that
 * loads them the other way round never takes old frames for new ones. */
#pragma once

#include <glib.h>

#include "engine/disk/guard.h"
#include "engine/disk/roll.h"
#include "engine/disk/track_reader.h"
#include "engine/hearing/analyser.h"

typedef struct WbStream WbStream;

/* What is to be there before playback begins. */
#define WB_LEAD_SECONDS 0.5
#define WB_LEAD_TICKS 21

/* What all streams have in common. */
typedef struct {
    double rate;
    unsigned tick_frames;
    const WbSpectrum *spectrum;
    WbGuard guard;
} WbStreamKind;

/* Borrows the roll while it has a reader. From stream frame `begin` on, and spectra from that tick
 * on whose window ends after it. Takes the reader. Thread: any but audio. */
WbStream *wb_stream_new(const WbStreamKind *kind, const WbRoll *roll, unsigned channels,
                        WbTrackReader *taken, int64_t offset, int64_t begin);

/* Closes its files; nobody fills it any more. Thread: prefetch's. */
void wb_stream_close(WbStream *stream);

/* Frees the memory; closed before, and no one reads it any more. Thread: any but audio. */
void wb_stream_free(void *stream);

/* Memory, bytes, of its rings and the reader's working memory for one open file. */
size_t wb_stream_bytes(const WbStream *stream);

/* ---- filling; one thread at a time ---- */

/* How far ahead of the playhead it has been read, frames, and whether a batch more is to be: an
 * active stream, that is one whose roll is claimed or plays, is filled, another gets a lead only.
 */
int64_t wb_stream_ahead(const WbStream *stream);
bool wb_stream_wants_more(const WbStream *stream, bool active);

/* Reads up to a batch. A reader that fails is thrown away; `reader` must be put in place of it
 * before the next call. False with the error if it fails; what was read before counts. Stops early
 * when `stop` is set. */
bool wb_stream_fill(WbStream *stream, bool active, const atomic_bool *stop, GError **error);
bool wb_stream_has_reader(const WbStream *stream);
void wb_stream_set_reader(WbStream *stream, WbTrackReader *taken);

/* No frame from here on is wanted: the next stream has them. Thread: any. */
void wb_stream_set_end(WbStream *stream, int64_t end);

/* Samples silenced, frames that a file turned out not to have. */
guint64 wb_stream_bad_samples(const WbStream *stream);
guint64 wb_stream_missing_frames(const WbStream *stream);

/* Whether it has a lead: half a second of audio and, where they are computed, spectra of the next
 * 20 ticks, from frame q on. */
bool wb_stream_has_lead(const WbStream *stream, int64_t q);

/* First frame there (INT64_MAX before any is), frame and tick up to which all is there. A stream
 * without spectra has them all. Thread: any. */
int64_t wb_stream_first(const WbStream *stream);
int64_t wb_stream_written(const WbStream *stream);
int64_t wb_stream_spectra_end(const WbStream *stream);

/* ---- consuming; wait-free ---- */

uint64_t wb_stream_roll(const WbStream *stream); /* its id */
int64_t wb_stream_begin(const WbStream *stream);
int64_t wb_stream_first_tick(const WbStream *stream); /* that it has spectra of */

/* The stream that takes over at its begin, NULL if there is none. */
WbStream *wb_stream_next(const WbStream *stream);
void wb_stream_set_next(WbStream *stream, WbStream *next);

/* The frames from q on, at most a tick's; they stay until the roll has played past them. False if
 * they are not all there. Thread: audio. */
bool wb_stream_read(const WbStream *stream, int64_t q, size_t frames, const float *out[2]);

/* False if it is not there yet or no longer. Thread: the control worker. */
bool wb_stream_spectrum(const WbStream *stream, int64_t tick, float power[2][WB_BANDS]);
