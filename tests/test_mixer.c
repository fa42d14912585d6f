/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What comes out of the mixer, and when: to the sample. */
#include "tests/mixer_rig.h"

/* Exact as a float. */
static double hash_noise(unsigned track, unsigned channel, int64_t clock)
{
    uint32_t x = (uint32_t)clock * 2654435761u + track * 7919u + channel * 40503u + 17u;
    x ^= x >> 15;
    x *= 2246822519u;
    x ^= x >> 13;
    return (double)(x >> 8) * 0x1p-26 - 0.125;
}

static double silence(unsigned track, unsigned channel, int64_t clock)
{
    (void)track;
    (void)channel;
    (void)clock;
    return 0;
}

static double file_noise(gint64 frame, unsigned channel, int rate)
{
    (void)rate;
    return hash_noise(9, channel, frame);
}

/* ---- live ---- */

static void what_comes_in_leaves_in_the_same_frame(void **state)
{
    (void)state;
    static const unsigned blocks[] = {1, 64, 777, TICK, WB_CYCLE_MAX_FRAMES};
    for (size_t b = 0; b < G_N_ELEMENTS(blocks); b++) {
        Rig *rig = open_rig(WB_GUARD_OFF, blocks[b]);
        RigTrack *stereo = add_track(rig, 2, WB_ROLE_LEAD, hash_noise, false);
        RigTrack *mono = add_track(rig, 1, WB_ROLE_LEAD, hash_noise, false);
        add_track(rig, 2, WB_ROLE_LEAD, silence, false);
        arrange_all(rig);
        run(rig, 2 * WB_CYCLE_MAX_FRAMES);
        for (int64_t i = 0; i < rig->clock; i++) {
            const float in[3] = {(float)hash_noise(0, 0, i), (float)hash_noise(0, 1, i),
                                 (float)hash_noise(1, 0, i)};
            assert_true(sample(&rig->bus[0], i) == (float)((double)in[0] + (double)in[2]));
            assert_true(sample(&rig->bus[1], i) == (float)((double)in[1] + (double)in[2]));
            assert_true(sample(&stereo->out[1], i) == in[1]);
            assert_true(sample(&mono->out[0], i) == in[2] && sample(&mono->out[1], i) == in[2]);
        }
        close_rig(rig, NULL);
    }
}

static void a_mix_without_tracks_is_silent(void **state)
{
    (void)state;
    Rig *rig = open_rig(WB_GUARD_NORMAL, 64);
    rig->mix.lookahead = true;
    tell_mix(rig);
    run(rig, RATE / 10);
    play_from(rig, 0);
    run(rig, RATE / 10);
    add_track(rig, 2, WB_ROLE_LEAD, hash_noise, false);
    arrange_all(rig);
    const int64_t added = rig->clock;
    run(rig, RATE / 10);
    for (int64_t i = 0; i < added; i++)
        assert_true(sample(&rig->bus[0], i) == 0);
    assert_true(sample(&rig->bus[0], added + 5) == (float)hash_noise(0, 0, added + 5));
    wb_mixer_arrange(rig->mixer, 0, NULL, NULL);
    const int64_t removed = rig->clock;
    run(rig, RATE / 10);
    for (int64_t i = removed; i < rig->clock; i++)
        assert_true(sample(&rig->bus[1], i) == 0);
    close_rig(rig, NULL);
}

/* Delays up to the most that a track may have, which make its line grow. */
static void a_delay_is_so_many_frames(void **state)
{
    (void)state;
    static const unsigned delays[] = {0, 1, 959, 7000, 7616, 20000, 192000};
    Rig *rig = open_rig(WB_GUARD_OFF, 256);
    rig->mix.bypass = true;
    tell_mix(rig);
    RigTrack *track = add_track(rig, 2, WB_ROLE_LEAD, hash_noise, false);
    arrange_all(rig);
    for (size_t d = 0; d < G_N_ELEMENTS(delays); d++) {
        track->settings.delay = delays[d];
        tell_track(rig, track);
        const int64_t told = rig->clock;
        run(rig, delays[d] + RATE / 4);
        for (int64_t i = told + delays[d] + 2 * FADE; i < rig->clock; i++)
            assert_true(sample(&rig->bus[1], i) == (float)hash_noise(0, 1, i - delays[d]));
    }
    close_rig(rig, NULL);
}

