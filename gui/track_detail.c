/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gui/track_detail.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gui/carve_history.h"
#include "gui/carve_view.h"
#include "gui/drawing.h"
#include "gui/palette.h"

#define COVERS 6 /* by name; the rest together */
#define LEGEND_WIDTH 190
#define AXIS_WIDTH 44
#define TITLE_HEIGHT 22
#define AXIS_HEIGHT 20
#define TEXT_SCALE 0.86
#define HEIGHT_MIN 260
#define WIDTH_MIN 420
#define COVER_WORTH 0.01
#define LOUDEST_BAND 0.12 /* share of the loudness that fills the height, at least */
#define RISE 0.2          /* of the way to another full height, with each update */

typedef struct {
    size_t track; /* in `tracks`, or WB_NO_TRACK: all others */
    double cost;
    float band[WB_BANDS];
} Cover;

typedef struct {
    unsigned id, rgb;
    char *name;
} Name;

struct _WbTrackDetail {
    GtkWidget parent;
    size_t tracks;
    Name *name;
    unsigned id; /* shown */
    WbCarveHistory *history;
    GdkTexture *strip;
    bool taken; /* anything, in it */
    WbMaskingTrack heard;
    float alone[WB_BANDS], level_db[WB_BANDS], cut_db[WB_BANDS];
    Cover cover[COVERS + 1];
    int covers;
    double full; /* share of the loudness that fills the height */
    WbBackdrop backdrop;
};

G_DEFINE_FINAL_TYPE(WbTrackDetail, wb_track_detail, GTK_TYPE_WIDGET)

/* ---- geometry ---- */

typedef struct {
    double x, y, width, height;
} Panel;

typedef struct {
    Panel loudness, spectrum, strip;
} Panels;

static Panels lay_out(int width, int height)
{
    const double inner = width - AXIS_WIDTH - LEGEND_WIDTH;
    const double free = height - 3 * TITLE_HEIGHT - 2 * AXIS_HEIGHT;
    const double tall = floor(free * 0.5), middle = floor(free * 0.28);
    Panels panels;
    panels.loudness = (Panel){AXIS_WIDTH, TITLE_HEIGHT, inner, tall};
    panels.spectrum = (Panel){AXIS_WIDTH, 2 * TITLE_HEIGHT + tall, inner, middle};
    panels.strip = (Panel){AXIS_WIDTH, 3 * TITLE_HEIGHT + AXIS_HEIGHT + tall + middle, inner,
                           free - tall - middle};
    return panels;
}

static void measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                    int *natural, int *minimum_baseline, int *natural_baseline)
{
    (void)widget, (void)for_size;
    *minimum_baseline = *natural_baseline = -1;
    *minimum = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT_MIN : WIDTH_MIN;
    *natural = orientation == GTK_ORIENTATION_VERTICAL ? 2 * HEIGHT_MIN : 2 * WIDTH_MIN;
}

static double band_x(const Panel *panel, int band)
{
    return panel->x + floor(band * panel->width / WB_BANDS);
}

/* ---- what does not move ---- */

static void draw_text(GtkWidget *widget, GtkSnapshot *snapshot, WbColour colour, const char *text,
                      double x, double y, WbAlign align)
{
    g_autoptr(PangoLayout) layout = wb_small_text(widget, text, TEXT_SCALE);
    wb_put_text(snapshot, layout, &wb_palette(widget)[colour], x, y, align);
}

static void draw_level_marks(GtkWidget *widget, GtkSnapshot *snapshot, const Panel *panel)
{
    for (int db = 6; db < (int)WB_CARVE_VIEW_DEEPEST_DB; db += 6) {
        const double y = panel->y + floor(db / WB_CARVE_VIEW_DEEPEST_DB * panel->height);
        g_autofree char *text = g_strdup_printf(_("−%d dB"), db);
        wb_fill(snapshot, &wb_palette(widget)[WB_COLOUR_LINE], panel->x, y, panel->width, 1);
        draw_text(widget, snapshot, WB_COLOUR_CUT, text, panel->x - 5, y, WB_ALIGN_END);
    }
}

