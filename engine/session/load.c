/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/session/session.h"

#include "engine/session/check.h"
#include "engine/session/fields.h"
#include "engine/session/filename.h"
#include "engine/session/json_read.h"
#include "engine/session/save.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

/* An object of the file while it is read: what it is called in messages, and the keys that were
 * asked for, so that one that nobody knows is found. */
typedef struct {
    JsonObject *object;
    const char *place;
    GHashTable *known;
} Reader;

static bool fail(GError **error, const char *place, const char *key, const char *message)
{
    g_set_error(error, WB_SESSION_ERROR, WB_SESSION_ERROR_VALUE, "%s: \"%s\" %s", place, key,
                message);
    return false;
}

static Reader reader_open(JsonObject *object, const char *place)
{
    return (Reader){
        .object = object, .place = place, .known = g_hash_table_new(g_str_hash, g_str_equal)};
}

static JsonNode *take(Reader *reader, const char *key)
{
    g_hash_table_add(reader->known, (gpointer)key);
    return json_object_get_member(reader->object, key);
}

static JsonNode *take_required(Reader *reader, const char *key, GError **error)
{
    JsonNode *node = take(reader, key);
    if (node == NULL)
        fail(error, reader->place, key, _("is missing"));
    return node;
}

/* What is not known would be lost when the session is saved: say so instead. */
static bool reader_close(Reader *reader, bool good, GError **error)
{
    if (good) {
        g_autoptr(GList) keys = json_object_get_members(reader->object);
        for (const GList *key = keys; key != NULL && good; key = key->next) {
            if (!g_hash_table_contains(reader->known, key->data))
                good = fail(error, reader->place, key->data, _("is not a key of a session"));
        }
    }
    g_hash_table_unref(reader->known);
    return good;
}

static bool is_text(JsonNode *node)
{
    return JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING;
}

/* NULL, with an error, if the key is missing or not a text. The document owns the result. */
static const char *take_text(Reader *reader, const char *key, GError **error)
{
    JsonNode *node = take_required(reader, key, error);
    if (node == NULL)
        return NULL;
    if (!is_text(node)) {
        fail(error, reader->place, key, _("must be a text in double quotes"));
        return NULL;
    }
    return json_node_get_string(node);
}

static bool read_field(Reader *reader, const WbField *field, void *base, GError **error)
{
    JsonNode *node = take(reader, field->key);
    if (node == NULL) {
        return field->presence != WB_FIELD_REQUIRED ||
               fail(error, reader->place, field->key, _("is missing"));
    }
    const GType type = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_value_type(node) : G_TYPE_NONE;
    if (field->type == WB_FIELD_FLAG) {
        if (type != G_TYPE_BOOLEAN)
            return fail(error, reader->place, field->key, _("must be true or false"));
        wb_field_set(field, base, json_node_get_boolean(node));
        return true;
    }
    if (type != G_TYPE_INT64 && (type != G_TYPE_DOUBLE || field->type != WB_FIELD_NUMBER)) {
        return fail(error, reader->place, field->key,
                    field->type == WB_FIELD_NUMBER ? _("must be a number")
                                                   : _("must be a whole number"));
    }
    const double value = json_node_get_double(node);
    if (!wb_field_check(field, value, reader->place, error))
        return false;
    wb_field_set(field, base, value);
    return true;
}

static bool read_fields(Reader *reader, const WbFieldTable *table, void *base, GError **error)
{
    for (size_t i = 0; i < table->n_fields; i++) {
        if (!read_field(reader, &table->fields[i], base, error))
            return false;
    }
    return true;
}

static JsonArray *take_array(Reader *reader, const char *key, GError **error)
{
    JsonNode *node = take_required(reader, key, error);
    if (node == NULL)
        return NULL;
    if (!JSON_NODE_HOLDS_ARRAY(node)) {
        fail(error, reader->place, key, _("must be a list in square brackets"));
        return NULL;
    }
    return json_node_get_array(node);
}

static JsonObject *array_object(JsonArray *array, guint i, const char *place, GError **error)
{
    JsonNode *node = json_array_get_element(array, i);
    if (JSON_NODE_HOLDS_OBJECT(node))
        return json_node_get_object(node);
    g_set_error(error, WB_SESSION_ERROR, WB_SESSION_ERROR_VALUE,
                _("%s: must be an object in braces"), place);
    return NULL;
}

