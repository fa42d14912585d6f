/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gui/mixer_window.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gui/mixer_window_private.h"
#include "gui/resources.h"
#include "gui/settings.h"
#include "gui/track_strip.h"
#include "gui/words.h"

#define TICK_MS 33
/* Moments between two looks at what one reads rather than watches. */
#define TEXT_EVERY 8
#define KEEP_SECONDS 2
/* Heights, px: from which on a window is tall, and of the masking view then and otherwise. */
#define TALL 940
#define PANEL_TALL 400
#define PANEL_LOW 220

G_DEFINE_FINAL_TYPE(WbMixerWindow, wb_mixer_window, GTK_TYPE_APPLICATION_WINDOW)

static WbTrackStrip *first_strip(WbMixerWindow *window)
{
    return (WbTrackStrip *)gtk_widget_get_first_child(GTK_WIDGET(window->strips));
}

static WbTrackStrip *next_strip(WbTrackStrip *strip)
{
    return (WbTrackStrip *)gtk_widget_get_next_sibling(GTK_WIDGET(strip));
}

GtkWidget *wb_mixer_window_strip(WbMixerWindow *window, unsigned id)
{
    for (WbTrackStrip *strip = first_strip(window); strip != NULL; strip = next_strip(strip))
        if (wb_track_strip_id(strip) == id)
            return GTK_WIDGET(strip);
    return NULL;
}

/* ---- the document ---- */

static gboolean is_narrow(WbMixerWindow *window)
{
    return window->settings != NULL && g_settings_get_boolean(window->settings, "narrow");
}

/* The masking view needs the height. */
static gboolean is_short(WbMixerWindow *window)
{
    return window->settings != NULL && g_settings_get_boolean(window->settings, "masking");
}

static void drop_strips(WbMixerWindow *window, gboolean all)
{
    WbTrackStrip *strip = first_strip(window);
    while (strip != NULL) {
        WbTrackStrip *next = next_strip(strip);
        if (all || wb_desk_track(window->desk, wb_track_strip_id(strip)) == NULL)
            gtk_widget_unparent(GTK_WIDGET(strip));
        strip = next;
    }
}

/* The strips are those of the document, in its order. */
static void arrange_strips(WbMixerWindow *window)
{
    const WbSession *session = wb_desk_session(window->desk);
    GtkWidget *before = NULL;
    drop_strips(window, FALSE);
    for (guint t = 0; t < session->tracks->len; t++) {
        const WbTrack *track = session->tracks->pdata[t];
        GtkWidget *strip = wb_mixer_window_strip(window, track->id);
        if (strip == NULL) {
            strip = wb_track_strip_new(window->desk, track->id);
            wb_track_strip_set_layout(WB_TRACK_STRIP(strip), is_narrow(window), is_short(window));
            gtk_widget_insert_after(strip, GTK_WIDGET(window->strips), before);
        } else if (gtk_widget_get_prev_sibling(strip) != before) {
            gtk_widget_insert_after(strip, GTK_WIDGET(window->strips), before);
        }
        before = strip;
    }
    gtk_widget_set_visible(window->empty, session->tracks->len == 0);
}

static void update_strips(WbMixerWindow *window)
{
    for (WbTrackStrip *strip = first_strip(window); strip != NULL; strip = next_strip(strip))
        wb_track_strip_update(strip);
}

void wb_mixer_window_update_title(WbMixerWindow *window)
{
    if (window->desk == NULL) {
        gtk_window_set_title(GTK_WINDOW(window), "Wideberth");
        gtk_label_set_label(window->session_name, _("Session"));
        return;
    }
    g_autofree char *name = g_filename_display_basename(wb_desk_session(window->desk)->folder);
    const bool modified = wb_history_is_modified(wb_live_history(wb_desk_live(window->desk)));
    g_autofree char *shown = modified ? g_strdup_printf("• %s", name) : g_strdup(name);
    g_autofree char *title = g_strdup_printf("%s – Wideberth", shown);
    gtk_window_set_title(GTK_WINDOW(window), title);
    gtk_label_set_label(window->session_name, shown);
}

