// SPDX-License-Identifier: Apache-2.0
#include "sim/exchange.h"

#include "base/check.h"
#include "base/params.h"
#include "base/timestamp.h"
#include "sim/book.h"
#include "sim/exchange_state.h"
#include "sim/history.h"
#include "sim/intake.h"
#include "sim/margin.h"
#include "sim/match.h"
#include "sim/outbox.h"
#include "sim/upkeep.h"

const struct param sim_params[SIM_PARAM_COUNT] = {
    [SIM_PATH] = {.name = "path",
                  .type = PARAM_ENUM,
                  .unit = "",
                  .def = SIM_PATH_PESSIMISTIC,
                  .min = 0,
                  .max = 0,
                  .choices = "pessimistic|ohlc|olhc|closest",
                  .help = "the order in which a bar reaches its extremes"},
    [SIM_LIMIT_FILL] = {.name = "limit_fill",
                        .type = PARAM_ENUM,
                        .unit = "",
                        .def = SIM_LIMIT_THROUGH,
                        .min = 0,
                        .max = 0,
                        .choices = "through|touch",
                        .help = "what fills a resting limit order inside a bar"},
    [SIM_VOLUME_SHARE] = {.name = "volume_share",
                          .type = PARAM_REAL,
                          .unit = "fraction",
                          .def = 0.1,
                          .min = 0,
                          .max = 1,
                          .help = "most of a bar's volume that all our fills may take; 0 = no cap"},
    [SIM_ALLOW_SHORT] = {.name = "allow_short",
                         .type = PARAM_BOOL,
                         .unit = "",
                         .def = 0,
                         .min = 0,
                         .max = 1,
                         .help = "short selling is allowed"},
    [SIM_ALLOW_INDEX] = {.name = "allow_index",
                         .type = PARAM_BOOL,
                         .unit = "",
                         .def = 0,
                         .min = 0,
                         .max = 1,
                         .help = "an index can be traded as if it were a share"},
    [SIM_MARGIN_INITIAL] = {.name = "margin_initial",
                            .type = PARAM_REAL,
                            .unit = "fraction",
                            .def = 1,
                            .min = 0.001,
                            .max = 10,
                            .help = "equity needed for each unit of position and live order"},
    [SIM_MARGIN_MAINTENANCE] = {.name = "margin_maintenance",
                                .type = PARAM_REAL,
                                .unit = "fraction",
                                .def = 0.25,
                                .min = 0,
                                .max = 10,
                                .help =
                                    "equity below this share of positions' value is a margin call"},
    [SIM_BORROW_RATE] = {.name = "borrow_rate",
                         .type = PARAM_REAL,
                         .unit = "fraction",
                         .def = 0,
                         .min = 0,
                         .max = 10,
                         .help = "paid a year on the value of short positions"},
    [SIM_CREDIT_RATE] = {.name = "credit_rate",
                         .type = PARAM_REAL,
                         .unit = "fraction",
                         .def = 0,
                         .min = 0,
                         .max = 10,
                         .help = "earned a year on cash"},
    [SIM_DEBIT_RATE] = {.name = "debit_rate",
                        .type = PARAM_REAL,
                        .unit = "fraction",
                        .def = 0,
                        .min = 0,
                        .max = 10,
                        .help = "paid a year on cash below zero"},
    [SIM_FAULT_REJECT] = {.name = "fault_reject",
                          .type = PARAM_REAL,
                          .unit = "fraction",
                          .def = 0,
                          .min = 0,
                          .max = 1,
                          .help = "chance that the venue rejects an order for no reason"},
    [SIM_FAULT_DISCONNECT] = {.name = "fault_disconnect",
                              .type = PARAM_REAL,
                              .unit = "fraction",
                              .def = 0,
                              .min = 0,
                              .max = 1,
                              .help = "chance that the connection breaks as an order is sent"},
    [SIM_FAULT_DISCONNECT_TIME] = {.name = "fault_disconnect_time",
                                   .type = PARAM_DURATION,
                                   .unit = "s",
                                   .def = 60,
                                   .min = 1,
                                   .max = 86400,
                                   .help = "how long it stays broken"},
};

