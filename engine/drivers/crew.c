/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/drivers/crew.h"

#include <glib.h>
#include <stdatomic.h>

#include "engine/rt/denormals.h"

struct WbCrew {
    unsigned helpers; /* besides the calling thread */
    GThreadPool *pool;
    WbCrewTask task;
    void *data;
    size_t count;
    atomic_size_t next;
    GMutex mutex;
    GCond idle;
    unsigned busy; /* helpers at work */
};

static void work(WbCrew *crew)
{
    for (size_t i = atomic_fetch_add(&crew->next, 1); i < crew->count;
         i = atomic_fetch_add(&crew->next, 1))
        crew->task(crew->data, i);
}

static void help(gpointer unused, gpointer user_data)
{
    WbCrew *crew = user_data;
    (void)unused;
    wb_denormals_off();
    work(crew);
    g_mutex_lock(&crew->mutex);
    if (--crew->busy == 0)
        g_cond_signal(&crew->idle);
    g_mutex_unlock(&crew->mutex);
}

WbCrew *wb_crew_new(unsigned threads)
{
    WbCrew *crew = g_new0(WbCrew, 1);
    g_mutex_init(&crew->mutex);
    g_cond_init(&crew->idle);
    crew->helpers = (threads > 0 ? threads : g_get_num_processors()) - 1;
    if (crew->helpers > 0)
        crew->pool = g_thread_pool_new(help, crew, (gint)crew->helpers, FALSE, NULL);
    return crew;
}

void wb_crew_free(WbCrew *crew)
{
    if (!crew)
        return;
    if (crew->pool)
        g_thread_pool_free(crew->pool, FALSE, TRUE);
    g_mutex_clear(&crew->mutex);
    g_cond_clear(&crew->idle);
    g_free(crew);
}

void wb_crew_run(WbCrew *crew, WbCrewTask task, void *data, size_t count)
{
    const unsigned helpers = count > 1 ? (unsigned)MIN(crew->helpers, count - 1) : 0;
    crew->task = task;
    crew->data = data;
    crew->count = count;
    atomic_store(&crew->next, 0);
    crew->busy = helpers;
    for (unsigned i = 0; i < helpers; i++)
        g_thread_pool_push(crew->pool, crew, NULL);
    wb_denormals_off();
    work(crew);
    g_mutex_lock(&crew->mutex);
    while (crew->busy > 0)
        g_cond_wait(&crew->idle, &crew->mutex);
    g_mutex_unlock(&crew->mutex);
}
