/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changes of the document, each with the name that undo and redo show. */
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "engine/disk/audio_file.h"
#include "engine/session/fields.h"
#include "gui/desk_private.h"

typedef struct {
    const char *key;       /* of wb_track_fields */
    bool relative;         /* other selected tracks keep their difference */
    const char *one;       /* name of the step, of one track */
    const char *many;      /* of several */
    const char *off;       /* of one track, to 0; NULL: as `one` */
    const char *off_many;
} Parameter;

static const Parameter parameters[WB_PARAMETERS] = {
    [WB_PARAMETER_GAIN] = {"gain_db", true, N_("Change gain of %s"), N_("Change gain of %u tracks"),
                           NULL, NULL},
    [WB_PARAMETER_PAN] = {"pan", false, N_("Pan %s"), N_("Pan %u tracks"), NULL, NULL},
    [WB_PARAMETER_TRIM] = {"trim_db", true, N_("Change trim of %s"), N_("Change trim of %u tracks"),
                           NULL, NULL},
    [WB_PARAMETER_DEPTH] = {"depth_db", false, N_("Change carve depth of %s"),
                            N_("Change carve depth of %u tracks"), NULL, NULL},
    [WB_PARAMETER_MUTE] = {"mute", false, N_("Mute %s"), N_("Mute %u tracks"), N_("Unmute %s"),
                           N_("Unmute %u tracks")},
    [WB_PARAMETER_SOLO] = {"solo", false, N_("Solo %s"), N_("Solo %u tracks"), N_("End solo of %s"),
                           N_("End solo of %u tracks")},
    [WB_PARAMETER_INVERT] = {"invert", false, N_("Change polarity of %s"),
                             N_("Change polarity of %u tracks"), NULL, NULL},
    [WB_PARAMETER_BYPASS] = {"carve_bypass", false, N_("Bypass carve of %s"),
                             N_("Bypass carve of %u tracks"), N_("Carve %s again"),
                             N_("Carve %u tracks again")},
    [WB_PARAMETER_ARM] = {"arm", false, N_("Arm %s"), N_("Arm %u tracks"), N_("Disarm %s"),
                          N_("Disarm %u tracks")},
    [WB_PARAMETER_MONITOR] = {"monitor", false, N_("Monitor input of %s"),
                              N_("Monitor inputs of %u tracks"), N_("Stop monitoring %s"),
                              N_("Stop monitoring %u tracks")},
};

static WbTrack *track_of(WbDesk *desk, unsigned id)
{
    return (WbTrack *)wb_desk_track(desk, id);
}

static void commit(WbDesk *desk, const char *name, const char *key)
{
    g_autoptr(GError) error = NULL;
    if (!wb_live_changed(desk->live, name, key, &error))
        wb_desk_tell(desk, true, error->message);
}

/* Ids of the tracks that a change of this one is for. Free with g_array_unref(). */
static GArray *affected(WbDesk *desk, unsigned id)
{
    GArray *ids = g_array_new(FALSE, FALSE, sizeof(unsigned));
    if (wb_desk_is_selected(desk, id))
        g_array_append_vals(ids, desk->selected->data, desk->selected->len);
    else
        g_array_append_val(ids, id);
    return ids;
}

static char *step_name(const char *one, const char *many, const WbTrack *track, guint count)
{
    g_autofree char *number = g_strdup_printf("%u", count);
    const char *pattern = count > 1 ? _(many) : _(one);
    const char *at = strstr(pattern, count > 1 ? "%u" : "%s");
    if (at == NULL)
        return g_strdup(pattern);
    return g_strdup_printf("%.*s%s%s", (int)(at - pattern), pattern,
                           count > 1 ? number : track->name, at + 2);
}

static const WbField *field_of(WbParameter parameter)
{
    for (size_t f = 0; f < wb_track_fields.n_fields; f++)
        if (strcmp(wb_track_fields.fields[f].key, parameters[parameter].key) == 0)
            return &wb_track_fields.fields[f];
    g_assert_not_reached();
}

double wb_desk_get(WbDesk *desk, unsigned id, WbParameter parameter)
{
    const WbTrack *track = wb_desk_track(desk, id);
    return track != NULL ? wb_field_get(field_of(parameter), track) : 0;
}

