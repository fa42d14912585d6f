/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/disk/output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX ".part-XXXXXX"

struct WbOutputFile {
    char *path;      /* as the caller named it */
    char *target;    /* the same without links */
    char *temporary; /* NULL once renamed, and in place */
    int descriptor;
    bool folder_synced;
    int failure; /* errno of the first write that failed, or 0 */
    guint64 written;
};

/* Not G_DEFINE_QUARK(): its variable is written without a lock, and files fail on any thread. */
GQuark wb_output_error_quark(void)
{
    return g_quark_from_static_string("wb-output-error-quark");
}

static bool fail(GError **error, WbOutputError code, const char *path, char *message)
{
    g_autofree char *name = g_filename_display_name(path);
    g_set_error(error, WB_OUTPUT_ERROR, code, "%s: %s", name, message);
    g_free(message);
    return false;
}

static bool fail_long(GError **error, const char *path)
{
    return fail(error, WB_OUTPUT_ERROR_TARGET, path,
                g_strdup(_("the name is longer than the disk takes; choose a shorter one")));
}

static bool fail_folder(GError **error, const char *path, const char *folder, int reason)
{
    g_autofree char *name = g_filename_display_name(folder);

    switch (reason) {
    case EEXIST:
        return fail(error, WB_OUTPUT_ERROR_EXISTS, path,
                    g_strdup(_("exists and is not overwritten; choose another name")));
    case ENAMETOOLONG:
        return fail_long(error, path);
    case ENOENT:
    case ENOTDIR:
        return fail(error, WB_OUTPUT_ERROR_TARGET, path,
                    g_strdup_printf(_("there is no folder %s; create it first"), name));
    case EACCES:
    case EPERM:
    case EROFS:
        return fail(error, WB_OUTPUT_ERROR_TARGET, path,
                    g_strdup_printf(_("the folder %s cannot be written to (%s); choose another "
                                      "one or change its permissions"),
                                    name, g_strerror(reason)));
    case ENOSPC:
    case EDQUOT:
        return fail(error, WB_OUTPUT_ERROR_FULL, path,
                    g_strdup_printf(_("no file fits into the folder %s (%s); make room or choose "
                                      "another disk"),
                                    name, g_strerror(reason)));
    case EMFILE:
        return fail(error, WB_OUTPUT_ERROR_TARGET, path,
                    g_strdup(_("too many files are open; raise the limit with \"ulimit -n\"")));
    default:
        return fail(
            error, WB_OUTPUT_ERROR_TARGET, path,
            g_strdup_printf(_("cannot be created in the folder %s: %s"), name, g_strerror(reason)));
    }
}

static bool fail_write(GError **error, const WbOutputFile *file)
{
    g_autofree char *size = g_format_size(file->written);

    switch (file->failure) {
    case ENOSPC:
        return fail(error, WB_OUTPUT_ERROR_FULL, file->path,
                    g_strdup_printf(_("the disk is full after %s; make room or choose another "
                                      "disk"),
                                    size));
    case EDQUOT:
        return fail(error, WB_OUTPUT_ERROR_FULL, file->path,
                    g_strdup_printf(_("the disk quota is used up after %s; make room or choose "
                                      "another disk"),
                                    size));
    case EFBIG:
        return fail(error, WB_OUTPUT_ERROR_FULL, file->path,
                    g_strdup_printf(_("grew larger than files may be here, after %s; choose "
                                      "another disk, or raise the limit with \"ulimit -f\""),
                                    size));
    default:
        return fail(error, WB_OUTPUT_ERROR_WRITE, file->path,
                    g_strdup_printf(_("cannot be written: %s"), g_strerror(file->failure)));
    }
}

/* Renaming would replace a device node, /dev/null say, by a file. */
static bool check_target(const char *path, GError **error)
{
    struct stat status;

    if (stat(path, &status) != 0)
        return errno != ENAMETOOLONG || fail_long(error, path);
    if (S_ISREG(status.st_mode))
        return true;
    return fail(error, WB_OUTPUT_ERROR_TARGET, path,
                g_strdup(S_ISDIR(status.st_mode) ? _("is a folder; name a file")
                                                 : _("is not a regular file; name another one")));
}

