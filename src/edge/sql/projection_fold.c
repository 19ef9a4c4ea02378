// SPDX-License-Identifier: Apache-2.0
// The fold: what the engine did with each event, done again from what the journal says of it.
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/timestamp.h"
#include "edge/sql/projection_state.h"
#include "ledger/budget.h"
#include "risk/rule.h"
#include "strategy/conduct.h"

// Rows that wait.

static void keep_order(struct projection *projection, uint32_t handle) {
    struct order_note *note = &projection->order_notes[handle];
    const struct order *order = orders_get(&projection->orders, handle);
    if (note->waiting == UINT32_MAX) {
        CHECK(projection->order_count < PROJECTION_ROWS_MAX);
        note->waiting = projection->order_count++;
    }
    struct order_row *row = &projection->order_rows[note->waiting];
    *row = (struct order_row){.order = *order,
                              .event = note->event,
                              .updated_event = projection->taken + 1,
                              .ended_ns = order_is_live(order) ? 0 : order->updated_ns};
    memcpy(row->client_id, note->client_id, sizeof row->client_id);
}

static void keep_fill(struct projection *projection, const struct order_event *event,
                      const struct ledger_fill *fill, const struct ledger_result *result) {
    const struct order_event *executed = &projection->executed;
    bool part = event->header.kind == EVENT_ALLOCATION;
    bool known = !part || (executed->order_id == event->order_id && event->order_id != 0 &&
                           executed->header.seq == event->header.seq);
    const struct order_event *source = part && known ? executed : event;
    CHECK(projection->fill_count < PROJECTION_ROWS_MAX);
    projection->fill_rows[projection->fill_count++] =
        (struct fill_row){.fill = *fill,
                          .notional = result->notional,
                          .realised = result->realised,
                          .position = result->position,
                          .event = projection->taken + 1,
                          .seq = event->header.seq,
                          .venue_ts_ns = source->header.venue_ts_ns,
                          .order_id = event->order_id,
                          .trade_id = known ? source->trade_id : 0,
                          .liquidity = known ? source->liquidity : LIQUIDITY_NONE};
}

static void keep_risk(struct projection *projection, const struct event_header *event,
                      struct risk_row row) {
    row.event = projection->taken + 1;
    row.seq = event->seq;
    row.ts_ns = event->ts_ns;
    CHECK(projection->risk_count < PROJECTION_ROWS_MAX);
    projection->risk_rows[projection->risk_count++] = row;
}

struct equity_row projection_equity(const struct projection *projection) {
    return (struct equity_row){
        .hour_ns = projection->hour_ns,
        .ts_ns = projection->ts_ns,
        .equity = ledger_equity(projection->ledger),
        .gross = ledger_gross_value(projection->ledger),
        .cash =
            ledger_balance(projection->ledger, ACCOUNT_CASH, projection->config.account_currency),
    };
}

// The hour that a mark belongs to: one on the full hour is of the one that ends there.
static int64_t hour_of(int64_t ts_ns) {
    int64_t hour = (ts_ns - 1) / NS_PER_HOUR;
    if ((ts_ns - 1) % NS_PER_HOUR < 0) hour--;
    return hour * NS_PER_HOUR;
}

static void roll_hour(struct projection *projection, const struct event_header *event, bool keeps) {
    int64_t hour_ns = hour_of(event->ts_ns);
    if (hour_ns == projection->hour_ns) return;
    if (projection->hour_ns != INT64_MIN && keeps) {
        CHECK(projection->equity_count < PROJECTION_ROWS_MAX);
        projection->equity_rows[projection->equity_count++] = projection_equity(projection);
    }
    projection->hour_ns = hour_ns;
}

// Orders.

static void start_timer(struct projection *projection, uint64_t order_id, int64_t ts_ns) {
    if (projection->config.order_timeout_ns <= 0 ||
        projection->timer_tail - projection->timer_head >= PROJECTION_TIMERS_MAX)
        return;
    uint64_t at = projection->timer_tail++ % PROJECTION_TIMERS_MAX;
    projection->timers[at].due_ns = ts_ns + projection->config.order_timeout_ns;
    projection->timers[at].order_id = order_id;
}

// Silence is no event of the journal: the engine finds it by its clock.
static void run_timers(struct projection *projection, const struct event_header *event,
                       bool keeps) {
    while (projection->timer_head != projection->timer_tail) {
        uint64_t at = projection->timer_head % PROJECTION_TIMERS_MAX;
        if (projection->timers[at].due_ns > event->ts_ns) return;
        projection->timer_head++;
        int handle = orders_find(&projection->orders, projection->timers[at].order_id);
        if (handle < 0) continue;
        const struct order *order = orders_get(&projection->orders, (uint32_t)handle);
        if (order->state != ORDER_SUBMITTED) continue;
        struct order_event silence = {.header = *event, .order_id = order->id};
        silence.header.kind = EVENT_ORDER_UNKNOWN;
        silence.header.size = sizeof silence;
        silence.header.instrument = order->spec.instrument;
        orders_apply(&projection->orders, &silence);
        if (keeps) keep_order(projection, (uint32_t)handle);
    }
}

