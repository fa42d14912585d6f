/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/session/role_guess.h"

#include "engine/session/role_words.h"

#include <glib.h>
#include <string.h>

typedef struct {
    WbWordKind kind;
    char *text; /* folded, without the stars */
    size_t length;
    bool any_before, any_after;
} Pattern;

static void pattern_clear(gpointer data)
{
    g_free(((Pattern *)data)->text);
}

/* Decomposed, without accents, in lower case: "Flöte" and "flote" are the same. */
static char *fold(const char *text)
{
    g_autofree char *decomposed = g_utf8_normalize(text, -1, G_NORMALIZE_NFKD);
    GString *bare = g_string_new(NULL);
    for (const char *c = decomposed; c != NULL && *c != '\0'; c = g_utf8_next_char(c)) {
        if (!g_unichar_ismark(g_utf8_get_char(c)))
            g_string_append_unichar(bare, g_utf8_get_char(c));
    }
    char *folded = g_utf8_casefold(bare->str, -1);
    g_string_free(bare, TRUE);
    return folded;
}

static GArray *patterns_new(void)
{
    GArray *patterns = g_array_new(FALSE, FALSE, sizeof(Pattern));
    g_array_set_clear_func(patterns, pattern_clear);
    for (const WbRoleWords *row = wb_role_words; row->kind != WB_WORD_NONE; row++) {
        g_auto(GStrv) words = g_strsplit(row->words, " ", -1);
        for (char **word = words; *word != NULL; word++) {
            Pattern pattern = {.kind = row->kind};
            pattern.any_before = g_str_has_prefix(*word, "*");
            pattern.any_after = g_str_has_suffix(*word, "*");
            g_autofree char *folded = fold(*word + pattern.any_before);
            pattern.length = strlen(folded) - pattern.any_after;
            pattern.text = g_strndup(folded, pattern.length);
            g_array_append_val(patterns, pattern);
        }
    }
    return patterns;
}

static bool matches(const Pattern *pattern, const char *word)
{
    const size_t length = strlen(word);
    if (length < pattern->length)
        return false;
    if (pattern->any_before && pattern->any_after)
        return strstr(word, pattern->text) != NULL;
    if (pattern->any_before)
        return strcmp(word + length - pattern->length, pattern->text) == 0;
    if (!pattern->any_after && length != pattern->length)
        return false;
    return strncmp(word, pattern->text, pattern->length) == 0;
}

static WbWordKind word_kind(const GArray *patterns, const char *word)
{
    for (guint i = 0; i < patterns->len; i++) {
        const Pattern *pattern = &g_array_index(patterns, Pattern, i);
        if (matches(pattern, word))
            return pattern->kind;
    }
    return WB_WORD_NONE;
}

static void add_word(GPtrArray *words, GString *word)
{
    if (word->len > 0) {
        char *folded = fold(word->str);
        if (g_ptr_array_find_with_equal_func(words, folded, g_str_equal, NULL))
            g_free(folded);
        else
            g_ptr_array_add(words, folded);
    }
    g_string_truncate(word, 0);
}

/* "BGVox" is two words, "DrumsLeft" too; the plural of an abbreviation ("BGVs") is not. */
static bool starts_hump(gunichar before, const char *at)
{
    if (!g_unichar_isupper(g_utf8_get_char(at)))
        return false;
    if (g_unichar_islower(before))
        return true;
    const char *next = g_utf8_next_char(at);
    if (!g_unichar_isupper(before) || !g_unichar_islower(g_utf8_get_char(next)))
        return false;
    return g_unichar_islower(g_utf8_get_char(g_utf8_next_char(next)));
}

static void split(const char *name, bool at_humps, GPtrArray *words)
{
    GString *word = g_string_new(NULL);
    gunichar before = 0;
    for (const char *c = name; *c != '\0'; c = g_utf8_next_char(c)) {
        const gunichar character = g_utf8_get_char(c);
        const bool part =
            g_unichar_isalpha(character) || g_unichar_ismark(character) ||
            (g_unichar_isdigit(character) && (before == 0 || !g_unichar_isalpha(before)));
        const bool digit_edge =
            part && before != 0 && g_unichar_isdigit(before) != g_unichar_isdigit(character);
        if (!part || digit_edge || (at_humps && starts_hump(before, c)))
            add_word(words, word);
        if (part)
            g_string_append_unichar(word, character);
        before = part ? character : 0;
    }
    add_word(words, word);
    g_string_free(word, TRUE);
}

