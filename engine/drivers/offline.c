/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/drivers/offline.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "engine/carve/design.h"
#include "engine/drivers/crew.h"
#include "engine/hearing/analyser.h"
#include "engine/mix/control.h"
#include "engine/mix/mix.h"

/* The timeline is worked off in batches of ticks, each of which goes through four stages, one
 * stage in one round:
 *
 *     round   i        i+1        i+2     i+3     i+4          i+5
 *     batch i read  →  control                 →  carve     →  write
 *
 * A batch is carved three rounds after its control, since a target waits for spectra that lie up
 * to 0.34 s ahead of it. All that one round does is independent and spread over the crew. */
#define BATCH_TICKS 16
#define CONTROL_LAG 1
#define CARVE_LAG 4
#define WRITE_LAG 5
#define INPUT_SLOTS (CARVE_LAG + 1)
#define OUTPUT_SLOTS 2
#define SPECTRUM_SLOTS 2
#define MAX_SPECTRA (BATCH_TICKS + 2) /* that become complete with one batch */
#define TARGET_TICKS (BATCH_TICKS * 6)
#define HEARD_POWER 1e-9f /* a track sounds from -90 dBFS up */
#define CARVED_DB 1.0f

typedef float Spectrum[2][WB_BANDS];

typedef struct {
    const WbOfflineJob *job;
    const WbOfflineSink *sink;
    WbOfflineTrack *report;
    unsigned tick_frames;
    size_t batch_frames;
    int64_t first_tick, batches, round;
    WbCarveDesign *design;
    WbSpectrum *spectrum;
    WbControl *control;
    WbMix *mix;
    WbMixLayout *layout;
    WbAnalyser **analysers;             /* [track] */
    float *(*input[INPUT_SLOTS])[2];    /* [track][channel] */
    double *(*output[OUTPUT_SLOTS])[2]; /* [track][side] */
    double *bus[2];
    Spectrum *spectra[SPECTRUM_SLOTS][MAX_SPECTRA]; /* [track] */
    unsigned popped[SPECTRUM_SLOTS];
    WbCarveCoefficients *targets[TARGET_TICKS]; /* [track], by tick */
    float (*cuts)[WB_BANDS];                    /* [track] */
    int64_t heard_ticks;                        /* that went into the control */
    GError **read_errors, **strip_errors;       /* [track] */
    GError *bus_error;
} Render;

static WbCarveCoefficients *targets_at(Render *render, int64_t tick)
{
    return render->targets[(tick - render->first_tick) % TARGET_TICKS];
}

static int64_t batch_start(const Render *render, int64_t batch)
{
    return (render->first_tick + batch * BATCH_TICKS) * render->tick_frames;
}

static bool in_range(const Render *render, int64_t batch)
{
    return batch >= 0 && batch < render->batches;
}

/* ---- read and hear ---- */

static void warm_up(Render *render, size_t track)
{
    float *const *input = render->input[0][track];
    const int64_t end = batch_start(render, 0);
    for (int64_t at = wb_analyser_start(render->analysers[track], render->first_tick); at < end;) {
        const size_t frames = (size_t)MIN(end - at, (int64_t)render->batch_frames);
        if (!wb_track_reader_read(render->job->readers[track], at, input, frames,
                                  &render->read_errors[track]))
            return;
        wb_analyser_push(render->analysers[track], (const float *const *)input, frames);
        at += (int64_t)frames;
    }
}

static void read_batch(Render *render, size_t track)
{
    const int64_t batch = render->round;
    const bool hear = !render->job->dry;
    float *const *input = render->input[batch % INPUT_SLOTS][track];
    if (hear && batch == 0)
        warm_up(render, track);
    if (render->read_errors[track])
        return;
    if (!wb_track_reader_read(render->job->readers[track], batch_start(render, batch), input,
                              render->batch_frames, &render->read_errors[track]) ||
        !hear)
        return;
    wb_analyser_push(render->analysers[track], (const float *const *)input, render->batch_frames);
    const int64_t slot = batch % SPECTRUM_SLOTS;
    unsigned popped = 0;
    while (popped < MAX_SPECTRA &&
           wb_analyser_pop(render->analysers[track], render->spectra[slot][popped][track]))
        popped++;
    if (track == 0)
        render->popped[slot] = popped;
}

