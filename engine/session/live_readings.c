/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <math.h>

#include "engine/session/live_private.h"

#define METER_FRAMES 4096
#define LOAD_SECONDS 1
#define DISK_SECONDS 2
#define BS1770_OFFSET (-0.691) /* LU, ITU-R BS.1770-4 */

static double db_of(double gain)
{
    return gain > 0 ? 20 * log10(gain) : -INFINITY;
}

static void drain_bus(WbLive *live)
{
    double samples[2 * METER_FRAMES], left[METER_FRAMES], right[METER_FRAMES];
    const double *const bus[2] = {left, right};
    size_t frames;
    while ((frames = wb_mixer_read_bus(live->mixer, samples, METER_FRAMES)) > 0) {
        for (size_t i = 0; i < frames; i++) {
            left[i] = samples[2 * i];
            right[i] = samples[2 * i + 1];
        }
        wb_meter_add(live->meter, bus, frames);
    }
}

static void take_mean_load(WbLive *live)
{
    const gint64 now = g_get_monotonic_time();
    if (now - live->load_looked < LOAD_SECONDS * G_USEC_PER_SEC)
        return;
    const WbMixerTotals totals = wb_mixer_totals(live->mixer);
    const double sound = totals.sound_seconds - live->sound;
    live->load = sound > 0 ? (totals.busy_seconds - live->busy) / sound : 0;
    live->busy = totals.busy_seconds;
    live->sound = totals.sound_seconds;
    live->load_looked = now;
}

static void look_at_disk(WbLive *live)
{
    const gint64 now = g_get_monotonic_time();
    if (live->disk_looked != 0 && now - live->disk_looked < DISK_SECONDS * G_USEC_PER_SEC)
        return;
    live->disk_looked = now;
    const char *path = live->running ? live->running->bus_path : NULL;
    g_autofree char *folder = path ? g_path_get_dirname(path)
                                   : g_strdup(live->session->folder ? live->session->folder : ".");
    g_autoptr(GFile) file = g_file_new_for_path(folder);
    g_autoptr(GFileInfo) info =
        g_file_query_filesystem_info(file, G_FILE_ATTRIBUTE_FILESYSTEM_FREE, NULL, NULL);
    live->disk_free =
        info ? (gint64)g_file_info_get_attribute_uint64(info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE)
             : -1;
}

void wb_live_readings_later(WbLive *live)
{
    drain_bus(live);
    take_mean_load(live);
    look_at_disk(live);
}

bool wb_live_track_reading(WbLive *live, unsigned id, WbTrackReading *reading)
{
    *reading = (WbTrackReading){0};
    WbLiveTrack *track = wb_live_track(live, id);
    if (!track || !track->mixer || track->removed)
        return false;
    const WbMixerMeter meter = wb_mixer_track_meter(track->mixer);
    WbMixerHearing hearing = {0};
    wb_mixer_track_hearing(live->mixer, track->mixer, &hearing);
    reading->live = track->settings.live;
    reading->listen = track->listen;
    reading->input_peak_db = db_of((double)meter.input_peak);
    reading->peak_db[0] = db_of((double)meter.peak[0]);
    reading->peak_db[1] = db_of((double)meter.peak[1]);
    reading->loudness_lufs =
        hearing.weighted_power > 0 ? BS1770_OFFSET + 10 * log10(hearing.weighted_power) : -INFINITY;
    for (int b = 0; b < WB_BANDS; b++) {
        reading->power[b] = hearing.power[b];
        reading->cut_db[b] = hearing.cut_db[b];
    }
    reading->heard_before = hearing.loudness_before;
    reading->heard = hearing.loudness_after;
    if (hearing.loudness_alone > 0)
        reading->clarity = CLAMP(hearing.loudness_after / hearing.loudness_alone, 0, 1);
    reading->delay_frames = track->settings.delay;
    const double sound = wb_mixer_totals(live->mixer).sound_seconds;
    reading->cost_percent = sound > 0 ? meter.cost_ns * 1e-9 / sound * 100 : 0;
    reading->bytes = (gint64)meter.bytes;
    reading->bad_samples = meter.bad_samples;
    if (track->player) {
        WbPlayerReading player;
        wb_player_reading(track->player, &player);
        reading->prefetch_seconds = fmax(player.ahead_seconds, 0);
        reading->underruns = player.underruns;
        reading->bad_samples += player.bad_samples;
        reading->bytes += (gint64)player.bytes;
    }
    return true;
}