/* Whatever its delay, a live track is heard: it lets others yield. */
static void a_delayed_track_is_heard(void **state)
{
    (void)state;
    static const unsigned delays[] = {0, 6500, 7600, 14000};
    for (size_t d = 0; d < G_N_ELEMENTS(delays); d++) {
        Rig *rig = open_rig(WB_GUARD_OFF, 64);
        RigTrack *lead = add_track(rig, 2, WB_ROLE_LEAD, hash_noise, false);
        add_track(rig, 2, WB_ROLE_BACKGROUND, hash_noise, false);
        lead->settings.delay = delays[d];
        tell_track(rig, lead);
        arrange_all(rig);
        run(rig, 2 * RATE);
        WbMixerHearing hearing;
        assert_true(wb_mixer_track_hearing(rig->mixer, lead->track, &hearing));
        assert_true(hearing.power[12] > 0);
        close_rig(rig, NULL);
    }
}

/* ---- control ---- */

static int64_t run_carved(Rig *rig, unsigned block, const char *path, WbPlayer **player)
{
    add_track(rig, 2, WB_ROLE_LEAD, hash_noise, false);
    add_track(rig, 2, WB_ROLE_BACKGROUND, hash_noise, false);
    RigTrack *third = add_track(rig, 2, WB_ROLE_SUPPORT, silence, false);
    third->settings.live = false;
    third->settings.player = player[0] = add_player(rig, path, 2);
    tell_track(rig, third);
    arrange_all(rig);
    rig->block = 480; /* until the disk is ready, which takes it as long as it takes */
    while (!wb_mixer_sync(rig->mixer, 777))
        g_usleep(1000);
    rig->block = block;
    rig->position = 777;
    rig->transport = WB_TRANSPORT_ROLLING;
    run(rig, 2 * RATE);
    return rig->clock;
}

static void the_block_does_not_matter(void **state)
{
    (void)state;
    g_autofree char *path = write_audio("noise.wav", FLOAT_WAV, RATE, 2, 4 * RATE, file_noise);
    static const unsigned blocks[] = {64, 1, 1000, WB_CYCLE_MAX_FRAMES};
    WbPlayer *reference_player[2] = {NULL}, *player[2] = {NULL};
    Rig *reference = open_rig(WB_GUARD_NORMAL, 64);
    const int64_t end = run_carved(reference, 64, path, reference_player);
    for (size_t b = 1; b < G_N_ELEMENTS(blocks); b++) {
        Rig *rig = open_rig(WB_GUARD_NORMAL, blocks[b]);
        assert_int_equal(run_carved(rig, blocks[b], path, player), end);
        for (int side = 0; side < 2; side++)
            for (int64_t i = 0; i < end; i++)
                if (sample(&rig->bus[side], i) != sample(&reference->bus[side], i))
                    fail_msg("blocks of %u: frame %" G_GINT64_FORMAT, blocks[b], i);
        close_rig(rig, player);
    }
    WbMixerHearing hearing;
    assert_true(wb_mixer_track_hearing(reference->mixer, reference->track[1]->track, &hearing));
    assert_true(hearing.cut_db[12] > 0.5f);
    close_rig(reference, reference_player);
}

typedef enum { WET, DRY, DELTA } Listening;

static Rig *listen_to(Listening what)
{
    Rig *rig = open_rig(WB_GUARD_OFF, 256);
    rig->mix.bypass = what == DRY;
    rig->mix.delta = what == DELTA;
    tell_mix(rig);
    add_track(rig, 2, WB_ROLE_LEAD, hash_noise, false);
    add_track(rig, 1, WB_ROLE_BACKGROUND, hash_noise, false);
    RigTrack *quiet = add_track(rig, 2, WB_ROLE_BACKGROUND, hash_noise, false);
    quiet->settings.strip.gain_db = -20;
    quiet->settings.listen = true;
    tell_track(rig, quiet);
    arrange_all(rig);
    run(rig, 2 * RATE);
    return rig;
}

