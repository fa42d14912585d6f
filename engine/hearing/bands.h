/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The 24 critical bands (Bark scale) on which all tracks are heard.
 * Thread: any; constants and pure functions. */
#pragma once

#define WB_BANDS 24

/* Band b reaches from edge b to edge b+1, Hz. Zwicker, "Subdivision of the audible frequency range
 * into critical bands", J. Acoust. Soc. Am. 33 (1961). */
extern const double wb_band_edge_hz[WB_BANDS + 1];

/* Centres of the bands, Hz; from the same table. */
extern const double wb_band_centre_hz[WB_BANDS];

/* Threshold in quiet at hz (20 to 20000), dB SPL: Terhardt, "Calculating virtual pitch", Hearing
 * Research 1 (1979). */
double wb_threshold_in_quiet_db(double hz);

/* The K-weighting of loudness meters at hz, as a factor of power: the two filters of ITU-R
 * BS.1770-4, tables 1 and 2. */
double wb_k_weight(double hz);

/* The band that holds hz; the first or the last for what lies outside. */
int wb_band_of(double hz);
