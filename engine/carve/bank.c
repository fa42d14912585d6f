/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/carve/bank.h"

#include <glib.h>
#include <string.h>

#include "engine/carve/kernel.h"

#define CACHE_LINE 64

typedef struct {
    double damping[WB_CARVE_MAX_LANES];
    double mix[WB_CARVE_MAX_LANES];
} Target;

typedef struct {
    _Alignas(CACHE_LINE) WbCarveRun run; /* groups of two threads share no line */
    unsigned channels;
    uint32_t carving[WB_CARVE_BANDS];       /* bit per lane: not flat, or on its way */
    uint32_t ramping;                       /* bit per lane: some step is not zero */
    unsigned remaining[WB_CARVE_MAX_LANES]; /* frames of the ramp still to go */
    Target targets[WB_CARVE_BANDS];
} Group;

struct WbCarveBank {
    const WbCarveKernel *kernel;
    unsigned channels, n_groups;
    WbCarvePole poles[WB_CARVE_BANDS];
    WbCarveCoefficients flat;
    Group *groups;
};

static double *section_value(const WbCarveBank *bank, const Group *group, unsigned band,
                             WbCarveRow row, unsigned lane)
{
    return group->run.sections + (band * WB_CARVE_ROWS + row) * bank->kernel->lanes + lane;
}

static void set(const WbCarveBank *bank, Group *group, unsigned band, unsigned lane, double damping,
                double mix)
{
    *section_value(bank, group, band, WB_CARVE_DAMPING, lane) = damping;
    *section_value(bank, group, band, WB_CARVE_MIX, lane) = mix;
    *section_value(bank, group, band, WB_CARVE_DAMPING_STEP, lane) = 0.0;
    *section_value(bank, group, band, WB_CARVE_MIX_STEP, lane) = 0.0;
}

static void forget(const WbCarveBank *bank, Group *group, unsigned band, unsigned lane)
{
    *section_value(bank, group, band, WB_CARVE_DIFFERENCE, lane) = 0.0;
    *section_value(bank, group, band, WB_CARVE_SUM, lane) = 0.0;
}

/* Brings what the kernel is told up to date with `carving` and `ramping`. */
static void update_run(Group *group)
{
    WbCarveRun *run = &group->run;
    run->n_running = 0;
    run->lanes = 0;
    run->ramping = group->ramping != 0;
    for (unsigned band = 0; band < WB_CARVE_BANDS; band++) {
        if (group->carving[band] != 0) {
            run->running[run->n_running++] = band;
            run->lanes |= group->carving[band];
        }
    }
}

WbCarveBank *wb_carve_bank_new(const WbCarveDesign *design, unsigned channels)
{
    return wb_carve_bank_new_with_kernel(design, channels, wb_carve_kernel_default(NULL));
}

WbCarveBank *wb_carve_bank_new_with_kernel(const WbCarveDesign *design, unsigned channels,
                                           const WbCarveKernel *kernel)
{
    WbCarveBank *bank = g_new0(WbCarveBank, 1);
    bank->kernel = kernel;
    bank->channels = channels;
    bank->n_groups = (channels + kernel->lanes - 1) / kernel->lanes;
    wb_carve_design_flat(design, &bank->flat);
    for (unsigned band = 0; band < WB_CARVE_BANDS; band++) {
        /* Rounded so that both are exact and belong to the same warp, as stability asks. */
        const double plus = 1.0 + wb_carve_design_warp(design, band);
        bank->poles[band] = (WbCarvePole){.minus = 2.0 - plus, .plus = plus};
    }
    bank->groups = g_aligned_alloc0(bank->n_groups, sizeof(Group), CACHE_LINE);
    for (unsigned g = 0; g < bank->n_groups; g++) {
        Group *group = &bank->groups[g];
        group->channels = MIN(kernel->lanes, channels - g * kernel->lanes);
        group->run.poles = bank->poles;
        group->run.sections = g_aligned_alloc0(WB_CARVE_BANDS * WB_CARVE_ROWS * kernel->lanes,
                                               sizeof(double), CACHE_LINE);
        for (unsigned band = 0; band < WB_CARVE_BANDS; band++) {
            for (unsigned lane = 0; lane < kernel->lanes; lane++) {
                set(bank, group, band, lane, bank->flat.damping[band], 0.0);
            }
        }
    }
    return bank;
}

void wb_carve_bank_free(WbCarveBank *bank)
{
    if (bank == NULL) {
        return;
    }
    for (unsigned g = 0; g < bank->n_groups; g++) {
        g_aligned_free(bank->groups[g].run.sections);
    }
    g_aligned_free(bank->groups);
    g_free(bank);
}

