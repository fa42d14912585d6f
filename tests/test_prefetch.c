/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/prefetch_house.h"

#include "engine/hearing/analyser.h"

static void guard_levels_have_names(void **state)
{
    (void)state;
    WbGuard guard;
    assert_string_equal(wb_guard_name(WB_GUARD_OFF), "off");
    assert_string_equal(wb_guard_name(WB_GUARD_LOW), "low");
    assert_string_equal(wb_guard_name(WB_GUARD_NORMAL), "normal");
    assert_string_equal(wb_guard_name(WB_GUARD_HIGH), "high");
    assert_true(wb_guard_parse("High", &guard) && guard == WB_GUARD_HIGH);
    assert_false(wb_guard_parse("full", &guard));
}

static void samples_are_those_of_the_file(void **state)
{
    (void)state;
    g_autofree char *path = write_audio("noise.wav", FLOAT_WAV, RATE, 2, 5 * RATE, noise);
    static const int64_t starts[] = {0, 12345, 3 * RATE + 1, 6 * RATE};
    for (int guard = 0; guard < WB_GUARDS; guard++) {
        House house = open_house((WbGuard)guard);
        WbPlayer *player = new_player(&house, path);
        for (size_t i = 0; i < G_N_ELEMENTS(starts); i++) {
            const WbRoll *roll = play_from(&house, starts[i]);
            assert_int_equal(wb_roll_start(roll), starts[i]);
            for (int64_t q = starts[i]; q < starts[i] + 2 * RATE; q += 700) {
                const float *out[2];
                assert_int_equal(wb_roll_position(roll, q), q);
                assert_true(wb_prefetch_wait(house.prefetch, q + 700, INT64_MIN));
                assert_true(wb_player_read(player, roll, q, 700, out));
                for (unsigned c = 0; c < 2; c++)
                    for (int64_t n = 0; n < 700; n++)
                        if (out[c][n] != (q + n < 5 * RATE ? (float)noise(q + n, c, RATE) : 0.0f))
                            fail_msg("channel %u frame %" G_GINT64_FORMAT, c, q + n);
                wb_prefetch_played(house.prefetch, q + 700);
            }
            wb_prefetch_end(house.prefetch);
        }
        WbPlayerReading reading;
        wb_player_reading(player, &reading);
        assert_int_equal(reading.underruns, 0);
        wb_player_free(player);
        close_house(&house);
    }
}

static void an_offset_makes_a_track_sound_later(void **state)
{
    (void)state;
    g_autofree char *path = write_audio("noise.wav", FLOAT_WAV, RATE, 2, RATE, noise);
    House house = open_house(WB_GUARD_LOW);
    WbPlayer *later = wb_player_new(house.prefetch, new_reader(path, 2), 2, 100);
    WbPlayer *earlier = wb_player_new(house.prefetch, new_reader(path, 2), 2, -100);
    const WbRoll *roll = play_from(&house, 0);
    const float *out[2];
    await_audio(&house, later, roll, 0, TICK, out);
    assert_true(out[0][99] == 0.0f && out[0][100] == (float)noise(0, 0, RATE));
    await_audio(&house, earlier, roll, 0, TICK, out);
    assert_true(out[1][0] == (float)noise(100, 1, RATE));
    wb_player_free(later);
    wb_player_free(earlier);
    close_house(&house);
}

