/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file to be written, of two kinds. One is either complete or not there: written under a
 * temporary name in the same folder, synced to the medium and renamed when it is committed. The
 * other is written in place, for what must outlive the program: it is there under its own name from
 * the start, and what has been written stays. Thread: each file on one at a time, never the audio
 * thread. */
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
    WB_OUTPUT_ERROR_EXISTS, /* there is such a file, and none was to be replaced */
} WbOutputError;

typedef struct WbOutputFile WbOutputFile;

/* A link is followed; what is at `path` stays as it is until the commit. */
WbOutputFile *wb_output_file_new(const char *path, GError **error);

/* In place: makes the file at `path`, where there must be none, not even a link. */
WbOutputFile *wb_output_file_new_in_place(const char *path, GError **error);

/* Not committed: removes what was written, unless that is in place. */
void wb_output_file_free(WbOutputFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WbOutputFile, wb_output_file_free)

/* Writes at the current place, returns the bytes written. Once less than all could be written, the
 * file remembers why and takes nothing more: wb_output_file_check() tells. */
size_t wb_output_file_write(WbOutputFile *file, const void *data, size_t bytes);

/* As lseek(2). */
gint64 wb_output_file_seek(WbOutputFile *file, gint64 offset, int whence);

/* Writes over what has been written at `offset`, and stays at the current place. Done even when the
 * file takes nothing more: it needs no space. */
void wb_output_file_replace(WbOutputFile *file, gint64 offset, const void *data, size_t bytes);

/* Cuts off what has been written from `length` on. */
void wb_output_file_cut(WbOutputFile *file, gint64 length);

/* Brings what has been written so far to the medium, so that it outlives a loss of power; until
 * then it outlives the program only. Waits for the medium. */
bool wb_output_file_sync(WbOutputFile *file, GError **error);

/* False if anything failed to be written so far. */
bool wb_output_file_check(const WbOutputFile *file, GError **error);

/* Syncs and closes the file, still under its temporary name if it has one: what can fail for lack
 * of space has then been done. To be called once, nothing may be written afterwards. */
bool wb_output_file_finish(WbOutputFile *file, GError **error);

/* Gives the file its name, unless it is in place, after finishing it if that is still to be done.
 * To be called once. */
bool wb_output_file_commit(WbOutputFile *file, GError **error);
