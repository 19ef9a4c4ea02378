// SPDX-License-Identifier: Apache-2.0
// fulmar option hedge: a straddle held over recorded quotes, hedged with its underlying, and where the profit came
// from.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/option/option_legs.h"
#include "base/io.h"
#include "base/params.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "quant/math/mathfn.h"
#include "quant/option/delta_hedge.h"

enum { EXPIRY_HOUR = 16, DAYS_PER_YEAR = 365 };

struct hedging {
    const struct args *args;
    struct option_legs legs;
    struct hedge_options options;
    struct hedge_bar *bars;
    int64_t *ends_ns; // of the bars
    size_t count;
    size_t left_out; // instants on the grid without a quote of both sides of both legs
    int64_t every_ns, from_ns, to_ns, expiry_ns;
    int64_t first_ns, last_ns;
    struct hedge_result result;
};

static int read_options(struct hedging *hedging) {
    const struct args *args = hedging->args;
    const char *expiry = args_get(args, "expiry", NULL);
    double cost_bps = 1;
    hedging->options.quantity = 1;
    hedging->every_ns = 5 * NS_PER_MIN;
    hedging->from_ns = INT64_MIN;
    hedging->to_ns = INT64_MAX;
    if (!args_has(args, "input") || !args_has(args, "strike") || expiry == NULL)
        return ERR_SET(ERR_ARGUMENT, "--input FILE, --strike K and --expiry DATE are needed");
    if (date_parse(expiry, strlen(expiry), &hedging->legs.expiry) < 0)
        return ERR_SET(ERR_ARGUMENT, "--expiry: '%s' is not a date such as 2021-01-08", expiry);
    TRY(args_real(args, "strike", 1e-9, 1e12, &hedging->legs.strike));
    TRY(args_real(args, "quantity", -1e9, 1e9, &hedging->options.quantity));
    TRY(args_real(args, "band", 0, 2, &hedging->options.band));
    TRY(args_real(args, "cost", 0, 1000, &cost_bps));
    TRY(args_real(args, "rate", -0.5, 0.5, &hedging->options.rate));
    TRY(args_duration(args, "every", &hedging->every_ns));
    TRY(args_instant(args, "from", &hedging->from_ns));
    TRY(args_instant(args, "to", &hedging->to_ns));
    if (hedging->every_ns <= 0) return ERR_SET(ERR_ARGUMENT, "--every is longer than nothing");
    hedging->options.cost = cost_bps / 1e4;
    hedging->options.strike = hedging->legs.strike;
    hedging->expiry_ns = date_to_ns(hedging->legs.expiry) + EXPIRY_HOUR * NS_PER_HOUR;
    return 0;
}

static double middle(const struct leg_bar *bar, int leg) {
    return bar->bid[leg] > 0 && bar->ask[leg] >= bar->bid[leg]
               ? 0.5 * (bar->bid[leg] + bar->ask[leg])
               : NAN;
}

// Half of both legs' spreads.
static double half_spread(const struct leg_bar *bar) {
    return 0.5 * (bar->ask[0] - bar->bid[0] + bar->ask[1] - bar->bid[1]);
}

// The bar as it is hedged; false: it is not used. Where no spot is told it is that of put-call parity at the strike.
static bool make_bar(struct hedging *hedging, const struct leg_bar *from, struct hedge_bar *ret) {
    bool wanted = from->end_ns >= hedging->from_ns && from->end_ns <= hedging->to_ns &&
                  from->end_ns < hedging->expiry_ns && from->end_ns % hedging->every_ns == 0;
    if (!wanted) return false;
    double years = (double)(hedging->expiry_ns - from->end_ns) / (double)NS_PER_DAY / DAYS_PER_YEAR;
    *ret = (struct hedge_bar){.years = years,
                              .spot = from->spot,
                              .call = middle(from, OPTION_CALL),
                              .put = middle(from, OPTION_PUT)};
    if (isnan(ret->spot))
        ret->spot = ret->call - ret->put +
                    hedging->legs.strike * mathfn_exp(-hedging->options.rate * years);
    bool whole = ret->spot > 0 && !isnan(ret->call) && !isnan(ret->put);
    hedging->left_out += !whole;
    return whole;
}

