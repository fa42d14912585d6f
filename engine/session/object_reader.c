/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/session/object_reader.h"

#include "engine/session/session.h"

#include <glib/gi18n.h>

bool wb_object_fail(GError **error, const char *place, const char *key, const char *message)
{
    g_set_error(error, WB_SESSION_ERROR, WB_SESSION_ERROR_VALUE, "%s: \"%s\" %s", place, key,
                message);
    return false;
}

WbObjectReader wb_object_open(JsonObject *object, const char *place)
{
    return (WbObjectReader){
        .object = object, .place = place, .known = g_hash_table_new(g_str_hash, g_str_equal)};
}

JsonNode *wb_object_take(WbObjectReader *reader, const char *key)
{
    g_hash_table_add(reader->known, (gpointer)key);
    return json_object_get_member(reader->object, key);
}

JsonNode *wb_object_take_required(WbObjectReader *reader, const char *key, GError **error)
{
    JsonNode *node = wb_object_take(reader, key);
    if (node == NULL)
        wb_object_fail(error, reader->place, key, _("is missing"));
    return node;
}

bool wb_object_close(WbObjectReader *reader, bool good, GError **error)
{
    if (good) {
        g_autoptr(GList) keys = json_object_get_members(reader->object);
        for (const GList *key = keys; key != NULL && good; key = key->next) {
            if (!g_hash_table_contains(reader->known, key->data))
                good =
                    wb_object_fail(error, reader->place, key->data, _("is not a key of a session"));
        }
    }
    g_hash_table_unref(reader->known);
    return good;
}

bool wb_object_is_text(JsonNode *node)
{
    return JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING;
}

const char *wb_object_take_text(WbObjectReader *reader, const char *key, GError **error)
{
    JsonNode *node = wb_object_take_required(reader, key, error);
    if (node == NULL)
        return NULL;
    if (!wb_object_is_text(node)) {
        wb_object_fail(error, reader->place, key, _("must be a text in double quotes"));
        return NULL;
    }
    return json_node_get_string(node);
}

static bool read_field(WbObjectReader *reader, const WbField *field, void *base, GError **error)
{
    JsonNode *node = wb_object_take(reader, field->key);
    if (node == NULL) {
        return field->presence != WB_FIELD_REQUIRED ||
               wb_object_fail(error, reader->place, field->key, _("is missing"));
    }
    const GType type = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_value_type(node) : G_TYPE_NONE;
    if (field->type == WB_FIELD_FLAG) {
        if (type != G_TYPE_BOOLEAN)
            return wb_object_fail(error, reader->place, field->key, _("must be true or false"));
        wb_field_set(field, base, json_node_get_boolean(node));
        return true;
    }
    if (type != G_TYPE_INT64 && (type != G_TYPE_DOUBLE || field->type != WB_FIELD_NUMBER)) {
        return wb_object_fail(error, reader->place, field->key,
                              field->type == WB_FIELD_NUMBER ? _("must be a number")
                                                             : _("must be a whole number"));
    }
    const double value = json_node_get_double(node);
    if (!wb_field_check(field, value, reader->place, error))
        return false;
    wb_field_set(field, base, value);
    return true;
}

bool wb_object_read_fields(WbObjectReader *reader, const WbFieldTable *table, void *base,
                           GError **error)
{
    for (size_t i = 0; i < table->n_fields; i++) {
        if (!read_field(reader, &table->fields[i], base, error))
            return false;
    }
    return true;
}

JsonArray *wb_object_take_array(WbObjectReader *reader, const char *key, GError **error)
{
    JsonNode *node = wb_object_take_required(reader, key, error);
    if (node == NULL)
        return NULL;
    if (!JSON_NODE_HOLDS_ARRAY(node)) {
        wb_object_fail(error, reader->place, key, _("must be a list in square brackets"));
        return NULL;
    }
    return json_node_get_array(node);
}

JsonObject *wb_array_object(JsonArray *array, guint i, const char *place, GError **error)
{
    JsonNode *node = json_array_get_element(array, i);
    if (JSON_NODE_HOLDS_OBJECT(node))
        return json_node_get_object(node);
    g_set_error(error, WB_SESSION_ERROR, WB_SESSION_ERROR_VALUE,
                _("%s: must be an object in braces"), place);
    return NULL;
}
