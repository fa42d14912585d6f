/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/rt/epoch.h"
#include "engine/rt/ring.h"
#include "engine/rt/snapshot.h"
#include "engine/rt/thread.h"

#include <stdatomic.h>
#include <string.h>
#include <sys/resource.h>

/* ---- ring ---- */

static void a_ring_gives_back_what_was_put_in(void **state)
{
    int numbers[16];

    (void)state;
    WbRing *ring = wb_ring_new(sizeof(int), 5);
    const size_t room = wb_ring_writable(ring);
    assert_in_range(room, 5, 16);
    assert_int_equal(wb_ring_readable(ring), 0);
    assert_int_equal(wb_ring_read(ring, numbers, 3), 0);
    for (int i = 0; i < 16; i++)
        numbers[i] = 100 + i;
    assert_int_equal(wb_ring_write(ring, numbers, 16), room);
    assert_int_equal(wb_ring_writable(ring), 0);
    assert_int_equal(wb_ring_readable(ring), room);
    memset(numbers, 0, sizeof numbers);
    assert_int_equal(wb_ring_read(ring, numbers, 3), 3);
    assert_int_equal(wb_ring_writable(ring), 3);
    assert_int_equal(numbers[0], 100);
    assert_int_equal(numbers[2], 102);
    assert_int_equal(numbers[3], 0);
    assert_int_equal(wb_ring_write(ring, (int[]){7, 8}, 2), 2); /* round the end */
    assert_int_equal(wb_ring_read(ring, numbers, 16), room - 1);
    assert_int_equal(numbers[0], 103);
    assert_int_equal(numbers[room - 3], 7);
    assert_int_equal(numbers[room - 2], 8);
    wb_ring_free(ring);
    wb_ring_free(NULL);
}

static void a_ring_takes_no_fresh_pages_while_it_is_written_to(void **state)
{
    enum { FRAMES = 1 << 20 };
    static const double block[64];
    struct rusage before, after;

    (void)state;
    WbRing *ring = wb_ring_new(sizeof(double), FRAMES);
    wb_ring_write(ring, block, 64);
    assert_int_equal(getrusage(RUSAGE_SELF, &before), 0);
    while (wb_ring_write(ring, block, 64) == 64)
        ;
    assert_int_equal(getrusage(RUSAGE_SELF, &after), 0);
    /* It has 2048 pages; a sanitizer takes some for its own use meanwhile. */
    assert_in_range(after.ru_minflt - before.ru_minflt, 0, 512);
    wb_ring_free(ring);
}

#define NUMBERS 1000000

static void put_numbers(void *data)
{
    WbRing *ring = data;
    unsigned numbers[64];
    for (unsigned next = 0, size = 1; next < NUMBERS; size = size % 61 + 1) {
        const unsigned count = MIN(size, NUMBERS - next);
        for (unsigned i = 0; i < count; i++)
            numbers[i] = next + i;
        next += (unsigned)wb_ring_write(ring, numbers, count);
    }
}

static void a_ring_keeps_the_order_between_two_threads(void **state)
{
    unsigned numbers[64];

    (void)state;
    WbRing *ring = wb_ring_new(sizeof(unsigned), 100);
    WbThread *thread = wb_thread_start("numbers", 0, put_numbers, ring);
    for (unsigned next = 0, size = 1; next < NUMBERS; size = size % 53 + 1) {
        const size_t count = wb_ring_read(ring, numbers, size);
        for (size_t i = 0; i < count; i++)
            if (numbers[i] != next++)
                fail_msg("%u instead of %u", numbers[i], next - 1);
    }
    wb_thread_join(thread);
    assert_int_equal(wb_ring_readable(ring), 0);
    wb_ring_free(ring);
}

/* ---- epoch ---- */

static int released;

static void count_release(void *object)
{
    released++;
    *(int *)object = -1;
}

