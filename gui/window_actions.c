/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What keys and menus do. */
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gui/export.h"
#include "gui/mixer_window_private.h"
#include "gui/preferences.h"
#include "gui/track_strip.h"

#define JUMP_SECONDS 5
#define PAN_STEP 0.05
#define STRENGTH_STEP 5

typedef void (*Act)(WbMixerWindow *window, GVariant *parameter);

static void act_new(WbMixerWindow *window, GVariant *parameter)
{
    (void)parameter;
    wb_mixer_window_new_dialog(window);
}

static void act_open(WbMixerWindow *window, GVariant *parameter)
{
    (void)parameter;
    wb_mixer_window_open_dialog(window);
}

static void act_demo(WbMixerWindow *window, GVariant *parameter)
{
    (void)parameter;
    wb_mixer_window_open_demo(window);
}

static void act_save(WbMixerWindow *window, GVariant *parameter)
{
    (void)parameter;
    wb_mixer_window_save(window);
}

static void act_save_as(WbMixerWindow *window, GVariant *parameter)
{
    (void)parameter;
    wb_mixer_window_save_as_dialog(window);
}

static void act_export(WbMixerWindow *window, GVariant *parameter)
{
    (void)parameter;
    wb_export_dialog(GTK_WINDOW(window), window->desk);
}

static void close_session_now(WbMixerWindow *window, gpointer data)
{
    (void)data;
    wb_mixer_window_set_desk(window, NULL);
}

static void act_close_session(WbMixerWindow *window, GVariant *parameter)
{
    (void)parameter;
    wb_mixer_window_leave_session(window, close_session_now, NULL);
}

static void act_preferences(WbMixerWindow *window, GVariant *parameter)
{
    (void)parameter;
    if (window->settings != NULL)
        wb_preferences_show(GTK_WINDOW(window), window->settings);
    else
        wb_banner_show(window->banner, TRUE,
                       _("The schema of the preferences is not installed; run 'make install'."));
}

static void act_undo(WbMixerWindow *window, GVariant *parameter)
{
    (void)parameter;
    wb_live_undo(wb_desk_live(window->desk));
}

static void act_redo(WbMixerWindow *window, GVariant *parameter)
{
    (void)parameter;
    wb_live_redo(wb_desk_live(window->desk));
}

/* ---- transport ---- */

static void act_play_stop(WbMixerWindow *window, GVariant *parameter)
{
    (void)parameter;
    gtk_toggle_button_set_active(window->play, !gtk_toggle_button_get_active(window->play));
}

static void act_stop(WbMixerWindow *window, GVariant *parameter)
{
    (void)parameter;
    wb_live_stop(wb_desk_live(window->desk));
}

static void act_locate_start(WbMixerWindow *window, GVariant *parameter)
{
    (void)parameter;
    const WbSession *session = wb_desk_session(window->desk);
    wb_live_locate(wb_desk_live(window->desk), session->loop ? session->loop_start : 0);
}

static void act_jump(WbMixerWindow *window, GVariant *parameter)
{
    const WbMixReading *reading = wb_desk_mix_reading(window->desk);
    const gint64 by = (gint64)g_variant_get_int32(parameter) * JUMP_SECONDS * reading->rate;
    wb_live_locate(wb_desk_live(window->desk), MAX(reading->position + by, 0));
}

static void act_loop(WbMixerWindow *window, GVariant *parameter)
{
    (void)parameter;
    gtk_toggle_button_set_active(window->loop, !gtk_toggle_button_get_active(window->loop));
}

/* -1: the loop starts here, 1: it ends here. */
static void act_loop_here(WbMixerWindow *window, GVariant *parameter)
{
    const WbSession *session = wb_desk_session(window->desk);
    const gint64 here = wb_desk_mix_reading(window->desk)->position;
    const bool start = g_variant_get_int32(parameter) < 0;
    gint64 from = start ? here : session->loop_start;
    gint64 to = start ? session->loop_end : here;
    if (to <= from) {
        from = start ? from : 0;
        to = start ? MAX(wb_desk_end(window->desk), from + 1) : to;
    }
    if (to > from)
        wb_desk_set_loop(window->desk, session->loop, from, to);
}

static void act_record(WbMixerWindow *window, GVariant *parameter)
{
    (void)parameter;
    wb_master_toggle_record(window->master);
}