unsigned wb_carve_bank_lanes(const WbCarveBank *bank)
{
    return bank->kernel->lanes;
}

unsigned wb_carve_bank_groups(const WbCarveBank *bank)
{
    return bank->n_groups;
}

void wb_carve_bank_aim(WbCarveBank *bank, unsigned channel, const WbCarveCoefficients *target,
                       unsigned frames)
{
    Group *group = &bank->groups[channel / bank->kernel->lanes];
    const unsigned lane = channel % bank->kernel->lanes;
    const uint32_t bit = 1u << lane;
    const double per_frame = frames > 0 ? 1.0 / frames : 0.0;
    bool moves = false;
    for (unsigned band = 0; band < WB_CARVE_BANDS; band++) {
        const bool flat_now = (group->carving[band] & bit) == 0;
        const bool flat_then = target->mix[band] == 0.0;
        if (flat_now && flat_then) {
            continue;
        }
        if (flat_now) {
            forget(bank, group, band, lane);
            group->carving[band] |= bit;
        }
        if (frames == 0) {
            set(bank, group, band, lane, target->damping[band], target->mix[band]);
            if (flat_then) {
                group->carving[band] &= ~bit;
            }
            continue;
        }
        const double damping =
            target->damping[band] - *section_value(bank, group, band, WB_CARVE_DAMPING, lane);
        const double mix =
            target->mix[band] - *section_value(bank, group, band, WB_CARVE_MIX, lane);
        *section_value(bank, group, band, WB_CARVE_DAMPING_STEP, lane) = damping * per_frame;
        *section_value(bank, group, band, WB_CARVE_MIX_STEP, lane) = mix * per_frame;
        group->targets[band].damping[lane] = target->damping[band];
        group->targets[band].mix[lane] = target->mix[band];
        moves |= damping != 0.0 || mix != 0.0 || flat_then;
    }
    group->remaining[lane] = moves ? frames : 0;
    group->ramping = moves ? group->ramping | bit : group->ramping & ~bit;
    update_run(group);
}

/* The ramp of this lane is over: no rounding error stays. */
static void land(const WbCarveBank *bank, Group *group, unsigned lane)
{
    const uint32_t bit = 1u << lane;
    for (unsigned band = 0; band < WB_CARVE_BANDS; band++) {
        if ((group->carving[band] & bit) == 0) {
            continue;
        }
        const double mix = group->targets[band].mix[lane];
        set(bank, group, band, lane, group->targets[band].damping[lane], mix);
        if (mix == 0.0) {
            group->carving[band] &= ~bit;
        }
    }
    group->ramping &= ~bit;
}

/* How many of `frames` until the first ramp ends. */
static size_t frames_to_landing(const Group *group, size_t frames)
{
    for (unsigned lane = 0; lane < group->channels; lane++) {
        if (group->ramping & 1u << lane && group->remaining[lane] < frames) {
            frames = group->remaining[lane];
        }
    }
    return frames;
}

static void advance(const WbCarveBank *bank, Group *group, size_t frames)
{
    bool landed = false;
    for (unsigned lane = 0; lane < group->channels; lane++) {
        if ((group->ramping & 1u << lane) == 0) {
            continue;
        }
        group->remaining[lane] -= (unsigned)frames;
        if (group->remaining[lane] == 0) {
            land(bank, group, lane);
            landed = true;
        }
    }
    if (landed) {
        update_run(group);
    }
}

void wb_carve_bank_process(WbCarveBank *bank, unsigned group_index, double *const *channels,
                           size_t frames)
{
    Group *group = &bank->groups[group_index];
    size_t done = 0;
    while (done < frames && group->run.n_running > 0) {
        const size_t now = frames_to_landing(group, frames - done);
        double *from[WB_CARVE_MAX_LANES];
        for (unsigned lane = 0; lane < group->channels; lane++) {
            from[lane] = channels[lane] + done;
        }
        bank->kernel->process(&group->run, from, now);
        advance(bank, group, now);
        done += now;
    }
}

void wb_carve_bank_reset(WbCarveBank *bank, unsigned channel)
{
    Group *group = &bank->groups[channel / bank->kernel->lanes];
    const unsigned lane = channel % bank->kernel->lanes;
    const uint32_t bit = 1u << lane;
    for (unsigned band = 0; band < WB_CARVE_BANDS; band++) {
        set(bank, group, band, lane, bank->flat.damping[band], 0.0);
        forget(bank, group, band, lane);
        group->carving[band] &= ~bit;
    }
    group->ramping &= ~bit;
    group->remaining[lane] = 0;
    update_run(group);
}
