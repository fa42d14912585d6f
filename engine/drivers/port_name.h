/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For the drivers alone: names of ports that a server takes.
 * Thread: main. */
#pragma once

#include "engine/drivers/driver.h"

/* Whether another of our ports than `self` has it. */
typedef bool (*WbPortNameTaken)(void *data, const char *name, const WbPort *self);

/* As much of a wanted name as servers take, cut between characters, with a number if it is taken.
 * Free with g_free(). */
char *wb_port_free_name(const char *wanted, WbPortNameTaken is_taken, void *data,
                        const WbPort *self);
