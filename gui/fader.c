/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gui/fader.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "engine/mix/strip.h"
#include "gui/level_scale.h"

#define FINE 0.1
#define MARK_WIDTH 5.0F
#define MARK_ROOM 90 /* px of height that one more weight of marks needs */

struct _WbFader {
    GtkScale parent_instance;
    WbFaderKind kind;
    double value;
    gboolean setting; /* from outside, no move of the user */
    gboolean marks;
    double dragged;    /* of the drag, px, what has been taken into account */
    double drag_place; /* where the drag has brought it, not held back by rounding */
    guint32 pressed;   /* time of the last press, ms */
};

enum { PROP_KIND = 1 };
enum { MOVED, RELEASED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(WbFader, wb_fader, GTK_TYPE_SCALE)

typedef struct {
    const char *name;
    double min, max; /* where its travel is linear */
    double initial;  /* the default */
    double step;     /* of the wheel */
    double grain;    /* values are multiples of it */
} Kind;

static const Kind kinds[] = {
    [WB_FADER_GAIN] = {"gain", 0, 0, 0, 1, 0.1},
    [WB_FADER_TRIM] = {"trim", -24, 24, 0, 0.5, 0.1},
    [WB_FADER_PAN] = {"pan", -1, 1, 0, 0.05, 0.01},
    [WB_FADER_DEPTH] = {"depth", 0, 12, -1, 0.5, 0.1},
    [WB_FADER_STRENGTH] = {"strength", 0, 100, 40, 2, 1},
};

static double place_of(WbFaderKind kind, double value)
{
    if (kind == WB_FADER_GAIN)
        return wb_level_scale_position(WB_SCALE_FADER, value);
    return CLAMP((value - kinds[kind].min) / (kinds[kind].max - kinds[kind].min), 0, 1);
}

static double value_of(WbFaderKind kind, double place)
{
    const double grain = kinds[kind].grain;
    if (kind == WB_FADER_GAIN && place <= 0)
        return WB_FADER_SHUT_DB;
    const double value = kind == WB_FADER_GAIN
                             ? wb_level_scale_db(WB_SCALE_FADER, place)
                             : kinds[kind].min + place * (kinds[kind].max - kinds[kind].min);
    return round(value / grain) * grain;
}

static double place(WbFader *fader)
{
    return gtk_range_get_value(GTK_RANGE(fader));
}

static void tell_value(WbFader *fader)
{
    g_autofree char *text = wb_fader_text(fader->kind, fader->value);
    gtk_accessible_update_property(GTK_ACCESSIBLE(fader), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text,
                                   -1);
}

void wb_fader_set_value(WbFader *fader, double value)
{
    if (value == fader->value)
        return;
    fader->value = value;
    fader->setting = TRUE;
    gtk_range_set_value(GTK_RANGE(fader), place_of(fader->kind, value));
    fader->setting = FALSE;
    tell_value(fader);
}

double wb_fader_value(WbFader *fader)
{
    return fader->value;
}

/* By the user, to a value that need not lie on the travel. */
static void move_to(WbFader *fader, double value)
{
    wb_fader_set_value(fader, value);
    g_signal_emit(fader, signals[MOVED], 0, value);
}

static void on_value_changed(WbFader *fader)
{
    if (fader->setting)
        return;
    fader->value = value_of(fader->kind, place(fader));
    tell_value(fader);
    g_signal_emit(fader, signals[MOVED], 0, fader->value);
}

void wb_fader_step(WbFader *fader, double steps)
{
    const Kind *kind = &kinds[fader->kind];
    if (fader->kind != WB_FADER_GAIN) {
        const double from = MAX(fader->value, kind->min);
        move_to(fader, CLAMP(from + steps * kind->step, kind->min, kind->max));
        return;
    }
    const double from = MAX(fader->value, -70);
    const double to = from + steps * kind->step;
    move_to(fader, to < -70 ? WB_FADER_SHUT_DB : MIN(to, 12));
}

void wb_fader_reset(WbFader *fader)
{
    move_to(fader, kinds[fader->kind].initial);
    g_signal_emit(fader, signals[RELEASED], 0);
}

void wb_fader_set_marks(WbFader *fader, gboolean marks)
{
    fader->marks = marks;
    gtk_widget_queue_draw(GTK_WIDGET(fader));
}

/* ---- pointer ---- */

static gboolean is_vertical(WbFader *fader)
{
    return gtk_orientable_get_orientation(GTK_ORIENTABLE(fader)) == GTK_ORIENTATION_VERTICAL;
}

/* Pixels from one end of the travel to the other. */
static double travel(WbFader *fader)
{
    GdkRectangle rectangle;
    int start, end;
    gtk_range_get_range_rect(GTK_RANGE(fader), &rectangle);
    gtk_range_get_slider_range(GTK_RANGE(fader), &start, &end);
    const int length = is_vertical(fader) ? rectangle.height : rectangle.width;
    return MAX(length - (end - start), 10);
}

static guint double_click_ms(WbFader *fader)
{
    int time;
    g_object_get(gtk_widget_get_settings(GTK_WIDGET(fader)), "gtk-double-click-time", &time, NULL);
    return (guint)time;
}

static void on_drag_begin(GtkGestureDrag *drag, double x, double y, WbFader *fader)
{
    (void)x;
    (void)y;
    gtk_gesture_set_state(GTK_GESTURE(drag), GTK_EVENT_SEQUENCE_CLAIMED);
    gtk_widget_grab_focus(GTK_WIDGET(fader));
    fader->dragged = 0;
    fader->drag_place = place(fader);
    const guint32 now = gtk_event_controller_get_current_event_time(GTK_EVENT_CONTROLLER(drag));
    if (fader->pressed != 0 && now - fader->pressed < double_click_ms(fader)) {
        wb_fader_reset(fader);
        fader->drag_place = place(fader);
        fader->pressed = 0;
    } else {
        fader->pressed = now;
    }
}

static void on_drag_update(GtkGestureDrag *drag, double x, double y, WbFader *fader)
{
    const GdkModifierType state =
        gtk_event_controller_get_current_event_state(GTK_EVENT_CONTROLLER(drag));
    const gboolean mirrored =
        gtk_widget_get_direction(GTK_WIDGET(fader)) == GTK_TEXT_DIR_RTL && !is_vertical(fader);
    const double along = is_vertical(fader) ? -y : mirrored ? -x : x;
    const double moved = (along - fader->dragged) / travel(fader);
    if (moved == 0)
        return;
    fader->dragged = along;
    fader->pressed = 0;
    fader->drag_place += moved * (state & GDK_SHIFT_MASK ? FINE : 1);
    fader->drag_place = CLAMP(fader->drag_place, 0, 1);
    move_to(fader, value_of(fader->kind, fader->drag_place));
}

static void on_drag_end(GtkGestureDrag *drag, double x, double y, WbFader *fader)
{
    (void)drag;
    (void)x;
    (void)y;
    g_signal_emit(fader, signals[RELEASED], 0);
}

static gboolean on_scroll(GtkEventControllerScroll *scroll, double dx, double dy, WbFader *fader)
{
    const GdkModifierType state =
        gtk_event_controller_get_current_event_state(GTK_EVENT_CONTROLLER(scroll));
    /* With Shift a wheel turns sideways. */
    const double steps = dy != 0 ? -dy : -dx;
    if (dy == 0 && !(state & GDK_SHIFT_MASK))
        return GDK_EVENT_PROPAGATE;
    wb_fader_step(fader, steps * (state & GDK_SHIFT_MASK ? FINE : 1));
    return GDK_EVENT_STOP;
}

static void add_controllers(WbFader *fader)
{
    GtkWidget *widget = GTK_WIDGET(fader);
    GtkGesture *drag = gtk_gesture_drag_new();
    gtk_event_controller_set_propagation_phase(GTK_EVENT_CONTROLLER(drag), GTK_PHASE_CAPTURE);
    g_signal_connect(drag, "drag-begin", G_CALLBACK(on_drag_begin), fader);
    g_signal_connect(drag, "drag-update", G_CALLBACK(on_drag_update), fader);
    g_signal_connect(drag, "drag-end", G_CALLBACK(on_drag_end), fader);
    gtk_widget_add_controller(widget, GTK_EVENT_CONTROLLER(drag));
    GtkEventController *scroll =
        gtk_event_controller_scroll_new(GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
    gtk_event_controller_set_propagation_phase(scroll, GTK_PHASE_CAPTURE);
    g_signal_connect(scroll, "scroll", G_CALLBACK(on_scroll), fader);
    gtk_widget_add_controller(widget, scroll);
}

/* ---- drawing ---- */

static void draw_mark(WbFader *fader, GtkSnapshot *snapshot, double at, const char *text)
{
    GtkWidget *widget = GTK_WIDGET(fader);
    GdkRectangle trough;
    int start, end;
    GdkRGBA colour;
    gtk_range_get_range_rect(GTK_RANGE(fader), &trough);
    gtk_range_get_slider_range(GTK_RANGE(fader), &start, &end);
    gtk_style_context_get_color(gtk_widget_get_style_context(widget), &colour);
    colour.alpha = strcmp(text, "0") == 0 ? 0.9F : 0.45F;
    const double half = (end - start) / 2.0;
    const double y = round(trough.y + half + (1 - at) * (trough.height - 2 * half));
    g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout(widget, text);
    int width, height;
    pango_layout_get_pixel_size(layout, &width, &height);
    gtk_snapshot_append_color(
        snapshot, &colour,
        &GRAPHENE_RECT_INIT((float)gtk_widget_get_width(widget) - MARK_WIDTH, (float)y, MARK_WIDTH,
                            1));
    gtk_snapshot_save(snapshot);
    gtk_snapshot_translate(snapshot, &GRAPHENE_POINT_INIT(0, (float)(y - height / 2.0)));
    gtk_snapshot_append_layout(snapshot, layout, &colour);
    gtk_snapshot_restore(snapshot);
}

static void wb_fader_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    WbFader *fader = WB_FADER(widget);
    size_t count;
    const WbLevelMark *marks = wb_level_scale_marks(WB_SCALE_FADER, &count);
    const int room = gtk_widget_get_height(widget) / MARK_ROOM;
    for (size_t i = 0; fader->marks && i < count; i++)
        if (marks[i].weight <= room - 1)
            draw_mark(fader, snapshot, wb_level_scale_position(WB_SCALE_FADER, marks[i].db),
                      marks[i].text);
    GTK_WIDGET_CLASS(wb_fader_parent_class)->snapshot(widget, snapshot);
}

/* ---- life ---- */

static void set_kind(WbFader *fader, const char *name)
{
    for (size_t k = 0; name != NULL && k < G_N_ELEMENTS(kinds); k++)
        if (strcmp(kinds[k].name, name) == 0)
            fader->kind = (WbFaderKind)k;
}

static void wb_fader_set_property(GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
    if (id == PROP_KIND)
        set_kind(WB_FADER(object), g_value_get_string(value));
    else
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
}

static void wb_fader_constructed(GObject *object)
{
    WbFader *fader = WB_FADER(object);
    G_OBJECT_CLASS(wb_fader_parent_class)->constructed(object);
    const Kind *kind = &kinds[fader->kind];
    const double step = fader->kind == WB_FADER_GAIN ? 0.0096 : kind->step / (kind->max - kind->min);
    fader->setting = TRUE;
    gtk_range_set_adjustment(GTK_RANGE(fader),
                             gtk_adjustment_new(place_of(fader->kind, kind->initial), 0, 1, step,
                                                5 * step, 0));
    fader->value = kind->initial;
    fader->setting = FALSE;
    gtk_scale_set_draw_value(GTK_SCALE(fader), FALSE);
    if (fader->kind == WB_FADER_PAN || fader->kind == WB_FADER_TRIM)
        gtk_scale_set_has_origin(GTK_SCALE(fader), FALSE);
    gtk_widget_add_css_class(GTK_WIDGET(fader), kind->name);
    tell_value(fader);
}

static void wb_fader_class_init(WbFaderClass *class)
{
    GObjectClass *object_class = G_OBJECT_CLASS(class);
    object_class->set_property = wb_fader_set_property;
    object_class->constructed = wb_fader_constructed;
    GTK_WIDGET_CLASS(class)->snapshot = wb_fader_snapshot;
    g_object_class_install_property(
        object_class, PROP_KIND,
        g_param_spec_string("kind", NULL, NULL, "gain",
                            G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));
    const GType type = G_TYPE_FROM_CLASS(class);
    signals[MOVED] = g_signal_new("moved", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_DOUBLE);
    signals[RELEASED] = g_signal_new("released", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 0);
}

/* More is up. */
static void on_orientation(WbFader *fader)
{
    gtk_range_set_inverted(GTK_RANGE(fader), is_vertical(fader));
}

static void wb_fader_init(WbFader *fader)
{
    add_controllers(fader);
    g_signal_connect(fader, "notify::orientation", G_CALLBACK(on_orientation), NULL);
    g_signal_connect(fader, "value-changed", G_CALLBACK(on_value_changed), NULL);
}