static int check_config(const struct sim_config *config);
static int wire(struct sim_exchange *x, struct arena *wiring, struct arena *state);
static void take_params(struct sim_exchange *x);
static int port_submit(void *self, const struct submit_event *intent);
static int port_cancel(void *self, const struct cancel_event *intent);
static int port_replace(void *self, const struct replace_event *intent);
static int port_allocate(void *self, const struct allocation_event *allocation);
static int port_poll(void *self, int64_t now_ns, union event *ret_events, int max);
static int64_t arrival_of(struct sim_exchange *x, int64_t now_ns);
static void roll_faults(struct sim_exchange *x, struct sim_order *order, int64_t now_ns);
static void turn(struct sim_exchange *x, int64_t ts_ns);
static void set_wake(struct sim_exchange *x);
static void take_bar(struct sim_exchange *x, const struct bar_event *event);
static void take_trade(struct sim_exchange *x, const struct trade_event *event);
static void take_quote(struct sim_exchange *x, const struct quote_event *event);
static void take_other(struct sim_exchange *x, const union event *event);
static void set_last(struct sim_exchange *x, uint32_t instrument, price_t price, int64_t ts_ns);

void sim_config_defaults(struct sim_config *ret_config) {
    *ret_config = (struct sim_config){.strategy_count = 1, .order_max = 1024};
    params_defaults(sim_params, SIM_PARAM_COUNT, ret_config->params);
    int rc = sim_config_set_fee(ret_config, "maker_taker");
    CHECK(rc == 0);
    rc = sim_config_set_slip(ret_config, "none");
    CHECK(rc == 0);
    rc = sim_config_set_latency(ret_config, "constant");
    CHECK(rc == 0);
}

int sim_config_set_fee(struct sim_config *config, const char *name) {
    return fee_model_pick(name, &config->fee, config->fee_params);
}

int sim_config_set_slip(struct sim_config *config, const char *name) {
    return slip_model_pick(name, &config->slip, config->slip_params);
}

int sim_config_set_latency(struct sim_config *config, const char *name) {
    return latency_model_pick(name, &config->latency, config->latency_params);
}

struct sim_exchange *sim_exchange_new(struct arena *wiring, struct arena *state,
                                      const struct sim_config *config) {
    if (check_config(config) != 0) return NULL;
    struct sim_exchange *x = ARENA_NEW(wiring, struct sim_exchange, 1);
    if (x == NULL) return NULL;
    x->config = *config;
    if (wire(x, wiring, state) != 0) return NULL;
    take_params(x);
    sim_book_init(x);
    prng_seed(&x->state->prng, config->seed);
    x->state->instant_ns = INT64_MIN;
    x->state->prev_instant_ns = INT64_MIN;
    x->state->wake_ns = INT64_MIN;
    x->state->next_expiry_ns = TIME_NEVER;
    x->state->link_up_ns = INT64_MIN;
    x->state->last_report_ns = INT64_MIN;
    x->state->last_arrival_ns = INT64_MIN;
    x->state->accrued_day = INT32_MIN;
    x->state->funded_ns = INT64_MIN;
    sim_account_add_cash(&x->account, config->account_currency, config->cash);
    return x;
}

struct venue sim_exchange_port(struct sim_exchange *exchange) {
    return (struct venue){
        .name = "sim",
        .submit = port_submit,
        .cancel = port_cancel,
        .replace = port_replace,
        .poll = port_poll,
        .allocate = port_allocate,
        .self = exchange,
    };
}

// Whether the venue has nothing under way: no intent or report, and no model that learns from every bar.
static inline bool is_quiet(const struct sim_exchange *x) {
    return (x->state->intent_count | x->state->report_count) == 0 && x->histories == NULL;
}

// Whether nothing can happen at a bar of an instrument: no order is on it, nothing is to be learnt but the price.
static inline bool is_quiet_row(const struct sim_row *row, const struct bar *bar) {
    return row->first == SLOT_NONE && row->flags == ROW_VOLUME_SEEN && row->frame_s == bar->frame_s;
}

int sim_exchange_quiet(const struct sim_exchange *exchange, const union event *events, int count) {
    int quiet = 0;
    int64_t wake_ns = exchange->state->wake_ns;
    if (!is_quiet(exchange) || count == 0 || events->header.ts_ns <= exchange->state->instant_ns)
        return 0;
    for (; quiet < count; quiet++) {
        const struct bar_event *event = &events[quiet].bar;
        if (event->header.kind != EVENT_BAR || event->header.ts_ns >= wake_ns) break;
        DCHECK(event->header.instrument < exchange->config.instruments->count);
        if (!is_quiet_row(&exchange->rows[event->header.instrument], &event->bar)) break;
    }
    return quiet;
}

