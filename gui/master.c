/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gui/master.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gui/fader.h"
#include "gui/inline_edit.h"
#include "gui/meter_view.h"
#include "gui/resources.h"
#include "gui/words.h"

/* Moments between two looks at numbers. */
#define NUMBERS_EVERY 6

struct _WbMaster {
    GtkWidget parent_instance;
    WbDesk *desk;
    gboolean updating;
    guint moments;

    GtkWidget *box, *meter_slot;
    WbFader *strength, *fader;
    WbInlineEdit *strength_text, *gain_text;
    GtkToggleButton *bypass, *delta, *record;
    GtkCheckButton *match;
    GtkInscription *momentary, *short_term, *integrated, *true_peak, *recorded, *take_info;
    GtkButton *reset;
    GtkDropDown *guard;
    WbMeterView *meter;
};

G_DEFINE_FINAL_TYPE(WbMaster, wb_master, GTK_TYPE_WIDGET)

static gboolean idle(WbMaster *master)
{
    return master->updating || master->desk == NULL || wb_desk_live(master->desk) == NULL;
}

/* ---- what the user does ---- */

static void on_strength(WbMaster *master, double value)
{
    if (!idle(master))
        wb_desk_set_strength(master->desk, value);
}

static void on_gain(WbMaster *master, double value)
{
    if (!idle(master))
        wb_desk_set_mix_gain(master->desk, value);
}

static void on_strength_moved(WbFader *fader, double value, WbMaster *master)
{
    (void)fader;
    on_strength(master, value);
}

static void on_gain_moved(WbFader *fader, double value, WbMaster *master)
{
    (void)fader;
    on_gain(master, value);
}

static void on_released(WbMaster *master)
{
    if (!idle(master))
        wb_desk_seal(master->desk);
}

static void on_strength_typed(WbInlineEdit *edit, const char *text, WbMaster *master)
{
    (void)edit;
    double value;
    if (wb_fader_parse(WB_FADER_STRENGTH, text, &value))
        on_strength(master, value);
}

static void on_gain_typed(WbInlineEdit *edit, const char *text, WbMaster *master)
{
    (void)edit;
    double value;
    if (wb_fader_parse(WB_FADER_GAIN, text, &value))
        on_gain(master, value);
}

static void on_bypass(WbMaster *master)
{
    if (!idle(master))
        wb_desk_set_bypass(master->desk, gtk_toggle_button_get_active(master->bypass));
}

static void on_delta(WbMaster *master)
{
    if (!idle(master))
        wb_live_set_delta(wb_desk_live(master->desk), gtk_toggle_button_get_active(master->delta));
}

static void on_match(WbMaster *master)
{
    if (!idle(master))
        wb_live_set_match(wb_desk_live(master->desk), gtk_check_button_get_active(master->match));
}

static void on_reset(WbMaster *master)
{
    if (!idle(master))
        wb_live_reset_readings(wb_desk_live(master->desk));
    wb_meter_view_reset(master->meter);
}

static void on_guard(WbMaster *master)
{
    if (!idle(master))
        wb_desk_set_guard(master->desk, (WbGuard)gtk_drop_down_get_selected(master->guard));
}

static void on_record(WbMaster *master)
{
    if (idle(master))
        return;
    WbLive *live = wb_desk_live(master->desk);
    g_autoptr(GError) error = NULL;
    const WbTakeOptions options = {0};
    if (!gtk_toggle_button_get_active(master->record))
        wb_live_record_stop(live);
    else if (!wb_live_record(live, &options, &error))
        wb_desk_tell(master->desk, TRUE, error->message);
    wb_desk_next_moment(master->desk);
    wb_master_update(master);
}

void wb_master_toggle_record(WbMaster *master)
{
    gtk_toggle_button_set_active(master->record, !gtk_toggle_button_get_active(master->record));
}

/* ---- what it shows ---- */

void wb_master_update(WbMaster *master)
{
    gtk_widget_set_sensitive(GTK_WIDGET(master), master->desk != NULL);
    if (master->desk == NULL || wb_desk_live(master->desk) == NULL)
        return;
    const WbSession *session = wb_desk_session(master->desk);
    const WbMixReading *reading = wb_desk_mix_reading(master->desk);
    master->updating = TRUE;
    wb_fader_set_value(master->strength, session->mix.strength_percent);
    wb_fader_set_value(master->fader, session->mix.gain_db);
    g_autofree char *strength = wb_fader_text(WB_FADER_STRENGTH, session->mix.strength_percent);
    g_autofree char *gain = wb_fader_text(WB_FADER_GAIN, session->mix.gain_db);
    wb_inline_edit_set_text(master->strength_text, strength);
    wb_inline_edit_set_text(master->gain_text, gain);
    gtk_toggle_button_set_active(master->bypass, session->mix.carve_bypass);
    gtk_toggle_button_set_active(master->delta, reading->delta);
    gtk_check_button_set_active(master->match, reading->match);
    gtk_toggle_button_set_active(master->record, reading->recording);
    gtk_drop_down_set_selected(master->guard, (guint)session->guard);
    master->updating = FALSE;
}

static void show_level(GtkInscription *label, double value, const char *unit)
{
    g_autofree char *text =
        isfinite(value) ? g_strdup_printf("%.1f %s", value, unit) : g_strdup_printf("−∞ %s", unit);
    gtk_inscription_set_text(label, text);
}

