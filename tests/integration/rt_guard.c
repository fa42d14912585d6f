/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Preloaded into a client of JACK or PipeWire: aborts it, with a backtrace, when its process or
 * sync callback (with PipeWire, the process method of a node that it exports) calls what may make
 * the audio thread wait: memory, locks, files, sleep. Waiting for a semaphore is let pass while the
 * server freewheels. Says on standard error which thread it watches and, in the end, how many
 * cycles it has watched. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <execinfo.h>
#include <fcntl.h>
#include <jack/jack.h>
#ifdef WITH_PIPEWIRE
#include <pipewire/pipewire.h>
#include <spa/node/node.h>
#endif
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#define FRAMES_SHOWN 32

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

static __thread int inside __attribute__((tls_model("initial-exec")));
static atomic_ullong cycles;
static atomic_int freewheels;

/* ---- what to say, without stdio ---- */

static void say(const char *text)
{
    syscall(SYS_write, 2, text, strlen(text));
}

static void say_number(unsigned long long number)
{
    char digits[24];
    size_t at = sizeof digits;
    digits[--at] = 0;
    do
        digits[--at] = (char)('0' + number % 10);
    while (number /= 10);
    say(digits + at);
}

static void check(const char *function)
{
    if (!inside)
        return;
    inside = 0;
    void *frames[FRAMES_SHOWN];
    say("rt_guard: ");
    say(function);
    say(" in the process callback\n");
    backtrace_symbols_fd(frames, backtrace(frames, FRAMES_SHOWN), 2);
    abort();
}

/* The first backtrace loads a library. */
__attribute__((constructor)) static void begin(void)
{
    void *frames[2];
    backtrace(frames, 2);
}

__attribute__((destructor)) static void end(void)
{
    say("rt_guard: ");
    say_number(atomic_load(&cycles));
    say(" cycles\n");
}

static void *next(const char *name)
{
    /* Condition variables have an older version that dlsym() would find. */
    void *found = dlvsym(RTLD_NEXT, name, "GLIBC_2.3.2");
    return found ? found : dlsym(RTLD_NEXT, name);
}

/* ---- the callbacks: what is passed on to JACK remembers the client's own, for ever ---- */

typedef struct {
    union {
        JackProcessCallback process;
        JackSyncCallback sync;
        JackFreewheelCallback freewheel;
    } own;
    void *data;
} Callback;

static Callback *remember(void *data)
{
    Callback *callback = __libc_calloc(1, sizeof *callback);
    callback->data = data;
    return callback;
}

static void count_cycle(void)
{
    if (atomic_fetch_add(&cycles, 1) != 0)
        return;
    say("rt_guard: thread ");
    say_number((unsigned long long)syscall(SYS_gettid));
    say("\n");
}

static int guarded_process(jack_nframes_t frames, void *data)
{
    const Callback *callback = data;
    count_cycle();
    inside = 1;
    const int result = callback->own.process(frames, callback->data);
    inside = 0;
    return result;
}

static int guarded_sync(jack_transport_state_t state, jack_position_t *position, void *data)
{
    const Callback *callback = data;
    inside = 1;
    const int result = callback->own.sync(state, position, callback->data);
    inside = 0;
    return result;
}

static void watched_freewheel(int starting, void *data)
{
    const Callback *callback = data;
    atomic_store(&freewheels, starting);
    callback->own.freewheel(starting, callback->data);
}

int jack_set_process_callback(jack_client_t *client, JackProcessCallback process, void *data)
{
    int (*real)(jack_client_t *, JackProcessCallback, void *) = next(__func__);
    Callback *callback = remember(data);
    callback->own.process = process;
    return real(client, guarded_process, callback);
}

int jack_set_sync_callback(jack_client_t *client, JackSyncCallback sync, void *data)
{
    int (*real)(jack_client_t *, JackSyncCallback, void *) = next(__func__);
    Callback *callback = remember(data);
    callback->own.sync = sync;
    return real(client, guarded_sync, callback);
}

int jack_set_freewheel_callback(jack_client_t *client, JackFreewheelCallback freewheel, void *data)
{
    int (*real)(jack_client_t *, JackFreewheelCallback, void *) = next(__func__);
    Callback *callback = remember(data);
    callback->own.freewheel = freewheel;
    return real(client, watched_freewheel, callback);
}

