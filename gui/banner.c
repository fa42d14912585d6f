/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gui/banner.h"

#include <string.h>

#include "gui/words.h"

#define NOTE_SECONDS 6
#define SHOWN_MAX 3

struct _WbBanner {
    GtkWidget parent_instance;
};

typedef struct {
    GCallback answer, dismiss;
    gpointer data;
} Question;

typedef void (*Answer)(gpointer data);

G_DEFINE_FINAL_TYPE(WbBanner, wb_banner, GTK_TYPE_WIDGET)

static void drop_bar(GtkWidget *bar)
{
    if (gtk_widget_get_parent(bar) != NULL)
        gtk_widget_unparent(bar);
}

static gboolean on_timeout(gpointer bar)
{
    drop_bar(bar);
    return G_SOURCE_REMOVE;
}

static void on_response(GtkInfoBar *bar, int response)
{
    const Question *question = g_object_get_data(G_OBJECT(bar), "question");
    g_object_ref(bar);
    drop_bar(GTK_WIDGET(bar));
    if (question != NULL) {
        const GCallback chosen = response == GTK_RESPONSE_OK ? question->answer : question->dismiss;
        if (chosen != NULL)
            ((Answer)chosen)(question->data);
    }
    g_object_unref(bar);
}

static GtkWidget *bar_of(WbBanner *banner, const char *name, const char *value)
{
    for (GtkWidget *bar = gtk_widget_get_first_child(GTK_WIDGET(banner)); bar != NULL;
         bar = gtk_widget_get_next_sibling(bar))
        if (g_strcmp0(g_object_get_data(G_OBJECT(bar), name), value) == 0)
            return bar;
    return NULL;
}

static GtkWidget *add_bar(WbBanner *banner, GtkMessageType type, const char *text)
{
    GtkWidget *bar = gtk_info_bar_new();
    GtkWidget *label = gtk_label_new(text);
    gtk_label_set_wrap(GTK_LABEL(label), TRUE);
    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_label_set_selectable(GTK_LABEL(label), TRUE);
    gtk_widget_set_hexpand(label, TRUE);
    gtk_info_bar_add_child(GTK_INFO_BAR(bar), label);
    gtk_info_bar_set_message_type(GTK_INFO_BAR(bar), type);
    gtk_info_bar_set_show_close_button(GTK_INFO_BAR(bar), TRUE);
    g_object_set_data_full(G_OBJECT(bar), "text", g_strdup(text), g_free);
    g_signal_connect(bar, "response", G_CALLBACK(on_response), NULL);
    gtk_accessible_update_property(GTK_ACCESSIBLE(bar), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
    gtk_widget_set_parent(bar, GTK_WIDGET(banner));
    return bar;
}

/* The oldest that asks nothing makes room. */
static void make_room(WbBanner *banner)
{
    guint shown = 0;
    GtkWidget *oldest = NULL;
    for (GtkWidget *bar = gtk_widget_get_first_child(GTK_WIDGET(banner)); bar != NULL;
         bar = gtk_widget_get_next_sibling(bar)) {
        if (g_object_get_data(G_OBJECT(bar), "question") != NULL)
            continue;
        shown++;
        if (oldest == NULL)
            oldest = bar;
    }
    if (shown >= SHOWN_MAX)
        drop_bar(oldest);
}

void wb_banner_show(WbBanner *banner, gboolean warning, const char *text)
{
    GtkWidget *same = bar_of(banner, "text", text);
    if (same != NULL)
        drop_bar(same);
    make_room(banner);
    GtkWidget *bar = add_bar(banner, warning ? GTK_MESSAGE_WARNING : GTK_MESSAGE_INFO, text);
    if (!warning)
        g_timeout_add_seconds_full(G_PRIORITY_DEFAULT, NOTE_SECONDS, on_timeout, g_object_ref(bar),
                                   g_object_unref);
}

void wb_banner_ask(WbBanner *banner, const char *key, const char *text, const char *button,
                   GCallback answer, GCallback dismiss, gpointer data)
{
    wb_banner_drop(banner, key);
    GtkWidget *bar = add_bar(banner, GTK_MESSAGE_QUESTION, text);
    Question *question = g_new(Question, 1);
    *question = (Question){answer, dismiss, data};
    g_object_set_data_full(G_OBJECT(bar), "question", question, g_free);
    g_object_set_data_full(G_OBJECT(bar), "key", g_strdup(key), g_free);
    wb_words_name(gtk_info_bar_add_button(GTK_INFO_BAR(bar), button, GTK_RESPONSE_OK), button);
}

void wb_banner_drop(WbBanner *banner, const char *key)
{
    GtkWidget *bar = bar_of(banner, "key", key);
    if (bar != NULL)
        drop_bar(bar);
}

static void wb_banner_dispose(GObject *object)
{
    GtkWidget *bar;
    while ((bar = gtk_widget_get_first_child(GTK_WIDGET(object))) != NULL)
        gtk_widget_unparent(bar);
    G_OBJECT_CLASS(wb_banner_parent_class)->dispose(object);
}

static void wb_banner_class_init(WbBannerClass *class)
{
    G_OBJECT_CLASS(class)->dispose = wb_banner_dispose;
    gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BOX_LAYOUT);
    gtk_widget_class_set_css_name(GTK_WIDGET_CLASS(class), "banner");
}

static void wb_banner_init(WbBanner *banner)
{
    GtkLayoutManager *layout = gtk_widget_get_layout_manager(GTK_WIDGET(banner));
    gtk_orientable_set_orientation(GTK_ORIENTABLE(layout), GTK_ORIENTATION_VERTICAL);
}
