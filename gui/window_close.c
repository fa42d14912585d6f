/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Leaving a session: nothing is lost without a word. */
#include "config.h"

#include <glib/gi18n.h>

#include "gui/mixer_window_private.h"
#include "gui/work.h"

enum { RESPONSE_SAVE = 1, RESPONSE_DISCARD, RESPONSE_STOP, RESPONSE_STOP_WORK };

#define LOOK_MS 50

typedef struct {
    WbMixerWindow *window;
    void (*then)(WbMixerWindow *, gpointer);
    gpointer data;
} Leaving;

static void go_on(Leaving *leaving);

/* Once the work has ended. */
static gboolean on_look(gpointer data)
{
    Leaving *leaving = data;
    if (wb_work_runs(GTK_WINDOW(leaving->window)))
        return G_SOURCE_CONTINUE;
    go_on(leaving);
    return G_SOURCE_REMOVE;
}

static void on_response(GtkDialog *dialog, int response, Leaving *leaving)
{
    WbMixerWindow *window = leaving->window;
    gtk_window_destroy(GTK_WINDOW(dialog));
    if (response == RESPONSE_STOP_WORK) {
        wb_work_stop(GTK_WINDOW(window));
        g_timeout_add(LOOK_MS, on_look, leaving);
    } else if (response == RESPONSE_STOP) {
        wb_live_record_stop(wb_desk_live(window->desk));
        wb_desk_next_moment(window->desk);
        go_on(leaving);
    } else if (response == RESPONSE_SAVE && wb_mixer_window_save(window)) {
        go_on(leaving);
    } else if (response == RESPONSE_DISCARD) {
        wb_recovery_forget(window->recovery);
        leaving->then(window, leaving->data);
        g_free(leaving);
    } else {
        g_free(leaving);
    }
}

static GtkDialog *ask(Leaving *leaving, const char *title, const char *text)
{
    GtkWidget *dialog =
        gtk_message_dialog_new(GTK_WINDOW(leaving->window), GTK_DIALOG_MODAL, GTK_MESSAGE_QUESTION,
                               GTK_BUTTONS_NONE, "%s", title);
    gtk_message_dialog_format_secondary_text(GTK_MESSAGE_DIALOG(dialog), "%s", text);
    gtk_dialog_add_button(GTK_DIALOG(dialog), _("_Cancel"), GTK_RESPONSE_CANCEL);
    g_signal_connect(dialog, "response", G_CALLBACK(on_response), leaving);
    gtk_window_present(GTK_WINDOW(dialog));
    return GTK_DIALOG(dialog);
}

static void add_destructive(GtkDialog *dialog, const char *label, int response)
{
    GtkWidget *button = gtk_dialog_add_button(dialog, label, response);
    gtk_widget_add_css_class(button, "destructive-action");
}

/* One question after the other. */
static void go_on(Leaving *leaving)
{
    WbMixerWindow *window = leaving->window;
    WbLive *live = window->desk != NULL ? wb_desk_live(window->desk) : NULL;
    if (wb_work_runs(GTK_WINDOW(window))) {
        GtkDialog *dialog = ask(leaving, _("Files are being written."),
                                _("If it is stopped now, nothing of them is left behind."));
        add_destructive(dialog, _("_Stop it"), RESPONSE_STOP_WORK);
    } else if (live != NULL && wb_desk_mix_reading(window->desk)->recording) {
        GtkDialog *dialog = ask(leaving, _("A recording is running."),
                                _("It is stopped and its files are completed before this session "
                                  "is left."));
        add_destructive(dialog, _("_Stop recording"), RESPONSE_STOP);
    } else if (live != NULL && wb_history_is_modified(wb_live_history(live))) {
        GtkDialog *dialog = ask(leaving, _("Save the changes of this session?"),
                                _("What is not saved is lost."));
        add_destructive(dialog, _("_Discard"), RESPONSE_DISCARD);
        gtk_dialog_add_button(dialog, _("_Save"), RESPONSE_SAVE);
        gtk_dialog_set_default_response(dialog, RESPONSE_SAVE);
    } else {
        leaving->then(window, leaving->data);
        g_free(leaving);
    }
}

void wb_mixer_window_leave_session(WbMixerWindow *window, void (*then)(WbMixerWindow *, gpointer),
                                   gpointer data)
{
    Leaving *leaving = g_new(Leaving, 1);
    *leaving = (Leaving){window, then, data};
    if (window->desk != NULL)
        wb_desk_next_moment(window->desk);
    go_on(leaving);
}

static void keep_state(WbMixerWindow *window)
{
    if (window->settings == NULL)
        return;
    int width, height;
    const gboolean maximized = gtk_window_is_maximized(GTK_WINDOW(window));
    gtk_window_get_default_size(GTK_WINDOW(window), &width, &height);
    if (!maximized)
        g_settings_set(window->settings, "window-size", "(ii)", width, height);
    g_settings_set_boolean(window->settings, "maximized", maximized);
}

static void close_now(WbMixerWindow *window, gpointer data)
{
    (void)data;
    keep_state(window);
    wb_mixer_window_set_desk(window, NULL);
    gtk_window_destroy(GTK_WINDOW(window));
}

gboolean wb_mixer_window_close_request(GtkWindow *widget)
{
    wb_mixer_window_leave_session(WB_MIXER_WINDOW(widget), close_now, NULL);
    return TRUE;
}
