/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "src/json.h"

#include <math.h>
#include <string.h>

#include "engine/disk/output_file.h"

void wb_json_add_string(JsonBuilder *json, const char *key, const char *value)
{
    json_builder_set_member_name(json, key);
    json_builder_add_string_value(json, value);
}

void wb_json_add_number(JsonBuilder *json, const char *key, double value)
{
    json_builder_set_member_name(json, key);
    if (isfinite(value))
        json_builder_add_double_value(json, round(value * 1e6) / 1e6);
    else
        json_builder_add_null_value(json);
}

void wb_json_add_count(JsonBuilder *json, const char *key, guint64 value)
{
    json_builder_set_member_name(json, key);
    json_builder_add_int_value(json, (gint64)value);
}

void wb_json_add_bool(JsonBuilder *json, const char *key, bool value)
{
    json_builder_set_member_name(json, key);
    json_builder_add_boolean_value(json, value);
}

char *wb_json_text(JsonBuilder *json)
{
    g_autoptr(JsonNode) root = json_builder_get_root(json);
    g_autofree char *text = json_to_string(root, TRUE);
    return g_strconcat(text, "\n", NULL);
}

bool wb_json_write(const char *path, JsonBuilder *json, GError **error)
{
    g_autofree char *text = wb_json_text(json);
    g_autoptr(WbOutputFile) file = wb_output_file_new(path, error);
    if (!file)
        return false;
    wb_output_file_write(file, text, strlen(text));
    return wb_output_file_check(file, error) && wb_output_file_commit(file, error);
}
