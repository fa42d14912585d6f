/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gui/masking_matrix.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gui/clarity.h"
#include "gui/drawing.h"
#include "gui/palette.h"

#define NAMES_WIDTH 176  /* of the row headings */
#define NAMES_HEIGHT 104 /* of the column headings */
#define CELL_WIDTH 32    /* at least; and at most, where there is room */
#define CELL_WIDTH_MOST 60
#define CELL_HEIGHT 22
#define CELL_HEIGHT_MOST 38
#define SLANT_ROOM 52   /* for the last column's name */
#define SHOWN_PERCENT 2 /* cells with less stay empty */
#define MANY 20         /* tracks, of which only the greater numbers are shown: */
#define SHOWN_OF_MANY 5
#define SLANT (-50) /* degrees, of the column headings */
#define TEXT_SCALE 0.86
#define CHIP 8
#define MARK_WIDTH 5
#define MARK_HEIGHT 2

typedef struct {
    int percent, band;
    bool covers;
    double seconds, cost;
} Cell;

typedef struct {
    unsigned id, rgb;
    char *name;
    WbRole role;
    WbHeard heard;
} Line;

struct _WbMaskingMatrix {
    GtkWidget parent;
    size_t tracks;
    Line *line;
    Cell *cell;              /* [masked][masker] */
    unsigned masked, masker; /* selected */
    GtkAdjustment *across, *down;
    WbBackdrop rows, columns;
    PangoLayout *number[101];
};

G_DEFINE_FINAL_TYPE(WbMaskingMatrix, wb_masking_matrix, GTK_TYPE_WIDGET)

enum { SELECTED, ACTIVATED, MENU, SIGNALS };
static guint signals[SIGNALS];

/* ---- geometry ---- */

static int share_of(const WbMaskingMatrix *matrix, int room, int least, int most)
{
    return matrix->tracks > 0 ? CLAMP(room / (int)matrix->tracks, least, most) : least;
}

static int cell_width(const WbMaskingMatrix *matrix)
{
    const int room = gtk_widget_get_width((GtkWidget *)matrix) - NAMES_WIDTH - SLANT_ROOM;
    return share_of(matrix, room, CELL_WIDTH, CELL_WIDTH_MOST);
}

static int cell_height(const WbMaskingMatrix *matrix)
{
    const int room = gtk_widget_get_height((GtkWidget *)matrix) - NAMES_HEIGHT;
    return share_of(matrix, room, CELL_HEIGHT, CELL_HEIGHT_MOST);
}

static int scrolled(GtkAdjustment *adjustment)
{
    return adjustment ? (int)gtk_adjustment_get_value(adjustment) : 0;
}

static void measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                    int *natural, int *minimum_baseline, int *natural_baseline)
{
    const WbMaskingMatrix *matrix = WB_MASKING_MATRIX(widget);
    (void)for_size;
    *minimum_baseline = *natural_baseline = -1;
    const int tracks = (int)matrix->tracks;
    *minimum = *natural = orientation == GTK_ORIENTATION_VERTICAL
                              ? NAMES_HEIGHT + tracks * CELL_HEIGHT
                              : NAMES_WIDTH + tracks * CELL_WIDTH + SLANT_ROOM;
}

/* -1: a heading. False if there is nothing. */
static bool find_cell(const WbMaskingMatrix *matrix, double x, double y, int *row, int *column)
{
    *row = y < NAMES_HEIGHT + scrolled(matrix->down)
               ? -1
               : (int)(y - NAMES_HEIGHT) / cell_height(matrix);
    *column = x < NAMES_WIDTH + scrolled(matrix->across)
                  ? -1
                  : (int)(x - NAMES_WIDTH) / cell_width(matrix);
    return (*row >= 0 || *column >= 0) && *row < (int)matrix->tracks &&
           *column < (int)matrix->tracks;
}

static int index_of(const WbMaskingMatrix *matrix, unsigned id)
{
    for (size_t t = 0; t < matrix->tracks; t++)
        if (matrix->line[t].id == id)
            return (int)t;
    return -1;
}

/* ---- drawing ---- */

static void draw_chip(GtkWidget *widget, GtkSnapshot *snapshot, const Line *line, double x,
                      double y)
{
    const GdkRGBA colour = wb_palette_visible(widget, line->rgb);
    wb_fill(snapshot, &colour, x, y - (double)CHIP / 2, CHIP, CHIP);
}

