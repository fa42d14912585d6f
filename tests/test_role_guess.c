/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/session/natural.h"
#include "engine/session/role_guess.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define LEAD WB_ROLE_LEAD
#define SUPPORT WB_ROLE_SUPPORT
#define BACKGROUND WB_ROLE_BACKGROUND

typedef struct {
    const char *name;
    WbRole role;
} Case;

/* Each name alone, as if it were the only one. */
static void check_alone(const Case *cases, size_t n_cases)
{
    for (size_t i = 0; i < n_cases; i++) {
        WbRoleGuess *guess = wb_role_guess(&cases[i].name, 1);
        if (guess->role != cases[i].role || guess->word == NULL)
            fail_msg("%s: guessed %s from \"%s\", expected %s", cases[i].name,
                     wb_role_name(guess->role), guess->word == NULL ? "" : guess->word,
                     wb_role_name(cases[i].role));
        wb_role_guess_free(guess, 1);
    }
}

/* All names as one session. */
static void check_together(const Case *cases, size_t n_cases)
{
    g_autofree const char **names = g_new(const char *, n_cases);
    for (size_t i = 0; i < n_cases; i++)
        names[i] = cases[i].name;
    WbRoleGuess *guesses = wb_role_guess(names, n_cases);
    for (size_t i = 0; i < n_cases; i++) {
        if (guesses[i].role != cases[i].role)
            fail_msg("%s: guessed %s, expected %s", names[i], wb_role_name(guesses[i].role),
                     wb_role_name(cases[i].role));
    }
    wb_role_guess_free(guesses, n_cases);
}

static void english_names(void **state)
{
    (void)state;
    static const Case cases[] = {
        {"vox", LEAD},
        {"01-Lead Vox", LEAD},
        {"LeadVox_03", LEAD},
        {"LD_VOX_comp", LEAD},
        {"Vocals", LEAD},
        {"Voiceover", LEAD},
        {"Narrator", LEAD},
        {"Solo Violin", LEAD},
        {"melody", LEAD},
        {"BGV 1", SUPPORT},
        {"BGVs_L", SUPPORT},
        {"BGVox High", SUPPORT},
        {"Backing Vocals", SUPPORT},
        {"Background Vox 2", SUPPORT},
        {"Choir", SUPPORT},
        {"Harmony Vox", SUPPORT},
        {"Kick In", SUPPORT},
        {"SNARE top", SUPPORT},
        {"Drums", SUPPORT},
        {"808", SUPPORT},
        {"BassDI", SUPPORT},
        {"Synth Bass", SUPPORT},
        {"EGtr L", SUPPORT},
        {"Rhythm Guitar", SUPPORT},
        {"piano", SUPPORT},
        {"Pad", BACKGROUND},
        {"warm_pads", BACKGROUND},
        {"Strings", BACKGROUND},
        {"Synth 3", BACKGROUND},
        {"HiHat", BACKGROUND},
        {"hh", BACKGROUND},
        {"FX riser", BACKGROUND},
        {"Drum Room", BACKGROUND},
        {"Vox Reverb", BACKGROUND},
        {"Lead Vox Delay", BACKGROUND},
        {"Ambience", BACKGROUND},
        {"Crowd", BACKGROUND},
        {"Backing Synth", BACKGROUND},
    };
    check_alone(cases, G_N_ELEMENTS(cases));
}

static void names_in_other_languages(void **state)
{
    (void)state;
    static const Case cases[] = {
        {"Gesang", LEAD},
        {"Hauptstimme", LEAD},
        {"Leadgesang 2", LEAD},
        {"Sänger", LEAD},
        {"Saenger", LEAD},
        {"Chor", SUPPORT},
        {"Schlagzeug", SUPPORT},
        {"Große Trommel", SUPPORT},
        {"Flöte", SUPPORT},
        {"FLOETE", SUPPORT},
        {"Streicher", BACKGROUND},
        {"Fläche 1", BACKGROUND},
        {"Hintergrundgesang", SUPPORT},
        {"Voix", LEAD},
        {"chant principal", LEAD},
        {"Chœurs", SUPPORT},
        {"choeurs_2", SUPPORT},
        {"Batterie", SUPPORT},
        {"Basse", SUPPORT},
        {"Nappe", BACKGROUND},
        {"Cordes", BACKGROUND},
        {"Réverbe", BACKGROUND},
        {"Voz", LEAD},
        {"Cantante", LEAD},
        {"Coros", SUPPORT},
        {"Batería", SUPPORT},
        {"Bajo", SUPPORT},
        {"Cuerdas", BACKGROUND},
        {"Ambiente", BACKGROUND},
        {"Voce solista", LEAD},
        {"Cori", SUPPORT},
        {"Basso", SUPPORT},
        {"Chitarra", SUPPORT},
        {"Archi", BACKGROUND},
        {"Tappeto", BACKGROUND},
        {"Vozes", LEAD},
        {"Baixo", SUPPORT},
        {"Violão", SUPPORT},
        {"Percussão", BACKGROUND},
        {"Zang", LEAD},
        {"hoofdzang", LEAD},
        {"Koor", SUPPORT},
        {"Slagwerk", SUPPORT},
        {"Strijkers", BACKGROUND},
        {"主唱", LEAD},
        {"女主唱01", LEAD},
        {"人声", LEAD},
        {"和声", SUPPORT},
        {"架子鼓", SUPPORT},
        {"贝斯", SUPPORT},
        {"弦乐组", BACKGROUND},
        {"铺底", BACKGROUND},
        {"主唱混响", BACKGROUND},
        {"ボーカル", LEAD},
        {"ドラム", SUPPORT},
    };
    check_alone(cases, G_N_ELEMENTS(cases));
}

