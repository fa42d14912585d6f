/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/session/check.h"

#include "engine/session/fields.h"
#include "engine/session/filename.h"

#include <glib/gi18n.h>
#include <string.h>

char *wb_track_place(const WbTrack *track, guint index)
{
    if (track->name == NULL || *track->name == '\0' || !g_utf8_validate(track->name, -1, NULL))
        return g_strdup_printf(_("track %u"), index + 1);
    return g_strdup_printf(_("track %u \"%s\""), index + 1, track->name);
}

static bool check_fields(const WbFieldTable *table, const void *base, const char *place,
                         GError **error)
{
    for (size_t i = 0; i < table->n_fields; i++) {
        const WbField *field = &table->fields[i];
        const double value = wb_field_get(field, base);
        if (field->presence == WB_FIELD_OR_UNSET && value == field->unset)
            continue;
        if (!wb_field_check(field, value, place, error))
            return false;
    }
    return true;
}

static bool fail(GError **error, const char *place, const char *message)
{
    g_set_error(error, WB_SESSION_ERROR, WB_SESSION_ERROR_VALUE, "%s: %s", place, message);
    return false;
}

static bool leaves_folder(const char *file)
{
    g_auto(GStrv) parts = g_strsplit(file, G_DIR_SEPARATOR_S, -1);
    for (char **part = parts; *part != NULL; part++) {
        if (strcmp(*part, "..") == 0)
            return true;
    }
    return false;
}

static bool check_clip(const WbClip *clip, const char *place, GError **error)
{
    if (!check_fields(&wb_clip_fields, clip, place, error))
        return false;
    if (*clip->file == '\0')
        return fail(error, place, _("\"file\" is empty"));
    if (!g_path_is_absolute(clip->file) && leaves_folder(clip->file)) {
        g_autofree char *file = wb_filename_to_text(clip->file);
        g_set_error(error, WB_SESSION_ERROR, WB_SESSION_ERROR_VALUE,
                    _("%s: \"file\" is \"%s\", which leaves the session's folder; write the whole "
                      "path, from the root"),
                    place, file);
        return false;
    }
    if (clip->length > 0 && clip->fade_in + clip->fade_out > clip->length)
        return fail(error, place, _("\"fade_in\" and \"fade_out\" together exceed \"length\""));
    return true;
}

static bool check_never(GHashTable *ids, const WbTrack *track, const char *place, GError **error)
{
    for (guint i = 0; i < track->never->len; i++) {
        const unsigned id = g_array_index(track->never, unsigned, i);
        if (id == track->id)
            return fail(error, place, _("\"never\" names the track itself"));
        if (i > 0 && id <= g_array_index(track->never, unsigned, i - 1))
            return fail(error, place, _("\"never\" is not in ascending order"));
        if (!g_hash_table_contains(ids, GUINT_TO_POINTER(id))) {
            g_set_error(error, WB_SESSION_ERROR, WB_SESSION_ERROR_VALUE,
                        _("%s: \"never\" names track id %u, which does not exist"), place, id);
            return false;
        }
    }
    return true;
}

static bool check_track(GHashTable *ids, const WbTrack *track, const char *place, GError **error)
{
    if (!check_fields(&wb_track_head_fields, track, place, error) ||
        !check_fields(&wb_track_fields, track, place, error))
        return false;
    if (!g_utf8_validate(track->name, -1, NULL))
        return fail(error, place, _("\"name\" is not valid UTF-8"));
    g_autofree char *stripped = g_strstrip(g_strdup(track->name));
    if (*stripped == '\0')
        return fail(error, place, _("\"name\" is empty; every track needs a name"));
    if (track->low_hz >= track->high_hz)
        return fail(error, place, _("\"low_hz\" must be less than \"high_hz\""));
    if (track->colour > 0xffffff)
        return fail(error, place, _("\"colour\" must be written as #rrggbb"));
    if (!check_never(ids, track, place, error))
        return false;
    for (guint i = 0; i < track->clips->len; i++) {
        g_autofree char *clip_place = g_strdup_printf(_("%s: clip %u"), place, i + 1);
        if (!check_clip(track->clips->pdata[i], clip_place, error))
            return false;
    }
    return true;
}

/* Fills in `ids`: of id to track. */
static bool check_unique(const WbSession *session, GHashTable *ids, const char *name,
                         GError **error)
{
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < session->tracks->len; i++) {
        const WbTrack *track = session->tracks->pdata[i];
        const WbTrack *other = g_hash_table_lookup(ids, GUINT_TO_POINTER(track->id));
        g_autofree char *where = wb_track_place(track, i);
        g_autofree char *place = g_strdup_printf("%s: %s", name, where);
        if (other != NULL) {
            g_set_error(error, WB_SESSION_ERROR, WB_SESSION_ERROR_VALUE,
                        _("%s: \"id\" %u is also that of track \"%s\"; ids must differ"), place,
                        track->id, other->name);
            return false;
        }
        g_hash_table_insert(ids, GUINT_TO_POINTER(track->id), (gpointer)track);
        if (!g_hash_table_add(names, track->name))
            return fail(error, place,
                        _("\"name\" is also that of another track; rename one of them"));
    }
    return true;
}

bool wb_session_check(const WbSession *session, const char *name, GError **error)
{
    if (!check_fields(&wb_session_fields, session, name, error))
        return false;
    if (session->loop && session->loop_start >= session->loop_end)
        return fail(error, name, _("\"loop_start\" must be less than \"loop_end\""));
    g_autoptr(GHashTable) ids = g_hash_table_new(NULL, NULL);
    g_autofree char *mix_place = g_strdup_printf(_("%s: mix"), name);
    if (!check_fields(&wb_mix_fields, &session->mix, mix_place, error) ||
        !check_unique(session, ids, name, error))
        return false;
    for (guint i = 0; i < session->tracks->len; i++) {
        const WbTrack *track = session->tracks->pdata[i];
        g_autofree char *where = wb_track_place(track, i);
        g_autofree char *place = g_strdup_printf("%s: %s", name, where);
        if (!check_track(ids, track, place, error))
            return false;
    }
    return true;
}
