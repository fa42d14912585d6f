/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Guard levels, as users of Cubase and Reaper know them: how far ahead of the playhead disk and
 * spectra run, and in which portions.
 * Thread: any; nothing here has state. */
#pragma once

#include <stdbool.h>

typedef enum {
    WB_GUARD_OFF,    /* audio 1 s ahead, spectra not at all: they are measured as for live tracks */
    WB_GUARD_LOW,    /* 1 s */
    WB_GUARD_NORMAL, /* 4 s */
    WB_GUARD_HIGH,   /* 10 s */
} WbGuard;

#define WB_GUARDS 4

/* "off", "low", "normal" or "high". */
const char *wb_guard_name(WbGuard guard);

/* Reads what wb_guard_name() writes, in any case of letters; false if it is none of them. */
bool wb_guard_parse(const char *text, WbGuard *guard);

/* How much audio is kept ahead at least, and how much is read in one go, seconds. */
double wb_guard_ahead(WbGuard guard);
double wb_guard_batch(WbGuard guard);
