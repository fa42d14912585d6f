/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything that is drawn by hand, in one window, with a session that plays on the dummy driver:
 * for looking at, and for pictures. Not installed.
 *
 *     gui/gallery SESSION [light|contrast] [masking] [track NUMBER] */
#include "config.h"

#include <gtk/gtk.h>
#include <math.h>
#include <string.h>

#include "gui/carve_view.h"
#include "gui/clarity.h"
#include "gui/desk.h"
#include "gui/masking_page.h"
#include "gui/meter_view.h"
#include "gui/overview.h"
#include "gui/palette.h"

#define UPDATE_MS 33

typedef struct {
    unsigned id;
    GtkWidget *meter, *carve, *sign;
} Strip;

typedef struct {
    const char *session;
    bool masking;
    unsigned track;
    WbDesk *desk;
    GArray *strips;
    GtkWidget *bus, *overview, *page;
} Gallery;

static GtkWidget *new_strip(const WbTrack *track, Strip *strip)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 4);
    strip->id = track->id;
    strip->carve = wb_carve_view_new();
    strip->meter = wb_meter_view_new(WB_SCALE_IEC);
    strip->sign = wb_clarity_new();
    wb_carve_view_set_colour(WB_CARVE_VIEW(strip->carve), track->colour);
    wb_meter_view_set_marks(WB_METER_VIEW(strip->meter), true);
    gtk_widget_set_halign(strip->meter, GTK_ALIGN_CENTER);
    gtk_widget_set_vexpand(strip->meter, TRUE);
    GtkWidget *name = gtk_label_new(track->name);
    gtk_label_set_ellipsize(GTK_LABEL(name), PANGO_ELLIPSIZE_END);
    gtk_box_append(GTK_BOX(box), name);
    gtk_box_append(GTK_BOX(box), strip->sign);
    gtk_box_append(GTK_BOX(box), strip->carve);
    gtk_box_append(GTK_BOX(box), strip->meter);
    return box;
}

static void fill_overview(Gallery *gallery)
{
    const WbSession *session = wb_desk_session(gallery->desk);
    g_autoptr(GArray) clips = g_array_new(FALSE, FALSE, sizeof(WbOverviewClip));
    const gint64 end = wb_desk_end(gallery->desk);
    for (guint t = 0; t < session->tracks->len; t++) {
        const WbTrack *track = session->tracks->pdata[t];
        for (guint c = 0; c < track->clips->len; c++) {
            const WbClip *of = track->clips->pdata[c];
            const WbOverviewClip clip = {t, track->colour, of->position,
                                         of->length ? of->position + of->length : end};
            g_array_append_val(clips, clip);
        }
    }
    wb_overview_set_clips(WB_OVERVIEW(gallery->overview), session->sample_rate, end,
                          session->tracks->len, clips->len, (const WbOverviewClip *)clips->data);
    wb_overview_set_loop(WB_OVERVIEW(gallery->overview), true, end / 4, end / 2);
}

static gboolean update(gpointer data)
{
    Gallery *gallery = data;
    const WbMasking *masking = wb_live_masking(wb_desk_live(gallery->desk));
    wb_desk_next_moment(gallery->desk);
    for (guint i = 0; i < gallery->strips->len; i++) {
        Strip *strip = &g_array_index(gallery->strips, Strip, i);
        const WbTrackReading *reading = wb_desk_track_reading(gallery->desk, strip->id);
        if (!reading)
            continue;
        wb_meter_view_set_levels(WB_METER_VIEW(strip->meter), reading->peak_db,
                                 reading->loudness_lufs);
        wb_carve_view_set(WB_CARVE_VIEW(strip->carve), reading->power, reading->cut_db);
        const WbMaskingTrack heard = wb_masking_track(masking, wb_masking_find(masking, strip->id));
        wb_clarity_set(WB_CLARITY(strip->sign), heard.heard, heard.clarity);
    }
    const WbMixReading *mix = wb_desk_mix_reading(gallery->desk);
    wb_meter_view_set_levels(WB_METER_VIEW(gallery->bus), mix->peak_db, mix->momentary_lufs);
    wb_overview_set_position(WB_OVERVIEW(gallery->overview), mix->position);
    wb_masking_page_update(WB_MASKING_PAGE(gallery->page));
    return G_SOURCE_CONTINUE;
}

