/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gui/export.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <math.h>

#include "gui/resources.h"
#include "gui/words.h"
#include "gui/work.h"
#include "src/render.h"

#define TARGET_LUFS (-16.0)

typedef struct {
    WbDesk *desk;
    GtkBuilder *builder;
    GtkWindow *parent, *dialog;
} Form;

typedef struct {
    WbSession *session;
    WbRenderRequest request;
    char *output, *stems;
    WbRenderResult *result;
} Export;

static void export_free(gpointer data)
{
    Export *export = data;
    wb_session_free(export->session);
    wb_render_result_free(export->result);
    g_free(export->output);
    g_free(export->stems);
    g_free(export);
}

/* ---- the work ---- */

static bool progress(void *work, double share)
{
    return wb_work_go_on(work, share);
}

static gboolean run(WbWork *work, gpointer data, GError **error)
{
    Export *export = data;
    export->request.progress = progress;
    export->request.progress_data = work;
    export->result = wb_render(&export->request, error);
    return export->result != NULL;
}

static void add_faults(GString *text, const Export *export)
{
    const WbRenderResult *result = export->result;
    for (size_t t = 0; t < result->track_count; t++) {
        const WbTrack *track = export->session->tracks->pdata[t];
        if (result->missing_frames[t] > 0 || result->bad_samples[t] > 0)
            g_string_append_printf(
                text, _("\n%s: its audio is damaged; there is silence in its place."), track->name);
    }
    if (result->clipped_frames > 0)
        g_string_append_printf(text,
                               _("\nThe mix is over full scale in %" PRIu64
                                 " frames and was clipped there: lower the faders, or export with "
                                 "the loudness set or as float."),
                               result->clipped_frames);
    if (result->peak_limited)
        g_string_append(text, _("\nIt stays quieter than asked for, so that its true peak stays "
                                "below −1 dBTP."));
}

/* What has been written, to be read and closed. */
static void report(GtkWindow *parent, const Export *export)
{
    const WbRenderResult *result = export->result;
    const double seconds = (double)result->frames / export->session->sample_rate;
    g_autofree char *name = g_filename_display_basename(export->output);
    g_autofree char *length = wb_words_time(seconds);
    GString *text = g_string_new(NULL);
    g_string_append_printf(text,
                           _("%s long, %.1f LUFS, true peak %.1f dBTP; written %.0f times as fast "
                             "as it plays."),
                           length, result->bus.integrated_lufs, result->bus.true_peak_db,
                           seconds / fmax(result->seconds, 1e-3));
    add_faults(text, export);
    GtkWidget *dialog = gtk_message_dialog_new(parent, GTK_DIALOG_MODAL, GTK_MESSAGE_INFO,
                                               GTK_BUTTONS_CLOSE, _("%s is written."), name);
    gtk_message_dialog_format_secondary_text(GTK_MESSAGE_DIALOG(dialog), "%s", text->str);
    g_string_free(text, TRUE);
    g_signal_connect(dialog, "response", G_CALLBACK(gtk_window_destroy), NULL);
    gtk_window_present(GTK_WINDOW(dialog));
}

static void done(GtkWindow *parent, gpointer data, const GError *error)
{
    if (error == NULL) {
        report(parent, data);
        return;
    }
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
    GtkWidget *dialog =
        gtk_message_dialog_new(parent, GTK_DIALOG_MODAL, GTK_MESSAGE_ERROR, GTK_BUTTONS_CLOSE, "%s",
                               _("The mix is not written."));
    gtk_message_dialog_format_secondary_text(GTK_MESSAGE_DIALOG(dialog), "%s", error->message);
    g_signal_connect(dialog, "response", G_CALLBACK(gtk_window_destroy), NULL);
    gtk_window_present(GTK_WINDOW(dialog));
}

/* ---- the form ---- */

static guint selected(const Form *form, const char *id)
{
    return gtk_drop_down_get_selected(GTK_DROP_DOWN(gtk_builder_get_object(form->builder, id)));
}