static void keep_changes(WbMixerWindow *window)
{
    g_autoptr(GError) error = NULL;
    if (!wb_history_is_modified(wb_live_history(wb_desk_live(window->desk))))
        wb_recovery_forget(window->recovery);
    else if (!wb_recovery_keep(window->recovery, wb_desk_session(window->desk), &error))
        wb_banner_show(window->banner, TRUE, error->message);
}

static gboolean on_keep(gpointer data)
{
    WbMixerWindow *window = data;
    window->keep = 0;
    if (window->desk != NULL && wb_desk_live(window->desk) != NULL)
        keep_changes(window);
    return G_SOURCE_REMOVE;
}

static void show_clips(WbMixerWindow *window)
{
    const WbSession *session = wb_desk_session(window->desk);
    g_autoptr(GArray) clips = g_array_new(FALSE, FALSE, sizeof(WbOverviewClip));
    for (guint t = 0; t < session->tracks->len; t++) {
        const WbTrack *track = session->tracks->pdata[t];
        for (guint c = 0; c < track->clips->len; c++) {
            WbOverviewClip clip = {.lane = t, .rgb = track->colour};
            wb_desk_clip_range(window->desk, track, track->clips->pdata[c], &clip.start, &clip.end);
            g_array_append_val(clips, clip);
        }
    }
    wb_overview_set_clips(window->overview, session->sample_rate, wb_desk_end(window->desk),
                          session->tracks->len, clips->len, (const WbOverviewClip *)clips->data);
    wb_overview_set_loop(window->overview, session->loop, session->loop_start, session->loop_end);
}

static void update_document(WbMixerWindow *window)
{
    const WbSession *session = wb_desk_session(window->desk);
    window->updating = TRUE;
    gtk_toggle_button_set_active(window->loop, session->loop);
    window->updating = FALSE;
    arrange_strips(window);
    update_strips(window);
    show_clips(window);
    wb_master_update(window->master);
    wb_mixer_window_update_title(window);
    wb_mixer_window_update_actions(window);
}

static void on_changed(WbMixerWindow *window)
{
    update_document(window);
    if (window->keep == 0)
        window->keep = g_timeout_add_seconds(KEEP_SECONDS, on_keep, window);
}

static void on_state(WbMixerWindow *window)
{
    const WbMixReading *reading = wb_desk_mix_reading(window->desk);
    window->updating = TRUE;
    gtk_toggle_button_set_active(window->play, reading->transport != WB_TRANSPORT_STOPPED);
    window->updating = FALSE;
    wb_master_update(window->master);
    wb_mixer_window_update_actions(window);
}

static void on_selection(WbMixerWindow *window)
{
    update_strips(window);
    wb_mixer_window_update_actions(window);
}

static void on_message(WbDesk *desk, gboolean warning, const char *text, WbMixerWindow *window)
{
    (void)desk;
    wb_banner_show(window->banner, warning, text);
}

void wb_mixer_window_set_desk(WbMixerWindow *window, WbDesk *desk)
{
    if (window->keep != 0)
        g_clear_handle_id(&window->keep, g_source_remove);
    if (window->desk != NULL) {
        g_signal_handlers_disconnect_by_data(window->desk, window);
        drop_strips(window, TRUE);
        gtk_box_remove(window->panel, GTK_WIDGET(window->masking));
        window->masking = NULL;
        wb_master_set_desk(window->master, NULL);
        wb_desk_close(window->desk);
        g_clear_object(&window->desk);
        g_clear_pointer(&window->recovery, wb_recovery_free);
    }
    gtk_stack_set_visible_child_name(window->stack, desk != NULL ? "mixer" : "start");
    gtk_widget_set_visible(window->transport, desk != NULL);
    if (desk != NULL) {
        window->desk = g_object_ref(desk);
        window->recovery = wb_recovery_new(wb_desk_session(desk)->folder);
        g_signal_connect_swapped(desk, "changed", G_CALLBACK(on_changed), window);
        g_signal_connect_swapped(desk, "state", G_CALLBACK(on_state), window);
        g_signal_connect_swapped(desk, "selection", G_CALLBACK(on_selection), window);
        g_signal_connect(desk, "message", G_CALLBACK(on_message), window);
        wb_master_set_desk(window->master, desk);
        window->masking = WB_MASKING_PAGE(wb_masking_page_new(desk));
        gtk_widget_set_hexpand(GTK_WIDGET(window->masking), TRUE);
        gtk_box_append(window->panel, GTK_WIDGET(window->masking));
        wb_desk_select_step(desk, 1);
        update_document(window);
        on_state(window);
        return;
    }
    wb_mixer_window_fill_recent(window);
    wb_mixer_window_update_title(window);
    wb_mixer_window_update_actions(window);
}

