/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The head of a WAV file that turns into RF64 where 32 bits do not hold its size, by a reserved
 * JUNK chunk in the place of ds64 (EBU Tech 3306, 2009). Thread: any; nothing here has state. */
#pragma once

#include "engine/disk/format.h"

#include <stddef.h>
#include <stdint.h>

#define WB_WAVE_HEADER_SIZE 94 /* at most */

/* Writes the head of a file of `frames` frames, format one of the WAV kinds or RF64, and returns
 * its size, which does not depend on `frames`. The samples follow, little endian, and one byte of
 * zero where their number of bytes is odd. */
size_t wb_wave_header(uint8_t header[WB_WAVE_HEADER_SIZE], WbFormat format, unsigned rate,
                      unsigned channels, uint64_t frames);
