/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gui/masking_matrix.h"

#define WORTH_TELLING 0.02

char *wb_masking_band_text(int band)
{
    const double hz = wb_band_centre_hz[band];
    if (hz < 1000)
        return g_strdup_printf(_("%.0f Hz"), hz);
    return g_strdup_printf(_("%.1f kHz"), hz / 1000);
}

static char *duration_text(double seconds)
{
    if (seconds < 60)
        return g_strdup_printf(_("%.0f s"), seconds);
    return g_strdup_printf(_("%d min %02d s"), (int)seconds / 60, (int)seconds % 60);
}

char *wb_masking_sentence(const WbMaskingPair *pair, const char *masked, const char *masker)
{
    if (pair->cost < WORTH_TELLING)
        return NULL;
    g_autofree char *band = wb_masking_band_text(pair->worst_band);
    if (!pair->covers)
        return g_strdup_printf(_("%s costs %s %.0f %% of its loudness, most around %s"), masker,
                               masked, 100 * pair->cost, band);
    g_autofree char *duration = duration_text(pair->seconds);
    return g_strdup_printf(
        _("%s covers %s: %.0f %% of its loudness, most around %s, for %s of sound"), masker, masked,
        100 * pair->cost, band, duration);
}
