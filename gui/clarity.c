/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gui/clarity.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gui/drawing.h"
#include "gui/palette.h"

#define SIZE 14

struct _WbClarity {
    GtkWidget parent;
    WbHeard heard;
    WbRole role;
    int percent;
};

G_DEFINE_FINAL_TYPE(WbClarity, wb_clarity, GTK_TYPE_WIDGET)

const char *wb_clarity_word(WbHeard heard)
{
    switch (heard) {
    case WB_HEARD_MASKED:
        return _("masked");
    case WB_HEARD_AUDIBLE:
        return _("audible");
    case WB_HEARD_CLEAR:
        return _("clear");
    case WB_HEARD_SILENT:
        break;
    }
    return _("silent");
}

static void draw_ring(GtkSnapshot *snapshot, const GdkRGBA *colour, double x, double y,
                      double radius)
{
    const graphene_rect_t bounds = GRAPHENE_RECT_INIT((float)(x - radius), (float)(y - radius),
                                                      (float)(2 * radius), (float)(2 * radius));
    const float thick = (float)fmax(radius * 0.3, 1.5);
    const float widths[4] = {thick, thick, thick, thick};
    const GdkRGBA sides[4] = {*colour, *colour, *colour, *colour};
    GskRoundedRect circle;
    gsk_rounded_rect_init_from_rect(&circle, &bounds, (float)radius);
    gtk_snapshot_append_border(snapshot, &circle, widths, sides);
}

void wb_clarity_draw(GtkWidget *widget, GtkSnapshot *snapshot, WbHeard heard, WbRole role, double x,
                     double y, double radius)
{
    const bool calm = role == WB_ROLE_BACKGROUND && heard == WB_HEARD_MASKED;
    const GdkRGBA *colour = &wb_palette(widget)[calm ? WB_COLOUR_DIM : wb_palette_heard(heard)];
    switch (heard) {
    case WB_HEARD_SILENT:
        wb_disc(snapshot, colour, x, y, fmax(radius * 0.3, 1.5));
        return;
    case WB_HEARD_CLEAR:
        wb_disc(snapshot, colour, x, y, radius);
        return;
    case WB_HEARD_AUDIBLE:
        gtk_snapshot_push_clip(snapshot, &GRAPHENE_RECT_INIT((float)(x - radius), (float)y,
                                                             (float)(2 * radius), (float)radius));
        wb_disc(snapshot, colour, x, y, radius);
        gtk_snapshot_pop(snapshot);
        break;
    case WB_HEARD_MASKED:
        wb_fill(snapshot, colour, x - radius * 0.55, y - radius * 0.2, radius * 1.1, radius * 0.4);
        break;
    }
    draw_ring(snapshot, colour, x, y, radius);
}

static void measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                    int *natural, int *minimum_baseline, int *natural_baseline)
{
    (void)widget, (void)orientation, (void)for_size;
    *minimum_baseline = *natural_baseline = -1;
    *minimum = *natural = SIZE;
}

static void snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    const WbClarity *clarity = WB_CLARITY(widget);
    const double width = gtk_widget_get_width(widget), height = gtk_widget_get_height(widget);
    wb_clarity_draw(widget, snapshot, clarity->heard, clarity->role, width / 2, height / 2,
                    fmin(width, height) / 2 - 1);
}

static void tell(WbClarity *clarity)
{
    g_autofree char *text = NULL;
    if (clarity->heard == WB_HEARD_SILENT)
        text = g_strdup(_("It does not sound"));
    else
        text = g_strdup_printf(_("Heard in the mix: %s, with %d %% of its own loudness"),
                               wb_clarity_word(clarity->heard), clarity->percent);
    gtk_widget_set_tooltip_text(GTK_WIDGET(clarity), text);
    gtk_accessible_update_property(GTK_ACCESSIBLE(clarity), GTK_ACCESSIBLE_PROPERTY_LABEL, text,
                                   GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
                                   wb_clarity_word(clarity->heard), -1);
}

void wb_clarity_set(WbClarity *clarity, WbHeard heard, double share)
{
    const int percent = (int)lround(100 * CLAMP(share, 0, 1));
    if (heard == clarity->heard && abs(percent - clarity->percent) < 3)
        return;
    if (heard != clarity->heard)
        gtk_widget_queue_draw(GTK_WIDGET(clarity));
    clarity->heard = heard;
    clarity->percent = percent;
    tell(clarity);
}

void wb_clarity_set_role(WbClarity *clarity, WbRole role)
{
    if (role == clarity->role)
        return;
    clarity->role = role;
    gtk_widget_queue_draw(GTK_WIDGET(clarity));
}

static void wb_clarity_class_init(WbClarityClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);
    widget_class->measure = measure;
    widget_class->snapshot = snapshot;
    gtk_widget_class_set_css_name(widget_class, "clarity");
    gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void wb_clarity_init(WbClarity *clarity)
{
    gtk_widget_set_valign(GTK_WIDGET(clarity), GTK_ALIGN_CENTER);
    tell(clarity);
}

GtkWidget *wb_clarity_new(void)
{
    return g_object_new(WB_TYPE_CLARITY, NULL);
}
