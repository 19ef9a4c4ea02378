// SPDX-License-Identifier: Apache-2.0
// fulmar option surface: a surface of implied volatility without arbitrage through the quotes of a chain.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/option/option_surface.h"
#include "base/io.h"
#include "quant/math/mathfn.h"
#include "quant/option/black.h"

#define OUTPUT_MAX ((size_t)1 << 28)

static double call_of(double k, double vol, double years) {
    double root = vol * sqrt(years), half = mathfn_exp(0.5 * k);
    double out = isfinite(root) ? black_value(-fabs(k), root) * half : fmin(1, mathfn_exp(k));
    return k < 0 ? out - mathfn_expm1(k) : out;
}

static void count(const struct arbitrage *found, size_t found_count, size_t expiry,
                  struct option_surface_counts *counts) {
    for (size_t i = 0; i < found_count; i++) {
        enum arbitrage_kind kind = found[i].kind;
        if (counts->of[kind]++ > 0 && found[i].gain <= counts->worst[kind].gain) continue;
        counts->worst[kind] = found[i];
        counts->worst_expiry[kind] = expiry;
    }
}

// What the points of an expiry cost as calls and hold as variance, at bid and ask or both at the mid.
struct columns {
    double *strikes, *bids, *asks, *near, *far;
};

static void fill(const struct svi_points *points, double width, const struct columns *columns) {
    for (size_t i = 0; i < points->count; i++) {
        double k = points->k[i], error = width * points->error[i];
        double low = fmax(points->vol[i] - error, 0), high = points->vol[i] + error;
        columns->strikes[i] = mathfn_exp(k);
        columns->bids[i] = call_of(k, low, points->years);
        columns->asks[i] = call_of(k, high, points->years);
        columns->near[i] = low * low * points->years;
        columns->far[i] = high * high * points->years;
    }
}

// Contradictions between the points themselves; width 0: their mids, 1: bids and asks.
static int look_at_points(const struct option_surface *answer, double width,
                          struct option_surface_counts *counts) {
    size_t size = answer->chain.count + 1, past = SIZE_MAX;
    double *block = calloc(8 * size, sizeof *block);
    struct arbitrage *found = calloc(3 * size, sizeof *found);
    int rc = block == NULL || found == NULL ? ERR_SET(ERR_NOMEM, "no memory for prices") : 0;
    double *near = rc == 0 ? block + 5 * size : NULL;
    for (size_t i = 0; rc == 0 && i < answer->chain.expiry_count; i++) {
        const struct svi_points *points = &answer->points[i].points;
        struct columns columns = {block, block + size, block + 2 * size, block + 3 * size,
                                  block + 4 * size};
        if (points->count == 0) continue;
        fill(points, width, &columns);
        count(found,
              arbitrage_calls(columns.strikes, columns.bids, columns.asks, points->count, 1, 1e-9,
                              3 * size, found),
              i, counts);
        if (past != SIZE_MAX) {
            const struct svi_points *before = &answer->points[past].points;
            count(found,
                  arbitrage_calendar(before->k, near, before->count, points->k, columns.far,
                                     points->count, 1e-9, 3 * size, found),
                  past, counts);
        }
        memcpy(near, columns.near, points->count * sizeof *near);
        past = i;
    }
    free(block);
    free(found);
    return rc;
}

// By the model that was asked for.
static int fit_points(void *context, const struct surface_points *points,
                      struct surface *ret_surface, struct surface_fit *ret_fits) {
    struct option_surface *answer = context;
    const struct option_chain *chain = &answer->chain;
    const char *model = args_get(answer->args, "model", "svi");
    if (!answer->is_ssvi)
        return surface_fit(points, chain->expiry_count, chain->terms.spot, ret_surface, ret_fits);
    return surface_fit_ssvi(points, chain->expiry_count, chain->terms.spot,
                            strcmp(model, "ssvi-heston") == 0 ? SSVI_HESTON : SSVI_POWER,
                            ret_surface, &answer->ssvi, ret_fits);
}