/* ---- the moment ---- */

static void show_strip(GtkWidget *strip, gpointer data)
{
    (void)data;
    wb_track_strip_show_reading(WB_TRACK_STRIP(strip));
}

static void show_texts(WbMixerWindow *window, const WbMixReading *reading)
{
    g_autofree char *status =
        reading->running
            ? g_strdup_printf(_("%s · %u Hz · %u frames · %s%s"), reading->driver, reading->rate,
                              reading->block_frames,
                              reading->real_time ? _("real time") : _("no real-time priority"),
                              reading->lookahead ? _(" · looks ahead") : "")
            : g_strdup(_("no audio server"));
    gtk_inscription_set_text(window->status, status);
    g_autofree char *load =
        g_strdup_printf(_("load %.1f %%, peak %.0f %% · late ticks %lu · xruns %lu"),
                        reading->load_percent, reading->load_peak_percent,
                        (unsigned long)reading->late_ticks, (unsigned long)reading->xruns);
    gtk_inscription_set_text(window->load, load);
    GtkPopover *popover = gtk_menu_button_get_popover(window->details_button);
    if (!gtk_widget_get_visible(GTK_WIDGET(popover)))
        return;
    g_autofree char *details = g_strdup_printf(
        _("Driver: %s\nClient: %s\nRate: %u Hz\nBlock: %u frames, %.0f µs\n"
          "Longest cycle: %.0f µs\nControl worker: %.1f %% of a tick\n"
          "Prefetch: %.1f %%, %.1f s ahead\nLate ticks: %lu\nXruns: %lu"),
        reading->driver != NULL ? reading->driver : "–",
        reading->client != NULL ? reading->client : "–", reading->rate, reading->block_frames,
        reading->budget_us, reading->longest_cycle_us, reading->control_percent,
        reading->prefetch_load_percent, reading->prefetch_seconds,
        (unsigned long)reading->late_ticks, (unsigned long)reading->xruns);
    gtk_label_set_label(window->details, details);
}

static gboolean on_tick(gpointer data)
{
    WbMixerWindow *window = data;
    if (window->desk == NULL || wb_desk_live(window->desk) == NULL)
        return G_SOURCE_CONTINUE;
    wb_desk_next_moment(window->desk);
    const WbMixReading *reading = wb_desk_mix_reading(window->desk);
    if (reading->rate > 0) {
        g_autofree char *time = wb_words_time((double)reading->position / reading->rate);
        gtk_inscription_set_text(window->position, time);
    }
    wb_overview_set_position(window->overview, reading->position);
    wb_strip_row_each_seen(window->strips, show_strip, NULL);
    wb_masking_page_update(window->masking);
    wb_master_show_reading(window->master);
    if (window->moments++ % TEXT_EVERY == 0)
        show_texts(window, reading);
    return G_SOURCE_CONTINUE;
}

/* Nothing is read and drawn for a window that nobody sees. */
static void watch(WbMixerWindow *window)
{
    GtkNative *native = GTK_NATIVE(window);
    GdkSurface *surface = gtk_native_get_surface(native);
    const gboolean seen =
        gtk_widget_get_mapped(GTK_WIDGET(window)) && surface != NULL &&
        !(gdk_toplevel_get_state(GDK_TOPLEVEL(surface)) & GDK_TOPLEVEL_STATE_MINIMIZED);
    if (seen && window->tick == 0)
        window->tick = g_timeout_add(TICK_MS, on_tick, window);
    else if (!seen && window->tick != 0)
        g_clear_handle_id(&window->tick, g_source_remove);
}

