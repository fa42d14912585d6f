/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order in which people number files: "2 bass" before "10 pad".
 *
 * Thread: any; no state. */
#pragma once

/* Like strcmp(): digits compare as numbers, letters without regard to case; what is still equal,
 * byte by byte, so that the order is total and the same in every locale. */
int wb_natural_compare(const char *a, const char *b);
