/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gui/desk_private.h"

static int place(WbDesk *desk, unsigned id)
{
    for (guint i = 0; i < desk->selected->len; i++)
        if (g_array_index(desk->selected, unsigned, i) == id)
            return (int)i;
    return -1;
}

static guint index_of(const WbSession *session, unsigned id)
{
    for (guint t = 0; t < session->tracks->len; t++)
        if (((const WbTrack *)session->tracks->pdata[t])->id == id)
            return t;
    return 0;
}

static void add_last(WbDesk *desk, unsigned id)
{
    const int at = place(desk, id);
    if (at >= 0)
        g_array_remove_index(desk->selected, (guint)at);
    g_array_append_val(desk->selected, id);
}

/* From the current track to this one. */
static void add_range(WbDesk *desk, unsigned id)
{
    const WbSession *session = wb_desk_session(desk);
    const guint to = index_of(session, id);
    const unsigned current = wb_desk_current(desk);
    const guint from = current != 0 ? index_of(session, current) : to;
    for (guint t = MIN(from, to); t <= MAX(from, to); t++)
        add_last(desk, ((const WbTrack *)session->tracks->pdata[t])->id);
    add_last(desk, id);
}

void wb_desk_select(WbDesk *desk, unsigned id, WbSelectMode mode)
{
    if (wb_desk_track(desk, id) == NULL)
        return;
    const int at = place(desk, id);
    switch (mode) {
    case WB_SELECT_ONLY:
        if (desk->selected->len == 1 && at == 0)
            return;
        g_array_set_size(desk->selected, 0);
        g_array_append_val(desk->selected, id);
        break;
    case WB_SELECT_TOGGLE:
        if (at >= 0)
            g_array_remove_index(desk->selected, (guint)at);
        else
            g_array_append_val(desk->selected, id);
        break;
    case WB_SELECT_RANGE:
        add_range(desk, id);
        break;
    }
    wb_desk_tell_selection(desk);
}

void wb_desk_select_all(WbDesk *desk)
{
    const WbSession *session = wb_desk_session(desk);
    const unsigned current = wb_desk_current(desk);
    for (guint t = 0; session != NULL && t < session->tracks->len; t++)
        add_last(desk, ((const WbTrack *)session->tracks->pdata[t])->id);
    if (current != 0)
        add_last(desk, current);
    wb_desk_tell_selection(desk);
}

void wb_desk_select_step(WbDesk *desk, int step)
{
    const WbSession *session = wb_desk_session(desk);
    if (session == NULL || session->tracks->len == 0)
        return;
    const int last = (int)session->tracks->len - 1;
    const unsigned current = wb_desk_current(desk);
    const int to = current == 0 ? (step > 0 ? 0 : last)
                                : CLAMP((int)index_of(session, current) + step, 0, last);
    wb_desk_select(desk, ((const WbTrack *)session->tracks->pdata[to])->id, WB_SELECT_ONLY);
}

bool wb_desk_is_selected(WbDesk *desk, unsigned id)
{
    return place(desk, id) >= 0;
}

unsigned wb_desk_current(WbDesk *desk)
{
    const guint count = desk->selected->len;
    return count > 0 ? g_array_index(desk->selected, unsigned, count - 1) : 0;
}