#ifdef WITH_PIPEWIRE

static int (*own_node_process)(void *object);

static int guarded_node_process(void *object)
{
    count_cycle();
    inside = 1;
    const int result = own_node_process(object);
    inside = 0;
    return result;
}

struct pw_proxy *pw_core_export(struct pw_core *core, const char *type,
                                const struct spa_dict *properties, void *object, size_t size)
{
    struct pw_proxy *(*real)(struct pw_core *, const char *, const struct spa_dict *, void *,
                             size_t) = next(__func__);
    struct spa_node *node = object;
    struct spa_node_methods *methods = __libc_calloc(1, sizeof *methods);
    *methods = *(const struct spa_node_methods *)node->iface.cb.funcs;
    own_node_process = methods->process;
    methods->process = guarded_node_process;
    node->iface.cb.funcs = methods;
    return real(core, type, properties, object, size);
}

#endif

/* ---- memory ---- */

void *malloc(size_t size)
{
    check(__func__);
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    check(__func__);
    return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    check(__func__);
    return __libc_realloc(memory, size);
}

void free(void *memory)
{
    if (memory)
        check(__func__);
    __libc_free(memory);
}

void *memalign(size_t alignment, size_t size)
{
    check(__func__);
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    check(__func__);
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
    check(__func__);
    *memory = __libc_memalign(alignment, size);
    return *memory ? 0 : 12; /* ENOMEM */
}

/* ---- everything else: checked, then passed on ---- */

