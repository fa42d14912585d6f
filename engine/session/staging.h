/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder that appears complete or not at all: it is filled under a temporary name beside its
 * place, and renamed when it is whole.
 *
 * Thread: one at a time. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct WbStaging WbStaging;

/* Called after each piece of a copy with the bytes copied since the last call; false: stop. */
typedef bool (*WbStagingStep)(guint64 bytes, void *data);

/* `target` must not exist, or be an empty folder: else WB_SESSION_ERROR_EXISTS. The folder above it
 * must exist and be writable: else WB_SESSION_ERROR_WRITE. */
WbStaging *wb_staging_new(const char *target, GError **error);
/* Not committed: removes all that was written. */
void wb_staging_free(WbStaging *staging);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WbStaging, wb_staging_free)

/* Where to write until wb_staging_commit(). */
const char *wb_staging_path(const WbStaging *staging);
/* A folder inside. */
bool wb_staging_add_folder(WbStaging *staging, const char *name, GError **error);
/* Copies a file to `name` inside, its blocks shared with the original where the file system can do
 * that, and synced. WB_SESSION_ERROR_WRITE, or G_IO_ERROR_CANCELLED when a step asked to stop. */
bool wb_staging_add_copy(WbStaging *staging, const char *from, const char *name, WbStagingStep step,
                         void *data, GError **error);
/* Moves the folder to its place, and syncs. WB_SESSION_ERROR_WRITE, or _EXISTS if something has got
 * there in the meantime. */
bool wb_staging_commit(WbStaging *staging, GError **error);