static void nothing_is_released_while_a_reader_may_hold_it(void **state)
{
    int objects[4] = {0};

    (void)state;
    released = 0;
    WbEpoch *epoch = wb_epoch_new();
    wb_epoch_enter(epoch, WB_READER_AUDIO);
    wb_epoch_retire(epoch, &objects[0], count_release);
    assert_true(wb_epoch_collect(epoch));
    assert_int_equal(released, 0);

    /* Who enters later has not seen it; who was there may have. */
    wb_epoch_enter(epoch, WB_READER_CONTROL);
    wb_epoch_retire(epoch, &objects[1], count_release);
    wb_epoch_leave(epoch, WB_READER_AUDIO);
    wb_epoch_enter(epoch, WB_READER_AUDIO);
    assert_true(wb_epoch_collect(epoch));
    assert_int_equal(objects[0], -1);
    assert_int_equal(objects[1], 0);
    wb_epoch_leave(epoch, WB_READER_CONTROL);
    assert_false(wb_epoch_collect(epoch));
    assert_int_equal(objects[1], -1);
    wb_epoch_leave(epoch, WB_READER_AUDIO);

    wb_epoch_retire(epoch, &objects[2], count_release);
    wb_epoch_retire(epoch, NULL, count_release);
    assert_int_equal(released, 2);
    wb_epoch_free(epoch); /* with what is left */
    assert_int_equal(released, 3);
    assert_int_equal(objects[2], -1);
    wb_epoch_free(NULL);
}

static void what_is_left_is_released_at_the_end(void **state)
{
    int object = 0;

    (void)state;
    released = 0;
    WbEpoch *epoch = wb_epoch_new();
    wb_epoch_retire(epoch, &object, count_release);
    wb_epoch_free(epoch);
    assert_int_equal(released, 1);
}

#define WORDS 64
#define ROUNDS 20000

/* Every word of an object is the same number; 0 once it is freed. */
typedef struct {
    unsigned words[WORDS];
} Object;

typedef struct {
    WbEpoch *epoch;
    WbReader reader;
    _Atomic(Object *) *published;
    atomic_bool *stop;
    unsigned seen, torn;
} Reading;

static Object *make_object(unsigned number)
{
    Object *object = g_new(Object, 1);
    for (int i = 0; i < WORDS; i++)
        object->words[i] = number;
    return object;
}

static void free_object(void *object)
{
    memset(object, 0, sizeof(Object));
    g_free(object);
}

static void keep_reading(void *data)
{
    Reading *reading = data;
    while (!atomic_load(reading->stop)) {
        wb_epoch_enter(reading->epoch, reading->reader);
        const Object *object = atomic_load(reading->published);
        const unsigned number = object->words[0];
        for (int i = 0; i < WORDS; i++)
            reading->torn += object->words[i] != number || number == 0;
        reading->seen++;
        wb_epoch_leave(reading->epoch, reading->reader);
    }
}

static void readers_never_see_what_has_been_freed(void **state)
{
    _Atomic(Object *) published;
    atomic_bool stop;
    Reading readings[WB_READERS];
    WbThread *threads[WB_READERS];

    (void)state;
    atomic_init(&published, make_object(1));
    atomic_init(&stop, false);
    WbEpoch *epoch = wb_epoch_new();
    for (int r = 0; r < WB_READERS; r++) {
        readings[r] = (Reading){epoch, (WbReader)r, &published, &stop, 0, 0};
        threads[r] = wb_thread_start("reader", 0, keep_reading, &readings[r]);
    }
    for (unsigned round = 2; round < ROUNDS; round++) {
        wb_epoch_retire(epoch, atomic_exchange(&published, make_object(round)), free_object);
        wb_epoch_collect(epoch);
    }
    atomic_store(&stop, true);
    for (int r = 0; r < WB_READERS; r++) {
        wb_thread_join(threads[r]);
        assert_int_equal(readings[r].torn, 0);
    }
    assert_false(wb_epoch_collect(epoch)); /* nobody is in any more */
    wb_epoch_retire(epoch, atomic_load(&published), free_object);
    wb_epoch_free(epoch);
}

/* ---- snapshot ---- */

static void a_snapshot_is_the_latest(void **state)
{
    (void)state;
    WbSnapshot *snapshot = wb_snapshot_new(sizeof(int));
    assert_int_equal(*(const int *)wb_snapshot_read(snapshot), 0);
    for (int i = 1, latest = 0; i < 20; i++) {
        *(int *)wb_snapshot_begin(snapshot) = i;
        if (i % 3 != 1) /* not each of them is looked at */
            assert_int_equal(*(const int *)wb_snapshot_read(snapshot), latest);
        wb_snapshot_publish(snapshot);
        latest = i;
        if (i % 4 != 1)
            assert_int_equal(*(const int *)wb_snapshot_read(snapshot), latest);
    }
    wb_snapshot_free(snapshot);
    wb_snapshot_free(NULL);
}

