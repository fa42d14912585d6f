/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gui/track_strip.h"

#include <glib/gi18n.h>
#include <math.h>

#include "engine/hearing/masking.h"
#include "gui/carve_view.h"
#include "gui/clarity.h"
#include "gui/drawing.h"
#include "gui/fader.h"
#include "gui/inline_edit.h"
#include "gui/meter_view.h"
#include "gui/palette.h"
#include "gui/resources.h"
#include "gui/track_strip_menu.h"

#define COLOUR_HEIGHT 4
#define SWITCHES 7
#define SILENT_LUFS (-70.0)

struct _WbTrackStrip {
    GtkWidget parent_instance;
    WbDesk *desk;
    unsigned id;
    gboolean narrow, updating;
    WbHeard heard;
    char *named; /* the track's name as the accessible names have it */

    GtkWidget *box, *roles, *carve_slot, *carve_row, *trim_row, *source_row, *pan_row, *switches;
    GtkWidget *header, *meter_slot;
    GtkLabel *source;
    WbClarity *clarity;
    WbInlineEdit *name, *depth_text, *trim_text, *pan_text, *gain_text;
    GtkToggleButton *lead, *support, *background;
    GtkToggleButton *mute, *solo, *invert, *bypass, *arm, *monitor, *listen;
    WbFader *depth, *trim, *pan, *fader;
    WbMeterView *meter;
    WbCarveView *carve;
    GMenuModel *menu;
};

G_DEFINE_FINAL_TYPE(WbTrackStrip, wb_track_strip, GTK_TYPE_WIDGET)

typedef struct {
    WbFader *fader;
    WbInlineEdit *text;
    WbParameter parameter;
    WbFaderKind kind;
    const char *name;
} Slider;

/* The sliders, 4 of them. */
static void sliders_of(WbTrackStrip *strip, Slider sliders[4])
{
    sliders[0] =
        (Slider){strip->fader, strip->gain_text, WB_PARAMETER_GAIN, WB_FADER_GAIN, N_("Gain")};
    sliders[1] = (Slider){strip->pan, strip->pan_text, WB_PARAMETER_PAN, WB_FADER_PAN, N_("Pan")};
    sliders[2] =
        (Slider){strip->trim, strip->trim_text, WB_PARAMETER_TRIM, WB_FADER_TRIM, N_("Trim")};
    sliders[3] = (Slider){strip->depth, strip->depth_text, WB_PARAMETER_DEPTH, WB_FADER_DEPTH,
                          N_("Carve depth")};
}

typedef struct {
    GtkToggleButton *button;
    WbParameter parameter;
    const char *name;
} Switch;

static void switches_of(WbTrackStrip *strip, Switch switches[SWITCHES - 1])
{
    switches[0] = (Switch){strip->mute, WB_PARAMETER_MUTE, N_("Mute")};
    switches[1] = (Switch){strip->solo, WB_PARAMETER_SOLO, N_("Solo")};
    switches[2] = (Switch){strip->invert, WB_PARAMETER_INVERT, N_("Polarity")};
    switches[3] = (Switch){strip->bypass, WB_PARAMETER_BYPASS, N_("Bypass carve")};
    switches[4] = (Switch){strip->arm, WB_PARAMETER_ARM, N_("Arm")};
    switches[5] = (Switch){strip->monitor, WB_PARAMETER_MONITOR, N_("Monitor")};
}

static GtkToggleButton *role_button(WbTrackStrip *strip, WbRole role)
{
    GtkToggleButton *const buttons[WB_ROLES] = {strip->lead, strip->support, strip->background};
    return buttons[role];
}

unsigned wb_track_strip_id(WbTrackStrip *strip)
{
    return strip->id;
}

/* ---- what the user does ---- */

static WbParameter parameter_of(GtkWidget *widget)
{
    return (WbParameter)GPOINTER_TO_INT(g_object_get_data(G_OBJECT(widget), "parameter"));
}

static void on_moved(WbFader *fader, double value, WbTrackStrip *strip)
{
    wb_desk_set(strip->desk, strip->id, parameter_of(GTK_WIDGET(fader)), value);
}

static void on_released(WbTrackStrip *strip)
{
    wb_desk_seal(strip->desk);
}

