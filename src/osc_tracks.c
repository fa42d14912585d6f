/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tracks and their clips: what is not a plain value of theirs. */
#include "config.h"

#include "src/osc_paths.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#define NAME_CHARACTERS 200
#define FRAMES_MAX (G_GINT64_CONSTANT(1) << 48)

static bool changed(const WbOscCall *call, const char *name, GError **error)
{
    return wb_live_changed(call->osc->live, name, NULL, error);
}

/* A name that a person could have given. */
static const char *argument_name(const WbOscCall *call, int index, GError **error)
{
    const char *name = wb_osc_argument_text(call, index, error);
    if (name == NULL)
        return NULL;
    if (g_utf8_strlen(name, -1) > NAME_CHARACTERS) {
        wb_osc_fail(error, _("this name is too long"));
        return NULL;
    }
    for (const char *c = name; *c != '\0'; c = g_utf8_next_char(c)) {
        if (g_unichar_iscntrl(g_utf8_get_char(c))) {
            wb_osc_fail(error, _("a name must not have control characters"));
            return NULL;
        }
    }
    return name;
}

static bool list_tracks(const WbOscCall *call, GError **error)
{
    if (!wb_osc_check_count(call, 0, 0, error))
        return false;
    const WbSession *session = wb_live_session(call->osc->live);
    for (guint i = 0; i < session->tracks->len; i++) {
        const WbTrack *track = session->tracks->pdata[i];
        lo_message values = lo_message_new();
        lo_message_add_int32(values, (int32_t)track->id);
        lo_message_add_string(values, track->name);
        lo_message_add_int32(values, (int32_t)track->channels);
        lo_message_add_string(values, wb_role_name(track->role));
        wb_osc_reply(call, values);
    }
    return true;
}

static bool get_order(WbOsc *osc, const WbOscPath *entry, WbTrack *track, lo_message values)
{
    (void)entry;
    (void)track;
    const WbSession *session = wb_live_session(osc->live);
    for (guint i = 0; i < session->tracks->len; i++)
        lo_message_add_int32(values, (int32_t)((const WbTrack *)session->tracks->pdata[i])->id);
    return true;
}

static bool add_track(const WbOscCall *call, GError **error)
{
    gint64 channels = 2;
    const char *name;
    if (!wb_osc_check_count(call, 1, 2, error) || (name = argument_name(call, 0, error)) == NULL ||
        (call->count == 2 && !wb_osc_argument_whole(call, 1, 1, 2, &channels, error)))
        return false;
    const WbTrack *track =
        wb_session_add_track(wb_live_session(call->osc->live), name, (unsigned)channels);
    const unsigned id = track->id;
    g_autofree char *step = g_strdup_printf(_("Add %s"), track->name);
    if (!changed(call, step, error))
        return false;
    lo_message values = lo_message_new();
    lo_message_add_int32(values, (int32_t)id);
    wb_osc_reply(call, values);
    return true;
}

static bool remove_track(const WbOscCall *call, GError **error)
{
    if (!wb_osc_check_count(call, 0, 0, error))
        return false;
    g_autofree char *step = g_strdup_printf(_("Remove %s"), call->track->name);
    wb_session_remove_track(wb_live_session(call->osc->live), call->track->id);
    return changed(call, step, error);
}

static bool get_index(WbOsc *osc, const WbOscPath *entry, WbTrack *track, lo_message values)
{
    (void)entry;
    guint index;
    if (!g_ptr_array_find(wb_live_session(osc->live)->tracks, track, &index))
        return false;
    lo_message_add_int32(values, (int32_t)index);
    return true;
}

static bool move_track(const WbOscCall *call, GError **error)
{
    WbSession *session = wb_live_session(call->osc->live);
    gint64 index;
    if (!wb_osc_check_count(call, 1, 1, error) ||
        !wb_osc_argument_whole(call, 0, 0, session->tracks->len - 1, &index, error))
        return false;
    g_autofree char *step = g_strdup_printf(_("Move %s"), call->track->name);
    wb_session_move_track(session, call->track->id, (unsigned)index);
    return changed(call, step, error);
}

static bool get_name(WbOsc *osc, const WbOscPath *entry, WbTrack *track, lo_message values)
{
    (void)osc;
    (void)entry;
    lo_message_add_string(values, track->name);
    return true;
}

static bool set_name(const WbOscCall *call, GError **error)
{
    const char *name;
    if (!wb_osc_check_count(call, 1, 1, error) || (name = argument_name(call, 0, error)) == NULL)
        return false;
    g_autofree char *stripped = g_strstrip(g_strdup(name));
    if (*stripped == '\0')
        return wb_osc_fail(error, _("every track needs a name"));
    g_autofree char *step = g_strdup_printf(_("Rename %s to %s"), call->track->name, stripped);
    wb_session_rename_track(wb_live_session(call->osc->live), call->track->id, stripped);
    return changed(call, step, error);
}

