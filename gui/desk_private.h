/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the desk share: desk.c, desk_selection.c, desk_changes.c. Thread: main. */
#pragma once

#include "gui/desk.h"

struct _WbDesk {
    GObject parent_instance;
    WbLive *live;
    GArray *selected;     /* of unsigned ids; the current one last */
    GHashTable *readings; /* by id */
    guint64 moment, mix_moment;
    WbMixReading mix;
    GHashTable *lengths; /* of files, seconds as double, by path */
    bool end_known;
    gint64 end;
};

void wb_desk_tell_selection(WbDesk *desk);
