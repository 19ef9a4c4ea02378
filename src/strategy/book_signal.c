// SPDX-License-Identifier: Apache-2.0
#include "strategy/book_signal.h"

#include "base/check.h"
#include "strategy/signal_parse.h"

// The open change is whole.
static void close_change(struct book_signals *signals) {
    struct book_signals_state *state = signals->state;
    if (!state->open) return;
    micro_set_commit(&signals->set, signals->memory, &signals->source, state->open_ns);
    state->open = 0;
    state->picture = 0;
}

static void open_change(struct book_signals *signals, int64_t ts_ns) {
    DCHECK(!signals->state->open || signals->state->open_ns == ts_ns);
    signals->state->open = 1;
    signals->state->open_ns = ts_ns;
}

// What is left of the book is shown; the change after this one begins anew.
static void begin_book(struct book_signals *signals, int64_t ts_ns) {
    close_change(signals);
    micro_set_begin_book(&signals->set, signals->memory);
    micro_set_commit(&signals->set, signals->memory, &signals->source, ts_ns);
    micro_set_begin_book(&signals->set, signals->memory);
}

void book_signals_init(struct book_signals *signals, const struct instrument *instrument,
                       const struct book_l2 *book) {
    *signals = (struct book_signals){.source.l2 = book, .step = instrument->tick.m};
    micro_set_init(&signals->set, decimal_to_double(instrument->tick.m, instrument->price_decimals),
                   decimal_to_double(1, instrument->qty_decimals));
}

int book_signals_add(struct book_signals *signals, const char *spec, const struct param *params,
                     size_t param_count, const double *values) {
    struct signal_terms terms = {params, param_count, values};
    struct signal_feature feature;
    uint32_t before = signals->set.count;
    TRY(signal_parse_feature(spec, &terms, &feature));
    int call = micro_set_add(&signals->set, feature.micro, feature.args);
    if (call < 0) return ERR_APPEND(call, "in \"%s\"", spec);
    CHECK(signals->memory == NULL || signals->set.count == before);
    return call * MICRO_OUTPUTS_MAX + (int)feature.output;
}

int book_signals_begin(struct book_signals *signals, struct arena *state) {
    signals->state = ARENA_NEW(state, struct book_signals_state, 1);
    signals->memory = arena_alloc(state, micro_set_size(&signals->set), 64);
    if (signals->state == NULL || signals->memory == NULL) return ERR_NOMEM;
    micro_set_begin(&signals->set, signals->memory);
    return 0;
}

const double *book_signals_place(const struct book_signals *signals, int value) {
    CHECK(signals->memory != NULL);
    uint32_t call = (uint32_t)value / MICRO_OUTPUTS_MAX;
    return micro_set_outputs(&signals->set, signals->memory, call) +
           (uint32_t)value % MICRO_OUTPUTS_MAX;
}

void book_signals_next(struct book_signals *signals, int64_t ts_ns) {
    if (signals->state->open_ns != ts_ns) close_change(signals);
}

void book_signals_level(struct book_signals *signals, int64_t ts_ns, int64_t what, int64_t tick,
                        int64_t qty) {
    struct book_signals_state *state = signals->state;
    open_change(signals, ts_ns);
    if (feed_kind_of(what) == FEED_SNAPSHOT && !state->picture) {
        micro_set_begin_book(&signals->set, signals->memory);
        state->picture = 1;
    }
    micro_set_level(&signals->set, signals->memory, feed_side_of(what), tick, qty);
    if ((feed_flags_of(what) & FEED_LAST) != 0) close_change(signals);
}

static void take_trade(struct book_signals *signals, int64_t ts_ns, int64_t what, int64_t price,
                       int64_t qty) {
    if ((feed_flags_of(what) & (FEED_HIDDEN | FEED_CROSS)) != 0) return;
    close_change(signals);
    const struct micro_trade trade = {
        .price = price / signals->step, .qty = qty, .side = feed_side_of(what)};
    micro_set_trade(&signals->set, signals->memory, &trade, ts_ns);
}

void book_signals_record(struct book_signals *signals, int64_t ts_ns, int64_t what, int64_t price,
                         int64_t qty) {
    switch (feed_kind_of(what)) {
    case FEED_TRADE:
        take_trade(signals, ts_ns, what, price, qty);
        break;
    case FEED_CLEAR:
        begin_book(signals, ts_ns);
        break;
    case FEED_FAULT:
        if (qty == FEED_GAP) begin_book(signals, ts_ns);
        break;
    default:
        break;
    }
}

void book_signals_time(struct book_signals *signals, int64_t ts_ns) {
    close_change(signals);
    micro_set_time(&signals->set, signals->memory, ts_ns);
}
