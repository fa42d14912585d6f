/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a JSON file of a user: bounded, strict, with messages that give line and column.
 *
 * Thread: any. */
#pragma once

#include <glib.h>
#include <json-glib/json-glib.h>

/* No file we read is longer than this. */
#define WB_JSON_BYTES_MAX (32u << 20)

/* The root value. NULL with WB_SESSION_ERROR_READ (not a regular file, unreadable, too long) or
 * WB_SESSION_ERROR_SYNTAX. */
JsonNode *wb_json_read(const char *path, GError **error);
/* The same from memory; `name` stands for the file in messages. */
JsonNode *wb_json_parse(const char *text, gsize length, const char *name, GError **error);
