/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A track's name written upwards, for strips that are too narrow for it. Thread: main. */
#pragma once

#include <gtk/gtk.h>

#define WB_TYPE_UPRIGHT_NAME (wb_upright_name_get_type())
G_DECLARE_FINAL_TYPE(WbUprightName, wb_upright_name, WB, UPRIGHT_NAME, GtkWidget)

void wb_upright_name_set(WbUprightName *name, const char *text);