static int make_bars(struct hedging *hedging) {
    const char *path;
    const struct leg_bar *first = NULL, *last = NULL;
    for (size_t i = 0; (path = args_nth(hedging->args, "input", i)) != NULL; i++)
        TRY(option_legs_read(&hedging->legs, path));
    hedging->bars = calloc(hedging->legs.count + 1, sizeof *hedging->bars);
    hedging->ends_ns = calloc(hedging->legs.count + 1, sizeof *hedging->ends_ns);
    if (hedging->bars == NULL || hedging->ends_ns == NULL)
        return ERR_SET(ERR_NOMEM, "no memory for the bars");
    for (size_t i = 0; i < hedging->legs.count; i++) {
        const struct leg_bar *bar = &hedging->legs.bars[i];
        if (!make_bar(hedging, bar, &hedging->bars[hedging->count])) continue;
        if (first == NULL) first = bar;
        last = bar;
        hedging->ends_ns[hedging->count++] = bar->end_ns;
    }
    if (hedging->count < 2)
        return ERR_SET(
            ERR_ARGUMENT,
            "fewer than two instants have a quote of both legs; --every, --from and --to "
            "choose them");
    hedging->first_ns = first->end_ns;
    hedging->last_ns = last->end_ns;
    hedging->options.spread = half_spread(first) + half_spread(last);
    return 0;
}

// What was used, as files of bars that `fulmar data import` takes: middle prices are all there is, and nobody knows
// what could have been traded at them.
static int write_bars(const struct hedging *hedging, const char *folder) {
    static const char *const names[] = {"SPOT", "CALL", "PUT"};
    TRY(io_make_dirs(folder));
    for (int k = 0; k < 3; k++) {
        struct text text;
        char path[4096], time[TIMESTAMP_TEXT_SIZE];
        text_init(&text, 1 << 28);
        text_add(&text, "time,open,high,low,close,volume\n");
        for (size_t i = 0; i < hedging->count; i++) {
            const struct hedge_bar *bar = &hedging->bars[i];
            double price = k == 0 ? bar->spot : k == 1 ? bar->call : bar->put;
            timestamp_print(time, sizeof time, hedging->ends_ns[i] - hedging->every_ns);
            text_printf(&text, "%s,%.4f,%.4f,%.4f,%.4f,1000000000\n", time, price, price, price,
                        price);
        }
        snprintf(path, sizeof path, "%s/%s.csv", folder, names[k]);
        int rc = text_error(&text);
        if (rc == 0) rc = io_write_file(path, text_string(&text), text.len);
        text_fini(&text);
        TRY(rc);
    }
    return 0;
}

struct figure {
    const char *name, *words;
    double value;
};

static size_t list_figures(const struct hedging *hedging, struct figure *ret) {
    const struct hedge_result *r = &hedging->result;
    const struct figure all[] = {
        {"gamma", "moves of the underlying, squared", r->gamma},
        {"theta", "time that passed", r->theta},
        {"vega", "changes of implied volatility", r->vega},
        {"delta", "what was not hedged", r->delta},
        {"rest", "what the expansion leaves", r->rest},
        {"hedge_cost", "trading the underlying", r->hedge_cost},
        {"spread_cost", "half the spread of the legs, in and out", r->spread_cost},
        {"total", "profit", r->total},
    };
    memcpy(ret, all, sizeof all);
    return sizeof all / sizeof *all;
}

static void print_people(const struct hedging *hedging) {
    char first[TIMESTAMP_TEXT_SIZE], last[TIMESTAMP_TEXT_SIZE];
    struct figure figures[8];
    size_t count = list_figures(hedging, figures);
    const struct hedge_result *r = &hedging->result;
    timestamp_print(first, sizeof first, hedging->first_ns);
    timestamp_print(last, sizeof last, hedging->last_ns);
    printf("%zu bars from %.16s to %.16s, the exchange's clock; %zu left out\n", hedging->count,
           first, last, hedging->left_out);
    printf("paid %.2f, worth %.2f at the end, a straddle; implied %.1f %% then %.1f %%, realised "
           "%.1f %%\n",
           hedging->bars[0].call + hedging->bars[0].put,
           hedging->bars[hedging->count - 1].call + hedging->bars[hedging->count - 1].put,
           100 * r->vol_first, 100 * r->vol_last, 100 * r->realised);
    printf("hedged %zu times, %.3f of the underlying traded", r->hedges, r->turnover);
    printf(r->unknown > 0 ? "; %zu bars imply no volatility\n" : "\n", r->unknown);
    for (size_t i = 0; i < count; i++) {
        double value = fabs(figures[i].value) < 5e-5 ? 0 : figures[i].value; // no "-0.0000"
        printf("  %-12s %12.4f  %s\n", figures[i].name, value, figures[i].words);
    }
}

