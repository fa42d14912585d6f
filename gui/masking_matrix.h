/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who masks whom: a row for each track that is masked, a column for each masker. A cell says how
 * much of the row's loudness the column costs it, in colour and percent; a mark at its foot, from
 * low on the left to high on the right, in which band most. Who covers has a frame. The diagonal is
 * what is left and heard, so that a row adds up to 100 %. Headings stay in sight when it is
 * scrolled.
 *
 * Click or arrow keys select a pair, or the headings a track alone ("selected": two ids, 0 for
 * none); double click or Enter on it is "activated", the secondary button or the menu key is "menu"
 * with the place to point at (two ids, x, y).
 *
 * Thread: main. */
#pragma once

#include <gtk/gtk.h>

#include "engine/hearing/masking.h"
#include "engine/hearing/role.h"

#define WB_TYPE_MASKING_MATRIX (wb_masking_matrix_get_type())
G_DECLARE_FINAL_TYPE(WbMaskingMatrix, wb_masking_matrix, WB, MASKING_MATRIX, GtkWidget)

typedef struct {
    unsigned id;
    const char *name;
    unsigned rgb; /* 0xrrggbb */
    WbRole role;
} WbMatrixTrack;

GtkWidget *wb_masking_matrix_new(void);
/* In a scrolled window, for the headings. */
GtkWidget *wb_masking_matrix_new_scrolled(WbMaskingMatrix **matrix);

/* Names are copied. Cheap if nothing has changed. */
void wb_masking_matrix_set_tracks(WbMaskingMatrix *matrix, size_t tracks,
                                  const WbMatrixTrack track[]);
/* What is heard now; five times a second are plenty. Tracks are found by their ids. */
void wb_masking_matrix_update(WbMaskingMatrix *matrix, const WbMasking *masking);

/* Does not tell "selected". */
void wb_masking_matrix_select(WbMaskingMatrix *matrix, unsigned masked, unsigned masker);
void wb_masking_matrix_selected(WbMaskingMatrix *matrix, unsigned *masked, unsigned *masker);

/* What a pair is about, in a sentence, translated. NULL if the masker hardly matters. */
char *wb_masking_sentence(const WbMaskingPair *pair, const char *masked, const char *masker);
/* "1.2 kHz", translated. */
char *wb_masking_band_text(int band);
