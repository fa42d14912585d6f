/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files that a command is going to write: no two of them may be the same one, and none may be
 * one that the session is made of. Main thread. */
#pragma once

#include <stdbool.h>

#include "engine/session/session.h"

typedef struct WbTargets WbTargets;

/* No targets yet, only what must not be touched: the session's document and the files of its
 * clips. */
WbTargets *wb_targets_new(const WbSession *session);
void wb_targets_free(WbTargets *targets);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WbTargets, wb_targets_free)

/* One more file to write, by whatever links and detours its path leads there. False: it is the
 * session's, or a target already; the message names it. */
bool wb_targets_add(WbTargets *targets, const char *path, GError **error);
