/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The key "connections" of the session file.
 *
 * Thread: main. */
#pragma once

#include "engine/session/object_reader.h"
#include "engine/session/session.h"

/* Takes the key from the document's object, after the tracks are read. */
bool wb_load_connections(WbObjectReader *reader, WbSession *session, GError **error);
