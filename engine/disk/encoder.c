/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/disk/encoder.h"

#include <glib/gi18n.h>
#include <sndfile.h>
#include <string.h>
#include <unistd.h>

#define VORBIS_QUALITY 0.8
#define OPUS_QUALITY 0.36     /* libsndfile: 6 kbit/s + 250 kbit/s * quality for each channel */
#define OPUS_PAGE_LATENCY 200 /* ms in an Ogg page at most, rather than a second */

/* Where a FLAC file says what it holds (RFC 9639, 8.2): the mark and the head of the first metadata
 * block, 8 bytes, then STREAMINFO. */
enum {
    FLAC_BLOCK_SIZE = 8, /* frames in a block, the least; here it is the same for all */
    FLAC_FRAMES = 21,    /* 36 bits, the first four are the low ones of this byte */
    FLAC_HEAD = 26,      /* bytes up to the end of that */
    FLAC_SYNC = 0xff,    /* what a frame begins with, and no metadata block does */
};

struct WbEncoder {
    WbOutputFile *output;
    char *path;
    WbFormat format;
    unsigned channels;
    SNDFILE *sndfile; /* NULL once finished */
    gint64 whole;     /* bytes that are whole FLAC frames or Ogg pages */
    guint64 blocks;   /* FLAC frames among them */
    uint8_t head[FLAC_HEAD];
};

static bool fail(GError **error, const char *path, char *message)
{
    g_autofree char *name = g_filename_display_name(path);
    g_set_error(error, WB_OUTPUT_ERROR, WB_OUTPUT_ERROR_FORMAT, "%s: %s", name, message);
    g_free(message);
    return false;
}

static int sndfile_format(WbFormat format)
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

bool wb_encoder_knows(WbFormat format)
{
    return sndfile_format(format) != 0;
}

static sf_count_t output_length(void *data)
{
    WbEncoder *encoder = data;
    gint64 here = wb_output_file_seek(encoder->output, 0, SEEK_CUR);
    gint64 length = wb_output_file_seek(encoder->output, 0, SEEK_END);
    wb_output_file_seek(encoder->output, here, SEEK_SET);
    return length;
}

static sf_count_t output_seek(sf_count_t offset, int whence, void *data)
{
    WbEncoder *encoder = data;
    return wb_output_file_seek(encoder->output, offset, whence);
}

static sf_count_t output_tell(void *data)
{
    return output_seek(0, SEEK_CUR, data);
}

/* libFLAC writes each frame in one piece, after the head, to which it comes back at the end. An Ogg
 * page comes in two pieces; what is before it is whole. */
static void note_piece(WbEncoder *encoder, const uint8_t *bytes, gint64 place, gint64 count)
{
    if (encoder->format != WB_FORMAT_FLAC) {
        if (count >= 4 && memcmp(bytes, "OggS", 4) == 0)
            encoder->whole = place;
        return;
    }
    if (place < FLAC_HEAD)
        memcpy(encoder->head + place, bytes, (size_t)MIN(count, FLAC_HEAD - place));
    if (!wb_output_file_check(encoder->output, NULL) || place < encoder->whole)
        return;
    encoder->whole = place + count;
    encoder->blocks += bytes[0] == FLAC_SYNC;
}

/* The output remembers a failure, which is looked at after each call: libsndfile need not know, as
 * it leaks what it has begun when a write fails. */
static sf_count_t output_write(const void *bytes, sf_count_t count, void *data)
{
    WbEncoder *encoder = data;

    if (wb_output_file_check(encoder->output, NULL)) {
        gint64 place = output_tell(data);
        wb_output_file_write(encoder->output, bytes, (size_t)count);
        note_piece(encoder, bytes, place, count);
    }
    return count;
}

static bool open_sndfile(WbEncoder *encoder, unsigned rate, unsigned channels, GError **error)
{
    SF_VIRTUAL_IO io = {output_length, output_seek, NULL, output_write, output_tell};
    SF_INFO info = {
        .samplerate = (int)rate,
        .channels = (int)channels,
        .format = sndfile_format(encoder->format),
    };

    if (!sf_format_check(&info))
        return fail(error, encoder->path,
                    g_strdup_printf(_("the installed libsndfile cannot write %s at %u Hz; choose "
                                      "another format"),
                                    wb_format_name(encoder->format), rate));
    encoder->sndfile = sf_open_virtual(&io, SFM_WRITE, &info, encoder);
    if (!encoder->sndfile) {
        if (!wb_output_file_check(encoder->output, error))
            return false;
        return fail(error, encoder->path,
                    g_strdup_printf(_("cannot be written as %s at %u Hz (%s); choose another "
                                      "format"),
                                    wb_format_name(encoder->format), rate, sf_strerror(NULL)));
    }
    double quality = encoder->format == WB_FORMAT_OPUS ? OPUS_QUALITY : VORBIS_QUALITY;
    double latency = OPUS_PAGE_LATENCY;
    if (encoder->format != WB_FORMAT_FLAC)
        sf_command(encoder->sndfile, SFC_SET_VBR_ENCODING_QUALITY, &quality, sizeof quality);
    if (encoder->format == WB_FORMAT_OPUS)
        sf_command(encoder->sndfile, SFC_SET_OGG_PAGE_LATENCY_MS, &latency, sizeof latency);
    return true;
}