typedef struct {
    WbSnapshot *snapshot;
    atomic_bool stop;
} Writing;

static void keep_writing(void *data)
{
    Writing *writing = data;
    for (unsigned number = 1; !atomic_load(&writing->stop); number++) {
        Object *object = wb_snapshot_begin(writing->snapshot);
        for (int i = 0; i < WORDS; i++)
            object->words[i] = number;
        wb_snapshot_publish(writing->snapshot);
    }
}

static void a_snapshot_is_never_torn(void **state)
{
    (void)state;
    Writing writing = {.snapshot = wb_snapshot_new(sizeof(Object))};
    WbThread *thread = wb_thread_start("writer", 0, keep_writing, &writing);
    unsigned last = 0;
    for (int round = 0; round < 20 * ROUNDS || last == 0; round++) {
        const Object *object = wb_snapshot_read(writing.snapshot);
        const unsigned number = object->words[0];
        for (int i = 0; i < WORDS; i++)
            if (object->words[i] != number)
                fail_msg("%u beside %u", object->words[i], number);
        assert_true(number >= last);
        last = number;
    }
    atomic_store(&writing.stop, true);
    wb_thread_join(thread);
    wb_snapshot_free(writing.snapshot);
}

/* ---- threads and signals ---- */

static void a_signal_raised_before_the_wait_is_kept(void **state)
{
    (void)state;
    WbSignal *signal = wb_signal_new();
    assert_false(wb_signal_wait(signal, 0.0));
    for (int i = 0; i < 5; i++)
        wb_signal_raise(signal);
    assert_true(wb_signal_wait(signal, 0.0));
    assert_false(wb_signal_wait(signal, 0.0)); /* all five were the same news */
    const gint64 before = g_get_monotonic_time();
    assert_false(wb_signal_wait(signal, 0.05));
    assert_true(g_get_monotonic_time() - before >= 40000);
    wb_signal_free(signal);
    wb_signal_free(NULL);
}

typedef struct {
    WbSignal *ping, *pong;
    int count; /* handed back and forth with the signals */
} Table;

static void play_back(void *data)
{
    Table *table = data;
    while (table->count < 1000) {
        if (!wb_signal_wait(table->ping, 10.0))
            return;
        table->count++;
        wb_signal_raise(table->pong);
    }
}

static void signals_order_what_two_threads_do(void **state)
{
    (void)state;
    Table table = {wb_signal_new(), wb_signal_new(), 0};
    WbThread *thread = wb_thread_start("table", 0, play_back, &table);
    for (int i = 0; i < 1000; i++) {
        wb_signal_raise(table.ping);
        assert_true(wb_signal_wait(table.pong, 10.0));
        assert_int_equal(table.count, i + 1);
    }
    wb_thread_join(thread);
    wb_signal_free(table.ping);
    wb_signal_free(table.pong);
}

static void note(void *data)
{
    *(bool *)data = true;
}

/* Whether the system grants real-time scheduling or not. */
static void a_thread_runs_with_the_priority_there_is(void **state)
{
    (void)state;
    for (int priority = 0; priority <= 20; priority += 10) {
        bool noted = false;
        WbThread *thread = wb_thread_start("note", priority, note, &noted);
        if (priority == 0)
            assert_true(wb_thread_is_as_asked(thread));
        wb_thread_join(thread);
        assert_true(noted);
    }
    wb_thread_join(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ring_gives_back_what_was_put_in),
        cmocka_unit_test(a_ring_takes_no_fresh_pages_while_it_is_written_to),
        cmocka_unit_test(a_ring_keeps_the_order_between_two_threads),
        cmocka_unit_test(nothing_is_released_while_a_reader_may_hold_it),
        cmocka_unit_test(what_is_left_is_released_at_the_end),
        cmocka_unit_test(readers_never_see_what_has_been_freed),
        cmocka_unit_test(a_snapshot_is_the_latest),
        cmocka_unit_test(a_snapshot_is_never_torn),
        cmocka_unit_test(a_signal_raised_before_the_wait_is_kept),
        cmocka_unit_test(signals_order_what_two_threads_do),
        cmocka_unit_test(a_thread_runs_with_the_priority_there_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