static bool checked(const Form *form, const char *id)
{
    return gtk_check_button_get_active(
        GTK_CHECK_BUTTON(gtk_builder_get_object(form->builder, id)));
}

static Export *export_new(const Form *form, const char *path)
{
    Export *export = g_new0(Export, 1);
    export->session = wb_session_copy(wb_desk_session(form->desk));
    export->output = g_strdup(path);
    export->request = wb_render_request(export->session);
    export->request.output = export->output;
    export->request.format = (WbFormat)selected(form, "format");
    export->request.normalize = checked(form, "normalize");
    export->request.target_lufs = TARGET_LUFS;
    export->request.dry = checked(form, "dry");
    if (selected(form, "range") == 1) {
        export->request.start = export->session->loop_start;
        export->request.end = export->session->loop_end;
    }
    if (checked(form, "stems")) {
        export->stems = g_strconcat(path, _(" stems"), NULL);
        export->request.stems = export->stems;
    }
    return export;
}

static void on_target(GtkNativeDialog *chooser, int response, Form *form)
{
    g_autoptr(GFile) file = gtk_file_chooser_get_file(GTK_FILE_CHOOSER(chooser));
    g_autofree char *path = file != NULL ? g_file_get_path(file) : NULL;
    if (response == GTK_RESPONSE_ACCEPT && path != NULL) {
        wb_work_start(form->parent, _("Writing the mix…"), run, done, export_new(form, path),
                      export_free);
        gtk_window_destroy(form->dialog);
    }
    g_object_unref(chooser);
}

static void on_choose(Form *form)
{
    const WbFormat format = (WbFormat)selected(form, "format");
    const WbSession *session = wb_desk_session(form->desk);
    g_autofree char *base = g_filename_display_basename(session->folder);
    g_autofree char *name = g_strconcat(base, wb_format_extension(format), NULL);
    g_autofree char *above = g_path_get_dirname(session->folder);
    g_autoptr(GFile) folder = g_file_new_for_path(above);
    GtkFileChooserNative *chooser = gtk_file_chooser_native_new(
        _("Export Mix"), form->dialog, GTK_FILE_CHOOSER_ACTION_SAVE, _("_Export"), NULL);
    gtk_file_chooser_set_current_name(GTK_FILE_CHOOSER(chooser), name);
    gtk_file_chooser_set_current_folder(GTK_FILE_CHOOSER(chooser), folder, NULL);
    gtk_native_dialog_set_modal(GTK_NATIVE_DIALOG(chooser), TRUE);
    g_signal_connect(chooser, "response", G_CALLBACK(on_target), form);
    gtk_native_dialog_show(GTK_NATIVE_DIALOG(chooser));
}

static void form_free(gpointer data)
{
    Form *form = data;
    g_object_unref(form->desk);
    g_object_unref(form->builder);
    g_free(form);
}

void wb_export_dialog(GtkWindow *parent, WbDesk *desk)
{
    Form *form = g_new0(Form, 1);
    form->desk = g_object_ref(desk);
    form->parent = parent;
    form->builder = gtk_builder_new_from_resource(WB_RESOURCE("ui/export.ui"));
    form->dialog = GTK_WINDOW(gtk_builder_get_object(form->builder, "dialog"));
    const WbSession *session = wb_desk_session(desk);
    GtkWidget *range = GTK_WIDGET(gtk_builder_get_object(form->builder, "range"));
    gtk_widget_set_sensitive(range, session->loop_start < session->loop_end);
    g_signal_connect_swapped(gtk_builder_get_object(form->builder, "cancel"), "clicked",
                             G_CALLBACK(gtk_window_destroy), form->dialog);
    g_signal_connect_swapped(gtk_builder_get_object(form->builder, "choose"), "clicked",
                             G_CALLBACK(on_choose), form);
    g_object_set_data_full(G_OBJECT(form->dialog), "form", form, form_free);
    gtk_window_set_transient_for(form->dialog, parent);
    gtk_window_present(form->dialog);
}
