/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changes while sound runs: nothing clicks, nobody else notices, and a worker that is late costs
 * nothing but freshness. */
#include "tests/mixer_rig.h"

#include <semaphore.h>
#include <stdatomic.h>

#include "engine/mix/control.h"

#define AMPLITUDE 0.05
#define TOP_HZ 200.0            /* of all tones */
#define MOST_GAIN (2 * G_SQRT2) /* trim, and a mono track hard over */
#define BLOCK 128

/* ---- a worker that can be held up: the linker puts this in place of the mixer's call ---- */

static atomic_bool hold;
static sem_t go_on;

bool __real_wb_control_step(WbControl *, const WbArbiterSettings *, size_t, const WbStrip[],
                            const float[][2][WB_BANDS], WbCarveCoefficients[], float[][WB_BANDS]);
bool __wrap_wb_control_step(WbControl *, const WbArbiterSettings *, size_t, const WbStrip[],
                            const float[][2][WB_BANDS], WbCarveCoefficients[], float[][WB_BANDS]);

bool __wrap_wb_control_step(WbControl *control, const WbArbiterSettings *settings, size_t tracks,
                            const WbStrip strips[], const float power[][2][WB_BANDS],
                            WbCarveCoefficients targets[], float cut_db[][WB_BANDS])
{
    while (atomic_load(&hold))
        sem_wait(&go_on);
    return __real_wb_control_step(control, settings, tracks, strips, power, targets, cut_db);
}

/* ---- sounds ---- */

static double tone(unsigned track, unsigned channel, int64_t clock)
{
    return AMPLITUDE * sine(60 + 9 * (track % 16) + 2 * channel, clock, RATE);
}

static double file_tone(gint64 frame, unsigned channel, int rate)
{
    return AMPLITUDE * sine(190 + 10 * channel, frame, rate);
}

static double steps(unsigned track, unsigned channel, int64_t clock)
{
    return 0.3 * (double)((clock * (37 + 2 * (int64_t)track) + channel * 11) % 101 - 50) / 64;
}

/* How sharply it may bend: tones of TOP_HZ of all tracks, some of them on a ramp, and corners where
 * a ramp begins or ends; each of a tone's amplitude as often as is said. */
static double allowed(double tones, double corners)
{
    const double slope = 2 * G_PI * TOP_HZ / RATE;
    return AMPLITUDE * MOST_GAIN *
           (tones * slope * slope + tones * 4 * slope / FADE + corners * 2 / FADE);
}

static void assert_smooth(const RigPort *port, int64_t from, double most)
{
    int64_t where = 0;
    const double bend = sharpest(port, from, &where);
    if (bend > most)
        fail_msg("frame %" G_GINT64_FORMAT " bends by %g, not %g at most", where, bend, most);
}

/* ---- sources and delays ---- */

static void a_track_moves_between_input_and_disk(void **state)
{
    (void)state;
    g_autofree char *path = write_audio("tone.wav", FLOAT_WAV, RATE, 2, 6 * RATE, file_tone);
    static const unsigned every[] = {1, 3, 17}; /* cycles: within a fade, and after it */
    Rig *rig = open_rig(WB_GUARD_NORMAL, 64);
    WbPlayer *players[3] = {add_player(rig, path, 2), add_player(rig, path, 2)};
    RigTrack *track = add_track(rig, 2, WB_ROLE_LEAD, tone, false);
    track->settings.player = players[0];
    tell_track(rig, track);
    arrange_all(rig);
    play_from(rig, 0);
    for (size_t e = 0; e < G_N_ELEMENTS(every); e++) {
        for (int change = 0; change < 60; change++) {
            track->settings.live = change % 3 == 0;
            track->settings.player = players[change % 2];
            tell_track(rig, track);
            run(rig, (int64_t)every[e] * 64);
        }
    }
    track->settings.live = false;
    tell_track(rig, track);
    run(rig, 2 * FADE);
    /* Also while playback fades out. */
    rig->transport = WB_TRANSPORT_STOPPED;
    run(rig, 192);
    track->settings.live = true;
    tell_track(rig, track);
    run(rig, 4 * FADE);
    for (int64_t i = rig->clock - FADE; i < rig->clock; i++)
        assert_true(sample(&rig->bus[0], i) == (float)tone(0, 0, i));
    assert_smooth(&rig->bus[0], 0, allowed(2, 2));
    close_rig(rig, players);
}