static void on_typed(WbInlineEdit *edit, const char *text, WbTrackStrip *strip)
{
    Slider sliders[4];
    sliders_of(strip, sliders);
    for (int i = 0; i < 4; i++) {
        double value;
        if (sliders[i].text != edit || !wb_fader_parse(sliders[i].kind, text, &value))
            continue;
        wb_desk_seal(strip->desk);
        wb_desk_set(strip->desk, strip->id, sliders[i].parameter, value);
        wb_desk_seal(strip->desk);
    }
}

static void on_renamed(WbInlineEdit *edit, const char *name, WbTrackStrip *strip)
{
    (void)edit;
    wb_desk_rename(strip->desk, strip->id, name);
}

static void on_switched(GtkToggleButton *button, WbTrackStrip *strip)
{
    if (!strip->updating)
        wb_desk_set(strip->desk, strip->id, parameter_of(GTK_WIDGET(button)),
                    gtk_toggle_button_get_active(button));
}

static void on_listen(GtkToggleButton *button, WbTrackStrip *strip)
{
    if (!strip->updating)
        wb_live_set_listen(wb_desk_live(strip->desk), strip->id,
                           gtk_toggle_button_get_active(button));
}

static void on_role(GtkToggleButton *button, WbTrackStrip *strip)
{
    if (strip->updating || !gtk_toggle_button_get_active(button))
        return;
    for (int role = 0; role < WB_ROLES; role++)
        if (role_button(strip, (WbRole)role) == button)
            wb_desk_set_role(strip->desk, strip->id, (WbRole)role);
}

static void on_pressed(GtkGestureClick *click, int presses, double x, double y, WbTrackStrip *strip)
{
    (void)presses;
    const guint button = gtk_gesture_single_get_current_button(GTK_GESTURE_SINGLE(click));
    const GdkModifierType state =
        gtk_event_controller_get_current_event_state(GTK_EVENT_CONTROLLER(click));
    if (button == GDK_BUTTON_SECONDARY) {
        if (!wb_desk_is_selected(strip->desk, strip->id))
            wb_desk_select(strip->desk, strip->id, WB_SELECT_ONLY);
        wb_track_strip_popup(GTK_WIDGET(strip), strip->menu, x, y);
        return;
    }
    const WbSelectMode mode = state & GDK_CONTROL_MASK ? WB_SELECT_TOGGLE
                              : state & GDK_SHIFT_MASK ? WB_SELECT_RANGE
                                                       : WB_SELECT_ONLY;
    wb_desk_select(strip->desk, strip->id, mode);
    if (mode == WB_SELECT_ONLY)
        gtk_widget_grab_focus(GTK_WIDGET(strip));
}

/* Who comes here by key wants to work here. */
static void on_focus(WbTrackStrip *strip)
{
    if (!wb_desk_is_selected(strip->desk, strip->id))
        wb_desk_select(strip->desk, strip->id, WB_SELECT_ONLY);
}

void wb_track_strip_rename(WbTrackStrip *strip)
{
    wb_inline_edit_start(strip->name);
}

void wb_track_strip_nudge(WbTrackStrip *strip, double steps)
{
    wb_fader_step(strip->fader, steps);
}

/* ---- the document ---- */

static void name_control(GtkWidget *control, const char *what, const char *track)
{
    /* TRANSLATORS: a control and the track it is of, for a screen reader: "Mute, Violin" */
    g_autofree char *label = g_strdup_printf(_("%s, %s"), _(what), track);
    if (WB_IS_INLINE_EDIT(control))
        wb_inline_edit_set_accessible(WB_INLINE_EDIT(control), label);
    else
        gtk_accessible_update_property(GTK_ACCESSIBLE(control), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       label, -1);
}