/* ---- control ---- */

static void note_loudness(Render *render, const Spectrum spectra[])
{
    for (size_t t = 0; t < render->job->tracks; t++) {
        WbOfflineTrack *report = &render->report[t];
        float power = 0;
        for (unsigned c = 0; c < render->job->strips[t].channels; c++)
            for (int b = 0; b < WB_BANDS; b++)
                power += spectra[t][c][b];
        if (power < HEARD_POWER || render->job->strips[t].muted)
            continue;
        double before, after;
        wb_control_loudness(render->control, t, &before, &after);
        report->ticks++;
        report->loudness_before += before;
        report->loudness_after += after;
    }
}

static void note_cuts(Render *render)
{
    for (size_t t = 0; t < render->job->tracks; t++) {
        WbOfflineTrack *report = &render->report[t];
        float deepest = 0;
        for (int b = 0; b < WB_BANDS; b++) {
            const float cut = render->cuts[t][b];
            deepest = fmaxf(deepest, cut);
            report->mean_cut_db[b] += (double)cut;
            report->max_cut_db[b] = fmax(report->max_cut_db[b], (double)cut);
        }
        report->carved_share += deepest >= CARVED_DB;
    }
}

static void control_batch(Render *render)
{
    const WbOfflineJob *job = render->job;
    const int64_t slot = (render->round - CONTROL_LAG) % SPECTRUM_SLOTS;
    const int64_t end_tick = wb_tick_at(job->end - 1, render->tick_frames) + 1;
    for (unsigned i = 0; i < render->popped[slot]; i++) {
        const int64_t tick = render->first_tick + render->heard_ticks++;
        const int64_t target = tick + wb_control_offset(render->control);
        const bool ready =
            wb_control_step(render->control, &job->arbiter, job->tracks, job->strips,
                            (const Spectrum *)render->spectra[slot][i],
                            targets_at(render, MAX(target, render->first_tick)), render->cuts);
        if (tick < end_tick)
            note_loudness(render, (const Spectrum *)render->spectra[slot][i]);
        if (ready && target < end_tick)
            note_cuts(render);
    }
}

/* ---- carve ---- */

static void carve_group(Render *render, size_t group)
{
    const int64_t batch = render->round - CARVE_LAG;
    const int64_t base = batch_start(render, batch);
    const int64_t end = MIN(base + (int64_t)render->batch_frames, render->job->end);
    const int64_t block = render->job->block_frames;
    const float *const(*input)[2] = (const float *const(*)[2])render->input[batch % INPUT_SLOTS];
    double *const(*output)[2] = (double *const(*)[2])render->output[batch % OUTPUT_SLOTS];
    int64_t at = MAX(base, render->job->start);
    while (at < end) {
        const int64_t tick = wb_tick_at(at, render->tick_frames);
        const int64_t next = (tick + 1) * render->tick_frames;
        /* The carves start flat and move from the first whole tick on. */
        if (at == tick * render->tick_frames && !render->job->dry)
            wb_mix_aim(render->layout, group, targets_at(render, tick + 1), render->tick_frames);
        /* Blocks are counted from the start, as a server's would be. */
        const int64_t passed = at - render->job->start;
        const int64_t stop = MIN(MIN(next, end), at + block - passed % block);
        const size_t offset = (size_t)(at - base), frames = (size_t)(stop - at);
        wb_mix_trim(render->layout, group, input, output, offset, frames);
        wb_mix_carve(render->layout, group, output, offset, frames);
        wb_mix_fade(render->layout, group, output, NULL, offset, frames);
        at = stop;
    }
}

/* ---- write ---- */

static void batch_range(const Render *render, int64_t batch, size_t *offset, size_t *frames)
{
    const int64_t base = batch_start(render, batch);
    const int64_t first = MAX(base, render->job->start);
    const int64_t end = MIN(base + (int64_t)render->batch_frames, render->job->end);
    *offset = (size_t)(first - base);
    *frames = (size_t)MAX(end - first, 0);
}