static void read_driver(WbLive *live, WbMixReading *reading)
{
    reading->xruns = live->xruns_before;
    if (!live->driver)
        return;
    gint64 position;
    reading->running = true;
    reading->driver = wb_driver_name(live->driver);
    reading->client = wb_driver_client(live->driver);
    reading->block_frames = wb_driver_block_frames(live->driver);
    reading->real_time = wb_driver_priority(live->driver) > 0;
    reading->transport = wb_driver_transport(live->driver, &position);
    reading->position = llrint((double)position * live->session->sample_rate / live->rate);
    reading->freewheel = wb_driver_freewheels(live->driver);
    reading->xruns += wb_driver_xruns(live->driver);
    reading->budget_us = 1e6 * reading->block_frames / live->rate;
}

static void read_take(WbLive *live, WbMixReading *reading)
{
    if (!live->running)
        return;
    reading->recording = true;
    reading->recorded_file = live->running->bus_path;
    for (guint f = 0; f < live->running->files->len; f++) {
        const WbLiveFile *file = live->running->files->pdata[f];
        reading->recorded_lost += wb_sink_lost_frames(file->sink);
        if (f == 0)
            reading->recorded_frames = (gint64)wb_sink_frames(file->sink);
    }
}

void wb_live_mix_reading(WbLive *live, WbMixReading *reading)
{
    *reading = (WbMixReading){0};
    reading->momentary_lufs = reading->short_term_lufs = reading->integrated_lufs = -INFINITY;
    reading->true_peak_db = reading->peak_db[0] = reading->peak_db[1] = -INFINITY;
    reading->disk_free = live->disk_free;
    reading->delta = live->delta;
    reading->match = live->match;
    read_driver(live, reading);
    read_take(live, reading);
    if (!live->mixer)
        return;
    WbMixerReading mixer;
    WbPrefetchReading prefetch;
    wb_mixer_read(live->mixer, &mixer);
    wb_prefetch_reading(live->prefetch, &prefetch);
    const WbMeterReading meter = wb_meter_read(live->meter);
    reading->rate = (unsigned)live->rate;
    reading->lookahead = live->settings.lookahead;
    reading->load_percent = 100 * live->load;
    reading->load_peak_percent = 100 * mixer.peak_load;
    reading->longest_cycle_us = 1e6 * mixer.longest_cycle_seconds;
    reading->control_percent = 100 * mixer.control_load;
    reading->late_ticks = mixer.late_ticks - live->late_before;
    reading->prefetch_load_percent = 100 * prefetch.load;
    reading->prefetch_seconds = prefetch.ahead_seconds;
    reading->peak_db[0] = db_of((double)mixer.peak[0]);
    reading->peak_db[1] = db_of((double)mixer.peak[1]);
    reading->momentary_lufs = meter.momentary_lufs;
    reading->short_term_lufs = meter.short_term_lufs;
    reading->integrated_lufs = meter.integrated_lufs;
    reading->true_peak_db = meter.true_peak_db;
    reading->match_db = live->match && live->session->mix.carve_bypass ? mixer.match_db : 0;
}

void wb_live_reset_readings(WbLive *live)
{
    if (!live->mixer)
        return;
    WbMixerReading mixer;
    wb_mixer_read(live->mixer, &mixer);
    live->late_before = mixer.late_ticks;
    wb_mixer_reset_peaks(live->mixer);
    live->xruns_before = live->driver ? 0 - wb_driver_xruns(live->driver) : 0;
    wb_meter_free(live->meter);
    live->meter = wb_meter_new_running(live->rate);
}
