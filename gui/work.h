/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Work that takes its time, on a thread of its own, with a dialog that shows how far it is and can
 * stop it. Thread: main, but for what says otherwise. */
#pragma once

#include <gtk/gtk.h>
#include <stdbool.h>

typedef struct WbWork WbWork;

/* Thread: the work's own. */
typedef gboolean (*WbWorkRun)(WbWork *work, gpointer data, GError **error);
/* `error` is NULL if it has been done; G_IO_ERROR_CANCELLED if the user stopped it. */
typedef void (*WbWorkDone)(GtkWindow *parent, gpointer data, const GError *error);

/* `data` is freed after `done`. The dialog is modal; closing it stops the work. */
WbWork *wb_work_start(GtkWindow *parent, const char *title, WbWorkRun run, WbWorkDone done,
                      gpointer data, GDestroyNotify free_data);
/* Any thread: `share` of it is done, 0..1; false: stop. */
bool wb_work_go_on(WbWork *work, double share);
/* Whether work runs for this window; only one does at a time. */
bool wb_work_runs(GtkWindow *parent);
void wb_work_stop(GtkWindow *parent);
