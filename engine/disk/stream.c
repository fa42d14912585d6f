/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/disk/stream.h"

#include <math.h>
#include <string.h>

#define CHUNK_FRAMES 4096    /* read and heard at a time */
#define PREPARED_SECONDS 1.0 /* are read of a roll that does not play yet */
#define BEHIND_SECONDS 0.1   /* ahead of the playhead a stream goes on that fell behind it */
#define PAST_TICKS 50        /* spectra kept of what has been played, for a control that is late */
/* Of an open file at most: measured for a FLAC resampled to 192 kHz. */
#define READER_BYTES 1900000u

typedef float Power[2][WB_BANDS];

struct WbStream {
    uint64_t roll_id;
    const WbRoll *roll; /* NULL when closed */
    unsigned channels, tick_frames;
    int64_t offset;
    int64_t begin, first_tick;
    size_t capacity; /* frames; a tick's worth of the ring's start is there again at its end */
    float *ring[2];  /* [channel] */
    size_t ticks;    /* spectra held; 0: none are computed */
    Power *spectra;
    atomic_int_least64_t from, written;
    atomic_int_least64_t spectra_from, spectra_end;
    _Atomic(WbStream *) next;
    /* Who fills it: */
    double rate;
    WbTrackReader *reader;
    WbAnalyser *analyser;
    int64_t window, ahead; /* frames of a spectrum's, and how many of them after its tick */
    int64_t at;            /* next frame to be read; before `from` only heard */
    int64_t tick;          /* next to be heard */
    atomic_int_least64_t end;
    size_t batch, lead, prepared, behind;
    guint64 bad_samples, missing_frames; /* of readers that failed */
    float *chunk[2], *lead_in[2];
};

static int64_t load(const atomic_int_least64_t *place)
{
    return atomic_load_explicit(place, memory_order_acquire);
}

static void store(atomic_int_least64_t *place, int64_t value)
{
    atomic_store_explicit(place, value, memory_order_release);
}

/* From frame q on; reading starts where the window of the first spectrum does, even without
 * spectra, so that a resampled file gives the same samples at every guard level. */
static void start_at(WbStream *stream, int64_t q, int64_t tick)
{
    store(&stream->spectra_from, tick);
    store(&stream->from, q);
    stream->tick = tick;
    stream->at = tick * stream->tick_frames + stream->ahead - stream->window;
    if (stream->analyser)
        stream->at = wb_analyser_start(stream->analyser, tick);
}

WbStream *wb_stream_new(const WbStreamKind *kind, const WbRoll *roll, unsigned channels,
                        WbTrackReader *taken, int64_t offset, int64_t begin)
{
    WbStream *stream = g_new0(WbStream, 1);
    const double ahead = wb_guard_ahead(kind->guard);
    stream->roll_id = roll->id;
    stream->roll = roll;
    stream->channels = channels;
    stream->tick_frames = kind->tick_frames;
    stream->offset = offset;
    stream->begin = begin;
    stream->rate = kind->rate;
    stream->reader = taken;
    stream->window = (int64_t)wb_spectrum_length(kind->spectrum);
    stream->ahead = (int64_t)wb_spectrum_ahead(kind->spectrum);
    atomic_init(&stream->end, INT64_MAX);
    stream->batch = (size_t)llrint(kind->rate * wb_guard_batch(kind->guard));
    stream->lead = (size_t)llrint(kind->rate * WB_LEAD_SECONDS);
    stream->prepared = (size_t)llrint(kind->rate * PREPARED_SECONDS);
    stream->behind = (size_t)llrint(kind->rate * BEHIND_SECONDS);
    stream->capacity = (size_t)llrint(kind->rate * ahead) + stream->batch;
    for (unsigned c = 0; c < channels; c++) {
        stream->ring[c] = g_new0(float, stream->capacity + stream->tick_frames);
        stream->chunk[c] = g_new(float, CHUNK_FRAMES);
        stream->lead_in[c] = g_new(float, roll->fade);
    }
    /* A stream that takes over within a roll has the spectra that hear what it changes. */
    stream->first_tick = wb_tick_at(begin, stream->tick_frames);
    if (begin > roll->start)
        stream->first_tick = MAX(wb_tick_at(begin - stream->ahead, stream->tick_frames),
                                 wb_tick_at(roll->start, stream->tick_frames));
    if (kind->guard != WB_GUARD_OFF) {
        stream->analyser = wb_analyser_new(kind->spectrum, channels, stream->tick_frames);
        stream->ticks = stream->capacity / stream->tick_frames + 2 + PAST_TICKS;
        stream->spectra = g_new0(Power, stream->ticks);
    }
    atomic_init(&stream->written, begin);
    atomic_init(&stream->spectra_end, stream->first_tick);
    atomic_init(&stream->next, NULL);
    start_at(stream, begin, stream->first_tick);
    return stream;
}

