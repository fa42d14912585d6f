/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Undo and redo: the document as it was after each step the user took, as snapshots that share the
 * tracks a step did not touch.
 *
 * The document itself stays with its owner, who changes it and then records what was done. Thread:
 * main only. */
#pragma once

#include "engine/session/session.h"

/* Steps with the same key become one when they follow each other within this time. */
#define WB_HISTORY_PAUSE_US G_GINT64_CONSTANT(1000000)
#define WB_HISTORY_DEPTH 200

typedef struct WbHistory WbHistory;

/* `session` as it is now counts as saved. At most `depth` (>= 1) steps can be undone. */
WbHistory *wb_history_new(const WbSession *session, unsigned depth);
void wb_history_free(WbHistory *history);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WbHistory, wb_history_free)

/* The user has changed `session`: `name` says what was done ("Change role of Vox", translated).
 * With a `key` ("gain 3": what was changed of which track) it joins the step before if that has the
 * same key, is less than WB_HISTORY_PAUSE_US older and was not sealed: a fader drag is one step.
 * `time` is g_get_monotonic_time(). Without a difference nothing is recorded; otherwise nothing can
 * be redone any more. A drag that ends where it began leaves no step. */
void wb_history_record(WbHistory *history, const WbSession *session, const char *name,
                       const char *key, gint64 time);
/* The next step is one of its own: the fader was let go. */
void wb_history_seal(WbHistory *history);

/* What undo or redo would take back or do again; NULL if there is nothing. Valid until the next
 * call that changes the history. */
const char *wb_history_undo_name(const WbHistory *history);
const char *wb_history_redo_name(const WbHistory *history);
/* Puts `session` back, or forward. Tracks that are the same stay the same objects, others are
 * replaced: keep ids, not pointers. `folder` stays; ids given meanwhile are not given again. False,
 * and no change, if there is nothing to undo or redo. */
bool wb_history_undo(WbHistory *history, WbSession *session);
bool wb_history_redo(WbHistory *history, WbSession *session);

/* Puts `session` back to what was recorded last, or gone back to: a change that does not hold. */
void wb_history_restore(WbHistory *history, WbSession *session);

/* What was recorded last, or gone back to, is on disk now. */
void wb_history_saved(WbHistory *history);
/* Whether the document differs from what is on disk; also right after undoing a change and after
 * making the same change backwards. */
bool wb_history_is_modified(const WbHistory *history);
