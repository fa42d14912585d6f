/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A crew of threads that works through a list of independent tasks.
 * Thread: all functions on the one that made the crew. */
#pragma once

#include <stddef.h>

typedef struct WbCrew WbCrew;

/* Does one task. Denormals are off on the thread that calls it. */
typedef void (*WbCrewTask)(void *data, size_t task);

/* threads: 1 or more, the calling one included; 0: one for each processor. */
WbCrew *wb_crew_new(unsigned threads);
void wb_crew_free(WbCrew *crew);

/* Calls task(data, i) for i from 0 to count - 1, started in this order, and returns when all are
 * done. */
void wb_crew_run(WbCrew *crew, WbCrewTask task, void *data, size_t count);
