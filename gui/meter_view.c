/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gui/meter_view.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "gui/drawing.h"
#include "gui/palette.h"

#define CHANNELS 2
#define LIGHT_HEIGHT 5
#define GAP 1
#define BAR_WIDTH 6
#define MARK_WIDTH 21
#define MARK_SCALE 0.68
#define CLIP_DB (-0.001) /* dBFS that is full scale */
#define TELL_SECONDS 1   /* how often the value is told to assistive technology */
#define HEIGHT_MIN 60
#define HEIGHT_NATURAL 160

static double fall_rate = 11.8, hold_time = 2.0;

typedef struct {
    double shown_db, held_db, highest_db;
    gint64 held_at;
    bool clipped;
    int bar, line; /* pixels from the bottom, as drawn */
} Channel;

struct _WbMeterView {
    GtkWidget parent;
    WbLevelScale scale;
    unsigned channels;
    bool marks;
    Channel channel[CHANNELS];
    double loudness;
    int loudness_bar; /* pixels */
    gint64 updated, told;
    WbBackdrop backdrop;
};

G_DEFINE_FINAL_TYPE(WbMeterView, wb_meter_view, GTK_TYPE_WIDGET)

enum { RESET, SIGNALS };
static guint signals[SIGNALS];

void wb_meter_view_set_ballistics(double fall_db_per_second, double hold_seconds)
{
    fall_rate = fall_db_per_second;
    hold_time = hold_seconds;
}

/* ---- geometry ---- */

static int bars_width(const WbMeterView *view)
{
    return gtk_widget_get_width((GtkWidget *)view) - (view->marks ? MARK_WIDTH : 0);
}

static int bars_height(const WbMeterView *view)
{
    return MAX(gtk_widget_get_height((GtkWidget *)view) - LIGHT_HEIGHT - GAP, 0);
}

static int pixels(const WbMeterView *view, double db)
{
    return (int)lround(wb_level_scale_position(view->scale, db) * bars_height(view));
}

static void measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                    int *natural, int *minimum_baseline, int *natural_baseline)
{
    const WbMeterView *view = WB_METER_VIEW(widget);
    (void)for_size;
    *minimum_baseline = *natural_baseline = -1;
    if (orientation == GTK_ORIENTATION_VERTICAL) {
        *minimum = HEIGHT_MIN;
        *natural = HEIGHT_NATURAL;
        return;
    }
    *minimum = *natural = (view->channels == 1 ? BAR_WIDTH + 2 : 2 * BAR_WIDTH + GAP) +
                          (view->marks ? MARK_WIDTH : 0);
}

/* ---- drawing ---- */

static void draw_marks(GtkWidget *widget, GtkSnapshot *snapshot, int width, int height)
{
    const WbMeterView *view = WB_METER_VIEW(widget);
    const GdkRGBA *palette = wb_palette(widget);
    const int bars = bars_width(view), top = LIGHT_HEIGHT + GAP;
    wb_fill(snapshot, &palette[WB_COLOUR_WELL], 0, 0, bars, LIGHT_HEIGHT);
    wb_fill(snapshot, &palette[WB_COLOUR_WELL], 0, top, bars, height - top);
    size_t count;
    const WbLevelMark *mark = wb_level_scale_marks(view->scale, &count);
    g_autofree int *taken = g_new(int, count);
    size_t shown = 0;
    for (int weight = 0; weight < 3; weight++) {
        for (size_t i = 0; i < count; i++) {
            if (mark[i].weight != weight)
                continue;
            g_autoptr(PangoLayout) text = wb_small_text(widget, mark[i].text, MARK_SCALE);
            int text_height;
            pango_layout_get_pixel_size(text, NULL, &text_height);
            const int y = height - pixels(view, mark[i].db);
            bool free = true;
            for (size_t k = 0; k < shown && free; k++)
                free = abs(taken[k] - y) >= text_height;
            if (!free)
                continue;
            taken[shown++] = y;
            wb_fill(snapshot, &palette[WB_COLOUR_LINE], 0, MIN(y, height - 1), bars, 1);
            if (view->marks)
                wb_put_text(snapshot, text,
                            &palette[mark[i].text[0] == '0' ? WB_COLOUR_TEXT : WB_COLOUR_DIM],
                            width - 1, CLAMP(y, text_height / 2, height - text_height / 2),
                            WB_ALIGN_END);
        }
    }
}