static double in_range(const WbField *field, double value)
{
    if (field->type == WB_FIELD_FLAG)
        return value != 0;
    if (field->presence == WB_FIELD_OR_UNSET && value == field->unset)
        return value;
    return CLAMP(value, field->min, field->max);
}

void wb_desk_set(WbDesk *desk, unsigned id, WbParameter parameter, double value)
{
    const WbTrack *track = wb_desk_track(desk, id);
    if (track == NULL)
        return;
    const Parameter *words = &parameters[parameter];
    const WbField *field = field_of(parameter);
    const double difference = value - wb_field_get(field, track);
    if (difference == 0)
        return;
    g_autoptr(GArray) ids = affected(desk, id);
    for (guint i = 0; i < ids->len; i++) {
        const unsigned other = g_array_index(ids, unsigned, i);
        WbTrack *changed = track_of(desk, other);
        const double wanted = words->relative && other != id
                                  ? wb_field_get(field, changed) + difference
                                  : value;
        wb_field_set(field, changed, in_range(field, wanted));
    }
    const bool off = value == 0 && words->off != NULL;
    g_autofree char *name = step_name(off ? words->off : words->one,
                                      off ? words->off_many : words->many, track, ids->len);
    g_autofree char *key =
        field->type == WB_FIELD_FLAG ? NULL : g_strdup_printf("%s %u", words->key, id);
    commit(desk, name, key);
}

void wb_desk_toggle(WbDesk *desk, unsigned id, WbParameter flag)
{
    wb_desk_set(desk, id, flag, wb_desk_get(desk, id, flag) == 0);
}

void wb_desk_set_role(WbDesk *desk, unsigned id, WbRole role)
{
    const WbTrack *track = wb_desk_track(desk, id);
    if (track == NULL)
        return;
    g_autoptr(GArray) ids = affected(desk, id);
    for (guint i = 0; i < ids->len; i++)
        track_of(desk, g_array_index(ids, unsigned, i))->role = role;
    g_autofree char *name =
        step_name(N_("Change role of %s"), N_("Change role of %u tracks"), track, ids->len);
    commit(desk, name, NULL);
}

void wb_desk_set_colour(WbDesk *desk, unsigned id, unsigned rgb)
{
    const WbTrack *track = wb_desk_track(desk, id);
    if (track == NULL)
        return;
    g_autoptr(GArray) ids = affected(desk, id);
    for (guint i = 0; i < ids->len; i++)
        track_of(desk, g_array_index(ids, unsigned, i))->colour = rgb;
    g_autofree char *name =
        step_name(N_("Change colour of %s"), N_("Change colour of %u tracks"), track, ids->len);
    commit(desk, name, NULL);
}

void wb_desk_rename(WbDesk *desk, unsigned id, const char *name)
{
    const WbTrack *track = wb_desk_track(desk, id);
    if (track == NULL || strcmp(track->name, name) == 0)
        return;
    g_autofree char *step = g_strdup_printf(_("Rename %s"), track->name);
    wb_session_rename_track(wb_desk_session(desk), id, name);
    commit(desk, step, NULL);
}

void wb_desk_move(WbDesk *desk, unsigned id, unsigned index)
{
    const WbTrack *track = wb_desk_track(desk, id);
    if (track == NULL)
        return;
    g_autofree char *step = g_strdup_printf(_("Move %s"), track->name);
    wb_session_move_track(wb_desk_session(desk), id, index);
    commit(desk, step, NULL);
}

void wb_desk_set_never(WbDesk *desk, unsigned id, unsigned other, bool never)
{
    WbTrack *track = track_of(desk, id);
    const WbTrack *masked = wb_desk_track(desk, other);
    if (track == NULL || masked == NULL || wb_track_never_yields_to(track, other) == never)
        return;
    wb_track_set_never_yields_to(track, other, never);
    g_autofree char *step =
        g_strdup_printf(never ? _("%s never yields to %s") : _("%s yields to %s again"),
                        track->name, masked->name);
    commit(desk, step, NULL);
}

void wb_desk_add_track(WbDesk *desk, unsigned channels)
{
    const WbTrack *track = wb_session_add_track(wb_desk_session(desk), _("Track"), channels);
    const unsigned id = track->id;
    g_autofree char *step = g_strdup_printf(_("Add %s"), track->name);
    commit(desk, step, NULL);
    wb_desk_select(desk, id, WB_SELECT_ONLY);
}

