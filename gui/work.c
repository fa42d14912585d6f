/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gui/work.h"

#include <glib/gi18n.h>
#include <stdatomic.h>

#include "gui/words.h"

#define LOOK_MS 100
#define PERMILLE 1000
#define KEY "wb-work"

struct WbWork {
    GtkWindow *parent;
    GtkWidget *dialog, *bar;
    WbWorkRun run;
    WbWorkDone done;
    gpointer data;
    GDestroyNotify free_data;
    guint look;
    atomic_int permille;
    atomic_bool stopped;
};

bool wb_work_go_on(WbWork *work, double share)
{
    atomic_store(&work->permille, (int)(CLAMP(share, 0, 1) * PERMILLE));
    return !atomic_load(&work->stopped);
}

static gboolean on_look(gpointer data)
{
    WbWork *work = data;
    gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(work->bar),
                                  (double)atomic_load(&work->permille) / PERMILLE);
    return G_SOURCE_CONTINUE;
}

static void on_response(WbWork *work)
{
    atomic_store(&work->stopped, true);
}

static void run_task(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    (void)source;
    (void)cancellable;
    WbWork *work = data;
    GError *error = NULL;
    if (work->run(work, work->data, &error))
        g_task_return_boolean(task, TRUE);
    else
        g_task_return_error(task, error);
}

static void on_done(GObject *source, GAsyncResult *result, gpointer data)
{
    (void)source;
    WbWork *work = data;
    g_autoptr(GError) error = NULL;
    g_task_propagate_boolean(G_TASK(result), &error);
    g_object_set_data(G_OBJECT(work->parent), KEY, NULL);
    g_source_remove(work->look);
    gtk_window_destroy(GTK_WINDOW(work->dialog));
    work->done(work->parent, work->data, error);
    if (work->free_data != NULL)
        work->free_data(work->data);
    g_object_unref(work->parent);
    g_free(work);
}

/* It closes when the work has ended. */
static gboolean on_close(GtkWindow *dialog, WbWork *work)
{
    (void)dialog;
    on_response(work);
    return TRUE;
}

static void make_dialog(WbWork *work, const char *title)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
    GtkWidget *label = gtk_label_new(title);
    GtkWidget *cancel = gtk_button_new_with_mnemonic(_("_Cancel"));
    wb_words_name(cancel, _("_Cancel"));
    work->dialog = gtk_window_new();
    work->bar = gtk_progress_bar_new();
    gtk_widget_add_css_class(box, "work");
    gtk_widget_set_halign(cancel, GTK_ALIGN_END);
    gtk_widget_set_size_request(work->bar, 360, -1);
    gtk_box_append(GTK_BOX(box), label);
    gtk_box_append(GTK_BOX(box), work->bar);
    gtk_box_append(GTK_BOX(box), cancel);
    gtk_accessible_update_property(GTK_ACCESSIBLE(work->bar), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                   -1);
    gtk_window_set_child(GTK_WINDOW(work->dialog), box);
    gtk_window_set_title(GTK_WINDOW(work->dialog), title);
    gtk_window_set_resizable(GTK_WINDOW(work->dialog), FALSE);
    gtk_window_set_modal(GTK_WINDOW(work->dialog), TRUE);
    gtk_window_set_transient_for(GTK_WINDOW(work->dialog), work->parent);
    g_signal_connect_swapped(cancel, "clicked", G_CALLBACK(on_response), work);
    g_signal_connect(work->dialog, "close-request", G_CALLBACK(on_close), work);
    gtk_window_present(GTK_WINDOW(work->dialog));
}

WbWork *wb_work_start(GtkWindow *parent, const char *title, WbWorkRun run, WbWorkDone done,
                      gpointer data, GDestroyNotify free_data)
{
    WbWork *work = g_new0(WbWork, 1);
    work->parent = g_object_ref(parent);
    work->run = run;
    work->done = done;
    work->data = data;
    work->free_data = free_data;
    g_object_set_data(G_OBJECT(parent), KEY, work);
    make_dialog(work, title);
    work->look = g_timeout_add(LOOK_MS, on_look, work);
    g_autoptr(GTask) task = g_task_new(parent, NULL, on_done, work);
    g_task_set_task_data(task, work, NULL);
    g_task_run_in_thread(task, run_task);
    return work;
}

bool wb_work_runs(GtkWindow *parent)
{
    return g_object_get_data(G_OBJECT(parent), KEY) != NULL;
}

void wb_work_stop(GtkWindow *parent)
{
    WbWork *work = g_object_get_data(G_OBJECT(parent), KEY);
    if (work != NULL)
        on_response(work);
}
