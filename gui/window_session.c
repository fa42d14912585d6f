/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sessions come into the window and are saved from it. */
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "engine/session/import.h"
#include "gui/mixer_window_private.h"
#include "gui/work.h"

#define RECENT_MAX 8

static void warn(WbMixerWindow *window, const GError *error)
{
    wb_banner_show(window->banner, TRUE, error->message);
}

/* ---- recent sessions ---- */

static void remember(WbMixerWindow *window, const char *folder)
{
    if (window->settings == NULL)
        return;
    g_auto(GStrv) before = g_settings_get_strv(window->settings, "recent");
    g_autoptr(GPtrArray) now = g_ptr_array_new();
    g_autofree char *name = g_filename_to_uri(folder, NULL, NULL);
    g_ptr_array_add(now, name);
    for (guint i = 0; name != NULL && before[i] != NULL && now->len < RECENT_MAX; i++)
        if (strcmp(before[i], name) != 0)
            g_ptr_array_add(now, before[i]);
    g_ptr_array_add(now, NULL);
    if (name != NULL)
        g_settings_set_strv(window->settings, "recent", (const char *const *)now->pdata);
}

static void on_recent(GtkButton *button, WbMixerWindow *window)
{
    wb_mixer_window_open(window, g_object_get_data(G_OBJECT(button), "folder"));
}

void wb_mixer_window_fill_recent(WbMixerWindow *window)
{
    GtkWidget *child;
    while ((child = gtk_widget_get_first_child(window->recent)) != NULL)
        gtk_box_remove(GTK_BOX(window->recent), child);
    if (window->settings == NULL)
        return;
    g_auto(GStrv) recent = g_settings_get_strv(window->settings, "recent");
    for (guint i = 0; recent[i] != NULL; i++) {
        g_autofree char *folder = g_filename_from_uri(recent[i], NULL, NULL);
        if (folder == NULL || !g_file_test(folder, G_FILE_TEST_IS_DIR))
            continue;
        g_autofree char *name = g_filename_display_basename(folder);
        g_autofree char *shown = g_filename_display_name(folder);
        GtkWidget *button = gtk_button_new_with_label(name);
        gtk_button_set_has_frame(GTK_BUTTON(button), FALSE);
        gtk_widget_set_tooltip_text(button, shown);
        g_object_set_data_full(G_OBJECT(button), "folder", g_steal_pointer(&folder), g_free);
        g_signal_connect(button, "clicked", G_CALLBACK(on_recent), window);
        gtk_box_append(GTK_BOX(window->recent), button);
    }
}

/* ---- opening ---- */

static void on_try_again(WbMixerWindow *window)
{
    wb_mixer_window_try_driver(window);
}

/* With the driver that is wanted, or with the dummy and an offer to try again. */
static WbDesk *make_desk(WbMixerWindow *window, const WbSession *session, GError **error)
{
    g_autoptr(GError) absent = NULL;
    WbDesk *desk = wb_desk_new(wb_session_copy(session), &window->options, &absent);
    wb_banner_drop(window->banner, "driver");
    if (desk != NULL)
        return desk;
    WbLiveOptions silent = window->options;
    silent.driver = (WbDriverOptions){.name = "dummy", .client = PACKAGE, .block = 1024};
    desk = wb_desk_new(wb_session_copy(session), &silent, error);
    if (desk == NULL)
        return NULL;
    g_autofree char *text =
        g_strdup_printf(_("%s. Until then nothing is heard; all else works."), absent->message);
    wb_banner_ask(window->banner, "driver", text, _("Try again"), G_CALLBACK(on_try_again), NULL,
                  window);
    return desk;
}

static void on_restore(WbMixerWindow *window)
{
    g_autoptr(WbSession) kept = wb_recovery_load(window->recovery);
    if (kept != NULL)
        wb_desk_replace(window->desk, kept, _("Recover unsaved changes"));
}

static void on_forget(WbMixerWindow *window)
{
    if (window->recovery != NULL)
        wb_recovery_forget(window->recovery);
}

static void offer_recovery(WbMixerWindow *window)
{
    g_autoptr(WbSession) kept = wb_recovery_load(window->recovery);
    wb_banner_drop(window->banner, "recovery");
    if (kept == NULL || wb_session_equal(kept, wb_desk_session(window->desk)))
        return;
    wb_banner_ask(window->banner, "recovery",
                  _("The last time this session was open the program ended without saving. "
                    "The changes were kept."),
                  _("Bring them back"), G_CALLBACK(on_restore), G_CALLBACK(on_forget), window);
}