static void write_bus(Render *render)
{
    const int64_t batch = render->round - WRITE_LAG;
    const size_t tracks = render->job->tracks;
    size_t offset, frames;
    batch_range(render, batch, &offset, &frames);
    wb_mix_sum(tracks, render->output[batch % OUTPUT_SLOTS], render->bus, offset, frames);
    const double *const channels[2] = {render->bus[0] + offset, render->bus[1] + offset};
    render->sink->bus(render->sink->data, channels, frames, &render->bus_error);
}

static void write_strip(Render *render, size_t track)
{
    const int64_t batch = render->round - WRITE_LAG;
    size_t offset, frames;
    batch_range(render, batch, &offset, &frames);
    double *const *strip = render->output[batch % OUTPUT_SLOTS][track];
    const double *const channels[2] = {strip[0] + offset, strip[1] + offset};
    render->sink->strip(render->sink->data, track, channels, frames, &render->strip_errors[track]);
}

/* ---- rounds ---- */

typedef struct {
    Render *render;
    size_t bus, control, strips, reads, groups; /* how many tasks of each there are */
} Round;

static void do_task(void *data, size_t task)
{
    Round *round = data;
    if (task < round->bus)
        return write_bus(round->render);
    task -= round->bus;
    if (task < round->control)
        return control_batch(round->render);
    task -= round->control;
    if (task < round->groups)
        return carve_group(round->render, task);
    task -= round->groups;
    if (task < round->reads)
        return read_batch(round->render, task);
    write_strip(round->render, task - round->reads);
}

static bool do_round(Render *render, WbCrew *crew, GError **error)
{
    const size_t tracks = render->job->tracks;
    const bool write = in_range(render, render->round - WRITE_LAG);
    const Round round = {
        .render = render,
        .bus = write,
        .control = !render->job->dry && render->round >= CONTROL_LAG,
        .groups = in_range(render, render->round - CARVE_LAG) ? wb_mix_groups(render->layout) : 0,
        .reads = tracks,
        .strips = write && render->sink->strip ? tracks : 0,
    };
    wb_crew_run(crew, do_task, (void *)&round,
                round.bus + round.control + round.groups + round.reads + round.strips);
    GError **found = render->bus_error ? &render->bus_error : NULL;
    for (size_t t = 0; t < tracks && !found; t++) {
        if (render->read_errors[t])
            found = &render->read_errors[t];
        else if (render->strip_errors[t])
            found = &render->strip_errors[t];
    }
    if (found) {
        g_propagate_error(error, g_steal_pointer(found));
        return false;
    }
    if (!write || !render->sink->progress)
        return true;
    const int64_t done = batch_start(render, render->round - WRITE_LAG + 1);
    if (render->sink->progress(render->sink->data,
                               MIN(done, render->job->end) - render->job->start))
        return true;
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                        _("interrupted; nothing was left behind"));
    return false;
}

/* ---- set-up ---- */

static void lay_out(Render *render)
{
    const WbOfflineJob *job = render->job;
    g_autofree WbMixStrip **strips = g_new(WbMixStrip *, job->tracks);
    for (size_t t = 0; t < job->tracks; t++) {
        const WbGains gains = wb_strip_all_gains(&job->strips[t]);
        strips[t] = wb_mix_add(render->mix, job->strips[t].channels, &gains);
    }
    render->layout = wb_mix_layout_new(render->mix, job->tracks, strips);
}

