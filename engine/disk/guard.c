/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/disk/guard.h"

#include <strings.h>

static const char *const names[WB_GUARDS] = {
    [WB_GUARD_OFF] = "off",
    [WB_GUARD_LOW] = "low",
    [WB_GUARD_NORMAL] = "normal",
    [WB_GUARD_HIGH] = "high",
};

const char *wb_guard_name(WbGuard guard)
{
    return names[guard];
}

bool wb_guard_parse(const char *text, WbGuard *guard)
{
    for (int i = 0; i < WB_GUARDS; i++) {
        if (strcasecmp(text, names[i]) == 0) {
            *guard = (WbGuard)i;
            return true;
        }
    }
    return false;
}
