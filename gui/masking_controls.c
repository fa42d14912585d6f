/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gui/masking_controls.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gui/clarity.h"
#include "gui/masking_advice.h"
#include "gui/masking_matrix.h"

#define SPACING 8

struct _WbMaskingControls {
    GtkWidget parent;
    WbDesk *desk; /* outlives this one: the page holds it */
    GtkWidget *box;
    unsigned masked, masker;
    GSimpleActionGroup *actions;
    GtkWidget *sign, *masked_name, *masked_text, *masked_roles;
    GtkWidget *masker_row, *depth_row, *pair_text, *advice_text, *masker_name;
    GtkWidget *depth, *as_role, *never, *popover;
    GtkEventController *pointer, *focus;
    bool filling; /* the depth is being set by us */
};

G_DEFINE_FINAL_TYPE(WbMaskingControls, wb_masking_controls, GTK_TYPE_WIDGET)

/* ---- actions ---- */

static void set_role(WbMaskingControls *controls, unsigned id, GVariant *wanted)
{
    WbRole role;
    if (wb_role_parse(g_variant_get_string(wanted, NULL), &role))
        wb_desk_set_role(controls->desk, id, role);
}

static void on_masked_role(GSimpleAction *action, GVariant *wanted, gpointer data)
{
    WbMaskingControls *controls = data;
    (void)action;
    set_role(controls, controls->masked, wanted);
}

static void on_masker_role(GSimpleAction *action, GVariant *wanted, gpointer data)
{
    WbMaskingControls *controls = data;
    (void)action;
    set_role(controls, controls->masker, wanted);
}

static void on_never(GSimpleAction *action, GVariant *wanted, gpointer data)
{
    WbMaskingControls *controls = data;
    (void)action;
    wb_desk_set_never(controls->desk, controls->masker, controls->masked,
                      g_variant_get_boolean(wanted));
}

static void on_mute(GSimpleAction *action, GVariant *wanted, gpointer data)
{
    WbMaskingControls *controls = data;
    (void)action;
    wb_desk_set(controls->desk, controls->masker, WB_PARAMETER_MUTE, g_variant_get_boolean(wanted));
}

static void on_show_masker(GSimpleAction *action, GVariant *parameter, gpointer data)
{
    WbMaskingControls *controls = data;
    (void)action, (void)parameter;
    wb_desk_select(controls->desk, controls->masker, WB_SELECT_ONLY);
}

static const GActionEntry entries[] = {
    {"masked-role", NULL, "s", "''", on_masked_role, {0}},
    {"masker-role", NULL, "s", "''", on_masker_role, {0}},
    {"never", NULL, NULL, "false", on_never, {0}},
    {"mute", NULL, NULL, "false", on_mute, {0}},
    {"show-masker", on_show_masker, NULL, NULL, NULL, {0}},
};

static void set_action(WbMaskingControls *controls, const char *name, bool enabled, GVariant *state)
{
    GAction *action = g_action_map_lookup_action(G_ACTION_MAP(controls->actions), name);
    g_simple_action_set_enabled(G_SIMPLE_ACTION(action), enabled);
    if (state)
        g_simple_action_set_state(G_SIMPLE_ACTION(action), state);
}

static const char *role_name(const WbTrack *track)
{
    return track ? wb_role_name(track->role) : "";
}

static void fill_depth(WbMaskingControls *controls, const WbTrack *masker)
{
    const WbSession *session = wb_desk_session(controls->desk);
    const bool as_role = !masker || masker->depth_db == WB_DEPTH_OF_ROLE;
    const bool yields = masker && masker->role != WB_ROLE_LEAD;
    controls->filling = true;
    gtk_check_button_set_active(GTK_CHECK_BUTTON(controls->as_role), as_role);
    gtk_spin_button_set_value(GTK_SPIN_BUTTON(controls->depth),
                              !masker   ? 0
                              : as_role ? wb_session_depth_db(session, masker)
                                        : masker->depth_db);
    gtk_widget_set_sensitive(controls->depth, yields && !as_role);
    gtk_widget_set_sensitive(controls->as_role, yields);
    controls->filling = false;
}

