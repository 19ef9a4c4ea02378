// SPDX-License-Identifier: Apache-2.0
#include "app/option/option_chain.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/params.h"
#include "base/timestamp.h"

enum { SATURDAY = 5, CLOSE_HOUR = 16, GROWTH = 4096 };

static const double SECONDS_A_YEAR = 365.0 * 86400;

void option_chain_free(struct option_chain *chain) {
    free(chain->quotes);
    free(chain->contracts);
    *chain = (struct option_chain){0};
}

static int grow(struct option_chain *chain) {
    if (chain->count >= OPTION_CHAIN_MAX)
        return ERR_SET(ERR_FULL, "the chain has more than %d contracts", OPTION_CHAIN_MAX);
    size_t max = chain->max == 0 ? GROWTH : 2 * chain->max;
    struct chain_quote *quotes = reallocarray(chain->quotes, max, sizeof *quotes);
    if (quotes != NULL) chain->quotes = quotes;
    struct option_contract *contracts = reallocarray(chain->contracts, max, sizeof *contracts);
    if (contracts != NULL) chain->contracts = contracts;
    if (quotes == NULL || contracts == NULL)
        return ERR_SET(ERR_NOMEM, "no memory for %zu contracts", max);
    chain->max = max;
    return 0;
}

int option_chain_add(struct option_chain *chain, const struct option_contract *contract,
                     enum option_side side, double strike, double bid, double ask, double age_s) {
    if (chain->count == chain->max) TRY(grow(chain));
    chain->contracts[chain->count] = *contract;
    chain->quotes[chain->count] = (struct chain_quote){.strike = strike,
                                                       .bid = bid,
                                                       .ask = ask,
                                                       .age_s = age_s,
                                                       .id = (uint32_t)chain->count,
                                                       .side = (uint8_t)side};
    chain->count++;
    return 0;
}

// Options expire at the close; those that expire on a Saturday were traded until the Friday before.
static double years_of(const struct option_chain *chain, int32_t expiry) {
    int32_t day = date_weekday(expiry) == SATURDAY ? expiry - 1 : expiry;
    int64_t left_ns = date_to_ns(day) + CLOSE_HOUR * NS_PER_HOUR - chain->now_ns;
    return (double)left_ns / 1e9 / SECONDS_A_YEAR;
}

int option_chain_solve(struct option_chain *chain) {
    if (chain->count == 0) return ERR_SET(ERR_NOT_FOUND, "no contract is quoted on that day");
    for (size_t i = 0; i < chain->count; i++)
        chain->quotes[i].years = years_of(chain, chain->contracts[chain->quotes[i].id].expiry);
    chain_clean(chain->quotes, chain->count, chain->stale_s);
    TRY(chain_group(chain->quotes, chain->count, chain->expiries, &chain->expiry_count));
    for (size_t i = 0; i < chain->expiry_count; i++)
        chain->dates[i] = chain->contracts[chain->quotes[chain->expiries[i].first].id].expiry;
    TRY(chain_parity(chain->quotes, chain->expiries, chain->expiry_count, &chain->terms));
    for (size_t i = 0; i < chain->expiry_count; i++)
        chain_volatility(chain->quotes, &chain->expiries[i], &chain->terms);
    return 0;
}

int option_chain_points(const struct option_chain *chain, double **ret_block,
                        struct surface_points ret_points[CHAIN_EXPIRIES_MAX]) {
    double *block = calloc(3 * chain->count + 1, sizeof *block), *at = block;
    if (block == NULL) return ERR_SET(ERR_NOMEM, "no memory for %zu points", chain->count);
    for (size_t i = 0; i < chain->expiry_count; i++) {
        const struct chain_expiry *expiry = &chain->expiries[i];
        double *k = at, *vol = k + expiry->count, *error = vol + expiry->count;
        size_t count =
            chain_points(chain->quotes, expiry, chain->tick, expiry->count, k, vol, error);
        ret_points[i] = (struct surface_points){
            expiry->forward, expiry->discount, {expiry->years, k, vol, error, count}};
        at += 3 * expiry->count;
    }
    *ret_block = block;
    return 0;
}

// The date and time of day as a reading of the exchange's clock.
static int read_now(const struct args *args, struct option_chain *chain) {
    const char *date = args_get(args, "date", NULL), *at = args_get(args, "at", "16:00");
    int32_t day = 0;
    int hour = -1, minute = -1, used = 0;
    if (sscanf(at, "%2d:%2d%n", &hour, &minute, &used) != 2 || at[used] != '\0' || hour < 0 ||
        hour > 23 || minute < 0 || minute > 59)
        return ERR_SET(ERR_ARGUMENT, "--at: '%s' is not a time of day such as 09:45", at);
    if (date != NULL && date_parse(date, strlen(date), &day) < 0)
        return ERR_SET(ERR_ARGUMENT, "--date: '%s' is not a date such as 2014-06-06", date);
    chain->now_ns = hour * NS_PER_HOUR + minute * NS_PER_MIN;
    if (date != NULL) chain->now_ns += date_to_ns(day);
    return 0;
}

