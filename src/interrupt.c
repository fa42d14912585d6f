/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "src/interrupt.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

static atomic_int received;

static void remember(int number)
{
    atomic_store_explicit(&received, number, memory_order_relaxed);
}

void wb_interrupt_install(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = remember, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct sigaction before;
        if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(numbers[i], &action, NULL);
    }
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

bool wb_interrupted(void)
{
    return atomic_load_explicit(&received, memory_order_relaxed) != 0;
}

int wb_interrupt_status(void)
{
    return 128 + atomic_load_explicit(&received, memory_order_relaxed);
}
