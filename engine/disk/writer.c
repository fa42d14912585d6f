/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/disk/writer.h"

#include "engine/disk/dither.h"
#include "engine/disk/encoder.h"
#include "engine/disk/wave_header.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <math.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#define CHANNELS 2
#define CHUNK_FRAMES 4096 /* converted at a time */

struct WbWriter {
    WbOutputFile *output;
    char *path;
    WbFormat format;
    unsigned rate, channels;
    WbEncoder *encoder; /* NULL for the WAV kinds */
    WbDither dither[CHANNELS];
    guint64 frames, clipped_frames;
    bool finished, in_place;
    GError *failure; /* the first one; nothing is written any more */
    union {
        float floats[CHUNK_FRAMES * CHANNELS];
        int32_t integers[CHUNK_FRAMES * CHANNELS];
    } samples; /* interleaved; integers in the format's own steps */
    uint8_t bytes[CHUNK_FRAMES * CHANNELS * 4]; /* the same, little endian */
};

static bool fail(GError **error, const char *path, char *message)
{
    g_autofree char *name = g_filename_display_name(path);
    g_set_error(error, WB_OUTPUT_ERROR, WB_OUTPUT_ERROR_FORMAT, "%s: %s", name, message);
    g_free(message);
    return false;
}

static bool check_rate(const char *path, WbFormat format, unsigned rate, GError **error)
{
    static const unsigned opus_rates[] = {8000, 12000, 16000, 24000, 48000};

    if (format != WB_FORMAT_OPUS)
        return true;
    for (size_t i = 0; i < G_N_ELEMENTS(opus_rates); i++)
        if (rate == opus_rates[i])
            return true;
    return fail(error, path,
                g_strdup_printf(_("Opus takes 8000, 12000, 16000, 24000 or 48000 Hz, not %u Hz; "
                                  "choose another format, or a session at 48000 Hz"),
                                rate));
}

static size_t make_header(const WbWriter *writer, uint8_t header[WB_WAVE_HEADER_SIZE])
{
    return wb_wave_header(header, writer->format, writer->rate, writer->channels, writer->frames);
}

static void write_header(WbWriter *writer)
{
    uint8_t header[WB_WAVE_HEADER_SIZE];
    size_t size = make_header(writer, header);
    wb_output_file_write(writer->output, header, size);
}

static void replace_header(WbWriter *writer)
{
    uint8_t header[WB_WAVE_HEADER_SIZE];
    size_t size = make_header(writer, header);
    wb_output_file_replace(writer->output, 0, header, size);
}

static WbWriter *make_writer(WbOutputFile *output, const char *path, WbFormat format, double rate,
                             unsigned channels, GError **error)
{
    g_autoptr(WbWriter) writer = g_new0(WbWriter, 1);
    writer->output = output;
    writer->path = g_strdup(path);
    writer->format = format;
    writer->rate = (unsigned)lrint(rate);
    writer->channels = channels;
    for (unsigned c = 0; c < channels; c++)
        writer->dither[c] = wb_dither(c);
    if (!wb_encoder_knows(format)) {
        write_header(writer);
    } else {
        writer->encoder =
            wb_encoder_new(output, path, format, writer->rate, writer->channels, error);
        if (!writer->encoder)
            return NULL;
    }
    return wb_output_file_check(output, error) ? g_steal_pointer(&writer) : NULL;
}

WbWriter *wb_writer_new(const char *path, WbFormat format, double rate, unsigned channels,
                        GError **error)
{
    g_return_val_if_fail(channels >= 1 && channels <= CHANNELS, NULL);

    if (!check_rate(path, format, (unsigned)lrint(rate), error))
        return NULL;
    WbOutputFile *output = wb_output_file_new(path, error);
    return output ? make_writer(output, path, format, rate, channels, error) : NULL;
}