static void draw_row_names(GtkWidget *widget, GtkSnapshot *snapshot, int width, int height)
{
    const WbMaskingMatrix *matrix = WB_MASKING_MATRIX(widget);
    const GdkRGBA *palette = wb_palette(widget);
    const int each = cell_height(matrix);
    (void)width;
    wb_fill(snapshot, &palette[WB_COLOUR_WELL], 0, 0, NAMES_WIDTH, height);
    for (size_t t = 0; t < matrix->tracks; t++) {
        const Line *line = &matrix->line[t];
        const double y = NAMES_HEIGHT + ((double)t + 0.5) * each;
        wb_fill(snapshot, &palette[wb_palette_role(line->role)], 0, y - each / 2.0 + 1, 4,
                each - 2);
        draw_chip(widget, snapshot, line, 10, y);
        g_autoptr(PangoLayout) text = wb_small_text(widget, line->name, TEXT_SCALE);
        pango_layout_set_width(text, (NAMES_WIDTH - 50) * PANGO_SCALE);
        pango_layout_set_ellipsize(text, PANGO_ELLIPSIZE_MIDDLE);
        wb_put_text(snapshot, text, &palette[WB_COLOUR_TEXT], 24, y, WB_ALIGN_START);
    }
}

static void draw_column_names(GtkWidget *widget, GtkSnapshot *snapshot, int width, int height)
{
    const WbMaskingMatrix *matrix = WB_MASKING_MATRIX(widget);
    const GdkRGBA *palette = wb_palette(widget);
    const int each = cell_width(matrix);
    (void)height;
    wb_fill(snapshot, &palette[WB_COLOUR_WELL], 0, 0, width, NAMES_HEIGHT);
    for (size_t t = 0; t < matrix->tracks; t++) {
        const Line *line = &matrix->line[t];
        const double x = NAMES_WIDTH + ((double)t + 0.5) * each;
        const GdkRGBA colour = wb_palette_visible(widget, line->rgb);
        wb_fill(snapshot, &colour, x - each / 2.0 + 1, NAMES_HEIGHT - 4, each - 2, 3);
        g_autoptr(PangoLayout) text = wb_small_text(widget, line->name, TEXT_SCALE);
        pango_layout_set_width(text, (NAMES_HEIGHT + 10) * PANGO_SCALE);
        pango_layout_set_ellipsize(text, PANGO_ELLIPSIZE_MIDDLE);
        gtk_snapshot_save(snapshot);
        gtk_snapshot_translate(snapshot, &GRAPHENE_POINT_INIT((float)x - 4, NAMES_HEIGHT - 12));
        gtk_snapshot_rotate(snapshot, SLANT);
        wb_put_text(snapshot, text, &palette[WB_COLOUR_TEXT], 0, 0, WB_ALIGN_START);
        gtk_snapshot_restore(snapshot);
    }
}

static PangoLayout *number(WbMaskingMatrix *matrix, int percent)
{
    if (!matrix->number[percent]) {
        g_autofree char *text = g_strdup_printf("%d", percent);
        matrix->number[percent] = wb_small_text(GTK_WIDGET(matrix), text, TEXT_SCALE);
    }
    return matrix->number[percent];
}

static void draw_cell(WbMaskingMatrix *matrix, GtkSnapshot *snapshot, const GdkRGBA *palette,
                      size_t row, size_t column)
{
    const Cell *cell = &matrix->cell[row * matrix->tracks + column];
    const int width = cell_width(matrix), height = cell_height(matrix);
    const double x = NAMES_WIDTH + (double)column * width, y = NAMES_HEIGHT + (double)row * height;
    const bool own = row == column, silent = matrix->line[row].heard == WB_HEARD_SILENT;
    const GdkRGBA *ground = &palette[WB_COLOUR_WELL];
    GdkRGBA colour = wb_palette_blend(ground, &palette[WB_COLOUR_LINE], own ? 0.8 : 0.35);
    if (silent || (cell->percent < SHOWN_PERCENT && !own)) {
        wb_fill(snapshot, &colour, x, y, width - 1, height - 1);
        return;
    }
    if (own)
        colour =
            wb_palette_blend(ground, &palette[WB_COLOUR_CLEAR], 0.15 + 0.5 * cell->percent / 100.0);
    else
        colour = wb_palette_blend(&colour, &palette[WB_COLOUR_MASKED],
                                  fmin(1.15 * sqrt(cell->percent / 100.0), 1));
    wb_fill(snapshot, &colour, x, y, width - 1, height - 1);
    const GdkRGBA ink = wb_palette_ink(&colour);
    if (cell->covers)
        wb_frame(snapshot, &palette[WB_COLOUR_TEXT], x, y, width - 1, height - 1, 1);
    if (!own && matrix->tracks > MANY && cell->percent < SHOWN_OF_MANY)
        return;
    wb_put_text(snapshot, number(matrix, cell->percent), &ink, x + width / 2.0 - 1,
                y + height / 2.0 - (own ? 0 : 1), WB_ALIGN_CENTRE);
    if (!own)
        wb_fill(snapshot, &ink,
                x + 3 + (int)((width - 7 - MARK_WIDTH) * cell->band / (WB_BANDS - 1.0)),
                y + height - MARK_HEIGHT - 3, MARK_WIDTH, MARK_HEIGHT);
}

