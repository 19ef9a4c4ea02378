// SPDX-License-Identifier: Apache-2.0
#include <math.h>
#include <stdio.h>

#include "app/option/option_surface.h"
#include "app/terminal.h"
#include "base/params.h"
#include "quant/math/mathfn.h"

#define OUTPUT_MAX ((size_t)1 << 28)
enum { GRID_POINTS = 21 };

static const double GRID_DEVIATIONS = 3;

static const struct param number = {.type = PARAM_REAL};

void option_surface_date(const struct option_surface *answer, size_t expiry,
                         char date[DATE_TEXT_SIZE]) {
    date_print(date, DATE_TEXT_SIZE, answer->chain.dates[expiry]);
}

static void print_slices(const struct option_surface *answer) {
    struct table table;
    table_init(&table,
               "expiry|>days|>points|>forward|>atm %|>a|>b|>rho|>m|>sigma|>rmse|>worst|>at k|"
               ">within %|bound");
    for (size_t i = 0, slice = 0; i < answer->chain.expiry_count; i++) {
        const struct surface_fit *fit = &answer->fits[i];
        char date[DATE_TEXT_SIZE];
        option_surface_date(answer, i, date);
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

static void print_counts(const struct option_surface *answer, const char *title,
                         const struct option_surface_counts *counts) {
    size_t total = 0;
    for (size_t kind = 0; kind < ARBITRAGE_KINDS; kind++) total += counts->of[kind];
    printf("  %s: %zu\n", title, total);
    for (size_t kind = 0; kind < ARBITRAGE_KINDS; kind++) {
        if (counts->of[kind] == 0) continue;
        size_t expiry = counts->worst_expiry[kind], index = counts->worst[kind].index;
        double forward = answer->points[expiry].forward;
        char date[DATE_TEXT_SIZE];
        option_surface_date(answer, expiry, date);
        printf("    %-10s %5zu   worst %s strike %.10g, ",
               arbitrage_kind_name((enum arbitrage_kind)kind), counts->of[kind], date,
               round(1e4 * forward * mathfn_exp(answer->points[expiry].points.k[index])) / 1e4);
        if (kind == ARBITRAGE_CALENDAR)
            printf("variance %.3g\n", counts->worst[kind].gain);
        else
            printf("%.4f\n", counts->worst[kind].gain * forward);
    }
}

static void print_arbitrage(const struct option_surface *answer) {
    const struct surface_arbitrage *found = &answer->found;
    printf("\narbitrage\n");
    print_counts(answer, "before, between mid quotes", &answer->mids);
    print_counts(answer, "before, between bids and asks", &answer->trades);
    printf("  after, at %zu points of the surface, |k| <= %.0f: %zu butterflies, %zu calendars, "
           "%zu wings\n",
           found->points, OPTION_SURFACE_REACH, found->butterflies, found->calendars, found->wings);
    printf("    least Durrleman function %.3g (k %.3f, %.3f years), least rise of variance %.3g "
           "(k %.3f, %.3f years)\n",
           found->density, found->density_k, found->density_years, found->rise, found->rise_k,
           found->rise_years);
}

void option_surface_print(const struct option_surface *answer) {
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

static void add_grid(const struct option_surface *answer, const struct surface_slice *slice,
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

static void add_slices(const struct option_surface *answer, struct text *out) {
    text_add(out, ",\"slices\":[");
    for (size_t i = 0, slice = 0; i < answer->chain.expiry_count; i++) {
        const struct surface_fit *fit = &answer->fits[i];
        char date[DATE_TEXT_SIZE];
        option_surface_date(answer, i, date);
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

static void add_counts(const char *name, const struct option_surface_counts *counts,
                       struct text *out) {
    text_printf(out, ",\"%s\":{", name);
    for (size_t kind = 0; kind < ARBITRAGE_KINDS; kind++)
        text_printf(out, "%s\"%s\":%zu", kind > 0 ? "," : "",
                    arbitrage_kind_name((enum arbitrage_kind)kind), counts->of[kind]);
    text_add_char(out, '}');
}

void option_surface_json(const struct option_surface *answer, struct text *out) {
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

void option_surface_csv(const struct option_surface *answer, struct text *out) {
    text_add(out, "expiry,years,forward,discount,k,strike,vol,variance,local_vol,density\n");
    for (size_t i = 0, slice = 0; i < answer->chain.expiry_count; i++) {
        char date[DATE_TEXT_SIZE];
        if (!answer->fits[i].fitted) continue;
        const struct surface_slice *at = &answer->surface.slices[slice++];
        option_surface_date(answer, i, date);
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
