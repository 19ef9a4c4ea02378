// SPDX-License-Identifier: Apache-2.0
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/option/option_surface.h"
#include "app/plot/plot.h"

enum { CURVE_POINTS = 1201, PANEL_SLICES = 6, COLORS = 8 };

// What is drawn over k: smiles of a few expiries a panel, lines of the fit and dots of the quotes in the same colour,
// and total variance below.
struct curves {
    double k[CURVE_POINTS];
    double none[CURVE_POINTS]; // no value: between the lines and the dots of a panel
    double vol[CHAIN_EXPIRIES_MAX][CURVE_POINTS];
    double quotes[CHAIN_EXPIRIES_MAX][CURVE_POINTS];
    double variance[CHAIN_EXPIRIES_MAX][CURVE_POINTS];
    char names[CHAIN_EXPIRIES_MAX][DATE_TEXT_SIZE];
};

static void set_range(const struct option_surface *answer, struct curves *curves) {
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < answer->chain.expiry_count; i++) {
        const struct svi_points *points = &answer->points[i].points;
        if (points->count == 0) continue;
        low = fmin(low, points->k[0]);
        high = fmax(high, points->k[points->count - 1]);
    }
    for (size_t j = 0; j < CURVE_POINTS; j++) {
        curves->k[j] = low + (high - low) * (double)j / (CURVE_POINTS - 1);
        curves->none[j] = NAN;
    }
}

static void add_curves(const struct option_surface *answer, size_t expiry, size_t slice,
                       struct curves *curves, struct plot *plot) {
    const struct surface_slice *at = &answer->surface.slices[slice];
    const struct svi_points *points = &answer->points[expiry].points;
    double low = curves->k[0], step = curves->k[1] - low;
    for (size_t j = 0; j < CURVE_POINTS; j++) {
        double k = curves->k[j], w = svi_variance(&at->svi, k, NULL, NULL);
        bool near = k >= points->k[0] && k <= points->k[points->count - 1];
        curves->vol[slice][j] = near ? sqrt(w / at->years) : NAN;
        curves->variance[slice][j] = w;
        curves->quotes[slice][j] = NAN;
    }
    for (size_t i = 0; i < points->count; i++)
        curves->quotes[slice][(size_t)((points->k[i] - low) / step + 0.5)] = points->vol[i];
    option_surface_date(answer, expiry, curves->names[slice]);
    size_t panel = slice / PANEL_SLICES, place = slice % PANEL_SLICES;
    if (panel + 1 >= PLOT_PANELS_MAX) return;
    struct plot_panel *smiles = &plot->panels[panel];
    smiles->line_count = COLORS + place + 1;
    smiles->unit = "volatility";
    smiles->lines[place] =
        (struct plot_line){.name = curves->names[slice], .values = curves->vol[slice]};
    smiles->lines[COLORS + place] =
        (struct plot_line){.values = curves->quotes[slice], .style = PLOT_DOTS};
    for (size_t k = place + 1; k < COLORS; k++)
        smiles->lines[k] = (struct plot_line){.values = curves->none};
    plot->panel_count = panel + 1;
}

// Total variance of up to PLOT_LINES_MAX slices, evenly chosen.
static void add_variances(const struct surface *surface, const struct curves *curves,
                          struct plot *plot) {
    struct plot_panel *panel = &plot->panels[plot->panel_count++];
    size_t count = surface->count < PLOT_LINES_MAX ? surface->count : PLOT_LINES_MAX;
    panel->unit = "total variance";
    for (size_t i = 0; i < count; i++) {
        size_t slice = count > 1 ? i * (surface->count - 1) / (count - 1) : 0;
        panel->lines[panel->line_count++] = (struct plot_line){.values = curves->variance[slice]};
    }
}

int option_surface_draw(const struct option_surface *answer, const char *path) {
    struct curves *curves = calloc(1, sizeof *curves);
    if (curves == NULL) return ERR_SET(ERR_NOMEM, "no memory for the curves");
    char title[64];
    snprintf(title, sizeof title, "%s%simplied volatility", answer->chain.symbol,
             answer->chain.symbol[0] != '\0' ? ": " : "");
    struct plot plot = {.title = title,
                        .subtitle = "the fit (lines) and quotes (dots) by expiry; total variance",
                        .count = CURVE_POINTS,
                        .xs = curves->k,
                        .x_name = "ln(strike / forward)"};
    set_range(answer, curves);
    for (size_t i = 0, slice = 0; i < answer->chain.expiry_count; i++)
        if (answer->fits[i].fitted) add_curves(answer, i, slice++, curves, &plot);
    add_variances(&answer->surface, curves, &plot);
    int rc = plot_write(&plot, path);
    free(curves);
    return rc;
}