static void name_controls(WbTrackStrip *strip, const char *track)
{
    static const char *const role_names[WB_ROLES] = {N_("Lead"), N_("Support"), N_("Background")};
    Slider sliders[4];
    Switch switches[SWITCHES - 1];
    if (g_strcmp0(strip->named, track) == 0)
        return;
    g_free(strip->named);
    strip->named = g_strdup(track);
    sliders_of(strip, sliders);
    switches_of(strip, switches);
    for (int i = 0; i < 4; i++) {
        name_control(GTK_WIDGET(sliders[i].fader), sliders[i].name, track);
        name_control(GTK_WIDGET(sliders[i].text), sliders[i].name, track);
    }
    for (int i = 0; i < SWITCHES - 1; i++)
        name_control(GTK_WIDGET(switches[i].button), switches[i].name, track);
    for (int role = 0; role < WB_ROLES; role++)
        name_control(GTK_WIDGET(role_button(strip, (WbRole)role)), role_names[role], track);
    name_control(GTK_WIDGET(strip->listen), N_("Listen"), track);
    name_control(GTK_WIDGET(strip->name), N_("Name"), track);
    name_control(GTK_WIDGET(strip->meter), N_("Level"), track);
    name_control(GTK_WIDGET(strip->carve), N_("Spectrum and carve"), track);
    gtk_accessible_update_property(GTK_ACCESSIBLE(strip), GTK_ACCESSIBLE_PROPERTY_LABEL, track, -1);
}

static void update_sliders(WbTrackStrip *strip, const WbTrack *track)
{
    Slider sliders[4];
    sliders_of(strip, sliders);
    for (int i = 0; i < 4; i++) {
        const double value = wb_desk_get(strip->desk, strip->id, sliders[i].parameter);
        g_autofree char *text = wb_fader_text(sliders[i].kind, value);
        wb_inline_edit_set_text(sliders[i].text, text);
        if (sliders[i].parameter != WB_PARAMETER_DEPTH || value >= 0)
            wb_fader_set_value(sliders[i].fader, value);
        else
            wb_fader_set_value(sliders[i].fader,
                               track->role == WB_ROLE_LEAD
                                   ? 0
                                   : wb_session_depth_db(wb_desk_session(strip->desk), track));
    }
    const gboolean yields = track->role != WB_ROLE_LEAD;
    gtk_widget_set_sensitive(GTK_WIDGET(strip->depth), yields);
    gtk_widget_set_sensitive(GTK_WIDGET(strip->depth_text), yields);
    gtk_widget_set_sensitive(GTK_WIDGET(strip->bypass), yields);
}

static void set_class(GtkWidget *widget, const char *class, gboolean on)
{
    if (on)
        gtk_widget_add_css_class(widget, class);
    else
        gtk_widget_remove_css_class(widget, class);
}

void wb_track_strip_update(WbTrackStrip *strip)
{
    const WbTrack *track = wb_desk_track(strip->desk, strip->id);
    Switch switches[SWITCHES - 1];
    if (track == NULL)
        return;
    strip->updating = TRUE;
    wb_inline_edit_set_text(strip->name, track->name);
    name_controls(strip, track->name);
    update_sliders(strip, track);
    switches_of(strip, switches);
    for (int i = 0; i < SWITCHES - 1; i++)
        gtk_toggle_button_set_active(
            switches[i].button, wb_desk_get(strip->desk, strip->id, switches[i].parameter) != 0);
    gtk_toggle_button_set_active(role_button(strip, track->role), TRUE);
    wb_carve_view_set_colour(strip->carve, track->colour);
    set_class(GTK_WIDGET(strip), "selected", wb_desk_is_selected(strip->desk, strip->id));
    set_class(GTK_WIDGET(strip), "current", wb_desk_current(strip->desk) == strip->id);
    const gboolean live = track->arm || track->monitor || track->clips->len == 0;
    gtk_label_set_label(strip->source, live ? _("input") : _("file"));
    strip->updating = FALSE;
    gtk_widget_queue_draw(GTK_WIDGET(strip));
}

/* ---- the moment ---- */

static WbHeard heard_of(const WbTrackReading *reading, WbHeard before)
{
    if (!(reading->loudness_lufs > SILENT_LUFS))
        return WB_HEARD_SILENT;
    return wb_heard_of(reading->clarity, before);
}

