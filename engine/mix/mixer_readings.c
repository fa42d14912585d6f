/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What main may know of the mixer. */
#include <math.h>

#include "engine/mix/mixer_private.h"

WbMixerMeter wb_mixer_track_meter(WbMixerTrack *track)
{
    const WbTrackState *state = atomic_load(&track->state);
    return (WbMixerMeter){
        .input_peak = atomic_exchange(&track->input_peak, 0),
        .peak = {atomic_exchange(&track->peak[0], 0), atomic_exchange(&track->peak[1], 0)},
        .cost_ns = atomic_load(&track->cost_ns),
        .bad_samples = atomic_load(&track->bad_samples),
        .bytes = track->channels * wb_delay_line_frames(state->line) * sizeof(float),
    };
}

bool wb_mixer_track_hearing(WbMixer *mixer, const WbMixerTrack *track, WbMixerHearing *hearing)
{
    const WbArrangement *arrangement = atomic_load(&mixer->arrangement);
    const WbMixerHearing *all = wb_snapshot_read(arrangement->hearings);
    for (size_t t = 0; t < arrangement->tracks; t++) {
        if (arrangement->track[t] == track) {
            *hearing = all[t];
            return true;
        }
    }
    return false;
}

void wb_mixer_read(WbMixer *mixer, WbMixerReading *reading)
{
    const double ticks = (double)atomic_load(&mixer->ticks);
    *reading = (WbMixerReading){
        .transport = (WbTransportState)atomic_load(&mixer->published_transport),
        .position = atomic_load(&mixer->published_position),
        .cycles = atomic_load(&mixer->cycles),

        .peak_load = atomic_load(&mixer->peak_load),
        .longest_cycle_seconds = atomic_load(&mixer->longest_seconds),
        .control_load =
            ticks > 0 ? (double)atomic_load(&mixer->control_ns) * 1e-9 / (ticks * WB_TICK_SECONDS)
                      : 0,
        .late_ticks = atomic_load(&mixer->late_ticks),
        .peak = {atomic_exchange(&mixer->bus_peak[0], 0), atomic_exchange(&mixer->bus_peak[1], 0)},
        .match_db = 20 * log10(atomic_load(&mixer->match_gain)),
    };
}

int64_t wb_mixer_clock(const WbMixer *mixer)
{
    return atomic_load(&mixer->published_clock);
}

WbMixerTotals wb_mixer_totals(const WbMixer *mixer)
{
    return (WbMixerTotals){
        .busy_seconds = (double)atomic_load(&mixer->busy_ns) * 1e-9,
        .sound_seconds = (double)atomic_load(&mixer->published_clock) / mixer->rate,
    };
}

void wb_mixer_reset_peaks(WbMixer *mixer)
{
    atomic_store(&mixer->reset_peaks, true);
}

size_t wb_mixer_read_bus(WbMixer *mixer, double *samples, size_t frames)
{
    return wb_ring_read(mixer->bus_ring, samples, frames);
}
