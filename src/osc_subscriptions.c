/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "src/osc_paths.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

#define SUBSCRIPTIONS_MAX 32
#define PREFIX_CHARACTERS 200
#define RATE_MAX_HZ 100
#define EXPIRES_US (30 * G_USEC_PER_SEC)

typedef struct {
    GSocketAddress *address;
    char *prefix;
    gint64 period; /* µs */
    gint64 due;
    gint64 expires;
    unsigned generation; /* of the document that it has seen */
    GHashTable *sent;    /* path to GBytes: what was sent of it last */
} Subscription;

struct WbOscSubscriptions {
    WbOsc *osc;
    GPtrArray *all; /* of Subscription */
    guint timer;    /* 0 while nobody has subscribed */
    gint64 timer_period;
};

static void subscription_free(gpointer data)
{
    Subscription *subscription = data;
    g_object_unref(subscription->address);
    g_free(subscription->prefix);
    g_hash_table_unref(subscription->sent);
    g_free(subscription);
}

static Subscription *find(const WbOscSubscriptions *subscriptions, GSocketAddress *address,
                          const char *prefix)
{
    for (guint i = 0; i < subscriptions->all->len; i++) {
        Subscription *subscription = subscriptions->all->pdata[i];
        if (strcmp(subscription->prefix, prefix) == 0 &&
            wb_osc_address_equal(subscription->address, address))
            return subscription;
    }
    return NULL;
}

static void push_value(const WbOscSubscriptions *subscriptions, Subscription *subscription,
                       const WbOscPath *entry, const char *path, WbTrack *track)
{
    WbOsc *osc = subscriptions->osc;
    lo_message values = lo_message_new();
    if (entry->get(osc, entry, track, values)) {
        size_t size;
        void *bytes = lo_message_serialise(values, path, NULL, &size);
        GBytes *now = g_bytes_new(bytes, size);
        free(bytes);
        GBytes *before = g_hash_table_lookup(subscription->sent, path);
        if (before == NULL || !g_bytes_equal(now, before)) {
            wb_osc_socket_send(osc->socket, subscription->address, path, values);
            g_hash_table_insert(subscription->sent, g_strdup(path), now);
        } else {
            g_bytes_unref(now);
        }
    }
    lo_message_free(values);
}

static void push_track_entry(const WbOscSubscriptions *subscriptions, Subscription *subscription,
                             const WbOscPath *entry)
{
    const WbSession *session = wb_live_session(subscriptions->osc->live);
    const char *rest = entry->path + strlen(WB_OSC_TRACK);
    for (guint i = 0; i < session->tracks->len; i++) {
        WbTrack *track = session->tracks->pdata[i];
        g_autofree char *path = g_strdup_printf("/track/%u/%s", track->id, rest);
        if (g_str_has_prefix(path, subscription->prefix))
            push_value(subscriptions, subscription, entry, path, track);
    }
}

/* What is in the document is looked at only after it has changed. */
static bool is_due(const WbOscPath *entry, bool document_changed)
{
    if (entry->get == NULL)
        return false;
    return entry->kind == WB_OSC_READING || entry->unrecorded || document_changed;
}

static gboolean is_gone(gpointer path, gpointer bytes, gpointer data)
{
    (void)bytes;
    const WbOsc *osc = data;
    unsigned track;
    wb_osc_find_path(osc, path, &track);
    return track != 0 && wb_session_track(wb_live_session(osc->live), track) == NULL;
}

static void push(const WbOscSubscriptions *subscriptions, Subscription *subscription)
{
    const WbOsc *osc = subscriptions->osc;
    const bool changed = subscription->generation != osc->generation;
    subscription->generation = osc->generation;
    if (changed)
        g_hash_table_foreach_remove(subscription->sent, is_gone, (gpointer)osc);
    wb_osc_readings_set_window(osc->readings, subscription->period);
    for (guint i = 0; i < osc->paths->len; i++) {
        const WbOscPath *entry = osc->paths->pdata[i];
        if (!is_due(entry, changed))
            continue;
        if (g_str_has_prefix(entry->path, WB_OSC_TRACK))
            push_track_entry(subscriptions, subscription, entry);
        else if (g_str_has_prefix(entry->path, subscription->prefix))
            push_value(subscriptions, subscription, entry, entry->path, NULL);
    }
    wb_osc_readings_set_window(osc->readings, 0);
}

static void schedule(WbOscSubscriptions *subscriptions);

static gboolean on_timer(gpointer data)
{
    WbOscSubscriptions *subscriptions = data;
    const gint64 now = g_get_monotonic_time();
    bool expired = false;
    for (guint i = subscriptions->all->len; i-- > 0;) {
        Subscription *subscription = subscriptions->all->pdata[i];
        if (now >= subscription->expires) {
            g_ptr_array_remove_index(subscriptions->all, i);
            expired = true;
        } else if (now >= subscription->due && subscriptions->osc->live != NULL) {
            subscription->due = MAX(subscription->due + subscription->period, now);
            push(subscriptions, subscription);
        }
    }
    if (!expired)
        return G_SOURCE_CONTINUE;
    subscriptions->timer = 0;
    schedule(subscriptions);
    return G_SOURCE_REMOVE;
}

