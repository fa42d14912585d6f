/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/hearing/analyser.h"

#include <glib.h>
#include <string.h>

struct WbAnalyser {
    const WbSpectrum *spectrum;
    WbSpectrumScratch *scratch;
    unsigned channels, tick_frames;
    float *history[2]; /* [channel]; the next window starts at `next` */
    size_t next, held, capacity;
    bool silent[2]; /* [channel]; the last window was */
};

WbAnalyser *wb_analyser_new(const WbSpectrum *spectrum, unsigned channels, unsigned tick_frames)
{
    WbAnalyser *analyser = g_new0(WbAnalyser, 1);
    analyser->spectrum = spectrum;
    analyser->scratch = wb_spectrum_scratch_new(spectrum);
    analyser->channels = channels;
    analyser->tick_frames = tick_frames;
    return analyser;
}

void wb_analyser_free(WbAnalyser *analyser)
{
    if (!analyser)
        return;
    wb_spectrum_scratch_free(analyser->scratch);
    g_free(analyser->history[0]);
    g_free(analyser->history[1]);
    g_free(analyser);
}

int64_t wb_analyser_start(WbAnalyser *analyser, int64_t tick)
{
    analyser->next = analyser->held = 0;
    analyser->silent[0] = analyser->silent[1] = false;
    return tick * analyser->tick_frames + (int64_t)wb_spectrum_ahead(analyser->spectrum) -
           (int64_t)wb_spectrum_length(analyser->spectrum);
}

void wb_analyser_push(WbAnalyser *analyser, const float *const *channels, size_t frames)
{
    const size_t left = analyser->held - analyser->next;
    const bool grow = left + frames > analyser->capacity;
    if (grow)
        analyser->capacity = left + frames + wb_spectrum_length(analyser->spectrum);
    for (unsigned c = 0; c < analyser->channels; c++) {
        float **history = &analyser->history[c];
        if (left > 0)
            memmove(*history, *history + analyser->next, left * sizeof(float));
        if (grow)
            *history = g_renew(float, *history, analyser->capacity);
        memcpy(*history + left, channels[c], frames * sizeof(float));
    }
    analyser->next = 0;
    analyser->held = left + frames;
}

bool wb_analyser_pop(WbAnalyser *analyser, float power[][WB_BANDS])
{
    const size_t length = wb_spectrum_length(analyser->spectrum);
    if (analyser->held - analyser->next < length)
        return false;
    const float *frames[2];
    for (unsigned c = 0; c < analyser->channels; c++) {
        frames[c] = analyser->history[c] + analyser->next;
        /* Of a window after a silent one, only the last tick is new. */
        const size_t known = analyser->silent[c] ? length - analyser->tick_frames : 0;
        analyser->silent[c] = wb_spectrum_is_silent(frames[c] + known, length - known);
    }
    wb_spectrum_sounding_bands(analyser->spectrum, analyser->scratch, analyser->channels, frames,
                               analyser->silent, power);
    analyser->next += analyser->tick_frames;
    return true;
}