static void show_take(WbMaster *master, const WbMixReading *reading)
{
    g_autofree char *space =
        reading->disk_free >= 0 ? g_format_size((guint64)reading->disk_free) : g_strdup("–");
    if (!reading->recording) {
        g_autofree char *text = g_strdup_printf(_("%s free"), space);
        gtk_inscription_set_text(master->recorded, NULL);
        gtk_inscription_set_text(master->take_info, text);
        return;
    }
    g_autofree char *time = wb_words_time((double)reading->recorded_frames / reading->rate);
    g_autofree char *name = g_filename_display_basename(reading->recorded_file);
    g_autofree char *text = g_strdup_printf(_("%s · %s free"), name, space);
    gtk_inscription_set_text(master->recorded, time);
    gtk_inscription_set_text(master->take_info, text);
    gtk_widget_set_tooltip_text(GTK_WIDGET(master->take_info), reading->recorded_file);
}

void wb_master_show_reading(WbMaster *master)
{
    if (idle(master))
        return;
    const WbMixReading *reading = wb_desk_mix_reading(master->desk);
    wb_meter_view_set_levels(master->meter, reading->peak_db, reading->momentary_lufs);
    if (master->moments++ % NUMBERS_EVERY != 0)
        return;
    show_level(master->momentary, reading->momentary_lufs, "LUFS");
    show_level(master->short_term, reading->short_term_lufs, "LUFS");
    show_level(master->integrated, reading->integrated_lufs, "LUFS");
    show_level(master->true_peak, reading->true_peak_db, "dBTP");
    show_take(master, reading);
}

void wb_master_set_desk(WbMaster *master, WbDesk *desk)
{
    g_set_object(&master->desk, desk);
    wb_master_update(master);
}

/* ---- life ---- */

static void wb_master_dispose(GObject *object)
{
    WbMaster *master = WB_MASTER(object);
    g_clear_pointer(&master->box, gtk_widget_unparent);
    g_clear_object(&master->desk);
    G_OBJECT_CLASS(wb_master_parent_class)->dispose(object);
}

#define BIND(child) gtk_widget_class_bind_template_child(widget_class, WbMaster, child)

static void wb_master_class_init(WbMasterClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);
    G_OBJECT_CLASS(class)->dispose = wb_master_dispose;
    g_type_ensure(WB_TYPE_FADER);
    g_type_ensure(WB_TYPE_INLINE_EDIT);
    gtk_widget_class_set_template_from_resource(widget_class, WB_RESOURCE("ui/master.ui"));
    BIND(box);
    BIND(meter_slot);
    BIND(strength);
    BIND(fader);
    BIND(strength_text);
    BIND(gain_text);
    BIND(bypass);
    BIND(delta);
    BIND(record);
    BIND(match);
    BIND(momentary);
    BIND(short_term);
    BIND(integrated);
    BIND(true_peak);
    BIND(recorded);
    BIND(take_info);
    BIND(reset);
    BIND(guard);
    gtk_widget_class_set_layout_manager_type(widget_class, GTK_TYPE_BIN_LAYOUT);
    gtk_widget_class_set_css_name(widget_class, "master");
    gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void name_control(gpointer control, const char *name)
{
    gtk_accessible_update_property(GTK_ACCESSIBLE(control), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                   -1);
}

static void name_controls(WbMaster *master)
{
    name_control(master, _("Mix"));
    name_control(master->strength, _("Strength"));
    name_control(master->fader, _("Gain, mix"));
    name_control(master->bypass, _("Bypass all carves"));
    name_control(master->delta, _("Hear what is taken"));
    name_control(master->record, _("Record"));
    name_control(master->guard, _("Guard level"));
    name_control(master->meter, _("Level, mix"));
    wb_inline_edit_set_accessible(master->strength_text, _("Strength"));
    wb_inline_edit_set_accessible(master->gain_text, _("Gain, mix"));
}

static void wb_master_init(WbMaster *master)
{
    gtk_widget_init_template(GTK_WIDGET(master));
    master->meter = WB_METER_VIEW(wb_meter_view_new(WB_SCALE_K14));
    gtk_widget_set_hexpand(GTK_WIDGET(master->meter), TRUE);
    gtk_box_append(GTK_BOX(master->meter_slot), GTK_WIDGET(master->meter));
    wb_meter_view_set_channels(master->meter, 2);
    wb_meter_view_set_marks(master->meter, true);
    wb_fader_set_marks(master->fader, TRUE);
    name_controls(master);
    g_signal_connect(master->strength, "moved", G_CALLBACK(on_strength_moved), master);
    g_signal_connect(master->fader, "moved", G_CALLBACK(on_gain_moved), master);
    g_signal_connect_swapped(master->strength, "released", G_CALLBACK(on_released), master);
    g_signal_connect_swapped(master->fader, "released", G_CALLBACK(on_released), master);
    g_signal_connect(master->strength_text, "edited", G_CALLBACK(on_strength_typed), master);
    g_signal_connect(master->gain_text, "edited", G_CALLBACK(on_gain_typed), master);
    g_signal_connect_swapped(master->bypass, "toggled", G_CALLBACK(on_bypass), master);
    g_signal_connect_swapped(master->delta, "toggled", G_CALLBACK(on_delta), master);
    g_signal_connect_swapped(master->match, "toggled", G_CALLBACK(on_match), master);
    g_signal_connect_swapped(master->record, "toggled", G_CALLBACK(on_record), master);
    g_signal_connect_swapped(master->reset, "clicked", G_CALLBACK(on_reset), master);
    g_signal_connect_swapped(master->guard, "notify::selected", G_CALLBACK(on_guard), master);
}
