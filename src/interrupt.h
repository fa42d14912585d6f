/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ctrl-C and a polite kill: long work asks now and then and stops cleanly, so that nothing half
 * done stays behind. */
#pragma once

#include <stdbool.h>

/* From now on SIGINT, SIGTERM and SIGHUP are only noted; a second one ends the program at once.
 * Thread: main. */
void wb_interrupt_install(void);

/* Whether one has come. Thread: any. */
bool wb_interrupted(void);
