/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A slider for one value of the mixer: fader, trim, pan, depth, strength. It never jumps to the
 * pointer: a drag moves it from where it is, ten times finer with Shift; the wheel moves it by
 * steps, a double click puts it back to its default. Keys are those of every GtkScale.
 *
 * It is one adjustment from 0 to 1, the place on its travel; the kind says which value that is.
 * Signals: "moved" (double value) by the user only; "released" when the hand leaves it.
 * Thread: main. */
#pragma once

#include <gtk/gtk.h>

typedef enum {
    WB_FADER_GAIN,     /* dB, IEC 60268-18, up to +12; shut at the end */
    WB_FADER_TRIM,     /* dB, -24..24 */
    WB_FADER_PAN,      /* -1..1 */
    WB_FADER_DEPTH,    /* dB, 0..12; default: WB_DEPTH_OF_ROLE */
    WB_FADER_STRENGTH, /* percent */
} WbFaderKind;

#define WB_TYPE_FADER (wb_fader_get_type())
G_DECLARE_FINAL_TYPE(WbFader, wb_fader, WB, FADER, GtkScale)

/* "kind" (a name: "gain", "trim", "pan", "depth", "strength") is a construct property. */
void wb_fader_set_value(WbFader *fader, double value);
double wb_fader_value(WbFader *fader);
/* Steps of the wheel. */
void wb_fader_step(WbFader *fader, double steps);
void wb_fader_reset(WbFader *fader);
/* Scale lines beside a gain fader. */
void wb_fader_set_marks(WbFader *fader, gboolean marks);

/* The value in words, with its unit: "-6.0 dB", "L 30". To be freed. */
char *wb_fader_text(WbFaderKind kind, double value);
/* Reads what a user types; false if it is no such value. */
gboolean wb_fader_parse(WbFaderKind kind, const char *text, double *value);
