/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/prefetch_house.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>

static float *read_whole(WbTrackReader *reader, int64_t start, size_t frames, unsigned channel)
{
    float *channels[2] = {g_new(float, frames), g_new(float, frames)};
    assert_true(wb_track_reader_read(reader, start, channels, frames, NULL));
    g_free(channels[1 - channel]);
    return channels[channel];
}

/* ---- faults ---- */

static void a_file_that_vanishes_is_silent_and_comes_back(void **state)
{
    (void)state;
    g_autofree char *path = write_audio("noise.wav", FLOAT_WAV, RATE, 2, 60 * RATE, noise);
    g_autofree char *away = test_path("away.wav");
    House house = open_house(WB_GUARD_LOW);
    WbPlayer *player = new_player(&house, path), *other;
    g_autofree char *kept = write_audio("kept.wav", FLOAT_WAV, RATE, 2, 60 * RATE, noise);
    other = new_player(&house, kept);
    g_rename(path, away);
    /* What cannot be read does not hold up the rest. */
    const WbRoll *roll = play_from(&house, 100);
    const float *out[2];
    g_autofree char *error = wb_player_error(player);
    assert_non_null(error);
    assert_non_null(strstr(error, "no such file"));
    assert_null(wb_player_error(other));
    assert_false(wb_player_read(player, roll, 100, 64, out));
    assert_false(wb_player_read(player, roll, 164, 64, out));
    assert_true(wb_player_read(other, roll, 100, 64, out));
    WbPlayerReading reading;
    wb_player_reading(player, &reading);
    assert_int_equal(reading.underruns, 1);
    assert_int_equal(reading.lost_frames, 128);
    g_rename(away, path);
    int64_t q = 228;
    bool back = false;
    for (int i = 0; i < PATIENCE / 10 && !back; i++, q += 480) {
        back = wb_player_read(player, roll, q, 480, out);
        if (back)
            for (unsigned n = 0; n < 480; n++)
                assert_true(out[0][n] == (float)noise(q + n, 0, RATE));
        assert_true(wb_prefetch_wait(house.prefetch, q + 480, INT64_MIN));
        assert_true(wb_player_read(other, roll, q, 480, out));
        wb_prefetch_played(house.prefetch, q + 480);
        g_usleep(10000);
    }
    assert_true(back);
    assert_null(wb_player_error(player));
    WbPrefetchReading all;
    wb_prefetch_reading(house.prefetch, &all);
    assert_int_equal(all.players, 2);
    assert_int_equal(all.silent, 0);
    assert_int_equal(all.underruns, 1);
    assert_true(all.load > 0);
    wb_player_free(player);
    wb_player_free(other);
    close_house(&house);
}

/* The playhead jumps past all that is there, as when the disk has been slow. */
static void what_falls_behind_goes_on_at_the_right_place(void **state)
{
    (void)state;
    g_autofree char *path = write_audio("noise.wav", FLOAT_WAV, 44100, 2, 30 * 44100, noise);
    House house = open_house(WB_GUARD_LOW);
    WbPlayer *player = new_player(&house, path);
    g_autoptr(WbTrackReader) reader = new_reader(path, 2);
    const WbRoll *roll = play_from(&house, 0);
    const int64_t q = 10 * RATE;
    const float *out[2];
    float power[2][WB_BANDS];
    wb_prefetch_played(house.prefetch, q);
    assert_false(wb_player_read(player, roll, q, TICK, out));
    await_audio(&house, player, roll, q + 9600, TICK, out);
    g_autofree float *expected = read_whole(reader, q + 9600, TICK, 1);
    for (int n = 0; n < TICK; n++)
        assert_true(fabsf(out[1][n] - expected[n]) < 1e-6f);
    assert_true(wb_prefetch_wait(house.prefetch, q + 9600, 520));
    assert_true(wb_player_spectrum(player, roll, 520, power));
    WbPlayerReading reading;
    wb_player_reading(player, &reading);
    assert_true(reading.underruns >= 1);
    assert_true(reading.ahead_seconds > 0);
    wb_player_free(player);
    close_house(&house);
}

/* ---- a stalled disk ---- */

static _Atomic(dev_t) stalled; /* device on which no read comes back */

/* In the place of the C library's: libsndfile reads through it. */
/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) */
ssize_t read(int file, void *buffer, size_t bytes)
{
    struct stat status;
    while (atomic_load(&stalled) != 0 && fstat(file, &status) == 0 &&
           status.st_dev == atomic_load(&stalled))
        usleep(1000);
    return syscall(SYS_read, file, buffer, bytes);
}

