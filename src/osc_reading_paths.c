/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "src/osc_paths.h"

#include <glib/gi18n.h>
#include <math.h>

#define BANDS_TYPES "ffffffffffffffffffffffff"

G_STATIC_ASSERT(sizeof BANDS_TYPES - 1 == WB_BANDS);

static void add_level(lo_message values, double db)
{
    lo_message_add_float(values, isfinite(db) && db > WB_OSC_SILENCE_DB ? (float)db
                                                                        : (float)WB_OSC_SILENCE_DB);
}

static void add_number(lo_message values, double value)
{
    lo_message_add_float(values, isfinite(value) ? (float)value : 0.0f);
}

static void add_count(lo_message values, guint64 count)
{
    lo_message_add_int64(values, (gint64)MIN(count, (guint64)G_MAXINT64));
}

static void add_text(lo_message values, const char *text)
{
    lo_message_add_string(values, text != NULL ? text : "");
}

#define TRACK_READING(name)                                                                        \
    static bool name(WbOsc *osc, const WbOscPath *entry, WbTrack *track, lo_message values)        \
    {                                                                                              \
        (void)entry;                                                                               \
        WbTrackReading reading;                                                                    \
        if (!wb_osc_read_track(osc, track->id, &reading))                                          \
            return false;                                                                          \
        add_##name(values, &reading);                                                              \
        return true;                                                                               \
    }

#define MIX_READING(name)                                                                          \
    static bool name(WbOsc *osc, const WbOscPath *entry, WbTrack *track, lo_message values)        \
    {                                                                                              \
        (void)entry;                                                                               \
        (void)track;                                                                               \
        WbMixReading reading;                                                                      \
        wb_osc_read_mix(osc, &reading);                                                            \
        add_##name(values, &reading);                                                              \
        return true;                                                                               \
    }

static void add_meter(lo_message values, const WbTrackReading *reading)
{
    add_level(values, reading->input_peak_db);
    add_level(values, reading->peak_db[0]);
    add_level(values, reading->peak_db[1]);
}
TRACK_READING(meter)

static void add_loudness(lo_message values, const WbTrackReading *reading)
{
    add_level(values, reading->loudness_lufs);
}
TRACK_READING(loudness)

static void add_spectrum(lo_message values, const WbTrackReading *reading)
{
    for (int b = 0; b < WB_BANDS; b++)
        add_level(values, 10.0 * log10(reading->power[b]));
}
TRACK_READING(spectrum)

static void add_carve(lo_message values, const WbTrackReading *reading)
{
    for (int b = 0; b < WB_BANDS; b++)
        add_number(values, reading->cut_db[b]);
}
TRACK_READING(carve)

static void add_heard(lo_message values, const WbTrackReading *reading)
{
    add_number(values, reading->heard_before);
    add_number(values, reading->heard);
    add_number(values, reading->clarity);
}
TRACK_READING(heard)

static void add_live(lo_message values, const WbTrackReading *reading)
{
    lo_message_add_int32(values, reading->live);
}
TRACK_READING(live)

static void add_delay(lo_message values, const WbTrackReading *reading)
{
    add_number(values, reading->delay_frames);
}
TRACK_READING(delay)

static void add_track_load(lo_message values, const WbTrackReading *reading)
{
    add_number(values, reading->cost_percent);
    add_number(values, reading->prefetch_seconds);
    add_count(values, reading->underruns);
    lo_message_add_int64(values, reading->bytes);
}
TRACK_READING(track_load)

static void add_bus_meter(lo_message values, const WbMixReading *reading)
{
    add_level(values, reading->peak_db[0]);
    add_level(values, reading->peak_db[1]);
}
MIX_READING(bus_meter)

static void add_bus_loudness(lo_message values, const WbMixReading *reading)
{
    add_level(values, reading->momentary_lufs);
    add_level(values, reading->short_term_lufs);
    add_level(values, reading->integrated_lufs);
    add_level(values, reading->true_peak_db);
}
MIX_READING(bus_loudness)

static void add_load(lo_message values, const WbMixReading *reading)
{
    add_number(values, reading->load_percent);
    add_number(values, reading->load_peak_percent);
    add_number(values, reading->longest_cycle_us);
    add_number(values, reading->budget_us);
    add_number(values, reading->control_percent);
    add_count(values, reading->late_ticks);
    add_count(values, reading->xruns);
}
MIX_READING(load)

static void add_prefetch(lo_message values, const WbMixReading *reading)
{
    add_number(values, reading->prefetch_load_percent);
    add_number(values, reading->prefetch_seconds);
}
MIX_READING(prefetch)

static void add_lookahead(lo_message values, const WbMixReading *reading)
{
    lo_message_add_int32(values, reading->lookahead);
}
MIX_READING(lookahead)

