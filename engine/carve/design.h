/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a curve of cuts, one per Bark band, to the coefficients of 24 band filters in series.
 *
 * The band filters are those of Rämö, Liski & Välimäki 2020 (doi 10.3390/app10041222): symmetric
 * peaking filters whose gains are corrected for what each does to its neighbours by one matrix,
 * fixed for a sample rate. Here every filter has 0 dB at the Nyquist frequency, so that the warped
 * centre frequency of a section never moves and gain lives in two numbers alone (bank.h says how
 * they are ramped). doc/carve.md has the derivation and the errors measured. */
#pragma once

#define WB_CARVE_BANDS 24

typedef struct WbCarveDesign WbCarveDesign;

/* One section per band, lowest first. With s the analogue frequency variable tan(w/2):
 *     H(s) = (warp + (A + 2 mix/damping) s + s²) / (warp + A s + s²),  A = 2/damping − 1 − warp
 * where warp = tan²(w0/2) belongs to the design. A section whose mix is 0 is the identity. */
typedef struct {
    double damping[WB_CARVE_BANDS]; /* 0 < damping <= 2/(1 + warp): any such value is stable */
    double mix[WB_CARVE_BANDS];     /* how much of the band is added to the input; cuts are < 0 */
} WbCarveCoefficients;

/* Sections whose own gain stays within this many dB are made exactly flat. */
#define WB_CARVE_FLAT_DB 0.01

/* Tables for one sample rate in Hz; NULL outside 32000..192000. Thread: any but audio. */
WbCarveDesign *wb_carve_design_new(double sample_rate);
void wb_carve_design_free(WbCarveDesign *design);

/* tan²(w0/2) of a band's section. Thread: any. */
double wb_carve_design_warp(const WbCarveDesign *design, unsigned band);

/* All sections flat. Thread: any. */
void wb_carve_design_flat(const WbCarveDesign *design, WbCarveCoefficients *flat);

/* cut_db[band] is how many dB to take away at the band's centre, 0 to about 15; midway between
 * two centres their mean is aimed at. Neighbouring cuts should not differ wildly (smooth them over
 * bands first): a lone deep cut makes its neighbours' sections boost. Thread: any. */
void wb_carve_design_coefficients(const WbCarveDesign *design, const float cut_db[WB_CARVE_BANDS],
                                  WbCarveCoefficients *coefficients);

/* What these coefficients do to a steady sine, in dB, at 0 <= hz <= half the sample rate.
 * Thread: any. */
double wb_carve_design_response_db(const WbCarveDesign *design,
                                   const WbCarveCoefficients *coefficients, double hz);
