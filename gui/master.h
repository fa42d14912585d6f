/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The mix: strength of de-masking, comparing with and without, bus level and loudness, takes.
 * Thread: main. */
#pragma once

#include <gtk/gtk.h>

#include "gui/desk.h"

#define WB_TYPE_MASTER (wb_master_get_type())
G_DECLARE_FINAL_TYPE(WbMaster, wb_master, WB, MASTER, GtkWidget)

/* Whose session it shows from now on; NULL: none. */
void wb_master_set_desk(WbMaster *master, WbDesk *desk);
/* The document or a listening mode has changed. */
void wb_master_update(WbMaster *master);
/* The next moment of meters; numbers follow a few times a second only. */
void wb_master_show_reading(WbMaster *master);
/* Starts or stops a take. */
void wb_master_toggle_record(WbMaster *master);
