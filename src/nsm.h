/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A client of the New Session Manager, version 1 of its protocol
 * (https://new-session-manager.jackaudio.org/api/). No session is open before the manager says
 * which.
 *
 * Thread: main. */
#pragma once

#include "engine/session/live.h"

typedef struct WbNsm WbNsm;

typedef struct {
    /* Opens the session of this path, in place of one that is open; makes it if there is none. */
    bool (*open)(void *data, const char *path, const char *client, GError **error);
    bool (*save)(void *data, GError **error);
    /* The manager refuses us, or does not answer: a sentence. */
    void (*refused)(void *data, const char *text);
    void *data;
} WbNsmHandler;

/* Announces the program to the manager at this address, the value of NSM_URL. */
WbNsm *wb_nsm_new(const char *url, const WbNsmHandler *handler, GError **error);
void wb_nsm_free(WbNsm *nsm);

/* Whether there is something to save. */
void wb_nsm_set_dirty(WbNsm *nsm, bool dirty);
void wb_nsm_tell(WbNsm *nsm, WbLiveSeverity severity, const char *text);
