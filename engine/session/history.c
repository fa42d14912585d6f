/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/session/history.h"

#include <string.h>

typedef struct {
    char *name;
    char *key;
    gint64 time;
    WbSession *after; /* never changed; its tracks may be shared with other snapshots */
} Step;

struct WbHistory {
    unsigned depth;
    WbSession *origin; /* before the first step */
    GPtrArray *steps;  /* of Step */
    guint done;        /* steps[done..] can be redone */
    bool sealed;
    WbSession *saved;
};

static void step_free(gpointer data)
{
    Step *step = data;
    g_free(step->name);
    g_free(step->key);
    wb_session_free(step->after);
    g_free(step);
}

static WbSession *current(const WbHistory *history)
{
    if (history->done == 0)
        return history->origin;
    return ((const Step *)history->steps->pdata[history->done - 1])->after;
}

/* The tracks of `wanted`: those that `have` has just so by reference, the others as copies. */
static GPtrArray *share_tracks(const WbSession *wanted, const WbSession *have)
{
    g_autoptr(GHashTable) by_id = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < have->tracks->len; i++) {
        WbTrack *track = have->tracks->pdata[i];
        g_hash_table_insert(by_id, GUINT_TO_POINTER(track->id), track);
    }
    GPtrArray *tracks = g_ptr_array_new_with_free_func((GDestroyNotify)wb_track_unref);
    for (guint i = 0; i < wanted->tracks->len; i++) {
        const WbTrack *track = wanted->tracks->pdata[i];
        WbTrack *same = g_hash_table_lookup(by_id, GUINT_TO_POINTER(track->id));
        const bool equal = same != NULL && wb_track_equal(track, same);
        g_ptr_array_add(tracks, equal ? wb_track_ref(same) : wb_track_copy(track));
    }
    return tracks;
}

static void assign(WbSession *session, const WbSession *from, GPtrArray *tracks)
{
    g_ptr_array_unref(session->tracks);
    session->tracks = tracks;
    wb_session_copy_settings(session, from);
}

static WbSession *snapshot_new(const WbSession *session, const WbSession *previous)
{
    WbSession *snapshot = wb_session_new(NULL, session->sample_rate);
    assign(snapshot, session, share_tracks(session, previous));
    return snapshot;
}

WbHistory *wb_history_new(const WbSession *session, unsigned depth)
{
    WbHistory *history = g_new0(WbHistory, 1);
    history->depth = MAX(depth, 1);
    history->origin = wb_session_copy(session);
    history->steps = g_ptr_array_new_with_free_func(step_free);
    history->saved = snapshot_new(history->origin, history->origin);
    return history;
}

void wb_history_free(WbHistory *history)
{
    if (history == NULL)
        return;
    wb_session_free(history->saved);
    g_ptr_array_unref(history->steps);
    wb_session_free(history->origin);
    g_free(history);
}

/* The step that the next one joins, or NULL. */
static Step *step_to_join(const WbHistory *history, const char *key, gint64 time)
{
    if (history->sealed || key == NULL || history->done == 0)
        return NULL;
    Step *last = history->steps->pdata[history->done - 1];
    if (last->key == NULL || strcmp(last->key, key) != 0 ||
        time - last->time >= WB_HISTORY_PAUSE_US)
        return NULL;
    return last;
}

static void join(WbHistory *history, Step *step, const WbSession *session, gint64 time)
{
    WbSession *after = snapshot_new(session, step->after);
    wb_session_free(step->after);
    step->after = after;
    step->time = time;
    const Step *before = history->done > 1 ? history->steps->pdata[history->done - 2] : NULL;
    if (wb_session_equal(after, before == NULL ? history->origin : before->after)) {
        g_ptr_array_set_size(history->steps, (gint)--history->done);
        history->sealed = true;
    }
}

static void forget_oldest(WbHistory *history)
{
    Step *oldest = history->steps->pdata[0];
    wb_session_free(history->origin);
    history->origin = g_steal_pointer(&oldest->after);
    g_ptr_array_remove_index(history->steps, 0);
    history->done--;
}

void wb_history_record(WbHistory *history, const WbSession *session, const char *name,
                       const char *key, gint64 time)
{
    if (wb_session_equal(session, current(history)))
        return;
    g_ptr_array_set_size(history->steps, (gint)history->done);
    Step *open = step_to_join(history, key, time);
    if (open != NULL) {
        join(history, open, session, time);
        return;
    }
    Step *step = g_new0(Step, 1);
    step->name = g_strdup(name);
    step->key = g_strdup(key);
    step->time = time;
    step->after = snapshot_new(session, current(history));
    g_ptr_array_add(history->steps, step);
    history->done++;
    history->sealed = false;
    if (history->done > history->depth)
        forget_oldest(history);
}

void wb_history_seal(WbHistory *history)
{
    history->sealed = true;
}

const char *wb_history_undo_name(const WbHistory *history)
{
    if (history->done == 0)
        return NULL;
    return ((const Step *)history->steps->pdata[history->done - 1])->name;
}

const char *wb_history_redo_name(const WbHistory *history)
{
    if (history->done == history->steps->len)
        return NULL;
    return ((const Step *)history->steps->pdata[history->done])->name;
}

/* The document must not share tracks with a snapshot: only what it already owns is kept. */
void wb_history_restore(WbHistory *history, WbSession *session)
{
    const WbSession *wanted = current(history);
    assign(session, wanted, share_tracks(wanted, session));
    history->sealed = true;
}

bool wb_history_undo(WbHistory *history, WbSession *session)
{
    if (history->done == 0)
        return false;
    history->done--;
    wb_history_restore(history, session);
    return true;
}

bool wb_history_redo(WbHistory *history, WbSession *session)
{
    if (history->done == history->steps->len)
        return false;
    history->done++;
    wb_history_restore(history, session);
    return true;
}

void wb_history_saved(WbHistory *history)
{
    wb_session_free(history->saved);
    history->saved = snapshot_new(current(history), current(history));
    history->sealed = true;
}

bool wb_history_is_modified(const WbHistory *history)
{
    return !wb_session_equal(current(history), history->saved);
}