static void draw_frequencies(GtkWidget *widget, GtkSnapshot *snapshot, const Panel *panel)
{
    static const struct {
        int edge;
        const char *text;
    } marks[] = {{1, "100"}, {3, "300"},   {5, "510"},   {9, "1.1k"},
                 {13, "2k"}, {16, "3.2k"}, {19, "5.3k"}, {22, "9.5k"}};
    const double y = panel->y + panel->height;
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
        const double x = band_x(panel, marks[i].edge);
        wb_fill(snapshot, &wb_palette(widget)[WB_COLOUR_DIM], x, y, 1, 4);
        draw_text(widget, snapshot, WB_COLOUR_DIM, marks[i].text, x, y + 12, WB_ALIGN_CENTRE);
    }
    draw_text(widget, snapshot, WB_COLOUR_DIM, _("Hz"), panel->x + panel->width, y + 12,
              WB_ALIGN_END);
}

static void draw_seconds(GtkWidget *widget, GtkSnapshot *snapshot, const Panel *panel)
{
    const double y = panel->y + panel->height;
    for (int s = 0; s <= WB_CARVE_HISTORY_SECONDS; s += 10) {
        const double x =
            panel->x + floor(panel->width * (1 - (double)s / WB_CARVE_HISTORY_SECONDS));
        g_autofree char *text = s == 0 ? g_strdup(_("now")) : g_strdup_printf(_("−%d s"), s);
        wb_fill(snapshot, &wb_palette(widget)[WB_COLOUR_DIM], x - (s == 0), y, 1, 4);
        draw_text(widget, snapshot, WB_COLOUR_DIM, text, x, y + 12,
                  s == 0                          ? WB_ALIGN_END
                  : s == WB_CARVE_HISTORY_SECONDS ? WB_ALIGN_START
                                                  : WB_ALIGN_CENTRE);
    }
    draw_text(widget, snapshot, WB_COLOUR_DIM, _("high"), panel->x - 5, panel->y + 8, WB_ALIGN_END);
    draw_text(widget, snapshot, WB_COLOUR_DIM, _("low"), panel->x - 5, y - 8, WB_ALIGN_END);
}

static void draw_titles(GtkWidget *widget, GtkSnapshot *snapshot, int width, int height)
{
    const Panels panels = lay_out(width, height);
    const struct {
        const Panel *panel;
        const char *title;
    } all[] = {
        {&panels.loudness, _("Its loudness: what is heard, and what covers the rest")},
        {&panels.spectrum, _("Its spectrum, and what is taken of it")},
        {&panels.strip, _("What was taken of it")},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
        const Panel *panel = all[i].panel;
        wb_fill(snapshot, &wb_palette(widget)[WB_COLOUR_WELL], panel->x, panel->y, panel->width,
                panel->height);
        draw_text(widget, snapshot, WB_COLOUR_DIM, all[i].title, panel->x, panel->y - 11,
                  WB_ALIGN_START);
    }
    draw_level_marks(widget, snapshot, &panels.spectrum);
    draw_frequencies(widget, snapshot, &panels.spectrum);
    draw_seconds(widget, snapshot, &panels.strip);
}

/* ---- what moves ---- */

static const Name *name_of(const WbTrackDetail *detail, unsigned id)
{
    for (size_t t = 0; t < detail->tracks; t++)
        if (detail->name[t].id == id)
            return &detail->name[t];
    return NULL;
}

static GdkRGBA cover_colour(GtkWidget *widget, const Cover *cover)
{
    const GdkRGBA *palette = wb_palette(widget);
    if (cover->track == WB_NO_TRACK)
        return palette[WB_COLOUR_DIM];
    const GdkRGBA own = wb_palette_visible(widget, WB_TRACK_DETAIL(widget)->name[cover->track].rgb);
    return wb_palette_blend(&palette[WB_COLOUR_WELL], &own, 0.7);
}