static void locate(Gallery *gallery, gint64 frame)
{
    wb_live_locate(wb_desk_live(gallery->desk), frame);
}

static GtkWidget *new_strips(Gallery *gallery)
{
    const WbSession *session = wb_desk_session(gallery->desk);
    GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
    for (guint t = 0; t < session->tracks->len; t++) {
        Strip strip = {0};
        gtk_box_append(GTK_BOX(row), new_strip(session->tracks->pdata[t], &strip));
        g_array_append_val(gallery->strips, strip);
    }
    gallery->bus = wb_meter_view_new(WB_SCALE_K14);
    wb_meter_view_set_marks(WB_METER_VIEW(gallery->bus), true);
    gtk_box_append(GTK_BOX(row), gallery->bus);
    GtkWidget *scrolled = gtk_scrolled_window_new();
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scrolled), row);
    return scrolled;
}

static void activate(GtkApplication *application, Gallery *gallery)
{
    g_autoptr(GError) error = NULL;
    const WbLiveOptions options = {.driver = {.name = "dummy", .block = 512}};
    WbSession *session = wb_session_load(gallery->session, &error);
    gallery->desk = session ? wb_desk_new(session, &options, &error) : NULL;
    if (!gallery->desk)
        g_error("%s", error->message);
    wb_palette_install(gdk_display_get_default());
    GtkWidget *window = gtk_application_window_new(application);
    gtk_window_set_default_size(GTK_WINDOW(window), 1560, 920);
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 8);
    gtk_window_set_child(GTK_WINDOW(window), box);
    gallery->strips = g_array_new(FALSE, FALSE, sizeof(Strip));
    gallery->overview = wb_overview_new();
    gallery->page = wb_masking_page_new(gallery->desk);
    gtk_box_append(GTK_BOX(box), gallery->overview);
    GtkWidget *strips = g_object_ref_sink(new_strips(gallery));
    GtkWidget *shown = gallery->masking ? gallery->page : strips;
    g_object_ref_sink(gallery->page);
    gtk_widget_set_vexpand(shown, TRUE);
    gtk_box_append(GTK_BOX(box), shown);
    fill_overview(gallery);
    g_signal_connect_swapped(gallery->overview, "locate", G_CALLBACK(locate), gallery);
    wb_masking_page_show(WB_MASKING_PAGE(gallery->page), gallery->track);
    wb_live_play(wb_desk_live(gallery->desk));
    g_timeout_add(UPDATE_MS, update, gallery);
    gtk_window_present(GTK_WINDOW(window));
}

int main(int argc, char **argv)
{
    Gallery gallery = {.session = argc > 1 ? argv[1] : "."};
    gtk_init();
    GtkSettings *settings = gtk_settings_get_default();
    g_object_set(settings, "gtk-application-prefer-dark-theme", TRUE, NULL);
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "light") == 0)
            g_object_set(settings, "gtk-application-prefer-dark-theme", FALSE, NULL);
        else if (strcmp(argv[i], "contrast") == 0)
            g_object_set(settings, "gtk-theme-name", "Default-hc", NULL);
        else if (strcmp(argv[i], "masking") == 0)
            gallery.masking = true;
        else if (strcmp(argv[i], "track") == 0 && i + 1 < argc)
            gallery.track = (unsigned)g_ascii_strtoull(argv[++i], NULL, 10);
    }
    g_autoptr(GtkApplication) application = gtk_application_new(NULL, G_APPLICATION_NON_UNIQUE);
    g_signal_connect(application, "activate", G_CALLBACK(activate), &gallery);
    return g_application_run(G_APPLICATION(application), 1, argv);
}