/* As engine/drivers/offline.c reads and hears. */
static void check_like_offline(const char *path, unsigned channels, int64_t start)
{
    House house = open_house(WB_GUARD_NORMAL);
    WbPlayer *player = wb_player_new(house.prefetch, new_reader(path, channels), channels, 0);
    g_autoptr(WbTrackReader) reader = new_reader(path, channels);
    WbSpectrum *spectrum = wb_spectrum_new(RATE, WB_TIMING_PLAYBACK);
    WbAnalyser *analyser = wb_analyser_new(spectrum, channels, TICK);
    const int64_t first = wb_tick_at(start, TICK);
    int64_t at = wb_analyser_start(analyser, first), tick = first;
    float *batch[2] = {g_new(float, 16 * TICK), g_new(float, 16 * TICK)};
    const WbRoll *roll = play_from(&house, start);
    for (int64_t end = first * TICK; tick < first + 400; end += (int64_t)16 * TICK) {
        const size_t frames = (size_t)MIN(end - at, (int64_t)16 * TICK);
        assert_true(wb_track_reader_read(reader, at, batch, frames, NULL));
        wb_analyser_push(analyser, (const float *const *)batch, frames);
        for (int64_t q = MAX(at, start); q < at + (int64_t)frames;) {
            const int64_t stop = MIN(at + (int64_t)frames, (wb_tick_at(q, TICK) + 1) * TICK);
            const float *out[2];
            assert_true(wb_prefetch_wait(house.prefetch, stop, wb_tick_at(q, TICK) + 20));
            assert_true(wb_player_read(player, roll, q, (size_t)(stop - q), out));
            for (unsigned c = 0; c < channels; c++)
                assert_memory_equal(out[c], batch[c] + (q - at),
                                    (size_t)(stop - q) * sizeof(float));
            wb_prefetch_played(house.prefetch, stop);
            q = stop;
        }
        float expected[2][WB_BANDS] = {{0}}, power[2][WB_BANDS];
        for (; wb_analyser_pop(analyser, expected); tick++) {
            assert_true(wb_player_spectrum(player, roll, tick, power));
            assert_memory_equal(power, expected, sizeof power);
        }
        at += (int64_t)frames;
    }
    g_free(batch[0]);
    g_free(batch[1]);
    wb_analyser_free(analyser);
    wb_spectrum_free(spectrum);
    wb_player_free(player);
    close_house(&house);
}