/* One timer, at the rate of the fastest. */
static void schedule(WbOscSubscriptions *subscriptions)
{
    gint64 period = G_MAXINT64;
    for (guint i = 0; i < subscriptions->all->len; i++)
        period = MIN(period, ((const Subscription *)subscriptions->all->pdata[i])->period);
    if (subscriptions->timer != 0) {
        if (subscriptions->timer_period == period)
            return;
        g_source_remove(subscriptions->timer);
        subscriptions->timer = 0;
    }
    if (subscriptions->all->len == 0)
        return;
    subscriptions->timer_period = period;
    subscriptions->timer = g_timeout_add((guint)MAX(period / 1000, 1), on_timer, subscriptions);
}

static bool subscribe(const WbOscCall *call, GError **error)
{
    WbOscSubscriptions *subscriptions = call->osc->subscriptions;
    const char *prefix;
    double rate;
    if (!wb_osc_check_count(call, 2, 2, error) ||
        (prefix = wb_osc_argument_text(call, 0, error)) == NULL ||
        !wb_osc_argument_number(call, 1, &rate, error))
        return false;
    if (*prefix != '/' || strlen(prefix) > PREFIX_CHARACTERS)
        return wb_osc_fail(error, _("argument 1 must be the beginning of paths, from the slash"));
    if (rate < 0.1 || rate > RATE_MAX_HZ) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                    _("argument 2 must be from 0.1 to %d Hz"), RATE_MAX_HZ);
        return false;
    }
    Subscription *subscription = find(subscriptions, call->source, prefix);
    const gint64 now = g_get_monotonic_time();
    if (subscription == NULL) {
        if (subscriptions->all->len >= SUBSCRIPTIONS_MAX)
            return wb_osc_fail(error, _("there are too many subscriptions"));
        subscription = g_new0(Subscription, 1);
        subscription->address = g_object_ref(call->source);
        subscription->prefix = g_strdup(prefix);
        subscription->due = now;
        subscription->sent =
            g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
        g_ptr_array_add(subscriptions->all, subscription);
    }
    /* Networks lose packets: who subscribes again gets everything again. */
    g_hash_table_remove_all(subscription->sent);
    subscription->generation = call->osc->generation - 1;
    subscription->period = (gint64)(G_USEC_PER_SEC / rate);
    subscription->due = MIN(subscription->due, now + subscription->period);
    subscription->expires = now + EXPIRES_US;
    schedule(subscriptions);
    return true;
}

static bool unsubscribe(const WbOscCall *call, GError **error)
{
    WbOscSubscriptions *subscriptions = call->osc->subscriptions;
    const char *prefix;
    if (!wb_osc_check_count(call, 1, 1, error) ||
        (prefix = wb_osc_argument_text(call, 0, error)) == NULL)
        return false;
    Subscription *subscription = find(subscriptions, call->source, prefix);
    if (subscription == NULL)
        return wb_osc_fail(error, _("there is no such subscription"));
    g_ptr_array_remove(subscriptions->all, subscription);
    schedule(subscriptions);
    return true;
}

void wb_osc_add_subscriptions(WbOsc *osc)
{
    wb_osc_add_path(osc, &(WbOscPath){.path = (char *)"/subscribe",
                                      .kind = WB_OSC_ACTION,
                                      .types = (char *)"sf",
                                      .unit = "Hz",
                                      .text = N_("sends what begins with this path when it is "
                                                 "another, at most so often, for 30 s"),
                                      .without_live = true,
                                      .set = subscribe});
    wb_osc_add_path(osc, &(WbOscPath){.path = (char *)"/unsubscribe",
                                      .kind = WB_OSC_ACTION,
                                      .types = (char *)"s",
                                      .text = N_("ends a subscription"),
                                      .without_live = true,
                                      .set = unsubscribe});
}

WbOscSubscriptions *wb_osc_subscriptions_new(WbOsc *osc)
{
    WbOscSubscriptions *subscriptions = g_new0(WbOscSubscriptions, 1);
    subscriptions->osc = osc;
    subscriptions->all = g_ptr_array_new_with_free_func(subscription_free);
    return subscriptions;
}

void wb_osc_subscriptions_free(WbOscSubscriptions *subscriptions)
{
    if (subscriptions == NULL)
        return;
    if (subscriptions->timer != 0)
        g_source_remove(subscriptions->timer);
    g_ptr_array_unref(subscriptions->all);
    g_free(subscriptions);
}

void wb_osc_subscriptions_tell(WbOscSubscriptions *subscriptions, const char *path,
                               lo_message message)
{
    for (guint i = 0; i < subscriptions->all->len; i++) {
        const Subscription *subscription = subscriptions->all->pdata[i];
        if (g_str_has_prefix(path, subscription->prefix))
            wb_osc_socket_send(subscriptions->osc->socket, subscription->address, path, message);
    }
}