static void wb_mixer_window_realize(GtkWidget *widget)
{
    GTK_WIDGET_CLASS(wb_mixer_window_parent_class)->realize(widget);
    g_signal_connect_object(gtk_native_get_surface(GTK_NATIVE(widget)), "notify::state",
                            G_CALLBACK(watch), widget, G_CONNECT_SWAPPED);
}

static void wb_mixer_window_map(GtkWidget *widget)
{
    GTK_WIDGET_CLASS(wb_mixer_window_parent_class)->map(widget);
    watch(WB_MIXER_WINDOW(widget));
}

static void wb_mixer_window_unmap(GtkWidget *widget)
{
    GTK_WIDGET_CLASS(wb_mixer_window_parent_class)->unmap(widget);
    watch(WB_MIXER_WINDOW(widget));
}

/* ---- what the user does in the header ---- */

static void on_play(GtkToggleButton *button, WbMixerWindow *window)
{
    if (window->updating || window->desk == NULL)
        return;
    if (gtk_toggle_button_get_active(button))
        wb_live_play(wb_desk_live(window->desk));
    else
        wb_live_stop(wb_desk_live(window->desk));
}

/* Without a stretch it is the whole session. */
static void on_loop(GtkToggleButton *button, WbMixerWindow *window)
{
    if (window->updating || window->desk == NULL)
        return;
    const WbSession *session = wb_desk_session(window->desk);
    const bool stretch = session->loop_start < session->loop_end;
    const gint64 end = stretch ? session->loop_end : wb_desk_end(window->desk);
    wb_desk_set_loop(window->desk, gtk_toggle_button_get_active(button) && end > 0,
                     stretch ? session->loop_start : 0, end);
}

static void on_locate(WbOverview *overview, gint64 frame, WbMixerWindow *window)
{
    (void)overview;
    if (window->desk != NULL)
        wb_live_locate(wb_desk_live(window->desk), frame);
}

static void on_stretch(WbOverview *overview, gint64 start, gint64 end, WbMixerWindow *window)
{
    (void)overview;
    if (window->desk != NULL)
        wb_desk_set_loop(window->desk, true, start, end);
}

static void on_layout(WbMixerWindow *window)
{
    for (WbTrackStrip *strip = first_strip(window); strip != NULL; strip = next_strip(strip))
        wb_track_strip_set_layout(strip, is_narrow(window), is_short(window));
    wb_strip_row_set_spacing(window->strips, is_narrow(window) ? 1 : 2);
    int width, height;
    gtk_window_get_default_size(GTK_WINDOW(window), &width, &height);
    gtk_scrolled_window_set_min_content_height(GTK_SCROLLED_WINDOW(window->panel_scroller),
                                               height >= TALL ? PANEL_TALL : PANEL_LOW);
}

/* ---- life ---- */

WbMixerWindow *wb_mixer_window_new(GtkApplication *application, const WbLiveOptions *options)
{
    WbMixerWindow *window = g_object_new(WB_TYPE_MIXER_WINDOW, "application", application, NULL);
    window->options = *options;
    window->options.driver.name = g_strdup(options->driver.name);
    window->options.driver.client = g_strdup(options->driver.client);
    window->options.driver.server = g_strdup(options->driver.server);
    wb_mixer_window_set_desk(window, NULL);
    return window;
}

void wb_mixer_window_play(WbMixerWindow *window)
{
    if (window->desk != NULL)
        wb_live_play(wb_desk_live(window->desk));
}

static void wb_mixer_window_dispose(GObject *object)
{
    WbMixerWindow *window = WB_MIXER_WINDOW(object);
    if (window->tick != 0)
        g_clear_handle_id(&window->tick, g_source_remove);
    if (window->keep != 0)
        g_clear_handle_id(&window->keep, g_source_remove);
    if (window->desk != NULL) {
        g_signal_handlers_disconnect_by_data(window->desk, window);
        wb_desk_close(window->desk);
    }
    g_clear_object(&window->desk);
    g_clear_object(&window->settings);
    g_clear_pointer(&window->recovery, wb_recovery_free);
    G_OBJECT_CLASS(wb_mixer_window_parent_class)->dispose(object);
}

