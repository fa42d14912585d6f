/* SPDX-License-Identifier: GPL-3.0-or-later */
/* OSC messages over UDP, in GLib's main loop. liblo writes and reads the messages; the sockets are
 * our own, because liblo 0.31 listens on all interfaces or none, and looks up names of senders.
 *
 * Thread: main. */
#pragma once

#include <gio/gio.h>
#include <lo/lo.h>
#include <stdbool.h>
#include <string.h>

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

/* Arguments of messages: liblo leaves them where they are in the packet, so a 64-bit one may begin
 * at any multiple of four bytes. A text ends in a zero. */
static inline int32_t wb_osc_int32(const lo_arg *argument)
{
    int32_t value;
    memcpy(&value, argument, sizeof value);
    return value;
}

static inline int64_t wb_osc_int64(const lo_arg *argument)
{
    int64_t value;
    memcpy(&value, argument, sizeof value);
    return value;
}

static inline float wb_osc_float(const lo_arg *argument)
{
    float value;
    memcpy(&value, argument, sizeof value);
    return value;
}

static inline double wb_osc_double(const lo_arg *argument)
{
    double value;
    memcpy(&value, argument, sizeof value);
    return value;
}

static inline const char *wb_osc_text(const lo_arg *argument)
{
    return (const char *)argument;
}
