/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/disk/recorder.h"

#include "engine/disk/writer.h"
#include "engine/rt/ring.h"
#include "engine/rt/thread.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#define CHANNELS 2
#define CHUNK_FRAMES 4096 /* drained at a time */
#define CHUNKS 64         /* drained of one sink before the next has its turn */
#define GAPS 64           /* places with lost frames that a sink holds */

#define RING_SECONDS 10.0
#define RING_MEMORY ((size_t)512 << 20) /* bytes: beyond it rings are shorter */

/* In seconds. */
#define ROUND 0.05         /* the recorder sleeps in between, */
#define IDLE 10.0          /* or until there is something to record */
#define UPDATE 0.5         /* headers and the medium are that much behind */
#define SYNC_SHARE 0.025   /* of a round: a slow medium must not keep rings waiting */
#define LONGEST_WAIT 10.0  /* of a freewheeling audio thread */
#define WAIT_AT_A_TIME 0.1 /* after which an error is looked for */

/* Lost frames, and where they are: after that many which were put into the rings. */
typedef struct {
    guint64 at, frames;
} Gap;

struct WbSink {
    WbRecorder *recorder;
    atomic_uint holders;
    char *path;
    unsigned channels;
    size_t memory; /* bytes in the rings */

    WbRing *rings[CHANNELS], *gaps;
    WbSignal *drained;

    /* The audio thread's. */
    guint64 put, place; /* frames in the rings so far; with what is missing between them */
    Gap losing;         /* the gap that is not over yet; no frames: none */

    /* The recorder's. */
    WbWriter *writer; /* NULL once it is complete, or has failed */
    guint64 taken;
    Gap next; /* no frames: not known */
    double flushed, synced;

    atomic_uint_least64_t frames, lost, clipped;
    atomic_bool closed, failed, done;
    GError *error; /* written before `failed` */
};

/* POSIX threads rather than GLib's: ThreadSanitizer sees what they order. */
struct WbRecorder {
    WbThread *thread;
    WbSignal *wake;
    atomic_bool stopping;
    atomic_size_t memory; /* in the rings of all sinks */
    pthread_mutex_t mutex;
    GPtrArray *opened; /* under the mutex: not yet seen by the thread */

    /* The thread's. */
    GPtrArray *sinks;
    guint cursor; /* whose turn it is to be synced */
    double chunk[CHANNELS][CHUNK_FRAMES];
};

static double now(void)
{
    return (double)g_get_monotonic_time() * 1e-6;
}

static void drop(WbSink *sink)
{
    if (atomic_fetch_sub(&sink->holders, 1) > 1)
        return;
    g_clear_error(&sink->error);
    g_free(sink->path);
    g_free(sink);
}

/* ---- audio ---- */

static size_t room(const WbSink *sink)
{
    size_t frames = wb_ring_writable(sink->rings[0]);
    for (unsigned c = 1; c < sink->channels; c++) {
        const size_t writable = wb_ring_writable(sink->rings[c]);
        frames = MIN(frames, writable);
    }
    return frames;
}

/* The recorder learns of a gap before it sees what follows it. */
static bool end_gap(WbSink *sink)
{
    if (sink->losing.frames > 0 && wb_ring_write(sink->gaps, &sink->losing, 1) == 0)
        return false;
    sink->losing.frames = 0;
    return true;
}

static void miss(WbSink *sink, guint64 frames)
{
    sink->losing.at = sink->put;
    sink->losing.frames += frames;
}

void wb_sink_skip_to(WbSink *sink, guint64 frame)
{
    if (frame <= sink->place)
        return;
    miss(sink, frame - sink->place);
    sink->place = frame;
}

void wb_sink_write(WbSink *sink, const double *const *channels, size_t frames)
{
    if (atomic_load_explicit(&sink->failed, memory_order_relaxed))
        return;
    sink->place += frames;
    if (room(sink) < frames || !end_gap(sink)) {
        miss(sink, frames);
        atomic_fetch_add_explicit(&sink->lost, frames, memory_order_relaxed);
        return;
    }
    for (unsigned c = 0; c < sink->channels; c++)
        wb_ring_write(sink->rings[c], channels[c], frames);
    sink->put += frames;
}

bool wb_sink_wait(WbSink *sink, size_t frames)
{
    const double end = now() + LONGEST_WAIT;

    while (room(sink) < frames && !atomic_load(&sink->failed)) {
        if (now() > end)
            return false;
        wb_signal_raise(sink->recorder->wake);
        wb_signal_wait(sink->drained, WAIT_AT_A_TIME);
    }
    return true;
}