static bool get_channels(WbOsc *osc, const WbOscPath *entry, WbTrack *track, lo_message values)
{
    (void)osc;
    (void)entry;
    lo_message_add_int32(values, (int32_t)track->channels);
    return true;
}

static bool get_role(WbOsc *osc, const WbOscPath *entry, WbTrack *track, lo_message values)
{
    (void)osc;
    (void)entry;
    lo_message_add_string(values, wb_role_name(track->role));
    return true;
}

static bool set_role(const WbOscCall *call, GError **error)
{
    WbRole role;
    const char *text;
    if (!wb_osc_check_count(call, 1, 1, error) ||
        (text = wb_osc_argument_text(call, 0, error)) == NULL)
        return false;
    if (!wb_role_parse(text, &role))
        return wb_osc_fail(error, _("must be lead, support or background"));
    g_autofree char *step = g_strdup_printf(_("Change role of %s"), call->track->name);
    call->track->role = role;
    return changed(call, step, error);
}

static bool get_colour(WbOsc *osc, const WbOscPath *entry, WbTrack *track, lo_message values)
{
    (void)osc;
    (void)entry;
    g_autofree char *text = g_strdup_printf("#%06x", track->colour);
    lo_message_add_string(values, text);
    return true;
}

static bool set_colour(const WbOscCall *call, GError **error)
{
    const char *text;
    if (!wb_osc_check_count(call, 1, 1, error) ||
        (text = wb_osc_argument_text(call, 0, error)) == NULL)
        return false;
    bool good = strlen(text) == 7 && text[0] == '#';
    for (unsigned i = 1; good && i < 7; i++)
        good = g_ascii_isxdigit(text[i]);
    if (!good)
        return wb_osc_fail(error, _("must be written as #rrggbb"));
    g_autofree char *step = g_strdup_printf(_("Change colour of %s"), call->track->name);
    call->track->colour = (unsigned)g_ascii_strtoull(text + 1, NULL, 16);
    return changed(call, step, error);
}

static bool get_never(WbOsc *osc, const WbOscPath *entry, WbTrack *track, lo_message values)
{
    (void)osc;
    (void)entry;
    for (guint i = 0; i < track->never->len; i++)
        lo_message_add_int32(values, (int32_t)g_array_index(track->never, unsigned, i));
    return true;
}

static bool set_never(const WbOscCall *call, GError **error)
{
    gint64 id;
    bool never;
    if (!wb_osc_check_count(call, 2, 2, error) ||
        !wb_osc_argument_whole(call, 0, 1, G_MAXINT, &id, error) ||
        !wb_osc_argument_flag(call, 1, &never, error))
        return false;
    const WbTrack *other = wb_session_track(wb_live_session(call->osc->live), (unsigned)id);
    if (other == NULL || other == call->track)
        return wb_osc_fail(error, _("argument 1 must be the id of another track"));
    g_autofree char *step =
        never ? g_strdup_printf(_("Let %s never yield to %s"), call->track->name, other->name)
              : g_strdup_printf(_("Let %s yield to %s"), call->track->name, other->name);
    wb_track_set_never_yields_to(call->track, other->id, never);
    return changed(call, step, error);
}

static bool list_clips(const WbOscCall *call, GError **error)
{
    if (!wb_osc_check_count(call, 0, 0, error))
        return false;
    for (guint i = 0; i < call->track->clips->len; i++) {
        const WbClip *clip = call->track->clips->pdata[i];
        g_autofree char *file = g_filename_display_name(clip->file);
        lo_message values = lo_message_new();
        lo_message_add_int32(values, (int32_t)i);
        lo_message_add_string(values, file);
        lo_message_add_int64(values, clip->position);
        lo_message_add_int64(values, clip->offset);
        lo_message_add_int64(values, clip->length);
        lo_message_add_float(values, (float)clip->gain_db);
        lo_message_add_int64(values, clip->fade_in);
        lo_message_add_int64(values, clip->fade_out);
        wb_osc_reply(call, values);
    }
    return true;
}

static bool add_clip(const WbOscCall *call, GError **error)
{
    gint64 position;
    gint64 offset = 0;
    gint64 length = 0;
    const char *file;
    if (!wb_osc_check_count(call, 2, 4, error) ||
        (file = wb_osc_argument_text(call, 0, error)) == NULL ||
        !wb_osc_argument_whole(call, 1, 0, FRAMES_MAX, &position, error) ||
        (call->count > 2 && !wb_osc_argument_whole(call, 2, 0, FRAMES_MAX, &offset, error)) ||
        (call->count > 3 && !wb_osc_argument_whole(call, 3, 0, FRAMES_MAX, &length, error)))
        return false;
    if (strlen(file) >= FILENAME_MAX)
        return wb_osc_fail(error, _("this name is too long"));
    const WbClip wanted = {.file = (char *)file};
    g_autofree char *path = wb_session_clip_path(wb_live_session(call->osc->live), &wanted);
    if (!g_file_test(path, G_FILE_TEST_IS_REGULAR))
        return wb_osc_fail(error, _("there is no such audio file"));
    WbClip *clip = wb_track_add_clip(call->track, file);
    clip->position = position;
    clip->offset = offset;
    clip->length = length;
    g_autofree char *step = g_strdup_printf(_("Add a clip to %s"), call->track->name);
    return changed(call, step, error);
}