static void decomposed_accents_are_the_same(void **state)
{
    (void)state;
    static const Case cases[] = {{"Flo\xcc\x88te", SUPPORT}, {"Sa\xcc\x88nger", LEAD}};
    check_alone(cases, G_N_ELEMENTS(cases));
}

static void an_instrument_leads_only_without_a_voice(void **state)
{
    (void)state;
    static const Case sung[] = {
        {"Lead Vocal", LEAD}, {"Lead Guitar", SUPPORT}, {"Bass", SUPPORT}, {"Pad", BACKGROUND}};
    static const Case played[] = {{"Lead Guitar", LEAD}, {"Bass", SUPPORT}, {"Pad", BACKGROUND}};
    check_together(sung, G_N_ELEMENTS(sung));
    check_together(played, G_N_ELEMENTS(played));
}

static void the_songs_title_does_not_count(void **state)
{
    (void)state;
    static const Case cases[] = {{"Lead Me Home - Drums", SUPPORT},
                                 {"Lead Me Home - Vox", LEAD},
                                 {"Lead Me Home - Strings", BACKGROUND},
                                 {"Lead Me Home - Thing", SUPPORT}};
    check_together(cases, G_N_ELEMENTS(cases));
}

static void a_shared_word_counts_when_no_other_is_known(void **state)
{
    (void)state;
    static const Case cases[] = {{"vox a", LEAD}, {"vox b", LEAD}};
    check_together(cases, G_N_ELEMENTS(cases));
}

static void the_unknown_supports_and_says_so(void **state)
{
    (void)state;
    static const char *const names[] = {"Track 07", "", "???", "07", "Audio_12-34", "Anchor"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        WbRoleGuess *guess = wb_role_guess(&names[i], 1);
        assert_int_equal(guess->role, SUPPORT);
        assert_null(guess->word);
        wb_role_guess_free(guess, 1);
    }
}

static void parts_of_other_words_do_not_count(void **state)
{
    (void)state;
    /* vo, rap, pad, oh, bed, solo, sub... within words that mean something else */
    static const char *const names[] = {"Volcano", "Trapeze", "Paddle",
                                        "Ohio",    "Bedouin", "Subject"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        WbRoleGuess *guess = wb_role_guess(&names[i], 1);
        if (guess->word != NULL)
            fail_msg("%s: taken for \"%s\"", names[i], guess->word);
        wb_role_guess_free(guess, 1);
    }
}

static void numbers_sort_as_numbers(void **state)
{
    (void)state;
    static const char *const sorted[] = {"",
                                         "1 kick",
                                         "2 bass",
                                         "02 bass b",
                                         "10 pad",
                                         "a",
                                         "A1",
                                         "a2",
                                         "a10",
                                         "a10b",
                                         "a99999999999999999998",
                                         "a99999999999999999999",
                                         "b"};
    for (size_t i = 0; i < G_N_ELEMENTS(sorted); i++) {
        for (size_t j = 0; j < G_N_ELEMENTS(sorted); j++) {
            const int order = wb_natural_compare(sorted[i], sorted[j]);
            if ((i < j && order >= 0) || (i == j && order != 0) || (i > j && order <= 0))
                fail_msg("\"%s\" against \"%s\": %d", sorted[i], sorted[j], order);
        }
    }
    assert_true(wb_natural_compare("x", "X") != 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(english_names),
        cmocka_unit_test(names_in_other_languages),
        cmocka_unit_test(decomposed_accents_are_the_same),
        cmocka_unit_test(an_instrument_leads_only_without_a_voice),
        cmocka_unit_test(the_songs_title_does_not_count),
        cmocka_unit_test(a_shared_word_counts_when_no_other_is_known),
        cmocka_unit_test(the_unknown_supports_and_says_so),
        cmocka_unit_test(parts_of_other_words_do_not_count),
        cmocka_unit_test(numbers_sort_as_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
