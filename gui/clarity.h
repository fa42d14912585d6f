/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How well a track is heard in the mix, as one small sign: a full disc is clear, a half one
 * audible, a ring with a bar masked, a dot does not sound.
 *
 * What it shows is steady, and tells silence from being masked, if it comes from
 *
 *     const WbMasking *masking = wb_live_masking(live);
 *     const WbMaskingTrack heard = wb_masking_track(masking, wb_masking_find(masking, id));
 *     wb_clarity_set(sign, heard.heard, heard.clarity);
 *
 * Thread: main. */
#pragma once

#include <gtk/gtk.h>

#include "engine/hearing/masking.h"
#include "engine/hearing/role.h"

#define WB_TYPE_CLARITY (wb_clarity_get_type())
G_DECLARE_FINAL_TYPE(WbClarity, wb_clarity, WB, CLARITY, GtkWidget)

GtkWidget *wb_clarity_new(void);
/* share: of its loudness alone that is heard, 0..1; for the tooltip. As in WbMaskingTrack. */
void wb_clarity_set(WbClarity *clarity, WbHeard heard, double share);

/* Nobody minds that background is masked: its sign is calm. At first it is a lead's. */
void wb_clarity_set_role(WbClarity *clarity, WbRole role);

/* The word for it, translated. */
const char *wb_clarity_word(WbHeard heard);
/* The sign anywhere else, around (x, y). */
void wb_clarity_draw(GtkWidget *widget, GtkSnapshot *snapshot, WbHeard heard, WbRole role, double x,
                     double y, double radius);