static void a_stalled_disk_holds_up_its_own_tracks_only(void **state)
{
    (void)state;
    struct stat here, there;
    g_autofree char *path = write_audio("noise.wav", FLOAT_WAV, RATE, 2, 30 * RATE, noise);
    char away[] = "/dev/shm/wideberth-XXXXXX";
    const int file = g_mkstemp(away);
    if (file < 0 || fstat(file, &there) != 0 || stat(path, &here) != 0 ||
        here.st_dev == there.st_dev) {
        g_remove(away);
        skip(); /* there is one disk only */
    }
    close(file);
    SF_INFO info = {.format = FLOAT_WAV, .samplerate = RATE, .channels = 2};
    SNDFILE *audio = sf_open(away, SFM_WRITE, &info);
    for (gint64 i = 0; i < 30 * RATE; i++) {
        const float frame[2] = {(float)noise(i, 0, RATE), (float)noise(i, 1, RATE)};
        sf_writef_float(audio, frame, 1);
    }
    sf_close(audio);

    House house = open_house(WB_GUARD_LOW);
    WbPlayer *stuck[4], *fine = new_player(&house, path);
    for (int i = 0; i < 4; i++)
        stuck[i] = new_player(&house, away);
    const WbRoll *roll = play_from(&house, 0);
    const float *out[2];
    WbPlayerReading reading;
    int64_t q = 0;
    atomic_store(&stalled, there.st_dev);
    for (; q < 10 * RATE; q += TICK) {
        await_audio(&house, fine, roll, q, TICK, out);
        assert_true(out[0][5] == (float)noise(q + 5, 0, RATE));
        wb_player_read(stuck[0], roll, q, TICK, out);
        if (q >= 6 * RATE)
            g_usleep(10000); /* all in all longer than anybody waits */
        wb_prefetch_played(house.prefetch, q + TICK);
    }
    wb_player_reading(stuck[0], &reading);
    assert_int_equal(reading.underruns, 1);
    g_autofree char *error = wb_player_error(stuck[3]);
    assert_non_null(error);
    assert_null(wb_player_error(fine));
    /* A locate does not wait for it for long, nor does who freewheels. */
    roll = play_from(&house, RATE);
    assert_true(wb_player_read(fine, roll, RATE, TICK, out));
    assert_true(wb_prefetch_wait(house.prefetch, RATE + TICK, RATE / TICK + 18));
    atomic_store(&stalled, 0);
    for (int i = 0; i < 4; i++) {
        await_audio(&house, stuck[i], roll, RATE, TICK, out);
        assert_true(out[1][9] == (float)noise(RATE + 9, 1, RATE));
        for (int ms = 0; ms < PATIENCE && error; ms++) {
            g_usleep(1000);
            g_free(error);
            error = wb_player_error(stuck[i]);
        }
        assert_null(error);
        wb_player_free(stuck[i]);
    }
    wb_player_free(fine);
    close_house(&house);
    g_remove(away);
}

/* ---- memory ---- */

static void memory_is_bounded_and_stated(void **state)
{
    (void)state;
    g_autofree char *path = write_audio("noise.wav", FLOAT_WAV, 44100, 2, 30 * 44100, noise);
    static const size_t most[WB_GUARDS] = {6000000, 6000000, 9000000, 14000000};
    for (int guard = 0; guard < WB_GUARDS; guard++) {
        House house = open_house((WbGuard)guard);
        WbPlayer *player = new_player(&house, path);
        play_from(&house, 0);
        await_roll(&house, 10 * RATE);
        WbPlayerReading reading;
        wb_player_reading(player, &reading);
        print_message("guard %s: %zu bytes with one roll that plays and one that is prepared\n",
                      wb_guard_name((WbGuard)guard), reading.bytes);
        assert_in_range(reading.bytes, 2 * RATE * 2 * sizeof(float), most[guard]);
        wb_player_free(player);
        close_house(&house);
    }
}

/* ---- all at once ---- */

typedef struct {
    House house;
    _Atomic(WbPlayer *) player;
    atomic_bool stop;
    _Atomic(const WbRoll *) shown; /* to the control worker */
    unsigned taken, heard;
} Thrash;

