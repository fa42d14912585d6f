/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file that is either complete or not there: written under a temporary name in the same folder,
 * synced to the medium and renamed when it is committed. Thread: each file on one at a time, never
 * the audio thread. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#define WB_OUTPUT_ERROR (wb_output_error_quark())
GQuark wb_output_error_quark(void);

typedef enum {
    WB_OUTPUT_ERROR_TARGET, /* is a folder or a device, or its folder does not take files */
    WB_OUTPUT_ERROR_FULL,   /* disk full, quota or size limit reached */
    WB_OUTPUT_ERROR_WRITE,  /* the medium failed */
    WB_OUTPUT_ERROR_FORMAT, /* the format does not take this rate, or is not built in */
} WbOutputError;

typedef struct WbOutputFile WbOutputFile;

/* A link is followed; what is at `path` stays as it is until the commit. */
WbOutputFile *wb_output_file_new(const char *path, GError **error);

/* Not committed: removes what was written. */
void wb_output_file_free(WbOutputFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WbOutputFile, wb_output_file_free)

/* Writes at the current place, returns the bytes written. Once less than all could be written, the
 * file remembers why and takes nothing more: wb_output_file_check() tells. */
size_t wb_output_file_write(WbOutputFile *file, const void *data, size_t bytes);

/* As lseek(2). */
gint64 wb_output_file_seek(WbOutputFile *file, gint64 offset, int whence);

/* False if anything failed to be written so far. */
bool wb_output_file_check(const WbOutputFile *file, GError **error);

/* Syncs and closes the file under its temporary name: what can fail for lack of space has then been
 * done. To be called once, nothing may be written afterwards. */
bool wb_output_file_finish(WbOutputFile *file, GError **error);

/* Gives the file its name, after finishing it if that is still to be done. To be called once. */
bool wb_output_file_commit(WbOutputFile *file, GError **error);
