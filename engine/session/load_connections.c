/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/session/load_connections.h"

#include "engine/session/connections.h"
#include "engine/session/filename.h"

#include <glib/gi18n.h>

static bool take_number(WbObjectReader *reader, const char *key, gint64 max, unsigned *number,
                        GError **error)
{
    JsonNode *node = wb_object_take_required(reader, key, error);
    if (node == NULL)
        return false;
    const bool integer =
        JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_INT64;
    const gint64 value = integer ? json_node_get_int(node) : 0;
    *number = (unsigned)value;
    return (value >= 1 && value <= max) ||
           wb_object_fail(error, reader->place, key, _("is no number that it may have"));
}

static bool read_kind(WbObjectReader *reader, WbConnectKind *kind, GError **error)
{
    const char *text = wb_object_take_text(reader, "port", error);
    if (text == NULL)
        return false;
    return wb_connect_kind_parse(text, kind) ||
           wb_object_fail(error, reader->place, "port", _("must be input, direct, bus or listen"));
}

static bool read_track(WbObjectReader *reader, const WbSession *session, WbConnectKind kind,
                       unsigned *track, GError **error)
{
    *track = 0;
    if (!wb_connect_kind_of_track(kind))
        return true;
    if (!take_number(reader, "track", G_MAXINT, track, error))
        return false;
    return wb_session_track(session, *track) != NULL ||
           wb_object_fail(error, reader->place, "track", _("names a track that does not exist"));
}

static bool read_others(WbObjectReader *reader, GPtrArray *others, GError **error)
{
    JsonArray *to = wb_object_take_array(reader, "to", error);
    if (to == NULL)
        return false;
    for (guint i = 0; i < json_array_get_length(to); i++) {
        JsonNode *node = json_array_get_element(to, i);
        char *name =
            wb_object_is_text(node) ? wb_filename_from_text(json_node_get_string(node)) : NULL;
        if (name == NULL || *name == '\0') {
            g_free(name);
            return wb_object_fail(error, reader->place, "to", _("must be a list of port names"));
        }
        g_ptr_array_add(others, name);
    }
    g_ptr_array_add(others, NULL);
    return true;
}

static bool read_entry(WbObjectReader *reader, WbSession *session, GError **error)
{
    WbConnectKind kind;
    unsigned track;
    unsigned channel;
    g_autoptr(GPtrArray) others = g_ptr_array_new_with_free_func(g_free);
    if (!read_kind(reader, &kind, error) || !read_track(reader, session, kind, &track, error) ||
        !take_number(reader, "channel", WB_CONNECT_CHANNELS, &channel, error) ||
        !read_others(reader, others, error))
        return false;
    if (wb_session_connections(session, kind, track, channel - 1) != NULL)
        return wb_object_fail(error, reader->place, "port", _("stands here a second time"));
    wb_session_set_connections(session, kind, track, channel - 1,
                               (const char *const *)others->pdata);
    return true;
}

bool wb_load_connections(WbObjectReader *reader, WbSession *session, GError **error)
{
    if (wb_object_take(reader, "connections") == NULL)
        return true;
    JsonArray *entries = wb_object_take_array(reader, "connections", error);
    if (entries == NULL)
        return false;
    for (guint i = 0; i < json_array_get_length(entries); i++) {
        g_autofree char *place = g_strdup_printf(_("%s: connection %u"), reader->place, i + 1);
        JsonObject *object = wb_array_object(entries, i, place, error);
        if (object == NULL)
            return false;
        WbObjectReader entry = wb_object_open(object, place);
        if (!wb_object_close(&entry, read_entry(&entry, session, error), error))
            return false;
    }
    return true;
}