void wb_desk_remove_selected(WbDesk *desk)
{
    const unsigned current = wb_desk_current(desk);
    if (current == 0)
        return;
    g_autoptr(GArray) ids = affected(desk, current);
    g_autofree char *step = step_name(N_("Remove %s"), N_("Remove %u tracks"),
                                      wb_desk_track(desk, current), ids->len);
    for (guint i = 0; i < ids->len; i++)
        wb_session_remove_track(wb_desk_session(desk), g_array_index(ids, unsigned, i));
    commit(desk, step, NULL);
}

/* ---- the mix ---- */

void wb_desk_set_strength(WbDesk *desk, double percent)
{
    wb_desk_session(desk)->mix.strength_percent = CLAMP(percent, 0, 100);
    commit(desk, _("Change strength"), "strength");
}

void wb_desk_set_bypass(WbDesk *desk, bool bypass)
{
    wb_desk_session(desk)->mix.carve_bypass = bypass;
    commit(desk, bypass ? _("Bypass all carves") : _("Carve again"), NULL);
}

void wb_desk_set_mix_gain(WbDesk *desk, double db)
{
    wb_desk_session(desk)->mix.gain_db = CLAMP(db, WB_FADER_SHUT_DB, WB_GAIN_MAX_DB);
    commit(desk, _("Change gain of the mix"), "mix gain");
}

void wb_desk_set_guard(WbDesk *desk, WbGuard guard)
{
    wb_desk_session(desk)->guard = guard;
    commit(desk, _("Change guard level"), NULL);
}

void wb_desk_set_loop(WbDesk *desk, bool on, gint64 start, gint64 end)
{
    WbSession *session = wb_desk_session(desk);
    session->loop = on;
    session->loop_start = start;
    session->loop_end = end;
    commit(desk, on ? _("Loop") : _("End loop"), NULL);
}

void wb_desk_set_record_format(WbDesk *desk, WbFormat format)
{
    wb_desk_session(desk)->record_format = format;
    commit(desk, _("Change format of recordings"), NULL);
}

void wb_desk_replace(WbDesk *desk, const WbSession *other, const char *name)
{
    WbSession *session = wb_desk_session(desk);
    g_autoptr(WbSession) copy = wb_session_copy(other);
    GPtrArray *tracks = session->tracks;
    session->tracks = copy->tracks;
    copy->tracks = tracks;
    wb_session_copy_settings(session, other);
    session->next_id = MAX(session->next_id, other->next_id);
    commit(desk, name, NULL);
}

void wb_desk_seal(WbDesk *desk)
{
    if (desk->live != NULL)
        wb_history_seal(wb_live_history(desk->live));
}

/* ---- length ---- */

static double seconds_of(WbDesk *desk, const char *path)
{
    const double *known = g_hash_table_lookup(desk->lengths, path);
    if (known != NULL)
        return *known;
    g_autoptr(WbAudioFile) file = wb_audio_file_open(path, NULL);
    double *seconds = g_new0(double, 1);
    if (file != NULL)
        *seconds = (double)wb_audio_file_frames(file) / wb_audio_file_rate(file);
    g_hash_table_insert(desk->lengths, g_strdup(path), seconds);
    return *seconds;
}

void wb_desk_clip_range(WbDesk *desk, const WbTrack *track, const WbClip *clip, gint64 *start,
                        gint64 *end)
{
    const WbSession *session = wb_desk_session(desk);
    *start = clip->position + track->offset_frames;
    *end = *start + clip->length;
    if (clip->length > 0)
        return;
    g_autofree char *path = wb_session_clip_path(session, clip);
    *end = *start + MAX((gint64)(seconds_of(desk, path) * session->sample_rate) - clip->offset, 0);
}

gint64 wb_desk_end(WbDesk *desk)
{
    const WbSession *session = wb_desk_session(desk);
    if (desk->end_known || session == NULL)
        return desk->end;
    desk->end = 0;
    for (guint t = 0; t < session->tracks->len; t++) {
        const WbTrack *track = session->tracks->pdata[t];
        for (guint c = 0; c < track->clips->len; c++) {
            gint64 start, end;
            wb_desk_clip_range(desk, track, track->clips->pdata[c], &start, &end);
            desk->end = MAX(desk->end, end);
        }
    }
    desk->end_known = true;
    return desk->end;
}