static void delta_is_what_the_carve_takes(void **state)
{
    (void)state;
    Rig *wet = listen_to(WET), *dry = listen_to(DRY), *delta = listen_to(DELTA);
    double most = 0;
    for (int64_t i = FADE; i < wet->clock; i++) {
        for (int side = 0; side < 2; side++) {
            const double taken =
                (double)sample(&dry->bus[side], i) - (double)sample(&wet->bus[side], i);
            assert_true(fabs(taken - (double)sample(&delta->bus[side], i)) < 1e-6);
            most = fmax(most, fabs(taken));
        }
    }
    assert_true(most > 0.01);
    close_rig(wet, NULL);
    close_rig(dry, NULL);
    close_rig(delta, NULL);
}

static void listening_is_before_the_fader(void **state)
{
    (void)state;
    Rig *dry = listen_to(DRY);
    for (int64_t i = FADE; i < dry->clock; i++)
        for (unsigned side = 0; side < 2; side++)
            assert_true(sample(&dry->listen[side], i) == (float)hash_noise(2, side, i));
    close_rig(dry, NULL);
}

/* ---- playback ---- */

static RigTrack *add_playback(Rig *rig, WbPlayer *player)
{
    RigTrack *track = add_track(rig, 2, WB_ROLE_LEAD, silence, false);
    track->settings.live = false;
    track->settings.player = player;
    tell_track(rig, track);
    arrange_all(rig);
    return track;
}

static void playback_begins_and_ends_where_the_transport_does(void **state)
{
    (void)state;
    g_autofree char *path = write_audio("noise.wav", FLOAT_WAV, RATE, 2, 4 * RATE, file_noise);
    Rig *rig = open_rig(WB_GUARD_NORMAL, 256);
    WbPlayer *player[2] = {add_player(rig, path, 2)};
    rig->mix.lookahead = true;
    tell_mix(rig);
    add_playback(rig, player[0]);
    for (int64_t start = 0; start < RATE; start += 12345) {
        play_from(rig, start);
        const int64_t began = rig->clock;
        run(rig, 10000);
        rig->transport = WB_TRANSPORT_STOPPED;
        const int64_t stopped = rig->clock;
        run(rig, 2000);
        for (int64_t i = began; i < stopped; i++) {
            const float expected = (float)file_noise(start + i - began, 1, RATE);
            if (sample(&rig->bus[1], i) != expected)
                fail_msg("from %d: frame %d is %.9g, not %.9g", (int)start, (int)(i - began),
                         (double)sample(&rig->bus[1], i), (double)expected);
        }
        for (int64_t i = stopped + FADE; i < rig->clock; i++)
            assert_true(sample(&rig->bus[1], i) == 0);
    }
    close_rig(rig, player);
}

/* It joins as soon as it can, in its place. */
static void a_transport_that_does_not_wait_is_caught_up_with(void **state)
{
    (void)state;
    g_autofree char *path = write_audio("noise.wav", FLOAT_WAV, RATE, 2, 17 * RATE, file_noise);
    for (int lookahead = 0; lookahead < 2; lookahead++) {
        Rig *rig = open_rig(WB_GUARD_NORMAL, 256);
        WbPlayer *player[2] = {add_player(rig, path, 2)};
        rig->mix.lookahead = lookahead;
        tell_mix(rig);
        add_playback(rig, player[0]);
        rig->position = 10001;
        rig->transport = WB_TRANSPORT_ROLLING;
        int64_t first = -1;
        for (int ms = 0; ms < 3 * PATIENCE / 4 && first < 0; ms += 5) {
            run(rig, 256);
            g_usleep(5000);
            for (int64_t i = rig->clock - 256; i < rig->clock && first < 0; i++)
                if (sample(&rig->bus[0], i) != 0)
                    first = i;
        }
        assert_true(first >= 0);
        run(rig, RATE / 2);
        for (int64_t i = first; i < rig->clock; i++)
            if (sample(&rig->bus[0], i) != (float)file_noise(10001 + i, 0, RATE))
                fail_msg("lookahead %d: frame %d after %d", lookahead, (int)(i - first),
                         (int)first);
        close_rig(rig, player);
    }
}

/* ---- takes ---- */

