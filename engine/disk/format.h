/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The formats that audio can be written in. Thread: any; nothing here has state. */
#pragma once

#include <stdbool.h>

typedef enum {
    WB_FORMAT_WAV,       /* WAV, 16 bits, dithered */
    WB_FORMAT_WAV_24,    /* WAV, 24 bits, dithered */
    WB_FORMAT_WAV_FLOAT, /* WAV, 32-bit float: nothing is clipped */
    WB_FORMAT_RF64,      /* RF64, 24 bits, dithered; the WAV kinds turn into RF64 beyond 4 GB */
    WB_FORMAT_FLAC,      /* FLAC, 24 bits, dithered */
    WB_FORMAT_OGG,       /* Ogg Vorbis, quality 8 of 10: about 256 kbit/s in stereo */
    WB_FORMAT_OPUS,      /* Opus, 96 kbit/s per channel; 8, 12, 16, 24 or 48 kHz only */
} WbFormat;

#define WB_FORMATS 7

/* "wav", "wav-24", "wav-float", "rf64", "flac", "ogg" or "opus". */
const char *wb_format_name(WbFormat format);

/* What a file's name ends in, with the dot. */
const char *wb_format_extension(WbFormat format);

/* Bits of an integer sample; 0 where samples are written as float. */
unsigned wb_format_bits(WbFormat format);

/* Reads what wb_format_name() writes, in any case of letters; false if it is none of them. */
bool wb_format_parse(const char *text, WbFormat *format);

/* The format that a file's name ends in: .wav is 16 bits; false if it ends in none of them. */
bool wb_format_from_path(const char *path, WbFormat *format);
