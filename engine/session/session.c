/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/session/session.h"

#include "engine/session/connections.h"

#include <glib/gi18n.h>
#include <string.h>

GQuark wb_session_error_quark(void)
{
    return g_quark_from_static_string("wb-session-error-quark");
}

/* Twelve hues of equal lightness, so that neighbours differ. */
static const unsigned palette[] = {
    0xd9695f, 0x4f9fcf, 0x8fae3c, 0xb57fd0, 0xd98c3a, 0x3fae9a,
    0xd06fa0, 0x6f8fdf, 0xb9a032, 0x5fb05f, 0xc9785f, 0x58a8b8,
};

static void clip_free(gpointer data)
{
    WbClip *clip = data;
    g_free(clip->file);
    g_free(clip);
}

bool wb_clip_equal(const WbClip *a, const WbClip *b)
{
    return strcmp(a->file, b->file) == 0 && a->position == b->position && a->offset == b->offset &&
           a->length == b->length && a->gain_db == b->gain_db && a->fade_in == b->fade_in &&
           a->fade_out == b->fade_out;
}

static void track_clear(gpointer data)
{
    WbTrack *track = data;
    g_free(track->name);
    g_array_unref(track->never);
    g_ptr_array_unref(track->clips);
}

WbTrack *wb_track_new(void)
{
    WbTrack *track = g_rc_box_new0(WbTrack);
    track->role = WB_ROLE_SUPPORT;
    track->colour = palette[0];
    track->channels = 2;
    track->depth_db = WB_DEPTH_OF_ROLE;
    track->low_hz = WB_FREQUENCY_MIN_HZ;
    track->high_hz = WB_FREQUENCY_MAX_HZ;
    track->compensate = true;
    track->never = g_array_new(FALSE, FALSE, sizeof(unsigned));
    track->clips = g_ptr_array_new_with_free_func(clip_free);
    return track;
}

WbTrack *wb_track_ref(WbTrack *track)
{
    return g_rc_box_acquire(track);
}

void wb_track_unref(WbTrack *track)
{
    g_rc_box_release_full(track, track_clear);
}

WbTrack *wb_track_copy(const WbTrack *track)
{
    WbTrack *copy = g_rc_box_new(WbTrack);
    *copy = *track;
    copy->name = g_strdup(track->name);
    copy->never = g_array_copy(track->never);
    copy->clips = g_ptr_array_new_with_free_func(clip_free);
    for (guint i = 0; i < track->clips->len; i++) {
        const WbClip *from = track->clips->pdata[i];
        WbClip *to = wb_track_add_clip(copy, from->file);
        char *file = to->file;
        *to = *from;
        to->file = file;
    }
    return copy;
}

bool wb_track_equal(const WbTrack *a, const WbTrack *b)
{
    if (a == b)
        return true;
    if (a->id != b->id || strcmp(a->name, b->name) != 0 || a->role != b->role ||
        a->colour != b->colour || a->channels != b->channels || a->gain_db != b->gain_db ||
        a->pan != b->pan || a->mute != b->mute || a->solo != b->solo || a->invert != b->invert ||
        a->trim_db != b->trim_db || a->depth_db != b->depth_db || a->low_hz != b->low_hz ||
        a->high_hz != b->high_hz || a->carve_bypass != b->carve_bypass || a->arm != b->arm ||
        a->monitor != b->monitor || a->offset_frames != b->offset_frames ||
        a->compensate != b->compensate || a->direct_out != b->direct_out ||
        a->record_carved != b->record_carved)
        return false;
    if (a->never->len != b->never->len || a->clips->len != b->clips->len)
        return false;
    for (guint i = 0; i < a->never->len; i++) {
        if (g_array_index(a->never, unsigned, i) != g_array_index(b->never, unsigned, i))
            return false;
    }
    for (guint i = 0; i < a->clips->len; i++) {
        if (!wb_clip_equal(a->clips->pdata[i], b->clips->pdata[i]))
            return false;
    }
    return true;
}

WbClip *wb_track_add_clip(WbTrack *track, const char *file)
{
    WbClip *clip = g_new0(WbClip, 1);
    clip->file = g_strdup(file);
    g_ptr_array_add(track->clips, clip);
    return clip;
}

/* The index of the first id that is not below `id`. */
static guint never_index(const WbTrack *track, unsigned id)
{
    guint i = 0;
    while (i < track->never->len && g_array_index(track->never, unsigned, i) < id)
        i++;
    return i;
}

bool wb_track_never_yields_to(const WbTrack *track, unsigned id)
{
    const guint i = never_index(track, id);
    return i < track->never->len && g_array_index(track->never, unsigned, i) == id;
}

void wb_track_set_never_yields_to(WbTrack *track, unsigned id, bool never)
{
    if (never == wb_track_never_yields_to(track, id))
        return;
    if (never)
        g_array_insert_val(track->never, never_index(track, id), id);
    else
        g_array_remove_index(track->never, never_index(track, id));
}

WbSession *wb_session_new(const char *folder, int sample_rate)
{
    WbSession *session = g_new0(WbSession, 1);
    session->folder = g_strdup(folder);
    session->sample_rate = sample_rate;
    session->guard = WB_GUARD_NORMAL;
    session->record_format = WB_FORMAT_WAV_24;
    session->mix.strength_percent = WB_STRENGTH_DEFAULT;
    session->mix.background_depth_db = WB_DEPTH_MAX_DB;
    session->mix.support_depth_db = WB_DEPTH_MAX_DB;
    session->tracks = g_ptr_array_new_with_free_func((GDestroyNotify)wb_track_unref);
    session->next_id = 1;
    return session;
}