static void check_file(const char *path, int64_t frames, const RigPort *port, int channels,
                       int64_t from)
{
    SF_INFO info = {0};
    SNDFILE *file = sf_open(path, SFM_READ, &info);
    assert_non_null(file);
    assert_int_equal(info.frames, frames);
    assert_int_equal(info.channels, channels);
    g_autofree float *samples = g_new(float, (gsize)(frames * channels));
    assert_int_equal(sf_readf_float(file, samples, frames), frames);
    for (int64_t i = 0; i < frames; i++)
        for (int c = 0; c < channels; c++)
            assert_true(samples[i * channels + c] == sample(&port[c], from + i));
    sf_close(file);
}

static void await_file(Rig *rig, WbSink *sink)
{
    for (int ms = 0; ms < PATIENCE && !wb_sink_is_done(sink); ms++) {
        run(rig, 256); /* the audio thread lets go after a while of its own time */
        g_usleep(1000);
    }
    assert_true(wb_sink_is_done(sink));
    assert_null(wb_sink_error(sink));
    assert_int_equal(wb_sink_lost_frames(sink), 0);
}

static void a_take_is_what_was_heard_from_its_first_frame_to_its_last(void **state)
{
    (void)state;
    g_autofree char *path = write_audio("noise.wav", FLOAT_WAV, RATE, 2, 4 * RATE, file_noise);
    char *paths[3] = {test_path("bus.wav"), test_path("in.wav"), test_path("cut.wav")};
    Rig *rig = open_rig(WB_GUARD_NORMAL, 100);
    WbPlayer *player[2] = {add_player(rig, path, 2)};
    WbRecorder *recorder = wb_recorder_new();
    WbSink *sinks[3];
    for (int s = 0; s < 3; s++)
        sinks[s] =
            wb_recorder_open(recorder, paths[s], WB_FORMAT_WAV_FLOAT, RATE, s == 1 ? 1 : 2, NULL);
    WbTake *take = wb_take_new(sinks[0], true);
    RigTrack *live = add_track(rig, 1, WB_ROLE_LEAD, hash_noise, false);
    RigTrack *playback = add_playback(rig, player[0]);
    run(rig, RATE / 10);
    live->settings.take = playback->settings.take = rig->mix.take = take;
    live->settings.input = sinks[1];
    playback->settings.carved = sinks[2];
    tell_track(rig, live);
    tell_track(rig, playback);
    tell_mix(rig);
    run(rig, RATE / 10);
    WbTakePlace place;
    assert_false(wb_take_place(take, &place));
    play_from(rig, 4321);
    const int64_t began = rig->clock;
    run(rig, 23456);
    rig->transport = WB_TRANSPORT_STOPPED;
    run(rig, RATE / 10);
    assert_true(wb_take_place(take, &place));
    assert_int_equal(place.position, 4321);
    assert_int_equal(place.from, 0);
    assert_int_equal(place.frames, 23456);
    assert_true(place.to_the_end);
    assert_true(wb_take_ended(take));
    live->settings.take = playback->settings.take = rig->mix.take = NULL;
    live->settings.input = playback->settings.carved = NULL;
    tell_track(rig, live);
    tell_track(rig, playback);
    tell_mix(rig);
    for (int s = 0; s < 3; s++)
        wb_mixer_retire(rig->mixer, sinks[s], wb_sink_close);
    for (int s = 0; s < 3; s++)
        await_file(rig, sinks[s]);
    check_file(paths[0], 23456, rig->bus, 2, began);
    check_file(paths[1], 23456, live->out, 1, began);
    check_file(paths[2], 23456, playback->out, 2, began);
    close_rig(rig, player);
    for (int s = 0; s < 3; s++) {
        wb_sink_free(sinks[s]);
        g_free(paths[s]);
    }
    wb_take_free(take);
    wb_recorder_free(recorder);
}