static int put_submit(struct projection *projection, const struct submit_event *submit,
                      bool keeps) {
    int handle = orders_submit(&projection->orders, &submit->spec, submit->header.ts_ns);
    if (handle < 0)
        return ERR_SET(ERR_STATE,
                       "an order that the projection has no room for: order_max differs");
    if (orders_get(&projection->orders, (uint32_t)handle)->id != submit->order_id)
        return ERR_SET(ERR_STATE, "an order's id does not follow the one before it");
    projection->order_notes[handle] =
        (struct order_note){.event = projection->taken + 1, .waiting = UINT32_MAX};
    start_timer(projection, submit->order_id, submit->header.ts_ns);
    if (keeps) keep_order(projection, (uint32_t)handle);
    return 0;
}

// What the machine does not take the engine's did not take either.
static void put_request(struct projection *projection, const struct event_header *event,
                        bool keeps) {
    const struct cancel_event *cancel = (const void *)event;
    const struct replace_event *replace = (const void *)event;
    int rc, handle = orders_find(&projection->orders, cancel->order_id);
    if (handle < 0) return;
    if (event->kind == EVENT_CANCEL)
        rc = orders_cancel_sent(&projection->orders, (uint32_t)handle, event->ts_ns);
    else
        rc = orders_replace_sent(&projection->orders, (uint32_t)handle, replace->qty,
                                 replace->price, event->ts_ns);
    if (rc == 0 && keeps) keep_order(projection, (uint32_t)handle);
}

// What the ledger does not take it has not taken in the engine either, which counts it, halts and goes on.
static void note_refusal(struct projection *projection, const struct event_header *event,
                         struct risk_row row, bool keeps) {
    err_clear();
    projection->refused++;
    row.rule = "ledger";
    row.verdict = "refused";
    row.instrument = event->instrument;
    row.limit = row.value = NAN;
    if (keeps) keep_risk(projection, event, row);
}

static int book(struct projection *projection, const struct order_event *event,
                struct ledger_fill fill, bool keeps) {
    struct ledger_result result;
    fill.fee_currency = event->fee_currency;
    fill.qty = event->qty;
    fill.price = event->price;
    fill.fee = event->fee;
    fill.ts_ns = event->header.ts_ns;
    int rc = ledger_fill(projection->ledger, &fill, &result);
    if (rc < 0) {
        note_refusal(
            projection, &event->header,
            (struct risk_row){
                .strategy = fill.strategy, .side = fill.side, .sized = true, .qty_asked = fill.qty},
            keeps);
        return 0;
    }
    projection->touched_ns[projection_place(projection, fill.strategy, fill.instrument)] =
        fill.ts_ns;
    projection->strategies[fill.strategy].updated_ns = fill.ts_ns;
    if (keeps) keep_fill(projection, event, &fill, &result);
    return 0;
}

// A venue's own order closes the position of the strategy in its id; what it closes of the account's is booked as it is
// allocated.
static int put_venue_fill(struct projection *projection, const struct order_event *event,
                          bool keeps) {
    uint32_t strategy = order_id_strategy(event->order_id), instrument = event->header.instrument;
    if (strategy >= projection->config.strategy_count) return 0;
    int64_t held = ledger_position(projection->ledger, strategy, instrument)->qty.m;
    int32_t closing = held > 0 ? -1 : 1;
    struct ledger_fill fill = {.strategy = strategy,
                               .instrument = instrument,
                               .side = event->side != 0 ? event->side : closing};
    return book(projection, event, fill, keeps);
}

static int put_venue_report(struct projection *projection, const struct order_event *event,
                            bool keeps) {
    struct order_change change = orders_apply(&projection->orders, event);
    if (change.outcome == ORDER_DUPLICATE) return 0;
    if (change.is_fill) projection->executed = *event;
    if (change.handle == UINT32_MAX)
        return change.is_fill ? put_venue_fill(projection, event, keeps) : 0;
    const struct order *order = orders_get(&projection->orders, change.handle);
    if (keeps) keep_order(projection, change.handle);
    // The account's own order is nobody's: its fills are booked as they are allocated.
    if (!change.is_fill || order->spec.strategy >= projection->config.strategy_count) return 0;
    struct ledger_fill fill = {.strategy = order->spec.strategy,
                               .instrument = order->spec.instrument,
                               .side = order->spec.side};
    return book(projection, event, fill, keeps);
}

