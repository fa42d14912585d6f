/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/session/connections.h"

#include <string.h>
#include <strings.h>

typedef struct {
    WbConnectKind kind;
    unsigned track, channel;
    char **to;
} Entry;

static const char *const names[WB_CONNECT_KINDS] = {
    [WB_CONNECT_INPUT] = "input",
    [WB_CONNECT_DIRECT] = "direct",
    [WB_CONNECT_BUS] = "bus",
    [WB_CONNECT_LISTEN] = "listen",
};

const char *wb_connect_kind_name(WbConnectKind kind)
{
    return names[kind];
}

bool wb_connect_kind_parse(const char *text, WbConnectKind *kind)
{
    for (int i = 0; i < WB_CONNECT_KINDS; i++) {
        if (strcasecmp(text, names[i]) == 0) {
            *kind = (WbConnectKind)i;
            return true;
        }
    }
    return false;
}

bool wb_connect_kind_of_track(WbConnectKind kind)
{
    return kind == WB_CONNECT_INPUT || kind == WB_CONNECT_DIRECT;
}

static int compare(gconstpointer first, gconstpointer second, gpointer unused)
{
    (void)unused;
    const Entry *a = first;
    const Entry *b = second;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->track != b->track)
        return a->track < b->track ? -1 : 1;
    return a->channel == b->channel ? 0 : a->channel < b->channel ? -1 : 1;
}

static void entry_free(gpointer data)
{
    Entry *entry = data;
    g_strfreev(entry->to);
    g_free(entry);
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static char **sorted(const char *const *to)
{
    g_autofree const char **texts = g_new(const char *, g_strv_length((char **)to) + 1);
    size_t count = 0;
    for (; to[count] != NULL; count++)
        texts[count] = to[count];
    qsort(texts, count, sizeof *texts, compare_texts);
    GPtrArray *kept = g_ptr_array_new();
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || strcmp(texts[i], texts[i - 1]) != 0)
            g_ptr_array_add(kept, g_strdup(texts[i]));
    }
    g_ptr_array_add(kept, NULL);
    return (char **)g_ptr_array_free(kept, FALSE);
}

const char *const *wb_session_connections(const WbSession *session, WbConnectKind kind,
                                          unsigned track, unsigned channel)
{
    if (session->connections == NULL)
        return NULL;
    const Entry key = {.kind = kind, .track = track, .channel = channel};
    const Entry *entry = g_tree_lookup(session->connections, &key);
    return entry == NULL ? NULL : (const char *const *)entry->to;
}

/* Takes the entry over; it is its own key. */
static void put(GTree *connections, Entry *entry)
{
    g_tree_replace(connections, entry, entry);
}

void wb_session_set_connections(WbSession *session, WbConnectKind kind, unsigned track,
                                unsigned channel, const char *const *to)
{
    if (session->connections == NULL)
        session->connections = g_tree_new_full(compare, NULL, NULL, entry_free);
    const Entry entry = {.kind = kind, .track = track, .channel = channel, .to = sorted(to)};
    put(session->connections, g_memdup2(&entry, sizeof entry));
}

void wb_session_each_connections(const WbSession *session, WbConnectionsFunc each, void *data)
{
    if (session->connections == NULL)
        return;
    g_autoptr(GHashTable) ids = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < session->tracks->len; i++) {
        const WbTrack *track = session->tracks->pdata[i];
        g_hash_table_add(ids, GUINT_TO_POINTER(track->id));
    }
    for (GTreeNode *node = g_tree_node_first(session->connections); node != NULL;
         node = g_tree_node_next(node)) {
        const Entry *entry = g_tree_node_value(node);
        if (entry->track == 0 || g_hash_table_contains(ids, GUINT_TO_POINTER(entry->track)))
            each(data, entry->kind, entry->track, entry->channel, (const char *const *)entry->to);
    }
}

typedef struct {
    const WbSession *other;
    unsigned count;
    bool differs;
} Comparison;

static void compare_entry(void *data, WbConnectKind kind, unsigned track, unsigned channel,
                          const char *const *to)
{
    Comparison *comparison = data;
    const char *const *other = wb_session_connections(comparison->other, kind, track, channel);
    comparison->count++;
    if (other == NULL || !g_strv_equal(to, other))
        comparison->differs = true;
}

bool wb_session_connections_equal(const WbSession *a, const WbSession *b)
{
    Comparison forth = {.other = b};
    Comparison back = {.other = a};
    wb_session_each_connections(a, compare_entry, &forth);
    wb_session_each_connections(b, compare_entry, &back);
    return !forth.differs && !back.differs && forth.count == back.count;
}

void wb_session_copy_connections(WbSession *to, const WbSession *from)
{
    if (from->connections == NULL)
        return;
    for (GTreeNode *node = g_tree_node_first(from->connections); node != NULL;
         node = g_tree_node_next(node)) {
        const Entry *entry = g_tree_node_value(node);
        wb_session_set_connections(to, entry->kind, entry->track, entry->channel,
                                   (const char *const *)entry->to);
    }
}