WbWriter *wb_writer_new_in_place(const char *path, WbFormat format, double rate, unsigned channels,
                                 GError **error)
{
    g_return_val_if_fail(channels >= 1 && channels <= CHANNELS, NULL);

    if (!check_rate(path, format, (unsigned)lrint(rate), error))
        return NULL;
    WbOutputFile *output = wb_output_file_new_in_place(path, error);
    if (!output)
        return NULL;
    WbWriter *writer = make_writer(output, path, format, rate, channels, error);
    if (writer)
        writer->in_place = true;
    else
        g_unlink(path); /* it has just been made */
    return writer;
}

void wb_writer_free(WbWriter *writer)
{
    if (!writer)
        return;
    if (writer->in_place && !writer->finished)
        wb_writer_finish(writer, NULL);
    wb_encoder_free(writer->encoder);
    wb_output_file_free(writer->output);
    g_clear_error(&writer->failure);
    g_free(writer->path);
    g_free(writer);
}

guint64 wb_writer_frames(const WbWriter *writer)
{
    return writer->frames;
}

guint64 wb_writer_clipped_frames(const WbWriter *writer)
{
    return writer->clipped_frames;
}

/* Rounds to integers of `bits` bits, full scale 1 being one step more than the largest. */
static void convert_to_integers(WbWriter *writer, const double *const *channels, size_t begin,
                                size_t frames, unsigned bits)
{
    const double scale = (double)(1 << (bits - 1));
    int32_t *to = writer->samples.integers;

    for (size_t i = begin; i < begin + frames; i++) {
        bool clipped = false;
        for (unsigned c = 0; c < writer->channels; c++) {
            double sample = channels[c][i];
            clipped |= !(fabs(sample) <= 1.0);
            double steps = isfinite(sample) ? sample * scale : 0.0;
            double rounded = wb_dither_round(&writer->dither[c], steps);
            *to++ = (int32_t)CLAMP(rounded, -scale, scale - 1.0);
        }
        writer->clipped_frames += clipped;
    }
}

static void convert_to_floats(WbWriter *writer, const double *const *channels, size_t begin,
                              size_t frames)
{
    float *to = writer->samples.floats;

    for (size_t i = begin; i < begin + frames; i++) {
        bool clipped = false;
        for (unsigned c = 0; c < writer->channels; c++) {
            float sample = (float)channels[c][i];
            clipped |= !isfinite(sample);
            *to++ = isfinite(sample) ? sample : 0.0f;
        }
        writer->clipped_frames += clipped;
    }
}

static void write_wave(WbWriter *writer, size_t samples)
{
    unsigned bits = wb_format_bits(writer->format);
    size_t sample_bytes = bits == 0 ? sizeof(float) : bits / 8;
    uint8_t *to = writer->bytes;

    for (size_t i = 0; i < samples; i++) {
        uint32_t sample; /* the union holds the bits of a float, too */
        memcpy(&sample, &writer->samples.integers[i], sizeof sample);
        to[0] = (uint8_t)sample;
        to[1] = (uint8_t)(sample >> 8);
        to[2] = (uint8_t)(sample >> 16);
        to[3] = (uint8_t)(sample >> 24);
        to += sample_bytes;
    }
    wb_output_file_write(writer->output, writer->bytes, samples * sample_bytes);
}

/* Whole frames, as many as are there with the byte of padding, and a header that says so. */
static void salvage_wave(WbWriter *writer)
{
    uint8_t header[WB_WAVE_HEADER_SIZE];
    gint64 head = (gint64)make_header(writer, header);
    gint64 length = wb_output_file_seek(writer->output, 0, SEEK_CUR);
    unsigned bits = wb_format_bits(writer->format);
    unsigned frame_bytes = (bits == 0 ? (unsigned)sizeof(float) : bits / 8) * writer->channels;
    guint64 frames = (guint64)MAX(0, length - head) / frame_bytes;

    frames = MIN(frames, writer->frames);
    if (frames * frame_bytes % 2 != 0 && head + (gint64)(frames * frame_bytes) == length)
        frames--;
    writer->frames = frames;
    length = head + (gint64)(frames * frame_bytes);
    if (length % 2 != 0)
        wb_output_file_replace(writer->output, length++, "", 1);
    wb_output_file_cut(writer->output, length);
    replace_header(writer);
}