void wb_session_free(WbSession *session)
{
    if (session == NULL)
        return;
    g_ptr_array_unref(session->tracks);
    g_clear_pointer(&session->connections, g_tree_unref);
    g_free(session->folder);
    g_free(session);
}

void wb_session_copy_settings(WbSession *to, const WbSession *from)
{
    to->sample_rate = from->sample_rate;
    to->loop_start = from->loop_start;
    to->loop_end = from->loop_end;
    to->loop = from->loop;
    to->guard = from->guard;
    to->record_format = from->record_format;
    to->mix = from->mix;
}

WbSession *wb_session_copy(const WbSession *session)
{
    WbSession *copy = wb_session_new(session->folder, session->sample_rate);
    wb_session_copy_settings(copy, session);
    wb_session_copy_connections(copy, session);
    copy->next_id = session->next_id;
    for (guint i = 0; i < session->tracks->len; i++)
        g_ptr_array_add(copy->tracks, wb_track_copy(session->tracks->pdata[i]));
    return copy;
}

static bool mix_equal(const WbMixSettings *a, const WbMixSettings *b)
{
    return a->strength_percent == b->strength_percent &&
           a->background_depth_db == b->background_depth_db &&
           a->support_depth_db == b->support_depth_db && a->gain_db == b->gain_db &&
           a->carve_bypass == b->carve_bypass;
}

bool wb_session_equal(const WbSession *a, const WbSession *b)
{
    if (a->sample_rate != b->sample_rate || a->loop_start != b->loop_start ||
        a->loop_end != b->loop_end || a->loop != b->loop || a->guard != b->guard ||
        a->record_format != b->record_format || !mix_equal(&a->mix, &b->mix) ||
        a->tracks->len != b->tracks->len)
        return false;
    for (guint i = 0; i < a->tracks->len; i++) {
        if (!wb_track_equal(a->tracks->pdata[i], b->tracks->pdata[i]))
            return false;
    }
    return true;
}

WbTrack *wb_session_track(const WbSession *session, unsigned id)
{
    for (guint i = 0; i < session->tracks->len; i++) {
        WbTrack *track = session->tracks->pdata[i];
        if (track->id == id)
            return track;
    }
    return NULL;
}

WbTrack *wb_session_track_by_name(const WbSession *session, const char *name)
{
    for (guint i = 0; i < session->tracks->len; i++) {
        WbTrack *track = session->tracks->pdata[i];
        if (strcmp(track->name, name) == 0)
            return track;
    }
    return NULL;
}

/* Looks away from the names of `except`, if it is not NULL. */
static char *unique_name(const WbSession *session, const char *wanted, const WbTrack *except)
{
    g_autofree char *base = g_strstrip(g_strdup(wanted));
    if (*base == '\0') {
        g_free(base);
        base = g_strdup(_("Track"));
    }
    char *name = g_strdup(base);
    const WbTrack *other = wb_session_track_by_name(session, name);
    for (unsigned n = 2; other != NULL && other != except; n++) {
        g_free(name);
        name = g_strdup_printf("%s %u", base, n);
        other = wb_session_track_by_name(session, name);
    }
    return name;
}

char *wb_session_unique_name(const WbSession *session, const char *wanted)
{
    return unique_name(session, wanted, NULL);
}

WbTrack *wb_session_add_track(WbSession *session, const char *name, unsigned channels)
{
    WbTrack *track = wb_track_new();
    track->name = wb_session_unique_name(session, name);
    track->channels = channels;
    track->colour = palette[(session->next_id - 1) % G_N_ELEMENTS(palette)];
    track->id = session->next_id++;
    g_ptr_array_add(session->tracks, track);
    return track;
}

bool wb_session_remove_track(WbSession *session, unsigned id)
{
    WbTrack *track = wb_session_track(session, id);
    if (track == NULL)
        return false;
    g_ptr_array_remove(session->tracks, track);
    for (guint i = 0; i < session->tracks->len; i++)
        wb_track_set_never_yields_to(session->tracks->pdata[i], id, false);
    return true;
}

bool wb_session_move_track(WbSession *session, unsigned id, unsigned index)
{
    guint from;
    WbTrack *track = wb_session_track(session, id);
    if (track == NULL || !g_ptr_array_find(session->tracks, track, &from))
        return false;
    wb_track_ref(track);
    g_ptr_array_remove_index(session->tracks, from);
    g_ptr_array_insert(session->tracks, (gint)MIN(index, session->tracks->len), track);
    return true;
}

bool wb_session_rename_track(WbSession *session, unsigned id, const char *name)
{
    WbTrack *track = wb_session_track(session, id);
    if (track == NULL)
        return false;
    char *unique = unique_name(session, name, track);
    g_free(track->name);
    track->name = unique;
    return true;
}

double wb_session_depth_db(const WbSession *session, const WbTrack *track)
{
    if (track->role == WB_ROLE_LEAD || track->carve_bypass)
        return 0.0;
    const double of_role = track->role == WB_ROLE_SUPPORT ? session->mix.support_depth_db
                                                          : session->mix.background_depth_db;
    return track->depth_db == WB_DEPTH_OF_ROLE ? of_role : MIN(track->depth_db, of_role);
}

char *wb_session_clip_path(const WbSession *session, const WbClip *clip)
{
    if (g_path_is_absolute(clip->file))
        return g_strdup(clip->file);
    return g_build_filename(session->folder, clip->file, NULL);
}

char *wb_session_clip_file(const WbSession *session, const char *path)
{
    g_autofree char *folder = g_canonicalize_filename(session->folder, NULL);
    g_autofree char *whole = g_canonicalize_filename(path, NULL);
    const size_t length = strlen(folder);
    if (strncmp(whole, folder, length) == 0 && whole[length] == G_DIR_SEPARATOR)
        return g_strdup(whole + length + 1);
    return g_steal_pointer(&whole);
}
