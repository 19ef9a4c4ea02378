// SPDX-License-Identifier: Apache-2.0
// What `fulmar option surface` found, and how it is told: a table, JSON, CSV, a picture.
#ifndef FULMAR_APP_OPTION_OPTION_SURFACE_H
#define FULMAR_APP_OPTION_OPTION_SURFACE_H

#include <stdbool.h>
#include <stddef.h>

#include "app/command.h"
#include "app/option/option_chain.h"
#include "app/option/option_holdout.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "quant/option/arbitrage.h"
#include "quant/option/ssvi.h"
#include "quant/option/surface.h"

#define OPTION_SURFACE_REACH 5.0 // of the arbitrage report, in log-moneyness

struct option_surface_counts {
    size_t of[ARBITRAGE_KINDS];
    struct arbitrage worst[ARBITRAGE_KINDS];
    size_t worst_expiry[ARBITRAGE_KINDS];
};

struct option_surface {
    const struct args *args;
    struct option_chain chain;
    double *block; // of the points
    struct surface_points points[CHAIN_EXPIRIES_MAX];
    struct surface surface;
    struct surface_fit fits[CHAIN_EXPIRIES_MAX];
    bool is_ssvi;
    struct ssvi_fit ssvi;
    struct option_surface_counts mids;   // contradictions between mid prices of the points
    struct option_surface_counts trades; // between bids and asks
    struct surface_arbitrage found;
    bool is_held_out;
    struct option_holdout holdout;
};

void option_surface_date(const struct option_surface *answer, size_t expiry,
                         char date[DATE_TEXT_SIZE]);

// To standard output.
void option_surface_print(const struct option_surface *answer);
void option_surface_json(const struct option_surface *answer, struct text *out);
// Strikes by fitted expiry with volatility, variance, local volatility and density.
void option_surface_csv(const struct option_surface *answer, struct text *out);
// ERR_NOMEM; errors of plot_write.
int option_surface_draw(const struct option_surface *answer, const char *path) MUST_USE;

#endif