static void act_take_to_clips(WbMixerWindow *window, GVariant *parameter)
{
    (void)parameter;
    g_autoptr(GError) error = NULL;
    if (!wb_live_take_to_clips(wb_desk_live(window->desk), &error))
        wb_banner_show(window->banner, TRUE, error->message);
}

/* ---- tracks ---- */

static void act_add_track(WbMixerWindow *window, GVariant *parameter)
{
    wb_desk_add_track(window->desk, (unsigned)g_variant_get_int32(parameter));
}

static void act_remove_tracks(WbMixerWindow *window, GVariant *parameter)
{
    (void)parameter;
    wb_desk_remove_selected(window->desk);
}

static void act_select_all(WbMixerWindow *window, GVariant *parameter)
{
    (void)parameter;
    wb_desk_select_all(window->desk);
}

static void act_select_step(WbMixerWindow *window, GVariant *parameter)
{
    wb_desk_select_step(window->desk, g_variant_get_int32(parameter));
    GtkWidget *strip = wb_mixer_window_strip(window, wb_desk_current(window->desk));
    if (strip != NULL)
        gtk_widget_grab_focus(strip);
}

static void act_move_track(WbMixerWindow *window, GVariant *parameter)
{
    GtkWidget *strip = wb_mixer_window_strip(window, wb_desk_current(window->desk));
    if (strip != NULL)
        gtk_widget_activate_action(
            strip, g_variant_get_int32(parameter) < 0 ? "strip.move-left" : "strip.move-right",
            NULL);
}

static void act_rename(WbMixerWindow *window, GVariant *parameter)
{
    (void)parameter;
    GtkWidget *strip = wb_mixer_window_strip(window, wb_desk_current(window->desk));
    if (strip != NULL)
        wb_track_strip_rename(WB_TRACK_STRIP(strip));
}

static void act_role(WbMixerWindow *window, GVariant *parameter)
{
    wb_desk_set_role(window->desk, wb_desk_current(window->desk),
                     (WbRole)g_variant_get_int32(parameter));
}

static void act_toggle(WbMixerWindow *window, GVariant *parameter)
{
    wb_desk_toggle(window->desk, wb_desk_current(window->desk),
                   (WbParameter)g_variant_get_int32(parameter));
}

static void act_listen(WbMixerWindow *window, GVariant *parameter)
{
    (void)parameter;
    const unsigned id = wb_desk_current(window->desk);
    const WbTrackReading *reading = wb_desk_track_reading(window->desk, id);
    if (reading != NULL)
        wb_live_set_listen(wb_desk_live(window->desk), id, !reading->listen);
}

/* In tenths of a step of the wheel. */
static void act_nudge(WbMixerWindow *window, GVariant *parameter)
{
    GtkWidget *strip = wb_mixer_window_strip(window, wb_desk_current(window->desk));
    if (strip != NULL)
        wb_track_strip_nudge(WB_TRACK_STRIP(strip), g_variant_get_int32(parameter) / 10.0);
}

static void act_pan(WbMixerWindow *window, GVariant *parameter)
{
    const unsigned id = wb_desk_current(window->desk);
    wb_desk_set(window->desk, id, WB_PARAMETER_PAN,
                wb_desk_get(window->desk, id, WB_PARAMETER_PAN) +
                    g_variant_get_int32(parameter) * PAN_STEP);
}

/* ---- the mix ---- */

static void act_strength(WbMixerWindow *window, GVariant *parameter)
{
    wb_desk_set_strength(window->desk, wb_desk_session(window->desk)->mix.strength_percent +
                                           g_variant_get_int32(parameter) * STRENGTH_STEP);
}

static void act_bypass_all(WbMixerWindow *window, GVariant *parameter)
{
    (void)parameter;
    wb_desk_set_bypass(window->desk, !wb_desk_session(window->desk)->mix.carve_bypass);
}

static void act_delta(WbMixerWindow *window, GVariant *parameter)
{
    (void)parameter;
    wb_live_set_delta(wb_desk_live(window->desk), !wb_desk_mix_reading(window->desk)->delta);
}

/* ---- tables ---- */

typedef enum { NEEDS_NOTHING, NEEDS_SESSION, NEEDS_TRACK } Needs;

