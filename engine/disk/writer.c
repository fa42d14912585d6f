/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/disk/writer.h"

#include "engine/disk/dither.h"
#include "engine/disk/wave_header.h"

#include <glib/gi18n.h>
#include <math.h>
#include <sndfile.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#define CHANNELS 2
#define CHUNK_FRAMES 4096 /* converted at a time */

#define VORBIS_QUALITY 0.8
#define OPUS_QUALITY 0.36 /* libsndfile: 6 kbit/s + 250 kbit/s * quality for each channel */

struct WbWriter {
    WbOutputFile *output;
    char *path;
    WbFormat format;
    unsigned rate, channels;
    SNDFILE *encoder; /* NULL for the WAV kinds */
    WbDither dither[CHANNELS];
    guint64 frames, clipped_frames;
    bool finished;
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

static int encoder_format(WbFormat format)
{
    switch (format) {
    case WB_FORMAT_FLAC:
        return SF_FORMAT_FLAC | SF_FORMAT_PCM_24;
    case WB_FORMAT_OGG:
        return SF_FORMAT_OGG | SF_FORMAT_VORBIS;
    case WB_FORMAT_OPUS:
        return SF_FORMAT_OGG | SF_FORMAT_OPUS;
    default:
        return 0;
    }
}

static sf_count_t output_length(void *data)
{
    WbOutputFile *output = data;
    gint64 here = wb_output_file_seek(output, 0, SEEK_CUR);
    gint64 length = wb_output_file_seek(output, 0, SEEK_END);
    wb_output_file_seek(output, here, SEEK_SET);
    return length;
}

static sf_count_t output_seek(sf_count_t offset, int whence, void *data)
{
    return wb_output_file_seek(data, offset, whence);
}

static sf_count_t output_tell(void *data)
{
    return wb_output_file_seek(data, 0, SEEK_CUR);
}

/* The output remembers a failure, which is looked at after each call: libsndfile need not know, as
 * it leaks what it has begun when a write fails. */
static sf_count_t output_write(const void *bytes, sf_count_t count, void *data)
{
    wb_output_file_write(data, bytes, (size_t)count);
    return count;
}

static bool open_encoder(WbWriter *writer, GError **error)
{
    SF_VIRTUAL_IO io = {output_length, output_seek, NULL, output_write, output_tell};
    SF_INFO info = {
        .samplerate = (int)writer->rate,
        .channels = (int)writer->channels,
        .format = encoder_format(writer->format),
    };

    if (!sf_format_check(&info))
        return fail(error, writer->path,
                    g_strdup_printf(_("the installed libsndfile cannot write %s at %u Hz; choose "
                                      "another format"),
                                    wb_format_name(writer->format), writer->rate));
    writer->encoder = sf_open_virtual(&io, SFM_WRITE, &info, writer->output);
    if (!writer->encoder) {
        if (!wb_output_file_check(writer->output, error))
            return false;
        return fail(error, writer->path,
                    g_strdup_printf(_("cannot be written as %s at %u Hz (%s); choose another "
                                      "format"),
                                    wb_format_name(writer->format), writer->rate,
                                    sf_strerror(NULL)));
    }
    double quality = writer->format == WB_FORMAT_OPUS ? OPUS_QUALITY : VORBIS_QUALITY;
    if (wb_format_bits(writer->format) == 0)
        sf_command(writer->encoder, SFC_SET_VBR_ENCODING_QUALITY, &quality, sizeof quality);
    return true;
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

static void write_header(WbWriter *writer)
{
    uint8_t header[WB_WAVE_HEADER_SIZE];
    size_t size =
        wb_wave_header(header, writer->format, writer->rate, writer->channels, writer->frames);
    wb_output_file_write(writer->output, header, size);
}

WbWriter *wb_writer_new(const char *path, WbFormat format, double rate, unsigned channels,
                        GError **error)
{
    g_return_val_if_fail(channels >= 1 && channels <= CHANNELS, NULL);

    if (!check_rate(path, format, (unsigned)lrint(rate), error))
        return NULL;
    WbOutputFile *output = wb_output_file_new(path, error);
    if (!output)
        return NULL;
    g_autoptr(WbWriter) writer = g_new0(WbWriter, 1);
    writer->output = output;
    writer->path = g_strdup(path);
    writer->format = format;
    writer->rate = (unsigned)lrint(rate);
    writer->channels = channels;
    for (unsigned c = 0; c < channels; c++)
        writer->dither[c] = wb_dither(c);
    if (encoder_format(format) != 0) {
        if (!open_encoder(writer, error))
            return NULL;
    } else {
        write_header(writer);
    }
    return wb_output_file_check(output, error) ? g_steal_pointer(&writer) : NULL;
}

void wb_writer_free(WbWriter *writer)
{
    if (!writer)
        return;
    if (writer->encoder)
        sf_close(writer->encoder);
    wb_output_file_free(writer->output);
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

static bool encode(WbWriter *writer, size_t frames, GError **error)
{
    unsigned bits = wb_format_bits(writer->format);
    sf_count_t count = (sf_count_t)frames, done;

    if (bits == 0) {
        done = sf_writef_float(writer->encoder, writer->samples.floats, count);
    } else {
        for (size_t i = 0; i < frames * writer->channels; i++)
            writer->samples.integers[i] *= 1 << (32 - bits); /* libsndfile takes the top bits */
        done = sf_writef_int(writer->encoder, writer->samples.integers, count);
    }
    if (!wb_output_file_check(writer->output, error))
        return false;
    return done == count ||
           fail(error, writer->path,
                g_strdup_printf(_("cannot be encoded: %s"), sf_strerror(writer->encoder)));
}

bool wb_writer_write(WbWriter *writer, const double *const *channels, size_t frames, GError **error)
{
    unsigned bits = wb_format_bits(writer->format);

    for (size_t begin = 0; begin < frames; begin += CHUNK_FRAMES) {
        size_t chunk = MIN(frames - begin, CHUNK_FRAMES);
        if (bits == 0)
            convert_to_floats(writer, channels, begin, chunk);
        else
            convert_to_integers(writer, channels, begin, chunk, bits);
        writer->frames += chunk;
        if (!writer->encoder)
            write_wave(writer, chunk * writer->channels);
        else if (!encode(writer, chunk, error))
            return false;
        if (!wb_output_file_check(writer->output, error))
            return false;
    }
    return true;
}

static void finish_wave(WbWriter *writer)
{
    gint64 length = wb_output_file_seek(writer->output, 0, SEEK_CUR);

    /* The head is of an even size, so the samples are odd where the file is. */
    if (length % 2 != 0)
        wb_output_file_write(writer->output, "", 1);
    wb_output_file_seek(writer->output, 0, SEEK_SET);
    write_header(writer);
}

bool wb_writer_finish(WbWriter *writer, GError **error)
{
    writer->finished = true;
    if (writer->encoder) {
        SNDFILE *encoder = g_steal_pointer(&writer->encoder);
        int failure = sf_close(encoder);
        if (!wb_output_file_check(writer->output, error))
            return false;
        if (failure != SF_ERR_NO_ERROR)
            return fail(error, writer->path,
                        g_strdup_printf(_("cannot be completed: %s"), sf_error_number(failure)));
    } else {
        finish_wave(writer);
    }
    return wb_output_file_check(writer->output, error) &&
           wb_output_file_finish(writer->output, error);
}

bool wb_writer_commit(WbWriter *writer, GError **error)
{
    return (writer->finished || wb_writer_finish(writer, error)) &&
           wb_output_file_commit(writer->output, error);
}
