/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gui/masking_page.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gui/masking_advice.h"
#include "gui/masking_controls.h"
#include "gui/masking_matrix.h"
#include "gui/track_detail.h"

#define STEP_US 95000 /* a little less than a tenth of a second, of a clock of 30 Hz */
#define MATRIX_EVERY 2
#define MARGIN 12
#define MATRIX_WIDTH 700 /* at first */

struct _WbMaskingPage {
    GtkWidget parent;
    WbDesk *desk;
    GtkWidget *paned;
    WbMaskingMatrix *matrix;
    WbMaskingControls *controls;
    WbTrackDetail *detail;
    unsigned masked, masker; /* masker 0: whoever costs it most */
    gint64 updated;
    unsigned steps;
};

G_DEFINE_FINAL_TYPE(WbMaskingPage, wb_masking_page, GTK_TYPE_WIDGET)

static unsigned costliest(WbMaskingPage *page, const WbMasking *masking)
{
    const size_t masked = wb_masking_find(masking, page->masked);
    if (masked == WB_NO_TRACK)
        return 0;
    const size_t worst = wb_masking_track(masking, masked).worst;
    return worst == WB_NO_TRACK ? 0 : wb_masking_id(masking, worst);
}

/* Whom the controls are about: who was chosen, or else who costs most now; but nobody else while
 * the hand is on them. */
static void show_pair(WbMaskingPage *page)
{
    WbLive *live = wb_desk_live(page->desk);
    unsigned masker = page->masker;
    if (masker == 0 && live)
        masker = costliest(page, wb_live_masking(live));
    wb_masking_matrix_select(page->matrix, page->masked, masker);
    wb_track_detail_show(page->detail, page->masked);
    wb_masking_controls_show(page->controls, page->masked, masker);
}

static void follow_document(WbMaskingPage *page)
{
    const WbSession *session = wb_desk_session(page->desk);
    const guint tracks = session ? session->tracks->len : 0;
    g_autofree WbMatrixTrack *track = g_new0(WbMatrixTrack, tracks + 1);
    for (guint t = 0; t < tracks; t++) {
        const WbTrack *of = session->tracks->pdata[t];
        track[t] =
            (WbMatrixTrack){.id = of->id, .name = of->name, .rgb = of->colour, .role = of->role};
    }
    wb_masking_matrix_set_tracks(page->matrix, tracks, track);
    wb_track_detail_set_tracks(page->detail, tracks, track);
    if (!wb_desk_track(page->desk, page->masked))
        page->masked = page->masker = 0;
    if (!wb_desk_track(page->desk, page->masker))
        page->masker = 0;
    show_pair(page);
}

static void follow_selection(WbMaskingPage *page)
{
    const unsigned current = wb_desk_current(page->desk);
    if (current == 0 || current == page->masked)
        return;
    page->masked = current;
    page->masker = 0;
    show_pair(page);
}

static void pair_selected(WbMaskingPage *page, unsigned masked, unsigned masker)
{
    page->masked = masked;
    page->masker = masker;
    wb_desk_select(page->desk, masked, WB_SELECT_ONLY);
    show_pair(page);
}

static void pair_menu(WbMaskingPage *page, unsigned masked, unsigned masker, double x, double y)
{
    (void)masked, (void)masker;
    wb_masking_controls_pop_up(page->controls, GTK_WIDGET(page->matrix), x, y);
}

void wb_masking_page_show(WbMaskingPage *page, unsigned id)
{
    if (!wb_desk_track(page->desk, id))
        return;
    page->masked = id;
    page->masker = 0;
    show_pair(page);
}

