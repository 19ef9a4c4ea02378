// SPDX-License-Identifier: Apache-2.0
#include "sim/tick_exchange.h"

#include <string.h>

#include "base/check.h"
#include "base/err.h"
#include "sim/tick_state.h"

void tick_config_defaults(struct tick_config *ret_config) {
    *ret_config = (struct tick_config){.strategy_count = 1,
                                       .order_max = 1024,
                                       .message_max = 4096,
                                       .fills = TICK_FILLS_SHARED,
                                       .book = {.window = 1 << 15, .level_max = 1 << 16}};
    int rc = tick_config_set_fee(ret_config, "maker_taker");
    CHECK(rc == 0);
    rc = tick_config_set_latency(ret_config, "constant");
    CHECK(rc == 0);
    rc = tick_config_set_queue(ret_config, "power3");
    CHECK(rc == 0);
}

int tick_config_set_fee(struct tick_config *config, const char *name) {
    return fee_model_pick(name, &config->fee, config->fee_params);
}

int tick_config_set_latency(struct tick_config *config, const char *name) {
    return latency_model_pick(name, &config->latency, config->latency_params);
}

int tick_config_set_queue(struct tick_config *config, const char *name) {
    return queue_model_pick(name, &config->queue, config->queue_params);
}

static int check_config(const struct tick_config *config) {
    if (config->instrument >= config->instruments->count)
        return ERR_SET(ERR_ARGUMENT, "there is no instrument %u", config->instrument);
    if (config->strategy_count == 0 || config->order_max == 0 || config->message_max == 0)
        return ERR_SET(ERR_ARGUMENT, "an exchange needs a strategy, an order and a message at "
                                     "least");
    if (config->fills > TICK_FILLS_WHOLE)
        return ERR_SET(ERR_ARGUMENT, "there is no way to fill %u", config->fills);
    if (config->queue->by_order && (config->other_max == 0 || !config->executions))
        return ERR_SET(ERR_ARGUMENT,
                       "queue %s: the feed must tell every order and its executions; a book by "
                       "price does not, take another queue model for it",
                       config->queue->name);
    TRY(params_check(config->fee->params, config->fee->param_count, config->fee->name,
                     config->fee_params));
    TRY(params_check(config->latency->params, config->latency->param_count, config->latency->name,
                     config->latency_params));
    if (config->latency->by_series && config->series == NULL)
        return ERR_SET(ERR_ARGUMENT, "latency recorded: which? file=FILE.csv names it");
    return params_check(config->queue->params, config->queue->param_count, config->queue->name,
                        config->queue_params);
}

static uint64_t power_of_two(uint64_t least) {
    uint64_t size = 1;
    while (size < least) size *= 2;
    return size;
}

// Of one arrival or record: a report for each order of ours, and one.
static int wire(struct tick_exchange *x, struct arena *wiring, struct arena *state) {
    const struct tick_config *config = &x->config;
    x->message_mask = power_of_two(config->message_max) - 1;
    x->report_mask = power_of_two((uint64_t)config->message_max * 2 + config->order_max * 4) - 1;
    x->state = ARENA_NEW(state, struct tick_state, 1);
    x->orders = ARENA_NEW(state, struct tick_order, config->order_max);
    x->stops = ARENA_NEW(state, uint32_t, config->order_max);
    x->messages = ARENA_NEW(state, struct tick_message, x->message_mask + 1);
    x->reports = ARENA_NEW(state, union tick_report, x->report_mask + 1);
    bool room = x->state && x->orders && x->stops && x->messages && x->reports;
    for (int s = 0; s < 2 && room; s++) {
        x->xs[s] = ARENA_NEW(state, int64_t, config->order_max);
        x->resting[s] = ARENA_NEW(state, uint32_t, config->order_max);
        room = x->xs[s] && x->resting[s];
    }
    if (!room) return ERR_APPEND(ERR_NOMEM, "while making the exchange's orders");
    TRY(map_init(&x->by_id, state, config->order_max));
    TRY(book_l2_init(&x->book, state, &config->book));
    TRY(others_init(&x->others, state, config->other_max));
    return sim_account_init(&x->account, wiring, state, config->instruments, config->strategy_count,
                            config->account_currency);
}

static int64_t next_funding_ns(const struct tick_exchange *x, int64_t after_ns) {
    struct funding_rate rate;
    bool found = x->config.funding != NULL && funding_next(x->config.funding, after_ns, &rate);
    return found ? rate.ts_ns : TICK_NEVER;
}

