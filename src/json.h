/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The JSON that commands write: members of objects, and the file. Main thread. */
#pragma once

#include <json-glib/json-glib.h>
#include <stdbool.h>

void wb_json_add_string(JsonBuilder *json, const char *key, const char *value);

/* Rounded to six decimals; null for what is not finite, which JSON cannot say. */
void wb_json_add_number(JsonBuilder *json, const char *key, double value);
void wb_json_add_count(JsonBuilder *json, const char *key, guint64 value);
void wb_json_add_bool(JsonBuilder *json, const char *key, bool value);

/* Writes what was built to a file, as a whole or not at all. */
bool wb_json_write(const char *path, JsonBuilder *json, GError **error);

/* The text of what was built, indented, with a line feed at its end. */
char *wb_json_text(JsonBuilder *json);
