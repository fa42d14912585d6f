/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/drawing.h"

#include "gui/palette.h"

void wb_fill(GtkSnapshot *snapshot, const GdkRGBA *colour, double x, double y, double width,
             double height)
{
    if (width > 0 && height > 0)
        gtk_snapshot_append_color(
            snapshot, colour, &GRAPHENE_RECT_INIT((float)x, (float)y, (float)width, (float)height));
}

void wb_frame(GtkSnapshot *snapshot, const GdkRGBA *colour, double x, double y, double width,
              double height, double thickness)
{
    wb_fill(snapshot, colour, x, y, width, thickness);
    wb_fill(snapshot, colour, x, y + height - thickness, width, thickness);
    wb_fill(snapshot, colour, x, y + thickness, thickness, height - 2 * thickness);
    wb_fill(snapshot, colour, x + width - thickness, y + thickness, thickness,
            height - 2 * thickness);
}

void wb_disc(GtkSnapshot *snapshot, const GdkRGBA *colour, double x, double y, double radius)
{
    const graphene_rect_t bounds = GRAPHENE_RECT_INIT((float)(x - radius), (float)(y - radius),
                                                      (float)(2 * radius), (float)(2 * radius));
    GskRoundedRect circle;
    gsk_rounded_rect_init_from_rect(&circle, &bounds, (float)radius);
    gtk_snapshot_push_rounded_clip(snapshot, &circle);
    gtk_snapshot_append_color(snapshot, colour, &bounds);
    gtk_snapshot_pop(snapshot);
}

PangoLayout *wb_small_text(GtkWidget *widget, const char *text, double scale)
{
    PangoLayout *layout = gtk_widget_create_pango_layout(widget, text);
    PangoAttrList *attributes = pango_attr_list_new();
    pango_attr_list_insert(attributes, pango_attr_scale_new(scale));
    PangoAttribute *digits = pango_attr_font_features_new("tnum=1");
    pango_attr_list_insert(attributes, digits);
    pango_layout_set_attributes(layout, attributes);
    pango_attr_list_unref(attributes);
    return layout;
}

void wb_put_text(GtkSnapshot *snapshot, PangoLayout *layout, const GdkRGBA *colour, double x,
                 double y, WbAlign align)
{
    int width, height;
    pango_layout_get_pixel_size(layout, &width, &height);
    const int left = align == WB_ALIGN_START ? 0 : align == WB_ALIGN_CENTRE ? width / 2 : width;
    const int top = (int)y - height / 2;
    gtk_snapshot_save(snapshot);
    gtk_snapshot_translate(snapshot, &GRAPHENE_POINT_INIT((float)((int)x - left), (float)top));
    gtk_snapshot_append_layout(snapshot, layout, colour);
    gtk_snapshot_restore(snapshot);
}

void wb_backdrop_put(WbBackdrop *backdrop, GtkWidget *widget, GtkSnapshot *snapshot,
                     WbDrawBackdrop draw)
{
    const int width = gtk_widget_get_width(widget), height = gtk_widget_get_height(widget);
    const unsigned generation = wb_palette_generation();
    if (!backdrop->node || backdrop->width != width || backdrop->height != height ||
        backdrop->generation != generation) {
        wb_backdrop_clear(backdrop);
        GtkSnapshot *inner = gtk_snapshot_new();
        draw(widget, inner, width, height);
        backdrop->node = gtk_snapshot_free_to_node(inner);
        backdrop->width = width;
        backdrop->height = height;
        backdrop->generation = generation;
    }
    if (backdrop->node)
        gtk_snapshot_append_node(snapshot, backdrop->node);
}

void wb_backdrop_clear(WbBackdrop *backdrop)
{
    g_clear_pointer(&backdrop->node, gsk_render_node_unref);
}
