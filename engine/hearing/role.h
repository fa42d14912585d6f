/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The role of a track in the mix: who is to be heard, and who makes room.
 * Thread: any; nothing here has state. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef enum {
    WB_ROLE_LEAD,       /* is to be heard; never yields */
    WB_ROLE_SUPPORT,    /* yields to leads; background yields to it */
    WB_ROLE_BACKGROUND, /* yields to leads and supports */
} WbRole;

#define WB_ROLES 3

/* An index of tracks that is none. */
#define WB_NO_TRACK ((size_t)-1)

/* "lead", "support" or "background": as written in sessions, reports and roles.json. */
const char *wb_role_name(WbRole role);

/* Reads what wb_role_name() writes, in any case of letters; false if it is none of them. */
bool wb_role_parse(const char *text, WbRole *role);
