/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What lies in a folder of stems, before it becomes a session.
 *
 * Thread: main, or any one thread at a time. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define WB_ROLES_FILE "roles.json"

typedef struct {
    char *file;            /* its name in the folder, in the file system's bytes */
    char *text;            /* the same in UTF-8, composed */
    char *name;            /* text without extension */
    unsigned rate;         /* Hz */
    unsigned channels;     /* 1 or 2 */
    gint64 frames;         /* at its own rate, > 0 */
    gint64 time_reference; /* frames since midnight at its own rate, or -1 */
} WbStem;

/* The audio files of the folder, of WbStem, at least one, in natural order. Sub-folders are not
 * entered. What is skipped is added to `notes` as a message, but for hidden files and roles.json.
 * An audio file that cannot be read is an error (WB_AUDIO_FILE_ERROR), so is a folder that cannot
 * be read or has no audio (WB_SESSION_ERROR_READ, _IMPORT). */
GPtrArray *wb_stems_list(const char *folder, GPtrArray *notes, GError **error);