/* Recorded over a transport that stands, plays, and jumps. */
static void a_take_knows_what_of_it_has_a_place(void **state)
{
    (void)state;
    Rig *rig = open_rig(WB_GUARD_NORMAL, 100);
    const WbLoop loop = {.start = RATE / 2, .end = RATE + 33};
    WbTake *take = wb_take_new(NULL, false);
    add_track(rig, 1, WB_ROLE_LEAD, hash_noise, false);
    arrange_all(rig);
    wb_prefetch_set_loop(rig->prefetch, loop);
    rig->mix.take = take;
    tell_mix(rig);
    rig->position = 700;
    run(rig, 10000);
    WbTakePlace place;
    assert_true(wb_take_place(take, &place));
    assert_true(place.position == 700 && place.from == 0 && place.frames == 10000);
    assert_true(place.to_the_end);
    play_from(rig, RATE / 4);
    const int64_t stood = rig->clock;
    run(rig, 1000);
    assert_true(wb_take_place(take, &place));
    assert_int_equal(place.position, RATE / 4);
    assert_int_equal(place.from, stood);
    assert_int_equal(place.frames, 1000);
    assert_true(place.to_the_end);
    while (rig->position < loop.end)
        run(rig, 100);
    rig->position += loop.start - loop.end; /* as a driver whose transport loops */
    run(rig, RATE);
    assert_true(wb_take_place(take, &place));
    assert_int_equal(place.position, RATE / 4);
    assert_int_equal(place.from, stood);
    assert_int_equal(place.frames, loop.end - RATE / 4);
    assert_false(place.to_the_end);
    const uint64_t frames = wb_take_frames_before(take);
    wb_take_end(take);
    run(rig, 1000);
    assert_int_equal(wb_take_frames_before(take), frames);
    rig->mix.take = NULL;
    tell_mix(rig);
    close_rig(rig, NULL);
    wb_take_free(take);
}

/* Taken out of the mix during a take, and put back by an undo. */
static void a_track_that_was_away_goes_on_at_its_place_in_the_take(void **state)
{
    (void)state;
    g_autofree char *path = test_path("away.wav");
    Rig *rig = open_rig(WB_GUARD_NORMAL, 100);
    WbRecorder *recorder = wb_recorder_new();
    WbSink *sink = wb_recorder_open(recorder, path, WB_FORMAT_WAV_FLOAT, RATE, 1, NULL);
    WbTake *take = wb_take_new(NULL, false);
    RigTrack *track = add_track(rig, 1, WB_ROLE_LEAD, hash_noise, false);
    track->settings.take = rig->mix.take = take;
    track->settings.input = sink;
    tell_track(rig, track);
    tell_mix(rig);
    arrange_all(rig);
    run(rig, 5000);
    wb_mixer_arrange(rig->mixer, 0, NULL, NULL);
    run(rig, 7000);
    arrange_all(rig);
    run(rig, 3000);
    wb_take_end(take);
    run(rig, 1000);
    track->settings.take = rig->mix.take = NULL;
    track->settings.input = NULL;
    tell_track(rig, track);
    tell_mix(rig);
    wb_mixer_retire(rig->mixer, sink, wb_sink_close);
    await_file(rig, sink);
    SF_INFO info = {0};
    SNDFILE *file = sf_open(path, SFM_READ, &info);
    assert_non_null(file);
    assert_int_equal(info.frames, 15000);
    float samples[15000];
    assert_int_equal(sf_readf_float(file, samples, 15000), 15000);
    sf_close(file);
    for (unsigned i = 0; i < 15000; i++)
        assert_true(samples[i] == (i < 5000 || i >= 12000 ? (float)hash_noise(0, 0, i) : 0));
    close_rig(rig, NULL);
    wb_sink_free(sink);
    wb_take_free(take);
    wb_recorder_free(recorder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_comes_in_leaves_in_the_same_frame),
        cmocka_unit_test(a_mix_without_tracks_is_silent),
        cmocka_unit_test(a_delay_is_so_many_frames),
        cmocka_unit_test(a_delayed_track_is_heard),
        cmocka_unit_test(the_block_does_not_matter),
        cmocka_unit_test(delta_is_what_the_carve_takes),
        cmocka_unit_test(listening_is_before_the_fader),
        cmocka_unit_test(playback_begins_and_ends_where_the_transport_does),
        cmocka_unit_test(a_transport_that_does_not_wait_is_caught_up_with),
        cmocka_unit_test(a_take_is_what_was_heard_from_its_first_frame_to_its_last),
        cmocka_unit_test(a_take_knows_what_of_it_has_a_place),
        cmocka_unit_test(a_track_that_was_away_goes_on_at_its_place_in_the_take),
    };
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