static bool remove_clip(const WbOscCall *call, GError **error)
{
    gint64 index;
    if (!wb_osc_check_count(call, 1, 1, error) ||
        !wb_osc_argument_whole(call, 0, 0, G_MAXINT, &index, error))
        return false;
    if (index >= call->track->clips->len)
        return wb_osc_fail(error, _("there is no clip of this number"));
    g_autofree char *step = g_strdup_printf(_("Remove a clip of %s"), call->track->name);
    g_ptr_array_remove_index(call->track->clips, (guint)index);
    return changed(call, step, error);
}

static bool get_listen(WbOsc *osc, const WbOscPath *entry, WbTrack *track, lo_message values)
{
    (void)entry;
    WbTrackReading reading;
    if (!wb_osc_read_track(osc, track->id, &reading))
        return false;
    lo_message_add_int32(values, reading.listen);
    return true;
}

static bool set_listen(const WbOscCall *call, GError **error)
{
    bool on;
    if (!wb_osc_check_count(call, 1, 1, error) || !wb_osc_argument_flag(call, 0, &on, error))
        return false;
    wb_live_set_listen(call->osc->live, call->track->id, on);
    return true;
}

void wb_osc_add_track_paths(WbOsc *osc)
{
    const WbOscPath entries[] = {
        {.path = (char *)"/tracks",
         .kind = WB_OSC_ACTION,
         .text = N_("replies each track: id, name, channels, role"),
         .set = list_tracks},
        {.path = (char *)"/track/order",
         .kind = WB_OSC_READING,
         .types = (char *)"i...",
         .text = N_("ids of all tracks in their order"),
         .get = get_order},
        {.path = (char *)"/track/add",
         .kind = WB_OSC_ACTION,
         .types = (char *)"si",
         .text = N_("adds a track: name, channels (2 if left out); replies its id"),
         .set = add_track},
        {.path = (char *)WB_OSC_TRACK "remove",
         .kind = WB_OSC_ACTION,
         .text = N_("removes the track"),
         .set = remove_track},
        {.path = (char *)WB_OSC_TRACK "move",
         .types = (char *)"i",
         .text = N_("place in the order, from 0"),
         .get = get_index,
         .set = move_track},
        {.path = (char *)WB_OSC_TRACK "name",
         .types = (char *)"s",
         .text = N_("name; made unique by a number"),
         .get = get_name,
         .set = set_name},
        {.path = (char *)WB_OSC_TRACK "channels",
         .kind = WB_OSC_READING,
         .types = (char *)"i",
         .range = (char *)"1..2",
         .text = N_("channels"),
         .get = get_channels},
        {.path = (char *)WB_OSC_TRACK "role",
         .types = (char *)"s",
         .range = (char *)"lead|support|background",
         .text = N_("role"),
         .get = get_role,
         .set = set_role},
        {.path = (char *)WB_OSC_TRACK "colour",
         .types = (char *)"s",
         .range = (char *)"#rrggbb",
         .text = N_("colour"),
         .get = get_colour,
         .set = set_colour},
        {.path = (char *)WB_OSC_TRACK "never",
         .types = (char *)"ii...",
         .text = N_("set: id of a track that it never yields to, 1 or 0; asked: all such ids"),
         .get = get_never,
         .set = set_never},
        {.path = (char *)WB_OSC_TRACK "clips",
         .kind = WB_OSC_ACTION,
         .text = N_("replies each clip: number, file, position, offset, length, gain, fades"),
         .set = list_clips},
        {.path = (char *)WB_OSC_TRACK "clip/add",
         .kind = WB_OSC_ACTION,
         .types = (char *)"shhh",
         .unit = "frames",
         .text = N_("adds a clip: file, position; offset into the file and length (0: all) may be "
                    "left out"),
         .set = add_clip},
        {.path = (char *)WB_OSC_TRACK "clip/remove",
         .kind = WB_OSC_ACTION,
         .types = (char *)"i",
         .text = N_("removes the clip of this number"),
         .set = remove_clip},
        {.path = (char *)WB_OSC_TRACK "listen",
         .types = (char *)"i",
         .range = (char *)"0..1",
         .text = N_("hear it before its fader, on outputs of their own"),
         .unrecorded = true,
         .get = get_listen,
         .set = set_listen},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(entries); i++)
        wb_osc_add_path(osc, &entries[i]);
}