static int fit(struct option_surface *answer) {
    struct option_chain *chain = &answer->chain;
    answer->is_ssvi = strcmp(args_get(answer->args, "model", "svi"), "svi") != 0;
    answer->is_held_out = args_has(answer->args, "holdout");
    TRY(option_chain_points(chain, &answer->block, answer->points));
    TRY(fit_points(answer, answer->points, &answer->surface, answer->fits));
    TRY(look_at_points(answer, 0, &answer->mids));
    TRY(look_at_points(answer, 1, &answer->trades));
    answer->found = surface_arbitrage_of(&answer->surface, OPTION_SURFACE_REACH);
    if (!answer->is_held_out) return 0;
    struct ssvi_fit of_all = answer->ssvi;
    TRY(option_holdout_of(answer->points, chain->expiry_count, &answer->surface, answer->fits,
                          OPTION_SURFACE_REACH, fit_points, answer, &answer->holdout));
    answer->ssvi = of_all;
    return 0;
}

static int write_text(struct text *text, const char *path) {
    int rc = text_error(text) < 0 ? ERR_SET(text_error(text), "no memory for the results") : 0;
    if (rc == 0 && path != NULL) rc = io_write_file(path, text_string(text), text->len);
    if (rc == 0 && path == NULL) fwrite(text_string(text), 1, text->len, stdout);
    text_fini(text);
    return rc;
}

static int tell(const struct option_surface *answer) {
    const char *output = args_get(answer->args, "output", NULL);
    const char *plot = args_get(answer->args, "plot", NULL);
    struct text text;
    if (plot != NULL) TRY(option_surface_draw(answer, plot));
    text_init(&text, OUTPUT_MAX);
    if (output != NULL) {
        option_surface_csv(answer, &text);
        TRY(write_text(&text, output));
        text_init(&text, OUTPUT_MAX);
    }
    if (answer->args->json) {
        option_surface_json(answer, &text);
        return write_text(&text, NULL);
    }
    option_surface_print(answer);
    return 0;
}

static int run_surface(const struct args *args) {
    const char *model = args_get(args, "model", "svi");
    if (strcmp(model, "svi") != 0 && strcmp(model, "ssvi") != 0 &&
        strcmp(model, "ssvi-heston") != 0) {
        (void)ERR_SET(ERR_ARGUMENT, "--model is svi, ssvi or ssvi-heston, not '%s'", model);
        return STATUS_USAGE;
    }
    struct option_surface *answer = calloc(1, sizeof *answer);
    if (answer == NULL) return STATUS_FAILED;
    answer->args = args;
    int rc = option_chain_read(args, &answer->chain);
    bool usage = rc == ERR_ARGUMENT;
    if (rc == 0) rc = fit(answer);
    if (rc == 0) rc = tell(answer);
    option_chain_free(&answer->chain);
    free(answer->block);
    free(answer);
    return rc == 0 ? STATUS_DONE : usage ? STATUS_USAGE : STATUS_FAILED;
}

static const struct option options[] = {
    OPTION_CHAIN_OPTIONS,
    {"model", "M", "svi|ssvi|ssvi-heston",
     "svi (the default): a slice an expiry; ssvi and ssvi-heston: one curve for all"},
    {"holdout", NULL, NULL,
     "also fit each half of the strikes and tell how well it foretells the other"},
    {"output", "FILE", NULL,
     "write the surface as CSV: strikes by expiry with volatility, variance, "
     "local volatility and density"},
    {"plot", "FILE", NULL, "draw smiles and total variance, .svg or .png"}};

const struct command command_option_surface = {
    .name = "option surface",
    .summary = "an arbitrage-free surface of implied volatility through quotes",
    .operands = "",
    .details =
        "Reads and cleans quotes as `fulmar option chain` does, and fits SVI slices to the options "
        "out "
        "of the money, each quote counting by its spread: no slice holds a butterfly below 0, no "
        "two "
        "cross, no wing is steeper than Lee's bound. Between expiries total variance is linear in "
        "time. The report tells parameters and misfits by expiry, and arbitrage before the fit, "
        "between mid quotes and between bids and asks, and after it, on a grid.",
    .example = "fulmar option surface --input chain.csv --date 2014-06-06 --style american --plot "
               "surface.svg\n"
               "fulmar option surface --input option/usa/daily/aapl_2014_quote_american.zip --date "
               "2014-06-09 --model ssvi --output surface.csv",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_surface,
};