#define GUARD(result, name, parameters, arguments)                                                 \
    result name parameters                                                                         \
    {                                                                                              \
        static result(*_Atomic real) parameters;                                                   \
        check(#name);                                                                              \
        if (!real)                                                                                 \
            real = (result(*) parameters)next(#name);                                              \
        return real arguments;                                                                     \
    }

GUARD(int, pthread_mutex_lock, (pthread_mutex_t * m), (m))
GUARD(int, pthread_mutex_timedlock, (pthread_mutex_t * m, const struct timespec *t), (m, t))
GUARD(int, pthread_rwlock_rdlock, (pthread_rwlock_t * l), (l))
GUARD(int, pthread_rwlock_wrlock, (pthread_rwlock_t * l), (l))
GUARD(int, pthread_cond_wait, (pthread_cond_t * c, pthread_mutex_t *m), (c, m))
GUARD(int, pthread_cond_timedwait,
      (pthread_cond_t * c, pthread_mutex_t *m, const struct timespec *t), (c, m, t))
GUARD(int, pthread_cond_signal, (pthread_cond_t * c), (c))
GUARD(int, pthread_cond_broadcast, (pthread_cond_t * c), (c))
GUARD(int, pthread_create, (pthread_t * t, const pthread_attr_t *a, void *(*f)(void *), void *d),
      (t, a, f, d))
GUARD(int, pthread_join, (pthread_t t, void **r), (t, r))
GUARD(void, g_mutex_lock, (void *m), (m))
GUARD(void, g_rec_mutex_lock, (void *m), (m))
GUARD(void, g_rw_lock_reader_lock, (void *l), (l))
GUARD(void, g_rw_lock_writer_lock, (void *l), (l))
GUARD(void, g_cond_signal, (void *c), (c))
GUARD(void, g_cond_broadcast, (void *c), (c))
GUARD(void, g_cond_wait, (void *c, void *m), (c, m))

GUARD(ssize_t, read, (int f, void *b, size_t n), (f, b, n))
GUARD(ssize_t, write, (int f, const void *b, size_t n), (f, b, n))
GUARD(ssize_t, pread, (int f, void *b, size_t n, off_t o), (f, b, n, o))
GUARD(ssize_t, pwrite, (int f, const void *b, size_t n, off_t o), (f, b, n, o))
GUARD(ssize_t, readv, (int f, const struct iovec *v, int n), (f, v, n))
GUARD(ssize_t, writev, (int f, const struct iovec *v, int n), (f, v, n))
GUARD(int, close, (int f), (f))
GUARD(int, fsync, (int f), (f))
GUARD(int, fdatasync, (int f), (f))
GUARD(void *, mmap, (void *a, size_t n, int p, int g, int f, off_t o), (a, n, p, g, f, o))
GUARD(int, munmap, (void *a, size_t n), (a, n))
GUARD(int, poll, (struct pollfd * f, nfds_t n, int t), (f, n, t))
GUARD(ssize_t, send, (int f, const void *b, size_t n, int g), (f, b, n, g))
GUARD(ssize_t, recv, (int f, void *b, size_t n, int g), (f, b, n, g))

GUARD(int, usleep, (useconds_t t), (t))
GUARD(unsigned, sleep, (unsigned t), (t))
GUARD(int, nanosleep, (const struct timespec *t, struct timespec *r), (t, r))
GUARD(int, clock_nanosleep, (clockid_t c, int g, const struct timespec *t, struct timespec *r),
      (c, g, t, r))

GUARD(FILE *, fopen, (const char *p, const char *m), (p, m))
GUARD(int, fclose, (FILE * f), (f))
GUARD(int, fflush, (FILE * f), (f))
GUARD(size_t, fread, (void *b, size_t s, size_t n, FILE *f), (b, s, n, f))
GUARD(size_t, fwrite, (const void *b, size_t s, size_t n, FILE *f), (b, s, n, f))
GUARD(int, fputs, (const char *s, FILE *f), (s, f))
GUARD(int, fputc, (int c, FILE *f), (c, f))
GUARD(int, puts, (const char *s), (s))
GUARD(int, putchar, (int c), (c))
GUARD(int, vfprintf, (FILE * f, const char *m, va_list l), (f, m, l))
GUARD(int, vprintf, (const char *m, va_list l), (m, l))
GUARD(void, vsyslog, (int p, const char *m, va_list l), (p, m, l))

/* With WB_FORTIFY the C library puts these in place of those. */
GUARD(int, __vfprintf_chk, (FILE * f, int g, const char *m, va_list l), (f, g, m, l))
GUARD(int, __vprintf_chk, (int g, const char *m, va_list l), (g, m, l))

#define FORMATTED(name, parameters, last, call)                                                    \
    int name parameters                                                                            \
    {                                                                                              \
        va_list list;                                                                              \
        check(#name);                                                                              \
        va_start(list, last);                                                                      \
        const int result = call;                                                                   \
        va_end(list);                                                                              \
        return result;                                                                             \
    }

FORMATTED(fprintf, (FILE * f, const char *m, ...), m, vfprintf(f, m, list))
FORMATTED(printf, (const char *m, ...), m, vprintf(m, list))
FORMATTED(__fprintf_chk, (FILE * f, int g, const char *m, ...), m, __vfprintf_chk(f, g, m, list))
FORMATTED(__printf_chk, (int g, const char *m, ...), m, __vprintf_chk(g, m, list))

void syslog(int priority, const char *message, ...)
{
    va_list list;
    check(__func__);
    va_start(list, message);
    vsyslog(priority, message, list);
    va_end(list);
}

#define OPENING(name, parameters, last, arguments)                                                 \
    int name parameters                                                                            \
    {                                                                                              \
        static int(*_Atomic real) parameters;                                                      \
        va_list list;                                                                              \
        check(#name);                                                                              \
        if (!real)                                                                                 \
            real = (int(*) parameters)next(#name);                                                 \
        va_start(list, last);                                                                      \
        const mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0;              \
        va_end(list);                                                                              \
        return real arguments;                                                                     \
    }

OPENING(open, (const char *path, int flags, ...), flags, (path, flags, mode))
OPENING(open64, (const char *path, int flags, ...), flags, (path, flags, mode))
OPENING(openat, (int folder, const char *path, int flags, ...), flags, (folder, path, flags, mode))

/* ---- waiting, which is fine while the server freewheels ---- */

#define WAITING(name, parameters, arguments)                                                       \
    int name parameters                                                                            \
    {                                                                                              \
        static int(*_Atomic real) parameters;                                                      \
        if (!atomic_load(&freewheels))                                                             \
            check(#name);                                                                          \
        if (!real)                                                                                 \
            real = (int(*) parameters)next(#name);                                                 \
        return real arguments;                                                                     \
    }

WAITING(sem_wait, (sem_t * s), (s))
WAITING(sem_timedwait, (sem_t * s, const struct timespec *t), (s, t))
WAITING(sem_clockwait, (sem_t * s, clockid_t c, const struct timespec *t), (s, c, t))
