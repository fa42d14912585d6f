/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/disk/wave_header.h"

#include <string.h>

enum { TAG_PCM = 1, TAG_FLOAT = 3 }; /* WAVE_FORMAT_PCM, WAVE_FORMAT_IEEE_FLOAT */

static uint8_t *put_name(uint8_t *to, const char *name)
{
    memcpy(to, name, 4);
    return to + 4;
}

static uint8_t *put(uint8_t *to, uint64_t value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        *to++ = (uint8_t)(value >> 8 * i);
    return to;
}

size_t wb_wave_header(uint8_t header[WB_WAVE_HEADER_SIZE], WbFormat format, unsigned rate,
                      unsigned channels, uint64_t frames)
{
    bool floating = wb_format_bits(format) == 0;
    unsigned sample_bytes = floating ? 4 : wb_format_bits(format) / 8;
    unsigned frame_bytes = sample_bytes * channels;
    uint64_t data_bytes = frames * frame_bytes;
    size_t size = floating ? 94 : 80;
    uint64_t riff_bytes = size - 8 + data_bytes + data_bytes % 2;
    bool rf64 = format == WB_FORMAT_RF64 || riff_bytes > UINT32_MAX;
    uint8_t *to = header;

    to = put_name(to, rf64 ? "RF64" : "RIFF");
    to = put(to, rf64 ? UINT32_MAX : riff_bytes, 4);
    to = put_name(to, "WAVE");

    to = put_name(to, rf64 ? "ds64" : "JUNK");
    to = put(to, 28, 4);
    to = put(to, rf64 ? riff_bytes : 0, 8);
    to = put(to, rf64 ? data_bytes : 0, 8);
    to = put(to, rf64 ? frames : 0, 8);
    to = put(to, 0, 4); /* no table of further sizes */

    to = put_name(to, "fmt ");
    to = put(to, floating ? 18 : 16, 4);
    to = put(to, floating ? TAG_FLOAT : TAG_PCM, 2);
    to = put(to, channels, 2);
    to = put(to, rate, 4);
    to = put(to, (uint64_t)rate * frame_bytes, 4);
    to = put(to, frame_bytes, 2);
    to = put(to, sample_bytes * 8, 2);
    if (floating) {
        to = put(to, 0, 2); /* no extension */
        to = put_name(to, "fact");
        to = put(to, 4, 4);
        to = put(to, rf64 ? UINT32_MAX : frames, 4);
    }

    to = put_name(to, "data");
    put(to, rf64 ? UINT32_MAX : data_bytes, 4);
    return size;
}
