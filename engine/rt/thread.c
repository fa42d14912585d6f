/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/rt/thread.h"

#include <errno.h>
#include <glib.h>
#include <math.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <time.h>

#include "engine/rt/denormals.h"

/* POSIX threads rather than GLib's: ThreadSanitizer sees what they order. */
struct WbThread {
    pthread_t thread;
    bool as_asked;
    void (*function)(void *data);
    void *data;
};

struct WbSignal {
    sem_t semaphore;
};

static void *run(void *data)
{
    WbThread *thread = data;
    wb_denormals_off();
    thread->function(thread->data);
    return NULL;
}

WbThread *wb_thread_start(const char *name, int priority, void (*function)(void *data), void *data)
{
    WbThread *thread = g_new0(WbThread, 1);
    sigset_t all, before;
    thread->function = function;
    thread->data = data;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const int failure = pthread_create(&thread->thread, NULL, run, thread);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failure != 0)
        g_error("cannot start a thread: %s", g_strerror(failure));
    pthread_setname_np(thread->thread, name);
    wb_thread_set_priority(thread, priority);
    return thread;
}

void wb_thread_set_priority(WbThread *thread, int priority)
{
    const struct sched_param param = {.sched_priority = priority};
    const int failure =
        pthread_setschedparam(thread->thread, priority > 0 ? SCHED_FIFO : SCHED_OTHER, &param);
    thread->as_asked = failure == 0 || failure == ESRCH; /* it has returned already */
}

bool wb_thread_is_as_asked(const WbThread *thread)
{
    return thread->as_asked;
}

void wb_thread_join(WbThread *thread)
{
    if (!thread)
        return;
    pthread_join(thread->thread, NULL);
    g_free(thread);
}

WbSignal *wb_signal_new(void)
{
    WbSignal *signal = g_new0(WbSignal, 1);
    sem_init(&signal->semaphore, 0, 0);
    return signal;
}

void wb_signal_free(WbSignal *signal)
{
    if (!signal)
        return;
    sem_destroy(&signal->semaphore);
    g_free(signal);
}

void wb_signal_raise(WbSignal *signal)
{
    int raised;
    /* Once is enough; more would only overflow while nobody waits. */
    if (sem_getvalue(&signal->semaphore, &raised) == 0 && raised < 2)
        sem_post(&signal->semaphore);
}

bool wb_signal_wait(WbSignal *signal, double seconds)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    const double end = (double)until.tv_nsec * 1e-9 + seconds;
    until.tv_sec += (time_t)floor(end);
    until.tv_nsec = (long)((end - floor(end)) * 1e9);
    while (sem_timedwait(&signal->semaphore, &until) != 0) {
        if (errno != EINTR)
            return false;
    }
    /* What was raised meanwhile is the same news. */
    while (sem_trywait(&signal->semaphore) == 0) {
    }
    return true;
}
