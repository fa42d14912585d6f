/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roles.json: what the user says of the stems, as a map of file to role,
 *
 *     {"vox.wav": "lead", "pad": "background"}
 *
 * or as a list with more:
 *
 *     {"tracks": [{"file": "vox.wav", "role": "lead", "name": "Vox", "reference_gain_db": -6.4}]}
 *
 * of which "name" and "reference_gain_db" may be missing, and other keys are not looked at. Files
 * may be named with or without their extension.
 *
 * Thread: main, or any one thread at a time. */
#pragma once

#include "engine/hearing/role.h"

#include <glib.h>

typedef struct {
    char *file;  /* as written, composed */
    char *place; /* for messages: the file and which entry */
    WbRole role;
    char *name; /* NULL: that of the file */
    double gain_db;
} WbRolesEntry;

/* Of WbRolesEntry. NULL with WB_SESSION_ERROR_READ, _SYNTAX, or _VALUE. */
GPtrArray *wb_roles_file_read(const char *path, GError **error);

/* Which entry each stem has: entries[n] for stems[n] (of WbStem), NULL for a stem that is not
 * mentioned. WB_SESSION_ERROR_IMPORT if an entry fits no stem or several, or a stem has two;
 * `folder` stands in messages. Free with g_free(). */
const WbRolesEntry **wb_roles_match(const GPtrArray *entries, const GPtrArray *stems,
                                    const char *folder, GError **error);
