/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gui/strip_row.h"

struct _WbStripRow {
    GtkWidget parent_instance;
    GtkAdjustment *sideways;
};

G_DEFINE_FINAL_TYPE(WbStripRow, wb_strip_row, GTK_TYPE_WIDGET)

void wb_strip_row_follow(WbStripRow *row, GtkAdjustment *sideways)
{
    g_set_object(&row->sideways, sideways);
    g_signal_connect_object(sideways, "value-changed", G_CALLBACK(gtk_widget_queue_draw), row,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(sideways, "changed", G_CALLBACK(gtk_widget_queue_draw), row,
                            G_CONNECT_SWAPPED);
}

void wb_strip_row_set_spacing(WbStripRow *row, guint pixels)
{
    gtk_box_layout_set_spacing(GTK_BOX_LAYOUT(gtk_widget_get_layout_manager(GTK_WIDGET(row))),
                               pixels);
}

static gboolean is_seen(const WbStripRow *row, GtkWidget *strip)
{
    graphene_rect_t bounds;
    if (!gtk_widget_compute_bounds(strip, GTK_WIDGET(row), &bounds))
        return FALSE;
    const double left = row->sideways != NULL ? gtk_adjustment_get_value(row->sideways) : 0;
    const double width = row->sideways != NULL ? gtk_adjustment_get_page_size(row->sideways)
                                               : gtk_widget_get_width(GTK_WIDGET(row));
    return bounds.origin.x + bounds.size.width >= left && bounds.origin.x <= left + width;
}

void wb_strip_row_each_seen(WbStripRow *row, void (*each)(GtkWidget *strip, gpointer data),
                            gpointer data)
{
    for (GtkWidget *strip = gtk_widget_get_first_child(GTK_WIDGET(row)); strip != NULL;
         strip = gtk_widget_get_next_sibling(strip))
        if (is_seen(row, strip))
            each(strip, data);
}

typedef struct {
    GtkWidget *row;
    GtkSnapshot *snapshot;
} Drawing;

static void draw(GtkWidget *strip, gpointer data)
{
    const Drawing *drawing = data;
    gtk_widget_snapshot_child(drawing->row, strip, drawing->snapshot);
}

static void wb_strip_row_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    Drawing drawing = {widget, snapshot};
    wb_strip_row_each_seen(WB_STRIP_ROW(widget), draw, &drawing);
}

static void wb_strip_row_dispose(GObject *object)
{
    GtkWidget *strip;
    while ((strip = gtk_widget_get_first_child(GTK_WIDGET(object))) != NULL)
        gtk_widget_unparent(strip);
    g_clear_object(&WB_STRIP_ROW(object)->sideways);
    G_OBJECT_CLASS(wb_strip_row_parent_class)->dispose(object);
}

static void wb_strip_row_class_init(WbStripRowClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);
    G_OBJECT_CLASS(class)->dispose = wb_strip_row_dispose;
    widget_class->snapshot = wb_strip_row_snapshot;
    gtk_widget_class_set_layout_manager_type(widget_class, GTK_TYPE_BOX_LAYOUT);
    gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void wb_strip_row_init(WbStripRow *row)
{
    (void)row;
}