static void a_player_that_comes_later_fades_in(void **state)
{
    (void)state;
    g_autofree char *path = write_audio("tone.wav", FLOAT_WAV, RATE, 2, 6 * RATE, file_tone);
    Rig *rig = open_rig(WB_GUARD_NORMAL, BLOCK);
    add_track(rig, 2, WB_ROLE_LEAD, tone, false);
    arrange_all(rig);
    play_from(rig, 63); /* so that the tone is not just 0 where it joins */
    run(rig, RATE / 2);
    WbPlayer *players[2] = {add_player(rig, path, 2)};
    RigTrack *later = add_track(rig, 2, WB_ROLE_LEAD, tone, true);
    later->settings.live = false;
    later->settings.player = players[0];
    tell_track(rig, later);
    arrange_all(rig);
    for (int i = 0; i < 20; i++) {
        run(rig, RATE / 10);
        g_usleep(5000);
    }
    assert_true(sharpest(&later->out[0], 0, &(int64_t){0}) > 0); /* it did come */
    assert_smooth(&rig->bus[0], 0, allowed(2, 2));
    close_rig(rig, players);
}

static void delays_change_without_a_click(void **state)
{
    (void)state;
    static const unsigned delays[] = {100, 50, 20000, 19000, 0, 192000, 3};
    Rig *rig = open_rig(WB_GUARD_OFF, BLOCK);
    RigTrack *track = add_track(rig, 2, WB_ROLE_LEAD, tone, false);
    arrange_all(rig);
    run(rig, 5 * RATE); /* what is to be heard again has sounded */
    for (size_t d = 0; d < G_N_ELEMENTS(delays); d++) {
        for (int rapid = 0; rapid < 3; rapid++) {
            track->settings.delay = delays[(d + (size_t)rapid) % G_N_ELEMENTS(delays)];
            tell_track(rig, track);
            run(rig, 300);
        }
        run(rig, RATE / 10);
    }
    run(rig, 5 * RATE); /* what a line that grew did not have comes up from silence */
    assert_smooth(&rig->bus[0], FADE, allowed(2, 2));
    close_rig(rig, NULL);
}

/* ---- others do not notice ---- */

static void tracks_come_and_go(void **state)
{
    (void)state;
    Rig *rig = open_rig(WB_GUARD_OFF, BLOCK);
    rig->mix.bypass = true;
    tell_mix(rig);
    RigTrack *stays = add_track(rig, 2, WB_ROLE_LEAD, steps, false);
    arrange_all(rig);
    GRand *random = g_rand_new_with_seed(7);
    for (int round = 0; round < 60; round++) {
        for (int i = 0; i < 1; i++)
            add_track(rig, (unsigned)g_rand_int_range(random, 1, 3), WB_ROLE_BACKGROUND, tone,
                      true);
        arrange_all(rig);
        run(rig, g_rand_int_range(random, 1, 2000));
        RigTrack *gone = rig->track[g_rand_int_range(random, 1, (gint32)rig->tracks)];
        if (!gone->track)
            continue;
        gone->settings.strip.muted = true;
        tell_track(rig, gone);
        run(rig, 2 * FADE);
        WbMixerTrack *track = g_steal_pointer(&gone->track);
        arrange_all(rig);
        wb_mixer_track_free(rig->mixer, track);
    }
    run(rig, RATE);
    for (int64_t i = 0; i < rig->clock; i++)
        for (unsigned side = 0; side < 2; side++)
            assert_true(sample(&stays->out[side], i) == (float)steps(0, side, i));
    for (unsigned t = 1; t < rig->tracks; t++)
        assert_smooth(&rig->track[t]->out[0], 0, allowed(1, 1));
    g_rand_free(random);
    close_rig(rig, NULL);
}

/* ---- a late worker ---- */

static bool is_untouched(const Rig *rig, const RigTrack *track, int64_t from, int64_t to)
{
    for (int64_t i = from; i < to; i++)
        if (sample(&track->out[0], i) != (float)steps(1, 0, i))
            return false;
    (void)rig;
    return true;
}

