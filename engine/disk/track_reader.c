/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/disk/track_reader.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
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

WbTrackReader *wb_track_reader_copy(const WbTrackReader *reader)
{
    WbTrackReader *copy = g_new0(WbTrackReader, 1);
    copy->channels = reader->channels;
    copy->rate = reader->rate;
    copy->clip_count = reader->clip_count;
    copy->clips = g_new0(Clip, reader->clip_count);
    for (size_t i = 0; i < reader->clip_count; i++) {
        copy->clips[i] = reader->clips[i];
        copy->clips[i].path = g_strdup(reader->clips[i].path);
        copy->clips[i].source = NULL;
    }
    return copy;
}

guint64 wb_track_reader_disk(const WbTrackReader *reader)
{
    GStatBuf status;
    if (reader->clip_count == 0 || g_stat(reader->clips[0].path, &status) != 0)
        return 0;
    return status.st_dev;
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

static void scale(const Clip *clip, gint64 position, float *samples, size_t frames)
{
    bool fading = position < clip->begin + clip->fade_in ||
                  position + (gint64)frames > clip->end - clip->fade_out;

    if (fading) {
        for (size_t i = 0; i < frames; i++)
            samples[i] = (float)(samples[i] * gain_at(clip, position + (gint64)i));
    } else if (clip->gain != 1.0) {
        for (size_t i = 0; i < frames; i++)
            samples[i] = (float)(samples[i] * clip->gain);
    }
}

/* Reads the clip from `position`, which lies within it, for each of its own channels. */
static bool read_clip(Clip *clip, gint64 position, float *const *channels, size_t frames,
                      GError **error)
{
    if (!wb_source_read(clip->source, position - clip->begin + clip->offset, channels, frames,
                        error))
        return false;
    for (unsigned c = 0; c < clip->channels; c++)
        scale(clip, position, channels[c], frames);
    return true;
}

/* `frames` frames from `position`, of which the clip holds those from `begin` to `end`; the rest
 * becomes silence. */
static bool put_clip(WbTrackReader *reader, Clip *clip, gint64 position, gint64 begin, gint64 end,
                     float *const *channels, size_t frames, GError **error)
{
    size_t before = (size_t)(begin - position), count = (size_t)(end - begin);
    float *inside[WB_AUDIO_CHANNELS];

    for (unsigned c = 0; c < reader->channels; c++) {
        memset(channels[c], 0, before * sizeof(float));
        inside[c] = channels[c] + before;
        memset(inside[c] + count, 0, (frames - before - count) * sizeof(float));
    }
    if (!read_clip(clip, begin, inside, count, error))
        return false;
    for (unsigned c = clip->channels; c < reader->channels; c++)
        memcpy(inside[c], inside[0], count * sizeof(float));
    return true;
}

/* Adds the frames from `begin` to `end` to what is there from `position` on. */
static bool add_clip(WbTrackReader *reader, Clip *clip, gint64 position, gint64 begin, gint64 end,
                     float *const *channels, GError **error)
{
    float *chunk[WB_AUDIO_CHANNELS] = {reader->chunk[0], reader->chunk[1]};

    while (begin < end) {
        size_t count = (size_t)MIN(end - begin, CHUNK_FRAMES);
        if (!read_clip(clip, begin, chunk, count, error))
            return false;
        for (unsigned c = 0; c < reader->channels; c++) {
            const float *from = chunk[MIN(c, clip->channels - 1)];
            float *to = channels[c] + (begin - position);
            for (size_t i = 0; i < count; i++)
                to[i] += from[i];
        }
        begin += (gint64)count;
    }
    return true;
}

bool wb_track_reader_read(WbTrackReader *reader, gint64 position, float *const *channels,
                          size_t frames, GError **error)
{
    bool silent = true;

    for (size_t i = 0; i < reader->clip_count; i++) {
        Clip *clip = &reader->clips[i];
        gint64 begin = MAX(position, clip->begin);
        gint64 end = MIN(position + (gint64)frames, clip->end);
        if (begin >= end) {
            close_source(reader, clip);
            continue;
        }
        if (!clip->source && !open_source(reader, clip, error))
            return false;
        if (silent ? !put_clip(reader, clip, position, begin, end, channels, frames, error)
                   : !add_clip(reader, clip, position, begin, end, channels, error))
            return false;
        silent = false;
    }
    for (unsigned c = 0; silent && c < reader->channels; c++)
        memset(channels[c], 0, frames * sizeof(float));
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
