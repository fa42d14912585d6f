/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the window share: mixer_window.c (what it shows), window_actions.c (what keys
 * and menus do), window_session.c (opening, saving), window_keep.c (recovery, closing).
 * Thread: main. */
#pragma once

#include "gui/banner.h"
#include "gui/desk.h"
#include "gui/masking_page.h"
#include "gui/master.h"
#include "gui/mixer_window.h"
#include "gui/overview.h"
#include "gui/recovery.h"
#include "gui/strip_row.h"

struct _WbMixerWindow {
    GtkApplicationWindow parent_instance;
    WbDesk *desk; /* NULL: no session is open */
    WbLiveOptions options;
    GSettings *settings;  /* NULL if they are not installed */
    WbRecovery *recovery; /* of the open session */
    guint tick;           /* source, while something is seen */
    guint keep;           /* source, while changes wait to be kept */
    guint moments;
    gboolean updating;
    char *wanted; /* path of what is to be opened, NULL at first */

    GtkStack *stack;
    WbStripRow *strips;
    GtkWidget *empty, *recent;
    GtkScrolledWindow *scroller;
    GtkPaned *paned;
    WbMaster *master;
    WbBanner *banner;
    GtkMenuButton *session_button, *details_button;
    GtkLabel *session_name, *details;
    GtkInscription *position, *status, *load;
    GtkToggleButton *play, *loop;
    GtkButton *undo, *redo;
    GtkWidget *transport, *panel_scroller;
    GtkBox *overview_slot, *panel;
    WbOverview *overview;
    WbMaskingPage *masking; /* NULL without a session */
};

/* ---- mixer_window.c ---- */

/* The strip of a track, or NULL. */
GtkWidget *wb_mixer_window_strip(WbMixerWindow *window, unsigned id);
/* What is open has changed altogether. Takes a reference; NULL: nothing is open. */
void wb_mixer_window_set_desk(WbMixerWindow *window, WbDesk *desk);
void wb_mixer_window_update_title(WbMixerWindow *window);

/* ---- window_actions.c ---- */

void wb_mixer_window_install_actions(GtkWidgetClass *widget_class);
void wb_mixer_window_add_keys(WbMixerWindow *window);
void wb_mixer_window_update_actions(WbMixerWindow *window);

/* ---- window_session.c ---- */

void wb_mixer_window_open_dialog(WbMixerWindow *window);
void wb_mixer_window_new_dialog(WbMixerWindow *window);
void wb_mixer_window_import(WbMixerWindow *window, const char *stems);
void wb_mixer_window_open_demo(WbMixerWindow *window);
bool wb_mixer_window_save(WbMixerWindow *window);
/* In window_copy.c. */
void wb_mixer_window_save_as_dialog(WbMixerWindow *window);
void wb_mixer_window_fill_recent(WbMixerWindow *window);
void wb_mixer_window_add_drop(WbMixerWindow *window);
void wb_mixer_window_try_driver(WbMixerWindow *window);

/* ---- window_close.c ---- */

/* Does `then` at once, or after the user has said what becomes of unsaved changes and a running
 * take; or not at all. */
void wb_mixer_window_leave_session(WbMixerWindow *window, void (*then)(WbMixerWindow *, gpointer),
                                   gpointer data);
gboolean wb_mixer_window_close_request(GtkWindow *widget);