static void draw_selection(WbMaskingMatrix *matrix, GtkSnapshot *snapshot, const GdkRGBA *palette)
{
    const int row = index_of(matrix, matrix->masked), column = index_of(matrix, matrix->masker);
    const int width = cell_width(matrix), height = cell_height(matrix),
              tracks = (int)matrix->tracks;
    const GdkRGBA *frame = &palette[WB_COLOUR_SELECTED];
    const GdkRGBA faint = wb_palette_faded(frame, 0.6);
    if (row >= 0)
        wb_frame(snapshot, &faint, NAMES_WIDTH - 1, NAMES_HEIGHT + row * height - 1,
                 tracks * width + 1, height + 1, 1);
    if (row >= 0 && column >= 0)
        wb_frame(snapshot, frame, NAMES_WIDTH + column * width - 1, NAMES_HEIGHT + row * height - 1,
                 width + 1, height + 1, 2);
}

static void draw_corner(WbMaskingMatrix *matrix, GtkSnapshot *snapshot, const GdkRGBA *palette)
{
    g_autoptr(PangoLayout) by = wb_small_text(GTK_WIDGET(matrix), _("masked by"), TEXT_SCALE);
    g_autoptr(PangoLayout) unit =
        wb_small_text(GTK_WIDGET(matrix), _("% of its loudness"), TEXT_SCALE);
    wb_fill(snapshot, &palette[WB_COLOUR_WELL], 0, 0, NAMES_WIDTH, NAMES_HEIGHT);
    wb_put_text(snapshot, by, &palette[WB_COLOUR_TEXT], NAMES_WIDTH - 14, NAMES_HEIGHT - 34,
                WB_ALIGN_END);
    wb_put_text(snapshot, unit, &palette[WB_COLOUR_DIM], NAMES_WIDTH - 14, NAMES_HEIGHT - 16,
                WB_ALIGN_END);
}

static void snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    WbMaskingMatrix *matrix = WB_MASKING_MATRIX(widget);
    const GdkRGBA *palette = wb_palette(widget);
    const float left = (float)scrolled(matrix->across), top = (float)scrolled(matrix->down);
    const int height = cell_height(matrix);
    wb_fill(snapshot, &palette[WB_COLOUR_WELL], 0, 0, gtk_widget_get_width(widget),
            gtk_widget_get_height(widget));
    for (size_t row = 0; row < matrix->tracks; row++)
        for (size_t column = 0; column < matrix->tracks; column++)
            draw_cell(matrix, snapshot, palette, row, column);
    draw_selection(matrix, snapshot, palette);
    gtk_snapshot_save(snapshot);
    gtk_snapshot_translate(snapshot, &GRAPHENE_POINT_INIT(left, 0));
    wb_backdrop_put(&matrix->rows, widget, snapshot, draw_row_names);
    for (size_t t = 0; t < matrix->tracks; t++)
        wb_clarity_draw(widget, snapshot, matrix->line[t].heard, matrix->line[t].role,
                        NAMES_WIDTH - 14, NAMES_HEIGHT + ((double)t + 0.5) * height, 5.5);
    gtk_snapshot_restore(snapshot);
    gtk_snapshot_save(snapshot);
    gtk_snapshot_translate(snapshot, &GRAPHENE_POINT_INIT(0, top));
    wb_backdrop_put(&matrix->columns, widget, snapshot, draw_column_names);
    gtk_snapshot_translate(snapshot, &GRAPHENE_POINT_INIT(left, 0));
    draw_corner(matrix, snapshot, palette);
    gtk_snapshot_restore(snapshot);
    if (gtk_widget_has_visible_focus(widget))
        wb_frame(snapshot, &palette[WB_COLOUR_SELECTED], left, top, 4, NAMES_HEIGHT, 2);
}

