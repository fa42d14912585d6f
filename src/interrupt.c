/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "src/interrupt.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

static atomic_bool interrupted;

static void note(int signal)
{
    (void)signal;
    atomic_store(&interrupted, true);
}

void wb_interrupt_install(void)
{
    /* SA_RESETHAND: the second time the signal does what it does by default. */
    struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART | SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
}

bool wb_interrupted(void)
{
    return atomic_load(&interrupted);
}