/* The words of a name, each once, folded; numbers count as words ("808"). */
static GPtrArray *words_of(const char *name)
{
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
    split(name, false, words);
    split(name, true, words);
    return words;
}

static GHashTable *shared_words(GPtrArray *const *words, size_t n_names)
{
    GHashTable *shared = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; n_names > 1 && i < words[0]->len; i++) {
        const char *word = words[0]->pdata[i];
        size_t n = 1;
        while (n < n_names && g_ptr_array_find_with_equal_func(words[n], word, g_str_equal, NULL))
            n++;
        if (n == n_names)
            g_hash_table_add(shared, (gpointer)word);
    }
    return shared;
}

/* The kind that has precedence among the words of a name; a voice behind something is a choir. */
static WbWordKind name_kind(const GArray *patterns, const GPtrArray *words, GHashTable *ignored,
                            const char **decisive)
{
    const char *first[WB_WORD_NONE + 1] = {NULL};
    for (guint i = 0; i < words->len; i++) {
        const char *word = words->pdata[i];
        if (ignored != NULL && g_hash_table_contains(ignored, word))
            continue;
        const WbWordKind kind = word_kind(patterns, word);
        if (first[kind] == NULL)
            first[kind] = word;
    }
    WbWordKind kind = WB_WORD_SPACE;
    while (kind < WB_WORD_NONE && first[kind] == NULL)
        kind++;
    *decisive = kind == WB_WORD_NONE ? NULL : first[kind];
    return kind == WB_WORD_BEHIND && first[WB_WORD_VOICE] != NULL ? WB_WORD_CHOIR : kind;
}

static WbRole role_of(WbWordKind kind)
{
    switch (kind) {
    case WB_WORD_VOICE:
    case WB_WORD_LEADING:
        return WB_ROLE_LEAD;
    case WB_WORD_CHOIR:
    case WB_WORD_SUPPORT:
    case WB_WORD_NONE:
        return WB_ROLE_SUPPORT;
    case WB_WORD_SPACE:
    case WB_WORD_BEHIND:
    case WB_WORD_TEXTURE:
    case WB_WORD_BACKGROUND:
        return WB_ROLE_BACKGROUND;
    }
    g_assert_not_reached();
}

/* False if not a single word was known. */
static bool guess_all(const GArray *patterns, GPtrArray *const *words, size_t n_names,
                      GHashTable *ignored, WbRoleGuess *guesses)
{
    g_autofree WbWordKind *kinds = g_new(WbWordKind, n_names);
    bool known = false;
    bool voice = false;
    for (size_t i = 0; i < n_names; i++) {
        const char *word;
        kinds[i] = name_kind(patterns, words[i], ignored, &word);
        guesses[i] = (WbRoleGuess){.role = role_of(kinds[i]), .word = g_strdup(word)};
        known = known || word != NULL;
        voice = voice || kinds[i] == WB_WORD_VOICE;
    }
    for (size_t i = 0; voice && i < n_names; i++) {
        if (kinds[i] == WB_WORD_LEADING) {
            guesses[i].role = WB_ROLE_SUPPORT;
            guesses[i].behind_voice = true;
        }
    }
    return known;
}

WbRoleGuess *wb_role_guess(const char *const *names, size_t n_names)
{
    g_autoptr(GArray) patterns = patterns_new();
    WbRoleGuess *guesses = g_new0(WbRoleGuess, n_names);
    GPtrArray **words = g_new(GPtrArray *, n_names);
    for (size_t i = 0; i < n_names; i++)
        words[i] = words_of(names[i]);
    g_autoptr(GHashTable) shared = shared_words(words, n_names);
    if (!guess_all(patterns, words, n_names, shared, guesses))
        guess_all(patterns, words, n_names, NULL, guesses);
    for (size_t i = 0; i < n_names; i++)
        g_ptr_array_unref(words[i]);
    g_free(words);
    return guesses;
}

void wb_role_guess_free(WbRoleGuess *guesses, size_t n_names)
{
    for (size_t i = 0; i < n_names; i++)
        g_free(guesses[i].word);
    g_free(guesses);
}
