/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Threads beside the driver's, and the signal that wakes them. */
#pragma once

#include <stdbool.h>

typedef struct WbThread WbThread;
typedef struct WbSignal WbSignal;

/* Runs function(data) on a thread of its own, denormals off, all signals blocked. priority: 1 to 99
 * asks for SCHED_FIFO at it, 0 for none; where the system refuses the thread runs without.
 * Thread: main. */
WbThread *wb_thread_start(const char *name, int priority, void (*function)(void *data), void *data);

/* Asks for another priority of the running thread. Thread: main. */
void wb_thread_set_priority(WbThread *thread, int priority);

/* Whether it has the real-time priority it was to have; true if it was to have none. Thread: main.
 */
bool wb_thread_is_as_asked(const WbThread *thread);

/* Waits until function returns. NULL is nothing to wait for. Thread: main. */
void wb_thread_join(WbThread *thread);

/* Thread: main. */
WbSignal *wb_signal_new(void);
void wb_signal_free(WbSignal *signal);

/* Never waits: the only thing that wakes another thread from the audio thread. Thread: any. */
void wb_signal_raise(WbSignal *signal);

/* Until it is raised, or has been since the last wait; false if that took longer than seconds.
 * Thread: any but audio (audio while freewheeling). */
bool wb_signal_wait(WbSignal *signal, double seconds);
