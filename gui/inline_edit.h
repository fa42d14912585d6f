/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A text that is edited where it stands: a name or a value. It looks like a label; a double click
 * (or a single one, for values), Return or F2 turn it into an entry. Return takes what was typed,
 * Escape and leaving it do not.
 *
 * Signals: "edited" (const char *text); "ended" after each edit, taken or not. Thread: main. */
#pragma once

#include <gtk/gtk.h>

#define WB_TYPE_INLINE_EDIT (wb_inline_edit_get_type())
G_DECLARE_FINAL_TYPE(WbInlineEdit, wb_inline_edit, WB, INLINE_EDIT, GtkWidget)

/* `accessible` says to a screen reader what it is: "Gain of Violin". */
void wb_inline_edit_set_text(WbInlineEdit *edit, const char *text);
void wb_inline_edit_set_accessible(WbInlineEdit *edit, const char *accessible);
void wb_inline_edit_start(WbInlineEdit *edit);
