/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Save as: the session with all its audio, in another folder. */
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "engine/session/staging.h"
#include "gui/mixer_window_private.h"
#include "gui/work.h"

typedef struct {
    WbSession *session;
    char *target;
    guint files, done;
} Copy;

typedef struct {
    WbWork *work;
    const Copy *copy;
} Step;

static void copy_free(gpointer data)
{
    Copy *copy = data;
    wb_session_free(copy->session);
    g_free(copy->target);
    g_free(copy);
}

static bool go_on(guint64 bytes, void *data)
{
    (void)bytes;
    const Step *step = data;
    return wb_work_go_on(step->work, (double)step->copy->done / MAX(step->copy->files, 1));
}

/* Folders on the way to a file inside the session. */
static bool add_folders(WbStaging *staging, GHashTable *made, const char *file, GError **error)
{
    for (const char *slash = strchr(file, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        char *folder = g_strndup(file, (gsize)(slash - file));
        if (!g_hash_table_add(made, folder))
            continue;
        if (!wb_staging_add_folder(staging, folder, error))
            return false;
    }
    return true;
}

static bool add_file(WbStaging *staging, GHashTable *made, Step *step, const WbClip *clip,
                     GError **error)
{
    if (g_path_is_absolute(clip->file) || !g_hash_table_add(made, g_strdup(clip->file)))
        return true;
    g_autofree char *from = wb_session_clip_path(step->copy->session, clip);
    return add_folders(staging, made, clip->file, error) &&
           wb_staging_add_copy(staging, from, clip->file, go_on, step, error);
}

static gboolean run(WbWork *work, gpointer data, GError **error)
{
    Copy *copy = data;
    Step step = {work, copy};
    g_autoptr(WbStaging) staging = wb_staging_new(copy->target, error);
    g_autoptr(GHashTable) made = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    if (staging == NULL)
        return FALSE;
    const GPtrArray *tracks = copy->session->tracks;
    for (guint t = 0; t < tracks->len; t++)
        copy->files += ((const WbTrack *)tracks->pdata[t])->clips->len;
    for (guint t = 0; t < tracks->len; t++) {
        const WbTrack *track = tracks->pdata[t];
        for (guint c = 0; c < track->clips->len; c++, copy->done++)
            if (!add_file(staging, made, &step, track->clips->pdata[c], error))
                return FALSE;
    }
    g_free(copy->session->folder);
    copy->session->folder = g_strdup(wb_staging_path(staging));
    return wb_session_save(copy->session, error) && wb_staging_commit(staging, error);
}

static void done(GtkWindow *parent, gpointer data, const GError *error)
{
    WbMixerWindow *window = WB_MIXER_WINDOW(parent);
    const Copy *copy = data;
    if (error == NULL) {
        wb_recovery_forget(window->recovery);
        wb_mixer_window_set_desk(window, NULL);
        wb_mixer_window_open(window, copy->target);
    } else if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
        wb_banner_show(window->banner, TRUE, error->message);
    }
}

static void on_response(GtkNativeDialog *dialog, int response, WbMixerWindow *window)
{
    g_autoptr(GFile) file = gtk_file_chooser_get_file(GTK_FILE_CHOOSER(dialog));
    g_autofree char *target = file != NULL ? g_file_get_path(file) : NULL;
    if (response == GTK_RESPONSE_ACCEPT && target != NULL && window->desk != NULL) {
        Copy *copy = g_new0(Copy, 1);
        copy->session = wb_session_copy(wb_desk_session(window->desk));
        copy->target = g_steal_pointer(&target);
        wb_work_start(GTK_WINDOW(window), _("Copying the session…"), run, done, copy, copy_free);
    }
    g_object_unref(dialog);
}

void wb_mixer_window_save_as_dialog(WbMixerWindow *window)
{
    GtkFileChooserNative *dialog =
        gtk_file_chooser_native_new(_("Save the Session as"), GTK_WINDOW(window),
                                    GTK_FILE_CHOOSER_ACTION_SAVE, _("_Save"), NULL);
    const char *folder = wb_desk_session(window->desk)->folder;
    g_autofree char *base = g_filename_display_basename(folder);
    g_autofree char *name = g_strdup_printf(_("%s copy"), base);
    g_autofree char *above = g_path_get_dirname(folder);
    g_autoptr(GFile) file = g_file_new_for_path(above);
    gtk_file_chooser_set_current_name(GTK_FILE_CHOOSER(dialog), name);
    gtk_file_chooser_set_current_folder(GTK_FILE_CHOOSER(dialog), file, NULL);
    gtk_native_dialog_set_modal(GTK_NATIVE_DIALOG(dialog), TRUE);
    g_signal_connect(dialog, "response", G_CALLBACK(on_response), window);
    gtk_native_dialog_show(GTK_NATIVE_DIALOG(dialog));
}