static int print_json(const struct hedging *hedging) {
    static const struct param number = {.type = PARAM_REAL};
    struct figure figures[8];
    struct text text;
    const struct hedge_result *r = &hedging->result;
    const struct figure more[] = {{"options", "", r->options},     {"hedge", "", r->hedge},
                                  {"vol_first", "", r->vol_first}, {"vol_last", "", r->vol_last},
                                  {"realised", "", r->realised},   {"turnover", "", r->turnover}};
    size_t count = list_figures(hedging, figures);
    text_init(&text, 1 << 16);
    text_printf(&text, "{\"bars\":%zu,\"left_out\":%zu,\"hedges\":%zu,\"unknown\":%zu",
                hedging->count, hedging->left_out, r->hedges, r->unknown);
    for (size_t i = 0; i < count + sizeof more / sizeof *more; i++) {
        const struct figure *figure = i < count ? &figures[i] : &more[i - count];
        text_printf(&text, ",\"%s\":", figure->name);
        if (isfinite(figure->value))
            params_print_value(&number, figure->value, &text);
        else
            text_add(&text, "null");
    }
    text_add(&text, "}\n");
    int rc = text_error(&text);
    if (rc == 0) fputs(text_string(&text), stdout);
    text_fini(&text);
    return rc;
}

static int run_hedge(const struct args *args) {
    struct hedging hedging = {.args = args};
    if (read_options(&hedging) < 0) return STATUS_USAGE;
    int rc = make_bars(&hedging);
    if (rc == 0 && !delta_hedge(hedging.bars, hedging.count, &hedging.options, &hedging.result))
        rc = ERR_SET(ERR_ARGUMENT, "the first quotes imply no volatility: a price is below what "
                                   "exercise would give");
    const char *folder = args_get(args, "bars", NULL);
    if (rc == 0 && folder != NULL) rc = write_bars(&hedging, folder);
    if (rc == 0 && args->json) rc = print_json(&hedging);
    if (rc == 0 && !args->json) print_people(&hedging);
    free(hedging.bars);
    free(hedging.ends_ns);
    option_legs_free(&hedging.legs);
    return rc == 0 ? STATUS_DONE : STATUS_FAILED;
}

static const struct option options[] = {
    {"input", "FILE", NULL, "Quotes: a Lean zip, or CSV of both legs; several, for days in a row."},
    {"strike", "K", NULL, "Of both legs."},
    {"expiry", "DATE", NULL, "Of both legs, at 16:00."},
    {"quantity", "N", NULL, "Straddles: above 0 bought, below 0 sold; 1 by default."},
    {"every", "DURATION", NULL, "The bars at which the hedge is looked at; 5m by default."},
    {"band", "DELTA", NULL, "Leave the hedge alone while it is within this; 0 by default."},
    {"cost", "BPS", NULL, "Of trading the underlying, in basis points; 1 by default."},
    {"rate", "R", NULL, "Interest a year, continuous; 0 by default."},
    {"from", "INSTANT", NULL, "First bar, by the exchange's clock."},
    {"to", "INSTANT", NULL, "Last bar."},
    {"bars", "DIR", NULL, "Write what was used there: SPOT.csv, CALL.csv, PUT.csv, to import."},
};

const struct command command_option_hedge = {
    .name = "option hedge",
    .summary = "a straddle hedged over recorded quotes, and where its profit came from",
    .operands = "",
    .details =
        "Buys (or sells) a call and a put of one strike at the first bar, holds the underlying\n"
        "against their delta from bar to bar, and ends at the last one. Profit is split into what\n"
        "gamma earned, what theta cost, vega, what was not hedged, and the costs; the parts add\n"
        "up to it. docs/options.md has the formulas.\n\n"
        "Without a column spot the underlying is put-call parity's at the strike. CSV columns:\n"
        "time, call_bid, call_ask, put_bid, put_ask, spot.",
    .example =
        "fulmar option hedge --input 20210104_quote_european.zip --strike 3700 --expiry 2021-01-08",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_hedge,
};