struct tick_exchange *tick_exchange_new(struct arena *wiring, struct arena *state,
                                        const struct tick_config *config) {
    if (check_config(config) < 0) return NULL;
    struct tick_exchange *x = ARENA_NEW(wiring, struct tick_exchange, 1);
    if (x == NULL) return NULL;
    x->config = *config;
    if (wire(x, wiring, state) < 0) return NULL;
    x->instrument = &config->instruments->items[config->instrument];
    x->tick = x->instrument->tick.m;
    x->qty_scale = 1;
    for (int i = 0; i < x->instrument->qty_decimals; i++) x->qty_scale *= 10;
    x->lot = tick_units(x, x->instrument->lot.m);
    for (uint32_t i = 0; i < config->order_max; i++)
        x->orders[i].slot_next = i + 1 < config->order_max ? i + 1 : UINT32_MAX;
    prng_seed(&x->state->prng, config->seed);
    x->state->now_ns = x->state->last_arrival_ns = x->state->last_report_ns = INT64_MIN;
    x->state->funding_ns = config->funding != NULL ? INT64_MIN : TICK_NEVER;
    return x;
}

static int dispatch(struct tick_exchange *x, const struct event_header *header,
                    struct tick_message *message) {
    struct tick_state *state = x->state;
    if (header->instrument != x->config.instrument) return ERR_ARGUMENT;
    if (state->message_tail - state->message_head > x->message_mask) return ERR_FULL;
    const struct tick_config *config = &x->config;
    int64_t entry_ns = config->latency->by_series
                           ? lag_series_entry_ns(config->series, header->ts_ns)
                           : config->latency->entry_ns(config->latency_params, &state->prng);
    int64_t arrival_ns = header->ts_ns + entry_ns;
    if (arrival_ns < state->last_arrival_ns) arrival_ns = state->last_arrival_ns;
    state->last_arrival_ns = arrival_ns;
    message->arrival_ns = arrival_ns;
    x->messages[state->message_tail++ & x->message_mask] = *message;
    return 0;
}

static int port_submit(void *self, const struct submit_event *intent) {
    struct tick_exchange *x = self;
    if (intent->spec.instrument != x->config.instrument ||
        intent->spec.strategy >= x->config.strategy_count)
        return ERR_ARGUMENT;
    struct tick_message message = {
        .order_id = intent->order_id, .spec = intent->spec, .kind = TICK_SUBMIT};
    return dispatch(x, &intent->header, &message);
}

static int port_cancel(void *self, const struct cancel_event *intent) {
    struct tick_message message = {.order_id = intent->order_id, .kind = TICK_CANCEL};
    return dispatch(self, &intent->header, &message);
}

static int port_replace(void *self, const struct replace_event *intent) {
    struct tick_message message = {.order_id = intent->order_id,
                                   .qty = intent->qty,
                                   .price = intent->price,
                                   .kind = TICK_REPLACE};
    return dispatch(self, &intent->header, &message);
}

static int port_poll(void *self, int64_t now_ns, union event *ret_events, int max) {
    struct tick_exchange *x = self;
    struct tick_state *state = x->state;
    int count = 0;
    for (; count < max && state->report_head != state->report_tail; count++) {
        const union tick_report *report = &x->reports[state->report_head & x->report_mask];
        if (report->header.ts_ns > now_ns) break;
        memcpy(&ret_events[count], report, sizeof *report);
        state->report_head++;
    }
    return count;
}

static int port_allocate(void *self, const struct allocation_event *allocation) {
    return sim_account_allocate(&((struct tick_exchange *)self)->account, allocation);
}

struct venue tick_exchange_port(struct tick_exchange *exchange) {
    return (struct venue){.name = "tick",
                          .submit = port_submit,
                          .cancel = port_cancel,
                          .replace = port_replace,
                          .poll = port_poll,
                          .allocate = port_allocate,
                          .self = exchange};
}

static void tell_touch(const struct tick_exchange *x) {
    int64_t bid = book_l2_best_bid(&x->book), ask = book_l2_best_ask(&x->book);
    if (x->watch.touch == NULL) return;
    x->watch.touch(x->watch.self, x->config.instrument, x->state->now_ns,
                   PRICE(bid == BOOK_L2_NO_BID ? 0 : bid * x->tick),
                   PRICE(ask == BOOK_L2_NO_ASK ? 0 : ask * x->tick));
}

