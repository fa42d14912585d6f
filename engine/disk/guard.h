/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far ahead of the playhead disk and spectra of playback tracks run: safety against memory.
 * Thread: any; nothing here has state. */
#pragma once

#include <stdbool.h>

typedef enum {
    WB_GUARD_OFF, /* spectra just in time, as for live tracks */
    WB_GUARD_LOW,
    WB_GUARD_NORMAL,
    WB_GUARD_HIGH,
} WbGuard;

#define WB_GUARDS 4

/* "off", "low", "normal" or "high". */
const char *wb_guard_name(WbGuard guard);

/* Reads what wb_guard_name() writes, in any case of letters; false if it is none of them. */
bool wb_guard_parse(const char *text, WbGuard *guard);
