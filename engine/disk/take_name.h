/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The names of recordings: "2025-03-01 take 3 Violin.wav". All files of a take have its number, and
 * no two of its names are the same, also where the disk does not tell capitals from small letters.
 * Thread: each take on one at a time, never the audio thread. */
#pragma once

#include "engine/disk/format.h"

#include <glib.h>

typedef struct WbTakeNames WbTakeNames;

/* A take on that day in the folder, with the first number that no file of the day has there. What
 * another program creates meanwhile has WB_OUTPUT_ERROR_EXISTS as its consequence: begin anew. */
WbTakeNames *wb_take_names_new(const char *folder, GDateTime *day);
void wb_take_names_free(WbTakeNames *take);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WbTakeNames, wb_take_names_free)

/* From 1 on. */
unsigned wb_take_names_number(const WbTakeNames *take);

/* The path of one more file of the take. `label` is the name of a track, say, in UTF-8: what disks
 * do not take in a name becomes "-", what is too long is cut off. To be freed. */
char *wb_take_names_path(WbTakeNames *take, const char *label, WbFormat format);
