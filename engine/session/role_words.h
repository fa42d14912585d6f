/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What words in file names say of a track, in several languages.
 *
 * Thread: any; constant data. */
#pragma once

/* What a word is, in order of precedence: the first kind that any word of a name has decides. */
typedef enum {
    WB_WORD_SPACE,      /* rooms, returns, effects: background, whatever they are of */
    WB_WORD_CHOIR,      /* voices that accompany: support */
    WB_WORD_BEHIND,     /* "backing": support of a voice, otherwise background */
    WB_WORD_VOICE,      /* singing, speech: lead */
    WB_WORD_LEADING,    /* "solo", "melody": lead, or support where a voice leads */
    WB_WORD_TEXTURE,    /* pads, string sections: background */
    WB_WORD_SUPPORT,    /* drums, bass and the instruments that carry harmony and melody */
    WB_WORD_BACKGROUND, /* cymbals, small percussion, synths without further name */
    WB_WORD_NONE,
} WbWordKind;

typedef struct {
    WbWordKind kind;
    /* Separated by spaces. A `*` at the start or the end stands for any letters. Letter case and
     * accents do not count. Languages without spaces between words have a `*` on both sides. */
    const char *words;
} WbRoleWords;

/* Ends with WB_WORD_NONE. */
extern const WbRoleWords wb_role_words[];
