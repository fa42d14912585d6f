/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Guesses roles from track names, as an engineer reads the labels of a tape box.
 *
 * Thread: any. */
#pragma once

#include "engine/hearing/role.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    WbRole role;
    /* The word of the name that decided, in lower case; NULL if no word is known: then the role is
     * support, which yields to the lead and is not lost behind the background. */
    char *word;
    /* It is called a lead or solo, but the session has a voice: support. */
    bool behind_voice;
} WbRoleGuess;

/* One guess per name; names are UTF-8, without extension. Words that all names share, such as the
 * song's title, are looked at only if no other word is known. */
WbRoleGuess *wb_role_guess(const char *const *names, size_t n_names);
void wb_role_guess_free(WbRoleGuess *guesses, size_t n_names);