void wb_masking_page_update(WbMaskingPage *page)
{
    WbLive *live = wb_desk_live(page->desk);
    const gint64 now = g_get_monotonic_time();
    if (!live || now - page->updated < STEP_US)
        return;
    page->updated = now;
    const WbSession *session = wb_live_session(live);
    const WbMasking *masking = wb_live_masking(live);
    const WbMixReading *mix = wb_desk_mix_reading(page->desk);
    const bool stands = mix->lookahead && mix->transport != WB_TRANSPORT_ROLLING;
    const WbTrackReading *shown = NULL;
    for (guint t = 0; t < session->tracks->len; t++) {
        const WbTrack *track = session->tracks->pdata[t];
        const WbTrackReading *reading = wb_desk_track_reading(page->desk, track->id);
        if (!reading)
            continue;
        if (!stands)
            wb_track_detail_remember(page->detail, track->id, reading->cut_db);
        if (track->id == page->masked)
            shown = reading;
    }
    wb_track_detail_update(page->detail, masking, shown ? shown->power : NULL,
                           shown ? shown->cut_db : NULL);
    if (!gtk_widget_get_mapped(GTK_WIDGET(page)))
        return;
    if (page->steps++ % MATRIX_EVERY)
        return;
    wb_masking_matrix_update(page->matrix, masking);
    if (!page->masker && !wb_masking_controls_in_hand(page->controls))
        show_pair(page);
    wb_masking_controls_update(page->controls, masking);
}

static void dispose(GObject *object)
{
    WbMaskingPage *page = WB_MASKING_PAGE(object);
    g_clear_pointer(&page->paned, gtk_widget_unparent);
    g_clear_object(&page->desk);
    G_OBJECT_CLASS(wb_masking_page_parent_class)->dispose(object);
}

static void wb_masking_page_class_init(WbMaskingPageClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);
    G_OBJECT_CLASS(class)->dispose = dispose;
    gtk_widget_class_set_layout_manager_type(widget_class, GTK_TYPE_BIN_LAYOUT);
    gtk_widget_class_set_css_name(widget_class, "maskingpage");
    gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void wb_masking_page_init(WbMaskingPage *page)
{
    page->paned = gtk_paned_new(GTK_ORIENTATION_HORIZONTAL);
    gtk_widget_set_parent(page->paned, GTK_WIDGET(page));
    gtk_accessible_update_property(GTK_ACCESSIBLE(page), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Masking"), -1);
}

GtkWidget *wb_masking_page_new(WbDesk *desk)
{
    WbMaskingPage *page = g_object_new(WB_TYPE_MASKING_PAGE, NULL);
    page->desk = g_object_ref(desk);
    page->detail = WB_TRACK_DETAIL(wb_track_detail_new());
    page->controls = WB_MASKING_CONTROLS(wb_masking_controls_new(desk, GTK_WIDGET(page)));

    GtkPaned *paned = GTK_PANED(page->paned);
    GtkWidget *matrix = wb_masking_matrix_new_scrolled(&page->matrix);
    gtk_paned_set_start_child(paned, matrix);
    gtk_paned_set_position(paned, MATRIX_WIDTH);
    gtk_paned_set_shrink_end_child(paned, FALSE);
    GtkWidget *side = gtk_box_new(GTK_ORIENTATION_VERTICAL, MARGIN);
    gtk_widget_set_margin_start(side, MARGIN);
    gtk_widget_set_margin_end(side, MARGIN);
    gtk_widget_set_margin_top(side, MARGIN);
    gtk_widget_set_margin_bottom(side, MARGIN);
    gtk_box_append(GTK_BOX(side), GTK_WIDGET(page->controls));
    gtk_widget_set_vexpand(GTK_WIDGET(page->detail), TRUE);
    gtk_widget_set_hexpand(GTK_WIDGET(page->detail), TRUE);
    gtk_box_append(GTK_BOX(side), GTK_WIDGET(page->detail));
    gtk_paned_set_end_child(paned, side);

    g_signal_connect_swapped(page->matrix, "selected", G_CALLBACK(pair_selected), page);
    g_signal_connect_swapped(page->matrix, "menu", G_CALLBACK(pair_menu), page);
    g_signal_connect_object(desk, "changed", G_CALLBACK(follow_document), page, G_CONNECT_SWAPPED);
    g_signal_connect_object(desk, "selection", G_CALLBACK(follow_selection), page,
                            G_CONNECT_SWAPPED);
    follow_document(page);
    follow_selection(page);
    return GTK_WIDGET(page);
}
