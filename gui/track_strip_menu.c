/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gui/track_strip_menu.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "gui/track_strip.h"

static WbDesk *desk_of(GtkWidget *widget)
{
    return g_object_get_data(G_OBJECT(widget), "desk");
}

static unsigned id_of(GtkWidget *widget)
{
    return wb_track_strip_id(WB_TRACK_STRIP(widget));
}

static void rename_track(GtkWidget *widget, const char *action, GVariant *parameter)
{
    (void)action;
    (void)parameter;
    wb_track_strip_rename(WB_TRACK_STRIP(widget));
}

static void on_colour(GtkDialog *dialog, int response, GtkWidget *strip)
{
    if (response == GTK_RESPONSE_OK) {
        GdkRGBA c;
        gtk_color_chooser_get_rgba(GTK_COLOR_CHOOSER(dialog), &c);
        const unsigned rgb = (unsigned)lrintf(c.red * 255) << 16 |
                             (unsigned)lrintf(c.green * 255) << 8 | (unsigned)lrintf(c.blue * 255);
        wb_desk_set_colour(desk_of(strip), id_of(strip), rgb);
    }
    gtk_window_destroy(GTK_WINDOW(dialog));
}

static void choose_colour(GtkWidget *widget, const char *action, GVariant *parameter)
{
    (void)action;
    (void)parameter;
    const WbTrack *track = wb_desk_track(desk_of(widget), id_of(widget));
    if (track == NULL)
        return;
    g_autofree char *title = g_strdup_printf(_("Colour of %s"), track->name);
    GtkWidget *dialog =
        gtk_color_chooser_dialog_new(title, GTK_WINDOW(gtk_widget_get_root(widget)));
    const GdkRGBA colour = {(float)(track->colour >> 16 & 0xff) / 255,
                            (float)(track->colour >> 8 & 0xff) / 255,
                            (float)(track->colour & 0xff) / 255, 1};
    gtk_color_chooser_set_use_alpha(GTK_COLOR_CHOOSER(dialog), FALSE);
    gtk_color_chooser_set_rgba(GTK_COLOR_CHOOSER(dialog), &colour);
    gtk_window_set_modal(GTK_WINDOW(dialog), TRUE);
    g_signal_connect_object(dialog, "response", G_CALLBACK(on_colour), widget, 0);
    gtk_window_present(GTK_WINDOW(dialog));
}

static unsigned place_of(WbDesk *desk, unsigned id)
{
    const WbSession *session = wb_desk_session(desk);
    for (guint t = 0; t < session->tracks->len; t++)
        if (((const WbTrack *)session->tracks->pdata[t])->id == id)
            return t;
    return 0;
}

static void move(GtkWidget *widget, const char *action, GVariant *parameter)
{
    (void)parameter;
    WbDesk *desk = desk_of(widget);
    const unsigned place = place_of(desk, id_of(widget));
    if (strcmp(action, "strip.move-right") == 0)
        wb_desk_move(desk, id_of(widget), place + 1);
    else if (place > 0)
        wb_desk_move(desk, id_of(widget), place - 1);
}

static void reset(GtkWidget *widget, const char *action, GVariant *parameter)
{
    static const struct {
        const char *action;
        WbParameter parameter;
        double value;
    } resets[] = {
        {"strip.reset-gain", WB_PARAMETER_GAIN, 0},
        {"strip.reset-pan", WB_PARAMETER_PAN, 0},
        {"strip.reset-depth", WB_PARAMETER_DEPTH, WB_DEPTH_OF_ROLE},
    };
    (void)parameter;
    for (size_t i = 0; i < G_N_ELEMENTS(resets); i++)
        if (strcmp(resets[i].action, action) == 0)
            wb_desk_set(desk_of(widget), id_of(widget), resets[i].parameter, resets[i].value);
    wb_desk_seal(desk_of(widget));
}

static void toggle(GtkWidget *widget, const char *action, GVariant *parameter)
{
    (void)parameter;
    wb_desk_toggle(desk_of(widget), id_of(widget),
                   strcmp(action, "strip.arm") == 0 ? WB_PARAMETER_ARM : WB_PARAMETER_MONITOR);
}