static void draw_loudness(GtkWidget *widget, GtkSnapshot *snapshot, const Panel *panel,
                          const GdkRGBA *own)
{
    const WbTrackDetail *detail = WB_TRACK_DETAIL(widget);
    const GdkRGBA *line = &wb_palette(widget)[WB_COLOUR_TEXT];
    const double scale = panel->height / detail->full;
    GdkRGBA colour[COVERS + 1];
    for (int c = 0; c < detail->covers; c++)
        colour[c] = cover_colour(widget, &detail->cover[c]);
    for (int b = 0; b < WB_BANDS; b++) {
        const double x = band_x(panel, b), width = band_x(panel, b + 1) - x - 1;
        double heard = (double)detail->alone[b];
        for (int c = 0; c < detail->covers; c++)
            heard -= (double)detail->cover[c].band[b];
        double y = panel->y + panel->height;
        const double height = round(CLAMP(heard, 0, detail->full) * scale);
        wb_fill(snapshot, own, x, y - height, width, height);
        y -= height;
        const double edge = y;
        for (int c = 0; c < detail->covers; c++) {
            const double part = fmin(round((double)detail->cover[c].band[b] * scale), y - panel->y);
            wb_fill(snapshot, &colour[c], x, y - part + 1, width, part - 1);
            y -= part;
        }
        if (detail->alone[b] > 0)
            wb_fill(snapshot, line, x, edge - 1, width, 2);
    }
}

static void draw_spectrum(GtkWidget *widget, GtkSnapshot *snapshot, const Panel *panel,
                          const GdkRGBA *own)
{
    const WbTrackDetail *detail = WB_TRACK_DETAIL(widget);
    const GdkRGBA *cut = &wb_palette(widget)[WB_COLOUR_CUT];
    const GdkRGBA faint = wb_palette_faded(cut, 0.35);
    for (int b = 0; b < WB_BANDS; b++) {
        const double x = band_x(panel, b), width = band_x(panel, b + 1) - x - 1;
        const double part = ((double)detail->level_db[b] - WB_CARVE_VIEW_BOTTOM_DB) /
                            (WB_CARVE_VIEW_TOP_DB - WB_CARVE_VIEW_BOTTOM_DB);
        const double height = round(CLAMP(part, 0, 1) * panel->height);
        const double depth =
            round(fmin((double)detail->cut_db[b] / WB_CARVE_VIEW_DEEPEST_DB, 1) * panel->height);
        wb_fill(snapshot, own, x, panel->y + panel->height - height, width, height);
        wb_fill(snapshot, &faint, x, panel->y, width + 1, depth - 2);
        if (depth > 0)
            wb_fill(snapshot, cut, x, panel->y + fmax(depth - 2, 0), width + 1, fmin(depth, 2));
    }
}

static void draw_legend_line(GtkWidget *widget, GtkSnapshot *snapshot, const GdkRGBA *chip,
                             const char *name, double share, double x, double y)
{
    const GdkRGBA *text = &wb_palette(widget)[WB_COLOUR_TEXT];
    g_autofree char *percent = g_strdup_printf(_("%.0f %%"), 100 * share);
    g_autoptr(PangoLayout) layout = wb_small_text(widget, name, TEXT_SCALE);
    pango_layout_set_width(layout, (LEGEND_WIDTH - 84) * PANGO_SCALE);
    pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_MIDDLE);
    wb_fill(snapshot, chip, x, y - 5, 10, 10);
    wb_put_text(snapshot, layout, text, x + 18, y, WB_ALIGN_START);
    draw_text(widget, snapshot, WB_COLOUR_TEXT, percent, x + LEGEND_WIDTH - 20, y, WB_ALIGN_END);
}

/* In the order of the stack: what is heard below. */
static void draw_legend(GtkWidget *widget, GtkSnapshot *snapshot, const Panel *panel,
                        const Name *name, const GdkRGBA *own)
{
    const WbTrackDetail *detail = WB_TRACK_DETAIL(widget);
    const double x = panel->x + panel->width + 16;
    const double line = CLAMP(panel->height / (COVERS + 2), 16, 24);
    double y = panel->y + panel->height - line / 2;
    draw_legend_line(widget, snapshot, own, name->name, detail->heard.clarity, x, y);
    for (int c = 0; c < detail->covers; c++) {
        const Cover *cover = &detail->cover[c];
        const GdkRGBA chip = cover_colour(widget, cover);
        if (cover->cost < COVER_WORTH / 2)
            continue;
        y -= line;
        draw_legend_line(widget, snapshot, &chip,
                         cover->track == WB_NO_TRACK ? _("others")
                                                     : detail->name[cover->track].name,
                         cover->cost, x, y);
    }
}

