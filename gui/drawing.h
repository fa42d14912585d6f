/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What drawn widgets share: rectangles on whole pixels, small text, and backdrops that are drawn
 * once and kept. Thread: main. */
#pragma once

#include <gtk/gtk.h>

/* A filled rectangle; nothing if it is empty. */
void wb_fill(GtkSnapshot *snapshot, const GdkRGBA *colour, double x, double y, double width,
             double height);
/* A frame of this thickness inside the rectangle. */
void wb_frame(GtkSnapshot *snapshot, const GdkRGBA *colour, double x, double y, double width,
              double height, double thickness);
/* A filled circle. */
void wb_disc(GtkSnapshot *snapshot, const GdkRGBA *colour, double x, double y, double radius);

/* The widget's font, made smaller or larger. */
PangoLayout *wb_small_text(GtkWidget *widget, const char *text, double scale);

typedef enum { WB_ALIGN_START, WB_ALIGN_CENTRE, WB_ALIGN_END } WbAlign;

/* The layout with its middle at height y, and its start, middle or end at x. */
void wb_put_text(GtkSnapshot *snapshot, PangoLayout *layout, const GdkRGBA *colour, double x,
                 double y, WbAlign align);

/* What does not move, kept until size or colours change. Zeroed at first. */
typedef struct {
    GskRenderNode *node;
    int width, height;
    unsigned generation;
} WbBackdrop;

typedef void (*WbDrawBackdrop)(GtkWidget *widget, GtkSnapshot *snapshot, int width, int height);

/* Draws the backdrop, anew only if it has to be. */
void wb_backdrop_put(WbBackdrop *backdrop, GtkWidget *widget, GtkSnapshot *snapshot,
                     WbDrawBackdrop draw);
/* To be called when what it shows has changed, and before the widget ends. */
void wb_backdrop_clear(WbBackdrop *backdrop);