void wb_stream_close(WbStream *stream)
{
    g_clear_pointer(&stream->reader, wb_track_reader_free);
    g_clear_pointer(&stream->analyser, wb_analyser_free);
    for (unsigned c = 0; c < stream->channels; c++) {
        g_clear_pointer(&stream->chunk[c], g_free);
        g_clear_pointer(&stream->lead_in[c], g_free);
    }
    stream->roll = NULL;
}

void wb_stream_free(void *stream)
{
    WbStream *freed = stream;
    for (unsigned c = 0; c < freed->channels; c++)
        g_free(freed->ring[c]);
    g_free(freed->spectra);
    g_free(freed);
}

size_t wb_stream_bytes(const WbStream *stream)
{
    const size_t held = stream->capacity + stream->tick_frames + CHUNK_FRAMES;
    const size_t heard = stream->ticks > 0 ? CHUNK_FRAMES + (size_t)stream->window * 8 : 0;
    return sizeof *stream + (held + heard) * stream->channels * sizeof(float) +
           stream->ticks * sizeof(Power) + READER_BYTES;
}

/* ---- filling ---- */

int64_t wb_stream_ahead(const WbStream *stream)
{
    return stream->at - load(&stream->roll->played);
}

static int64_t room_in(const WbStream *stream, bool active)
{
    const size_t most = active ? stream->capacity : MIN(stream->prepared, stream->capacity);
    const int64_t end = load(&stream->end), full = load(&stream->roll->played) + (int64_t)most;
    return MIN(end, full) - stream->at;
}

bool wb_stream_wants_more(const WbStream *stream, bool active)
{
    const int64_t room = room_in(stream, active), batch = (int64_t)stream->batch;
    if (room <= 0)
        return false;
    /* In whole batches, unless there will be no more or it runs short. */
    const bool last = !active || stream->at + room == load(&stream->end);
    return room >= batch || last || wb_stream_ahead(stream) < 2 * batch;
}

bool wb_stream_has_reader(const WbStream *stream)
{
    return stream->reader;
}

void wb_stream_set_reader(WbStream *stream, WbTrackReader *taken)
{
    stream->reader = taken;
}

void wb_stream_set_end(WbStream *stream, int64_t end)
{
    store(&stream->end, end);
}

guint64 wb_stream_bad_samples(const WbStream *stream)
{
    return stream->bad_samples + (stream->reader ? wb_track_reader_bad_samples(stream->reader) : 0);
}

guint64 wb_stream_missing_frames(const WbStream *stream)
{
    return stream->missing_frames +
           (stream->reader ? wb_track_reader_missing_frames(stream->reader) : 0);
}

static void fade_into_lead_in(WbStream *stream, const WbStretch *stretch)
{
    for (size_t i = 0; i < stretch->frames; i++) {
        const double gain = wb_roll_fade(stream->roll, stretch->faded + (int64_t)i);
        for (unsigned c = 0; c < stream->channels; c++) {
            const double leaving = stream->chunk[c][i];
            stream->chunk[c][i] = (float)(leaving + gain * (stream->lead_in[c][i] - leaving));
        }
    }
}

/* Up to `most` frames from `at` on into the chunk; returns how many, 0 if the reader fails. */
static size_t read_chunk(WbStream *stream, size_t most, GError **error)
{
    const WbStretch stretch = wb_roll_stretch(stream->roll, stream->at, most);
    if (!wb_track_reader_read(stream->reader, stretch.position - stream->offset, stream->chunk,
                              stretch.frames, error))
        return 0;
    if (stretch.fading) {
        if (!wb_track_reader_read(stream->reader, stretch.lead_in - stream->offset, stream->lead_in,
                                  stretch.frames, error))
            return 0;
        fade_into_lead_in(stream, &stretch);
    }
    return stretch.frames;
}

static void put_into_ring(WbStream *stream, unsigned channel, int64_t q, const float *samples,
                          size_t frames)
{
    float *ring = stream->ring[channel];
    while (frames > 0) {
        const size_t place = (size_t)(q - stream->begin) % stream->capacity;
        const size_t count = MIN(frames, stream->capacity - place);
        memcpy(ring + place, samples, count * sizeof(float));
        if (place < stream->tick_frames)
            memcpy(ring + stream->capacity + place, samples,
                   MIN(count, stream->tick_frames - place) * sizeof(float));
        samples += count;
        q += (int64_t)count;
        frames -= count;
    }
}