// Of neighbours on one instrument the last price is all that stays.
void sim_exchange_pass(struct sim_exchange *exchange, const union event *events, int count) {
    struct sim_state *state = exchange->state;
    const union event *last = &events[count - 1];
    int64_t prev_ns = state->instant_ns;
    for (const union event *event = events; event < last; event++) {
        DCHECK(event->header.kind == EVENT_BAR && event->header.ts_ns >= prev_ns);
        if (event->header.ts_ns < last->header.ts_ns) prev_ns = event->header.ts_ns;
        if (UNLIKELY(event[1].header.instrument != event->header.instrument))
            set_last(exchange, event->header.instrument, event->bar.bar.close, event->header.ts_ns);
    }
    if (last->header.ts_ns > state->instant_ns) state->prev_instant_ns = prev_ns;
    state->instant_ns = last->header.ts_ns;
    set_last(exchange, last->header.instrument, last->bar.bar.close, last->header.ts_ns);
}

static int take_event(struct sim_exchange *exchange, const union event *event) {
    struct sim_state *state = exchange->state;
    if (UNLIKELY(!sim_outbox_has_room(exchange)))
        return ERR_SET(ERR_STATE, "the simulated venue has reports that nobody has polled");
    int64_t ts_ns = event->header.ts_ns;
    if (ts_ns > state->instant_ns) {
        if (UNLIKELY(ts_ns >= state->wake_ns)) turn(exchange, ts_ns);
        state->prev_instant_ns = state->instant_ns;
        state->instant_ns = ts_ns;
    }
    CHECK(ts_ns == state->instant_ns);
    if (LIKELY(event->header.kind == EVENT_BAR))
        take_bar(exchange, &event->bar);
    else if (event->header.kind == EVENT_TRADE)
        take_trade(exchange, &event->trade);
    else if (event->header.kind == EVENT_QUOTE)
        take_quote(exchange, &event->quote);
    else
        take_other(exchange, event);
    if (state->wake_ns == INT64_MIN) set_wake(exchange);
    return state->report_count > 0 || state->intent_count > 0;
}

int sim_exchange_market(struct sim_exchange *exchange, const union event *event) {
    if (LIKELY(sim_exchange_quiet(exchange, event, 1) == 1)) {
        sim_exchange_pass(exchange, event, 1);
        return 0;
    }
    return take_event(exchange, event);
}

void sim_exchange_end_of_data(struct sim_exchange *exchange) {
    struct sim_state *state = exchange->state;
    int64_t now_ns = state->instant_ns;
    if (state->last_arrival_ns > now_ns) now_ns = state->last_arrival_ns;
    sim_upkeep_end(exchange);
    sim_intake_run(exchange, INT64_MAX);
    for (uint32_t i = 0; i < exchange->config.instruments->count; i++)
        sim_book_cancel_all(exchange, i, REASON_END_OF_DATA, now_ns);
    state->ended = 1;
}

money_t sim_exchange_cash(const struct sim_exchange *exchange, uint32_t currency) {
    CHECK(currency < exchange->config.instruments->currency_count);
    return exchange->account.cash[currency].cash;
}

qty_t sim_exchange_quantity(const struct sim_exchange *exchange, uint32_t instrument) {
    CHECK(instrument < exchange->config.instruments->count);
    return sim_holding(exchange, instrument)->qty;
}

qty_t sim_exchange_strategy_quantity(const struct sim_exchange *exchange, uint32_t strategy,
                                     uint32_t instrument) {
    CHECK(strategy < exchange->config.strategy_count);
    CHECK(instrument < exchange->config.instruments->count);
    return *sim_account_quantity(&exchange->account, strategy, instrument);
}

money_t sim_exchange_equity(struct sim_exchange *exchange) {
    sim_margin_settle(exchange);
    return sim_account_equity(&exchange->account);
}

const struct sim_counts *sim_exchange_counts(const struct sim_exchange *exchange) {
    return &exchange->state->counts;
}