void wb_track_strip_show_reading(WbTrackStrip *strip)
{
    const WbTrackReading *reading = wb_desk_track_reading(strip->desk, strip->id);
    if (reading == NULL)
        return;
    wb_meter_view_set_levels(strip->meter, reading->peak_db, reading->loudness_lufs);
    if (!strip->narrow)
        wb_carve_view_set(strip->carve, reading->power, reading->cut_db);
    strip->heard = heard_of(reading, strip->heard);
    wb_clarity_set(strip->clarity, strip->heard, reading->clarity);
    const gboolean listen = gtk_toggle_button_get_active(strip->listen);
    if (listen != reading->listen) {
        strip->updating = TRUE;
        gtk_toggle_button_set_active(strip->listen, reading->listen);
        strip->updating = FALSE;
    }
}

void wb_track_strip_set_narrow(WbTrackStrip *strip, gboolean narrow)
{
    strip->narrow = narrow != FALSE;
    GtkWidget *const wide[] = {strip->carve_slot, strip->carve_row, strip->trim_row,
                               strip->source_row, strip->pan_row};
    for (guint i = 0; i < G_N_ELEMENTS(wide); i++)
        gtk_widget_set_visible(wide[i], !narrow);
    const GtkOrientation across = narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL;
    gtk_orientable_set_orientation(GTK_ORIENTABLE(strip->roles), across);
    gtk_orientable_set_orientation(GTK_ORIENTABLE(strip->switches), across);
    gtk_orientable_set_orientation(GTK_ORIENTABLE(strip->header), across);
    /* TRANSLATORS: roles on buttons of about four letters, and of one */
    const char *const names[WB_ROLES][2] = {{C_("role", "Lead"), C_("role", "L")},
                                            {C_("role", "Supp"), C_("role", "S")},
                                            {C_("role", "Back"), C_("role", "B")}};
    for (int role = 0; role < WB_ROLES; role++)
        gtk_button_set_label(GTK_BUTTON(role_button(strip, (WbRole)role)), names[role][strip->narrow]);
    if (strip->named != NULL) {
        g_autofree char *track = g_steal_pointer(&strip->named);
        name_controls(strip, track);
    }
    wb_fader_set_marks(strip->fader, !narrow);
    set_class(GTK_WIDGET(strip), "narrow", narrow);
    set_class(GTK_WIDGET(strip), "wide", !narrow);
}

static void wb_track_strip_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    WbTrackStrip *strip = WB_TRACK_STRIP(widget);
    const WbTrack *track = wb_desk_track(strip->desk, strip->id);
    if (track != NULL) {
        const GdkRGBA colour = wb_palette_visible(widget, track->colour);
        wb_fill(snapshot, &colour, 0, 0, gtk_widget_get_width(widget), COLOUR_HEIGHT);
    }
    GTK_WIDGET_CLASS(wb_track_strip_parent_class)->snapshot(widget, snapshot);
}

/* ---- life ---- */

static void connect_controls(WbTrackStrip *strip)
{
    Slider sliders[4];
    Switch switches[SWITCHES - 1];
    sliders_of(strip, sliders);
    switches_of(strip, switches);
    for (int i = 0; i < 4; i++) {
        g_object_set_data(G_OBJECT(sliders[i].fader), "parameter",
                          GINT_TO_POINTER(sliders[i].parameter));
        g_signal_connect(sliders[i].fader, "moved", G_CALLBACK(on_moved), strip);
        g_signal_connect_swapped(sliders[i].fader, "released", G_CALLBACK(on_released), strip);
        g_signal_connect(sliders[i].text, "edited", G_CALLBACK(on_typed), strip);
    }
    for (int i = 0; i < SWITCHES - 1; i++) {
        g_object_set_data(G_OBJECT(switches[i].button), "parameter",
                          GINT_TO_POINTER(switches[i].parameter));
        g_signal_connect(switches[i].button, "toggled", G_CALLBACK(on_switched), strip);
    }
    gtk_toggle_button_set_group(strip->support, strip->lead);
    gtk_toggle_button_set_group(strip->background, strip->lead);
    for (int role = 0; role < WB_ROLES; role++)
        g_signal_connect(role_button(strip, (WbRole)role), "toggled", G_CALLBACK(on_role), strip);
    g_signal_connect(strip->listen, "toggled", G_CALLBACK(on_listen), strip);
    g_signal_connect(strip->name, "edited", G_CALLBACK(on_renamed), strip);
}

