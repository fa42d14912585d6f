/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/mix/mix.h"

#include <glib.h>

#include "engine/mix/mix_private.h"

struct WbMix {
    const WbCarveDesign *design;
    size_t ramp_frames;
    unsigned width;    /* lanes of the kernel */
    GPtrArray *lanes;  /* of WbMixLanes */
    GPtrArray *strips; /* of WbMixStrip */
};

static void lanes_free(gpointer data)
{
    WbMixLanes *lanes = data;
    wb_carve_bank_free(lanes->bank);
    g_free(lanes);
}

WbMix *wb_mix_new(const WbCarveDesign *design, double rate)
{
    WbMix *mix = g_new0(WbMix, 1);
    mix->design = design;
    mix->ramp_frames = (size_t)(rate * WB_GAIN_RAMP_SECONDS + 0.5);
    mix->width = wb_carve_kernel_default(NULL)->lanes;
    mix->lanes = g_ptr_array_new_with_free_func(lanes_free);
    mix->strips = g_ptr_array_new_with_free_func(g_free);
    return mix;
}

void wb_mix_free(WbMix *mix)
{
    if (!mix)
        return;
    g_ptr_array_unref(mix->strips);
    g_ptr_array_unref(mix->lanes);
    g_free(mix);
}

/* The first of `channels` free lanes side by side; a pair begins at an even one, so that the lanes
 * that mono tracks leave do not tear pairs apart. False: none is free here. */
static bool take_lanes(const WbMix *mix, WbMixLanes *lanes, unsigned channels, unsigned *lane)
{
    for (unsigned at = 0; at + channels <= mix->width; at += channels) {
        if (lanes->taken[at] || lanes->taken[at + channels - 1])
            continue;
        lanes->taken[at] = lanes->taken[at + channels - 1] = true;
        *lane = at;
        return true;
    }
    return false;
}

WbMixStrip *wb_mix_add(WbMix *mix, unsigned channels, const WbGains *gains)
{
    WbMixStrip *strip = g_new0(WbMixStrip, 1);
    strip->channels = channels;
    strip->fresh = true;
    wb_ramp_start(&strip->trim, gains->trim);
    wb_ramp_start(&strip->gain[0], gains->side[0]);
    wb_ramp_start(&strip->gain[1], gains->side[1]);
    g_ptr_array_add(mix->strips, strip);
    for (guint i = 0; i < mix->lanes->len; i++) {
        strip->lanes = mix->lanes->pdata[i];
        if (take_lanes(mix, strip->lanes, channels, &strip->lane))
            return strip;
    }
    strip->lanes = g_new0(WbMixLanes, 1);
    strip->lanes->bank = wb_carve_bank_new(mix->design, mix->width);
    g_ptr_array_add(mix->lanes, strip->lanes);
    take_lanes(mix, strip->lanes, channels, &strip->lane);
    return strip;
}

void wb_mix_remove(WbMix *mix, WbMixStrip *strip)
{
    if (!strip)
        return;
    for (unsigned c = 0; c < strip->channels; c++)
        strip->lanes->taken[strip->lane + c] = false;
    g_ptr_array_remove_fast(mix->strips, strip);
}

void wb_mix_strip_aim(const WbMix *mix, WbMixStrip *strip, const WbGains *gains)
{
    wb_ramp_aim(&strip->trim, gains->trim, mix->ramp_frames);
    wb_ramp_aim(&strip->gain[0], gains->side[0], mix->ramp_frames);
    wb_ramp_aim(&strip->gain[1], gains->side[1], mix->ramp_frames);
}

static WbMixGroup *group_of(WbMixLayout *layout, WbMixLanes *lanes)
{
    for (size_t g = 0; g < layout->groups; g++)
        if (layout->group[g].lanes == lanes)
            return &layout->group[g];
    WbMixGroup *group = &layout->group[layout->groups++];
    group->lanes = lanes;
    return group;
}

WbMixLayout *wb_mix_layout_new(WbMix *mix, size_t tracks, WbMixStrip *const strips[])
{
    WbMixLayout *layout = g_new0(WbMixLayout, 1);
    layout->group = g_new0(WbMixGroup, mix->lanes->len);
    for (size_t t = 0; t < tracks; t++) {
        WbMixGroup *group = group_of(layout, strips[t]->lanes);
        group->track[group->tracks] = t;
        group->strip[group->tracks++] = strips[t];
    }
    return layout;
}

void wb_mix_layout_free(WbMixLayout *layout)
{
    if (!layout)
        return;
    g_free(layout->group);
    g_free(layout);
}

size_t wb_mix_groups(const WbMixLayout *layout)
{
    return layout->groups;
}

size_t wb_mix_group_tracks(const WbMixLayout *layout, size_t group, const size_t **tracks)
{
    *tracks = layout->group[group].track;
    return layout->group[group].tracks;
}
