/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/carve/design.h"

#include <glib.h>
#include <math.h>
#include <string.h>

/* Centres, widths and what happens at a band's edges: Rämö, Liski & Välimäki 2020, section 4,
 * but for EDGE: the share of a filter's gain in dB that is left at its edges is 0.42 (first band
 * 0.36) there. A little wider, 0.47 and 0.41, halves the errors of deep cuts that differ from band
 * to band; so does weighing the midpoints of the fit by 0.33 instead of 0.5 (doc/carve.md). */
static const double centre_hz[WB_CARVE_BANDS] = {
    50,   150,  250,  350,  450,  570,  700,  840,  1000, 1170, 1370,  1600,
    1850, 2150, 2500, 2900, 3400, 4000, 4800, 5800, 7000, 8500, 10500, 13500,
};
#define TOP_WIDTH_HZ 6000.0
#define EDGE 0.47
#define EDGE_FIRST 0.41

/* The interaction of neighbours depends a little on the gain: it is taken at this one. */
#define PROTOTYPE_DB (-7.0)

#define POINTS (2 * WB_CARVE_BANDS - 1) /* centres and the geometric means between them */
#define WEIGHT_CENTRE 0.5
#define WEIGHT_FIRST 1.0
#define WEIGHT_MIDWAY 0.33

/* ln(10)/10: dB to the natural logarithm of a power. */
#define NEPER_PER_DB 0.23025850929940457

struct WbCarveDesign {
    double sample_rate;
    double warp[WB_CARVE_BANDS];                         /* tan²(w0/2) */
    double width[WB_CARVE_BANDS];                        /* (1 + warp) tan(Dw/2) */
    double flat_damping[WB_CARVE_BANDS];                 /* the limit at 0 dB */
    double gain_per_cut[WB_CARVE_BANDS][WB_CARVE_BANDS]; /* [cut][section], dB per dB */
};

static double edge_share(unsigned band)
{
    return band == 0 ? EDGE_FIRST : EDGE;
}

static double band_width_hz(unsigned band)
{
    if (band == WB_CARVE_BANDS - 1) {
        return TOP_WIDTH_HZ;
    }
    const double next = centre_hz[band + 1];
    return next - centre_hz[band] * centre_hz[band] / next;
}

/* One section with its own gain in dB. With 0 dB at Nyquist the paper's A is √(F00/F)·DW and its
 * B is G·A; damping is 2 a1 of the state-variable form, mix is (G − 1) A a1. */
static void design_section(const WbCarveDesign *design, unsigned band, double gain_db,
                           double *damping, double *mix)
{
    if (fabs(gain_db) < WB_CARVE_FLAT_DB) {
        *damping = design->flat_damping[band];
        *mix = 0.0;
        return;
    }
    const double power = exp(gain_db * NEPER_PER_DB);
    const double edge_power = exp(edge_share(band) * gain_db * NEPER_PER_DB);
    const double a = sqrt((1.0 - edge_power) / (edge_power - power)) * design->width[band];
    const double a1 = 1.0 / (1.0 + design->warp[band] + a);
    *damping = 2.0 * a1;
    *mix = (sqrt(power) - 1.0) * a * a1;
}

static double section_response_db(const WbCarveDesign *design, unsigned band, double damping,
                                  double mix, double hz)
{
    const double half = G_PI * hz / design->sample_rate;
    const double c = cos(half);
    const double s = sin(half);
    const double a = 2.0 / damping - 1.0 - design->warp[band];
    const double b = a + 2.0 * mix / damping;
    const double even = design->warp[band] * c * c - s * s;
    const double above = even * even + b * b * s * s * c * c;
    const double below = even * even + a * a * s * s * c * c;
    return 10.0 * log10(above / below);
}

/* Solves m x = r for each column of r, in place; m is symmetric and positive definite. */
static void solve(double m[WB_CARVE_BANDS][WB_CARVE_BANDS],
                  double r[WB_CARVE_BANDS][WB_CARVE_BANDS])
{
    const int n = WB_CARVE_BANDS;
    for (int i = 0; i < n; i++) {
        for (int row = i + 1; row < n; row++) {
            const double share = m[row][i] / m[i][i];
            for (int k = i; k < n; k++) {
                m[row][k] -= share * m[i][k];
            }
            for (int k = 0; k < n; k++) {
                r[row][k] -= share * r[i][k];
            }
        }
    }
    for (int i = n - 1; i >= 0; i--) {
        for (int k = 0; k < n; k++) {
            double sum = r[i][k];
            for (int j = i + 1; j < n; j++) {
                sum -= m[i][j] * r[j][k];
            }
            r[i][k] = sum / m[i][i];
        }
    }
}

