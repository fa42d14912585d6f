/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The masking view: who masks whom on the left; on the right the selected track in full, who covers
 * it, why that one does not make room (or how far), and the controls to change it: roles, depth,
 * "never this pair", mute. Put it into a stack:
 *
 *     GtkWidget *page = wb_masking_page_new(desk);
 *     gtk_stack_add_titled(stack, page, "masking", _("Masking"));
 *     ... each time after wb_desk_next_moment(), on the page or not:
 *     wb_masking_page_update(WB_MASKING_PAGE(page));
 *
 * It follows the desk's selection and sets it. Its actions are "masking.*", inside it. The colours
 * want wb_palette_install().
 *
 * Thread: main. */
#pragma once

#include <gtk/gtk.h>

#include "gui/desk.h"

#define WB_TYPE_MASKING_PAGE (wb_masking_page_get_type())
G_DECLARE_FINAL_TYPE(WbMaskingPage, wb_masking_page, WB, MASKING_PAGE, GtkWidget)

GtkWidget *wb_masking_page_new(WbDesk *desk);
/* Looks at the desk's readings; ten times a second at most, and draws nothing while it is not
 * shown. */
void wb_masking_page_update(WbMaskingPage *page);
/* A track to look at, with the masker that costs it most. */
void wb_masking_page_show(WbMaskingPage *page, unsigned id);