/* From the document. */
static void fill(WbMaskingControls *controls)
{
    const WbSession *session = wb_desk_session(controls->desk);
    const WbTrack *masked = wb_desk_track(controls->desk, controls->masked);
    const WbTrack *masker = masked ? wb_desk_track(controls->desk, controls->masker) : NULL;
    set_action(controls, "masked-role", masked, g_variant_new_string(role_name(masked)));
    set_action(controls, "masker-role", masker, g_variant_new_string(role_name(masker)));
    set_action(controls, "mute", masker, g_variant_new_boolean(masker && masker->mute));
    set_action(controls, "show-masker", masker, NULL);
    set_action(controls, "never", masker && masker->role > masked->role,
               g_variant_new_boolean(masker && wb_track_never_yields_to(masker, masked->id)));
    gtk_label_set_text(GTK_LABEL(controls->masked_name),
                       masked ? masked->name : _("No track is selected"));
    gtk_widget_set_visible(controls->masked_roles, masked != NULL);
    gtk_widget_set_visible(controls->sign, masked != NULL);
    gtk_widget_set_visible(controls->masker_row, masker != NULL);
    gtk_widget_set_visible(controls->depth_row, masker != NULL);
    if (masked)
        wb_clarity_set_role(WB_CLARITY(controls->sign), masked->role);
    fill_depth(controls, masker);
    if (!masker) {
        gtk_label_set_text(GTK_LABEL(controls->advice_text), "");
        return;
    }
    g_autofree char *never = g_strdup_printf(_("Never yield to %s"), masked->name);
    g_autofree char *advice = wb_masking_advice_text(session, masked, masker);
    gtk_label_set_text(GTK_LABEL(controls->masker_name), masker->name);
    gtk_label_set_text(GTK_LABEL(controls->advice_text), advice);
    gtk_check_button_set_label(GTK_CHECK_BUTTON(controls->never), never);
}

static void depth_changed(WbMaskingControls *controls)
{
    if (controls->filling)
        return;
    const bool as_role = gtk_check_button_get_active(GTK_CHECK_BUTTON(controls->as_role));
    const double depth = gtk_spin_button_get_value(GTK_SPIN_BUTTON(controls->depth));
    wb_desk_set(controls->desk, controls->masker, WB_PARAMETER_DEPTH,
                as_role ? WB_DEPTH_OF_ROLE : depth);
}

/* ---- contents ---- */

void wb_masking_controls_show(WbMaskingControls *controls, unsigned masked, unsigned masker)
{
    if (masked == controls->masked && masker == controls->masker)
        return;
    controls->masked = masked;
    controls->masker = masker;
    fill(controls);
}

static void set_label(GtkWidget *label, const char *text)
{
    if (g_strcmp0(gtk_label_get_text(GTK_LABEL(label)), text) != 0)
        gtk_label_set_text(GTK_LABEL(label), text);
}

void wb_masking_controls_update(WbMaskingControls *controls, const WbMasking *masking)
{
    const WbTrack *masked = wb_desk_track(controls->desk, controls->masked);
    const WbTrack *masker = wb_desk_track(controls->desk, controls->masker);
    const size_t m = wb_masking_find(masking, controls->masked);
    if (!masked || m == WB_NO_TRACK) {
        set_label(controls->masked_text, "");
        set_label(controls->pair_text, "");
        return;
    }
    const WbMaskingTrack heard = wb_masking_track(masking, m);
    g_autofree char *text =
        heard.heard == WB_HEARD_SILENT
            ? g_strdup(_("does not sound"))
            : g_strdup_printf(_("%s: %.0f %% of its own loudness is heard in the mix"),
                              wb_clarity_word(heard.heard), 100 * heard.clarity);
    set_label(controls->masked_text, text);
    wb_clarity_set(WB_CLARITY(controls->sign), heard.heard, heard.clarity);
    const size_t by = wb_masking_find(masking, controls->masker);
    if (!masker || by == WB_NO_TRACK) {
        set_label(controls->pair_text, _("Nothing covers it"));
        return;
    }
    const WbMaskingPair pair = wb_masking_pair(masking, m, by);
    g_autofree char *sentence = wb_masking_sentence(&pair, masked->name, masker->name);
    g_autofree char *alone =
        sentence ? NULL : g_strdup_printf(_("%s leaves %s alone"), masker->name, masked->name);
    set_label(controls->pair_text, sentence ? sentence : alone);
}

static void forget_popover(WbMaskingControls *controls)
{
    if (!controls->popover)
        return;
    g_object_remove_weak_pointer(G_OBJECT(controls->popover), (gpointer *)&controls->popover);
    g_signal_handlers_disconnect_by_data(controls->popover, controls);
    g_clear_pointer(&controls->popover, gtk_widget_unparent);
}

static void drop_popover(WbMaskingControls *controls)
{
    if (controls->popover && !gtk_widget_get_visible(controls->popover))
        forget_popover(controls);
    g_object_unref(controls);
}

bool wb_masking_controls_in_hand(WbMaskingControls *controls)
{
    return controls->popover ||
           gtk_event_controller_motion_contains_pointer(
               GTK_EVENT_CONTROLLER_MOTION(controls->pointer)) ||
           gtk_event_controller_focus_contains_focus(GTK_EVENT_CONTROLLER_FOCUS(controls->focus));
}

