/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a de-masked render did, in words for a musician. Main thread. */
#pragma once

#include "src/render.h"

/* Some lines of text, each ending in a line break: how the leads fare, then who gave way, where
 * and by how much, who yielded most first, then who did not. All of it is read off the result;
 * nothing is said of tracks that are silent throughout, leads aside. */
char *wb_explain(const WbSession *session, const WbRenderResult *result);
