/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/hearing/role.h"

#include <strings.h>

static const char *const names[WB_ROLES] = {
    [WB_ROLE_LEAD] = "lead",
    [WB_ROLE_SUPPORT] = "support",
    [WB_ROLE_BACKGROUND] = "background",
};

const char *wb_role_name(WbRole role)
{
    return names[role];
}

bool wb_role_parse(const char *text, WbRole *role)
{
    for (int i = 0; i < WB_ROLES; i++) {
        if (strcasecmp(text, names[i]) == 0) {
            *role = (WbRole)i;
            return true;
        }
    }
    return false;
}