static int read_options(const struct args *args, struct option_chain *chain) {
    const char *style = args_get(args, "style", NULL);
    int64_t stale_ns = 15 * NS_PER_MIN;
    TRY(read_now(args, chain));
    TRY(args_duration(args, "stale", &stale_ns));
    TRY(args_real(args, "rate", -0.5, 0.5, &chain->terms.rate));
    TRY(args_real(args, "spot", 1e-9, 1e12, &chain->terms.spot));
    TRY(args_real(args, "tick", 0, 1e6, &chain->tick));
    chain->stale_s = (double)stale_ns / 1e9;
    if (style != NULL && strcmp(style, "american") != 0 && strcmp(style, "european") != 0)
        return ERR_SET(ERR_ARGUMENT, "--style is american or european, not '%s'", style);
    chain->style_known = style != NULL;
    chain->terms.american = style != NULL && strcmp(style, "american") == 0;
    if (!args_has(args, "input"))
        return ERR_SET(ERR_ARGUMENT, "--input names the file of quotes; it is missing");
    return 0;
}

int option_chain_read(const struct args *args, struct option_chain *ret_chain) {
    struct option_chain *chain = ret_chain;
    *chain = (struct option_chain){.tick = 0.01, .terms = {.rate = NAN, .spot = NAN}};
    TRY(read_options(args, chain));
    for (int turn = 0; turn < 2; turn++) { // open interest belongs to contracts that are there
        const char *path;
        for (size_t i = 0; (path = args_nth(args, "input", i)) != NULL; i++) {
            if ((strstr(path, "_openinterest_") != NULL) != (turn == 1)) continue;
            TRY(option_chain_is_lean(path) ? option_chain_read_lean(chain, path)
                                           : option_chain_read_csv(chain, path));
        }
    }
    return option_chain_solve(chain);
}

void option_chain_name(const struct option_chain *chain, const struct chain_quote *quote,
                       struct text *out) {
    char date[DATE_TEXT_SIZE];
    date_print(date, sizeof date, chain->contracts[quote->id].expiry);
    text_printf(out, "%s %c %.10g", date, quote->side == OPTION_CALL ? 'C' : 'P', quote->strike);
}

// The contracts of a fault, or those that are alone (CHAIN_FAULTS), by expiry.
static void add_contracts(const struct option_chain *chain, size_t fault, bool json,
                          struct text *out) {
    enum { LINE_MAX_LEN = 100 };
    int32_t expiry = INT32_MIN;
    size_t added = 0, begin = 0;
    for (size_t i = 0; i < chain->count; i++) {
        const struct chain_quote *quote = &chain->quotes[i];
        if (fault == CHAIN_FAULTS ? !quote->alone : quote->fault != fault) continue;
        char date[DATE_TEXT_SIZE], side = quote->side == OPTION_CALL ? 'C' : 'P';
        int32_t of = chain->contracts[quote->id].expiry;
        date_print(date, sizeof date, of);
        if (json) {
            text_printf(out, "%s\"%s %c %.10g\"", added > 0 ? "," : "", date, side, quote->strike);
        } else {
            bool full = added > 0 && out->len - begin > LINE_MAX_LEN;
            if (of != expiry || full) {
                if (added > 0) text_add_char(out, '\n');
                begin = out->len;
                text_printf(out, "    %s ", of != expiry ? date : "          ");
            }
            text_printf(out, " %c%.10g", side, quote->strike);
        }
        expiry = of;
        added++;
    }
    if (!json && added > 0) text_add_char(out, '\n');
}

void option_chain_faults(const struct option_chain *chain, bool json, struct text *out) {
    struct chain_counts counts = chain_count(chain->quotes, chain->count);
    if (json)
        text_printf(out, "\"contracts\":%zu,\"sound\":%zu,\"other_days\":%zu,\"faults\":{",
                    counts.total, counts.faults[CHAIN_SOUND], chain->other_days);
    else
        text_printf(out, "%zu contracts, %zu sound; left out:\n", counts.total,
                    counts.faults[CHAIN_SOUND]);
    size_t kinds = 0;
    for (size_t fault = CHAIN_SOUND + 1; fault <= CHAIN_FAULTS; fault++) {
        bool alone = fault == CHAIN_FAULTS;
        size_t count = alone ? counts.alone : counts.faults[fault];
        const char *name = alone ? "missing_side" : chain_fault_name((enum chain_fault)fault);
        if (count == 0) continue;
        if (json)
            text_printf(out, "%s\"%s\":[", kinds++ > 0 ? "," : "", name);
        else
            text_printf(out, "  %s %zu%s\n", name, count,
                        alone ? " (no contract of the other side; volatility is used)" : "");
        add_contracts(chain, fault, json, out);
        if (json) text_add_char(out, ']');
    }
    if (json) text_add_char(out, '}');
    if (!json && chain->other_days > 0)
        text_printf(out, "  other days %zu (contracts quoted on other days alone)\n",
                    chain->other_days);
}