static void wb_mixer_window_finalize(GObject *object)
{
    WbMixerWindow *window = WB_MIXER_WINDOW(object);
    g_free(window->wanted);
    g_free((char *)window->options.driver.name);
    g_free((char *)window->options.driver.client);
    g_free((char *)window->options.driver.server);
    G_OBJECT_CLASS(wb_mixer_window_parent_class)->finalize(object);
}

#define BIND(child) gtk_widget_class_bind_template_child(widget_class, WbMixerWindow, child)

static void bind_children(GtkWidgetClass *widget_class)
{
    BIND(stack);
    BIND(strips);
    BIND(empty);
    BIND(panel);
    BIND(panel_scroller);
    BIND(recent);
    BIND(scroller);
    BIND(paned);
    BIND(master);
    BIND(banner);
    BIND(session_button);
    BIND(details_button);
    BIND(session_name);
    BIND(details);
    BIND(position);
    BIND(status);
    BIND(load);
    BIND(play);
    BIND(loop);
    BIND(undo);
    BIND(redo);
    BIND(transport);
    BIND(overview_slot);
}

static void wb_mixer_window_class_init(WbMixerWindowClass *class)
{
    GObjectClass *object_class = G_OBJECT_CLASS(class);
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);
    object_class->dispose = wb_mixer_window_dispose;
    object_class->finalize = wb_mixer_window_finalize;
    widget_class->realize = wb_mixer_window_realize;
    widget_class->map = wb_mixer_window_map;
    widget_class->unmap = wb_mixer_window_unmap;
    GTK_WINDOW_CLASS(class)->close_request = wb_mixer_window_close_request;
    g_type_ensure(WB_TYPE_BANNER);
    g_type_ensure(WB_TYPE_MASTER);
    g_type_ensure(WB_TYPE_STRIP_ROW);
    gtk_widget_class_set_template_from_resource(widget_class, WB_RESOURCE("ui/mixer_window.ui"));
    bind_children(widget_class);
    wb_mixer_window_install_actions(widget_class);
}

static void follow_settings(WbMixerWindow *window)
{
    window->settings = wb_settings_new();
    if (window->settings == NULL)
        return;
    int width, height;
    g_settings_get(window->settings, "window-size", "(ii)", &width, &height);
    gtk_window_set_default_size(GTK_WINDOW(window), width, height);
    if (g_settings_get_boolean(window->settings, "maximized"))
        gtk_window_maximize(GTK_WINDOW(window));
    g_settings_bind(window->settings, "masking", window->panel_scroller, "visible",
                    G_SETTINGS_BIND_GET);
    g_signal_connect_object(window->settings, "changed::masking", G_CALLBACK(on_layout), window,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(window->settings, "changed::narrow", G_CALLBACK(on_layout), window,
                            G_CONNECT_SWAPPED);
}

static void wb_mixer_window_init(WbMixerWindow *window)
{
    gtk_widget_init_template(GTK_WIDGET(window));
    g_signal_connect(window->play, "toggled", G_CALLBACK(on_play), window);
    g_signal_connect(window->loop, "toggled", G_CALLBACK(on_loop), window);
    window->overview = WB_OVERVIEW(wb_overview_new());
    gtk_widget_set_hexpand(GTK_WIDGET(window->overview), TRUE);
    gtk_box_append(window->overview_slot, GTK_WIDGET(window->overview));
    g_signal_connect(window->overview, "locate", G_CALLBACK(on_locate), window);
    g_signal_connect(window->overview, "loop", G_CALLBACK(on_stretch), window);
    follow_settings(window);
    wb_strip_row_follow(window->strips, gtk_scrolled_window_get_hadjustment(window->scroller));
    on_layout(window);
    wb_mixer_window_add_keys(window);
    wb_mixer_window_add_drop(window);
}
