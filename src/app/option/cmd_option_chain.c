// SPDX-License-Identifier: Apache-2.0
// fulmar option chain: the quotes of an underlying's options by expiry, with volatilities, and what was wrong with
// them.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/option/option_chain.h"
#include "app/option/option_plot.h"
#include "app/terminal.h"
#include "base/params.h"
#include "base/timestamp.h"

#define OUTPUT_MAX ((size_t)1 << 30)
enum { STRIKES_SHOWN = 10 };

static const struct param number = {.type = PARAM_REAL};

static void add_number(struct text *out, const char *name, double value) {
    text_printf(out, "\"%s\":", name);
    if (isfinite(value))
        params_print_value(&number, value, out);
    else
        text_add(out, "null");
}

static void add_quote(const struct option_chain *chain, const struct chain_quote *quote,
                      struct text *out) {
    const struct {
        const char *name;
        double value;
    } numbers[] = {
        {"strike", quote->strike},   {"bid", quote->bid},
        {"ask", quote->ask},         {"mid", 0.5 * (quote->bid + quote->ask)},
        {"vol", quote->vol},         {"vol_bid", quote->vol_bid},
        {"vol_ask", quote->vol_ask}, {"delta", quote->delta},
        {"vega", quote->vega},       {"premium", quote->premium},
        {"age_s", quote->age_s},     {"open_interest", chain->contracts[quote->id].open_interest}};
    text_printf(out, "{\"type\":\"%s\",\"status\":\"%s\"",
                quote->side == OPTION_CALL ? "call" : "put",
                chain_fault_name((enum chain_fault)quote->fault));
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        text_add_char(out, ',');
        add_number(out, numbers[i].name, numbers[i].value);
    }
    text_add_char(out, '}');
}

static void add_json(const struct option_chain *chain, struct text *out) {
    char date[DATE_TEXT_SIZE];
    text_printf(out, "{\"symbol\":\"%s\",\"style\":\"%s\",", chain->symbol,
                chain->terms.american ? "american" : "european");
    add_number(out, "spot", chain->terms.spot);
    text_add_char(out, ',');
    add_number(out, "rate", chain->terms.rate);
    text_add_char(out, ',');
    option_chain_faults(chain, true, out);
    text_add(out, ",\"expiries\":[");
    for (size_t i = 0; i < chain->expiry_count; i++) {
        const struct chain_expiry *expiry = &chain->expiries[i];
        date_print(date, sizeof date, chain->dates[i]);
        text_printf(out, "%s{\"expiry\":\"%s\",\"pairs\":%zu,", i > 0 ? "," : "", date,
                    expiry->pairs);
        add_number(out, "years", expiry->years);
        text_add_char(out, ',');
        add_number(out, "forward", expiry->forward);
        text_add_char(out, ',');
        add_number(out, "forward_error", expiry->forward_error);
        text_add_char(out, ',');
        add_number(out, "rate", expiry->rate);
        text_add_char(out, ',');
        add_number(out, "yield", expiry->yield);
        text_add(out, ",\"quotes\":[");
        for (size_t j = 0; j < expiry->count; j++) {
            if (j > 0) text_add_char(out, ',');
            add_quote(chain, &chain->quotes[expiry->first + j], out);
        }
        text_add(out, "]}");
    }
    text_add(out, "]}\n");
}

static void cell(struct table *table, int decimals, double value) {
    if (isfinite(value))
        table_cell(table, "%.*f", decimals, value);
    else
        table_cell(table, "%s", "");
}

// Volatility, or why there is none.
static void vol_cell(struct table *table, const struct chain_quote *quote) {
    if (quote == NULL || quote->fault == CHAIN_SOUND)
        cell(table, 2, quote != NULL ? 100 * quote->vol : NAN);
    else
        table_cell(table, "%s", chain_fault_name((enum chain_fault)quote->fault));
}

static double interest_of(const struct option_chain *chain, const struct chain_quote *quote) {
    return quote != NULL ? chain->contracts[quote->id].open_interest : NAN;
}