void sim_exchange_check(const struct sim_exchange *exchange) {
    const struct sim_exchange *x = exchange;
    uint32_t listed = 0;
    for (uint32_t i = 0; i < x->config.instruments->count; i++) {
        uint32_t before = SLOT_NONE;
        uint64_t children = 0;
        for (uint32_t at = x->rows[i].first; at != SLOT_NONE; at = x->orders[at].next) {
            const struct sim_order *order = &x->orders[at];
            CHECK(order->spec.instrument == i && order->prev == before);
            CHECK(order->state == SLOT_WORKING || order->state == SLOT_DORMANT);
            CHECK(order->filled.m >= 0 && order->filled.m < order->spec.qty.m);
            CHECK(sim_book_find(x, order->id) == at);
            CHECK(order->state == SLOT_WORKING || order->spec.parent != 0);
            children += order->spec.parent != 0;
            before = at;
            listed++;
        }
        CHECK(x->rows[i].tail == before);
        CHECK(x->rows[i].children == children);
    }
    uint32_t sent = 0;
    for (uint32_t i = 0; i < x->slot_max; i++) sent += x->orders[i].state == SLOT_SENT;
    CHECK(listed + sent == x->state->live);
    for (uint32_t i = 1; i < x->state->intent_count; i++)
        CHECK(x->intents[(x->state->intent_first + i - 1) % x->intent_max].arrival_ns <=
              x->intents[(x->state->intent_first + i) % x->intent_max].arrival_ns);
    sim_account_check(&x->account);
}

static int check_config(const struct sim_config *config) {
    const struct instruments *instruments = config->instruments;
    if (instruments == NULL || instruments->count == 0)
        return ERR_SET(ERR_ARGUMENT, "the simulated venue needs at least one instrument");
    if (config->account_currency >= instruments->currency_count)
        return ERR_SET(ERR_ARGUMENT, "the simulated venue's account has no currency %u",
                       config->account_currency);
    if (config->strategy_count == 0 || config->order_max == 0 ||
        config->order_max > UINT32_MAX / 16)
        return ERR_SET(ERR_ARGUMENT, "the simulated venue needs strategies and room for orders");
    if (config->latency->by_series)
        return ERR_SET(ERR_ARGUMENT, "latency %s: the times of real orders go with a recorded feed",
                       config->latency->name);
    for (size_t i = 0; i < SIM_PARAM_COUNT; i++) {
        const struct param *row = &sim_params[i];
        bool ranged = row->type != PARAM_ENUM && row->type != PARAM_BOOL;
        double value = config->params[i];
        if (value != value || (ranged && (value < row->min || value > row->max)))
            return ERR_SET(ERR_ARGUMENT, "%s %g is outside %g..%g", row->name, value, row->min,
                           row->max);
    }
    return 0;
}

static int wire(struct sim_exchange *x, struct arena *wiring, struct arena *state) {
    const struct sim_config *config = &x->config;
    uint32_t instruments = config->instruments->count;
    x->slot_max = 2 * config->order_max;
    x->intent_max = 3 * config->order_max + 16;
    // Two reports for each intent that may wait, and of a data event three for each order and its part of the new
    // terms of its group: less than 6 + 7.
    x->report_reserve = 14 * config->order_max + instruments * config->strategy_count +
                        config->instruments->currency_count + 64;
    x->report_max = 2 * x->report_reserve;
    x->state = ARENA_NEW(state, struct sim_state, 1);
    x->rows = ARENA_NEW(state, struct sim_row, instruments);
    x->orders = ARENA_NEW(state, struct sim_order, x->slot_max);
    x->intents = ARENA_NEW(state, struct sim_intent, x->intent_max);
    x->reports = ARENA_NEW(state, union sim_report, x->report_max);
    if (x->state == NULL || x->rows == NULL || x->orders == NULL || x->intents == NULL ||
        x->reports == NULL)
        return ERR_APPEND(ERR_NOMEM, "while making the simulated venue");
    TRY(map_init(&x->by_id, state, x->slot_max));
    TRY(sim_account_init(&x->account, wiring, state, config->instruments, config->strategy_count,
                         config->account_currency));
    return sim_history_init(x, state);
}

static void take_params(struct sim_exchange *x) {
    const double *params = x->config.params;
    x->volume_parts = model_parts(params[SIM_VOLUME_SHARE]);
    x->initial_parts = model_parts(params[SIM_MARGIN_INITIAL]);
    x->maintenance_parts = model_parts(params[SIM_MARGIN_MAINTENANCE]);
    x->borrow_parts = model_parts(params[SIM_BORROW_RATE]);
    x->credit_parts = model_parts(params[SIM_CREDIT_RATE]);
    x->debit_parts = model_parts(params[SIM_DEBIT_RATE]);
    x->path = (enum sim_path)params[SIM_PATH];
    x->limit_touch = params[SIM_LIMIT_FILL] == SIM_LIMIT_TOUCH;
    x->allow_short = params[SIM_ALLOW_SHORT] != 0;
    x->allow_index = params[SIM_ALLOW_INDEX] != 0;
}