static void snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    WbTrackDetail *detail = WB_TRACK_DETAIL(widget);
    const Panels panels = lay_out(gtk_widget_get_width(widget), gtk_widget_get_height(widget));
    wb_backdrop_put(&detail->backdrop, widget, snapshot, draw_titles);
    const Name *name = name_of(detail, detail->id);
    if (!name) {
        draw_text(widget, snapshot, WB_COLOUR_DIM, _("Select a track to see what covers it"),
                  panels.loudness.x + panels.loudness.width / 2,
                  panels.loudness.y + panels.loudness.height / 2, WB_ALIGN_CENTRE);
        return;
    }
    const GdkRGBA own = wb_palette_visible(widget, name->rgb);
    draw_loudness(widget, snapshot, &panels.loudness, &own);
    draw_legend(widget, snapshot, &panels.loudness, name, &own);
    draw_spectrum(widget, snapshot, &panels.spectrum, &own);
    if (!detail->taken)
        draw_text(widget, snapshot, WB_COLOUR_DIM, _("Nothing in the last 30 seconds"),
                  panels.strip.x + panels.strip.width / 2, panels.strip.y + panels.strip.height / 2,
                  WB_ALIGN_CENTRE);
    else if (detail->strip)
        gtk_snapshot_append_texture(
            snapshot, detail->strip,
            &GRAPHENE_RECT_INIT((float)panels.strip.x, (float)panels.strip.y,
                                (float)panels.strip.width, (float)panels.strip.height));
}

/* ---- contents ---- */

static void drop_names(WbTrackDetail *detail)
{
    for (size_t t = 0; t < detail->tracks; t++)
        g_free(detail->name[t].name);
    g_clear_pointer(&detail->name, g_free);
    detail->tracks = 0;
}

void wb_track_detail_set_tracks(WbTrackDetail *detail, size_t tracks, const WbMatrixTrack track[])
{
    drop_names(detail);
    detail->name = g_new0(Name, tracks + 1);
    detail->tracks = tracks;
    for (size_t t = 0; t < tracks; t++)
        detail->name[t] =
            (Name){.id = track[t].id, .rgb = track[t].rgb, .name = g_strdup(track[t].name)};
    detail->covers = 0;
    if (!name_of(detail, detail->id))
        detail->id = 0;
    gtk_widget_queue_draw(GTK_WIDGET(detail));
}

static void forget_moment(WbTrackDetail *detail)
{
    detail->covers = 0;
    detail->full = 0;
    g_clear_object(&detail->strip);
    for (int b = 0; b < WB_BANDS; b++) {
        detail->alone[b] = detail->cut_db[b] = 0;
        detail->level_db[b] = -INFINITY;
    }
}

void wb_track_detail_show(WbTrackDetail *detail, unsigned id)
{
    if (id == detail->id)
        return;
    detail->id = id;
    forget_moment(detail);
    const Name *name = name_of(detail, id);
    gtk_accessible_update_property(GTK_ACCESSIBLE(detail), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                   name ? name->name : _("Nothing is selected"), -1);
    gtk_widget_queue_draw(GTK_WIDGET(detail));
}

void wb_track_detail_remember(WbTrackDetail *detail, unsigned id, const float cut_db[WB_BANDS])
{
    wb_carve_history_add(detail->history, id, cut_db);
}

static int by_cost(const void *a, const void *b)
{
    const double one = ((const Cover *)a)->cost, two = ((const Cover *)b)->cost;
    return (one < two) - (one > two);
}