static void popover_closed(WbMaskingControls *controls)
{
    /* Its actions are activated only after it has closed. */
    g_idle_add_once((GSourceOnceFunc)drop_popover, g_object_ref(controls));
}

static GMenuModel *role_menu(const char *action)
{
    GMenu *menu = g_menu_new();
    for (int role = 0; role < WB_ROLES; role++) {
        GMenuItem *item = g_menu_item_new(wb_masking_role_text((WbRole)role), NULL);
        g_menu_item_set_action_and_target(item, action, "s", wb_role_name((WbRole)role));
        g_menu_append_item(menu, item);
        g_object_unref(item);
    }
    return G_MENU_MODEL(menu);
}

static void add_section(GMenu *menu, const char *title, const char *action)
{
    g_autoptr(GMenuModel) roles = role_menu(action);
    g_menu_append_section(menu, title, roles);
}

void wb_masking_controls_pop_up(WbMaskingControls *controls, GtkWidget *widget, double x, double y)
{
    const WbTrack *masked = wb_desk_track(controls->desk, controls->masked);
    const WbTrack *masker = wb_desk_track(controls->desk, controls->masker);
    if (!masked)
        return;
    g_autoptr(GMenu) menu = g_menu_new();
    add_section(menu, masked->name, "masking.masked-role");
    if (masker) {
        g_autoptr(GMenu) pair = g_menu_new();
        g_autofree char *never = g_strdup_printf(_("Never yield to %s"), masked->name);
        g_autofree char *mute = g_strdup_printf(_("Mute %s"), masker->name);
        add_section(menu, masker->name, "masking.masker-role");
        g_menu_append(pair, never, "masking.never");
        g_menu_append(pair, mute, "masking.mute");
        g_menu_append_section(menu, NULL, G_MENU_MODEL(pair));
    }
    forget_popover(controls);
    controls->popover = gtk_popover_menu_new_from_model(G_MENU_MODEL(menu));
    g_object_add_weak_pointer(G_OBJECT(controls->popover), (gpointer *)&controls->popover);
    g_signal_connect_swapped(controls->popover, "closed", G_CALLBACK(popover_closed), controls);
    gtk_widget_set_parent(controls->popover, widget);
    gtk_popover_set_pointing_to(GTK_POPOVER(controls->popover),
                                &(const GdkRectangle){(int)x, (int)y, 1, 1});
    gtk_popover_popup(GTK_POPOVER(controls->popover));
}

/* ---- building ---- */

static GtkWidget *new_row(WbMaskingControls *controls)
{
    GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, SPACING);
    gtk_box_append(GTK_BOX(controls->box), row);
    return row;
}

static GtkWidget *add_label(GtkWidget *box, const char *class)
{
    GtkWidget *label = gtk_label_new(NULL);
    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_label_set_wrap(GTK_LABEL(label), TRUE);
    if (class)
        gtk_widget_add_css_class(label, class);
    gtk_box_append(GTK_BOX(box), label);
    return label;
}

static GtkWidget *new_roles(const char *action, const char *name)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);
    gtk_widget_add_css_class(box, "linked");
    for (int role = 0; role < WB_ROLES; role++) {
        GtkWidget *button = gtk_toggle_button_new_with_label(wb_masking_role_text((WbRole)role));
        gtk_actionable_set_action_name(GTK_ACTIONABLE(button), action);
        gtk_actionable_set_action_target(GTK_ACTIONABLE(button), "s", wb_role_name((WbRole)role));
        gtk_widget_add_css_class(button, wb_role_name((WbRole)role));
        gtk_box_append(GTK_BOX(box), button);
    }
    gtk_widget_set_valign(box, GTK_ALIGN_CENTER);
    gtk_accessible_update_property(GTK_ACCESSIBLE(box), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
    return box;
}

static void add_masked_row(WbMaskingControls *controls)
{
    GtkWidget *row = new_row(controls);
    controls->sign = wb_clarity_new();
    gtk_box_append(GTK_BOX(row), controls->sign);
    controls->masked_name = add_label(row, "title-2");
    gtk_label_set_wrap(GTK_LABEL(controls->masked_name), FALSE);
    gtk_label_set_ellipsize(GTK_LABEL(controls->masked_name), PANGO_ELLIPSIZE_END);
    controls->masked_text = add_label(row, "dim-label");
    gtk_widget_set_hexpand(controls->masked_text, TRUE);
    controls->masked_roles = new_roles("masking.masked-role", _("Role of the masked track"));
    gtk_box_append(GTK_BOX(row), controls->masked_roles);
}

