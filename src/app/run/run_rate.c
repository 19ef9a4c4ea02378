// SPDX-License-Identifier: Apache-2.0
// Currency rates from series of bars: the close of "EUR=FX/EURUSD/bar-1d" is what one euro is worth in the account's
// currency, known when its bar is.
#include <stdio.h>
#include <string.h>

#include "app/run/run_parts.h"
#include "base/check.h"

struct rate_source {
    struct event_source bars;
    uint32_t currency;
    int32_t decimals;
};

// The bars' events, turned into rates where they stand.
static int fill(void *self, union event *ret_events, int max) {
    struct rate_source *source = self;
    int count = source->bars.fill(source->bars.self, ret_events, max);
    for (int i = 0; i < count; i++) {
        CHECK(ret_events[i].header.kind == EVENT_BAR);
        int64_t close = ret_events[i].bar.bar.close.m, ts_ns = ret_events[i].header.ts_ns;
        event_init(&ret_events[i], EVENT_RATE, INSTRUMENT_NONE, ts_ns);
        ret_events[i].rate.currency = source->currency;
        ret_events[i].rate.decimals = source->decimals;
        ret_events[i].rate.rate = close;
    }
    return count;
}

static int64_t remaining(void *self) {
    struct rate_source *source = self;
    return source->bars.remaining(source->bars.self);
}

static int find_currency(const struct run *run, const char *code) {
    for (uint32_t c = 0; c < run->instruments.currency_count; c++)
        if (strcmp(run->instruments.currencies[c].code, code) == 0) return (int)c;
    return -1;
}

static int open_rate_tape(struct run *run, const char *tape_root, const char *name,
                          struct tape **ret_tape) {
    struct tape_series series;
    TRY(tape_find(tape_root, name, &series));
    if (series.kind != TAPE_BARS && series.kind != TAPE_MIDS)
        return ERR_SET(ERR_UNSUPPORTED, "rates: %s is not a series of bars", name);
    TRY(tape_open(tape_root, &series, &run->rate_tapes[run->rate_count]));
    *ret_tape = run->rate_tapes[run->rate_count++];
    return 0;
}

int run_add_rate(struct run *run, const char *tape_root, const char *word,
                 struct event_source *ret_source) {
    const char *equals = strchr(word, '=');
    char code[CURRENCY_CODE_SIZE];
    struct tape *tape;
    if (equals == NULL || equals == word || (size_t)(equals - word) >= sizeof code)
        return ERR_SET(ERR_PARSE, "rates: '%s' is not of the form CODE=SERIES", word);
    snprintf(code, sizeof code, "%.*s", (int)(equals - word), word);
    int currency = find_currency(run, code);
    if (currency < 0)
        return ERR_SET(ERR_NOT_FOUND, "rates: no instrument of the run is quoted in %s", code);
    if (run->rate_count == RUN_RATES_MAX)
        return ERR_SET(ERR_ARGUMENT, "more than %d rates", RUN_RATES_MAX);
    TRY(open_rate_tape(run, tape_root, equals + 1, &tape));
    struct rate_source *source = ARENA_NEW(&run->wiring, struct rate_source, 1);
    struct tape_source *bars = tape_source_new(&run->wiring, tape, 0, INT64_MIN, INT64_MAX);
    if (source == NULL || bars == NULL) return ERR_NOMEM;
    *source = (struct rate_source){.bars = tape_source_port(bars),
                                   .currency = (uint32_t)currency,
                                   .decimals = tape_meta(tape)->instrument.price_decimals};
    *ret_source = (struct event_source){.fill = fill, .remaining = remaining, .self = source};
    return 0;
}

// Without a rate nothing can be bought in a currency: better said now than at every decision.
int run_check_rates(const struct run *run) {
    const struct run_config *config = run->config;
    for (uint32_t c = 0; c < run->instruments.currency_count; c++) {
        const char *code = run->instruments.currencies[c].code;
        bool known = c == run->engine_config.account_currency;
        for (uint32_t i = 0; i < config->rates_count && !known; i++)
            known = strncmp(config->rates[i], code, strlen(code)) == 0 &&
                    config->rates[i][strlen(code)] == '=';
        if (!known)
            return ERR_SET(ERR_ARGUMENT,
                           "some instruments are quoted in %s and the account is in %s: give "
                           "--rate %s=SERIES, or --currency %s",
                           code,
                           run->instruments.currencies[run->engine_config.account_currency].code,
                           code, code);
    }
    return 0;
}

int run_open_rates(struct run *run, const char *tape_root, struct event_source *ret_source) {
    const struct run_config *config = run->config;
    struct event_source *sources =
        ARENA_NEW(&run->wiring, struct event_source, config->rates_count + 1);
    if (sources == NULL) return ERR_NOMEM;
    for (uint32_t i = 0; i < config->rates_count; i++)
        TRY(run_add_rate(run, tape_root, config->rates[i], &sources[i]));
    struct merge_source *merge = merge_source_new(&run->wiring, sources, config->rates_count);
    if (merge == NULL) return ERR_NOMEM;
    *ret_source = merge_source_port(merge);
    return 0;
}