/* A bar from the bottom, in the colours of its levels. */
static void draw_bar(GtkSnapshot *snapshot, const WbMeterView *view, const GdkRGBA *palette, int x,
                     int width, int bar, double alpha)
{
    const int height = gtk_widget_get_height((GtkWidget *)view);
    const int ends[3] = {pixels(view, wb_level_scale_loud_db(view->scale)),
                         pixels(view, wb_level_scale_clip_db(view->scale)), G_MAXINT};
    static const WbColour colours[3] = {WB_COLOUR_LEVEL, WB_COLOUR_LOUD, WB_COLOUR_CLIP};
    int bottom = 0;
    for (int i = 0; i < 3 && bottom < bar; i++) {
        const int top = MIN(bar, ends[i]);
        const GdkRGBA colour =
            wb_palette_blend(&palette[WB_COLOUR_WELL], &palette[colours[i]], alpha);
        wb_fill(snapshot, &colour, x, height - top, width, top - bottom);
        bottom = MAX(bottom, top);
    }
}

static void snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    WbMeterView *view = WB_METER_VIEW(widget);
    const GdkRGBA *palette = wb_palette(widget);
    const int height = gtk_widget_get_height(widget), width = bars_width(view);
    const int channels = (int)view->channels;
    const int each = MAX((width - GAP * (channels - 1)) / channels, 1);
    wb_backdrop_put(&view->backdrop, widget, snapshot, draw_marks);
    const bool loudness = !isnan(view->loudness);
    for (int c = 0; c < channels; c++) {
        const Channel *channel = &view->channel[c];
        const int x = c * (each + GAP), full = MIN(view->loudness_bar, channel->bar);
        draw_bar(snapshot, view, palette, x, each, channel->bar, loudness ? 0.45 : 1);
        if (loudness)
            draw_bar(snapshot, view, palette, x, each, full, 1);
        if (channel->line > 0)
            wb_fill(snapshot, &palette[WB_COLOUR_PEAK], x, height - channel->line, each, 1.5);
        if (channel->clipped)
            wb_fill(snapshot, &palette[WB_COLOUR_CLIP], x, 0, each, LIGHT_HEIGHT);
    }
}

static void size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
    WbMeterView *view = WB_METER_VIEW(widget);
    (void)width, (void)height, (void)baseline;
    for (unsigned c = 0; c < CHANNELS; c++) {
        view->channel[c].bar = pixels(view, view->channel[c].shown_db);
        view->channel[c].line = pixels(view, view->channel[c].held_db);
    }
    view->loudness_bar = isnan(view->loudness) ? 0 : pixels(view, view->loudness);
}

/* ---- levels ---- */

static bool follow(WbMeterView *view, Channel *channel, double peak_db, gint64 now, double seconds)
{
    channel->shown_db = fmax(peak_db, channel->shown_db - fall_rate * seconds);
    if (peak_db >= channel->held_db) {
        channel->held_db = peak_db;
        channel->held_at = now;
    } else if ((double)(now - channel->held_at) > hold_time * G_USEC_PER_SEC) {
        channel->held_db = fmax(channel->shown_db, channel->held_db - 2 * fall_rate * seconds);
    }
    channel->highest_db = fmax(channel->highest_db, peak_db);
    const bool clipped = channel->clipped || peak_db >= CLIP_DB;
    const int bar = pixels(view, channel->shown_db);
    const int line = hold_time > 0 ? pixels(view, channel->held_db) : 0;
    const bool change = bar != channel->bar || line != channel->line || clipped != channel->clipped;
    channel->bar = bar;
    channel->line = line;
    channel->clipped = clipped;
    return change;
}

static void tell(WbMeterView *view, gint64 now)
{
    if (now - view->told < TELL_SECONDS * G_USEC_PER_SEC)
        return;
    view->told = now;
    const double held = wb_meter_view_held_db(view);
    g_autofree char *text = isinf(held) ? g_strdup(_("silent")) : NULL;
    if (!text)
        text = g_strdup_printf(
            wb_meter_view_clipped(view) ? _("peak %.1f dB, clipped") : _("peak %.1f dB"), held);
    gtk_accessible_update_property(GTK_ACCESSIBLE(view), GTK_ACCESSIBLE_PROPERTY_VALUE_NOW,
                                   fmax(view->channel[0].shown_db, -70.0),
                                   GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text, -1);
}