/* ---- contents ---- */

static bool same_tracks(const WbMaskingMatrix *matrix, size_t tracks, const WbMatrixTrack track[])
{
    if (tracks != matrix->tracks)
        return false;
    for (size_t t = 0; t < tracks; t++) {
        const Line *line = &matrix->line[t];
        if (line->id != track[t].id || line->rgb != track[t].rgb || line->role != track[t].role ||
            strcmp(line->name, track[t].name) != 0)
            return false;
    }
    return true;
}

static void drop_tracks(WbMaskingMatrix *matrix)
{
    for (size_t t = 0; t < matrix->tracks; t++)
        g_free(matrix->line[t].name);
    g_clear_pointer(&matrix->line, g_free);
    g_clear_pointer(&matrix->cell, g_free);
    matrix->tracks = 0;
}

static void forget_drawing(WbMaskingMatrix *matrix)
{
    wb_backdrop_clear(&matrix->rows);
    wb_backdrop_clear(&matrix->columns);
    for (size_t i = 0; i < G_N_ELEMENTS(matrix->number); i++)
        g_clear_object(&matrix->number[i]);
}

void wb_masking_matrix_set_tracks(WbMaskingMatrix *matrix, size_t tracks,
                                  const WbMatrixTrack track[])
{
    if (same_tracks(matrix, tracks, track))
        return;
    Line *line = g_new0(Line, tracks + 1);
    for (size_t t = 0; t < tracks; t++) {
        const int before = index_of(matrix, track[t].id);
        line[t] = (Line){.id = track[t].id,
                         .rgb = track[t].rgb,
                         .name = g_strdup(track[t].name),
                         .role = track[t].role,
                         .heard = before >= 0 ? matrix->line[before].heard : WB_HEARD_SILENT};
    }
    drop_tracks(matrix);
    matrix->line = line;
    matrix->cell = g_new0(Cell, tracks * tracks + 1);
    matrix->tracks = tracks;
    if (index_of(matrix, matrix->masked) < 0)
        matrix->masked = 0;
    if (index_of(matrix, matrix->masker) < 0)
        matrix->masker = 0;
    forget_drawing(matrix);
    gtk_widget_queue_resize(GTK_WIDGET(matrix));
    gtk_widget_queue_draw(GTK_WIDGET(matrix));
}

static char *sentence(const WbMaskingMatrix *matrix, int row, int column)
{
    const Cell *cell = &matrix->cell[(size_t)row * matrix->tracks + (size_t)column];
    const char *masked = matrix->line[row].name;
    if (row == column)
        return g_strdup_printf(_("%s: %s in the mix, with %d %% of its own loudness"), masked,
                               wb_clarity_word(matrix->line[row].heard), cell->percent);
    const WbMaskingPair pair = {.cost = cell->cost,
                                .worst_band = cell->band,
                                .covers = cell->covers,
                                .seconds = cell->seconds};
    char *text = wb_masking_sentence(&pair, masked, matrix->line[column].name);
    return text ? text
                : g_strdup_printf(_("%s leaves %s alone"), matrix->line[column].name, masked);
}

static void tell(WbMaskingMatrix *matrix)
{
    const int row = index_of(matrix, matrix->masked), column = index_of(matrix, matrix->masker);
    g_autofree char *text = NULL;
    if (row >= 0)
        text = sentence(matrix, row, column >= 0 ? column : row);
    gtk_accessible_update_property(GTK_ACCESSIBLE(matrix), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                   text ? text : _("Nothing is selected"), -1);
}

static Cell read_cell(const WbMasking *masking, size_t masked, size_t masker)
{
    if (masked == masker) {
        const double clarity = wb_masking_track(masking, masked).clarity;
        return (Cell){.percent = (int)lround(100 * clarity), .cost = 1 - clarity};
    }
    const WbMaskingPair pair = wb_masking_pair(masking, masked, masker);
    return (Cell){.percent = (int)lround(100 * pair.cost),
                  .band = pair.worst_band,
                  .covers = pair.covers,
                  .seconds = pair.seconds,
                  .cost = pair.cost};
}

