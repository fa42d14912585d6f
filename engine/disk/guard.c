/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/disk/guard.h"

#include <strings.h>

static const struct {
    const char *name;
    double ahead, batch; /* seconds */
} levels[WB_GUARDS] = {
    [WB_GUARD_OFF] = {"off", 1, 0.1},
    [WB_GUARD_LOW] = {"low", 1, 0.1},
    [WB_GUARD_NORMAL] = {"normal", 4, 0.3},
    [WB_GUARD_HIGH] = {"high", 10, 0.6},
};

const char *wb_guard_name(WbGuard guard)
{
    return levels[guard].name;
}

bool wb_guard_parse(const char *text, WbGuard *guard)
{
    for (int i = 0; i < WB_GUARDS; i++) {
        if (strcasecmp(text, levels[i].name) == 0) {
            *guard = (WbGuard)i;
            return true;
        }
    }
    return false;
}

double wb_guard_ahead(WbGuard guard)
{
    return levels[guard].ahead;
}

double wb_guard_batch(WbGuard guard)
{
    return levels[guard].batch;
}