/* Weighted least squares, (B W Bᵀ)⁻¹ B W, times the map from centres to centres and midpoints. */
static void design_gain_per_cut(WbCarveDesign *design)
{
    double interaction[WB_CARVE_BANDS][POINTS]; /* dB at a point per dB of a section */
    double weight[POINTS];
    for (int p = 0; p < POINTS; p++) {
        const double hz = sqrt(centre_hz[p / 2] * centre_hz[(p + 1) / 2]);
        weight[p] = p == 0 ? WEIGHT_FIRST : p % 2 == 0 ? WEIGHT_CENTRE : WEIGHT_MIDWAY;
        for (unsigned section = 0; section < WB_CARVE_BANDS; section++) {
            double damping, mix;
            design_section(design, section, PROTOTYPE_DB, &damping, &mix);
            interaction[section][p] =
                section_response_db(design, section, damping, mix, hz) / PROTOTYPE_DB;
        }
    }
    double normal[WB_CARVE_BANDS][WB_CARVE_BANDS];
    double wanted[WB_CARVE_BANDS][WB_CARVE_BANDS];
    for (int i = 0; i < WB_CARVE_BANDS; i++) {
        for (int j = 0; j < WB_CARVE_BANDS; j++) {
            double sum = 0.0;
            for (int p = 0; p < POINTS; p++) {
                sum += interaction[i][p] * weight[p] * interaction[j][p];
            }
            normal[i][j] = sum;
            const int p = 2 * j;
            wanted[i][j] = interaction[i][p] * weight[p];
            if (p > 0) {
                wanted[i][j] += 0.5 * interaction[i][p - 1] * weight[p - 1];
            }
            if (p < POINTS - 1) {
                wanted[i][j] += 0.5 * interaction[i][p + 1] * weight[p + 1];
            }
        }
    }
    solve(normal, wanted);
    for (int cut = 0; cut < WB_CARVE_BANDS; cut++) {
        for (int section = 0; section < WB_CARVE_BANDS; section++) {
            design->gain_per_cut[cut][section] = -wanted[section][cut];
        }
    }
}

WbCarveDesign *wb_carve_design_new(double sample_rate)
{
    if (!(sample_rate >= 32000.0 && sample_rate <= 192000.0)) {
        return NULL;
    }
    WbCarveDesign *design = g_new0(WbCarveDesign, 1);
    design->sample_rate = sample_rate;
    for (unsigned band = 0; band < WB_CARVE_BANDS; band++) {
        const double t = tan(G_PI * centre_hz[band] / sample_rate);
        const double edge = edge_share(band);
        design->warp[band] = t * t;
        design->width[band] = (1.0 + t * t) * tan(G_PI * band_width_hz(band) / sample_rate);
        const double a = sqrt(edge / (1.0 - edge)) * design->width[band];
        design->flat_damping[band] = 2.0 / (1.0 + design->warp[band] + a);
    }
    design_gain_per_cut(design);
    return design;
}

void wb_carve_design_free(WbCarveDesign *design)
{
    g_free(design);
}

double wb_carve_design_warp(const WbCarveDesign *design, unsigned band)
{
    return design->warp[band];
}

void wb_carve_design_flat(const WbCarveDesign *design, WbCarveCoefficients *flat)
{
    memcpy(flat->damping, design->flat_damping, sizeof flat->damping);
    memset(flat->mix, 0, sizeof flat->mix);
}

void wb_carve_design_coefficients(const WbCarveDesign *design, const float cut_db[WB_CARVE_BANDS],
                                  WbCarveCoefficients *coefficients)
{
    double gain_db[WB_CARVE_BANDS] = {0};
    for (unsigned cut = 0; cut < WB_CARVE_BANDS; cut++) {
        if (cut_db[cut] == 0.0f) {
            continue;
        }
        for (unsigned section = 0; section < WB_CARVE_BANDS; section++) {
            gain_db[section] += design->gain_per_cut[cut][section] * (double)cut_db[cut];
        }
    }
    for (unsigned band = 0; band < WB_CARVE_BANDS; band++) {
        design_section(design, band, gain_db[band], &coefficients->damping[band],
                       &coefficients->mix[band]);
    }
}

double wb_carve_design_response_db(const WbCarveDesign *design,
                                   const WbCarveCoefficients *coefficients, double hz)
{
    double sum = 0.0;
    for (unsigned band = 0; band < WB_CARVE_BANDS; band++) {
        if (coefficients->mix[band] != 0.0) {
            sum += section_response_db(design, band, coefficients->damping[band],
                                       coefficients->mix[band], hz);
        }
    }
    return sum;
}