static void add_strike(const struct option_chain *chain, const struct chain_quote *call,
                       const struct chain_quote *put, bool at_money, struct table *table) {
    const struct chain_quote *sides[] = {call, put};
    cell(table, 0, interest_of(chain, call));
    for (size_t side = 0; side < 2; side++) {
        const struct chain_quote *quote = sides[side];
        double bid = quote != NULL ? quote->bid : NAN, ask = quote != NULL ? quote->ask : NAN;
        if (side == 1)
            table_cell(table, "%s%.10g", at_money ? "* " : "", (call != NULL ? call : put)->strike);
        cell(table, 2, bid);
        cell(table, 2, ask);
        cell(table, 3, 0.5 * (bid + ask));
        vol_cell(table, quote);
        cell(table, 3, quote != NULL ? quote->delta : NAN);
    }
    cell(table, 0, interest_of(chain, put));
}

// The quote of this side among those of a strike, the first that is no duplicate.
static const struct chain_quote *side_of(const struct chain_quote *quotes, size_t count,
                                         enum option_side side) {
    for (size_t i = 0; i < count; i++)
        if (quotes[i].side == side && quotes[i].fault != CHAIN_DUPLICATE) return &quotes[i];
    return NULL;
}

// Strikes of an expiry: first of each strike's quotes, and the strike nearest to the forward.
static size_t list_strikes(const struct option_chain *chain, const struct chain_expiry *expiry,
                           size_t *ret_firsts, size_t *ret_money) {
    size_t count = 0, end = expiry->first + expiry->count;
    double nearest = INFINITY;
    *ret_money = 0;
    for (size_t i = expiry->first; i < end; i++) {
        double strike = chain->quotes[i].strike;
        if (i > expiry->first && strike == chain->quotes[i - 1].strike) continue;
        if (fabs(strike - expiry->forward) < nearest) {
            nearest = fabs(strike - expiry->forward);
            *ret_money = count;
        }
        ret_firsts[count++] = i;
    }
    ret_firsts[count] = end;
    return count;
}

static void print_head(const struct option_chain *chain, size_t index) {
    const struct chain_expiry *expiry = &chain->expiries[index];
    char date[DATE_TEXT_SIZE];
    date_print(date, sizeof date, chain->dates[index]);
    printf("\n%s  %.1f days", date, 365 * expiry->years);
    if (expiry->pairs > 0)
        printf("  forward %.3f +- %.3f  rate %.2f %%  yield %.2f %%  %zu pairs\n", expiry->forward,
               expiry->forward_error, 100 * expiry->rate, 100 * expiry->yield, expiry->pairs);
    else
        printf("  no forward: no strike has a sound quote on both sides\n");
}

static int print_expiry(const struct option_chain *chain, size_t index, size_t shown) {
    const struct chain_expiry *expiry = &chain->expiries[index];
    size_t *firsts = calloc(expiry->count + 1, sizeof *firsts), money;
    struct table table;
    if (firsts == NULL) return ERR_SET(ERR_NOMEM, "no memory for %zu strikes", expiry->count);
    print_head(chain, index);
    table_init(&table, ">call oi|>bid|>ask|>mid|>iv %|>delta|>strike|>bid|>ask|>mid|>iv %|>delta|"
                       ">put oi");
    size_t count = list_strikes(chain, expiry, firsts, &money);
    for (size_t i = 0; i < count; i++) {
        size_t distance = i > money ? i - money : money - i;
        const struct chain_quote *quotes = &chain->quotes[firsts[i]];
        size_t size = firsts[i + 1] - firsts[i];
        if (shown > 0 && distance > shown) continue;
        add_strike(chain, side_of(quotes, size, OPTION_CALL), side_of(quotes, size, OPTION_PUT),
                   i == money && isfinite(expiry->forward), &table);
    }
    table_print(&table, stdout);
    free(firsts);
    return 0;
}

