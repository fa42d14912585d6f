/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ctrl-C and its like as a flag to look at, so that a command can stop in good order and remove
 * what is half done. */
#pragma once

#include <stdbool.h>

/* From now on SIGINT, SIGTERM and SIGHUP set the flag, and writing to a closed pipe or beyond a
 * file size limit fails with an error instead of killing the program. A signal that was ignored
 * when the program started stays so (nohup). Main thread, once, before other threads start. */
void wb_interrupt_install(void);

/* Whether one of the signals has come. Any thread. */
bool wb_interrupted(void);

/* The exit status of a program that a signal has stopped: 128 + its number. Any thread. */
int wb_interrupt_status(void);