static void set_up(Render *render)
{
    const WbOfflineJob *job = render->job;
    const size_t tracks = job->tracks;
    render->tick_frames = wb_tick_frames(job->rate);
    render->batch_frames = (size_t)render->tick_frames * BATCH_TICKS;
    render->first_tick = wb_tick_at(job->start, render->tick_frames);
    const int64_t frames = job->end - batch_start(render, 0);
    render->batches = (frames + (int64_t)render->batch_frames - 1) / (int64_t)render->batch_frames;
    render->design = wb_carve_design_new(job->rate);
    render->spectrum = wb_spectrum_new(job->rate, job->timing);
    render->control = wb_control_new(render->design, job->timing, tracks);
    render->mix = wb_mix_new(render->design, job->rate);
    lay_out(render);
    render->analysers = g_new0(WbAnalyser *, tracks);
    render->cuts = g_malloc0_n(tracks, sizeof *render->cuts);
    render->read_errors = g_new0(GError *, tracks);
    render->strip_errors = g_new0(GError *, tracks);
    for (int slot = 0; slot < INPUT_SLOTS; slot++)
        render->input[slot] = g_malloc0_n(tracks, sizeof *render->input[slot]);
    for (int slot = 0; slot < OUTPUT_SLOTS; slot++)
        render->output[slot] = g_malloc0_n(tracks, sizeof *render->output[slot]);
    for (size_t t = 0; t < tracks; t++) {
        const unsigned channels = job->strips[t].channels;
        render->analysers[t] = wb_analyser_new(render->spectrum, channels, render->tick_frames);
        for (int slot = 0; slot < INPUT_SLOTS; slot++)
            for (unsigned c = 0; c < channels; c++)
                render->input[slot][t][c] = g_new0(float, render->batch_frames);
        for (int slot = 0; slot < OUTPUT_SLOTS; slot++)
            for (int side = 0; side < 2; side++)
                render->output[slot][t][side] = g_new0(double, render->batch_frames);
    }
    for (int side = 0; side < 2; side++)
        render->bus[side] = g_new0(double, render->batch_frames);
    for (int slot = 0; slot < SPECTRUM_SLOTS; slot++)
        for (int i = 0; i < MAX_SPECTRA; i++)
            render->spectra[slot][i] = g_new0(Spectrum, tracks);
    static const float uncut[WB_BANDS];
    for (int tick = 0; tick < TARGET_TICKS; tick++) {
        render->targets[tick] = g_new0(WbCarveCoefficients, tracks);
        for (size_t t = 0; t < tracks; t++)
            wb_carve_design_coefficients(render->design, uncut, &render->targets[tick][t]);
    }
}

static void tear_down(Render *render)
{
    for (size_t t = 0; t < render->job->tracks; t++) {
        wb_analyser_free(render->analysers[t]);
        g_clear_error(&render->read_errors[t]);
        g_clear_error(&render->strip_errors[t]);
        for (int slot = 0; slot < INPUT_SLOTS; slot++)
            for (int c = 0; c < 2; c++)
                g_free(render->input[slot][t][c]);
        for (int slot = 0; slot < OUTPUT_SLOTS; slot++)
            for (int side = 0; side < 2; side++)
                g_free(render->output[slot][t][side]);
    }
    for (int slot = 0; slot < INPUT_SLOTS; slot++)
        g_free(render->input[slot]);
    for (int slot = 0; slot < OUTPUT_SLOTS; slot++)
        g_free(render->output[slot]);
    for (int slot = 0; slot < SPECTRUM_SLOTS; slot++)
        for (int i = 0; i < MAX_SPECTRA; i++)
            g_free(render->spectra[slot][i]);
    for (int tick = 0; tick < TARGET_TICKS; tick++)
        g_free(render->targets[tick]);
    for (int side = 0; side < 2; side++)
        g_free(render->bus[side]);
    g_clear_error(&render->bus_error);
    g_free(render->read_errors);
    g_free(render->strip_errors);
    g_free(render->analysers);
    g_free(render->cuts);
    wb_mix_layout_free(render->layout);
    wb_mix_free(render->mix);
    wb_control_free(render->control);
    wb_spectrum_free(render->spectrum);
    wb_carve_design_free(render->design);
}

static void take_means(WbOfflineTrack *report)
{
    const double ticks = (double)MAX(report->ticks, 1);
    for (int b = 0; b < WB_BANDS; b++)
        report->mean_cut_db[b] /= ticks;
    report->carved_share = fmin(report->carved_share / ticks, 1);
    report->loudness_before /= ticks;
    report->loudness_after /= ticks;
}

bool wb_offline_render(const WbOfflineJob *job, const WbOfflineSink *sink, WbOfflineTrack tracks[],
                       GError **error)
{
    Render render = {.job = job, .sink = sink, .report = tracks};
    memset(tracks, 0, job->tracks * sizeof *tracks);
    set_up(&render);
    WbCrew *crew = wb_crew_new(job->threads);
    bool fine = true;
    for (; fine && render.round < render.batches + WRITE_LAG; render.round++)
        fine = do_round(&render, crew, error);
    wb_crew_free(crew);
    tear_down(&render);
    for (size_t t = 0; t < job->tracks; t++)
        take_means(&tracks[t]);
    return fine;
}
