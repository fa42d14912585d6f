/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which ports of others each of our ports was connected to when last seen. The session keeps them
 * and its file has them, but they are not what the user made: no undo, and no part of
 * wb_session_equal().
 *
 * Thread: main. */
#pragma once

#include "engine/session/session.h"

typedef enum {
    WB_CONNECT_INPUT,  /* of a track */
    WB_CONNECT_DIRECT, /* output of a track */
    WB_CONNECT_BUS,    /* track 0 */
    WB_CONNECT_LISTEN, /* track 0 */
} WbConnectKind;

#define WB_CONNECT_KINDS 4
#define WB_CONNECT_CHANNELS 2

/* "input", "direct", "bus" or "listen". */
const char *wb_connect_kind_name(WbConnectKind kind);
bool wb_connect_kind_parse(const char *text, WbConnectKind *kind);
/* Whether it is a port of a track; the others have track 0. */
bool wb_connect_kind_of_track(WbConnectKind kind);

/* Full names of the ports at the other end, ascending; `channel` 0 or 1. NULL: never set. An empty
 * vector: known to be unconnected. Valid until they are set anew. */
const char *const *wb_session_connections(const WbSession *session, WbConnectKind kind,
                                          unsigned track, unsigned channel);
/* `to` is copied; a name that comes twice is kept once. */
void wb_session_set_connections(WbSession *session, WbConnectKind kind, unsigned track,
                                unsigned channel, const char *const *to);
/* Of the mix and of the tracks that are in the document. */
bool wb_session_connections_equal(const WbSession *a, const WbSession *b);

typedef void (*WbConnectionsFunc)(void *data, WbConnectKind kind, unsigned track, unsigned channel,
                                  const char *const *to);
/* Those of the mix and of the tracks that are in the document, by kind, track and channel. */
void wb_session_each_connections(const WbSession *session, WbConnectionsFunc each, void *data);
/* All of them, of tracks that are gone too. */
void wb_session_copy_connections(WbSession *to, const WbSession *from);
