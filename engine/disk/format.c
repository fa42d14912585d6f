/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/disk/format.h"

#include <string.h>
#include <strings.h>

static const struct {
    const char *name, *extension;
    unsigned bits;
} formats[WB_FORMATS] = {
    [WB_FORMAT_WAV] = {"wav", ".wav", 16},
    [WB_FORMAT_WAV_24] = {"wav-24", ".wav", 24},
    [WB_FORMAT_WAV_FLOAT] = {"wav-float", ".wav", 0},
    [WB_FORMAT_RF64] = {"rf64", ".rf64", 24},
    [WB_FORMAT_FLAC] = {"flac", ".flac", 24},
    [WB_FORMAT_OGG] = {"ogg", ".ogg", 0},
    [WB_FORMAT_OPUS] = {"opus", ".opus", 0},
};

const char *wb_format_name(WbFormat format)
{
    return formats[format].name;
}

const char *wb_format_extension(WbFormat format)
{
    return formats[format].extension;
}

unsigned wb_format_bits(WbFormat format)
{
    return formats[format].bits;
}

bool wb_format_parse(const char *text, WbFormat *format)
{
    for (int i = 0; i < WB_FORMATS; i++) {
        if (strcasecmp(text, formats[i].name) == 0) {
            *format = (WbFormat)i;
            return true;
        }
    }
    return false;
}

bool wb_format_from_path(const char *path, WbFormat *format)
{
    const char *extension = strrchr(path, '.');

    for (int i = 0; extension && i < WB_FORMATS; i++) {
        if (strcasecmp(extension, formats[i].extension) == 0) {
            *format = (WbFormat)i;
            return true;
        }
    }
    return false;
}
