/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the session file says of itself. A change of the format, also a new key, is a new version:
 * an older program must refuse what it would lose.
 *
 * Thread: any. */
#pragma once

#define WB_SESSION_FORMAT "wideberth-session"
#define WB_SESSION_VERSION 2