static void hear(WbStream *stream, size_t frames)
{
    Power power = {{0}};
    wb_analyser_push(stream->analyser, (const float *const *)stream->chunk, frames);
    while (wb_analyser_pop(stream->analyser, power)) {
        const size_t place = (size_t)(stream->tick - stream->first_tick) % stream->ticks;
        memcpy(stream->spectra[place], power, sizeof power);
        store(&stream->spectra_end, ++stream->tick);
    }
}

static void put(WbStream *stream, size_t frames)
{
    const int64_t from = load(&stream->from);
    const int64_t end = stream->at + (int64_t)frames;
    const size_t skipped = (size_t)CLAMP(from - stream->at, 0, (int64_t)frames);
    for (unsigned c = 0; c < stream->channels; c++)
        put_into_ring(stream, c, stream->at + (int64_t)skipped, stream->chunk[c] + skipped,
                      frames - skipped);
    if (stream->analyser)
        hear(stream, frames);
    stream->at = end;
    if (end > from)
        store(&stream->written, end);
}

/* Where playback has passed what is written, reading goes on ahead of it. */
static void catch_up(WbStream *stream)
{
    const int64_t played = load(&stream->roll->played);
    if (played <= MAX(load(&stream->from), load(&stream->written)))
        return;
    const int64_t q = played + (int64_t)stream->behind;
    start_at(stream, q, wb_tick_at(q, stream->tick_frames));
}

bool wb_stream_fill(WbStream *stream, bool active, const atomic_bool *stop, GError **error)
{
    catch_up(stream);
    int64_t left = MIN(room_in(stream, active), (int64_t)stream->batch);
    while (left > 0 && !atomic_load_explicit(stop, memory_order_relaxed)) {
        size_t most = (size_t)MIN(left, CHUNK_FRAMES);
        const size_t frames = read_chunk(stream, most, error);
        if (frames == 0) {
            stream->bad_samples += wb_track_reader_bad_samples(stream->reader);
            stream->missing_frames += wb_track_reader_missing_frames(stream->reader);
            g_clear_pointer(&stream->reader, wb_track_reader_free);
            return false;
        }
        put(stream, frames);
        left -= (int64_t)frames;
    }
    return true;
}

/* ---- how far it is ---- */

int64_t wb_stream_first(const WbStream *stream)
{
    const int64_t written = load(&stream->written), from = load(&stream->from);
    return written > from ? from : INT64_MAX;
}

int64_t wb_stream_written(const WbStream *stream)
{
    return load(&stream->written);
}

int64_t wb_stream_spectra_end(const WbStream *stream)
{
    return stream->ticks > 0 ? load(&stream->spectra_end) : INT64_MAX;
}

bool wb_stream_has_lead(const WbStream *stream, int64_t q)
{
    return wb_stream_first(stream) <= q && wb_stream_written(stream) >= q + (int64_t)stream->lead &&
           wb_stream_spectra_end(stream) >= wb_tick_at(q, stream->tick_frames) + WB_LEAD_TICKS;
}

/* ---- consuming ---- */

uint64_t wb_stream_roll(const WbStream *stream)
{
    return stream->roll_id;
}

int64_t wb_stream_begin(const WbStream *stream)
{
    return stream->begin;
}

int64_t wb_stream_first_tick(const WbStream *stream)
{
    return stream->first_tick;
}

WbStream *wb_stream_next(const WbStream *stream)
{
    return atomic_load_explicit(&stream->next, memory_order_acquire);
}

void wb_stream_set_next(WbStream *stream, WbStream *next)
{
    atomic_store_explicit(&stream->next, next, memory_order_release);
}

bool wb_stream_read(const WbStream *stream, int64_t q, size_t frames, const float *out[2])
{
    const int64_t written = load(&stream->written);
    if (q < load(&stream->from) || q + (int64_t)frames > written || frames > stream->tick_frames)
        return false;
    const size_t place = (size_t)(q - stream->begin) % stream->capacity;
    for (unsigned c = 0; c < stream->channels; c++)
        out[c] = stream->ring[c] + place;
    return true;
}

bool wb_stream_spectrum(const WbStream *stream, int64_t tick, float power[2][WB_BANDS])
{
    if (stream->ticks == 0)
        return false;
    const int64_t end = load(&stream->spectra_end);
    /* The oldest are about to be written over: half of the time that they are kept is left to who
     * reads one. */
    if (tick < load(&stream->spectra_from) || tick >= end ||
        tick < end + PAST_TICKS / 2 - (int64_t)stream->ticks)
        return false;
    memcpy(power, stream->spectra[(size_t)(tick - stream->first_tick) % stream->ticks],
           sizeof(Power));
    return true;
}
