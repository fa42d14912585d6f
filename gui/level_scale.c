/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/level_scale.h"

#include <glib.h>
#include <math.h>

typedef struct {
    double db, percent;
} Knee;

/* IEC 60268-18, table 1: straight lines in between; above 0 dB it goes on as below. */
static const Knee iec_knees[] = {{-70, 0},  {-60, 2.5}, {-50, 7.5}, {-40, 15},
                                 {-30, 30}, {-20, 50},  {0, 100},   {12, 130}};
/* K-14 in dBFS: 2.5 % a dB from -34 (K -20) on, compressed below. */
static const Knee k14_knees[] = {{-54, 0}, {-34, 15}, {0, 100}};

static const WbLevelMark iec_marks[] = {
    {0, "0", 0},    {-3, "3", 2},   {-6, "6", 1},   {-9, "9", 2},   {-12, "12", 0}, {-15, "15", 2},
    {-18, "18", 1}, {-24, "24", 1}, {-30, "30", 0}, {-40, "40", 1}, {-50, "50", 1}, {-60, "60", 2},
};
static const WbLevelMark fader_marks[] = {
    {12, "+12", 0}, {6, "+6", 1},   {3, "+3", 2},   {0, "0", 0},    {-3, "3", 2},   {-6, "6", 1},
    {-12, "12", 0}, {-18, "18", 2}, {-24, "24", 1}, {-30, "30", 1}, {-40, "40", 1}, {-50, "50", 2},
};
static const WbLevelMark k14_marks[] = {
    {0, "+14", 0},  {-4, "+10", 1}, {-7, "+7", 2},  {-10, "+4", 0}, {-12, "+2", 2},
    {-14, "0", 0},  {-16, "2", 2},  {-18, "4", 1},  {-20, "6", 2},  {-24, "10", 0},
    {-29, "15", 2}, {-34, "20", 1}, {-44, "30", 1},
};

static const Knee *knees_of(WbLevelScale scale, size_t *count, double *top_percent)
{
    if (scale == WB_SCALE_K14) {
        *count = G_N_ELEMENTS(k14_knees);
        *top_percent = 100;
        return k14_knees;
    }
    *count = G_N_ELEMENTS(iec_knees);
    *top_percent = scale == WB_SCALE_FADER ? 130 : 100;
    return iec_knees;
}

double wb_level_scale_position(WbLevelScale scale, double db)
{
    size_t count;
    double top;
    const Knee *knee = knees_of(scale, &count, &top);
    if (!(db > knee[0].db))
        return 0;
    for (size_t i = 1; i < count; i++) {
        if (db > knee[i].db)
            continue;
        const double part = (db - knee[i - 1].db) / (knee[i].db - knee[i - 1].db);
        const double percent = knee[i - 1].percent + part * (knee[i].percent - knee[i - 1].percent);
        return fmin(percent / top, 1);
    }
    return 1;
}

double wb_level_scale_db(WbLevelScale scale, double position)
{
    size_t count;
    double top;
    const Knee *knee = knees_of(scale, &count, &top);
    const double percent = position * top;
    if (!(percent > 0))
        return -INFINITY;
    for (size_t i = 1; i < count; i++) {
        if (percent > knee[i].percent)
            continue;
        const double part =
            (percent - knee[i - 1].percent) / (knee[i].percent - knee[i - 1].percent);
        return knee[i - 1].db + part * (knee[i].db - knee[i - 1].db);
    }
    return knee[count - 1].db;
}

const WbLevelMark *wb_level_scale_marks(WbLevelScale scale, size_t *count)
{
    switch (scale) {
    case WB_SCALE_FADER:
        *count = G_N_ELEMENTS(fader_marks);
        return fader_marks;
    case WB_SCALE_K14:
        *count = G_N_ELEMENTS(k14_marks);
        return k14_marks;
    case WB_SCALE_IEC:
        break;
    }
    *count = G_N_ELEMENTS(iec_marks);
    return iec_marks;
}

double wb_level_scale_loud_db(WbLevelScale scale)
{
    return scale == WB_SCALE_K14 ? WB_K14_ZERO_DB : -9;
}

double wb_level_scale_clip_db(WbLevelScale scale)
{
    return scale == WB_SCALE_K14 ? WB_K14_ZERO_DB + 4 : -1;
}