/* Keeps and tells the failure, if there is one. What is in place is made valid at once. */
static bool check(WbWriter *writer, GError *failure, GError **error)
{
    if (failure && !writer->failure) {
        writer->failure = failure;
        if (writer->in_place && writer->encoder)
            writer->frames = wb_encoder_salvage(writer->encoder, writer->frames);
        else if (writer->in_place)
            salvage_wave(writer);
    } else {
        g_clear_error(&failure);
    }
    if (!writer->failure)
        return true;
    if (error)
        *error = g_error_copy(writer->failure);
    return false;
}

static GError *write_chunk(WbWriter *writer, size_t frames)
{
    GError *failure = NULL;

    writer->frames += frames;
    if (!writer->encoder) {
        write_wave(writer, frames * writer->channels);
        wb_output_file_check(writer->output, &failure);
    } else if (wb_format_bits(writer->format) == 0) {
        wb_encoder_write_floats(writer->encoder, writer->samples.floats, frames, &failure);
    } else {
        wb_encoder_write_integers(writer->encoder, writer->samples.integers, frames, &failure);
    }
    return failure;
}

bool wb_writer_write(WbWriter *writer, const double *const *channels, size_t frames, GError **error)
{
    unsigned bits = wb_format_bits(writer->format);

    for (size_t begin = 0; begin < frames && !writer->failure; begin += CHUNK_FRAMES) {
        size_t chunk = MIN(frames - begin, CHUNK_FRAMES);
        if (bits == 0)
            convert_to_floats(writer, channels, begin, chunk);
        else
            convert_to_integers(writer, channels, begin, chunk, bits);
        check(writer, write_chunk(writer, chunk), NULL);
    }
    return check(writer, NULL, error);
}

/* The head is of an even size, so the samples are odd where the file is. */
static void complete_wave(WbWriter *writer)
{
    gint64 length = wb_output_file_seek(writer->output, 0, SEEK_CUR);

    if (length % 2 != 0 && wb_output_file_write(writer->output, "", 1) == 1)
        wb_output_file_seek(writer->output, length, SEEK_SET);
    if (wb_output_file_check(writer->output, NULL))
        replace_header(writer);
}

bool wb_writer_flush(WbWriter *writer, GError **error)
{
    GError *failure = NULL;

    if (!writer->failure) {
        if (writer->encoder)
            wb_encoder_flush(writer->encoder, writer->frames);
        else
            complete_wave(writer);
        wb_output_file_check(writer->output, &failure);
    }
    return check(writer, failure, error);
}

bool wb_writer_sync(WbWriter *writer, GError **error)
{
    GError *failure = NULL;

    if (!writer->failure)
        wb_output_file_sync(writer->output, &failure);
    return check(writer, failure, error);
}

bool wb_writer_finish(WbWriter *writer, GError **error)
{
    GError *failure = NULL;

    writer->finished = true;
    if (!writer->encoder)
        wb_writer_flush(writer, NULL);
    else if (!writer->failure && !wb_encoder_finish(writer->encoder, &failure))
        check(writer, failure, NULL);
    failure = NULL;
    if (!wb_output_file_finish(writer->output, &failure) && !writer->failure)
        writer->failure = g_steal_pointer(&failure); /* it is closed, and cannot be mended */
    g_clear_error(&failure);
    return check(writer, NULL, error);
}

bool wb_writer_commit(WbWriter *writer, GError **error)
{
    return (writer->finished || wb_writer_finish(writer, error)) &&
           wb_output_file_commit(writer->output, error);
}
