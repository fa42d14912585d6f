/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gui/overview.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gui/drawing.h"
#include "gui/palette.h"

#define RULER_HEIGHT 16
#define HEIGHT_MIN 36
#define HEIGHT_NATURAL 64
#define WIDTH_MIN 120
#define TEXT_SCALE 0.72
#define MARK_PIXELS 90 /* at least from one time to the next */
#define SHORTEST_SECONDS 10
#define STEP_SECONDS 5
#define PAGE_SECONDS 30

struct _WbOverview {
    GtkWidget parent;
    double rate;
    gint64 end, position;
    unsigned lanes;
    size_t clips;
    WbOverviewClip *clip;
    bool loop;
    gint64 loop_start, loop_end;
    bool looping; /* a drag that sets the loop */
    gint64 drag_start;
    gint64 told; /* second that was told last */
    WbBackdrop backdrop;
};

G_DEFINE_FINAL_TYPE(WbOverview, wb_overview, GTK_TYPE_WIDGET)

enum { LOCATE, LOOP, SIGNALS };
static guint signals[SIGNALS];

/* ---- geometry ---- */

static double whole(const WbOverview *overview)
{
    return fmax((double)overview->end, SHORTEST_SECONDS * overview->rate);
}

static int place(const WbOverview *overview, gint64 frame)
{
    const int width = gtk_widget_get_width((GtkWidget *)overview);
    return (int)lround(CLAMP((double)frame / whole(overview), 0, 1) * (width - 1));
}

static gint64 frame_at(const WbOverview *overview, double x)
{
    const int width = gtk_widget_get_width((GtkWidget *)overview);
    return (gint64)(CLAMP(x / MAX(width - 1, 1), 0, 1) * whole(overview));
}

static void measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                    int *natural, int *minimum_baseline, int *natural_baseline)
{
    (void)widget, (void)for_size;
    *minimum_baseline = *natural_baseline = -1;
    *minimum = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT_MIN : WIDTH_MIN;
    *natural = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT_NATURAL : 4 * WIDTH_MIN;
}

/* ---- drawing ---- */

static void draw_times(GtkWidget *widget, GtkSnapshot *snapshot, int width, int height)
{
    static const int steps[] = {1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600};
    const WbOverview *overview = WB_OVERVIEW(widget);
    const GdkRGBA *palette = wb_palette(widget);
    const double seconds = whole(overview) / overview->rate;
    int step = 7200;
    for (size_t i = G_N_ELEMENTS(steps); i-- > 0;)
        if (steps[i] / seconds * width >= MARK_PIXELS)
            step = steps[i];
    for (int s = 0; s <= (int)seconds; s += step) {
        const int x = place(overview, (gint64)(s * overview->rate));
        g_autofree char *text = g_strdup_printf("%d:%02d", s / 60, s % 60);
        g_autoptr(PangoLayout) layout = wb_small_text(widget, text, TEXT_SCALE);
        wb_fill(snapshot, &palette[WB_COLOUR_LINE], x, 0, 1, height);
        if (x + MARK_PIXELS / 2 < width)
            wb_put_text(snapshot, layout, &palette[WB_COLOUR_DIM], x + 4, RULER_HEIGHT / 2.0,
                        WB_ALIGN_START);
    }
}

static void draw_clips(GtkWidget *widget, GtkSnapshot *snapshot, int width, int height)
{
    const WbOverview *overview = WB_OVERVIEW(widget);
    const GdkRGBA *palette = wb_palette(widget);
    const double lane = (height - RULER_HEIGHT - 2.0) / MAX(overview->lanes, 1);
    wb_fill(snapshot, &palette[WB_COLOUR_WELL], 0, 0, width, height);
    draw_times(widget, snapshot, width, height);
    for (size_t c = 0; c < overview->clips; c++) {
        const WbOverviewClip *clip = &overview->clip[c];
        const GdkRGBA own = wb_palette_visible(widget, clip->rgb);
        const GdkRGBA colour = wb_palette_blend(&palette[WB_COLOUR_WELL], &own, 0.75);
        const int x = place(overview, clip->start), end = place(overview, clip->end);
        const double y = RULER_HEIGHT + clip->lane * lane;
        wb_fill(snapshot, &colour, x, y, MAX(end - x, 2), lane > 3 ? lane - 1 : lane);
    }
}

