/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A medium that fails when it is told to: these functions stand in for the C library's in the
 * program that includes them. */
#pragma once

#include <errno.h>
#include <glib.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

static int write_failure, sync_failure; /* errno */
static size_t write_limit = SIZE_MAX;   /* bytes taken in one call */
static size_t write_room = SIZE_MAX;    /* bytes taken before write_failure, if that is set */
static int interruptions;
static int syncs; /* calls of fdatasync() */

static inline void mend_medium(void)
{
    write_failure = sync_failure = interruptions = syncs = 0;
    write_limit = write_room = SIZE_MAX;
}

/* The medium takes `room` bytes more. */
static inline void fill_medium(size_t room, int reason)
{
    write_room = room;
    write_failure = reason;
}

/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) */
ssize_t write(int file, const void *bytes, size_t count)
{
    if (interruptions > 0) {
        interruptions--;
        errno = EINTR;
        return -1;
    }
    if (write_failure != 0) {
        count = write_room == SIZE_MAX ? 0 : MIN(count, write_room);
        if (count == 0) {
            errno = write_failure;
            return -1;
        }
        write_room -= count;
    }
    return syscall(SYS_write, file, bytes, MIN(count, write_limit));
}

static inline int fail_sync(void)
{
    errno = sync_failure;
    return -1;
}

/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) */
int fsync(int file)
{
    return sync_failure != 0 ? fail_sync() : (int)syscall(SYS_fsync, file);
}

/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) */
int fdatasync(int file)
{
    syncs++;
    return sync_failure != 0 ? fail_sync() : (int)syscall(SYS_fdatasync, file);
}
