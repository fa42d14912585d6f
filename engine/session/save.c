/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/session/save.h"

#include "engine/session/check.h"
#include "engine/session/connections.h"
#include "engine/session/fields.h"
#include "engine/session/filename.h"
#include "engine/session/session.h"

#include <glib/gi18n.h>

#define INDENT 2

/* Written by hand rather than by JsonGenerator, which gives every double 17 digits: 0.1 would read
 * 0.10000000000000001. */
typedef struct {
    GString *text;
    unsigned depth;
    bool empty; /* nothing yet in the innermost object or array */
} Writer;

static void begin_value(Writer *writer, const char *key)
{
    if (writer->depth > 0) {
        g_string_append(writer->text, writer->empty ? "\n" : ",\n");
        for (unsigned i = 0; i < writer->depth * INDENT; i++)
            g_string_append_c(writer->text, ' ');
    }
    if (key != NULL)
        g_string_append_printf(writer->text, "\"%s\": ", key);
    writer->empty = false;
}

static void open_group(Writer *writer, const char *key, char bracket)
{
    begin_value(writer, key);
    g_string_append_c(writer->text, bracket);
    writer->depth++;
    writer->empty = true;
}

static void close_group(Writer *writer, char bracket)
{
    writer->depth--;
    if (!writer->empty) {
        g_string_append_c(writer->text, '\n');
        for (unsigned i = 0; i < writer->depth * INDENT; i++)
            g_string_append_c(writer->text, ' ');
    }
    g_string_append_c(writer->text, bracket);
    writer->empty = false;
}

/* The fewest digits that read back as the same number. */
static void write_number(Writer *writer, const char *key, double value)
{
    static const char *const formats[] = {"%.15g", "%.16g", "%.17g"};
    char digits[G_ASCII_DTOSTR_BUF_SIZE];
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_ascii_formatd(digits, sizeof digits, formats[i], value == 0.0 ? 0.0 : value);
        if (g_ascii_strtod(digits, NULL) == value)
            break;
    }
    begin_value(writer, key);
    g_string_append(writer->text, digits);
}

static void write_text(Writer *writer, const char *key, const char *value)
{
    begin_value(writer, key);
    g_string_append_c(writer->text, '"');
    for (const char *c = value; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\')
            g_string_append_c(writer->text, '\\');
        if ((guchar)*c < 0x20)
            g_string_append_printf(writer->text, "\\u%04x", (unsigned)*c);
        else
            g_string_append_c(writer->text, *c);
    }
    g_string_append_c(writer->text, '"');
}

static void write_fields(Writer *writer, const WbFieldTable *table, const void *base)
{
    for (size_t i = 0; i < table->n_fields; i++) {
        const WbField *field = &table->fields[i];
        const double value = wb_field_get(field, base);
        if (field->presence == WB_FIELD_OR_UNSET && value == field->unset)
            continue;
        if (field->type == WB_FIELD_FLAG) {
            begin_value(writer, field->key);
            g_string_append(writer->text, value != 0.0 ? "true" : "false");
        } else {
            write_number(writer, field->key, value);
        }
    }
}

static void write_clip(Writer *writer, const WbClip *clip)
{
    g_autofree char *file = wb_filename_to_text(clip->file);
    open_group(writer, NULL, '{');
    write_text(writer, "file", file);
    write_fields(writer, &wb_clip_fields, clip);
    close_group(writer, '}');
}

static void write_track(Writer *writer, const WbTrack *track)
{
    g_autofree char *colour = g_strdup_printf("#%06x", track->colour);
    open_group(writer, NULL, '{');
    write_fields(writer, &wb_track_head_fields, track);
    write_text(writer, "name", track->name);
    write_text(writer, "role", wb_role_name(track->role));
    write_text(writer, "colour", colour);
    write_fields(writer, &wb_track_fields, track);
    open_group(writer, "never", '[');
    for (guint i = 0; i < track->never->len; i++)
        write_number(writer, NULL, g_array_index(track->never, unsigned, i));
    close_group(writer, ']');
    open_group(writer, "clips", '[');
    for (guint i = 0; i < track->clips->len; i++)
        write_clip(writer, track->clips->pdata[i]);
    close_group(writer, ']');
    close_group(writer, '}');
}

static void write_connections(void *data, WbConnectKind kind, unsigned track, unsigned channel,
                              const char *const *to)
{
    Writer *writer = data;
    open_group(writer, NULL, '{');
    write_text(writer, "port", wb_connect_kind_name(kind));
    if (wb_connect_kind_of_track(kind))
        write_number(writer, "track", track);
    write_number(writer, "channel", channel + 1);
    open_group(writer, "to", '[');
    for (; *to != NULL; to++) {
        g_autofree char *name = wb_filename_to_text(*to);
        write_text(writer, NULL, name);
    }
    close_group(writer, ']');
    close_group(writer, '}');
}

char *wb_session_to_text(const WbSession *session)
{
    Writer writer = {.text = g_string_new(NULL)};
    open_group(&writer, NULL, '{');
    write_text(&writer, "format", WB_SESSION_FORMAT);
    write_number(&writer, "version", WB_SESSION_VERSION);
    write_fields(&writer, &wb_session_fields, session);
    write_text(&writer, "guard", wb_guard_name(session->guard));
    write_text(&writer, "record_format", wb_format_name(session->record_format));
    open_group(&writer, "mix", '{');
    write_fields(&writer, &wb_mix_fields, &session->mix);
    close_group(&writer, '}');
    open_group(&writer, "tracks", '[');
    for (guint i = 0; i < session->tracks->len; i++)
        write_track(&writer, session->tracks->pdata[i]);
    close_group(&writer, ']');
    open_group(&writer, "connections", '[');
    wb_session_each_connections(session, write_connections, &writer);
    close_group(&writer, ']');
    close_group(&writer, '}');
    g_string_append_c(writer.text, '\n');
    return g_string_free(writer.text, FALSE);
}

bool wb_session_save(const WbSession *session, GError **error)
{
    g_autofree char *path = g_build_filename(session->folder, WB_SESSION_FILE, NULL);
    g_autofree char *name = g_filename_display_name(path);
    if (!wb_session_check(session, name, error))
        return false;
    g_autofree char *text = wb_session_to_text(session);
    g_autoptr(GError) cause = NULL;
    if (g_file_set_contents_full(path, text, -1,
                                 G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0666,
                                 &cause))
        return true;
    g_set_error(error, WB_SESSION_ERROR, WB_SESSION_ERROR_WRITE,
                _("%s: not saved; what was there is unchanged: %s"), name, cause->message);
    return false;
}