// A level of the book. Where no order of ours waits, the book is all that changes.
static inline void play_level(struct tick_exchange *x, int side, int64_t tick, int64_t qty) {
    struct tick_state *state = x->state;
    struct book_l2_change change;
    if (UNLIKELY(book_l2_set(&x->book, side, tick, qty, &change) < 0)) {
        state->counts.levels_refused++;
        return;
    }
    int s = side < 0;
    uint32_t concerns = state->sides[0].count + state->sides[1].count + state->sides[s].taken_count;
    if (concerns > 0) tick_on_level(x, s, s ? -tick : tick, &change, qty);
    if (UNLIKELY(change.best_after != change.best_before)) tell_touch(x);
}

void tick_set_level(struct tick_exchange *x, int side, int64_t tick, int64_t qty) {
    play_level(x, side, tick, qty);
}

static void play_trade(struct tick_exchange *x, int64_t what, int64_t tick, int64_t qty) {
    x->state->counts.trades++;
    if (x->config.executions)
        tick_on_order_trade(x, feed_side_of(what), tick, qty, feed_flags_of(what));
    else
        tick_on_trade(x, feed_side_of(what), tick, qty);
}

static void play_clear(struct tick_exchange *x, int side) {
    book_l2_clear(&x->book, side);
    for (int s = 0; s < 2; s++) {
        if (side != 0 && side != (s ? -1 : 1)) continue;
        tick_on_clear(x, s);
        if (x->others.max > 0) tick_forget_orders(x, s);
    }
    tell_touch(x);
}

static inline void play_row(struct tick_exchange *x, const struct feed_rows *rows, uint64_t i) {
    int64_t what = rows->what[i];
    int side = feed_side_of(what);
    switch (feed_kind_of(what)) {
    case FEED_LEVEL:
    case FEED_SNAPSHOT:
        play_level(x, side, x->tick == 1 ? rows->price[i] : rows->price[i] / x->tick, rows->qty[i]);
        break;
    case FEED_TRADE:
        play_trade(x, what, rows->price[i] / x->tick, rows->qty[i]);
        break;
    case FEED_CLEAR:
        play_clear(x, side);
        break;
    case FEED_ADD:
    case FEED_MODIFY:
    case FEED_REDUCE:
    case FEED_DELETE:
    case FEED_EXECUTE:
        tick_on_order(x, feed_kind_of(what), side, rows->price[i], rows->qty[i],
                      rows->id != NULL ? rows->id[i] : 0);
        break;
    default: // tickers, states and faults say nothing to a book
        break;
    }
}

// The first row that is later than until_ns, or comes after a report that is known before `stop_ns`.
static uint64_t play_until(struct tick_exchange *x, const struct feed_rows *rows, uint64_t i,
                           int64_t until_ns, int64_t stop_ns) {
    struct tick_state *state = x->state;
    const uint64_t first = i, count = rows->count, reports = state->report_tail;
    while (i < count && rows->venue_ns[i] <= until_ns) {
        state->now_ns = rows->venue_ns[i];
        play_row(x, rows, i++);
        if (UNLIKELY(state->report_tail != reports) && tick_exchange_next_report_ns(x) < stop_ns)
            break;
    }
    state->counts.records += i - first;
    return i;
}

// The middle of the book, or the one side there is; 0: none.
static price_t mark_of(const struct tick_exchange *x) {
    int64_t bid = book_l2_best_bid(&x->book), ask = book_l2_best_ask(&x->book);
    if (bid == BOOK_L2_NO_BID && ask == BOOK_L2_NO_ASK) return PRICE(0);
    if (bid == BOOK_L2_NO_BID) bid = ask;
    if (ask == BOOK_L2_NO_ASK) ask = bid;
    int128_t sum = ((int128_t)bid + ask) * x->tick;
    return PRICE((int64_t)decimal_div_round(sum, 2, ROUND_HALF_EVEN));
}

// The funding whose instant has come.
static void fund(struct tick_exchange *x) {
    struct tick_state *state = x->state;
    struct funding_rate rate;
    bool found = funding_next(x->config.funding, state->funding_ns - 1, &rate);
    CHECK(found && rate.ts_ns == state->funding_ns);
    if (rate.ts_ns > state->now_ns) state->now_ns = rate.ts_ns;
    state->funding_ns = next_funding_ns(x, rate.ts_ns);
    price_t mark = rate.mark.m > 0 ? rate.mark : mark_of(x);
    for (uint32_t s = 0; s < x->config.strategy_count; s++) {
        qty_t qty = *sim_account_quantity(&x->account, s, x->config.instrument);
        if (qty.m == 0) continue;
        state->counts.funding_missed += mark.m <= 0;
        if (mark.m <= 0) continue;
        money_t amount = funding_payment(&x->account, x->config.instrument, qty, mark, rate.rate);
        sim_account_add_cash(&x->account, x->instrument->currency, amount);
        tick_report_cash(x, s, CASH_FUNDING, amount);
        state->counts.funded++;
    }
}

