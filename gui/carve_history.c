/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/carve_history.h"

#include <math.h>

#include "gui/palette.h"

#define STEPS WB_CARVE_HISTORY_STEPS
#define LEVELS 256
#define UNITS_A_DB 10

typedef struct {
    guint8 cut[STEPS][WB_BANDS]; /* tenths of a dB, a ring */
    unsigned next;
    bool fresh;
} Track;

struct WbCarveHistory {
    GHashTable *tracks; /* id to Track */
    bool added;         /* since it was last swept */
};

WbCarveHistory *wb_carve_history_new(void)
{
    WbCarveHistory *history = g_new0(WbCarveHistory, 1);
    history->tracks = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    return history;
}

void wb_carve_history_free(WbCarveHistory *history)
{
    if (!history)
        return;
    g_hash_table_unref(history->tracks);
    g_free(history);
}

void wb_carve_history_add(WbCarveHistory *history, unsigned id, const float cut_db[WB_BANDS])
{
    Track *track = g_hash_table_lookup(history->tracks, GUINT_TO_POINTER(id));
    if (!track) {
        track = g_new0(Track, 1);
        g_hash_table_insert(history->tracks, GUINT_TO_POINTER(id), track);
    }
    for (int b = 0; b < WB_BANDS; b++)
        track->cut[track->next][b] = (guint8)CLAMP(lroundf(UNITS_A_DB * cut_db[b]), 0, LEVELS - 1);
    track->next = (track->next + 1) % STEPS;
    track->fresh = history->added = true;
}

static gboolean is_stale(gpointer id, gpointer value, gpointer data)
{
    Track *track = value;
    (void)id, (void)data;
    const bool fresh = track->fresh;
    track->fresh = false;
    return !fresh;
}

void wb_carve_history_sweep(WbCarveHistory *history)
{
    if (history->added)
        g_hash_table_foreach_remove(history->tracks, is_stale, NULL);
    history->added = false;
}

bool wb_carve_history_any(const WbCarveHistory *history, unsigned id)
{
    const Track *track = g_hash_table_lookup(history->tracks, GUINT_TO_POINTER(id));
    for (int x = 0; track && x < STEPS; x++)
        for (int b = 0; b < WB_BANDS; b++)
            if (track->cut[x][b] > 0)
                return true;
    return false;
}

static guint32 pixel(const GdkRGBA *colour)
{
    const guint32 red = (guint32)lroundf(255 * colour->red);
    const guint32 green = (guint32)lroundf(255 * colour->green);
    const guint32 blue = (guint32)lroundf(255 * colour->blue);
    return GUINT32_TO_BE(red << 24 | green << 16 | blue << 8 | 255);
}

GdkTexture *wb_carve_history_picture(const WbCarveHistory *history, unsigned id,
                                     const GdkRGBA *ground, const GdkRGBA *colour)
{
    const Track *track = g_hash_table_lookup(history->tracks, GUINT_TO_POINTER(id));
    if (!track)
        return NULL;
    guint32 pixels[LEVELS];
    for (int i = 0; i < LEVELS; i++) {
        const GdkRGBA shade =
            wb_palette_blend(ground, colour, fmin(i / (UNITS_A_DB * WB_CARVE_HISTORY_FULL_DB), 1));
        pixels[i] = pixel(&shade);
    }
    guint32 *picture = g_new(guint32, STEPS * WB_BANDS);
    for (unsigned x = 0; x < STEPS; x++) {
        const guint8 *cut = track->cut[(track->next + x) % STEPS];
        for (int b = 0; b < WB_BANDS; b++)
            picture[(WB_BANDS - 1 - b) * STEPS + (int)x] = pixels[cut[b]];
    }
    g_autoptr(GBytes) bytes = g_bytes_new_take(picture, STEPS * WB_BANDS * sizeof *picture);
    return gdk_memory_texture_new(STEPS, WB_BANDS, GDK_MEMORY_R8G8B8A8, bytes,
                                  STEPS * sizeof *picture);
}
