// SPDX-License-Identifier: Apache-2.0
// Tapes become instruments.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/run/run_parts.h"
#include "base/check.h"
#include "market/calendar.h"

static int open_tape(struct run *run, const char *tape_root, uint32_t index) {
    struct tape_series series;
    TRY(tape_find(tape_root, run->config->data[index], &series));
    if (series.kind != TAPE_BARS && series.kind != TAPE_MIDS && series.kind != TAPE_FEED)
        return ERR_SET(ERR_UNSUPPORTED, "%s is neither a series of bars nor a recorded feed",
                       run->config->data[index]);
    TRY(tape_open(tape_root, &series, &run->tapes[index]));
    const struct instrument *instrument = &tape_meta(run->tapes[index])->instrument;
    if (strcmp(series.venue, "BINANCE-COINM") == 0 && !instrument_is_inverse(instrument))
        return ERR_SET(ERR_STATE,
                       "%s is on the tape as a contract whose profit is price times quantity, "
                       "which it is not: import it again into an empty tape",
                       run->config->data[index]);
    return 0;
}

static void describe_instrument(const struct tape *tape, struct run_instrument *ret_words) {
    const struct tape_meta *meta = tape_meta(tape);
    const struct instrument *instrument = &meta->instrument;
    const struct tape_series *series = tape_series_of(tape);
    char name[TAPE_NAME_SIZE];
    tape_series_print(series, name);
    *ret_words = (struct run_instrument){
        .series = strdup(name),
        .symbol = strdup(instrument->symbol),
        .venue = strdup(instrument->venue),
        .currency = strdup(meta->currency),
        .asset = strdup(asset_class_name((enum asset_class)instrument->asset)),
        .calendar = strdup(calendar_name((enum calendar_id)instrument->calendar)),
        .price_decimals = instrument->price_decimals,
        .qty_decimals = instrument->qty_decimals,
        .tick = instrument->tick.m,
        .lot = instrument->lot.m,
        .qty_min = instrument->qty_min.m,
        .notional_min = instrument->notional_min,
        .multiplier = instrument->multiplier,
        .multiplier_decimals = instrument->multiplier_decimals,
        .payoff = instrument_is_inverse(instrument) ? strdup("inverse") : NULL,
        .frame_s = series->frame_s,
        .bar_flags = meta->bar_flags,
        .bars = (int64_t)tape_count(tape),
    };
}

int run_find_instruments(struct run *run, const char *tape_root) {
    struct run_config *config = run->config;
    if (config->data_count == 0)
        return ERR_SET(ERR_ARGUMENT, "the run names no data; fulmar data info lists the series");
    if (config->data_count > RUN_INSTRUMENTS_MAX)
        return ERR_SET(ERR_ARGUMENT, "%u series are over the limit of %d", config->data_count,
                       RUN_INSTRUMENTS_MAX);
    if (config->instruments_count > 0)
        return ERR_SET(ERR_ARGUMENT,
                       "'instruments' is written by the program; name series in 'data'");
    config->instruments = calloc(config->data_count, sizeof *config->instruments);
    if (config->instruments == NULL) return ERR_SET(ERR_NOMEM, "no memory for the instruments");
    for (uint32_t i = 0; i < config->data_count; i++) {
        TRY(open_tape(run, tape_root, i));
        describe_instrument(run->tapes[i], &config->instruments[i]);
        config->instruments_count++;
    }
    return 0;
}

static int add_instrument(struct run *run, const struct run_instrument *words) {
    struct instrument instrument = {
        .tick = PRICE(words->tick),
        .lot = QTY(words->lot),
        .qty_min = QTY(words->qty_min),
        .notional_min = words->notional_min,
        .multiplier = words->multiplier,
        .multiplier_decimals = words->multiplier_decimals,
        .price_decimals = words->price_decimals,
        .qty_decimals = words->qty_decimals,
    };
    int asset = asset_class_find(words->asset), calendar = calendar_find(words->calendar);
    if (asset < 0 || calendar < 0)
        return ERR_SET(ERR_PARSE, "%s: unknown asset class '%s' or calendar '%s'", words->series,
                       words->asset, words->calendar);
    int payoff = words->payoff != NULL ? payoff_find(words->payoff) : PAYOFF_LINEAR;
    if (payoff < 0)
        return ERR_SET(ERR_PARSE, "%s: unknown payoff '%s'", words->series, words->payoff);
    instrument.payoff = (uint32_t)payoff;
    instrument.asset = (uint32_t)asset;
    instrument.calendar = (uint32_t)calendar;
    snprintf(instrument.symbol, sizeof instrument.symbol, "%s", words->symbol);
    snprintf(instrument.venue, sizeof instrument.venue, "%s", words->venue);
    int currency = instruments_add_currency(&run->instruments, words->currency, RUN_MONEY_DECIMALS);
    if (currency < 0) return currency;
    instrument.currency = (uint32_t)currency;
    return instruments_add(&run->instruments, &instrument);
}

int run_add_instruments(struct run *run) {
    const struct run_config *config = run->config;
    if (config->instruments_count == 0)
        return ERR_SET(ERR_ARGUMENT, "the recorded configuration has no instruments");
    TRY(instruments_init(&run->instruments, &run->wiring, config->instruments_count,
                         config->instruments_count + 1));
    uint32_t frame_s = config->instruments[0].frame_s;
    for (uint32_t i = 0; i < config->instruments_count; i++) {
        const struct run_instrument *words = &config->instruments[i];
        if ((words->frame_s == 0) != (frame_s == 0))
            return ERR_SET(ERR_UNSUPPORTED,
                           "%s and %s: a run reads recorded feeds or bars, not both",
                           config->instruments[0].series, words->series);
        if (words->frame_s != frame_s)
            return ERR_SET(ERR_UNSUPPORTED, "%s and %s have bars of different lengths",
                           config->instruments[0].series, words->series);
        int index = add_instrument(run, words);
        if (index < 0) return ERR_APPEND(index, "in series %s", words->series);
    }
    const char *currency =
        config->currency != NULL ? config->currency : config->instruments[0].currency;
    int account = instruments_add_currency(&run->instruments, currency, RUN_MONEY_DECIMALS);
    if (account < 0) return account;
    run->engine_config.account_currency = (uint32_t)account;
    run->is_feed = frame_s == 0;
    run->engine_config.data_frame_s = run->is_feed ? 1 : frame_s;
    return 0;
}