static void *play_at_random(void *data)
{
    Thrash *thrash = data;
    WbPrefetch *prefetch = thrash->house.prefetch;
    GRand *random = g_rand_new_with_seed(1);
    const WbRoll *playing = NULL;
    int64_t position = 0, q = 0;
    for (int i = 0; i < 4000; i++) {
        wb_epoch_enter(thrash->house.epoch, WB_READER_AUDIO);
        const int what = g_rand_int_range(random, 0, 48);
        if (what == 0)
            position = (int64_t)g_rand_int_range(random, 0, 20) * 10000;
        if (what <= 12)
            wb_prefetch_request(prefetch, position);
        const WbRoll *roll = what <= 36 ? wb_prefetch_ready(prefetch, position) : NULL;
        if (roll) {
            wb_prefetch_take(prefetch, roll);
            atomic_store(&thrash->shown, roll);
            playing = roll;
            q = position;
            thrash->taken++;
        } else if (what == 40) {
            wb_prefetch_end(prefetch);
            atomic_store(&thrash->shown, NULL);
            playing = NULL;
        }
        WbPlayer *player = atomic_load(&thrash->player);
        const float *out[2];
        if (playing && player && wb_player_read(player, playing, q, 256, out)) {
            for (int n = 0; n < 256; n += 17) {
                const int64_t place = wb_roll_position(playing, q + n);
                if (place < 90000 - 240 || place >= 90000)
                    thrash->heard += out[0][n] == (float)noise(place, 0, RATE) ? 1 : 1000000;
            }
        }
        if (playing)
            wb_prefetch_played(prefetch, q += 256);
        wb_epoch_leave(thrash->house.epoch, WB_READER_AUDIO);
        g_usleep(1000);
    }
    atomic_store(&thrash->stop, true);
    g_rand_free(random);
    return NULL;
}

static void *hear_at_random(void *data)
{
    Thrash *thrash = data;
    float power[2][WB_BANDS];
    while (!atomic_load(&thrash->stop)) {
        wb_epoch_enter(thrash->house.epoch, WB_READER_CONTROL);
        const WbRoll *roll = atomic_load(&thrash->shown);
        const WbPlayer *player = atomic_load(&thrash->player);
        if (roll && player)
            wb_player_spectrum(player, roll, wb_roll_start(roll) / TICK + 3, power);
        wb_epoch_leave(thrash->house.epoch, WB_READER_CONTROL);
        g_usleep(700);
    }
    return NULL;
}

static void thrashing_leaks_nothing_and_races_nothing(void **state)
{
    (void)state;
    g_autofree char *path = write_audio("noise.wav", FLOAT_WAV, RATE, 2, 10 * RATE, noise);
    Thrash thrash = {.house = open_house(WB_GUARD_NORMAL)};
    pthread_t audio, control;
    WbPlayer *others[3];
    for (int i = 0; i < 3; i++)
        others[i] = new_player(&thrash.house, path);
    pthread_create(&audio, NULL, play_at_random, &thrash);
    pthread_create(&control, NULL, hear_at_random, &thrash);
    for (int i = 0; !atomic_load(&thrash.stop); i++) {
        if (i % 16 == 0)
            wb_player_free(atomic_exchange(&thrash.player, new_player(&thrash.house, path)));
        if (i % 28 == 0)
            wb_prefetch_set_loop(thrash.house.prefetch,
                                 (WbLoop){.start = 50000, .end = i % 56 == 0 ? 90000 : 0});
        if (i % 44 == 0)
            wb_prefetch_set_guard(thrash.house.prefetch, (WbGuard)(i / 44 % WB_GUARDS));
        WbPrefetchReading reading;
        wb_prefetch_reading(thrash.house.prefetch, &reading);
        assert_int_equal(reading.players, 4);
        wb_epoch_collect(thrash.house.epoch);
        g_usleep(20000);
    }
    pthread_join(audio, NULL);
    pthread_join(control, NULL);
    print_message("%u rolls taken, %u samples heard\n", thrash.taken, thrash.heard);
    assert_true(thrash.taken > 3);
    assert_in_range(thrash.heard, 1, 999999);
    wb_player_free(atomic_load(&thrash.player));
    for (int i = 0; i < 3; i++)
        wb_player_free(others[i]);
    close_house(&thrash.house);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_test_folder, remove_test_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_file_that_vanishes_is_silent_and_comes_back),
        TEST(what_falls_behind_goes_on_at_the_right_place),
        TEST(a_stalled_disk_holds_up_its_own_tracks_only),
        TEST(memory_is_bounded_and_stated),
        TEST(thrashing_leaks_nothing_and_races_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