static bool read_clip_keys(Reader *reader, WbTrack *track, GError **error)
{
    const char *text = take_text(reader, "file", error);
    if (text == NULL)
        return false;
    g_autofree char *file = wb_filename_from_text(text);
    if (file == NULL) {
        return fail(error, reader->place, "file",
                    _("has a % that is not followed by two hexadecimal digits; write %25 for a % "
                      "itself"));
    }
    return read_fields(reader, &wb_clip_fields, wb_track_add_clip(track, file), error);
}

static bool read_clips(Reader *reader, WbTrack *track, GError **error)
{
    JsonArray *clips = take_array(reader, "clips", error);
    if (clips == NULL)
        return false;
    for (guint i = 0; i < json_array_get_length(clips); i++) {
        g_autofree char *place = g_strdup_printf(_("%s: clip %u"), reader->place, i + 1);
        JsonObject *object = array_object(clips, i, place, error);
        if (object == NULL)
            return false;
        Reader clip = reader_open(object, place);
        if (!reader_close(&clip, read_clip_keys(&clip, track, error), error))
            return false;
    }
    return true;
}

static bool read_never(Reader *reader, WbTrack *track, GError **error)
{
    if (!json_object_has_member(reader->object, "never"))
        return true;
    JsonArray *never = take_array(reader, "never", error);
    if (never == NULL)
        return false;
    for (guint i = 0; i < json_array_get_length(never); i++) {
        JsonNode *node = json_array_get_element(never, i);
        const bool integer =
            JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_INT64;
        const gint64 id = integer ? json_node_get_int(node) : 0;
        if (id < 1 || id > G_MAXINT)
            return fail(error, reader->place, "never", _("must be a list of track ids"));
        const unsigned value = (unsigned)id;
        g_array_append_val(track->never, value);
    }
    return true;
}

static bool parse_colour(const char *text, unsigned *colour)
{
    if (strlen(text) != 7 || text[0] != '#')
        return false;
    *colour = 0;
    for (unsigned i = 1; i < 7; i++) {
        if (!g_ascii_isxdigit(text[i]))
            return false;
        *colour = *colour * 16 + (unsigned)g_ascii_xdigit_value(text[i]);
    }
    return true;
}

static bool read_colour(Reader *reader, WbTrack *track, GError **error)
{
    if (!json_object_has_member(reader->object, "colour"))
        return true;
    const char *text = take_text(reader, "colour", error);
    if (text == NULL)
        return false;
    return parse_colour(text, &track->colour) ||
           fail(error, reader->place, "colour", _("must be written as #rrggbb"));
}

static bool read_role(Reader *reader, WbTrack *track, GError **error)
{
    const char *text = take_text(reader, "role", error);
    if (text == NULL)
        return false;
    if (wb_role_parse(text, &track->role))
        return true;
    g_set_error(error, WB_SESSION_ERROR, WB_SESSION_ERROR_VALUE,
                _("%s: unknown role \"%s\"; it must be lead, support or background"), reader->place,
                text);
    return false;
}

static bool read_track_keys(Reader *reader, WbTrack *track, GError **error)
{
    return read_fields(reader, &wb_track_head_fields, track, error) &&
           read_role(reader, track, error) && read_colour(reader, track, error) &&
           read_fields(reader, &wb_track_fields, track, error) &&
           read_never(reader, track, error) && read_clips(reader, track, error);
}

static bool read_track(JsonArray *tracks, guint i, const char *name, WbSession *session,
                       GError **error)
{
    g_autofree char *anonymous = g_strdup_printf(_("%s: track %u"), name, i + 1);
    JsonObject *object = array_object(tracks, i, anonymous, error);
    if (object == NULL)
        return false;
    WbTrack *track = wb_track_new();
    track->name = g_strdup("");
    g_ptr_array_add(session->tracks, track);

    Reader reader = reader_open(object, anonymous);
    const char *text = take_text(&reader, "name", error);
    if (text == NULL)
        return reader_close(&reader, false, error);
    g_free(track->name);
    track->name = g_strdup(text);

    g_autofree char *where = wb_track_place(track, i);
    g_autofree char *place = g_strdup_printf("%s: %s", name, where);
    reader.place = place;
    return reader_close(&reader, read_track_keys(&reader, track, error), error);
}

static bool read_mix(Reader *reader, const char *name, WbMixSettings *mix, GError **error)
{
    JsonNode *node = take(reader, "mix");
    if (node == NULL)
        return true;
    if (!JSON_NODE_HOLDS_OBJECT(node))
        return fail(error, name, "mix", _("must be an object in braces"));
    g_autofree char *place = g_strdup_printf(_("%s: mix"), name);
    Reader inner = reader_open(json_node_get_object(node), place);
    return reader_close(&inner, read_fields(&inner, &wb_mix_fields, mix, error), error);
}

