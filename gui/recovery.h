/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Unsaved changes, kept in a file of the user's state folder until they are saved or given up, so
 * that a crash costs seconds. Thread: main. */
#pragma once

#include "engine/session/session.h"

typedef struct WbRecovery WbRecovery;

/* For the session in that folder. */
WbRecovery *wb_recovery_new(const char *folder);
/* Leaves the file where it is: for a program that ends by itself, call wb_recovery_forget() first. */
void wb_recovery_free(WbRecovery *recovery);

/* What an earlier run left, whose program is gone; NULL: nothing. `session->folder` is set. */
WbSession *wb_recovery_load(WbRecovery *recovery);
/* What is to be kept now; errors are returned, and the earlier file stays. */
bool wb_recovery_keep(WbRecovery *recovery, const WbSession *session, GError **error);
/* It is saved, or given up. */
void wb_recovery_forget(WbRecovery *recovery);

/* Folder of a session that an earlier run left changes of, or NULL. To be freed. */
char *wb_recovery_find(void);
