/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the commands say on stderr, in the GNU form "wideberth: message". Main thread. */
#pragma once

#include <glib.h>

/* The message of an error that ends the command. */
void wb_complain(const GError *error);

/* A warning: something the user should know, and the work goes on. */
void wb_warn(const char *format, ...) G_GNUC_PRINTF(1, 2);
