/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/session/session.h"

#include "engine/session/check.h"
#include "engine/session/filename.h"
#include "engine/session/json_read.h"
#include "engine/session/load_connections.h"
#include "engine/session/object_reader.h"
#include "engine/session/save.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

static bool read_clip_keys(WbObjectReader *reader, WbTrack *track, GError **error)
{
    const char *text = wb_object_take_text(reader, "file", error);
    if (text == NULL)
        return false;
    g_autofree char *file = wb_filename_from_text(text);
    if (file == NULL) {
        return wb_object_fail(
            error, reader->place, "file",
            _("has a % that is not followed by two hexadecimal digits; write %25 for a % "
              "itself"));
    }
    return wb_object_read_fields(reader, &wb_clip_fields, wb_track_add_clip(track, file), error);
}

static bool read_clips(WbObjectReader *reader, WbTrack *track, GError **error)
{
    JsonArray *clips = wb_object_take_array(reader, "clips", error);
    if (clips == NULL)
        return false;
    for (guint i = 0; i < json_array_get_length(clips); i++) {
        g_autofree char *place = g_strdup_printf(_("%s: clip %u"), reader->place, i + 1);
        JsonObject *object = wb_array_object(clips, i, place, error);
        if (object == NULL)
            return false;
        WbObjectReader clip = wb_object_open(object, place);
        if (!wb_object_close(&clip, read_clip_keys(&clip, track, error), error))
            return false;
    }
    return true;
}

static bool read_never(WbObjectReader *reader, WbTrack *track, GError **error)
{
    if (!json_object_has_member(reader->object, "never"))
        return true;
    JsonArray *never = wb_object_take_array(reader, "never", error);
    if (never == NULL)
        return false;
    for (guint i = 0; i < json_array_get_length(never); i++) {
        JsonNode *node = json_array_get_element(never, i);
        const bool integer =
            JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_INT64;
        const gint64 id = integer ? json_node_get_int(node) : 0;
        if (id < 1 || id > G_MAXINT)
            return wb_object_fail(error, reader->place, "never", _("must be a list of track ids"));
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

static bool read_colour(WbObjectReader *reader, WbTrack *track, GError **error)
{
    if (!json_object_has_member(reader->object, "colour"))
        return true;
    const char *text = wb_object_take_text(reader, "colour", error);
    if (text == NULL)
        return false;
    return parse_colour(text, &track->colour) ||
           wb_object_fail(error, reader->place, "colour", _("must be written as #rrggbb"));
}

static bool read_role(WbObjectReader *reader, WbTrack *track, GError **error)
{
    const char *text = wb_object_take_text(reader, "role", error);
    if (text == NULL)
        return false;
    if (wb_role_parse(text, &track->role))
        return true;
    g_set_error(error, WB_SESSION_ERROR, WB_SESSION_ERROR_VALUE,
                _("%s: unknown role \"%s\"; it must be lead, support or background"), reader->place,
                text);
    return false;
}

static bool read_track_keys(WbObjectReader *reader, WbTrack *track, GError **error)
{
    return wb_object_read_fields(reader, &wb_track_head_fields, track, error) &&
           read_role(reader, track, error) && read_colour(reader, track, error) &&
           wb_object_read_fields(reader, &wb_track_fields, track, error) &&
           read_never(reader, track, error) && read_clips(reader, track, error);
}

static bool read_track(JsonArray *tracks, guint i, const char *name, WbSession *session,
                       GError **error)
{
    g_autofree char *anonymous = g_strdup_printf(_("%s: track %u"), name, i + 1);
    JsonObject *object = wb_array_object(tracks, i, anonymous, error);
    if (object == NULL)
        return false;
    WbTrack *track = wb_track_new();
    track->name = g_strdup("");
    g_ptr_array_add(session->tracks, track);

    WbObjectReader reader = wb_object_open(object, anonymous);
    const char *text = wb_object_take_text(&reader, "name", error);
    if (text == NULL)
        return wb_object_close(&reader, false, error);
    g_free(track->name);
    track->name = g_strdup(text);

    g_autofree char *where = wb_track_place(track, i);
    g_autofree char *place = g_strdup_printf("%s: %s", name, where);
    reader.place = place;
    return wb_object_close(&reader, read_track_keys(&reader, track, error), error);
}

static bool read_mix(WbObjectReader *reader, const char *name, WbMixSettings *mix, GError **error)
{
    JsonNode *node = wb_object_take(reader, "mix");
    if (node == NULL)
        return true;
    if (!JSON_NODE_HOLDS_OBJECT(node))
        return wb_object_fail(error, name, "mix", _("must be an object in braces"));
    g_autofree char *place = g_strdup_printf(_("%s: mix"), name);
    WbObjectReader inner = wb_object_open(json_node_get_object(node), place);
    return wb_object_close(&inner, wb_object_read_fields(&inner, &wb_mix_fields, mix, error),
                           error);
}

/* First of all: what is not ours, or newer, is not looked at any further. */
static bool read_header(WbObjectReader *reader, GError **error)
{
    JsonNode *format = wb_object_take(reader, "format");
    if (format == NULL || !wb_object_is_text(format) ||
        strcmp(json_node_get_string(format), WB_SESSION_FORMAT) != 0) {
        g_set_error(error, WB_SESSION_ERROR, WB_SESSION_ERROR_FORMAT,
                    _("%s: not a Wideberth session (its \"format\" is not \"%s\")"), reader->place,
                    WB_SESSION_FORMAT);
        return false;
    }
    JsonNode *version = wb_object_take_required(reader, "version", error);
    if (version == NULL)
        return false;
    const bool integer =
        JSON_NODE_HOLDS_VALUE(version) && json_node_get_value_type(version) == G_TYPE_INT64;
    if (!integer || json_node_get_int(version) < 1)
        return wb_object_fail(error, reader->place, "version", _("must be a whole number from 1"));
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

static bool read_guard(WbObjectReader *reader, WbSession *session, GError **error)
{
    if (!json_object_has_member(reader->object, "guard"))
        return true;
    const char *text = wb_object_take_text(reader, "guard", error);
    if (text == NULL)
        return false;
    return wb_guard_parse(text, &session->guard) ||
           wb_object_fail(error, reader->place, "guard", _("must be off, low, normal or high"));
}

static bool read_record_format(WbObjectReader *reader, WbSession *session, GError **error)
{
    if (!json_object_has_member(reader->object, "record_format"))
        return true;
    const char *text = wb_object_take_text(reader, "record_format", error);
    if (text == NULL)
        return false;
    return wb_format_parse(text, &session->record_format) ||
           wb_object_fail(error, reader->place, "record_format",
                          _("must be wav, wav-24, wav-float, rf64, flac, ogg or opus"));
}

static bool read_document(WbObjectReader *reader, WbSession *session, GError **error)
{
    if (!read_header(reader, error) ||
        !wb_object_read_fields(reader, &wb_session_fields, session, error) ||
        !read_guard(reader, session, error) || !read_record_format(reader, session, error) ||
        !read_mix(reader, reader->place, &session->mix, error))
        return false;
    JsonArray *tracks = wb_object_take_array(reader, "tracks", error);
    if (tracks == NULL)
        return false;
    for (guint i = 0; i < json_array_get_length(tracks); i++) {
        if (!read_track(tracks, i, reader->place, session, error))
            return false;
    }
    return wb_load_connections(reader, session, error);
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
    WbObjectReader reader = wb_object_open(json_node_get_object(root), name);
    if (!wb_object_close(&reader, read_document(&reader, session, error), error) ||
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