WbEncoder *wb_encoder_new(WbOutputFile *output, const char *path, WbFormat format, unsigned rate,
                          unsigned channels, GError **error)
{
    WbEncoder *encoder = g_new0(WbEncoder, 1);
    encoder->output = output;
    encoder->path = g_strdup(path);
    encoder->format = format;
    encoder->channels = channels;
    if (!open_sndfile(encoder, rate, channels, error))
        g_clear_pointer(&encoder, wb_encoder_free);
    return encoder;
}

void wb_encoder_free(WbEncoder *encoder)
{
    if (!encoder)
        return;
    if (encoder->sndfile)
        sf_close(encoder->sndfile);
    g_free(encoder->path);
    g_free(encoder);
}

static bool check_written(WbEncoder *encoder, sf_count_t done, size_t frames, GError **error)
{
    if (!wb_output_file_check(encoder->output, error))
        return false;
    return done == (sf_count_t)frames ||
           fail(error, encoder->path,
                g_strdup_printf(_("cannot be encoded: %s"), sf_strerror(encoder->sndfile)));
}

bool wb_encoder_write_integers(WbEncoder *encoder, int32_t *samples, size_t frames, GError **error)
{
    size_t count = frames * encoder->channels;

    for (size_t i = 0; i < count; i++)
        samples[i] *= 1 << (32 - wb_format_bits(encoder->format)); /* it takes the top bits */
    sf_count_t done = sf_writef_int(encoder->sndfile, samples, (sf_count_t)frames);
    return check_written(encoder, done, frames, error);
}

bool wb_encoder_write_floats(WbEncoder *encoder, const float *samples, size_t frames,
                             GError **error)
{
    sf_count_t done = sf_writef_float(encoder->sndfile, samples, (sf_count_t)frames);
    return check_written(encoder, done, frames, error);
}

/* The frames in whole blocks; the last block of a finished file may be shorter. */
static guint64 whole_frames(const WbEncoder *encoder, guint64 frames)
{
    unsigned block = encoder->head[FLAC_BLOCK_SIZE] * 256u + encoder->head[FLAC_BLOCK_SIZE + 1];
    return encoder->format == WB_FORMAT_FLAC ? MIN(frames, encoder->blocks * block) : frames;
}

void wb_encoder_flush(WbEncoder *encoder, guint64 frames)
{
    uint8_t *total = encoder->head + FLAC_FRAMES;

    if (encoder->format != WB_FORMAT_FLAC)
        return;
    frames = whole_frames(encoder, frames);
    total[0] = (uint8_t)((total[0] & 0xf0) | (frames >> 32 & 0x0f));
    for (unsigned i = 1; i < FLAC_HEAD - FLAC_FRAMES; i++)
        total[i] = (uint8_t)(frames >> (32 - 8 * i));
    wb_output_file_replace(encoder->output, FLAC_FRAMES, total, FLAC_HEAD - FLAC_FRAMES);
}

bool wb_encoder_finish(WbEncoder *encoder, GError **error)
{
    SNDFILE *sndfile = g_steal_pointer(&encoder->sndfile);
    int failure = sf_close(sndfile);

    if (!wb_output_file_check(encoder->output, error))
        return false;
    return failure == SF_ERR_NO_ERROR ||
           fail(error, encoder->path,
                g_strdup_printf(_("cannot be completed: %s"), sf_error_number(failure)));
}

guint64 wb_encoder_salvage(WbEncoder *encoder, guint64 frames)
{
    if (encoder->sndfile)
        sf_close(g_steal_pointer(&encoder->sndfile)); /* what it still writes is not taken */
    wb_output_file_cut(encoder->output, encoder->whole);
    wb_encoder_flush(encoder, frames);
    return whole_frames(encoder, frames);
}