static void snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    WbOverview *overview = WB_OVERVIEW(widget);
    const GdkRGBA *palette = wb_palette(widget);
    const int height = gtk_widget_get_height(widget), width = gtk_widget_get_width(widget);
    wb_backdrop_put(&overview->backdrop, widget, snapshot, draw_clips);
    if (overview->loop_end > overview->loop_start) {
        const int x = place(overview, overview->loop_start);
        const int end = MAX(place(overview, overview->loop_end), x + 2);
        const GdkRGBA *frame = &palette[overview->loop ? WB_COLOUR_SELECTED : WB_COLOUR_DIM];
        const GdkRGBA veil = wb_palette_faded(frame, overview->loop ? 0.22 : 0.1);
        wb_fill(snapshot, &veil, x, 0, end - x, height);
        wb_fill(snapshot, frame, x, 0, end - x, 3);
        wb_fill(snapshot, frame, x, 0, 1, height);
        wb_fill(snapshot, frame, end - 1, 0, 1, height);
    }
    const int x = place(overview, overview->position);
    const GdkRGBA edge = wb_palette_faded(&palette[WB_COLOUR_WELL], 0.7);
    wb_fill(snapshot, &edge, x - 1, 0, 4, height);
    wb_fill(snapshot, &palette[WB_COLOUR_PLAYHEAD], x, 0, 2, height);
    if (gtk_widget_has_visible_focus(widget))
        wb_frame(snapshot, &palette[WB_COLOUR_SELECTED], 0, 0, width, height, 2);
}

/* ---- contents ---- */

static char *time_text(const WbOverview *overview, gint64 frame)
{
    const int seconds = (int)((double)frame / overview->rate);
    return g_strdup_printf(_("%d min %02d s"), seconds / 60, seconds % 60);
}

static void tell(WbOverview *overview)
{
    const gint64 second = (gint64)((double)overview->position / overview->rate);
    if (second == overview->told)
        return;
    overview->told = second;
    g_autofree char *text = time_text(overview, overview->position);
    gtk_accessible_update_property(GTK_ACCESSIBLE(overview), GTK_ACCESSIBLE_PROPERTY_VALUE_MIN, 0.0,
                                   GTK_ACCESSIBLE_PROPERTY_VALUE_MAX,
                                   whole(overview) / overview->rate,
                                   GTK_ACCESSIBLE_PROPERTY_VALUE_NOW, (double)second,
                                   GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text, -1);
}

void wb_overview_set_clips(WbOverview *overview, double rate, gint64 end, unsigned lanes,
                           size_t clips, const WbOverviewClip clip[])
{
    g_free(overview->clip);
    overview->clip = g_memdup2(clip, clips * sizeof *clip);
    overview->clips = clips;
    overview->rate = rate;
    overview->end = end;
    overview->lanes = lanes;
    wb_backdrop_clear(&overview->backdrop);
    gtk_widget_queue_draw(GTK_WIDGET(overview));
}

void wb_overview_set_loop(WbOverview *overview, bool on, gint64 start, gint64 end)
{
    if (overview->looping ||
        (on == overview->loop && start == overview->loop_start && end == overview->loop_end))
        return;
    overview->loop = on;
    overview->loop_start = start;
    overview->loop_end = end;
    gtk_widget_queue_draw(GTK_WIDGET(overview));
}

void wb_overview_set_position(WbOverview *overview, gint64 position)
{
    const bool moves = place(overview, position) != place(overview, overview->position);
    overview->position = position;
    if (moves)
        gtk_widget_queue_draw(GTK_WIDGET(overview));
    tell(overview);
}

/* ---- the hand ---- */

static void locate(WbOverview *overview, gint64 frame)
{
    const gint64 to = CLAMP(frame, 0, (gint64)whole(overview));
    wb_overview_set_position(overview, to);
    g_signal_emit(overview, signals[LOCATE], 0, to);
}

static void drag_begun(GtkGestureDrag *drag, double x, double y, WbOverview *overview)
{
    (void)y;
    const GdkModifierType state =
        gtk_event_controller_get_current_event_state(GTK_EVENT_CONTROLLER(drag));
    gtk_widget_grab_focus(GTK_WIDGET(overview));
    overview->looping = state & GDK_SHIFT_MASK;
    overview->drag_start = frame_at(overview, x);
    if (!overview->looping)
        locate(overview, overview->drag_start);
}

static void drag_moved(GtkGestureDrag *drag, double dx, double dy, WbOverview *overview)
{
    double x, y;
    (void)dy;
    gtk_gesture_drag_get_start_point(drag, &x, &y);
    const gint64 frame = frame_at(overview, x + dx);
    if (!overview->looping) {
        if (frame != overview->position)
            locate(overview, frame);
        return;
    }
    overview->loop_start = MIN(frame, overview->drag_start);
    overview->loop_end = MAX(frame, overview->drag_start);
    gtk_widget_queue_draw(GTK_WIDGET(overview));
}

