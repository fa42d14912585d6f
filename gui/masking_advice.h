/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why a masker makes room for a track or does not, and what to do about it, in a sentence.
 * Thread: main. */
#pragma once

#include "engine/session/session.h"

typedef enum {
    WB_ADVICE_YIELDS,      /* it makes room already, as deep as it may */
    WB_ADVICE_EQUALS,      /* both have the same role */
    WB_ADVICE_HIGHER,      /* the masker's role is the higher one */
    WB_ADVICE_NEVER,       /* "never this pair" */
    WB_ADVICE_BYPASS,      /* of the masker's carve */
    WB_ADVICE_DEPTH,       /* the masker may go 0 dB deep */
    WB_ADVICE_MIX_BYPASS,  /* of all carves */
    WB_ADVICE_NO_STRENGTH, /* 0 % */
} WbAdvice;

WbAdvice wb_masking_advice(const WbSession *session, const WbTrack *masked, const WbTrack *masker);
/* Translated; to be freed. */
char *wb_masking_advice_text(const WbSession *session, const WbTrack *masked,
                             const WbTrack *masker);
/* "Lead", translated. */
const char *wb_masking_role_text(WbRole role);