WbOutputFile *wb_output_file_new(const char *path, GError **error)
{
    if (!check_target(path, error))
        return NULL;

    char *resolved = realpath(path, NULL);
    g_autofree char *target = g_strdup(resolved ? resolved : path);
    free(resolved);
    g_autofree char *folder = g_path_get_dirname(target);
    g_autofree char *name = g_path_get_basename(target);
    g_autofree char *temporary =
        g_strdup_printf("%s/.%.*s" SUFFIX, folder, (int)(NAME_MAX - sizeof SUFFIX), name);
    int descriptor = g_mkstemp_full(temporary, O_WRONLY | O_CLOEXEC, 0666);
    if (descriptor < 0) {
        fail_folder(error, path, folder, errno);
        return NULL;
    }
    WbOutputFile *file = g_new0(WbOutputFile, 1);
    file->path = g_strdup(path);
    file->target = g_steal_pointer(&target);
    file->temporary = g_steal_pointer(&temporary);
    file->descriptor = descriptor;
    return file;
}

WbOutputFile *wb_output_file_new_in_place(const char *path, GError **error)
{
    int descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
    if (descriptor < 0) {
        int reason = errno;
        g_autofree char *folder = g_path_get_dirname(path);
        fail_folder(error, path, folder, reason);
        return NULL;
    }
    WbOutputFile *file = g_new0(WbOutputFile, 1);
    file->path = g_strdup(path);
    file->target = g_strdup(path);
    file->descriptor = descriptor;
    return file;
}

void wb_output_file_free(WbOutputFile *file)
{
    if (!file)
        return;
    if (file->descriptor >= 0)
        close(file->descriptor);
    if (file->temporary)
        g_unlink(file->temporary);
    g_free(file->temporary);
    g_free(file->target);
    g_free(file->path);
    g_free(file);
}

/* The first one explains those that follow. */
static void keep_failure(WbOutputFile *file)
{
    if (file->failure == 0)
        file->failure = errno;
}

size_t wb_output_file_write(WbOutputFile *file, const void *data, size_t bytes)
{
    const char *from = data;
    size_t done = 0;

    while (done < bytes && file->failure == 0) {
        ssize_t written = write(file->descriptor, from + done, bytes - done);
        if (written >= 0)
            done += (size_t)written;
        else if (errno != EINTR)
            keep_failure(file);
    }
    file->written += done;
    return done;
}

gint64 wb_output_file_seek(WbOutputFile *file, gint64 offset, int whence)
{
    off_t place = lseek(file->descriptor, offset, whence);

    if (place < 0)
        keep_failure(file);
    return place;
}

bool wb_output_file_check(const WbOutputFile *file, GError **error)
{
    return file->failure == 0 || fail_write(error, file);
}

/* The new name itself is safe only when its folder is on the medium; where a file system does not
 * sync folders there is nothing more to do. */
static void sync_folder(WbOutputFile *file)
{
    if (file->folder_synced)
        return;
    file->folder_synced = true;
    g_autofree char *folder = g_path_get_dirname(file->target);
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (descriptor < 0)
        return;
    (void)fsync(descriptor);
    close(descriptor);
}

void wb_output_file_replace(WbOutputFile *file, gint64 offset, const void *data, size_t bytes)
{
    const char *from = data;
    size_t done = 0;

    while (done < bytes) {
        ssize_t written =
            pwrite(file->descriptor, from + done, bytes - done, (off_t)offset + (off_t)done);
        if (written >= 0) {
            done += (size_t)written;
        } else if (errno != EINTR) {
            keep_failure(file);
            return;
        }
    }
}

void wb_output_file_cut(WbOutputFile *file, gint64 length)
{
    if (ftruncate(file->descriptor, length) != 0)
        keep_failure(file);
}

/* Some file systems have nothing to sync. */
static void sync_data(WbOutputFile *file, int (*sync)(int descriptor))
{
    if (file->failure == 0 && sync(file->descriptor) != 0 && errno != EINVAL)
        file->failure = errno;
}

bool wb_output_file_sync(WbOutputFile *file, GError **error)
{
    sync_data(file, fdatasync);
    if (!file->temporary)
        sync_folder(file);
    return wb_output_file_check(file, error);
}

bool wb_output_file_finish(WbOutputFile *file, GError **error)
{
    sync_data(file, fsync);
    if (!file->temporary)
        sync_folder(file);
    if (close(file->descriptor) != 0)
        keep_failure(file);
    file->descriptor = -1;
    return wb_output_file_check(file, error);
}

bool wb_output_file_commit(WbOutputFile *file, GError **error)
{
    if (file->descriptor >= 0 && !wb_output_file_finish(file, error))
        return false;
    if (file->failure == 0 && file->temporary && rename(file->temporary, file->target) != 0)
        file->failure = errno;
    if (file->failure != 0)
        return fail_write(error, file);
    g_clear_pointer(&file->temporary, g_free);
    sync_folder(file);
    return true;
}
