/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jack/metadata.h>
#include <jack/uuid.h>

#include "engine/drivers/jack_driver.h"

#define TYPE_INTEGER "http://www.w3.org/2001/XMLSchema#int"
#define TYPE_TEXT "text/plain"

void wb_jack_set_looks(JackPort *port, const char *pretty, const int *order)
{
    jack_client_t *client = wb_jack(port->base.driver)->client;
    const jack_uuid_t uuid = jack_port_uuid(port->handle);

    if (jack_uuid_empty(uuid))
        return;
    if (pretty)
        jack_set_property(client, uuid, JACK_METADATA_PRETTY_NAME, pretty, TYPE_TEXT);
    if (order) {
        char digits[16];
        g_snprintf(digits, sizeof digits, "%d", *order);
        jack_set_property(client, uuid, JACK_METADATA_ORDER, digits, TYPE_INTEGER);
    }
}

void wb_jack_port_set_order(WbPort *port, int order)
{
    JackPort *own = (JackPort *)port;

    /* The server writes it to disk and tells all clients of it: only what is news. */
    if (own->order == order || !wb_jack_alive(port->driver))
        return;
    own->order = order;
    wb_jack_set_looks(own, NULL, &order);
}