static void without_news_the_carves_return_to_flat(void **state)
{
    (void)state;
    Rig *rig = open_rig(WB_GUARD_OFF, BLOCK);
    add_track(rig, 2, WB_ROLE_LEAD, steps, false);
    RigTrack *yields = add_track(rig, 2, WB_ROLE_BACKGROUND, steps, false);
    arrange_all(rig);
    run(rig, RATE);
    WbMixerReading reading;
    wb_mixer_read(rig->mixer, &reading);
    const uint64_t late = reading.late_ticks;
    assert_int_equal(late, 0);
    atomic_store(&hold, true);
    rig->freewheel = false;
    const int64_t held = rig->clock;
    run(rig, RATE / 2);
    assert_false(is_untouched(rig, yields, held + RATE / 10, held + RATE / 10 + TICK));
    assert_true(is_untouched(rig, yields, held + RATE / 4 + 2 * TICK, rig->clock));
    wb_mixer_read(rig->mixer, &reading);
    assert_in_range(reading.late_ticks, 20, 25);
    atomic_store(&hold, false);
    sem_post(&go_on);
    rig->freewheel = true;
    const int64_t back = rig->clock;
    run(rig, RATE / 2);
    assert_false(is_untouched(rig, yields, back + RATE / 4, rig->clock));
    close_rig(rig, NULL);
}

/* ---- anything goes ---- */

typedef struct {
    Rig *rig;
    GRand *random;
    WbPlayer *players[5];
    RigTrack *leaving;
    int64_t gone;
} Chaos;

static RigTrack *any_track(const Chaos *chaos)
{
    for (;;) {
        RigTrack *track =
            chaos->rig->track[g_rand_int_range(chaos->random, 0, (gint32)chaos->rig->tracks)];
        if (track->track && track != chaos->leaving)
            return track;
    }
}

static double between(const Chaos *chaos, double low, double high)
{
    return g_rand_double_range(chaos->random, low, high);
}

static void shuffle(const Chaos *chaos)
{
    WbMixerTrack *track[NEWEST];
    unsigned count = 0;
    for (unsigned t = 0; t < chaos->rig->tracks; t++) {
        if (!chaos->rig->track[t]->track)
            continue;
        const gint32 at = g_rand_int_range(chaos->random, 0, (gint32)count + 1);
        track[count++] = track[at];
        track[at] = chaos->rig->track[t]->track;
    }
    wb_mixer_arrange(chaos->rig->mixer, count, track, NULL);
}

static void come_or_go(Chaos *chaos)
{
    Rig *rig = chaos->rig;
    if (chaos->leaving) {
        if (rig->clock < chaos->gone)
            return;
        WbMixerTrack *track = g_steal_pointer(&chaos->leaving->track);
        shuffle(chaos);
        wb_mixer_track_free(rig->mixer, track);
        chaos->leaving = NULL;
    } else if (rig->tracks < NEWEST && g_rand_boolean(chaos->random)) {
        add_track(rig, (unsigned)g_rand_int_range(chaos->random, 1, 3), WB_ROLE_SUPPORT, tone,
                  true);
        shuffle(chaos);
    } else {
        RigTrack *track = any_track(chaos);
        if (track->settings.player)
            return;
        chaos->leaving = track;
        chaos->gone = rig->clock + 2 * FADE;
        track->settings.strip.muted = true;
        track->settings.listen = false;
        tell_track(rig, track);
    }
}

static void change_mix(const Chaos *chaos)
{
    WbMixerSettings *mix = &chaos->rig->mix;
    switch (g_rand_int_range(chaos->random, 0, 6)) {
    case 0:
        mix->gain = between(chaos, 0, 1);
        break;
    case 1:
        mix->bypass = !mix->bypass;
        break;
    case 2:
        mix->match = !mix->match;
        break;
    case 3:
        mix->delta = !mix->delta;
        break;
    case 4:
        mix->centred = !mix->centred;
        break;
    default:
        mix->arbiter.strength_percent = between(chaos, 0, 100);
    }
    tell_mix(chaos->rig);
}

