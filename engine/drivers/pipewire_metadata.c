/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The session manager's metadata "default": which sink sound goes to, and what JACK programs show
 * of ports. Without a session manager there is none. */
#include "engine/drivers/pipewire_driver.h"

#include <pipewire/extensions/metadata.h>
#include <spa/utils/json.h>

#define KEY_SINK "default.audio.sink"
#define KEY_PRETTY_NAME "http://jackaudio.org/metadata/pretty-name"
#define KEY_ORDER "http://jackaudio.org/metadata/order"
#define TYPE_INTEGER "http://www.w3.org/2001/XMLSchema#int"
#define TYPE_TEXT "text/plain"

/* value: {"name": "..."} */
static char *name_in(const char *value)
{
    struct spa_json json[2];
    char key[64], name[1024];

    spa_json_init(&json[0], value, strlen(value));
    if (spa_json_enter_object(&json[0], &json[1]) <= 0)
        return NULL;
    while (spa_json_get_string(&json[1], key, sizeof key) > 0) {
        if (spa_json_get_string(&json[1], name, sizeof name) <= 0)
            return NULL;
        if (g_str_equal(key, "name"))
            return g_strdup(name);
    }
    return NULL;
}

static int on_property(void *data, uint32_t subject, const char *key, const char *type,
                       const char *value)
{
    PipewireDriver *pipewire = data;

    (void)type;
    if (subject != PW_ID_CORE || (key && !g_str_equal(key, KEY_SINK)))
        return 0;
    g_free(pipewire->default_sink);
    pipewire->default_sink = key && value ? name_in(value) : NULL;
    return 0;
}

static const struct pw_metadata_events metadata_events = {
    PW_VERSION_METADATA_EVENTS,
    .property = on_property,
};

void wb_pipewire_metadata_found(PipewireDriver *pipewire, uint32_t id, const char *name)
{
    if (pipewire->metadata || !name || !g_str_equal(name, "default"))
        return;
    pipewire->metadata = pw_registry_bind(pipewire->registry, id, PW_TYPE_INTERFACE_Metadata,
                                          PW_VERSION_METADATA, 0);
    if (!pipewire->metadata)
        return;
    pipewire->metadata_id = id;
    pw_metadata_add_listener(pipewire->metadata, &pipewire->metadata_listener, &metadata_events,
                             pipewire);
}

void wb_pipewire_metadata_gone(PipewireDriver *pipewire, uint32_t id)
{
    if (!pipewire->metadata || (id != SPA_ID_INVALID && id != pipewire->metadata_id))
        return;
    spa_hook_remove(&pipewire->metadata_listener);
    pw_proxy_destroy((struct pw_proxy *)g_steal_pointer(&pipewire->metadata));
    g_clear_pointer(&pipewire->default_sink, g_free);
}

void wb_pipewire_set_looks(PipewirePort *port, const char *pretty)
{
    PipewireDriver *pipewire = port->plug->driver;
    char order[16];

    if (!pipewire->metadata)
        return;
    const uint32_t id = wb_pipewire_graph_own(pipewire, port->plug);
    if (id == SPA_ID_INVALID)
        return;
    g_snprintf(order, sizeof order, "%d", port->order);
    if (pretty)
        pw_metadata_set_property(pipewire->metadata, id, KEY_PRETTY_NAME, TYPE_TEXT, pretty);
    pw_metadata_set_property(pipewire->metadata, id, KEY_ORDER, TYPE_INTEGER, order);
}