/* First of all: what is not ours, or newer, is not looked at any further. */
static bool read_header(Reader *reader, GError **error)
{
    JsonNode *format = take(reader, "format");
    if (format == NULL || !is_text(format) ||
        strcmp(json_node_get_string(format), WB_SESSION_FORMAT) != 0) {
        g_set_error(error, WB_SESSION_ERROR, WB_SESSION_ERROR_FORMAT,
                    _("%s: not a Wideberth session (its \"format\" is not \"%s\")"), reader->place,
                    WB_SESSION_FORMAT);
        return false;
    }
    JsonNode *version = take_required(reader, "version", error);
    if (version == NULL)
        return false;
    const bool integer =
        JSON_NODE_HOLDS_VALUE(version) && json_node_get_value_type(version) == G_TYPE_INT64;
    if (!integer || json_node_get_int(version) < 1)
        return fail(error, reader->place, "version", _("must be a whole number from 1"));
    if (json_node_get_int(version) > WB_SESSION_VERSION) {
        g_set_error(error, WB_SESSION_ERROR, WB_SESSION_ERROR_VERSION,
                    _("%s: written by a newer Wideberth (version %d of the format, this program "
                      "knows %d); it was left as it is, update Wideberth to open it"),
                    reader->place, (int)MIN(json_node_get_int(version), G_MAXINT),
                    WB_SESSION_VERSION);
        return false;
    }
    return true;
}

static bool read_document(Reader *reader, WbSession *session, GError **error)
{
    if (!read_header(reader, error) || !read_fields(reader, &wb_session_fields, session, error) ||
        !read_mix(reader, reader->place, &session->mix, error))
        return false;
    JsonArray *tracks = take_array(reader, "tracks", error);
    if (tracks == NULL)
        return false;
    for (guint i = 0; i < json_array_get_length(tracks); i++) {
        if (!read_track(tracks, i, reader->place, session, error))
            return false;
    }
    return true;
}

static WbSession *session_from_json(JsonNode *root, const char *folder, const char *name,
                                    GError **error)
{
    if (!JSON_NODE_HOLDS_OBJECT(root)) {
        g_set_error(error, WB_SESSION_ERROR, WB_SESSION_ERROR_FORMAT,
                    _("%s: not a Wideberth session"), name);
        return NULL;
    }
    g_autoptr(WbSession) session = wb_session_new(folder, 0);
    Reader reader = reader_open(json_node_get_object(root), name);
    if (!reader_close(&reader, read_document(&reader, session, error), error) ||
        !wb_session_check(session, name, error))
        return NULL;
    for (guint i = 0; i < session->tracks->len; i++) {
        const WbTrack *track = session->tracks->pdata[i];
        session->next_id = MAX(session->next_id, track->id + 1);
    }
    return g_steal_pointer(&session);
}

WbSession *wb_session_parse(const char *text, gsize length, const char *name, GError **error)
{
    g_autoptr(JsonNode) root = wb_json_parse(text, length, name, error);
    return root == NULL ? NULL : session_from_json(root, NULL, name, error);
}

WbSession *wb_session_load(const char *path, GError **error)
{
    g_autofree char *base = g_path_get_basename(path);
    const bool is_file =
        strcmp(base, WB_SESSION_FILE) == 0 && !g_file_test(path, G_FILE_TEST_IS_DIR);
    g_autofree char *folder = is_file ? g_path_get_dirname(path) : g_strdup(path);
    g_autofree char *file = g_build_filename(folder, WB_SESSION_FILE, NULL);
    GStatBuf status;
    if (g_stat(file, &status) != 0 && (errno == ENOENT || errno == ENOTDIR)) {
        g_autofree char *name = g_filename_display_name(path);
        const bool folder_exists = g_file_test(folder, G_FILE_TEST_IS_DIR);
        g_set_error(error, WB_SESSION_ERROR, WB_SESSION_ERROR_READ,
                    folder_exists
                        ? _("%s: no session there (it has no %s); \"wideberth import\" makes one")
                        : _("%s: no such session folder (%s is read from it)"),
                    name, WB_SESSION_FILE);
        return NULL;
    }
    g_autoptr(JsonNode) root = wb_json_read(file, error);
    if (root == NULL)
        return NULL;
    g_autofree char *name = g_filename_display_name(file);
    return session_from_json(root, folder, name, error);
}
