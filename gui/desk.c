/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gui/desk.h"

#include "gui/desk_private.h"

enum { CHANGED, STATE, SELECTION, MESSAGE, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(WbDesk, wb_desk, G_TYPE_OBJECT)

typedef struct {
    guint64 moment;
    bool valid;
    WbTrackReading reading;
} Cached;

static void on_message(void *data, WbLiveSeverity severity, const char *text)
{
    wb_desk_tell(data, severity == WB_LIVE_WARNING, text);
}

/* Tracks that are gone are no longer selected. */
static bool drop_gone(WbDesk *desk)
{
    bool dropped = false;
    for (guint i = desk->selected->len; i-- > 0;) {
        const unsigned id = g_array_index(desk->selected, unsigned, i);
        if (wb_desk_track(desk, id) != NULL)
            continue;
        g_array_remove_index(desk->selected, i);
        g_hash_table_remove(desk->readings, GUINT_TO_POINTER(id));
        dropped = true;
    }
    return dropped;
}

static void on_changed(void *data)
{
    WbDesk *desk = data;
    const bool dropped = drop_gone(desk);
    desk->end_known = false;
    g_signal_emit(desk, signals[CHANGED], 0);
    if (dropped)
        wb_desk_tell_selection(desk);
}

static void on_state(void *data)
{
    g_signal_emit(data, signals[STATE], 0);
}

void wb_desk_tell_selection(WbDesk *desk)
{
    g_signal_emit(desk, signals[SELECTION], 0);
}

void wb_desk_tell(WbDesk *desk, bool warning, const char *text)
{
    g_signal_emit(desk, signals[MESSAGE], 0, warning, text);
}

WbDesk *wb_desk_new(WbSession *session, const WbLiveOptions *options, GError **error)
{
    g_autoptr(WbDesk) desk = g_object_new(WB_TYPE_DESK, NULL);
    const WbLiveListener listener = {
        .message = on_message, .changed = on_changed, .state = on_state, .data = desk};
    desk->live = wb_live_new(session, options, &listener, error);
    return desk->live != NULL ? g_steal_pointer(&desk) : NULL;
}

void wb_desk_close(WbDesk *desk)
{
    g_clear_pointer(&desk->live, wb_live_free);
}

WbLive *wb_desk_live(WbDesk *desk)
{
    return desk->live;
}

WbSession *wb_desk_session(WbDesk *desk)
{
    return desk->live != NULL ? wb_live_session(desk->live) : NULL;
}

const WbTrack *wb_desk_track(WbDesk *desk, unsigned id)
{
    return desk->live != NULL ? wb_session_track(wb_live_session(desk->live), id) : NULL;
}

/* ---- readings ---- */

void wb_desk_next_moment(WbDesk *desk)
{
    desk->moment++;
}

const WbMixReading *wb_desk_mix_reading(WbDesk *desk)
{
    if (desk->mix_moment != desk->moment && desk->live != NULL) {
        wb_live_mix_reading(desk->live, &desk->mix);
        desk->mix_moment = desk->moment;
    }
    return &desk->mix;
}

const WbTrackReading *wb_desk_track_reading(WbDesk *desk, unsigned id)
{
    if (desk->live == NULL)
        return NULL;
    Cached *cached = g_hash_table_lookup(desk->readings, GUINT_TO_POINTER(id));
    if (cached == NULL) {
        cached = g_new0(Cached, 1);
        g_hash_table_insert(desk->readings, GUINT_TO_POINTER(id), cached);
    }
    if (cached->moment != desk->moment) {
        cached->valid = wb_live_track_reading(desk->live, id, &cached->reading);
        cached->moment = desk->moment;
    }
    return cached->valid ? &cached->reading : NULL;
}

/* ---- life ---- */

static void wb_desk_finalize(GObject *object)
{
    WbDesk *desk = WB_DESK(object);
    wb_desk_close(desk);
    g_array_unref(desk->selected);
    g_hash_table_unref(desk->readings);
    g_hash_table_unref(desk->lengths);
    G_OBJECT_CLASS(wb_desk_parent_class)->finalize(object);
}

static void wb_desk_class_init(WbDeskClass *class)
{
    G_OBJECT_CLASS(class)->finalize = wb_desk_finalize;
    const GType type = G_TYPE_FROM_CLASS(class);
    static const char *const plain[] = {"changed", "state", "selection"};
    for (guint i = 0; i < G_N_ELEMENTS(plain); i++)
        signals[i] =
            g_signal_new(plain[i], type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
    signals[MESSAGE] = g_signal_new("message", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 2, G_TYPE_BOOLEAN, G_TYPE_STRING);
}

static void wb_desk_init(WbDesk *desk)
{
    desk->selected = g_array_new(FALSE, FALSE, sizeof(unsigned));
    desk->readings = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    desk->lengths = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    desk->moment = 1;
}