static int put_allocation(struct projection *projection, const struct allocation_event *event,
                          bool keeps) {
    struct order_event fill = {.header = event->header,
                               .order_id = event->order_id,
                               .price = event->price,
                               .qty = event->qty,
                               .fee = event->fee,
                               .fee_currency = event->fee_currency};
    if (event->strategy >= projection->config.strategy_count)
        return ERR_SET(ERR_STATE, "an allocation to a strategy that is none");
    return book(projection, &fill,
                (struct ledger_fill){.strategy = event->strategy,
                                     .instrument = event->header.instrument,
                                     .side = event->side},
                keeps);
}

// Money.

static void share_capital(struct projection *projection, const struct cash_event *cash) {
    for (uint32_t s = 0; s < projection->config.strategy_count; s++) {
        int128_t part =
            decimal_div_round(cash->amount.m * projection->shares_ppm[s], 1000000, ROUND_FLOOR);
        money_t budget = ledger_budget(projection->ledger, s);
        ledger_set_budget(projection->ledger, s, MONEY(budget.m + part));
        projection->strategies[s].updated_ns = cash->header.ts_ns;
    }
}

// Splits, dividends and a position's income change rows of positions that had no fill.
static void touch(struct projection *projection, const union event *event) {
    uint32_t instrument = event->header.instrument;
    if (instrument >= projection->config.instruments->count) return;
    for (uint32_t s = 0; s < projection->config.strategy_count; s++) {
        if (event->header.kind == EVENT_CASH && event->cash.strategy != s) continue;
        int64_t *touched_ns = &projection->touched_ns[projection_place(projection, s, instrument)];
        if (*touched_ns != 0) *touched_ns = event->header.ts_ns;
    }
}

static void put_money(struct projection *projection, const union event *event, bool keeps) {
    union event own;
    memcpy(&own, event, event->header.size);
    if (event->header.kind == EVENT_CASH &&
        event->cash.strategy == projection->config.strategy_count)
        own.cash.strategy = STRATEGY_NONE;
    if (event->header.kind == EVENT_SPLIT) board_apply(&projection->board, event);
    if (ledger_apply(projection->ledger, &own) < 0) {
        bool strategys = event->header.kind == EVENT_CASH &&
                         event->cash.strategy < projection->config.strategy_count;
        note_refusal(
            projection, &event->header,
            (struct risk_row){.strategy = strategys ? event->cash.strategy : STRATEGY_NONE}, keeps);
        return;
    }
    if (event->header.kind != EVENT_RATE) touch(projection, event);
    bool capital = event->header.kind == EVENT_CASH &&
                   (event->cash.reason == CASH_DEPOSIT || event->cash.reason == CASH_WITHDRAWAL);
    if (capital && event->cash.currency == projection->config.account_currency)
        share_capital(projection, &event->cash);
}

static void put_budget(struct projection *projection, const struct budget_event *event) {
    if (event->strategy >= projection->config.strategy_count) return;
    ledger_set_budget(projection->ledger, event->strategy, budget_money(event));
    projection->shares_ppm[event->strategy] = event->share_ppm;
    projection->strategies[event->strategy].updated_ns = event->header.ts_ns;
}

// Prices.

static void put_price(struct projection *projection, const union event *event) {
    uint32_t instrument = event->header.instrument;
    board_apply(&projection->board, event);
    price_t last = projection->board.rows[instrument].last;
    if (event->header.kind != EVENT_DELIST && last.m > 0)
        ledger_mark(projection->ledger, instrument, last);
}

// What was refused, stopped and resumed.

static const char *rule_of(const struct veto_event *veto) {
    if (veto->rule == RISK_RULE_ENGINE) return engine_veto_name(veto->code);
    return veto->rule < risk_rule_count() ? risk_rule_at(veto->rule)->name : "unknown";
}

static void put_veto(struct projection *projection, const struct veto_event *veto) {
    // The engine's own step is the end of a breaker's time.
    bool over = veto->header.kind == EVENT_HALTED && veto->verdict == RISK_ALLOW;
    keep_risk(projection, &veto->header,
              (struct risk_row){.rule = over ? "time" : rule_of(veto),
                                .verdict = over ? "resume" : risk_verdict_name(veto->verdict),
                                .strategy = veto->strategy,
                                .instrument = veto->header.instrument,
                                .side = veto->side,
                                .sized = veto->header.kind == EVENT_VETO,
                                .qty_asked = veto->qty_asked,
                                .qty_left = veto->qty_left,
                                .limit = veto->limit,
                                .value = veto->value});
}