// What stops the feed next, and whether it is an order that arrives or a funding: that comes first.
static int64_t next_stop_ns(const struct tick_exchange *x, bool *ret_funding) {
    int64_t arrival_ns = tick_exchange_next_arrival_ns(x), funding_ns = x->state->funding_ns;
    *ret_funding = funding_ns != INT64_MIN && funding_ns <= arrival_ns;
    return *ret_funding ? funding_ns : arrival_ns;
}

bool tick_exchange_play(struct tick_exchange *exchange, const struct feed_rows *rows, uint64_t *row,
                        int64_t until_ns) {
    struct tick_state *state = exchange->state;
    if (UNLIKELY(state->funding_ns == INT64_MIN) && *row < rows->count)
        state->funding_ns = next_funding_ns(exchange, rows->venue_ns[*row] - 1);
    while (true) {
        bool funds;
        int64_t stop_ns = next_stop_ns(exchange, &funds);
        bool stops = stop_ns <= until_ns;
        *row = play_until(exchange, rows, *row, stops ? stop_ns : until_ns, until_ns);
        if (tick_exchange_next_report_ns(exchange) < until_ns) return false;
        if (!stops) return true;
        if (stop_ns > state->now_ns) state->now_ns = stop_ns;
        if (funds)
            fund(exchange);
        else
            tick_arrive(exchange,
                        &exchange->messages[state->message_head++ & exchange->message_mask]);
        if (tick_exchange_next_report_ns(exchange) < until_ns) return false;
    }
}

int64_t tick_exchange_next_arrival_ns(const struct tick_exchange *exchange) {
    const struct tick_state *state = exchange->state;
    if (state->message_head == state->message_tail) return TICK_NEVER;
    return exchange->messages[state->message_head & exchange->message_mask].arrival_ns;
}

int64_t tick_exchange_next_report_ns(const struct tick_exchange *exchange) {
    const struct tick_state *state = exchange->state;
    if (state->report_head == state->report_tail) return TICK_NEVER;
    return exchange->reports[state->report_head & exchange->report_mask].header.ts_ns;
}

int64_t tick_exchange_next_event_ns(const struct tick_exchange *exchange) {
    int64_t arrival_ns = tick_exchange_next_arrival_ns(exchange);
    int64_t funding_ns = exchange->state->funding_ns;
    return funding_ns != INT64_MIN && funding_ns < arrival_ns ? funding_ns : arrival_ns;
}

bool tick_exchange_is_idle(const struct tick_exchange *exchange) {
    const struct tick_state *state = exchange->state;
    return state->sides[0].count + state->sides[1].count + state->stop_count == 0 &&
           state->message_head == state->message_tail && state->funding_ns == TICK_NEVER;
}

int64_t tick_exchange_entry_least_ns(const struct tick_exchange *exchange) {
    const struct latency_model *latency = exchange->config.latency;
    return latency->fixed ? latency->entry_ns(exchange->config.latency_params, NULL) : 0;
}

void tick_exchange_close(struct tick_exchange *exchange) {
    exchange->state->closed = 1;
}

void tick_exchange_watch(struct tick_exchange *exchange, const struct tick_watch *watch) {
    exchange->watch = *watch;
}

int64_t tick_exchange_now_ns(const struct tick_exchange *exchange) {
    return exchange->state->now_ns;
}

price_t tick_exchange_tick(const struct tick_exchange *exchange) {
    return PRICE(exchange->tick);
}

const struct book_l2 *tick_exchange_book(const struct tick_exchange *exchange) {
    return &exchange->book;
}

uint32_t tick_exchange_resting(const struct tick_exchange *exchange) {
    return exchange->state->sides[0].count + exchange->state->sides[1].count;
}

const struct tick_counts *tick_exchange_counts(const struct tick_exchange *exchange) {
    return &exchange->state->counts;
}

void tick_exchange_check(const struct tick_exchange *exchange) {
    book_l2_check(&exchange->book);
    others_check(&exchange->others);
    tick_order_check(exchange);
    sim_account_check(&exchange->account);
}
