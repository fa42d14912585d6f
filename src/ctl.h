/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The other end of osc_server.h: asks or tells a running wideberth something, and prints what it
 * says.
 *
 * Thread: main. */
#pragma once

#include <glib.h>

typedef struct {
    const char *url; /* osc.udp://HOST:PORT/ */
    double timeout;  /* seconds to wait for an answer */
    const char *path;
    char *const *arguments; /* ends in NULL; as they were typed */
    gboolean watch;         /* print what begins with the path until interrupted */
    double rate;            /* of watching, Hz */
} WbCtlRequest;

/* The exit status of the program; errors are printed. */
int wb_ctl(const WbCtlRequest *request);
