// SPDX-License-Identifier: Apache-2.0
// fulmar option surface: a surface of implied volatility without arbitrage through the quotes of a chain.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/option/option_chain.h"
#include "app/option/option_holdout.h"
#include "app/plot/plot.h"
#include "app/terminal.h"
#include "base/io.h"
#include "base/params.h"
#include "base/timestamp.h"
#include "quant/math/mathfn.h"
#include "quant/option/arbitrage.h"
#include "quant/option/black.h"

#define OUTPUT_MAX ((size_t)1 << 28)
enum { CURVE_POINTS = 1201, PANEL_SLICES = 6, COLORS = 8, GRID_POINTS = 21, FOUND_MAX = 4096 };

static const double REACH = 5; // of the arbitrage report, in log-moneyness
static const double GRID_DEVIATIONS = 3;

static const struct param number = {.type = PARAM_REAL};

struct counts {
    size_t of[ARBITRAGE_KINDS];
    struct arbitrage worst[ARBITRAGE_KINDS];
    size_t worst_expiry[ARBITRAGE_KINDS];
};

struct answer {
    const struct args *args;
    struct option_chain chain;
    double *block; // of the points
    struct surface_points points[CHAIN_EXPIRIES_MAX];
    struct surface surface;
    struct surface_fit fits[CHAIN_EXPIRIES_MAX];
    bool is_ssvi;
    struct ssvi_fit ssvi;
    struct counts mids;   // contradictions between mid prices of the points
    struct counts trades; // between bids and asks
    struct surface_arbitrage found;
    bool is_held_out;
    struct option_holdout holdout;
};

static double call_of(double k, double vol, double years) {
    double root = vol * sqrt(years), half = mathfn_exp(0.5 * k);
    double out = isfinite(root) ? black_value(-fabs(k), root) * half : fmin(1, mathfn_exp(k));
    return k < 0 ? out - mathfn_expm1(k) : out;
}

