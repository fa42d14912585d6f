/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Above the detail of the masking page: a track and one who covers it, in words, and what can be
 * changed about it. The actions "masking.*" are put into the page: masked-role and masker-role
 * ("lead", "support", "background"), never, mute, show-masker.
 *
 * Thread: main. */
#pragma once

#include <gtk/gtk.h>

#include "gui/desk.h"

#define WB_TYPE_MASKING_CONTROLS (wb_masking_controls_get_type())
G_DECLARE_FINAL_TYPE(WbMaskingControls, wb_masking_controls, WB, MASKING_CONTROLS, GtkWidget)

GtkWidget *wb_masking_controls_new(WbDesk *desk, GtkWidget *page);
/* Ids, 0: none. */
void wb_masking_controls_show(WbMaskingControls *controls, unsigned masked, unsigned masker);
void wb_masking_controls_update(WbMaskingControls *controls, const WbMasking *masking);
/* Whether the pointer or the keyboard focus is in them, or their menu is open. */
bool wb_masking_controls_in_hand(WbMaskingControls *controls);
/* The same as a menu, at (x, y) of a widget. */
void wb_masking_controls_pop_up(WbMaskingControls *controls, GtkWidget *widget, double x, double y);