void wb_masking_matrix_update(WbMaskingMatrix *matrix, const WbMasking *masking)
{
    bool change = false;
    for (size_t row = 0; row < matrix->tracks; row++) {
        Line *line = &matrix->line[row];
        const size_t masked = wb_masking_find(masking, line->id);
        if (masked == WB_NO_TRACK)
            continue;
        const WbHeard heard = wb_masking_track(masking, masked).heard;
        change |= heard != line->heard;
        line->heard = heard;
        for (size_t column = 0; column < matrix->tracks; column++) {
            const size_t masker = wb_masking_find(masking, matrix->line[column].id);
            if (masker == WB_NO_TRACK)
                continue;
            Cell *cell = &matrix->cell[row * matrix->tracks + column];
            const Cell now = read_cell(masking, masked, masker);
            change |= now.percent != cell->percent || now.covers != cell->covers ||
                      (now.band != cell->band && now.percent >= SHOWN_PERCENT);
            *cell = now;
        }
    }
    if (change)
        gtk_widget_queue_draw(GTK_WIDGET(matrix));
}

/* ---- selection ---- */

void wb_masking_matrix_select(WbMaskingMatrix *matrix, unsigned masked, unsigned masker)
{
    if (masked == matrix->masked && masker == matrix->masker)
        return;
    matrix->masked = masked;
    matrix->masker = masker;
    tell(matrix);
    gtk_widget_queue_draw(GTK_WIDGET(matrix));
}

void wb_masking_matrix_selected(WbMaskingMatrix *matrix, unsigned *masked, unsigned *masker)
{
    *masked = matrix->masked;
    *masker = matrix->masker;
}

static void choose(WbMaskingMatrix *matrix, int row, int column)
{
    /* The head of a column is that track as one that is masked, like the diagonal. */
    const int masked = row >= 0 ? row : column;
    const unsigned masker = row >= 0 && column >= 0 && column != row ? matrix->line[column].id : 0;
    wb_masking_matrix_select(matrix, matrix->line[masked].id, masker);
    g_signal_emit(matrix, signals[SELECTED], 0, matrix->masked, matrix->masker);
}

static void pressed(GtkGestureClick *gesture, int presses, double x, double y,
                    WbMaskingMatrix *matrix)
{
    int row, column;
    gtk_widget_grab_focus(GTK_WIDGET(matrix));
    if (!find_cell(matrix, x, y, &row, &column))
        return;
    choose(matrix, row, column);
    if (gtk_gesture_single_get_current_button(GTK_GESTURE_SINGLE(gesture)) == GDK_BUTTON_SECONDARY)
        g_signal_emit(matrix, signals[MENU], 0, matrix->masked, matrix->masker, x, y);
    else if (presses == 2)
        g_signal_emit(matrix, signals[ACTIVATED], 0, matrix->masked, matrix->masker);
}

static gboolean key_pressed(GtkEventControllerKey *controller, guint key, guint code,
                            GdkModifierType state, WbMaskingMatrix *matrix)
{
    (void)controller, (void)code, (void)state;
    const int last = (int)matrix->tracks - 1;
    int row = index_of(matrix, matrix->masked), column = index_of(matrix, matrix->masker);
    if (last < 0)
        return GDK_EVENT_PROPAGATE;
    if (column < 0)
        column = MAX(row, 0);
    switch (key) {
    case GDK_KEY_Up:
        row--;
        break;
    case GDK_KEY_Down:
        row++;
        break;
    case GDK_KEY_Left:
        column--;
        break;
    case GDK_KEY_Right:
        column++;
        break;
    case GDK_KEY_Home:
        column = 0;
        break;
    case GDK_KEY_End:
        column = last;
        break;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
        if (matrix->masked)
            g_signal_emit(matrix, signals[ACTIVATED], 0, matrix->masked, matrix->masker);
        return GDK_EVENT_STOP;
    case GDK_KEY_Menu:
        if (matrix->masked)
            g_signal_emit(matrix, signals[MENU], 0, matrix->masked, matrix->masker,
                          NAMES_WIDTH + (column + 0.5) * cell_width(matrix),
                          NAMES_HEIGHT + (row + 0.5) * cell_height(matrix));
        return GDK_EVENT_STOP;
    default:
        return GDK_EVENT_PROPAGATE;
    }
    choose(matrix, CLAMP(row, 0, last), CLAMP(column, 0, last));
    return GDK_EVENT_STOP;
}

