/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the mixer holds and lets go: ports, players and delay lines that are replaced, with cycles
 * and without; what is said while playback waits to begin. AddressSanitizer sees what is kept. */
#include "tests/mixer_rig.h"

static double steps(unsigned track, unsigned channel, int64_t clock)
{
    return (double)((clock * 37 + track * 7 + channel * 11) % 101 - 50) / 128;
}

static double file_steps(gint64 frame, unsigned channel, int rate)
{
    (void)rate;
    return steps(5, channel, frame);
}

static RigTrack *add_playback(Rig *rig, WbPlayer *player)
{
    RigTrack *track = add_track(rig, 2, WB_ROLE_LEAD, steps, false);
    track->settings.live = false;
    track->settings.player = player;
    tell_track(rig, track);
    arrange_all(rig);
    return track;
}

static void an_output_that_goes_is_left_silent(void **state)
{
    (void)state;
    Rig *rig = open_rig(WB_GUARD_OFF, 256);
    RigTrack *track = add_track(rig, 2, WB_ROLE_LEAD, steps, false);
    arrange_all(rig);
    run(rig, 1024);
    assert_true(track->out[0].now[0] != 0);
    track->settings.out[0] = NULL;
    tell_track(rig, track);
    run(rig, 256);
    for (int i = 0; i < 256; i++)
        assert_true(track->out[0].now[i] == 0);
    assert_true(track->out[1].now[0] != 0);
    close_rig(rig, NULL);
}

/* The server is away, and meanwhile the user goes on working. */
static void what_is_replaced_while_no_cycle_comes_is_let_go(void **state)
{
    (void)state;
    g_autofree char *path = write_audio("steps.wav", FLOAT_WAV, RATE, 2, 8 * RATE, file_steps);
    Rig *rig = open_rig(WB_GUARD_NORMAL, 256);
    WbPlayer *player = add_player(rig, path, 2);
    RigTrack *playback = add_playback(rig, player);
    RigTrack *live = add_track(rig, 2, WB_ROLE_LEAD, steps, false);
    arrange_all(rig);
    for (int round = 0; round < 3; round++) {
        play_from(rig, 1000);
        run(rig, RATE / 4);
        live->settings.live = !live->settings.live; /* a fade is under way when it goes */
        tell_track(rig, live);
        run(rig, 256);
        wb_mixer_retire(rig->mixer, player, (GDestroyNotify)wb_player_free);
        playback->settings.player = player = add_player(rig, path, 2);
        live->settings.delay += 20000; /* another line */
        tell_track(rig, playback);
        tell_track(rig, live);
        rig->transport = WB_TRANSPORT_STOPPED;
        wb_mixer_collect(rig->mixer, false);
    }
    play_from(rig, 1000);
    const int64_t began = rig->clock;
    run(rig, RATE / 4);
    for (int64_t i = began; i < rig->clock; i++)
        assert_true(sample(&playback->out[0], i) == (float)file_steps(1000 + i - began, 0, RATE));
    close_rig(rig, (WbPlayer *[]){player, NULL});
}

/* Its first frames are not missing. */
static void playback_waits_for_a_player_that_has_just_come(void **state)
{
    (void)state;
    g_autofree char *path = write_audio("steps.wav", FLOAT_WAV, RATE, 2, 8 * RATE, file_steps);
    Rig *rig = open_rig(WB_GUARD_NORMAL, 64);
    WbPlayer *players[12] = {add_player(rig, path, 2)};
    add_playback(rig, players[0]);
    rig->freewheel = false;
    for (int n = 1; n < 11; n++) {
        play_from(rig, 500);
        run(rig, 64);
        rig->transport = WB_TRANSPORT_STOPPED;
        rig->position = 500;
        for (int i = 0; i < 40; i++) { /* prepared again */
            run(rig, 64);
            g_usleep(2000);
        }
        players[n] = add_player(rig, path, 2);
        RigTrack *track = add_playback(rig, players[n]);
        play_from(rig, 500);
        const int64_t began = rig->clock;
        run(rig, 256);
        for (int64_t i = began; i < rig->clock; i++)
            assert_true(sample(&track->out[1], i) == (float)file_steps(500 + i - began, 1, RATE));
    }
    close_rig(rig, players);
}

/* As automation does: something new in every cycle. */
static void who_never_stops_saying_something_does_not_hold_playback_up(void **state)
{
    (void)state;
    g_autofree char *path = write_audio("steps.wav", FLOAT_WAV, RATE, 2, 8 * RATE, file_steps);
    Rig *rig = open_rig(WB_GUARD_NORMAL, 256);
    WbPlayer *players[2] = {add_player(rig, path, 2)};
    add_playback(rig, players[0]);
    rig->mix.lookahead = true;
    tell_mix(rig);
    rig->transport = WB_TRANSPORT_STARTING;
    bool ready = false;
    for (int ms = 0; ms < PATIENCE && !ready; ms++) {
        rig->mix.arbiter.strength_percent = ms % 100;
        tell_mix(rig);
        ready = wb_mixer_sync(rig->mixer, 0);
        run(rig, 256);
        g_usleep(1000);
    }
    assert_true(ready);
    close_rig(rig, players);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_output_that_goes_is_left_silent),
        cmocka_unit_test(what_is_replaced_while_no_cycle_comes_is_let_go),
        cmocka_unit_test(playback_waits_for_a_player_that_has_just_come),
        cmocka_unit_test(who_never_stops_saying_something_does_not_hold_playback_up),
    };
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