static void open_session(WbMixerWindow *window, const WbSession *session)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(WbDesk) desk = make_desk(window, session, &error);
    if (desk == NULL) {
        warn(window, error);
        return;
    }
    wb_mixer_window_set_desk(window, desk);
    remember(window, session->folder);
    offer_recovery(window);
}

static void open_now(WbMixerWindow *window, gpointer data)
{
    const char *path = data;
    g_autoptr(GError) error = NULL;
    g_autofree char *document = g_build_filename(path, WB_SESSION_FILE, NULL);
    if (g_file_test(path, G_FILE_TEST_IS_DIR) && !g_file_test(document, G_FILE_TEST_EXISTS)) {
        wb_mixer_window_import(window, path);
        return;
    }
    g_autoptr(WbSession) session = wb_session_load(path, &error);
    if (session == NULL)
        warn(window, error);
    else
        open_session(window, session);
}

void wb_mixer_window_open(WbMixerWindow *window, const char *path)
{
    char *wanted = g_canonicalize_filename(path, NULL);
    g_free(window->wanted);
    window->wanted = wanted;
    wb_mixer_window_leave_session(window, open_now, wanted);
}

/* The document and its place stay, what sounds is made anew. */
void wb_mixer_window_try_driver(WbMixerWindow *window)
{
    g_autoptr(WbSession) session = wb_session_copy(wb_desk_session(window->desk));
    g_autoptr(WbSession) saved = wb_session_load(session->folder, NULL);
    open_session(window, saved != NULL ? saved : session);
    if (window->desk != NULL && !wb_session_equal(session, wb_desk_session(window->desk)))
        wb_desk_replace(window->desk, session, _("Changes before the driver was changed"));
}

static void on_open_response(GtkNativeDialog *dialog, int response, WbMixerWindow *window)
{
    g_autoptr(GFile) file = gtk_file_chooser_get_file(GTK_FILE_CHOOSER(dialog));
    g_autofree char *path = file != NULL ? g_file_get_path(file) : NULL;
    if (response == GTK_RESPONSE_ACCEPT && path != NULL)
        wb_mixer_window_open(window, path);
    g_object_unref(dialog);
}

static void ask_folder(WbMixerWindow *window, const char *title, const char *accept,
                       GtkFileChooserAction action, GCallback answer)
{
    GtkFileChooserNative *dialog =
        gtk_file_chooser_native_new(title, GTK_WINDOW(window), action, accept, NULL);
    gtk_native_dialog_set_modal(GTK_NATIVE_DIALOG(dialog), TRUE);
    g_signal_connect(dialog, "response", answer, window);
    gtk_native_dialog_show(GTK_NATIVE_DIALOG(dialog));
}

void wb_mixer_window_open_dialog(WbMixerWindow *window)
{
    ask_folder(window, _("Open a Session"), _("_Open"), GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER,
               G_CALLBACK(on_open_response));
}

/* ---- a session of stems ---- */

typedef struct {
    char *stems, *target;
    WbImported *imported;
} Import;

static void import_free(gpointer data)
{
    Import *import = data;
    if (import->imported != NULL)
        wb_imported_free(import->imported);
    g_free(import->stems);
    g_free(import->target);
    g_free(import);
}

static bool import_progress(double share, void *work)
{
    return wb_work_go_on(work, share);
}

static gboolean import_run(WbWork *work, gpointer data, GError **error)
{
    Import *import = data;
    const WbImportOptions options = {.stems = import->stems,
                                     .target = import->target,
                                     .progress = import_progress,
                                     .progress_data = work};
    import->imported = wb_import(&options, error);
    return import->imported != NULL;
}

static void import_done(GtkWindow *parent, gpointer data, const GError *error)
{
    WbMixerWindow *window = WB_MIXER_WINDOW(parent);
    const Import *import = data;
    if (error != NULL) {
        if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
            warn(window, error);
        return;
    }
    g_autoptr(WbSession) session = wb_session_load(import->target, NULL);
    if (session == NULL)
        return;
    open_session(window, session);
    for (guint i = 0; i < import->imported->notes->len; i++)
        wb_banner_show(window->banner, FALSE, import->imported->notes->pdata[i]);
    if (import->imported->leads == 0)
        wb_banner_show(window->banner, TRUE,
                       _("No track leads yet, so nothing makes room: give the most important "
                         "track the role Lead (key 1)."));
}

static void start_import(WbMixerWindow *window, const char *stems, const char *target)
{
    Import *import = g_new0(Import, 1);
    import->stems = g_strdup(stems);
    import->target = g_strdup(target);
    wb_work_start(GTK_WINDOW(window), _("Making a session of the stems…"), import_run, import_done,
                  import, import_free);
}