static void count(const struct arbitrage *found, size_t found_count, size_t expiry,
                  struct counts *counts) {
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
static int look_at_points(const struct answer *answer, double width, struct counts *counts) {
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
    struct answer *answer = context;
    const struct option_chain *chain = &answer->chain;
    const char *model = args_get(answer->args, "model", "svi");
    if (!answer->is_ssvi)
        return surface_fit(points, chain->expiry_count, chain->terms.spot, ret_surface, ret_fits);
    return surface_fit_ssvi(points, chain->expiry_count, chain->terms.spot,
                            strcmp(model, "ssvi-heston") == 0 ? SSVI_HESTON : SSVI_POWER,
                            ret_surface, &answer->ssvi, ret_fits);
}

static int fit(struct answer *answer) {
    struct option_chain *chain = &answer->chain;
    answer->is_ssvi = strcmp(args_get(answer->args, "model", "svi"), "svi") != 0;
    answer->is_held_out = args_has(answer->args, "holdout");
    TRY(option_chain_points(chain, &answer->block, answer->points));
    TRY(fit_points(answer, answer->points, &answer->surface, answer->fits));
    TRY(look_at_points(answer, 0, &answer->mids));
    TRY(look_at_points(answer, 1, &answer->trades));
    answer->found = surface_arbitrage_of(&answer->surface, REACH);
    if (!answer->is_held_out) return 0;
    struct ssvi_fit of_all = answer->ssvi;
    TRY(option_holdout_of(answer->points, chain->expiry_count, &answer->surface, answer->fits,
                          REACH, fit_points, answer, &answer->holdout));
    answer->ssvi = of_all;
    return 0;
}

static void expiry_date(const struct answer *answer, size_t expiry, char date[DATE_TEXT_SIZE]) {
    date_print(date, DATE_TEXT_SIZE, answer->chain.dates[expiry]);
}

static void print_slices(const struct answer *answer) {
    struct table table;
    table_init(&table,
               "expiry|>days|>points|>forward|>atm %|>a|>b|>rho|>m|>sigma|>rmse|>worst|>at k|"
               ">within %|bound");
    for (size_t i = 0, slice = 0; i < answer->chain.expiry_count; i++) {
        const struct surface_fit *fit = &answer->fits[i];
        char date[DATE_TEXT_SIZE];
        expiry_date(answer, i, date);
        table_cell(&table, "%s", date);
        table_cell(&table, "%.1f", 365 * answer->chain.expiries[i].years);
        table_cell(&table, "%zu", answer->points[i].points.count);
        table_cell(&table, "%.3f", answer->chain.expiries[i].forward);
        if (!fit->fitted) {
            for (int column = 0; column < 10; column++) table_cell(&table, "%s", "");
            table_cell(&table, "%s", "too few points");
            continue;
        }
        const struct surface_slice *at = &answer->surface.slices[slice++];
        const struct svi *svi = &at->svi;
        table_cell(&table, "%.2f", 100 * sqrt(svi_variance(svi, 0, NULL, NULL) / at->years));
        table_cell(&table, "%.5f", svi->a);
        table_cell(&table, "%.5f", svi->b);
        table_cell(&table, "%.4f", svi->rho);
        table_cell(&table, "%.4f", svi->m);
        table_cell(&table, "%.4f", svi->sigma);
        table_cell(&table, "%.2f", 100 * fit->rmse);
        table_cell(&table, "%+.2f", 100 * fit->worst);
        table_cell(&table, "%.3f", fit->worst_k);
        table_cell(&table, "%.0f", 100 * fit->within);
        table_cell(&table, "%s", fit->bounded ? "yes" : "");
    }
    table_print(&table, stdout);
    printf(
        "rmse and worst in points of volatility; within: share of quotes whose bid and ask the fit "
        "lies between;\nbound: no-arbitrage holds the slice\n");
}

static void print_counts(const struct answer *answer, const char *title,
                         const struct counts *counts) {
    size_t total = 0;
    for (size_t kind = 0; kind < ARBITRAGE_KINDS; kind++) total += counts->of[kind];
    printf("  %s: %zu\n", title, total);
    for (size_t kind = 0; kind < ARBITRAGE_KINDS; kind++) {
        if (counts->of[kind] == 0) continue;
        size_t expiry = counts->worst_expiry[kind], index = counts->worst[kind].index;
        double forward = answer->points[expiry].forward;
        char date[DATE_TEXT_SIZE];
        expiry_date(answer, expiry, date);
        printf("    %-10s %5zu   worst %s strike %.10g, ",
               arbitrage_kind_name((enum arbitrage_kind)kind), counts->of[kind], date,
               round(1e4 * forward * mathfn_exp(answer->points[expiry].points.k[index])) / 1e4);
        if (kind == ARBITRAGE_CALENDAR)
            printf("variance %.3g\n", counts->worst[kind].gain);
        else
            printf("%.4f\n", counts->worst[kind].gain * forward);
    }
}

static void print_arbitrage(const struct answer *answer) {
    const struct surface_arbitrage *found = &answer->found;
    printf("\narbitrage\n");
    print_counts(answer, "before, between mid quotes", &answer->mids);
    print_counts(answer, "before, between bids and asks", &answer->trades);
    printf("  after, at %zu points of the surface, |k| <= %.0f: %zu butterflies, %zu calendars, "
           "%zu wings\n",
           found->points, REACH, found->butterflies, found->calendars, found->wings);
    printf("    least Durrleman function %.3g (k %.3f, %.3f years), least rise of variance %.3g "
           "(k %.3f, %.3f years)\n",
           found->density, found->density_k, found->density_years, found->rise, found->rise_k,
           found->rise_years);
}

static void print_all(const struct answer *answer) {
    const struct option_chain *chain = &answer->chain;
    struct text text;
    printf("%s%s%s, spot %.3f, rate %.2f %%, model %s\n\n", chain->symbol,
           chain->symbol[0] != '\0' ? ", " : "", chain->terms.american ? "american" : "european",
           chain->terms.spot, 100 * chain->terms.rate, args_get(answer->args, "model", "svi"));
    print_slices(answer);
    if (answer->is_ssvi) {
        const struct ssvi *ssvi = &answer->ssvi.surface;
        printf("\nssvi %s: rho %.6g, eta %.6g", ssvi_form_name(ssvi->form), ssvi->rho, ssvi->eta);
        if (ssvi->form == SSVI_POWER) printf(", gamma %.6g", ssvi->gamma);
        printf("\n");
    }
    print_arbitrage(answer);
    text_init(&text, OUTPUT_MAX);
    if (answer->is_held_out) option_holdout_add(&answer->holdout, false, &text);
    text_add_char(&text, '\n');
    option_chain_faults(chain, false, &text);
    fputs(text_string(&text), stdout);
    text_fini(&text);
}

static void add(struct text *out, const char *name, double value) {
    text_printf(out, ",\"%s\":", name);
    if (isfinite(value))
        params_print_value(&number, value, out);
    else
        text_add(out, "null");
}

static double grid_k(const struct surface_slice *slice, size_t index) {
    double unit = sqrt(svi_variance(&slice->svi, 0, NULL, NULL));
    return GRID_DEVIATIONS * unit * (2.0 * (double)index / (GRID_POINTS - 1) - 1);
}

static void add_grid(const struct answer *answer, const struct surface_slice *slice,
                     struct text *out) {
    text_add(out, ",\"grid\":[");
    for (size_t i = 0; i < GRID_POINTS; i++) {
        double k = grid_k(slice, i);
        text_printf(out, "%s{\"strike\":", i > 0 ? "," : "");
        params_print_value(&number, slice->forward * mathfn_exp(k), out);
        add(out, "k", k);
        add(out, "vol", surface_vol(&answer->surface, k, slice->years));
        add(out, "variance", surface_at(&answer->surface, k, slice->years).variance);
        add(out, "local_vol", surface_local_vol(&answer->surface, k, slice->years));
        add(out, "density", surface_density(&answer->surface, k, slice->years));
        text_add_char(out, '}');
    }
    text_add_char(out, ']');
}

static void add_slices(const struct answer *answer, struct text *out) {
    text_add(out, ",\"slices\":[");
    for (size_t i = 0, slice = 0; i < answer->chain.expiry_count; i++) {
        const struct surface_fit *fit = &answer->fits[i];
        char date[DATE_TEXT_SIZE];
        expiry_date(answer, i, date);
        text_printf(out, "%s{\"expiry\":\"%s\",\"fitted\":%s,\"points\":%zu", i > 0 ? "," : "",
                    date, fit->fitted ? "true" : "false", answer->points[i].points.count);
        add(out, "years", answer->chain.expiries[i].years);
        add(out, "forward", answer->chain.expiries[i].forward);
        add(out, "discount", answer->chain.expiries[i].discount);
        if (fit->fitted) {
            const struct surface_slice *at = &answer->surface.slices[slice++];
            add(out, "a", at->svi.a);
            add(out, "b", at->svi.b);
            add(out, "rho", at->svi.rho);
            add(out, "m", at->svi.m);
            add(out, "sigma", at->svi.sigma);
            add(out, "rmse", fit->rmse);
            add(out, "worst", fit->worst);
            add(out, "worst_k", fit->worst_k);
            add(out, "within", fit->within);
            text_printf(out, ",\"bounded\":%s", fit->bounded ? "true" : "false");
            add_grid(answer, at, out);
        }
        text_add_char(out, '}');
    }
    text_add_char(out, ']');
}

static void add_counts(const char *name, const struct counts *counts, struct text *out) {
    text_printf(out, ",\"%s\":{", name);
    for (size_t kind = 0; kind < ARBITRAGE_KINDS; kind++)
        text_printf(out, "%s\"%s\":%zu", kind > 0 ? "," : "",
                    arbitrage_kind_name((enum arbitrage_kind)kind), counts->of[kind]);
    text_add_char(out, '}');
}

static void add_json(const struct answer *answer, struct text *out) {
    const struct option_chain *chain = &answer->chain;
    const struct surface_arbitrage *found = &answer->found;
    text_printf(out, "{\"symbol\":\"%s\",\"style\":\"%s\",\"model\":\"%s\"", chain->symbol,
                chain->terms.american ? "american" : "european",
                args_get(answer->args, "model", "svi"));
    add(out, "spot", chain->terms.spot);
    add(out, "rate", chain->terms.rate);
    text_add_char(out, ',');
    option_chain_faults(chain, true, out);
    if (answer->is_ssvi) {
        const struct ssvi *ssvi = &answer->ssvi.surface;
        text_printf(out, ",\"ssvi\":{\"form\":\"%s\"", ssvi_form_name(ssvi->form));
        add(out, "rho", ssvi->rho);
        add(out, "eta", ssvi->eta);
        if (ssvi->form == SSVI_POWER) add(out, "gamma", ssvi->gamma);
        text_add_char(out, '}');
    }
    add_slices(answer, out);
    text_printf(
        out, ",\"arbitrage\":{\"points\":%zu,\"butterflies\":%zu,\"calendars\":%zu,\"wings\":%zu",
        found->points, found->butterflies, found->calendars, found->wings);
    add(out, "least_density", found->density);
    add(out, "least_rise", found->rise);
    add_counts("before_mids", &answer->mids, out);
    add_counts("before_trades", &answer->trades, out);
    text_add_char(out, '}');
    if (answer->is_held_out) option_holdout_add(&answer->holdout, true, out);
    text_add(out, "}\n");
}

static void add_csv(const struct answer *answer, struct text *out) {
    text_add(out, "expiry,years,forward,discount,k,strike,vol,variance,local_vol,density\n");
    for (size_t i = 0, slice = 0; i < answer->chain.expiry_count; i++) {
        char date[DATE_TEXT_SIZE];
        if (!answer->fits[i].fitted) continue;
        const struct surface_slice *at = &answer->surface.slices[slice++];
        expiry_date(answer, i, date);
        for (size_t j = 0; j < GRID_POINTS; j++) {
            double k = grid_k(at, j);
            const double values[] = {at->years,
                                     at->forward,
                                     at->discount,
                                     k,
                                     at->forward * mathfn_exp(k),
                                     surface_vol(&answer->surface, k, at->years),
                                     surface_at(&answer->surface, k, at->years).variance,
                                     surface_local_vol(&answer->surface, k, at->years),
                                     surface_density(&answer->surface, k, at->years)};
            text_add(out, date);
            for (size_t c = 0; c < sizeof values / sizeof *values; c++) {
                text_add_char(out, ',');
                params_print_value(&number, values[c], out);
            }
            text_add_char(out, '\n');
        }
    }
}

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

static void set_range(const struct answer *answer, struct curves *curves) {
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

static void add_curves(const struct answer *answer, size_t expiry, size_t slice,
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
    expiry_date(answer, expiry, curves->names[slice]);
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

static int draw(const struct answer *answer, const char *path) {
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

static int write_text(struct text *text, const char *path) {
    int rc = text_error(text) < 0 ? ERR_SET(text_error(text), "no memory for the results") : 0;
    if (rc == 0 && path != NULL) rc = io_write_file(path, text_string(text), text->len);
    if (rc == 0 && path == NULL) fwrite(text_string(text), 1, text->len, stdout);
    text_fini(text);
    return rc;
}

static int tell(const struct answer *answer) {
    const char *output = args_get(answer->args, "output", NULL);
    const char *plot = args_get(answer->args, "plot", NULL);
    struct text text;
    if (plot != NULL) TRY(draw(answer, plot));
    text_init(&text, OUTPUT_MAX);
    if (output != NULL) {
        add_csv(answer, &text);
        TRY(write_text(&text, output));
        text_init(&text, OUTPUT_MAX);
    }
    if (answer->args->json) {
        add_json(answer, &text);
        return write_text(&text, NULL);
    }
    print_all(answer);
    return 0;
}

static int run_surface(const struct args *args) {
    const char *model = args_get(args, "model", "svi");
    if (strcmp(model, "svi") != 0 && strcmp(model, "ssvi") != 0 &&
        strcmp(model, "ssvi-heston") != 0) {
        (void)ERR_SET(ERR_ARGUMENT, "--model is svi, ssvi or ssvi-heston, not '%s'", model);
        return STATUS_USAGE;
    }
    struct answer *answer = calloc(1, sizeof *answer);
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
