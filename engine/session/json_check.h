/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strict JSON (RFC 8259): says where a text breaks the rules, before json-glib, which takes more
 * than JSON and recurses without a limit, sees it.
 *
 * Thread: any; no state. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Objects and arrays may be nested this deep. */
#define WB_JSON_DEPTH_MAX 32

typedef struct {
    unsigned line;       /* from 1 */
    unsigned column;     /* in characters, from 1 */
    const char *message; /* translated; static */
} WbJsonFault;

/* True if `text` is one JSON value in UTF-8, nested no deeper than WB_JSON_DEPTH_MAX, without a key
 * twice in an object, without U+0000 and halves of surrogate pairs, and with integers of at most 18
 * digits; otherwise the first fault is filled in. */
bool wb_json_check(const char *text, gsize length, WbJsonFault *fault);