GtkWidget *wb_track_strip_new(WbDesk *desk, unsigned id)
{
    WbTrackStrip *strip = g_object_new(WB_TYPE_TRACK_STRIP, NULL);
    strip->desk = g_object_ref(desk);
    strip->id = id;
    wb_track_strip_add_reorder(GTK_WIDGET(strip), strip->header, desk);
    wb_track_strip_update(strip);
    wb_track_strip_set_narrow(strip, FALSE);
    return GTK_WIDGET(strip);
}

static void wb_track_strip_dispose(GObject *object)
{
    WbTrackStrip *strip = WB_TRACK_STRIP(object);
    GtkWidget *child;
    while ((child = gtk_widget_get_first_child(GTK_WIDGET(strip))) != NULL)
        gtk_widget_unparent(child);
    G_OBJECT_CLASS(wb_track_strip_parent_class)->dispose(object);
}

static void wb_track_strip_finalize(GObject *object)
{
    WbTrackStrip *strip = WB_TRACK_STRIP(object);
    g_clear_object(&strip->desk);
    g_free(strip->named);
    G_OBJECT_CLASS(wb_track_strip_parent_class)->finalize(object);
}

#define BIND(child) gtk_widget_class_bind_template_child(widget_class, WbTrackStrip, child)

static void bind_children(GtkWidgetClass *widget_class)
{
    BIND(box);
    BIND(header);
    BIND(roles);
    BIND(carve_slot);
    BIND(carve_row);
    BIND(trim_row);
    BIND(source_row);
    BIND(pan_row);
    BIND(switches);
    BIND(meter_slot);
    BIND(clarity);
    BIND(source);
    BIND(name);
    BIND(depth_text);
    BIND(trim_text);
    BIND(pan_text);
    BIND(gain_text);
    BIND(lead);
    BIND(support);
    BIND(background);
    BIND(mute);
    BIND(solo);
    BIND(invert);
    BIND(bypass);
    BIND(arm);
    BIND(monitor);
    BIND(listen);
    BIND(depth);
    BIND(trim);
    BIND(pan);
    BIND(fader);
    BIND(menu);
}

static void wb_track_strip_class_init(WbTrackStripClass *class)
{
    GObjectClass *object_class = G_OBJECT_CLASS(class);
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);
    object_class->dispose = wb_track_strip_dispose;
    object_class->finalize = wb_track_strip_finalize;
    widget_class->snapshot = wb_track_strip_snapshot;
    g_type_ensure(WB_TYPE_CLARITY);
    g_type_ensure(WB_TYPE_FADER);
    g_type_ensure(WB_TYPE_INLINE_EDIT);
    gtk_widget_class_set_template_from_resource(widget_class, WB_RESOURCE("ui/track_strip.ui"));
    bind_children(widget_class);
    gtk_widget_class_set_layout_manager_type(widget_class, GTK_TYPE_BIN_LAYOUT);
    gtk_widget_class_set_css_name(widget_class, "strip");
    gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
    wb_track_strip_install_actions(widget_class);
}

static void wb_track_strip_init(WbTrackStrip *strip)
{
    gtk_widget_init_template(GTK_WIDGET(strip));
    strip->meter = WB_METER_VIEW(wb_meter_view_new(WB_SCALE_FADER));
    gtk_box_append(GTK_BOX(strip->meter_slot), GTK_WIDGET(strip->meter));
    strip->carve = WB_CARVE_VIEW(wb_carve_view_new());
    gtk_widget_set_hexpand(GTK_WIDGET(strip->carve), TRUE);
    gtk_box_append(GTK_BOX(strip->carve_slot), GTK_WIDGET(strip->carve));
    connect_controls(strip);
    GtkGesture *click = gtk_gesture_click_new();
    gtk_gesture_single_set_button(GTK_GESTURE_SINGLE(click), 0);
    g_signal_connect(click, "pressed", G_CALLBACK(on_pressed), strip);
    gtk_widget_add_controller(GTK_WIDGET(strip), GTK_EVENT_CONTROLLER(click));
    GtkEventController *focus = gtk_event_controller_focus_new();
    g_signal_connect_swapped(focus, "enter", G_CALLBACK(on_focus), strip);
    gtk_widget_add_controller(GTK_WIDGET(strip), focus);
}
