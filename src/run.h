/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The mixer without a window: a session that sounds, with OSC, signals and session manager around
 * it.
 *
 * Thread: main. */
#pragma once

#include "engine/session/live.h"

typedef struct {
    const char *session; /* folder; NULL: the session manager says which */
    const char *manager; /* its address, if there is no session */
    WbLiveOptions live;
    bool osc;             /* listen for it */
    unsigned osc_port;    /* 0: any that is free */
    bool osc_port_or_any; /* any other will do if it is taken */
    bool osc_any_interface;
    bool play;
    const char *record;     /* file of the bus, or NULL */
    const WbGuard *guard;   /* in place of the session's, or NULL */
    const WbFormat *format; /* likewise, of takes */
} WbRunSettings;

/* Runs until a signal, OSC or the session manager ends it. The exit status of the program; messages
 * are printed. */
int wb_run(const WbRunSettings *settings);