static const struct {
    const char *name;
    const char *type;
    Act act;
    Needs needs;
} actions[] = {
    {"win.new", NULL, act_new, NEEDS_NOTHING},
    {"win.open", NULL, act_open, NEEDS_NOTHING},
    {"win.demo", NULL, act_demo, NEEDS_NOTHING},
    {"win.save", NULL, act_save, NEEDS_SESSION},
    {"win.save-as", NULL, act_save_as, NEEDS_SESSION},
    {"win.export", NULL, act_export, NEEDS_SESSION},
    {"win.close-session", NULL, act_close_session, NEEDS_SESSION},
    {"win.preferences", NULL, act_preferences, NEEDS_NOTHING},
    {"win.undo", NULL, act_undo, NEEDS_SESSION},
    {"win.redo", NULL, act_redo, NEEDS_SESSION},
    {"win.play-stop", NULL, act_play_stop, NEEDS_SESSION},
    {"win.stop", NULL, act_stop, NEEDS_SESSION},
    {"win.locate-start", NULL, act_locate_start, NEEDS_SESSION},
    {"win.jump", "i", act_jump, NEEDS_SESSION},
    {"win.loop", NULL, act_loop, NEEDS_SESSION},
    {"win.loop-here", "i", act_loop_here, NEEDS_SESSION},
    {"win.record", NULL, act_record, NEEDS_SESSION},
    {"win.take-to-clips", NULL, act_take_to_clips, NEEDS_SESSION},
    {"win.add-track", "i", act_add_track, NEEDS_SESSION},
    {"win.remove-tracks", NULL, act_remove_tracks, NEEDS_TRACK},
    {"win.select-all", NULL, act_select_all, NEEDS_SESSION},
    {"win.select-step", "i", act_select_step, NEEDS_SESSION},
    {"win.move-track", "i", act_move_track, NEEDS_TRACK},
    {"win.rename", NULL, act_rename, NEEDS_TRACK},
    {"win.role", "i", act_role, NEEDS_TRACK},
    {"win.toggle", "i", act_toggle, NEEDS_TRACK},
    {"win.listen", NULL, act_listen, NEEDS_TRACK},
    {"win.nudge", "i", act_nudge, NEEDS_TRACK},
    {"win.pan", "i", act_pan, NEEDS_TRACK},
    {"win.strength", "i", act_strength, NEEDS_SESSION},
    {"win.bypass-all", NULL, act_bypass_all, NEEDS_SESSION},
    {"win.delta", NULL, act_delta, NEEDS_SESSION},
};

/* Single letters work wherever nothing is being typed. */
static const struct {
    const char *key;
    const char *action;
    int target; /* of actions that take one */
} keys[] = {
    {"space", "win.play-stop", 0},
    {"Home", "win.locate-start", 0},
    {"<Control>Left", "win.jump", -1},
    {"<Control>Right", "win.jump", 1},
    {"l", "win.loop", 0},
    {"bracketleft", "win.loop-here", -1},
    {"bracketright", "win.loop-here", 1},
    {"<Control>r", "win.record", 0},
    {"<Control>n", "win.new", 0},
    {"<Control>o", "win.open", 0},
    {"<Control>s", "win.save", 0},
    {"<Control><Shift>s", "win.save-as", 0},
    {"<Control>e", "win.export", 0},
    {"<Control>w", "win.close-session", 0},
    {"<Control>comma", "win.preferences", 0},
    {"<Control>z", "win.undo", 0},
    {"<Control><Shift>z", "win.redo", 0},
    {"<Control>y", "win.redo", 0},
    {"<Control>t", "win.add-track", 2},
    {"<Control><Shift>t", "win.add-track", 1},
    {"Delete", "win.remove-tracks", 0},
    {"<Control>a", "win.select-all", 0},
    {"Left", "win.select-step", -1},
    {"Right", "win.select-step", 1},
    {"<Alt>Left", "win.move-track", -1},
    {"<Alt>Right", "win.move-track", 1},
    {"F2", "win.rename", 0},
    {"F3", "win.masking", 0},
    {"F4", "win.narrow", 0},
    {"1", "win.role", WB_ROLE_LEAD},
    {"2", "win.role", WB_ROLE_SUPPORT},
    {"3", "win.role", WB_ROLE_BACKGROUND},
    {"m", "win.toggle", WB_PARAMETER_MUTE},
    {"s", "win.toggle", WB_PARAMETER_SOLO},
    {"b", "win.toggle", WB_PARAMETER_BYPASS},
    {"a", "win.toggle", WB_PARAMETER_ARM},
    {"i", "win.toggle", WB_PARAMETER_MONITOR},
    {"o", "win.toggle", WB_PARAMETER_INVERT},
    {"p", "win.listen", 0},
    {"Up", "win.nudge", 10},
    {"Down", "win.nudge", -10},
    {"<Shift>Up", "win.nudge", 1},
    {"<Shift>Down", "win.nudge", -1},
    {"comma", "win.pan", -1},
    {"period", "win.pan", 1},
    {"plus", "win.strength", 1},
    {"minus", "win.strength", -1},
    {"<Shift>b", "win.bypass-all", 0},
    {"d", "win.delta", 0},
};

