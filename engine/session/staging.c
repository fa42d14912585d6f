/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/session/staging.h"

#include "engine/session/session.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE_BYTES (4u << 20)

struct WbStaging {
    char *target;
    char *parent;
    char *path; /* NULL once it is in its place */
};

static bool fail(GError **error, WbSessionError code, const char *path, const char *message)
{
    g_autofree char *shown = g_filename_display_name(path);
    g_set_error(error, WB_SESSION_ERROR, code, "%s: %s", shown, message);
    return false;
}

static bool fail_write(GError **error, const char *path, int reason)
{
    g_autofree char *message = g_strdup_printf(
        _("cannot be written: %s; make room or choose another place"), g_strerror(reason));
    return fail(error, WB_SESSION_ERROR_WRITE, path, message);
}

static bool fail_exists(GError **error, const char *path)
{
    return fail(error, WB_SESSION_ERROR_EXISTS, path,
                _("is there already; choose another name, or remove it first"));
}

static bool is_empty_folder(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    return dir != NULL && g_dir_read_name(dir) == NULL;
}

static bool sync_folder(const char *path)
{
    const int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return false;
    const bool synced = fsync(folder) == 0;
    close(folder);
    return synced;
}

WbStaging *wb_staging_new(const char *target, GError **error)
{
    GStatBuf status;
    if (g_lstat(target, &status) == 0 && !(S_ISDIR(status.st_mode) && is_empty_folder(target))) {
        fail_exists(error, target);
        return NULL;
    }
    g_autoptr(WbStaging) staging = g_new0(WbStaging, 1);
    staging->target = g_canonicalize_filename(target, NULL);
    staging->parent = g_path_get_dirname(staging->target);
    g_autofree char *base = g_path_get_basename(staging->target);
    g_autofree char *template = g_strdup_printf("%s/.%.64s.XXXXXX", staging->parent, base);
    if (g_mkdtemp_full(template, 0777) == NULL) {
        fail_write(error, staging->parent, errno);
        return NULL;
    }
    staging->path = g_steal_pointer(&template);
    return g_steal_pointer(&staging);
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status;
    (void)kind;
    (void)walk;
    remove(path);
    return 0;
}

void wb_staging_free(WbStaging *staging)
{
    if (staging == NULL)
        return;
    if (staging->path != NULL)
        nftw(staging->path, remove_entry, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
    g_free(staging->path);
    g_free(staging->parent);
    g_free(staging->target);
    g_free(staging);
}

const char *wb_staging_path(const WbStaging *staging)
{
    return staging->path;
}

bool wb_staging_add_folder(WbStaging *staging, const char *name, GError **error)
{
    g_autofree char *path = g_build_filename(staging->path, name, NULL);
    return g_mkdir(path, 0777) == 0 || fail_write(error, staging->target, errno);
}

static ssize_t write_all(int file, const char *bytes, size_t size)
{
    for (size_t done = 0; done < size;) {
        const ssize_t put = TEMP_FAILURE_RETRY(write(file, bytes + done, size - done));
        if (put < 0)
            return -1;
        done += (size_t)put;
    }
    return (ssize_t)size;
}

/* Bytes copied, 0 at the end, -1 with errno. The kernel shares the blocks where it can; `*buffer`
 * is made when it turns out that it cannot copy between these files at all. */
static ssize_t copy_piece(int from, int to, char **buffer)
{
    if (*buffer == NULL) {
        const ssize_t copied =
            TEMP_FAILURE_RETRY(copy_file_range(from, NULL, to, NULL, PIECE_BYTES, 0));
        if (copied >= 0 ||
            (errno != EXDEV && errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP))
            return copied;
        *buffer = g_malloc(PIECE_BYTES);
    }
    const ssize_t got = TEMP_FAILURE_RETRY(read(from, *buffer, PIECE_BYTES));
    return got <= 0 ? got : write_all(to, *buffer, (size_t)got);
}

/* 0, or an errno; ECANCELED when a step asked to stop. */
static int copy_content(int from, int to, WbStagingStep step, void *data)
{
    g_autofree char *buffer = NULL;
    for (;;) {
        const ssize_t copied = copy_piece(from, to, &buffer);
        if (copied < 0)
            return errno;
        if (copied == 0)
            return fsync(to) == 0 ? 0 : errno;
        if (!step((guint64)copied, data))
            return ECANCELED;
    }
}

static int copy_file(const char *from_path, const char *to_path, WbStagingStep step, void *data)
{
    const int from = open(from_path, O_RDONLY | O_CLOEXEC);
    if (from < 0)
        return errno;
    int trouble;
    const int to = open(to_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (to < 0) {
        trouble = errno;
    } else {
        trouble = copy_content(from, to, step, data);
        if (close(to) != 0 && trouble == 0)
            trouble = errno;
    }
    close(from);
    return trouble;
}

bool wb_staging_add_copy(WbStaging *staging, const char *from, const char *name, WbStagingStep step,
                         void *data, GError **error)
{
    g_autofree char *to = g_build_filename(staging->path, name, NULL);
    const int trouble = copy_file(from, to, step, data);
    if (trouble == 0)
        return true;
    if (trouble == ECANCELED) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("stopped"));
        return false;
    }
    g_autofree char *from_shown = g_filename_display_name(from);
    g_autofree char *target_shown = g_filename_display_name(staging->target);
    g_set_error(error, WB_SESSION_ERROR, WB_SESSION_ERROR_WRITE,
                _("%s: cannot be copied to %s: %s; make room or choose another place"), from_shown,
                target_shown, g_strerror(trouble));
    return false;
}

bool wb_staging_commit(WbStaging *staging, GError **error)
{
    if (!sync_folder(staging->path))
        return fail_write(error, staging->target, errno);
    if (g_rename(staging->path, staging->target) != 0) {
        if (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR)
            return fail_exists(error, staging->target);
        return fail_write(error, staging->target, errno);
    }
    g_clear_pointer(&staging->path, g_free);
    return sync_folder(staging->parent) || fail_write(error, staging->target, errno);
}