static int port_submit(void *self, const struct submit_event *intent) {
    struct sim_exchange *x = self;
    const struct order_spec *spec = &intent->spec;
    if (spec->instrument >= x->config.instruments->count ||
        spec->strategy >= x->config.strategy_count)
        return ERR_ARGUMENT;
    if (x->state->ended) return ERR_STATE;
    if (x->state->intent_count == x->intent_max || !sim_outbox_has_room(x)) return ERR_FULL;
    uint32_t known = sim_book_find(x, intent->order_id);
    if (known != SLOT_NONE && x->orders[known].state != SLOT_DONE) return ERR_EXISTS;
    uint32_t slot = sim_book_take(x, intent->order_id, spec);
    if (slot == SLOT_NONE) return ERR_FULL;
    int64_t arrival_ns = arrival_of(x, intent->header.ts_ns);
    roll_faults(x, &x->orders[slot], intent->header.ts_ns);
    return sim_intake_send(x, &(struct sim_intent){.arrival_ns = arrival_ns,
                                                   .order_id = intent->order_id,
                                                   .kind = INTENT_SUBMIT,
                                                   .slot = slot,
                                                   .instrument = spec->instrument});
}

static int port_cancel(void *self, const struct cancel_event *intent) {
    struct sim_exchange *x = self;
    if (x->state->ended) return ERR_STATE;
    if (!sim_outbox_has_room(x)) return ERR_FULL;
    return sim_intake_send(x,
                           &(struct sim_intent){.arrival_ns = arrival_of(x, intent->header.ts_ns),
                                                .order_id = intent->order_id,
                                                .kind = INTENT_CANCEL,
                                                .slot = SLOT_NONE,
                                                .instrument = intent->header.instrument});
}

static int port_replace(void *self, const struct replace_event *intent) {
    struct sim_exchange *x = self;
    if (x->state->ended) return ERR_STATE;
    if (!sim_outbox_has_room(x)) return ERR_FULL;
    return sim_intake_send(x,
                           &(struct sim_intent){.arrival_ns = arrival_of(x, intent->header.ts_ns),
                                                .order_id = intent->order_id,
                                                .qty = intent->qty,
                                                .price = intent->price,
                                                .kind = INTENT_REPLACE,
                                                .slot = SLOT_NONE,
                                                .instrument = intent->header.instrument});
}

static int port_allocate(void *self, const struct allocation_event *allocation) {
    struct sim_exchange *x = self;
    return sim_account_allocate(&x->account, allocation);
}

// What arrives strictly inside the latest interval of data waits for the rest of that instant's data: its
// instrument's bar may have opened before.
static int port_poll(void *self, int64_t now_ns, union event *ret_events, int max) {
    struct sim_exchange *x = self;
    struct sim_state *state = x->state;
    if (LIKELY(state->intent_count == 0 && state->report_count == 0)) return 0;
    if (!state->ended && sim_outbox_has_room(x)) {
        bool waits = state->intent_count > 0 &&
                     x->intents[state->intent_first].arrival_ns < state->instant_ns;
        if (!waits) sim_intake_run(x, now_ns);
    }
    return sim_outbox_take(x, state->ended ? INT64_MAX : now_ns, ret_events, max);
}

static int64_t arrival_of(struct sim_exchange *x, int64_t now_ns) {
    return now_ns + x->config.latency->entry_ns(x->config.latency_params, &x->state->prng);
}

// Chances are rolled whether or not they matter, so that a run without faults draws nothing.
static void roll_faults(struct sim_exchange *x, struct sim_order *order, int64_t now_ns) {
    const double *params = x->config.params;
    struct prng *prng = &x->state->prng;
    if (params[SIM_FAULT_REJECT] > 0 && prng_double(prng) < params[SIM_FAULT_REJECT]) {
        order->flags |= SIM_REFUSED;
        x->state->counts.faults++;
    }
    if (params[SIM_FAULT_DISCONNECT] > 0 && prng_double(prng) < params[SIM_FAULT_DISCONNECT]) {
        if (prng_below(prng, 2) == 0) order->flags |= SIM_LOST;
        x->state->counts.faults++;
        sim_outbox_order(x, EVENT_ORDER_UNKNOWN, order, now_ns, now_ns);
        int64_t down_ns = (int64_t)(params[SIM_FAULT_DISCONNECT_TIME] * (double)NS_PER_S);
        x->state->link_up_ns = now_ns + down_ns;
    }
}