static void drag_ended(GtkGestureDrag *drag, double dx, double dy, WbOverview *overview)
{
    (void)drag, (void)dx, (void)dy;
    if (!overview->looping)
        return;
    overview->looping = false;
    if (overview->loop_end > overview->loop_start)
        g_signal_emit(overview, signals[LOOP], 0, overview->loop_start, overview->loop_end);
}

static gboolean key_pressed(GtkEventControllerKey *controller, guint key, guint code,
                            GdkModifierType state, WbOverview *overview)
{
    (void)controller, (void)code;
    const gint64 second = (gint64)overview->rate;
    if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK))
        return GDK_EVENT_PROPAGATE;
    switch (key) {
    case GDK_KEY_Left:
        locate(overview, overview->position - STEP_SECONDS * second);
        return GDK_EVENT_STOP;
    case GDK_KEY_Right:
        locate(overview, overview->position + STEP_SECONDS * second);
        return GDK_EVENT_STOP;
    case GDK_KEY_Page_Up:
        locate(overview, overview->position - PAGE_SECONDS * second);
        return GDK_EVENT_STOP;
    case GDK_KEY_Page_Down:
        locate(overview, overview->position + PAGE_SECONDS * second);
        return GDK_EVENT_STOP;
    case GDK_KEY_Home:
        locate(overview, 0);
        return GDK_EVENT_STOP;
    case GDK_KEY_End:
        locate(overview, overview->end);
        return GDK_EVENT_STOP;
    default:
        return GDK_EVENT_PROPAGATE;
    }
}

static gboolean query_tooltip(GtkWidget *widget, int x, int y, gboolean by_keyboard,
                              GtkTooltip *tooltip)
{
    const WbOverview *overview = WB_OVERVIEW(widget);
    (void)y;
    if (by_keyboard)
        return FALSE;
    g_autofree char *time = time_text(overview, frame_at(overview, x));
    g_autofree char *text = g_strdup_printf(_("%s; drag with Shift for a loop"), time);
    gtk_tooltip_set_text(tooltip, text);
    return TRUE;
}

/* ---- life ---- */

static void finalize(GObject *object)
{
    WbOverview *overview = WB_OVERVIEW(object);
    g_free(overview->clip);
    wb_backdrop_clear(&overview->backdrop);
    G_OBJECT_CLASS(wb_overview_parent_class)->finalize(object);
}

static void wb_overview_class_init(WbOverviewClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);
    const GType type = G_TYPE_FROM_CLASS(class);
    G_OBJECT_CLASS(class)->finalize = finalize;
    widget_class->measure = measure;
    widget_class->snapshot = snapshot;
    widget_class->query_tooltip = query_tooltip;
    gtk_widget_class_set_css_name(widget_class, "overview");
    gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_SLIDER);
    signals[LOCATE] = g_signal_new("locate", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_INT64);
    signals[LOOP] = g_signal_new("loop", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                 2, G_TYPE_INT64, G_TYPE_INT64);
}

static void wb_overview_init(WbOverview *overview)
{
    GtkWidget *widget = GTK_WIDGET(overview);
    overview->rate = 48000;
    overview->told = -1;
    GtkGesture *drag = gtk_gesture_drag_new();
    g_signal_connect(drag, "drag-begin", G_CALLBACK(drag_begun), overview);
    g_signal_connect(drag, "drag-update", G_CALLBACK(drag_moved), overview);
    g_signal_connect(drag, "drag-end", G_CALLBACK(drag_ended), overview);
    gtk_widget_add_controller(widget, GTK_EVENT_CONTROLLER(drag));
    GtkEventController *keys = gtk_event_controller_key_new();
    g_signal_connect(keys, "key-pressed", G_CALLBACK(key_pressed), overview);
    gtk_widget_add_controller(widget, keys);
    gtk_widget_set_focusable(widget, TRUE);
    gtk_widget_set_has_tooltip(widget, TRUE);
    gtk_widget_set_overflow(widget, GTK_OVERFLOW_HIDDEN);
    gtk_accessible_update_property(GTK_ACCESSIBLE(overview), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Position on the timeline"), -1);
}

GtkWidget *wb_overview_new(void)
{
    return g_object_new(WB_TYPE_OVERVIEW, NULL);
}
