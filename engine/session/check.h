/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What must hold of a document, whoever made it.
 *
 * Thread: main. */
#pragma once

#include "engine/session/session.h"

/* True if every value is within its range, ids and names are unique, names are UTF-8 and not empty,
 * `never` names other tracks that exist, and files of clips stay inside the session or are
 * absolute. Otherwise WB_SESSION_ERROR_VALUE; the message starts with `name` and says which track
 * and key. */
bool wb_session_check(const WbSession *session, const char *name, GError **error);

/* `track 3 "Vox"`, or `track 3` while it has no usable name; `index` from 0. */
char *wb_track_place(const WbTrack *track, guint index);