static void add_driver(lo_message values, const WbMixReading *reading)
{
    lo_message_add_int32(values, reading->running);
    add_text(values, reading->driver);
    add_text(values, reading->client);
    lo_message_add_int32(values, (int32_t)reading->rate);
    lo_message_add_int32(values, (int32_t)reading->block_frames);
    lo_message_add_int32(values, reading->real_time);
    lo_message_add_int32(values, reading->freewheel);
}
MIX_READING(driver)

static void add_state(lo_message values, const WbMixReading *reading)
{
    static const char *const names[] = {
        [WB_TRANSPORT_STOPPED] = "stopped",
        [WB_TRANSPORT_STARTING] = "starting",
        [WB_TRANSPORT_ROLLING] = "rolling",
    };
    add_text(values, names[reading->transport]);
}
MIX_READING(state)

static bool position(WbOsc *osc, const WbOscPath *entry, WbTrack *track, lo_message values)
{
    (void)entry;
    (void)track;
    WbMixReading reading;
    wb_osc_read_mix(osc, &reading);
    lo_message_add_int64(values, reading.position);
    lo_message_add_double(values, (double)reading.position /
                                      (double)wb_live_session(osc->live)->sample_rate);
    return true;
}

static void add_take(lo_message values, const WbMixReading *reading)
{
    lo_message_add_int32(values, reading->recording);
    g_autofree char *file =
        g_filename_display_name(reading->recorded_file != NULL ? reading->recorded_file : "");
    add_text(values, file);
    lo_message_add_int64(values, reading->recorded_frames);
    add_count(values, reading->recorded_lost);
    lo_message_add_int64(values, reading->disk_free);
}
MIX_READING(take)

static void add_match_db(lo_message values, const WbMixReading *reading)
{
    add_number(values, reading->match_db);
}
MIX_READING(match_db)

void wb_osc_add_readings(WbOsc *osc)
{
    const struct {
        const char *path, *types, *unit, *text;
        bool (*get)(WbOsc *osc, const WbOscPath *entry, WbTrack *track, lo_message values);
    } entries[] = {
        {WB_OSC_TRACK "meter", "fff", "dBFS",
         N_("highest peaks: input; left and right after the fader"), meter},
        {WB_OSC_TRACK "loudness", "f", "LUFS", N_("loudness after the fader, over 0.4 s"),
         loudness},
        {WB_OSC_TRACK "spectrum", BANDS_TYPES, "dB",
         N_("level in each Bark band, before the carve"), spectrum},
        {WB_OSC_TRACK "carve", BANDS_TYPES, "dB", N_("what is taken in each Bark band"), carve},
        {WB_OSC_TRACK "heard", "fff", NULL,
         N_("loudness amid the others without and with the carve; clarity, 0..1"), heard},
        {WB_OSC_TRACK "live", "i", NULL, N_("whether its input sounds, not its clips"), live},
        {WB_OSC_TRACK "delay", "f", "frames", N_("delay of the latency compensation"), delay},
        {WB_OSC_TRACK "load", "ffhh", NULL,
         N_("cost in percent of a block; seconds read ahead; underruns; bytes of memory"),
         track_load},
        {"/mix/meter", "ff", "dBFS", N_("highest peaks of the bus, left and right"), bus_meter},
        {"/mix/loudness", "ffff", "LUFS",
         N_("momentary, short-term, integrated loudness; true peak in dBTP"), bus_loudness},
        {"/mix/load", "fffffhh", NULL,
         N_("load and its peak in percent; longest cycle and its budget in microseconds; "
            "control worker in percent; late ticks; xruns"),
         load},
        {"/mix/prefetch", "ff", NULL,
         N_("load of the disk thread in percent; least seconds read ahead"), prefetch},
        {"/mix/lookahead", "i", NULL, N_("whether the carve looks ahead"), lookahead},
        {"/driver", "issiiii", NULL,
         N_("running, name, client, rate in Hz, block in frames, real-time, freewheeling"), driver},
        {"/transport/state", "s", NULL, N_("stopped, starting or rolling"), state},
        {"/transport/position", "hd", NULL, N_("place on the timeline in frames and seconds"),
         position},
        {"/record/state", "ishhh", NULL,
         N_("recording, file of the bus, frames, frames lost, free bytes on the disk"), take},
        {"/listen/match_db", "f", "dB", N_("gain of the loudness match"), match_db},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(entries); i++)
        wb_osc_add_path(osc, &(WbOscPath){.path = (char *)entries[i].path,
                                          .kind = WB_OSC_READING,
                                          .types = (char *)entries[i].types,
                                          .unit = entries[i].unit,
                                          .text = entries[i].text,
                                          .get = entries[i].get});
}