/* The carve looks ahead while all that sounds comes from disk. */
static void look_ahead(const Chaos *chaos)
{
    bool any_live = false;
    for (unsigned t = 0; t < chaos->rig->tracks; t++)
        any_live |= chaos->rig->track[t]->track && chaos->rig->track[t]->settings.live;
    chaos->rig->mix.lookahead = chaos->rig->mix.centred && !any_live;
    tell_mix(chaos->rig);
}

static void change_track(const Chaos *chaos)
{
    RigTrack *track = any_track(chaos);
    WbStrip *strip = &track->settings.strip;
    switch (g_rand_int_range(chaos->random, 0, 11)) {
    case 0:
        strip->gain_db = between(chaos, -40, 0);
        break;
    case 1:
        strip->pan = between(chaos, -1, 1);
        break;
    case 2:
        strip->muted = !strip->muted;
        break;
    case 3:
        strip->invert = !strip->invert;
        break;
    case 4:
        strip->trim_db = between(chaos, -6, 6);
        break;
    case 5:
        strip->role = (WbRole)g_rand_int_range(chaos->random, 0, WB_ROLES);
        break;
    case 6:
        strip->depth_db = between(chaos, 0, 12);
        break;
    case 7:
        track->settings.delay = (unsigned)g_rand_int_range(chaos->random, 0, 9000);
        break;
    case 8:
        track->settings.live = !track->settings.live || !track->settings.player;
        break;
    case 9:
        track->settings.listen = !track->settings.listen;
        break;
    default:
        strip->carve_bypass = !strip->carve_bypass;
    }
    tell_track(chaos->rig, track);
}

static void make_changes(unsigned tracks, unsigned players, unsigned seed)
{
    g_autofree char *path = write_audio("tone.wav", FLOAT_WAV, RATE, 2, 16 * RATE, file_tone);
    Chaos chaos = {.rig = open_rig(WB_GUARD_NORMAL, BLOCK), .random = g_rand_new_with_seed(seed)};
    Rig *rig = chaos.rig;
    for (unsigned t = 0; t < tracks; t++) {
        RigTrack *track = add_track(rig, t % 5 == 4 ? 1 : 2, (WbRole)(t % 3), tone, false);
        if (t >= players)
            continue;
        track->settings.player = chaos.players[t] = add_player(rig, path, 2);
        track->settings.live = false;
        tell_track(rig, track);
    }
    arrange_all(rig);
    look_ahead(&chaos);
    play_from(rig, 0);
    run(rig, RATE / 4);
    const int64_t from = rig->clock;
    unsigned ahead = 0;
    for (int change = 0; change < 1000; change++) {
        const int kind = g_rand_int_range(chaos.random, 0, 10);
        if (kind == 0)
            change_mix(&chaos);
        else if (kind == 1 && players < tracks)
            come_or_go(&chaos);
        else if (kind == 2)
            shuffle(&chaos);
        else
            change_track(&chaos);
        look_ahead(&chaos);
        ahead += rig->mix.lookahead;
        run(rig, (int64_t)BLOCK * g_rand_int_range(chaos.random, 1, 6));
    }
    assert_true(rig->position < 16 * RATE);
    if (players == tracks)
        assert_in_range(ahead, 100, 900);
    for (int side = 0; side < 2; side++) {
        assert_smooth(&rig->bus[side], from, allowed(tracks, 2));
        assert_smooth(&rig->listen[side], from, allowed(tracks, 1));
    }
    g_rand_free(chaos.random);
    close_rig(rig, chaos.players);
}

static void a_thousand_changes_do_not_click(void **state)
{
    (void)state;
    make_changes(12, 4, 11);
}

/* Here the carve begins and ceases to look ahead again and again. */
static void nor_do_they_among_tracks_from_disk(void **state)
{
    (void)state;
    make_changes(3, 3, 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_track_moves_between_input_and_disk),
        cmocka_unit_test(a_player_that_comes_later_fades_in),
        cmocka_unit_test(delays_change_without_a_click),
        cmocka_unit_test(tracks_come_and_go),
        cmocka_unit_test(without_news_the_carves_return_to_flat),
        cmocka_unit_test(a_thousand_changes_do_not_click),
        cmocka_unit_test(nor_do_they_among_tracks_from_disk),
    };
    sem_init(&go_on, 0, 0);
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
