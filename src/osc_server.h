/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Remote control of a session that sounds, over OSC: one path for each parameter, reading and
 * action; doc/osc.md describes them.
 *
 * Thread: main. */
#pragma once

#include "engine/session/live.h"

typedef struct WbOsc WbOsc;

#define WB_OSC_PORT 9357 /* unless the user says otherwise */

typedef struct {
    unsigned port;            /* 0: any that is free */
    bool any_interface;       /* else loopback only */
    void (*quit)(void *data); /* somebody asks the program to end */
    void *data;
} WbOscOptions;

WbOsc *wb_osc_new(const WbOscOptions *options, GError **error);
void wb_osc_free(WbOsc *osc);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WbOsc, wb_osc_free)

unsigned wb_osc_port(const WbOsc *osc);
/* The session to control; NULL while there is none. */
void wb_osc_set_live(WbOsc *osc, WbLive *live);
/* The document is another than before: subscribers are told what changed. */
void wb_osc_changed(WbOsc *osc);
/* A driver, a take or the transport has come or gone, or a listening mode is another. */
void wb_osc_state_changed(WbOsc *osc);
/* To those who subscribed /message. */
void wb_osc_tell(WbOsc *osc, WbLiveSeverity severity, const char *text);
