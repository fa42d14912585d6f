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
    bool changed;                           /* since `run` was brought up to date */
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

/* The numbers of one lane of a section: row r is at [r * lanes]. */
static double *lane_of(const WbCarveBank *bank, const Group *group, unsigned band, unsigned lane)
{
    return group->run.sections + band * WB_CARVE_ROWS * bank->kernel->lanes + lane;
}

static void set(double *section, unsigned lanes, double damping, double mix)
{
    section[WB_CARVE_DAMPING * lanes] = damping;
    section[WB_CARVE_MIX * lanes] = mix;
    section[WB_CARVE_DAMPING_STEP * lanes] = 0.0;
    section[WB_CARVE_MIX_STEP * lanes] = 0.0;
}

static void forget(double *section, unsigned lanes)
{
    section[WB_CARVE_DIFFERENCE * lanes] = 0.0;
    section[WB_CARVE_SUM * lanes] = 0.0;
}

/* Brings what the kernel is told up to date with `carving` and `ramping`. */
static void update_run(Group *group)
{
    WbCarveRun *run = &group->run;
    run->n_running = 0;
    run->lanes = 0;
    run->ramping = group->ramping != 0;
    group->changed = false;
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
                set(lane_of(bank, group, band, lane), kernel->lanes, bank->flat.damping[band], 0.0);
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
    const unsigned lanes = bank->kernel->lanes;
    const unsigned lane = channel % lanes;
    const uint32_t bit = 1u << lane;
    const double per_frame = frames > 0 ? 1.0 / frames : 0.0;
    Group *group = &bank->groups[channel / lanes];
    bool moves = false;
    for (unsigned band = 0; band < WB_CARVE_BANDS; band++) {
        const bool flat_now = (group->carving[band] & bit) == 0;
        const bool flat_then = target->mix[band] == 0.0;
        if (flat_now && flat_then) {
            continue;
        }
        double *const section = lane_of(bank, group, band, lane);
        if (flat_now) {
            forget(section, lanes);
            group->carving[band] |= bit;
        }
        if (frames == 0) {
            set(section, lanes, target->damping[band], target->mix[band]);
            if (flat_then) {
                group->carving[band] &= ~bit;
            }
            continue;
        }
        const double damping = target->damping[band] - section[WB_CARVE_DAMPING * lanes];
        const double mix = target->mix[band] - section[WB_CARVE_MIX * lanes];
        section[WB_CARVE_DAMPING_STEP * lanes] = damping * per_frame;
        section[WB_CARVE_MIX_STEP * lanes] = mix * per_frame;
        group->targets[band].damping[lane] = target->damping[band];
        group->targets[band].mix[lane] = target->mix[band];
        moves |= damping != 0.0 || mix != 0.0 || flat_then;
    }
    group->remaining[lane] = moves ? frames : 0;
    group->ramping = moves ? group->ramping | bit : group->ramping & ~bit;
    group->changed = true;
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
        set(lane_of(bank, group, band, lane), bank->kernel->lanes,
            group->targets[band].damping[lane], mix);
        if (mix == 0.0) {
            group->carving[band] &= ~bit;
        }
    }
    group->ramping &= ~bit;
    group->changed = true;
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
    for (unsigned lane = 0; lane < group->channels; lane++) {
        if ((group->ramping & 1u << lane) == 0) {
            continue;
        }
        group->remaining[lane] -= (unsigned)frames;
        if (group->remaining[lane] == 0) {
            land(bank, group, lane);
        }
    }
}

void wb_carve_bank_process(WbCarveBank *bank, unsigned group_index, double *const *channels,
                           size_t frames)
{
    Group *group = &bank->groups[group_index];
    size_t done = 0;
    while (done < frames) {
        if (group->changed) {
            update_run(group);
        }
        if (group->run.n_running == 0) {
            return;
        }
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
    const unsigned lanes = bank->kernel->lanes;
    const unsigned lane = channel % lanes;
    const uint32_t bit = 1u << lane;
    Group *group = &bank->groups[channel / lanes];
    for (unsigned band = 0; band < WB_CARVE_BANDS; band++) {
        double *const section = lane_of(bank, group, band, lane);
        set(section, lanes, bank->flat.damping[band], 0.0);
        forget(section, lanes);
        group->carving[band] &= ~bit;
    }
    group->ramping &= ~bit;
    group->remaining[lane] = 0;
    group->changed = true;
}
