/* SPDX-License-Identifier: GPL-3.0-or-later */
/* File names as text: bytes that are not UTF-8 must survive in a JSON file.
 *
 * Thread: any; no state. */
#pragma once

#include <glib.h>

/* The name with every control character, every `%` and every byte that is not part of valid UTF-8
 * written as `%XX`. */
char *wb_filename_to_text(const char *name);
/* The way back. NULL if a `%` is not followed by two hexadecimal digits, or stands for a zero. */
char *wb_filename_from_text(const char *text);