static void samples_and_spectra_are_those_of_a_render(void **state)
{
    (void)state;
    g_autofree char *same = write_audio("same.wav", FLOAT_WAV, RATE, 2, 12 * RATE, noise);
    g_autofree char *other = write_audio("other.wav", FLOAT_WAV, 44100, 2, 12 * 44100, noise);
    g_autofree char *mono =
        write_audio("mono.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 44100, 1, 12 * 44100, tone);
    check_like_offline(same, 2, 0);
    check_like_offline(same, 2, 100001);
    check_like_offline(other, 2, 0);
    check_like_offline(other, 2, 100001);
    check_like_offline(mono, 1, 4000);
}

static void guard_off_hears_nothing(void **state)
{
    (void)state;
    g_autofree char *path = write_audio("noise.wav", FLOAT_WAV, RATE, 2, RATE, noise);
    House house = open_house(WB_GUARD_OFF);
    WbPlayer *player = new_player(&house, path);
    const WbRoll *roll = play_from(&house, 0);
    float power[2][WB_BANDS];
    assert_true(wb_prefetch_wait(house.prefetch, TICK, 5));
    assert_false(wb_player_spectrum(player, roll, 0, power));
    wb_player_free(player);
    close_house(&house);
}

static void silence_is_heard_as_nothing(void **state)
{
    (void)state;
    g_autofree char *path = write_audio("noise.wav", FLOAT_WAV, RATE, 2, RATE, noise);
    House house = open_house(WB_GUARD_LOW);
    WbPlayer *player = new_player(&house, path);
    const WbRoll *roll = play_from(&house, 2 * RATE);
    float power[2][WB_BANDS], none[2][WB_BANDS] = {{0}};
    assert_true(wb_player_spectrum(player, roll, 100, power));
    assert_memory_equal(power, none, sizeof none);
    assert_false(wb_player_spectrum(player, roll, 99, power));
    wb_player_free(player);
    close_house(&house);
}

/* ---- loops ---- */

static void a_loop_repeats_without_a_seam(void **state)
{
    (void)state;
    g_autofree char *path = write_audio("noise.wav", FLOAT_WAV, RATE, 2, 4 * RATE, noise);
    const WbLoop loop = {.start = 30000, .end = 54321};
    const int64_t period = loop.end - loop.start, fade = RATE / 200;
    House house = open_house(WB_GUARD_NORMAL);
    WbPlayer *player = new_player(&house, path);
    wb_prefetch_set_loop(house.prefetch, loop);
    const WbRoll *roll = play_from(&house, 1000);
    for (int64_t q = 1000; q < 1000 + 4 * RATE; q += 500) {
        const float *out[2];
        assert_true(wb_prefetch_wait(house.prefetch, q + 500, INT64_MIN));
        assert_true(wb_player_read(player, roll, q, 500, out));
        for (int64_t n = q; n < q + 500; n++) {
            const int64_t place = n < loop.end ? n : loop.start + (n - loop.end) % period;
            assert_int_equal(wb_roll_position(roll, n), place);
            /* Raised cosine from what leads up to the end to what leads up to the start. */
            const int64_t left = loop.end - place;
            const double rise =
                left > fade ? 0 : sin(G_PI_2 * ((double)(fade - left) + 0.5) / (double)fade);
            const double expected = (1 - rise * rise) * noise(place, 0, RATE) +
                                    rise * rise * noise(loop.start - left, 0, RATE);
            if (fabs((double)out[0][n - q] - expected) > (left > fade ? 0 : 1e-7))
                fail_msg("frame %" G_GINT64_FORMAT ": %g, not %g", n, (double)out[0][n - q],
                         expected);
        }
        wb_prefetch_played(house.prefetch, q + 500);
    }
    wb_player_free(player);
    close_house(&house);
}

static void a_tone_that_fits_the_loop_goes_on(void **state)
{
    (void)state;
    g_autofree char *path = write_audio("tone.wav", FLOAT_WAV, RATE, 2, 4 * RATE, tone);
    House house = open_house(WB_GUARD_LOW);
    WbPlayer *player = new_player(&house, path);
    wb_prefetch_set_loop(house.prefetch, (WbLoop){.start = 24000, .end = 24000 + 240 * 51});
    const WbRoll *roll = play_from(&house, 0);
    for (int64_t q = 0; q < 3 * RATE; q += TICK) {
        const float *out[2];
        assert_true(wb_prefetch_wait(house.prefetch, q + TICK, q / TICK + 10));
        assert_true(wb_player_read(player, roll, q, TICK, out));
        for (int64_t n = 0; n < TICK; n++)
            for (unsigned c = 0; c < 2; c++)
                assert_true(out[c][n] == (float)tone(q + n, c, RATE));
        wb_prefetch_played(house.prefetch, q + TICK);
    }
    wb_player_free(player);
    close_house(&house);
}

/* Another loop and another guard level while it plays: what is heard is what the roll says. */
static void settings_change_while_it_plays(void **state)
{
    (void)state;
    g_autofree char *path = write_audio("noise.wav", FLOAT_WAV, RATE, 2, 20 * RATE, noise);
    WbLoop loops[8] = {{0, 0}};
    House house = open_house(WB_GUARD_LOW);
    WbPlayer *player = new_player(&house, path);
    const WbRoll *roll = play_from(&house, 0);
    unsigned seams = 0;
    int64_t before = -1;
    for (int64_t q = 0; q < 16 * RATE; q += TICK) {
        const float *out[2];
        float power[2][WB_BANDS];
        if (q % (2 * RATE) == 0) {
            const int64_t position = wb_roll_position(roll, q);
            WbLoop *loop = &loops[q / (2 * RATE)];
            if (q % (6 * RATE) != 0)
                *loop = (WbLoop){.start = position - 20000, .end = position + 60000};
            wb_prefetch_set_loop(house.prefetch, *loop);
        }
        if (q % (6 * RATE) == RATE)
            wb_prefetch_set_guard(house.prefetch, WB_GUARD_HIGH - (WbGuard)(q / (6 * RATE)));
        assert_true(wb_prefetch_wait(house.prefetch, q + TICK, q / TICK + 20));
        wb_epoch_enter(house.epoch, WB_READER_AUDIO);
        assert_true(wb_player_spectrum(player, roll, q / TICK + 18, power));
        assert_true(wb_player_read(player, roll, q, TICK, out));
        for (int64_t n = 0; n < TICK; n++) {
            const int64_t place = wb_roll_position(roll, q + n);
            bool near_seam = false;
            for (int i = 0; i < 8; i++)
                near_seam |= place < loops[i].end && place >= loops[i].end - RATE / 200;
            seams += place != before + 1;
            before = place;
            if (!near_seam && out[1][n] != (float)noise(place, 1, RATE))
                fail_msg("frame %" G_GINT64_FORMAT " is not that at %" G_GINT64_FORMAT, q + n,
                         place);
        }
        wb_epoch_leave(house.epoch, WB_READER_AUDIO);
        wb_prefetch_played(house.prefetch, q + TICK);
        wb_epoch_collect(house.epoch);
    }
    assert_int_equal(seams, 5);
    WbPlayerReading reading;
    wb_player_reading(player, &reading);
    assert_int_equal(reading.underruns, 0);
    wb_player_free(player);
    close_house(&house);
}

/* ---- coming and going ---- */

static void a_player_joins_and_another_leaves(void **state)
{
    (void)state;
    g_autofree char *path = write_audio("noise.wav", FLOAT_WAV, RATE, 2, 20 * RATE, noise);
    House house = open_house(WB_GUARD_NORMAL);
    WbPlayer *first = new_player(&house, path), *second = NULL;
    assert_true(wb_player_ready(first));
    const WbRoll *roll = play_from(&house, 500);
    bool joined = false;
    int64_t q = 500;
    for (; q < 6 * RATE; q += TICK) {
        const float *out[2];
        if (!second && q > RATE)
            second = new_player(&house, path);
        assert_true(wb_prefetch_wait(house.prefetch, q + TICK, INT64_MIN));
        if (first)
            assert_true(wb_player_read(first, roll, q, TICK, out));
        if (first && joined && q > 4 * RATE) {
            wb_player_free(first);
            first = NULL;
            wb_epoch_collect(house.epoch);
        }
        if (second) {
            joined = joined || wb_player_ready(second);
            const bool read = wb_player_read(second, roll, q, TICK, out);
            assert_true(read || !joined);
            for (unsigned n = 0; read && n < TICK; n++)
                assert_true(out[0][n] == (float)noise(q + n, 0, RATE));
        }
        wb_prefetch_played(house.prefetch, q + TICK);
        if (!joined)
            g_usleep(2000);
    }
    assert_true(joined && !first);
    WbPlayerReading reading;
    wb_player_reading(second, &reading);
    assert_int_equal(reading.underruns, 0);
    wb_player_free(second);
    close_house(&house);
}

static void a_locate_takes_over_from_what_plays(void **state)
{
    (void)state;
    g_autofree char *path = write_audio("noise.wav", FLOAT_WAV, RATE, 2, 20 * RATE, noise);
    House house = open_house(WB_GUARD_HIGH);
    WbPlayer *player = new_player(&house, path);
    const WbRoll *roll = play_from(&house, 0);
    const float *out[2];
    assert_null(wb_prefetch_ready(house.prefetch, RATE));
    wb_prefetch_request(house.prefetch, RATE);
    wb_prefetch_request(house.prefetch, 3 * RATE);
    const WbRoll *next = await_roll(&house, 3 * RATE);
    assert_true(wb_player_read(player, roll, 0, TICK, out));
    assert_ptr_equal(wb_prefetch_ready(house.prefetch, 3 * RATE), next);
    wb_prefetch_take(house.prefetch, next);
    assert_true(wb_player_read(player, next, 3 * RATE, TICK, out));
    assert_true(out[0][7] == (float)noise(3 * RATE + 7, 0, RATE));
    assert_true(wb_roll_id(next) > wb_roll_id(roll));
    /* The same start again is another roll. */
    const WbRoll *again = play_from(&house, 3 * RATE);
    assert_true(wb_roll_id(again) > wb_roll_id(next));
    wb_player_free(player);
    close_house(&house);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_test_folder, remove_test_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guard_levels_have_names),
        TEST(samples_are_those_of_the_file),
        TEST(an_offset_makes_a_track_sound_later),
        TEST(samples_and_spectra_are_those_of_a_render),
        TEST(guard_off_hears_nothing),
        TEST(silence_is_heard_as_nothing),
        TEST(a_loop_repeats_without_a_seam),
        TEST(a_tone_that_fits_the_loop_goes_on),
        TEST(settings_change_while_it_plays),
        TEST(a_player_joins_and_another_leaves),
        TEST(a_locate_takes_over_from_what_plays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
