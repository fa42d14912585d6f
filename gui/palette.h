/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The colours of what is drawn by hand. In CSS each is a named colour, so that style sheets use
 * them too and a user's own gtk.css can change them: WB_COLOUR_LEAD is @wb_lead, and so on. There
 * are sets for dark and light themes and for high contrast; the fitting one follows GtkSettings.
 * Roles, and how well a track is heard, also differ in lightness, and in form wherever they are
 * drawn.
 *
 * Thread: main. */
#pragma once

#include <gtk/gtk.h>

#include "engine/hearing/masking.h"
#include "engine/hearing/role.h"

typedef enum {
    WB_COLOUR_WELL,       /* @wb_well: ground of meters and curves */
    WB_COLOUR_LINE,       /* @wb_line: grids */
    WB_COLOUR_TEXT,       /* @wb_text */
    WB_COLOUR_DIM,        /* @wb_dim: text of marks */
    WB_COLOUR_LEVEL,      /* @wb_level: a meter's colour, usual levels */
    WB_COLOUR_LOUD,       /* @wb_loud */
    WB_COLOUR_CLIP,       /* @wb_clip */
    WB_COLOUR_PEAK,       /* @wb_peak: line of the held peak */
    WB_COLOUR_CUT,        /* @wb_cut: what is taken */
    WB_COLOUR_LEAD,       /* @wb_lead */
    WB_COLOUR_SUPPORT,    /* @wb_support */
    WB_COLOUR_BACKGROUND, /* @wb_background */
    WB_COLOUR_MASKED,     /* @wb_masked */
    WB_COLOUR_AUDIBLE,    /* @wb_audible */
    WB_COLOUR_CLEAR,      /* @wb_clear */
    WB_COLOUR_SELECTED,   /* @wb_selected: frame of what is selected */
    WB_COLOUR_PLAYHEAD,   /* @wb_playhead */
    WB_COLOURS,
} WbColour;

/* Defines the colours for a display, once; before its first window. */
void wb_palette_install(GdkDisplay *display);

/* [WB_COLOURS] as they are now; valid until the next call. */
const GdkRGBA *wb_palette(GtkWidget *widget);
/* Another number whenever they have changed: what was drawn with the old ones is out of date. */
unsigned wb_palette_generation(void);

WbColour wb_palette_role(WbRole role);
WbColour wb_palette_heard(WbHeard heard);

/* 0xrrggbb as a colour. */
GdkRGBA wb_palette_rgb(unsigned rgb);
/* A track's colour, made lighter or darker until it stands out from the ground. */
GdkRGBA wb_palette_visible(GtkWidget *widget, unsigned rgb);
GdkRGBA wb_palette_faded(const GdkRGBA *colour, double alpha);
/* `share` of b, the rest of a. */
GdkRGBA wb_palette_blend(const GdkRGBA *a, const GdkRGBA *b, double share);
/* Black or white, whichever is read better on `ground`. */
GdkRGBA wb_palette_ink(const GdkRGBA *ground);