// An instant is over: what waited for its end.
static void turn(struct sim_exchange *x, int64_t ts_ns) {
    struct sim_state *state = x->state;
    int64_t over_ns = state->instant_ns;
    if (over_ns != INT64_MIN) {
        sim_intake_run(x, over_ns);
        if (over_ns >= state->next_expiry_ns) sim_match_expire(x, over_ns);
        sim_margin_watch(x, over_ns);
    }
    if (ts_ns >= sim_upkeep_next(x)) sim_upkeep_accrue(x, ts_ns);
    set_wake(x);
}

// When a turn has something to do again.
static void set_wake(struct sim_exchange *x) {
    struct sim_state *state = x->state;
    bool busy = state->intent_count > 0 || sim_margin_exposed(x);
    int64_t wake_ns = sim_upkeep_next(x);
    // Ends are looked at one instant late, when all data of theirs has been seen.
    if (state->next_expiry_ns < wake_ns) wake_ns = state->next_expiry_ns;
    state->wake_ns = busy ? INT64_MIN : wake_ns;
}

static void take_bar(struct sim_exchange *x, const struct bar_event *event) {
    uint32_t instrument = event->header.instrument;
    DCHECK(instrument < x->config.instruments->count);
    struct sim_row *row = &x->rows[instrument];
    if (UNLIKELY(row->frame_s == 0 || event->bar.frame_s < row->frame_s))
        row->frame_s = event->bar.frame_s;
    if (event->bar.frame_s > row->frame_s) return;
    if (UNLIKELY(x->state->intent_count > 0)) sim_intake_run(x, event->bar.open_ns);
    if (row->first != SLOT_NONE || (row->flags & ROW_FORCED)) sim_match_bar(x, event);
    if (UNLIKELY(x->state->intent_count > 0)) sim_intake_run_of(x, instrument, event->header.ts_ns);
    if (event->bar.volume.m > 0) row->flags |= ROW_VOLUME_SEEN;
    set_last(x, instrument, event->bar.close, event->header.ts_ns);
    if (UNLIKELY(x->histories != NULL))
        sim_history_add(x, instrument, event->header.ts_ns, event->bar.close, event->bar.volume);
}

static void take_trade(struct sim_exchange *x, const struct trade_event *event) {
    uint32_t instrument = event->header.instrument;
    struct sim_row *row = &x->rows[instrument];
    if (x->state->intent_count > 0) sim_intake_run(x, event->header.ts_ns);
    bool matched = row->first != SLOT_NONE || (row->flags & ROW_FORCED);
    if (matched && row->frame_s == 0) sim_match_trade(x, event);
    set_last(x, instrument, event->price, event->header.ts_ns);
    sim_history_add(x, instrument, event->header.ts_ns, event->price, event->qty);
}

static void take_quote(struct sim_exchange *x, const struct quote_event *event) {
    uint32_t instrument = event->header.instrument;
    struct sim_row *row = &x->rows[instrument];
    row->flags |= ROW_QUOTES_SEEN;
    row->bid = event->bid;
    row->ask = event->ask;
    if (x->state->intent_count > 0) sim_intake_run(x, event->header.ts_ns);
    bool matched = row->first != SLOT_NONE || (row->flags & ROW_FORCED);
    if (matched && row->frame_s == 0) sim_match_quote(x, event);
    if (event->bid.m > 0 && event->ask.m > 0)
        set_last(x, instrument, PRICE(event->bid.m + (event->ask.m - event->bid.m) / 2),
                 event->header.ts_ns);
}

static void take_other(struct sim_exchange *x, const union event *event) {
    switch (event->header.kind) {
    case EVENT_CLOCK:
        sim_intake_run(x, event->header.ts_ns);
        break;
    case EVENT_SPLIT:
        sim_upkeep_split(x, &event->split);
        break;
    case EVENT_DIVIDEND:
        sim_upkeep_dividend(x, &event->dividend);
        break;
    case EVENT_RATE:
        sim_account_set_rate(&x->account, &event->rate);
        break;
    case EVENT_DELIST:
        sim_upkeep_delist(x, &event->header);
        break;
    case EVENT_CASH:
        sim_account_add_cash(&x->account, event->cash.currency, event->cash.amount);
        x->state->wake_ns = INT64_MIN;
        break;
    default:
        break;
    }
}

static void set_last(struct sim_exchange *x, uint32_t instrument, price_t price, int64_t ts_ns) {
    struct sim_row *row = &x->rows[instrument];
    row->last = price;
    row->last_ns = ts_ns;
    sim_account_mark(&x->account, instrument, price);
}