/* ---- the recorder's thread ---- */

static void publish(WbSink *sink)
{
    atomic_store(&sink->frames, wb_writer_frames(sink->writer));
    atomic_store(&sink->clipped, wb_writer_clipped_frames(sink->writer));
}

static void end_writer(WbSink *sink)
{
    publish(sink);
    g_clear_pointer(&sink->writer, wb_writer_free);
}

/* Main hears of it; what was written is valid already. */
static void fail(WbSink *sink, GError *error)
{
    wb_writer_finish(sink->writer, NULL);
    end_writer(sink);
    sink->error = error;
    atomic_store(&sink->failed, true);
}

static bool write_frames(WbRecorder *recorder, WbSink *sink, size_t frames)
{
    const double *channels[CHANNELS] = {recorder->chunk[0], recorder->chunk[1]};
    GError *error = NULL;

    if (wb_writer_write(sink->writer, channels, frames, &error))
        return true;
    fail(sink, error);
    return false;
}

static bool write_silence(WbRecorder *recorder, WbSink *sink, Gap *gap)
{
    for (size_t count; gap->frames > 0; gap->frames -= count) {
        count = MIN(gap->frames, CHUNK_FRAMES);
        for (unsigned c = 0; c < sink->channels; c++)
            memset(recorder->chunk[c], 0, count * sizeof(double));
        if (!write_frames(recorder, sink, count))
            return false;
    }
    return true;
}

/* What can be taken before the next gap. Asked in this order: a gap that lies before what can be
 * read is then known. */
static size_t readable(WbSink *sink)
{
    size_t frames = CHUNK_FRAMES;
    for (unsigned c = 0; c < sink->channels; c++) {
        const size_t held = wb_ring_readable(sink->rings[c]);
        frames = MIN(frames, held);
    }
    if (sink->next.frames == 0)
        wb_ring_read(sink->gaps, &sink->next, 1);
    return sink->next.frames == 0 ? frames : MIN(frames, sink->next.at - sink->taken);
}

static bool drain_some(WbRecorder *recorder, WbSink *sink)
{
    const size_t frames = readable(sink);

    if (sink->next.frames > 0 && sink->next.at == sink->taken)
        return write_silence(recorder, sink, &sink->next);
    if (frames == 0)
        return false;
    for (unsigned c = 0; c < sink->channels; c++)
        wb_ring_read(sink->rings[c], recorder->chunk[c], frames);
    sink->taken += frames;
    return write_frames(recorder, sink, frames);
}

static void complete(WbRecorder *recorder, WbSink *sink)
{
    GError *error = NULL;

    if (sink->writer && write_silence(recorder, sink, &sink->losing)) {
        if (wb_writer_finish(sink->writer, &error))
            end_writer(sink);
        else
            fail(sink, error);
    }
    for (unsigned c = 0; c < sink->channels; c++)
        wb_ring_free(sink->rings[c]);
    wb_ring_free(sink->gaps);
    wb_signal_free(sink->drained);
    atomic_fetch_sub(&recorder->memory, sink->memory);
    atomic_store(&sink->done, true);
}

static void update(WbSink *sink, bool sync)
{
    GError *error = NULL;
    const bool good =
        (!sync || wb_writer_sync(sink->writer, &error)) && wb_writer_flush(sink->writer, &error);

    sink->flushed = now();
    if (sync)
        sink->synced = sink->flushed;
    if (!good)
        fail(sink, error);
}

/* The medium first: then the header names only what is there. */
static void update_all(WbRecorder *recorder)
{
    const double begin = now();
    const guint count = recorder->sinks->len;

    for (guint i = 0; i < count && now() - begin < SYNC_SHARE; i++) {
        WbSink *sink = g_ptr_array_index(recorder->sinks, recorder->cursor++ % count);
        if (sink->writer && begin - sink->synced >= UPDATE)
            update(sink, true);
    }
    for (guint i = 0; i < count; i++) {
        WbSink *sink = g_ptr_array_index(recorder->sinks, i);
        if (sink->writer && begin - sink->flushed >= UPDATE)
            update(sink, false);
    }
}

static void look_for_opened(WbRecorder *recorder)
{
    pthread_mutex_lock(&recorder->mutex);
    for (guint i = 0; i < recorder->opened->len; i++)
        g_ptr_array_add(recorder->sinks, g_ptr_array_index(recorder->opened, i));
    g_ptr_array_set_size(recorder->opened, 0);
    pthread_mutex_unlock(&recorder->mutex);
}

