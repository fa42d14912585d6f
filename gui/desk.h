/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the widgets stand on: an open session that sounds, the tracks that are selected, and the
 * readings of this moment. Widgets change the document through the functions here, each a step that
 * can be undone, and follow its signals; they never talk to each other.
 *
 * Signals: "changed" (the document is another), "state" (driver, transport, take, listening modes),
 * "selection", "message" (gboolean warning, const char *text).
 * Thread: main. */
#pragma once

#include <glib-object.h>

#include "engine/session/live.h"

#define WB_TYPE_DESK (wb_desk_get_type())
G_DECLARE_FINAL_TYPE(WbDesk, wb_desk, WB, DESK, GObject)

/* Takes the session over, also on failure; errors as of wb_live_new(). */
WbDesk *wb_desk_new(WbSession *session, const WbLiveOptions *options, GError **error);
/* Stops sounding now, whoever still holds a reference; the session is not saved. */
void wb_desk_close(WbDesk *desk);

WbLive *wb_desk_live(WbDesk *desk); /* NULL once closed */
WbSession *wb_desk_session(WbDesk *desk);
/* NULL if there is none with this id (any more). */
const WbTrack *wb_desk_track(WbDesk *desk, unsigned id);

/* ---- selection ---- */

typedef enum { WB_SELECT_ONLY, WB_SELECT_TOGGLE, WB_SELECT_RANGE } WbSelectMode;

void wb_desk_select(WbDesk *desk, unsigned id, WbSelectMode mode);
void wb_desk_select_all(WbDesk *desk);
/* The neighbour of the current track, `step` places to the right. */
void wb_desk_select_step(WbDesk *desk, int step);
bool wb_desk_is_selected(WbDesk *desk, unsigned id);
/* The one that was selected last; 0: none. */
unsigned wb_desk_current(WbDesk *desk);

/* ---- changes ---- */

/* What a strip can change of a track besides name, role and colour. */
typedef enum {
    WB_PARAMETER_GAIN, /* dB */
    WB_PARAMETER_PAN,
    WB_PARAMETER_TRIM,  /* dB */
    WB_PARAMETER_DEPTH, /* dB, or WB_DEPTH_OF_ROLE */
    WB_PARAMETER_MUTE,
    WB_PARAMETER_SOLO,
    WB_PARAMETER_INVERT,
    WB_PARAMETER_BYPASS,
    WB_PARAMETER_ARM,
    WB_PARAMETER_MONITOR,
} WbParameter;

#define WB_PARAMETERS 10

double wb_desk_get(WbDesk *desk, unsigned id, WbParameter parameter);
/* Of a track that is selected, the others that are selected follow: by the same difference for gain
 * and trim, to the same value for the rest. Values are brought into their range. */
void wb_desk_set(WbDesk *desk, unsigned id, WbParameter parameter, double value);
void wb_desk_toggle(WbDesk *desk, unsigned id, WbParameter flag);
void wb_desk_set_role(WbDesk *desk, unsigned id, WbRole role);
void wb_desk_set_colour(WbDesk *desk, unsigned id, unsigned rgb);
void wb_desk_rename(WbDesk *desk, unsigned id, const char *name);
void wb_desk_move(WbDesk *desk, unsigned id, unsigned index);
void wb_desk_set_never(WbDesk *desk, unsigned id, unsigned other, bool never);
/* Selects it. */
void wb_desk_add_track(WbDesk *desk, unsigned channels);
/* The selected ones. */
void wb_desk_remove_selected(WbDesk *desk);

void wb_desk_set_strength(WbDesk *desk, double percent);
void wb_desk_set_bypass(WbDesk *desk, bool bypass);
void wb_desk_set_mix_gain(WbDesk *desk, double db);
void wb_desk_set_guard(WbDesk *desk, WbGuard guard);
void wb_desk_set_loop(WbDesk *desk, bool on, gint64 start, gint64 end);
void wb_desk_set_record_format(WbDesk *desk, WbFormat format);
/* All of the document is as in `other`, as one step of this name. */
void wb_desk_replace(WbDesk *desk, const WbSession *other, const char *name);
/* The hand has left a control: what comes next is another step. */
void wb_desk_seal(WbDesk *desk);

/* Frame where the last clip ends, 0 without clips; files are looked at once each. */
gint64 wb_desk_end(WbDesk *desk);

/* Where a clip sounds on the timeline, its track's offset included. */
void wb_desk_clip_range(WbDesk *desk, const WbTrack *track, const WbClip *clip, gint64 *start,
                        gint64 *end);

/* ---- readings ---- */

/* The next moment: readings are taken anew when they are asked for. */
void wb_desk_next_moment(WbDesk *desk);
const WbMixReading *wb_desk_mix_reading(WbDesk *desk);
/* NULL if there is no such track. Valid until the next moment. */
const WbTrackReading *wb_desk_track_reading(WbDesk *desk, unsigned id);

/* Tells "message". */
void wb_desk_tell(WbDesk *desk, bool warning, const char *text);
