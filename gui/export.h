/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing the mix to a file: what, where, how far, and what has come of it. Thread: main. */
#pragma once

#include <gtk/gtk.h>

#include "gui/desk.h"

void wb_export_dialog(GtkWindow *parent, WbDesk *desk);