static int print_table(const struct args *args, const struct option_chain *chain, long shown,
                       int32_t only) {
    char now[TIMESTAMP_TEXT_SIZE];
    struct text text;
    timestamp_print(now, sizeof now, chain->now_ns);
    printf("%s%s%.10s %.5s, %s, spot %.3f%s, rate %.2f %%%s\n", chain->symbol,
           chain->symbol[0] != '\0' ? ", " : "", now, now + 11,
           chain->terms.american ? "american" : "european", chain->terms.spot,
           args_has(args, "spot") ? "" : " (from the nearest forward)", 100 * chain->terms.rate,
           args_has(args, "rate")  ? ""
           : chain->terms.american ? " (assumed: American options do not tell it)"
                                   : " (from put-call parity)");
    for (size_t i = 0; i < chain->expiry_count; i++)
        if (only == 0 || chain->dates[i] == only) TRY(print_expiry(chain, i, (size_t)shown));
    text_init(&text, OUTPUT_MAX);
    text_add_char(&text, '\n');
    option_chain_faults(chain, false, &text);
    fputs(text_string(&text), stdout);
    text_fini(&text);
    return 0;
}

static int print_chain(const struct args *args, const struct option_chain *chain, long shown,
                       int32_t only) {
    struct text text;
    if (!args->json) return print_table(args, chain, shown, only);
    text_init(&text, OUTPUT_MAX);
    add_json(chain, &text);
    int rc = text_error(&text) < 0 ? ERR_SET(text_error(&text), "no memory for the results") : 0;
    if (rc == 0) fwrite(text_string(&text), 1, text.len, stdout);
    text_fini(&text);
    return rc;
}

static int run_chain(const struct args *args) {
    struct option_chain chain;
    const char *expiry = args_get(args, "expiry", NULL);
    long shown = STRIKES_SHOWN;
    int32_t only = 0;
    if (args_int(args, "strikes", 0, OPTION_CHAIN_MAX, &shown) < 0) return STATUS_USAGE;
    if (expiry != NULL && date_parse(expiry, strlen(expiry), &only) < 0) {
        (void)ERR_SET(ERR_ARGUMENT, "--expiry: '%s' is not a date such as 2014-06-21", expiry);
        return STATUS_USAGE;
    }
    int rc = option_chain_read(args, &chain);
    bool usage = rc == ERR_ARGUMENT;
    if (rc == 0) rc = print_chain(args, &chain, shown, only);
    if (rc == 0 && args_has(args, "plot"))
        rc = option_plot_chain(&chain, only, args_get(args, "plot", NULL));
    option_chain_free(&chain);
    return rc == 0 ? STATUS_DONE : usage ? STATUS_USAGE : STATUS_FAILED;
}

static const struct option options[] = {
    OPTION_CHAIN_OPTIONS,
    {"expiry", "DATE", NULL, "print this expiry alone"},
    {"strikes", "N", NULL,
     "strikes to either side of the money that are printed; default 10, 0 all"},
    {"plot", "FILE", NULL, "draw volatilities by strike, an expiry a panel, .svg or .png"}};

const struct command command_option_chain = {
    .name = "option chain",
    .summary = "quotes of all options on an underlying, with forwards and volatilities",
    .operands = "",
    .details =
        "Quotes are cleaned first: those that are crossed, one-sided, stale, expired, negative, "
        "duplicate, without a bid or without a volatility are counted by class and named, "
        "and left out of what follows. Rates and forwards come from put-call parity; of American "
        "options the right of early exercise is taken out by Barone-Adesi and Whaley's formula. "
        "The strike nearest to the forward is marked with a star.\n\n"
        "Inputs are zips of QuantConnect Lean (..._quote_american.zip, and "
        "..._openinterest_american.zip beside it) or CSV files with the columns expiry, type (C or "
        "P), "
        "strike, bid and ask, and where they are there open_interest and time. Times are the "
        "exchange's; options expire at 16:00.",
    .example = "fulmar option chain --input chain.csv --date 2014-06-06 --style american\n"
               "fulmar option chain --input option/usa/daily/aapl_2014_quote_american.zip --date "
               "2014-06-06 --expiry 2014-07-19 --strikes 20",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_chain,
};