static void put_command(struct projection *projection, const struct command_event *command) {
    uint16_t kind = command->header.kind;
    bool scoped = kind != EVENT_KILL;
    bool own = scoped && command->scope == HALT_STRATEGY;
    bool one = scoped && command->scope == HALT_INSTRUMENT;
    keep_risk(
        projection, &command->header,
        (struct risk_row){.rule = "operator",
                          .verdict = own && kind == EVENT_HALT ? "pause" : event_kind_name(kind),
                          .strategy = own ? command->index : STRATEGY_NONE,
                          .instrument = one ? command->index : INSTRUMENT_NONE,
                          .limit = NAN,
                          .value = NAN,
                          .reason = command->reason});
}

// The id that its sender gave an order by hand: the result of the input that placed it names the order.
static void put_manual(struct projection *projection, const struct manual_result_event *event,
                       bool keeps) {
    const struct manual_event *placed = &projection->placed;
    int handle = orders_find(&projection->orders, event->order_id);
    if (placed->header.seq != event->header.seq || event->outcome == MANUAL_DUPLICATE || handle < 0)
        return;
    memcpy(projection->order_notes[handle].client_id, placed->order.client_id, MANUAL_ID_SIZE);
    if (keeps) keep_order(projection, (uint32_t)handle);
}

static void put_strategy(struct projection *projection, const struct strategy_event *event,
                         bool keeps) {
    if (event->strategy >= projection->config.strategy_count) return;
    projection->strategies[event->strategy].mode = event->mode;
    projection->strategies[event->strategy].updated_ns = event->header.ts_ns;
    if (!keeps) return;
    keep_risk(projection, &event->header,
              (struct risk_row){.rule = strategy_cause_name(event->cause),
                                .verdict = strategy_mode_name(event->mode),
                                .strategy = event->strategy,
                                .instrument = INSTRUMENT_NONE,
                                .limit = event->limit,
                                .value = event->value});
}

static int fold_output(struct projection *projection, const union event *event, bool keeps) {
    const void *bytes = event;
    switch (event->header.kind) {
    case EVENT_SUBMIT:
        return put_submit(projection, bytes, keeps);
    case EVENT_CANCEL:
    case EVENT_REPLACE:
        put_request(projection, &event->header, keeps);
        return 0;
    case EVENT_ALLOCATION:
        return put_allocation(projection, bytes, keeps);
    case EVENT_BUDGET:
        put_budget(projection, bytes);
        return 0;
    case EVENT_STRATEGY:
        put_strategy(projection, bytes, keeps);
        return 0;
    case EVENT_MANUAL:
        put_manual(projection, bytes, keeps);
        return 0;
    case EVENT_VETO:
    case EVENT_HALTED:
        if (keeps) put_veto(projection, bytes);
        return 0;
    default:
        return 0;
    }
}

static int fold_input(struct projection *projection, const union event *event, bool keeps) {
    switch (event->header.kind) {
    case EVENT_BAR:
    case EVENT_TRADE:
    case EVENT_QUOTE:
    case EVENT_DELIST:
        put_price(projection, event);
        return 0;
    case EVENT_SPLIT:
    case EVENT_DIVIDEND:
    case EVENT_RATE:
    case EVENT_CASH:
        put_money(projection, event, keeps);
        return 0;
    case EVENT_PLACE:
        memcpy(&projection->placed, event, sizeof projection->placed);
        return 0;
    case EVENT_HALT:
    case EVENT_RESUME:
    case EVENT_KILL:
        if (keeps) put_command(projection, &event->command);
        return 0;
    default:
        if (event->header.kind >= EVENT_ORDER_ACCEPTED && event->header.kind <= EVENT_ORDER_UNKNOWN)
            return put_venue_report(projection, &event->order, keeps);
        return 0;
    }
}

static bool names_instrument(const struct event_header *event) {
    return event->kind == EVENT_BAR || event->kind == EVENT_TRADE || event->kind == EVENT_QUOTE ||
           event->kind == EVENT_DELIST || event->kind == EVENT_SPLIT ||
           event->kind == EVENT_DIVIDEND || event->kind == EVENT_ALLOCATION ||
           (event->kind >= EVENT_ORDER_ACCEPTED && event->kind <= EVENT_ORDER_UNKNOWN);
}

int projection_fold(struct projection *projection, const union event *event, bool keeps) {
    const struct event_header *header = &event->header;
    if (names_instrument(header) && header->instrument >= projection->config.instruments->count)
        return ERR_SET(ERR_STATE, "an event of an instrument that is none");
    if (header->kind >= EVENT_OUTPUT) return fold_output(projection, event, keeps);
    roll_hour(projection, header, keeps);
    projection->seq = header->seq;
    projection->ts_ns = header->ts_ns;
    if (projection->timer_head != projection->timer_tail) run_timers(projection, header, keeps);
    return fold_input(projection, event, keeps);
}