static void drain_all(WbRecorder *recorder, bool stopping)
{
    for (guint i = 0; i < recorder->sinks->len;) {
        WbSink *sink = g_ptr_array_index(recorder->sinks, i);
        const bool closed = atomic_load(&sink->closed) || stopping; /* asked before it is emptied */
        for (int chunk = 0; closed || chunk < CHUNKS; chunk++)
            if (!sink->writer || !drain_some(recorder, sink))
                break;
        if (sink->writer)
            publish(sink);
        wb_signal_raise(sink->drained);
        if (closed) {
            complete(recorder, sink);
            g_ptr_array_remove_index_fast(recorder->sinks, i);
            drop(sink);
        } else {
            i++;
        }
    }
}

static void run(void *data)
{
    WbRecorder *recorder = data;
    bool stopping = false;

    while (!stopping) {
        wb_signal_wait(recorder->wake, recorder->sinks->len > 0 ? ROUND : IDLE);
        stopping = atomic_load(&recorder->stopping);
        look_for_opened(recorder);
        drain_all(recorder, stopping);
        update_all(recorder);
    }
}

/* ---- main ---- */

WbRecorder *wb_recorder_new(void)
{
    WbRecorder *recorder = g_new0(WbRecorder, 1);
    recorder->wake = wb_signal_new();
    pthread_mutex_init(&recorder->mutex, NULL);
    recorder->opened = g_ptr_array_new();
    recorder->sinks = g_ptr_array_new();
    recorder->thread = wb_thread_start("wb-recorder", 0, run, recorder);
    return recorder;
}

void wb_recorder_free(WbRecorder *recorder)
{
    if (!recorder)
        return;
    atomic_store(&recorder->stopping, true);
    wb_signal_raise(recorder->wake);
    wb_thread_join(recorder->thread);
    g_ptr_array_unref(recorder->sinks);
    g_ptr_array_unref(recorder->opened);
    pthread_mutex_destroy(&recorder->mutex);
    wb_signal_free(recorder->wake);
    g_free(recorder);
}

/* Halved once for every half of RING_MEMORY that is taken beyond the first. */
static size_t ring_frames(const WbRecorder *recorder, double rate)
{
    const size_t taken = atomic_load(&recorder->memory);
    const double share = taken < RING_MEMORY ? 1.0 : taken < 2 * RING_MEMORY ? 0.5 : 0.25;
    return (size_t)ceil(RING_SECONDS * share * rate);
}

WbSink *wb_recorder_open(WbRecorder *recorder, const char *path, WbFormat format, double rate,
                         unsigned channels, GError **error)
{
    WbWriter *writer = wb_writer_new_in_place(path, format, rate, channels, error);
    if (!writer)
        return NULL;
    const size_t frames = ring_frames(recorder, rate);
    WbSink *sink = g_new0(WbSink, 1);
    sink->recorder = recorder;
    atomic_init(&sink->holders, 2);
    sink->path = g_strdup(path);
    sink->channels = channels;
    for (unsigned c = 0; c < channels; c++) {
        sink->rings[c] = wb_ring_new(sizeof(double), frames);
        sink->memory += sizeof(double) * wb_ring_writable(sink->rings[c]);
    }
    sink->gaps = wb_ring_new(sizeof(Gap), GAPS);
    sink->drained = wb_signal_new();
    sink->writer = writer;
    sink->flushed = sink->synced = now();
    atomic_fetch_add(&recorder->memory, sink->memory);
    pthread_mutex_lock(&recorder->mutex);
    g_ptr_array_add(recorder->opened, sink);
    pthread_mutex_unlock(&recorder->mutex);
    wb_signal_raise(recorder->wake);
    return sink;
}

/* Once closed it may be gone, if nobody asks it any more. */
void wb_sink_close(void *sink)
{
    WbSink *closing = sink;
    WbRecorder *recorder = closing->recorder;
    atomic_store(&closing->closed, true);
    wb_signal_raise(recorder->wake);
}

void wb_sink_free(WbSink *sink)
{
    if (sink)
        drop(sink);
}

const char *wb_sink_path(const WbSink *sink)
{
    return sink->path;
}

guint64 wb_sink_frames(const WbSink *sink)
{
    return atomic_load(&sink->frames);
}

guint64 wb_sink_lost_frames(const WbSink *sink)
{
    return atomic_load(&sink->lost);
}

guint64 wb_sink_clipped_frames(const WbSink *sink)
{
    return atomic_load(&sink->clipped);
}

bool wb_sink_is_done(const WbSink *sink)
{
    return atomic_load(&sink->done);
}

const GError *wb_sink_error(const WbSink *sink)
{
    return atomic_load(&sink->failed) ? sink->error : NULL;
}
