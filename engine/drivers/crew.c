/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/drivers/crew.h"

#include <glib.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "engine/rt/denormals.h"

/* POSIX threads rather than GLib's: ThreadSanitizer sees what they order. */
struct WbCrew {
    unsigned helpers; /* besides the calling thread */
    pthread_t *threads;
    pthread_mutex_t mutex;
    pthread_cond_t start, idle;
    /* guarded by the mutex; what a run is, also fixed while it lasts */
    bool leave;
    unsigned run, busy; /* which run it is; helpers that have not finished it */
    WbCrewTask task;
    void *data;
    size_t count;
    atomic_size_t next;
};

static void work(WbCrew *crew)
{
    for (size_t i = atomic_fetch_add(&crew->next, 1); i < crew->count;
         i = atomic_fetch_add(&crew->next, 1))
        crew->task(crew->data, i);
}

static void *help(void *data)
{
    WbCrew *crew = data;
    wb_denormals_off();
    pthread_mutex_lock(&crew->mutex);
    for (unsigned seen = 0;; seen = crew->run) {
        while (crew->run == seen && !crew->leave)
            pthread_cond_wait(&crew->start, &crew->mutex);
        if (crew->leave)
            break;
        pthread_mutex_unlock(&crew->mutex);
        work(crew);
        pthread_mutex_lock(&crew->mutex);
        if (--crew->busy == 0)
            pthread_cond_signal(&crew->idle);
    }
    pthread_mutex_unlock(&crew->mutex);
    return NULL;
}

WbCrew *wb_crew_new(unsigned threads)
{
    WbCrew *crew = g_new0(WbCrew, 1);
    pthread_mutex_init(&crew->mutex, NULL);
    pthread_cond_init(&crew->start, NULL);
    pthread_cond_init(&crew->idle, NULL);
    const unsigned wanted = (threads > 0 ? threads : g_get_num_processors()) - 1;
    crew->threads = g_new0(pthread_t, wanted);
    /* With fewer threads than wanted the work takes longer, and that is all. */
    while (crew->helpers < wanted &&
           pthread_create(&crew->threads[crew->helpers], NULL, help, crew) == 0)
        crew->helpers++;
    return crew;
}

void wb_crew_free(WbCrew *crew)
{
    if (!crew)
        return;
    pthread_mutex_lock(&crew->mutex);
    crew->leave = true;
    pthread_cond_broadcast(&crew->start);
    pthread_mutex_unlock(&crew->mutex);
    for (unsigned i = 0; i < crew->helpers; i++)
        pthread_join(crew->threads[i], NULL);
    pthread_cond_destroy(&crew->idle);
    pthread_cond_destroy(&crew->start);
    pthread_mutex_destroy(&crew->mutex);
    g_free(crew->threads);
    g_free(crew);
}

void wb_crew_run(WbCrew *crew, WbCrewTask task, void *data, size_t count)
{
    pthread_mutex_lock(&crew->mutex);
    crew->task = task;
    crew->data = data;
    crew->count = count;
    atomic_store(&crew->next, 0);
    crew->busy = crew->helpers;
    crew->run++;
    pthread_cond_broadcast(&crew->start);
    pthread_mutex_unlock(&crew->mutex);
    wb_denormals_off();
    work(crew);
    pthread_mutex_lock(&crew->mutex);
    while (crew->busy > 0)
        pthread_cond_wait(&crew->idle, &crew->mutex);
    pthread_mutex_unlock(&crew->mutex);
}
