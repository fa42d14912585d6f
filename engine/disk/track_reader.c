/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/disk/track_reader.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#define CHUNK_FRAMES 4096 /* of a clip, mixed at a time */

/* Times are held within this, decades at any rate, so that sums of them do not overflow. */
#define FARTHEST (G_GINT64_CONSTANT(1) << 60)

typedef struct {
    char *path;
    gint64 begin, end; /* on the timeline */
    gint64 offset;
    double gain;
    gint64 fade_in, fade_out;
    unsigned channels;
    WbSource *source; /* NULL while the reading place is elsewhere */
} Clip;

struct WbTrackReader {
    unsigned channels;
    double rate;
    size_t clip_count;
    Clip *clips;
    guint64 bad_samples, missing_frames; /* of sources closed by now */
    float chunk[WB_AUDIO_CHANNELS][CHUNK_FRAMES];
};

static bool open_source(WbTrackReader *reader, Clip *clip, GError **error)
{
    clip->source = wb_source_open(clip->path, reader->rate, error);
    if (!clip->source)
        return false;
    clip->channels = wb_source_channels(clip->source);
    if (clip->channels <= reader->channels)
        return true;
    g_autofree char *name = g_filename_display_name(clip->path);
    g_set_error(error, WB_AUDIO_FILE_ERROR, WB_AUDIO_FILE_ERROR_CHANNELS,
                _("%s: is stereo, but its track is mono; make the track stereo"), name);
    return false;
}

static void close_source(WbTrackReader *reader, Clip *clip)
{
    if (!clip->source)
        return;
    reader->bad_samples += wb_source_bad_samples(clip->source);
    reader->missing_frames += wb_source_missing_frames(clip->source);
    wb_source_free(clip->source);
    clip->source = NULL;
}

WbTrackReader *wb_track_reader_new(const WbClipSpec *clips, size_t clip_count, unsigned channels,
                                   double rate, GError **error)
{
    g_return_val_if_fail(channels >= 1 && channels <= WB_AUDIO_CHANNELS, NULL);

    g_autoptr(WbTrackReader) reader = g_new0(WbTrackReader, 1);
    reader->channels = channels;
    reader->rate = rate;
    reader->clip_count = clip_count;
    reader->clips = g_new0(Clip, clip_count);
    for (size_t i = 0; i < clip_count; i++) {
        Clip *clip = &reader->clips[i];
        clip->path = g_strdup(clips[i].path);
        clip->begin = CLAMP(clips[i].position, -FARTHEST, FARTHEST);
        clip->offset = CLAMP(clips[i].offset, 0, FARTHEST);
        clip->gain = clips[i].gain;
        clip->fade_in = CLAMP(clips[i].fade_in, 0, FARTHEST);
        clip->fade_out = CLAMP(clips[i].fade_out, 0, FARTHEST);
        if (!open_source(reader, clip, error))
            return NULL;
        gint64 rest = MAX(0, wb_source_frames(clip->source) - clip->offset);
        clip->end = clip->begin + (clips[i].length > 0 ? MIN(clips[i].length, FARTHEST) : rest);
        close_source(reader, clip);
    }
    return g_steal_pointer(&reader);
}

void wb_track_reader_free(WbTrackReader *reader)
{
    if (!reader)
        return;
    for (size_t i = 0; i < reader->clip_count; i++) {
        wb_source_free(reader->clips[i].source);
        g_free(reader->clips[i].path);
    }
    g_free(reader->clips);
    g_free(reader);
}

gint64 wb_track_reader_end(const WbTrackReader *reader)
{
    gint64 end = 0;

    for (size_t i = 0; i < reader->clip_count; i++)
        end = MAX(end, reader->clips[i].end);
    return end;
}

static double fade(gint64 frame, gint64 length)
{
    if (frame >= length)
        return 1.0;
    double rise = sin(G_PI_2 * ((double)frame + 0.5) / (double)length);
    return rise * rise;
}

static double gain_at(const Clip *clip, gint64 position)
{
    return clip->gain * fade(position - clip->begin, clip->fade_in) *
           fade(clip->end - 1 - position, clip->fade_out);
}

static void add(const Clip *clip, gint64 position, const float *from, float *to, size_t frames)
{
    bool fading = position < clip->begin + clip->fade_in ||
                  position + (gint64)frames > clip->end - clip->fade_out;

    if (fading) {
        for (size_t i = 0; i < frames; i++)
            to[i] += (float)(from[i] * gain_at(clip, position + (gint64)i));
    } else {
        for (size_t i = 0; i < frames; i++)
            to[i] += (float)(from[i] * clip->gain);
    }
}

/* Adds what of the clip lies within the `frames` frames from `position`. */
static bool add_clip(WbTrackReader *reader, Clip *clip, gint64 position, float *const *channels,
                     size_t frames, GError **error)
{
    gint64 begin = MAX(position, clip->begin);
    gint64 end = MIN(position + (gint64)frames, clip->end);
    float *chunk[WB_AUDIO_CHANNELS] = {reader->chunk[0], reader->chunk[1]};

    if (begin >= end) {
        close_source(reader, clip);
        return true;
    }
    if (!clip->source && !open_source(reader, clip, error))
        return false;
    while (begin < end) {
        size_t count = (size_t)MIN(end - begin, CHUNK_FRAMES);
        if (!wb_source_read(clip->source, begin - clip->begin + clip->offset, chunk, count, error))
            return false;
        for (unsigned c = 0; c < reader->channels; c++)
            add(clip, begin, chunk[MIN(c, clip->channels - 1)], channels[c] + (begin - position),
                count);
        begin += (gint64)count;
    }
    return true;
}

bool wb_track_reader_read(WbTrackReader *reader, gint64 position, float *const *channels,
                          size_t frames, GError **error)
{
    for (unsigned c = 0; c < reader->channels; c++)
        memset(channels[c], 0, frames * sizeof(float));
    for (size_t i = 0; i < reader->clip_count; i++)
        if (!add_clip(reader, &reader->clips[i], position, channels, frames, error))
            return false;
    return true;
}

guint64 wb_track_reader_bad_samples(const WbTrackReader *reader)
{
    guint64 bad = reader->bad_samples;

    for (size_t i = 0; i < reader->clip_count; i++)
        if (reader->clips[i].source)
            bad += wb_source_bad_samples(reader->clips[i].source);
    return bad;
}

guint64 wb_track_reader_missing_frames(const WbTrackReader *reader)
{
    guint64 missing = reader->missing_frames;

    for (size_t i = 0; i < reader->clip_count; i++)
        if (reader->clips[i].source)
            missing += wb_source_missing_frames(reader->clips[i].source);
    return missing;
}
