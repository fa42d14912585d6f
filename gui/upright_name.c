/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gui/upright_name.h"

#define LENGTH 96 /* px */

struct _WbUprightName {
    GtkWidget parent_instance;
    char *text;
};

G_DEFINE_FINAL_TYPE(WbUprightName, wb_upright_name, GTK_TYPE_WIDGET)

void wb_upright_name_set(WbUprightName *name, const char *text)
{
    if (g_strcmp0(name->text, text) == 0)
        return;
    g_free(name->text);
    name->text = g_strdup(text);
    gtk_widget_set_tooltip_text(GTK_WIDGET(name), text);
    gtk_accessible_update_property(GTK_ACCESSIBLE(name), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
    gtk_widget_queue_draw(GTK_WIDGET(name));
}

static void wb_upright_name_measure(GtkWidget *widget, GtkOrientation orientation, int for_size,
                                    int *minimum, int *natural, int *minimum_baseline,
                                    int *natural_baseline)
{
    (void)for_size;
    int height;
    g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout(widget, "X");
    pango_layout_get_pixel_size(layout, NULL, &height);
    *minimum = *natural = orientation == GTK_ORIENTATION_VERTICAL ? LENGTH : height;
    *minimum_baseline = *natural_baseline = -1;
}

static void wb_upright_name_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    const WbUprightName *name = WB_UPRIGHT_NAME(widget);
    const int length = gtk_widget_get_height(widget);
    GdkRGBA colour;
    int height;
    g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout(widget, name->text);
    pango_layout_set_width(layout, length * PANGO_SCALE);
    pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
    pango_layout_set_single_paragraph_mode(layout, TRUE);
    pango_layout_get_pixel_size(layout, NULL, &height);
    gtk_style_context_get_color(gtk_widget_get_style_context(widget), &colour);
    const int left = (gtk_widget_get_width(widget) - height) / 2;
    gtk_snapshot_save(snapshot);
    gtk_snapshot_translate(snapshot, &GRAPHENE_POINT_INIT((float)left, (float)length));
    gtk_snapshot_rotate(snapshot, -90);
    gtk_snapshot_append_layout(snapshot, layout, &colour);
    gtk_snapshot_restore(snapshot);
}

static void wb_upright_name_finalize(GObject *object)
{
    g_free(WB_UPRIGHT_NAME(object)->text);
    G_OBJECT_CLASS(wb_upright_name_parent_class)->finalize(object);
}

static void wb_upright_name_class_init(WbUprightNameClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);
    G_OBJECT_CLASS(class)->finalize = wb_upright_name_finalize;
    widget_class->measure = wb_upright_name_measure;
    widget_class->snapshot = wb_upright_name_snapshot;
    gtk_widget_class_set_css_name(widget_class, "upright-name");
    gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_LABEL);
}

static void wb_upright_name_init(WbUprightName *name)
{
    gtk_widget_set_overflow(GTK_WIDGET(name), GTK_OVERFLOW_HIDDEN);
}
