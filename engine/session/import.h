/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes a session from a folder of stems: finds the audio files, gives each a track with a role
 * from roles.json or guessed from its name, and copies or links the audio.
 *
 * Thread: main, or any one thread at a time. */
#pragma once

#include "engine/session/session.h"

/* `share` of the work is done, 0..1; false stops the import. */
typedef bool (*WbImportProgress)(double share, void *data);

typedef struct {
    const char *stems;         /* the folder to import */
    const char *target;        /* the session's folder: must not exist, or be empty */
    int sample_rate;           /* of the session; 0: the one most files have */
    bool link;                 /* refer to the files where they are */
    bool timestamps;           /* positions from Broadcast Wave time stamps; the earliest is 0 */
    WbImportProgress progress; /* NULL: neither told nor stopped */
    void *progress_data;
} WbImportOptions;

typedef struct {
    WbSession *session;
    GPtrArray *reasons; /* of text: for each track, where its role is from */
    GPtrArray *notes;   /* of text: what the user should know, a line each */
    unsigned leads;     /* tracks with the role lead; without one nothing yields */
} WbImported;

/* Nothing is left behind unless it returns a result. Errors: WB_SESSION_ERROR_* as said in stems.h,
 * roles_file.h and staging.h, WB_SESSION_ERROR_VALUE for a sample rate out of range,
 * WB_AUDIO_FILE_ERROR_*, G_IO_ERROR_CANCELLED. */
WbImported *wb_import(const WbImportOptions *options, GError **error);
void wb_imported_free(WbImported *imported);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WbImported, wb_imported_free)
