/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/disk/source.h"

#include <glib/gi18n.h>
#include <math.h>
#include <soxr.h>
#include <string.h>

#define INPUT_FRAMES 4096 /* handed to the resampler at a time, always from a restart point on */

/* Half the resampler's impulse response, in frames at the lower of both rates, with a wide margin:
 * its transition band of 0.087 of the band at 175 dB needs about 140. */
#define PREROLL_FRAMES 1024

struct WbSource {
    WbAudioFile *file;
    gint64 frames;
    /* The rates without their common divisor: the two clocks meet every `in_step` frames of the
     * file, which are `out_step` frames of output. */
    gint64 in_step, out_step;
    soxr_t resampler; /* NULL when both rates are the same, or before the first read */
    gint64 input_position, output_position;
    size_t input_used, output_begin, output_end, output_size;
    float *input[WB_AUDIO_CHANNELS], *output[WB_AUDIO_CHANNELS];
};

static gint64 greatest_common_divisor(gint64 a, gint64 b)
{
    while (b != 0) {
        gint64 rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static gint64 divide_up(gint64 a, gint64 b)
{
    return a / b + (a % b > 0);
}

static bool fail(const WbSource *source, WbAudioFileError code, const char *reason, GError **error)
{
    g_autofree char *name = g_filename_display_name(wb_audio_file_path(source->file));
    g_set_error(error, WB_AUDIO_FILE_ERROR, code,
                _("%s: cannot be resampled from %u Hz (%s); convert it to the session's rate"),
                name, wb_audio_file_rate(source->file), reason);
    return false;
}

/* While libsoxr designs its filters it may set up tables that all its resamplers share, unlocked.
 */
static GMutex design_lock;

static bool start_resampler(WbSource *source, GError **error)
{
    soxr_error_t failure = NULL;
    soxr_io_spec_t planar = soxr_io_spec(SOXR_FLOAT32_S, SOXR_FLOAT32_S);
    /* Without its default rolloff the pass band is flat to 1e-8 dB instead of 0.003 dB at 19 kHz.
     */
    soxr_quality_spec_t quality =
        soxr_quality_spec(SOXR_VHQ, SOXR_ROLLOFF_NONE | SOXR_HI_PREC_CLOCK);
    soxr_runtime_spec_t one_thread = soxr_runtime_spec(1);
    unsigned channels = wb_source_channels(source);

    g_mutex_lock(&design_lock);
    source->resampler = soxr_create((double)source->in_step, (double)source->out_step, channels,
                                    &failure, &planar, &quality, &one_thread);
    g_mutex_unlock(&design_lock);
    if (!source->resampler)
        return fail(source, WB_AUDIO_FILE_ERROR_RATE, soxr_strerror(failure), error);
    source->output_size =
        (size_t)divide_up(INPUT_FRAMES * source->out_step, source->in_step) + INPUT_FRAMES;
    for (unsigned c = 0; c < channels; c++) {
        source->input[c] = g_new(float, INPUT_FRAMES);
        source->output[c] = g_new(float, source->output_size);
    }
    return true;
}

WbSource *wb_source_open(const char *path, double rate, GError **error)
{
    WbAudioFile *file = wb_audio_file_open(path, error);

    if (!file)
        return NULL;
    gint64 in = wb_audio_file_rate(file), out = llrint(rate);
    gint64 divisor = greatest_common_divisor(in, out);
    gint64 length = wb_audio_file_frames(file);

    g_autoptr(WbSource) source = g_new0(WbSource, 1);
    source->file = file;
    source->in_step = in / divisor;
    source->out_step = out / divisor;
    source->frames = length / source->in_step * source->out_step +
                     divide_up(length % source->in_step * source->out_step, source->in_step);
    if (in != out && !start_resampler(source, error))
        return NULL;
    source->input_used = INPUT_FRAMES;
    return g_steal_pointer(&source);
}

void wb_source_free(WbSource *source)
{
    if (!source)
        return;
    soxr_delete(source->resampler);
    for (unsigned c = 0; c < WB_AUDIO_CHANNELS; c++) {
        g_free(source->input[c]);
        g_free(source->output[c]);
    }
    wb_audio_file_free(source->file);
    g_free(source);
}

unsigned wb_source_channels(const WbSource *source)
{
    return wb_audio_file_channels(source->file);
}

gint64 wb_source_frames(const WbSource *source)
{
    return source->frames;
}

unsigned wb_source_file_rate(const WbSource *source)
{
    return wb_audio_file_rate(source->file);
}

gint64 wb_source_time_reference(const WbSource *source)
{
    return wb_audio_file_time_reference(source->file);
}

guint64 wb_source_bad_samples(const WbSource *source)
{
    return wb_audio_file_bad_samples(source->file);
}

guint64 wb_source_missing_frames(const WbSource *source)
{
    return wb_audio_file_missing_frames(source->file);
}

/* Input frames before `position` that its output frame can hear. */
static gint64 preroll(const WbSource *source)
{
    gint64 wider = divide_up(PREROLL_FRAMES * source->in_step, source->out_step);
    return MAX(wider, PREROLL_FRAMES);
}

/* Starts the resampler anew where both clocks meet, early enough that all that `position` hears has
 * been through it. */
static bool restart(WbSource *source, gint64 position, GError **error)
{
    gint64 meeting = position / source->out_step - divide_up(preroll(source), source->in_step);

    meeting = MAX(0, meeting);
    source->input_position = meeting * source->in_step;
    source->output_position = meeting * source->out_step;
    source->input_used = INPUT_FRAMES;
    source->output_begin = source->output_end = 0;
    g_mutex_lock(&design_lock);
    soxr_error_t failure = soxr_clear(source->resampler);
    g_mutex_unlock(&design_lock);
    return !failure || fail(source, WB_AUDIO_FILE_ERROR_READ, soxr_strerror(failure), error);
}

/* Fills the output buffer. The resampler is always fed the same blocks after a restart, and silence
 * after the end of the file, so what comes out cannot depend on the reader. */
static bool resample(WbSource *source, GError **error)
{
    unsigned channels = wb_source_channels(source);
    source->output_begin = source->output_end = 0;

    while (source->output_end == 0) {
        if (source->input_used == INPUT_FRAMES) {
            if (!wb_audio_file_read(source->file, source->input_position, source->input,
                                    INPUT_FRAMES, error))
                return false;
            source->input_position += INPUT_FRAMES;
            source->input_used = 0;
        }
        const float *input[WB_AUDIO_CHANNELS];
        for (unsigned c = 0; c < channels; c++)
            input[c] = source->input[c] + source->input_used;
        size_t used = 0;
        soxr_error_t failure =
            soxr_process(source->resampler, input, INPUT_FRAMES - source->input_used, &used,
                         source->output, source->output_size, &source->output_end);
        if (failure)
            return fail(source, WB_AUDIO_FILE_ERROR_READ, soxr_strerror(failure), error);
        source->input_used += used;
    }
    return true;
}

/* Fills channels[..][at..end-1] with what is heard from `position`, all of it within the file. */
static bool read_resampled(WbSource *source, gint64 position, float *const *channels, size_t at,
                           size_t end, GError **error)
{
    /* A short way ahead is reached sooner by resampling on than by starting anew. */
    gint64 ahead = position - source->output_position;
    if ((ahead < 0 || ahead > 2 * INPUT_FRAMES) && !restart(source, position, error))
        return false;

    while (at < end) {
        if (source->output_begin == source->output_end && !resample(source, error)) {
            source->output_position = G_MAXINT64; /* whatever comes next starts anew */
            return false;
        }
        size_t ready = source->output_end - source->output_begin;
        gint64 skip = position - source->output_position;
        size_t taken = skip > 0 ? (size_t)MIN((gint64)ready, skip) : MIN(ready, end - at);
        if (skip <= 0) {
            for (unsigned c = 0; c < wb_source_channels(source); c++)
                memcpy(channels[c] + at, source->output[c] + source->output_begin,
                       taken * sizeof(float));
            at += taken;
            position += (gint64)taken;
        }
        source->output_begin += taken;
        source->output_position += (gint64)taken;
    }
    return true;
}

bool wb_source_read(WbSource *source, gint64 position, float *const *channels, size_t frames,
                    GError **error)
{
    if (!source->resampler)
        return wb_audio_file_read(source->file, position, channels, frames, error);

    gint64 begin = CLAMP(position, 0, source->frames);
    gint64 end = CLAMP(position + (gint64)frames, begin, source->frames);
    size_t before = begin == end ? frames : (size_t)(begin - position);
    size_t after = begin == end ? frames : (size_t)(end - position);

    for (unsigned c = 0; c < wb_source_channels(source); c++) {
        memset(channels[c], 0, before * sizeof(float));
        memset(channels[c] + after, 0, (frames - after) * sizeof(float));
    }
    return before == after || read_resampled(source, begin, channels, before, after, error);
}
