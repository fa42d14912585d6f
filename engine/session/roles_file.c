/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/session/roles_file.h"

#include "engine/session/json_read.h"
#include "engine/session/session.h"
#include "engine/session/stems.h"

#include <glib/gi18n.h>
#include <string.h>

static void entry_free(gpointer data)
{
    WbRolesEntry *entry = data;
    g_free(entry->file);
    g_free(entry->place);
    g_free(entry->name);
    g_free(entry);
}

static bool fail(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

static bool fail(GError **error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_propagate_error(
        error, g_error_new_valist(WB_SESSION_ERROR, WB_SESSION_ERROR_VALUE, format, arguments));
    va_end(arguments);
    return false;
}

static const char *text_of(JsonNode *node)
{
    if (node == NULL || !JSON_NODE_HOLDS_VALUE(node) ||
        json_node_get_value_type(node) != G_TYPE_STRING)
        return NULL;
    return json_node_get_string(node);
}

static WbRolesEntry *add_entry(GPtrArray *entries, const char *roles_name, const char *file)
{
    WbRolesEntry *entry = g_new0(WbRolesEntry, 1);
    entry->file = g_utf8_normalize(file, -1, G_NORMALIZE_NFC);
    entry->place = g_strdup_printf("%s: \"%s\"", roles_name, file);
    g_ptr_array_add(entries, entry);
    return entry;
}

static bool read_role(WbRolesEntry *entry, JsonNode *node, GError **error)
{
    const char *text = text_of(node);
    if (text == NULL)
        return fail(error, _("%s: has no role; it must be \"lead\", \"support\" or \"background\""),
                    entry->place);
    if (wb_role_parse(text, &entry->role))
        return true;
    return fail(error, _("%s: unknown role \"%s\"; it must be lead, support or background"),
                entry->place, text);
}

static bool read_gain(WbRolesEntry *entry, JsonNode *node, GError **error)
{
    if (node == NULL)
        return true;
    const GType type = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_value_type(node) : G_TYPE_NONE;
    if (type != G_TYPE_INT64 && type != G_TYPE_DOUBLE)
        return fail(error, _("%s: \"reference_gain_db\" must be a number"), entry->place);
    entry->gain_db = json_node_get_double(node);
    if (entry->gain_db >= WB_FADER_SHUT_DB && entry->gain_db <= WB_GAIN_MAX_DB)
        return true;
    return fail(error, _("%s: \"reference_gain_db\" must be from %g to %g"), entry->place,
                WB_FADER_SHUT_DB, WB_GAIN_MAX_DB);
}

static bool read_name(WbRolesEntry *entry, JsonNode *node, GError **error)
{
    if (node == NULL)
        return true;
    const char *text = text_of(node);
    if (text == NULL || *text == '\0')
        return fail(error, _("%s: \"name\" must be a text that is not empty"), entry->place);
    entry->name = g_strdup(text);
    return true;
}

static bool read_track(GPtrArray *entries, const char *roles_name, JsonNode *node, guint index,
                       GError **error)
{
    if (!JSON_NODE_HOLDS_OBJECT(node))
        return fail(error, _("%s: entry %u of \"tracks\" must be an object in braces"), roles_name,
                    index + 1);
    JsonObject *object = json_node_get_object(node);
    const char *file = text_of(json_object_get_member(object, "file"));
    if (file == NULL || *file == '\0')
        return fail(error, _("%s: entry %u of \"tracks\" has no \"file\""), roles_name, index + 1);
    WbRolesEntry *entry = add_entry(entries, roles_name, file);
    return read_role(entry, json_object_get_member(object, "role"), error) &&
           read_gain(entry, json_object_get_member(object, "reference_gain_db"), error) &&
           read_name(entry, json_object_get_member(object, "name"), error);
}

static bool read_tracks(GPtrArray *entries, const char *roles_name, JsonArray *tracks,
                        GError **error)
{
    for (guint i = 0; i < json_array_get_length(tracks); i++) {
        if (!read_track(entries, roles_name, json_array_get_element(tracks, i), i, error))
            return false;
    }
    return true;
}

static bool read_map(GPtrArray *entries, const char *roles_name, JsonObject *map, GError **error)
{
    JsonObjectIter iterator;
    const char *file;
    JsonNode *node;
    json_object_iter_init_ordered(&iterator, map);
    while (json_object_iter_next_ordered(&iterator, &file, &node)) {
        if (!read_role(add_entry(entries, roles_name, file), node, error))
            return false;
    }
    return true;
}

GPtrArray *wb_roles_file_read(const char *path, GError **error)
{
    g_autoptr(JsonNode) root = wb_json_read(path, error);
    if (root == NULL)
        return NULL;
    g_autofree char *name = g_filename_display_name(path);
    if (!JSON_NODE_HOLDS_OBJECT(root)) {
        fail(error, _("%s: must be an object in braces, of file names and roles"), name);
        return NULL;
    }
    g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func(entry_free);
    JsonObject *object = json_node_get_object(root);
    JsonNode *tracks = json_object_get_member(object, "tracks");
    const bool good = tracks != NULL && JSON_NODE_HOLDS_ARRAY(tracks)
                          ? read_tracks(entries, name, json_node_get_array(tracks), error)
                          : read_map(entries, name, object, error);
    return good ? g_steal_pointer(&entries) : NULL;
}

/* The stem an entry means; a whole file name goes before one without extension. */
static bool find_stem(const WbRolesEntry *entry, const GPtrArray *stems, const char *folder,
                      guint *index, GError **error)
{
    unsigned found = 0;
    for (guint i = 0; i < stems->len; i++) {
        const WbStem *stem = stems->pdata[i];
        if (strcmp(entry->file, stem->text) == 0) {
            *index = i;
            return true;
        }
        if (strcmp(entry->file, stem->name) == 0) {
            *index = i;
            found++;
        }
    }
    if (found == 1)
        return true;
    if (found > 1)
        g_set_error(error, WB_SESSION_ERROR, WB_SESSION_ERROR_IMPORT,
                    _("%s: more than one file has this name; write the extension, too"),
                    entry->place);
    else
        g_set_error(error, WB_SESSION_ERROR, WB_SESSION_ERROR_IMPORT,
                    _("%s: no such audio file in %s; put it there, or take it out of %s"),
                    entry->place, folder, WB_ROLES_FILE);
    return false;
}

const WbRolesEntry **wb_roles_match(const GPtrArray *entries, const GPtrArray *stems,
                                    const char *folder, GError **error)
{
    g_autofree const WbRolesEntry **matched = g_new0(const WbRolesEntry *, stems->len);
    for (guint i = 0; i < entries->len; i++) {
        const WbRolesEntry *entry = entries->pdata[i];
        guint stem;
        if (!find_stem(entry, stems, folder, &stem, error))
            return NULL;
        if (matched[stem] != NULL) {
            g_set_error(error, WB_SESSION_ERROR, WB_SESSION_ERROR_IMPORT,
                        _("%s: this file is named twice; take one of them out"), entry->place);
            return NULL;
        }
        matched[stem] = entry;
    }
    return g_steal_pointer(&matched);
}
