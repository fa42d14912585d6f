/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be read of the mixer. A reading starts the peaks anew, so all who ask share one, and the
 * peaks of the last second are kept for those who ask less often. */
#include "config.h"

#include "src/osc_paths.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#define FRESH_US 10000
#define QUERY_WINDOW_US 100000 /* of peaks, unless somebody says otherwise */
#define PEAKS 64
#define PEAK_CHANNELS 3

typedef struct {
    gint64 time;
    double db[PEAK_CHANNELS];
} Peak;

typedef struct {
    gint64 time; /* of the reading; 0: none yet */
    Peak peaks[PEAKS];
    unsigned next;
} Past;

typedef struct {
    Past past;
    WbTrackReading reading;
} TrackEntry;

struct WbOscReadings {
    gint64 window;
    GHashTable *tracks; /* of TrackEntry, by id */
    Past mix_past;
    WbMixReading mix;
};

WbOscReadings *wb_osc_readings_new(void)
{
    WbOscReadings *readings = g_new0(WbOscReadings, 1);
    readings->window = QUERY_WINDOW_US;
    readings->tracks = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    return readings;
}

void wb_osc_readings_free(WbOscReadings *readings)
{
    if (readings == NULL)
        return;
    g_hash_table_unref(readings->tracks);
    g_free(readings);
}

void wb_osc_readings_set_window(WbOscReadings *readings, gint64 window)
{
    readings->window = window > 0 ? window : QUERY_WINDOW_US;
}

void wb_osc_readings_forget(WbOscReadings *readings)
{
    GHashTableIter iter;
    gpointer entry;
    g_hash_table_iter_init(&iter, readings->tracks);
    while (g_hash_table_iter_next(&iter, NULL, &entry))
        ((TrackEntry *)entry)->past.time = 0;
    readings->mix_past.time = 0;
}

static void remember(Past *past, gint64 now, const double *db, unsigned channels)
{
    Peak *peak = &past->peaks[past->next];
    past->next = (past->next + 1) % PEAKS;
    past->time = now;
    peak->time = now;
    memcpy(peak->db, db, channels * sizeof *db);
}

static double highest(const Past *past, gint64 window, unsigned channel)
{
    double db = WB_OSC_SILENCE_DB;
    for (unsigned i = 0; i < PEAKS; i++) {
        const Peak *peak = &past->peaks[i];
        if (peak->time != 0 && peak->time > past->time - window && peak->db[channel] > db)
            db = peak->db[channel];
    }
    return db;
}

bool wb_osc_read_track(WbOsc *osc, unsigned id, WbTrackReading *reading)
{
    WbOscReadings *readings = osc->readings;
    TrackEntry *entry = g_hash_table_lookup(readings->tracks, GUINT_TO_POINTER(id));
    const gint64 now = g_get_monotonic_time();
    if (entry == NULL || now - entry->past.time >= FRESH_US) {
        WbTrackReading fresh;
        if (!wb_live_track_reading(osc->live, id, &fresh)) {
            g_hash_table_remove(readings->tracks, GUINT_TO_POINTER(id));
            return false;
        }
        if (entry == NULL) {
            entry = g_new0(TrackEntry, 1);
            g_hash_table_insert(readings->tracks, GUINT_TO_POINTER(id), entry);
        }
        const double db[] = {fresh.input_peak_db, fresh.peak_db[0], fresh.peak_db[1]};
        remember(&entry->past, now, db, 3);
        entry->reading = fresh;
    }
    *reading = entry->reading;
    reading->input_peak_db = highest(&entry->past, readings->window, 0);
    reading->peak_db[0] = highest(&entry->past, readings->window, 1);
    reading->peak_db[1] = highest(&entry->past, readings->window, 2);
    return true;
}

void wb_osc_read_mix(WbOsc *osc, WbMixReading *reading)
{
    WbOscReadings *readings = osc->readings;
    const gint64 now = g_get_monotonic_time();
    if (now - readings->mix_past.time >= FRESH_US) {
        wb_live_mix_reading(osc->live, &readings->mix);
        remember(&readings->mix_past, now, readings->mix.peak_db, 2);
    }
    *reading = readings->mix;
    reading->peak_db[0] = highest(&readings->mix_past, readings->window, 0);
    reading->peak_db[1] = highest(&readings->mix_past, readings->window, 1);
}