static gboolean query_tooltip(GtkWidget *widget, int x, int y, gboolean by_keyboard,
                              GtkTooltip *tooltip)
{
    const WbMaskingMatrix *matrix = WB_MASKING_MATRIX(widget);
    int row, column;
    if (by_keyboard || !find_cell(matrix, x, y, &row, &column))
        return FALSE;
    row = row < 0 ? column : row;
    column = column < 0 ? row : column;
    g_autofree char *text = sentence(matrix, row, column);
    gtk_tooltip_set_text(tooltip, text);
    return TRUE;
}

/* ---- life ---- */

static void css_changed(GtkWidget *widget, GtkCssStyleChange *change)
{
    GTK_WIDGET_CLASS(wb_masking_matrix_parent_class)->css_changed(widget, change);
    forget_drawing(WB_MASKING_MATRIX(widget));
}

static void dispose(GObject *object)
{
    WbMaskingMatrix *matrix = WB_MASKING_MATRIX(object);
    g_clear_object(&matrix->across);
    g_clear_object(&matrix->down);
    G_OBJECT_CLASS(wb_masking_matrix_parent_class)->dispose(object);
}

static void finalize(GObject *object)
{
    WbMaskingMatrix *matrix = WB_MASKING_MATRIX(object);
    drop_tracks(matrix);
    forget_drawing(matrix);
    G_OBJECT_CLASS(wb_masking_matrix_parent_class)->finalize(object);
}

static void wb_masking_matrix_class_init(WbMaskingMatrixClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);
    const GType type = G_TYPE_FROM_CLASS(class);
    G_OBJECT_CLASS(class)->dispose = dispose;
    G_OBJECT_CLASS(class)->finalize = finalize;
    widget_class->measure = measure;
    widget_class->snapshot = snapshot;
    widget_class->query_tooltip = query_tooltip;
    widget_class->css_changed = css_changed;
    gtk_widget_class_set_css_name(widget_class, "maskingmatrix");
    gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_IMG);
    signals[SELECTED] = g_signal_new("selected", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
    signals[ACTIVATED] = g_signal_new("activated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
    signals[MENU] = g_signal_new("menu", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                 4, G_TYPE_UINT, G_TYPE_UINT, G_TYPE_DOUBLE, G_TYPE_DOUBLE);
}

static void wb_masking_matrix_init(WbMaskingMatrix *matrix)
{
    GtkWidget *widget = GTK_WIDGET(matrix);
    GtkGesture *click = gtk_gesture_click_new();
    gtk_gesture_single_set_button(GTK_GESTURE_SINGLE(click), 0);
    g_signal_connect(click, "pressed", G_CALLBACK(pressed), matrix);
    gtk_widget_add_controller(widget, GTK_EVENT_CONTROLLER(click));
    GtkEventController *keys = gtk_event_controller_key_new();
    g_signal_connect(keys, "key-pressed", G_CALLBACK(key_pressed), matrix);
    gtk_widget_add_controller(widget, keys);
    gtk_widget_set_focusable(widget, TRUE);
    gtk_widget_set_has_tooltip(widget, TRUE);
    gtk_widget_set_overflow(widget, GTK_OVERFLOW_HIDDEN);
    gtk_accessible_update_property(GTK_ACCESSIBLE(matrix), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Who masks whom"), -1);
}

GtkWidget *wb_masking_matrix_new(void)
{
    return g_object_new(WB_TYPE_MASKING_MATRIX, NULL);
}

static void follow(WbMaskingMatrix *matrix, GtkAdjustment **of, GtkAdjustment *adjustment)
{
    *of = g_object_ref(adjustment);
    g_signal_connect_object(adjustment, "value-changed", G_CALLBACK(gtk_widget_queue_draw), matrix,
                            G_CONNECT_SWAPPED);
}

GtkWidget *wb_masking_matrix_new_scrolled(WbMaskingMatrix **matrix)
{
    GtkWidget *window = gtk_scrolled_window_new();
    *matrix = WB_MASKING_MATRIX(wb_masking_matrix_new());
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(window), GTK_WIDGET(*matrix));
    follow(*matrix, &(*matrix)->across,
           gtk_scrolled_window_get_hadjustment(GTK_SCROLLED_WINDOW(window)));
    follow(*matrix, &(*matrix)->down,
           gtk_scrolled_window_get_vadjustment(GTK_SCROLLED_WINDOW(window)));
    return window;
}