static void activate(GtkWidget *widget, const char *name, GVariant *parameter)
{
    for (size_t i = 0; i < G_N_ELEMENTS(actions); i++)
        if (strcmp(actions[i].name, name) == 0)
            actions[i].act(WB_MIXER_WINDOW(widget), parameter);
}

void wb_mixer_window_install_actions(GtkWidgetClass *widget_class)
{
    for (size_t i = 0; i < G_N_ELEMENTS(actions); i++)
        gtk_widget_class_install_action(widget_class, actions[i].name, actions[i].type, activate);
}

static const char *type_of(const char *action)
{
    for (size_t i = 0; i < G_N_ELEMENTS(actions); i++)
        if (strcmp(actions[i].name, action) == 0)
            return actions[i].type;
    return NULL;
}

static void add_setting_actions(WbMixerWindow *window)
{
    static const char *const names[] = {"narrow", "masking"};
    for (size_t i = 0; window->settings != NULL && i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GAction) action = g_settings_create_action(window->settings, names[i]);
        g_action_map_add_action(G_ACTION_MAP(window), action);
    }
}

void wb_mixer_window_add_keys(WbMixerWindow *window)
{
    GtkEventController *controller = gtk_shortcut_controller_new();
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        GtkShortcut *shortcut =
            gtk_shortcut_new(gtk_shortcut_trigger_parse_string(keys[i].key),
                             gtk_named_action_new(keys[i].action));
        if (type_of(keys[i].action) != NULL)
            gtk_shortcut_set_arguments(shortcut, g_variant_new_int32(keys[i].target));
        gtk_shortcut_controller_add_shortcut(GTK_SHORTCUT_CONTROLLER(controller), shortcut);
    }
    gtk_widget_add_controller(GTK_WIDGET(window), controller);
    add_setting_actions(window);
}

static void name_button(GtkButton *button, const char *text)
{
    gtk_widget_set_tooltip_text(GTK_WIDGET(button), text);
    gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static void name_steps(WbMixerWindow *window, const char *undo, const char *redo)
{
    g_autofree char *back =
        undo != NULL ? g_strdup_printf(_("Undo: %s (Ctrl+Z)"), undo) : g_strdup(_("Undo"));
    g_autofree char *again =
        redo != NULL ? g_strdup_printf(_("Redo: %s (Ctrl+Shift+Z)"), redo) : g_strdup(_("Redo"));
    name_button(window->undo, back);
    name_button(window->redo, again);
}

void wb_mixer_window_update_actions(WbMixerWindow *window)
{
    GtkWidget *widget = GTK_WIDGET(window);
    WbLive *live = window->desk != NULL ? wb_desk_live(window->desk) : NULL;
    const bool track = live != NULL && wb_desk_current(window->desk) != 0;
    for (size_t i = 0; i < G_N_ELEMENTS(actions); i++)
        gtk_widget_action_set_enabled(widget, actions[i].name,
                                      actions[i].needs == NEEDS_NOTHING ||
                                          (actions[i].needs == NEEDS_SESSION && live != NULL) ||
                                          (actions[i].needs == NEEDS_TRACK && track));
    const WbHistory *history = live != NULL ? wb_live_history(live) : NULL;
    const char *undo = history != NULL ? wb_history_undo_name(history) : NULL;
    const char *redo = history != NULL ? wb_history_redo_name(history) : NULL;
    gtk_widget_action_set_enabled(widget, "win.undo", undo != NULL);
    gtk_widget_action_set_enabled(widget, "win.redo", redo != NULL);
    name_steps(window, undo, redo);
}