static void on_target_response(GtkNativeDialog *dialog, int response, WbMixerWindow *window)
{
    g_autoptr(GFile) file = gtk_file_chooser_get_file(GTK_FILE_CHOOSER(dialog));
    g_autofree char *target = file != NULL ? g_file_get_path(file) : NULL;
    if (response == GTK_RESPONSE_ACCEPT && target != NULL)
        start_import(window, g_object_get_data(G_OBJECT(dialog), "stems"), target);
    g_object_unref(dialog);
}

/* Asks where the session is to be, and makes it. */
void wb_mixer_window_import(WbMixerWindow *window, const char *stems)
{
    GtkFileChooserNative *dialog = gtk_file_chooser_native_new(
        _("Where Is the New Session to Be?"), GTK_WINDOW(window), GTK_FILE_CHOOSER_ACTION_SAVE,
        _("_Make session"), NULL);
    g_autofree char *base = g_filename_display_basename(stems);
    g_autofree char *name = g_strdup_printf(_("%s session"), base);
    g_autofree char *above = g_path_get_dirname(stems);
    g_autoptr(GFile) folder = g_file_new_for_path(above);
    gtk_file_chooser_set_current_name(GTK_FILE_CHOOSER(dialog), name);
    gtk_file_chooser_set_current_folder(GTK_FILE_CHOOSER(dialog), folder, NULL);
    gtk_native_dialog_set_modal(GTK_NATIVE_DIALOG(dialog), TRUE);
    g_object_set_data_full(G_OBJECT(dialog), "stems", g_strdup(stems), g_free);
    g_signal_connect(dialog, "response", G_CALLBACK(on_target_response), window);
    gtk_native_dialog_show(GTK_NATIVE_DIALOG(dialog));
}

static void on_stems_response(GtkNativeDialog *dialog, int response, WbMixerWindow *window)
{
    on_open_response(dialog, response, window);
}

void wb_mixer_window_new_dialog(WbMixerWindow *window)
{
    ask_folder(window, _("A Folder of Stems"), _("_Choose"), GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER,
               G_CALLBACK(on_stems_response));
}

static void open_demo_now(WbMixerWindow *window, gpointer data)
{
    (void)data;
    const char *given = g_getenv("WIDEBERTH_DATADIR");
    g_autofree char *stems =
        g_build_filename(given != NULL && *given != '\0' ? given : PKGDATADIR, "demo", "stems", NULL);
    g_autofree char *above = g_build_filename(g_get_user_data_dir(), PACKAGE, NULL);
    g_autofree char *target = g_build_filename(above, "Daybreak", NULL);
    g_autofree char *document = g_build_filename(target, WB_SESSION_FILE, NULL);
    if (g_file_test(document, G_FILE_TEST_EXISTS)) {
        open_now(window, target);
        return;
    }
    if (!g_file_test(stems, G_FILE_TEST_IS_DIR)) {
        g_autofree char *shown = g_filename_display_name(stems);
        g_autofree char *text = g_strdup_printf(
            _("%s: the demo session is not there; run 'make install', or set WIDEBERTH_DATADIR "
              "to the folder 'data' of Wideberth's sources"),
            shown);
        wb_banner_show(window->banner, TRUE, text);
        return;
    }
    g_mkdir_with_parents(above, 0777);
    start_import(window, stems, target);
}

void wb_mixer_window_open_demo(WbMixerWindow *window)
{
    wb_mixer_window_leave_session(window, open_demo_now, NULL);
}

/* ---- saving ---- */

bool wb_mixer_window_save(WbMixerWindow *window)
{
    g_autoptr(GError) error = NULL;
    if (!wb_live_save(wb_desk_live(window->desk), &error)) {
        warn(window, error);
        return false;
    }
    wb_recovery_forget(window->recovery);
    return true;
}

/* ---- dropped on the window ---- */

static gboolean on_drop(GtkDropTarget *target, const GValue *value, double x, double y,
                        WbMixerWindow *window)
{
    (void)target;
    (void)x;
    (void)y;
    const GSList *files = g_value_get_boxed(value);
    g_autofree char *path = files != NULL ? g_file_get_path(files->data) : NULL;
    if (path == NULL)
        return FALSE;
    wb_mixer_window_open(window, path);
    return TRUE;
}

void wb_mixer_window_add_drop(WbMixerWindow *window)
{
    GtkDropTarget *target = gtk_drop_target_new(GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);
    g_signal_connect(target, "drop", G_CALLBACK(on_drop), window);
    gtk_widget_add_controller(GTK_WIDGET(window), GTK_EVENT_CONTROLLER(target));
}
