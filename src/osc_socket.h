/* SPDX-License-Identifier: GPL-3.0-or-later */
/* OSC messages over UDP, in GLib's main loop. liblo writes and reads the messages; the sockets are
 * our own, because liblo 0.31 listens on all interfaces or none, and looks up names of senders.
 *
 * Thread: main. */
#pragma once

#include <gio/gio.h>
#include <lo/lo.h>
#include <stdbool.h>

typedef struct WbOscSocket WbOscSocket;

typedef struct {
    const char *path; /* UTF-8, begins with a slash */
    lo_message message;
    GSocketAddress *source;
} WbOscPacket;

typedef struct {
    /* Each message, those of bundles one after the other, at once: time tags are not waited for. */
    void (*receive)(void *data, const WbOscPacket *packet);
    /* What is no OSC message. May be NULL. */
    void (*malformed)(void *data, GSocketAddress *source);
    void *data;
} WbOscReceiver;

/* Listens on a port of the loopback interface, or of all interfaces, over IPv4 and, where there is
 * any, IPv6. Port 0: any that is free. Errors are of G_IO_ERROR. */
WbOscSocket *wb_osc_socket_new(unsigned port, bool any_interface, const WbOscReceiver *receiver,
                               GError **error);
void wb_osc_socket_free(WbOscSocket *socket);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WbOscSocket, wb_osc_socket_free)

unsigned wb_osc_socket_port(const WbOscSocket *socket);
/* False if it could not be sent at once; nobody waits. The message stays the caller's. */
bool wb_osc_socket_send(WbOscSocket *socket, GSocketAddress *to, const char *path,
                        lo_message message);
bool wb_osc_address_equal(GSocketAddress *a, GSocketAddress *b);
/* Of osc.udp://HOST:PORT/; looks the host up. */
GSocketAddress *wb_osc_address_of_url(const char *url, GError **error);