void wb_meter_view_set_levels(WbMeterView *view, const double peak_db[], double loudness_lufs)
{
    const gint64 now = g_get_monotonic_time();
    const double seconds =
        view->updated ? fmin((double)(now - view->updated) / G_USEC_PER_SEC, 1) : 0;
    view->updated = now;
    bool change = false;
    for (unsigned c = 0; c < view->channels; c++)
        change |= follow(view, &view->channel[c], peak_db[c], now, seconds);
    if (isnan(loudness_lufs) != isnan(view->loudness))
        change = true;
    const int bar = isnan(loudness_lufs) ? 0 : pixels(view, loudness_lufs);
    change |= bar != view->loudness_bar;
    view->loudness_bar = bar;
    view->loudness = loudness_lufs;
    if (change)
        gtk_widget_queue_draw(GTK_WIDGET(view));
    tell(view, now);
}

double wb_meter_view_held_db(WbMeterView *view)
{
    double highest = -INFINITY;
    for (unsigned c = 0; c < view->channels; c++)
        highest = fmax(highest, view->channel[c].highest_db);
    return highest;
}

bool wb_meter_view_clipped(WbMeterView *view)
{
    return view->channel[0].clipped || (view->channels > 1 && view->channel[1].clipped);
}

void wb_meter_view_reset(WbMeterView *view)
{
    for (unsigned c = 0; c < CHANNELS; c++) {
        Channel *channel = &view->channel[c];
        channel->held_db = channel->shown_db;
        channel->highest_db = -INFINITY;
        channel->clipped = false;
        channel->line = 0;
    }
    gtk_widget_queue_draw(GTK_WIDGET(view));
}

static void clicked(GtkGestureClick *gesture, int presses, double x, double y, WbMeterView *view)
{
    (void)gesture, (void)presses, (void)x, (void)y;
    wb_meter_view_reset(view);
    g_signal_emit(view, signals[RESET], 0);
}

/* ---- settings ---- */

void wb_meter_view_set_scale(WbMeterView *view, WbLevelScale scale)
{
    view->scale = scale;
    wb_backdrop_clear(&view->backdrop);
    gtk_widget_queue_allocate(GTK_WIDGET(view));
    gtk_widget_queue_draw(GTK_WIDGET(view));
}

void wb_meter_view_set_channels(WbMeterView *view, unsigned channels)
{
    view->channels = CLAMP(channels, 1, CHANNELS);
    gtk_widget_queue_resize(GTK_WIDGET(view));
}

void wb_meter_view_set_marks(WbMeterView *view, bool marks)
{
    view->marks = marks;
    wb_backdrop_clear(&view->backdrop);
    gtk_widget_queue_resize(GTK_WIDGET(view));
}

static void css_changed(GtkWidget *widget, GtkCssStyleChange *change)
{
    GTK_WIDGET_CLASS(wb_meter_view_parent_class)->css_changed(widget, change);
    wb_backdrop_clear(&WB_METER_VIEW(widget)->backdrop);
}

static void finalize(GObject *object)
{
    wb_backdrop_clear(&WB_METER_VIEW(object)->backdrop);
    G_OBJECT_CLASS(wb_meter_view_parent_class)->finalize(object);
}

static void wb_meter_view_class_init(WbMeterViewClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);
    G_OBJECT_CLASS(class)->finalize = finalize;
    widget_class->measure = measure;
    widget_class->snapshot = snapshot;
    widget_class->size_allocate = size_allocate;
    widget_class->css_changed = css_changed;
    gtk_widget_class_set_css_name(widget_class, "levelmeter");
    gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_METER);
    signals[RESET] = g_signal_new("reset", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
}

static void wb_meter_view_init(WbMeterView *view)
{
    view->channels = CHANNELS;
    view->loudness = NAN;
    for (unsigned c = 0; c < CHANNELS; c++)
        view->channel[c] =
            (Channel){.shown_db = -INFINITY, .held_db = -INFINITY, .highest_db = -INFINITY};
    GtkGesture *click = gtk_gesture_click_new();
    g_signal_connect(click, "released", G_CALLBACK(clicked), view);
    gtk_widget_add_controller(GTK_WIDGET(view), GTK_EVENT_CONTROLLER(click));
    gtk_widget_set_tooltip_text(GTK_WIDGET(view),
                                _("Peak (faint) and loudness (full), dBFS; click to reset"));
    gtk_accessible_update_property(GTK_ACCESSIBLE(view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Level"),
                                   GTK_ACCESSIBLE_PROPERTY_VALUE_MIN, -70.0,
                                   GTK_ACCESSIBLE_PROPERTY_VALUE_MAX, 0.0,
                                   GTK_ACCESSIBLE_PROPERTY_VALUE_NOW, -70.0, -1);
}

GtkWidget *wb_meter_view_new(WbLevelScale scale)
{
    WbMeterView *view = g_object_new(WB_TYPE_METER_VIEW, NULL);
    view->scale = scale;
    return GTK_WIDGET(view);
}
