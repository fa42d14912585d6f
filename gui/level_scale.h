/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a level stands on a meter or fader. Positions: 0 at the bottom to 1 at the top.
 * Thread: any; pure functions. */
#pragma once

#include <stddef.h>

typedef enum {
    /* The deflection of IEC 60268-18 digital peak meters: 0 dBFS at the top, -70 at the bottom,
     * finer above -20. */
    WB_SCALE_IEC,
    /* The same up to +12 dB: for faders, and meters beside them. */
    WB_SCALE_FADER,
    /* Bob Katz's K-14: 0 stands for -14 dBFS, +14 at the top, -30 at the bottom, the same distance
     * for each dB from -20 on. */
    WB_SCALE_K14,
} WbLevelScale;

#define WB_SCALE_FADER_TOP_DB 12.0
#define WB_K14_ZERO_DB (-14.0)

/* db: dBFS or a fader's gain, -INFINITY too. */
double wb_level_scale_position(WbLevelScale scale, double db);
/* The way back; -INFINITY at the bottom. */
double wb_level_scale_db(WbLevelScale scale, double position);

typedef struct {
    double db; /* dBFS or gain */
    const char *text;
    int weight; /* 0: always shown, 1: where there is room, 2: where there is plenty */
} WbLevelMark;

/* From the top down. */
const WbLevelMark *wb_level_scale_marks(WbLevelScale scale, size_t *count);

/* From where on a level is loud (amber), and from where on too loud (red), dBFS. */
double wb_level_scale_loud_db(WbLevelScale scale);
double wb_level_scale_clip_db(WbLevelScale scale);