/* The costliest first, the small ones together as the last. */
static void read_covers(WbTrackDetail *detail, const WbMasking *masking, size_t masked)
{
    g_autofree Cover *all = g_new(Cover, detail->tracks + 1);
    size_t count = 0;
    for (size_t t = 0; t < detail->tracks; t++) {
        const size_t masker = wb_masking_find(masking, detail->name[t].id);
        if (masker == WB_NO_TRACK || masker == masked)
            continue;
        Cover *cover = &all[count++];
        cover->track = t;
        cover->cost = wb_masking_pair(masking, masked, masker).cost;
        wb_masking_pair_bands(masking, masked, masker, cover->band);
    }
    if (count > 0)
        qsort(all, count, sizeof *all, by_cost);
    Cover others = {.track = WB_NO_TRACK};
    detail->covers = 0;
    for (size_t c = 0; c < count; c++) {
        if (detail->covers < COVERS && all[c].cost >= COVER_WORTH) {
            detail->cover[detail->covers++] = all[c];
            continue;
        }
        others.cost += all[c].cost;
        for (int b = 0; b < WB_BANDS; b++)
            others.band[b] += all[c].band[b];
    }
    if (others.cost > 0)
        detail->cover[detail->covers++] = others;
}

static void scale_to_fit(WbTrackDetail *detail)
{
    double loudest = LOUDEST_BAND;
    for (int b = 0; b < WB_BANDS; b++)
        loudest = fmax(loudest, (double)detail->alone[b]);
    loudest *= 1.05;
    detail->full += (detail->full > 0 ? RISE : 1) * (loudest - detail->full);
}

void wb_track_detail_update(WbTrackDetail *detail, const WbMasking *masking,
                            const float power[WB_BANDS], const float cut_db[WB_BANDS])
{
    wb_carve_history_sweep(detail->history);
    const size_t masked = wb_masking_find(masking, detail->id);
    if (masked == WB_NO_TRACK || !name_of(detail, detail->id) ||
        !gtk_widget_get_mapped(GTK_WIDGET(detail)))
        return;
    detail->heard = wb_masking_track(masking, masked);
    wb_masking_track_bands(masking, masked, detail->alone);
    read_covers(detail, masking, masked);
    scale_to_fit(detail);
    for (int b = 0; power && b < WB_BANDS; b++) {
        detail->level_db[b] = 10 * log10f(fmaxf(power[b], 1e-20F));
        detail->cut_db[b] = cut_db[b];
    }
    const GdkRGBA *palette = wb_palette(GTK_WIDGET(detail));
    g_clear_object(&detail->strip);
    detail->strip = wb_carve_history_picture(detail->history, detail->id, &palette[WB_COLOUR_WELL],
                                             &palette[WB_COLOUR_CUT]);
    detail->taken = wb_carve_history_any(detail->history, detail->id);
    gtk_widget_queue_draw(GTK_WIDGET(detail));
}

/* ---- life ---- */

static void css_changed(GtkWidget *widget, GtkCssStyleChange *change)
{
    GTK_WIDGET_CLASS(wb_track_detail_parent_class)->css_changed(widget, change);
    wb_backdrop_clear(&WB_TRACK_DETAIL(widget)->backdrop);
}

static void finalize(GObject *object)
{
    WbTrackDetail *detail = WB_TRACK_DETAIL(object);
    drop_names(detail);
    g_clear_object(&detail->strip);
    wb_backdrop_clear(&detail->backdrop);
    wb_carve_history_free(detail->history);
    G_OBJECT_CLASS(wb_track_detail_parent_class)->finalize(object);
}

static void wb_track_detail_class_init(WbTrackDetailClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);
    G_OBJECT_CLASS(class)->finalize = finalize;
    widget_class->measure = measure;
    widget_class->snapshot = snapshot;
    widget_class->css_changed = css_changed;
    gtk_widget_class_set_css_name(widget_class, "trackdetail");
    gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void wb_track_detail_init(WbTrackDetail *detail)
{
    detail->history = wb_carve_history_new();
    forget_moment(detail);
    gtk_widget_set_overflow(GTK_WIDGET(detail), GTK_OVERFLOW_HIDDEN);
    gtk_accessible_update_property(GTK_ACCESSIBLE(detail), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("What covers the selected track"), -1);
}

GtkWidget *wb_track_detail_new(void)
{
    return g_object_new(WB_TYPE_TRACK_DETAIL, NULL);
}
