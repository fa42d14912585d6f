/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gui/recovery.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* The first line of a file: process id, a blank, the session's folder; the document follows. */

struct WbRecovery {
    char *folder, *path;
};

static char *recovery_folder(void)
{
    return g_build_filename(g_get_user_state_dir(), PACKAGE, "recovery", NULL);
}

WbRecovery *wb_recovery_new(const char *folder)
{
    WbRecovery *recovery = g_new0(WbRecovery, 1);
    recovery->folder = g_canonicalize_filename(folder, NULL);
    g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA1, recovery->folder, -1);
    g_autofree char *name = g_strconcat(sum, ".session", NULL);
    g_autofree char *where = recovery_folder();
    recovery->path = g_build_filename(where, name, NULL);
    return recovery;
}

void wb_recovery_free(WbRecovery *recovery)
{
    if (recovery == NULL)
        return;
    g_free(recovery->folder);
    g_free(recovery->path);
    g_free(recovery);
}

/* The folder it is of, and where the document begins; NULL if the file is none of ours or its
 * program still runs. */
static char *read_head(char *text, char **document)
{
    char *line_end = strchr(text, '\n');
    char *blank;
    const gint64 process = g_ascii_strtoll(text, &blank, 10);
    if (line_end == NULL || *blank != ' ' || blank > line_end || process <= 0)
        return NULL;
    if (process != getpid() && (kill((pid_t)process, 0) == 0 || errno == EPERM))
        return NULL;
    *document = line_end + 1;
    return g_strndup(blank + 1, (gsize)(line_end - blank - 1));
}

WbSession *wb_recovery_load(WbRecovery *recovery)
{
    g_autofree char *text = NULL;
    gsize length;
    char *document;
    if (!g_file_get_contents(recovery->path, &text, &length, NULL))
        return NULL;
    g_autofree char *folder = read_head(text, &document);
    if (folder == NULL)
        return NULL;
    WbSession *session =
        wb_session_parse(document, length - (gsize)(document - text), recovery->path, NULL);
    if (session != NULL) {
        g_free(session->folder);
        session->folder = g_steal_pointer(&folder);
    }
    return session;
}

bool wb_recovery_keep(WbRecovery *recovery, const WbSession *session, GError **error)
{
    g_autofree char *where = g_path_get_dirname(recovery->path);
    g_autofree char *document = wb_session_to_text(session);
    g_autofree char *text =
        g_strdup_printf("%ld %s\n%s", (long)getpid(), recovery->folder, document);
    g_mkdir_with_parents(where, 0700);
    return g_file_set_contents_full(recovery->path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                    error);
}

void wb_recovery_forget(WbRecovery *recovery)
{
    g_unlink(recovery->path);
}

char *wb_recovery_find(void)
{
    g_autofree char *where = recovery_folder();
    g_autoptr(GDir) folder = g_dir_open(where, 0, NULL);
    const char *name;
    while (folder != NULL && (name = g_dir_read_name(folder)) != NULL) {
        g_autofree char *path = g_build_filename(where, name, NULL);
        g_autofree char *text = NULL;
        char *document;
        if (!g_file_get_contents(path, &text, NULL, NULL))
            continue;
        g_autofree char *session = read_head(text, &document);
        if (session != NULL && g_file_test(session, G_FILE_TEST_IS_DIR))
            return g_steal_pointer(&session);
    }
    return NULL;
}
