/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gui/carve_view.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gui/drawing.h"
#include "gui/palette.h"

#define FALL_DB_PER_SECOND 40
#define HEIGHT_MIN 28
#define HEIGHT_NATURAL 52
#define EDGE 2 /* pixels, of what is taken */
#define TELL_SECONDS 1

struct _WbCarveView {
    GtkWidget parent;
    unsigned rgb;
    double level_db[WB_BANDS], cut_db[WB_BANDS];
    int level[WB_BANDS], cut[WB_BANDS]; /* pixels, as drawn */
    gint64 updated, told;
    WbBackdrop backdrop;
};

G_DEFINE_FINAL_TYPE(WbCarveView, wb_carve_view, GTK_TYPE_WIDGET)

static void measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                    int *natural, int *minimum_baseline, int *natural_baseline)
{
    (void)widget, (void)for_size;
    *minimum_baseline = *natural_baseline = -1;
    *minimum = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT_MIN : WB_BANDS;
    *natural = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT_NATURAL : 3 * WB_BANDS;
}

static void draw_ground(GtkWidget *widget, GtkSnapshot *snapshot, int width, int height)
{
    static const double marks_db[] = {6, 12};
    const GdkRGBA *palette = wb_palette(widget);
    wb_fill(snapshot, &palette[WB_COLOUR_WELL], 0, 0, width, height);
    for (size_t i = 0; i < G_N_ELEMENTS(marks_db); i++)
        wb_fill(snapshot, &palette[WB_COLOUR_LINE], 0,
                (int)lround(marks_db[i] / WB_CARVE_VIEW_DEEPEST_DB * height), width, 1);
}

static void snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    WbCarveView *view = WB_CARVE_VIEW(widget);
    const GdkRGBA *palette = wb_palette(widget);
    const int width = gtk_widget_get_width(widget), height = gtk_widget_get_height(widget);
    const GdkRGBA own = wb_palette_visible(widget, view->rgb);
    const GdkRGBA taken = wb_palette_faded(&palette[WB_COLOUR_CUT], 0.35);
    wb_backdrop_put(&view->backdrop, widget, snapshot, draw_ground);
    for (int b = 0; b < WB_BANDS; b++) {
        const int x = b * width / WB_BANDS, end = (b + 1) * width / WB_BANDS;
        const int gap = end - x > 3 ? 1 : 0;
        wb_fill(snapshot, &own, x, height - view->level[b], end - x - gap, view->level[b]);
        if (view->cut[b] == 0)
            continue;
        wb_fill(snapshot, &taken, x, 0, end - x, view->cut[b] - EDGE);
        wb_fill(snapshot, &palette[WB_COLOUR_CUT], x, MAX(view->cut[b] - EDGE, 0), end - x,
                MIN(EDGE, view->cut[b]));
    }
}

/* Levels to pixels; whether any has changed. */
static bool place(WbCarveView *view)
{
    const int height = gtk_widget_get_height(GTK_WIDGET(view));
    bool change = false;
    for (int b = 0; b < WB_BANDS; b++) {
        const double part = (view->level_db[b] - WB_CARVE_VIEW_BOTTOM_DB) /
                            (WB_CARVE_VIEW_TOP_DB - WB_CARVE_VIEW_BOTTOM_DB);
        const int level = (int)lround(CLAMP(part, 0, 1) * height);
        const int cut =
            (int)lround(CLAMP(view->cut_db[b] / WB_CARVE_VIEW_DEEPEST_DB, 0, 1) * height);
        change |= level != view->level[b] || cut != view->cut[b];
        view->level[b] = level;
        view->cut[b] = cut;
    }
    return change;
}

static void size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
    (void)width, (void)height, (void)baseline;
    place(WB_CARVE_VIEW(widget));
}

static void tell(WbCarveView *view, gint64 now)
{
    if (now - view->told < TELL_SECONDS * G_USEC_PER_SEC)
        return;
    view->told = now;
    int deepest = 0;
    for (int b = 1; b < WB_BANDS; b++)
        if (view->cut_db[b] > view->cut_db[deepest])
            deepest = b;
    g_autofree char *text = NULL;
    if (view->cut_db[deepest] < 0.5)
        text = g_strdup(_("nothing is taken"));
    else
        text = g_strdup_printf(_("at most %.0f dB are taken, at %.0f Hz"), view->cut_db[deepest],
                               wb_band_centre_hz[deepest]);
    gtk_accessible_update_property(GTK_ACCESSIBLE(view), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text,
                                   -1);
}

void wb_carve_view_set(WbCarveView *view, const float power[WB_BANDS], const float cut_db[WB_BANDS])
{
    const gint64 now = g_get_monotonic_time();
    const double seconds =
        view->updated ? fmin((double)(now - view->updated) / G_USEC_PER_SEC, 1) : 1;
    view->updated = now;
    for (int b = 0; b < WB_BANDS; b++) {
        const double db = 10 * log10(fmax((double)power[b], 1e-20));
        view->level_db[b] = fmax(db, view->level_db[b] - FALL_DB_PER_SECOND * seconds);
        view->cut_db[b] = (double)cut_db[b];
    }
    if (place(view))
        gtk_widget_queue_draw(GTK_WIDGET(view));
    tell(view, now);
}

void wb_carve_view_set_colour(WbCarveView *view, unsigned rgb)
{
    if (rgb == view->rgb)
        return;
    view->rgb = rgb;
    gtk_widget_queue_draw(GTK_WIDGET(view));
}

static void finalize(GObject *object)
{
    wb_backdrop_clear(&WB_CARVE_VIEW(object)->backdrop);
    G_OBJECT_CLASS(wb_carve_view_parent_class)->finalize(object);
}

static void wb_carve_view_class_init(WbCarveViewClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);
    G_OBJECT_CLASS(class)->finalize = finalize;
    widget_class->measure = measure;
    widget_class->snapshot = snapshot;
    widget_class->size_allocate = size_allocate;
    gtk_widget_class_set_css_name(widget_class, "carveview");
    gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void wb_carve_view_init(WbCarveView *view)
{
    view->rgb = 0x808080;
    for (int b = 0; b < WB_BANDS; b++)
        view->level_db[b] = -200;
    gtk_widget_set_overflow(GTK_WIDGET(view), GTK_OVERFLOW_HIDDEN);
    gtk_widget_set_tooltip_text(GTK_WIDGET(view),
                                _("Spectrum from 20 Hz to 15.5 kHz, and what is taken of it "
                                  "hanging from the top; lines at 6 and 12 dB"));
    gtk_accessible_update_property(GTK_ACCESSIBLE(view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Spectrum and carve"), -1);
}

GtkWidget *wb_carve_view_new(void)
{
    return g_object_new(WB_TYPE_CARVE_VIEW, NULL);
}