static void add_masker_buttons(GtkWidget *row)
{
    GtkWidget *mute = gtk_toggle_button_new_with_label(_("Mute"));
    gtk_actionable_set_action_name(GTK_ACTIONABLE(mute), "masking.mute");
    gtk_widget_set_tooltip_text(mute, _("Mute the masker, to hear what it covers"));
    gtk_box_append(GTK_BOX(row), mute);
    GtkWidget *show = gtk_button_new_with_label(_("Look at it"));
    gtk_actionable_set_action_name(GTK_ACTIONABLE(show), "masking.show-masker");
    gtk_widget_set_tooltip_text(show, _("See what covers the masker in turn"));
    gtk_box_append(GTK_BOX(row), show);
}

static void add_masker_row(WbMaskingControls *controls)
{
    GtkWidget *row = controls->masker_row = new_row(controls);
    GtkWidget *by = add_label(row, "dim-label");
    gtk_label_set_text(GTK_LABEL(by), _("covered by"));
    gtk_label_set_wrap(GTK_LABEL(by), FALSE);
    controls->masker_name = add_label(row, "heading");
    gtk_label_set_wrap(GTK_LABEL(controls->masker_name), FALSE);
    gtk_label_set_ellipsize(GTK_LABEL(controls->masker_name), PANGO_ELLIPSIZE_END);
    gtk_widget_set_hexpand(controls->masker_name, TRUE);
    add_masker_buttons(row);
    gtk_box_append(GTK_BOX(row), new_roles("masking.masker-role", _("Role of the masker")));
    row = controls->depth_row = new_row(controls);
    GtkWidget *depth = gtk_label_new(_("Carve depth"));
    gtk_box_append(GTK_BOX(row), depth);
    controls->depth = gtk_spin_button_new_with_range(0, WB_DEPTH_MAX_DB, 1);
    gtk_widget_set_valign(controls->depth, GTK_ALIGN_CENTER);
    gtk_widget_set_tooltip_text(controls->depth, _("It may be cut by up to so many dB in a band"));
    gtk_accessible_update_property(GTK_ACCESSIBLE(controls->depth), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Deepest cut of the masker, dB"), -1);
    gtk_box_append(GTK_BOX(row), controls->depth);
    controls->as_role = gtk_check_button_new_with_label(_("as its role"));
    gtk_box_append(GTK_BOX(row), controls->as_role);
    controls->never = gtk_check_button_new_with_label(_("Never yield"));
    gtk_actionable_set_action_name(GTK_ACTIONABLE(controls->never), "masking.never");
    gtk_box_append(GTK_BOX(row), controls->never);
    g_signal_connect_swapped(controls->depth, "value-changed", G_CALLBACK(depth_changed), controls);
    g_signal_connect_swapped(controls->as_role, "toggled", G_CALLBACK(depth_changed), controls);
}

static void dispose(GObject *object)
{
    WbMaskingControls *controls = WB_MASKING_CONTROLS(object);
    forget_popover(controls);
    g_clear_pointer(&controls->box, gtk_widget_unparent);
    g_clear_object(&controls->actions);
    G_OBJECT_CLASS(wb_masking_controls_parent_class)->dispose(object);
}

static void wb_masking_controls_class_init(WbMaskingControlsClass *class)
{
    G_OBJECT_CLASS(class)->dispose = dispose;
    gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
}

static void wb_masking_controls_init(WbMaskingControls *controls)
{
    controls->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, SPACING);
    gtk_widget_set_parent(controls->box, GTK_WIDGET(controls));
    controls->pointer = gtk_event_controller_motion_new();
    controls->focus = gtk_event_controller_focus_new();
    gtk_widget_add_controller(GTK_WIDGET(controls), controls->pointer);
    gtk_widget_add_controller(GTK_WIDGET(controls), controls->focus);
    controls->actions = g_simple_action_group_new();
    g_action_map_add_action_entries(G_ACTION_MAP(controls->actions), entries, G_N_ELEMENTS(entries),
                                    controls);
    add_masked_row(controls);
    add_masker_row(controls);
    controls->pair_text = add_label(controls->box, NULL);
    controls->advice_text = add_label(controls->box, NULL);
}

GtkWidget *wb_masking_controls_new(WbDesk *desk, GtkWidget *page)
{
    WbMaskingControls *controls = g_object_new(WB_TYPE_MASKING_CONTROLS, NULL);
    controls->desk = desk;
    gtk_widget_insert_action_group(page, "masking", G_ACTION_GROUP(controls->actions));
    g_signal_connect_object(desk, "changed", G_CALLBACK(fill), controls, G_CONNECT_SWAPPED);
    fill(controls);
    return GTK_WIDGET(controls);
}