static void remove_track(GtkWidget *widget, const char *action, GVariant *parameter)
{
    (void)action;
    (void)parameter;
    wb_desk_remove_selected(desk_of(widget));
}

void wb_track_strip_install_actions(GtkWidgetClass *widget_class)
{
    static const struct {
        const char *name;
        GtkWidgetActionActivateFunc activate;
    } actions[] = {
        {"strip.rename", rename_track}, {"strip.colour", choose_colour}, {"strip.move-left", move},
        {"strip.move-right", move},     {"strip.reset-gain", reset},     {"strip.reset-pan", reset},
        {"strip.reset-depth", reset},   {"strip.arm", toggle},           {"strip.monitor", toggle},
        {"strip.remove", remove_track},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(actions); i++)
        gtk_widget_class_install_action(widget_class, actions[i].name, NULL, actions[i].activate);
}

/* The action may run after the popover has closed. */
static gboolean unparent_later(gpointer popover)
{
    gtk_widget_unparent(popover);
    return G_SOURCE_REMOVE;
}

static void on_closed(GtkPopover *popover)
{
    g_idle_add_full(G_PRIORITY_DEFAULT_IDLE, unparent_later, g_object_ref(popover), g_object_unref);
}

void wb_track_strip_popup(GtkWidget *strip, GMenuModel *menu, double x, double y)
{
    GtkWidget *popover = gtk_popover_menu_new_from_model(menu);
    gtk_widget_set_parent(popover, strip);
    gtk_popover_set_has_arrow(GTK_POPOVER(popover), FALSE);
    gtk_popover_set_pointing_to(GTK_POPOVER(popover), &(GdkRectangle){(int)x, (int)y, 1, 1});
    gtk_widget_set_halign(popover, GTK_ALIGN_START);
    g_signal_connect(popover, "closed", G_CALLBACK(on_closed), NULL);
    gtk_popover_popup(GTK_POPOVER(popover));
}

/* ---- to another place ---- */

static GdkContentProvider *on_prepare(GtkDragSource *source, double x, double y, GtkWidget *strip)
{
    (void)source;
    (void)x;
    (void)y;
    return gdk_content_provider_new_typed(G_TYPE_UINT, id_of(strip));
}

static void on_drag_begin(GtkDragSource *source, GdkDrag *drag, GtkWidget *strip)
{
    (void)drag;
    g_autoptr(GdkPaintable) picture = gtk_widget_paintable_new(strip);
    gtk_drag_source_set_icon(source, picture, 10, 10);
}

static gboolean on_drop(GtkDropTarget *target, const GValue *value, double x, double y,
                        GtkWidget *strip)
{
    (void)target;
    (void)x;
    (void)y;
    const unsigned moved = g_value_get_uint(value);
    if (moved == id_of(strip))
        return FALSE;
    wb_desk_move(desk_of(strip), moved, place_of(desk_of(strip), id_of(strip)));
    return TRUE;
}

void wb_track_strip_add_reorder(GtkWidget *strip, GtkWidget *handle, WbDesk *desk)
{
    g_object_set_data_full(G_OBJECT(strip), "desk", g_object_ref(desk), g_object_unref);
    GtkDragSource *source = gtk_drag_source_new();
    gtk_drag_source_set_actions(source, GDK_ACTION_MOVE);
    g_signal_connect(source, "prepare", G_CALLBACK(on_prepare), strip);
    g_signal_connect(source, "drag-begin", G_CALLBACK(on_drag_begin), strip);
    gtk_widget_add_controller(handle, GTK_EVENT_CONTROLLER(source));
    GtkDropTarget *target = gtk_drop_target_new(G_TYPE_UINT, GDK_ACTION_MOVE);
    g_signal_connect(target, "drop", G_CALLBACK(on_drop), strip);
    gtk_widget_add_controller(strip, GTK_EVENT_CONTROLLER(target));
}
