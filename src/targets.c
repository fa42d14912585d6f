/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "src/targets.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <inttypes.h>
#include <sys/stat.h>

struct WbTargets {
    GHashTable *session, *added; /* identities of files */
};

/* What is the same for two paths that lead to one file, be it there or yet to be made. */
static char *identity_of(const char *path)
{
    struct stat status;
    if (stat(path, &status) == 0)
        return g_strdup_printf("%ju:%ju", (uintmax_t)status.st_dev, (uintmax_t)status.st_ino);
    g_autofree char *folder = g_path_get_dirname(path);
    if (stat(folder, &status) != 0)
        return g_canonicalize_filename(path, NULL);
    g_autofree char *name = g_path_get_basename(path);
    return g_strdup_printf("%ju:%ju/%s", (uintmax_t)status.st_dev, (uintmax_t)status.st_ino, name);
}

WbTargets *wb_targets_new(const WbSession *session)
{
    WbTargets *targets = g_new0(WbTargets, 1);
    targets->session = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    targets->added = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autofree char *document = g_build_filename(session->folder, WB_SESSION_FILE, NULL);
    g_hash_table_add(targets->session, identity_of(document));
    for (guint t = 0; t < session->tracks->len; t++) {
        const WbTrack *track = g_ptr_array_index(session->tracks, t);
        for (guint c = 0; c < track->clips->len; c++) {
            g_autofree char *path =
                wb_session_clip_path(session, g_ptr_array_index(track->clips, c));
            g_hash_table_add(targets->session, identity_of(path));
        }
    }
    return targets;
}

void wb_targets_free(WbTargets *targets)
{
    g_hash_table_unref(targets->session);
    g_hash_table_unref(targets->added);
    g_free(targets);
}

static bool refuse(const char *path, const char *reason, GError **error)
{
    g_autofree char *shown = g_filename_display_name(path);
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "%s: %s", shown, reason);
    return false;
}

bool wb_targets_add(WbTargets *targets, const char *path, GError **error)
{
    g_autofree char *identity = identity_of(path);
    if (g_hash_table_contains(targets->session, identity))
        return refuse(path,
                      _("the session is made of this file, which must not be overwritten; choose "
                        "another name or folder"),
                      error);
    if (g_hash_table_add(targets->added, g_steal_pointer(&identity)))
        return true;
    return refuse(path, _("two of the files to be written have this name; choose another for one"),
                  error);
}
