// SPDX-License-Identifier: Apache-2.0
#include "sim/upkeep.h"

#include "base/check.h"
#include "base/timestamp.h"
#include "sim/book.h"
#include "sim/fill.h"
#include "sim/history.h"
#include "sim/margin.h"
#include "sim/outbox.h"

enum { DAYS_PER_YEAR = 365 };

static bool next_funding(const struct sim_exchange *x, uint32_t *ret_which,
                         struct funding_rate *ret_rate);
static void fund(struct sim_exchange *x, int64_t before_ns, int64_t ts_ns);
static void accrue_shorts(struct sim_exchange *x, uint32_t instrument, int32_t days, int64_t ts_ns);
static void accrue_cash(struct sim_exchange *x, uint32_t currency, int32_t days, int64_t ts_ns);
static void pay(struct sim_exchange *x, uint32_t instrument, uint32_t currency, uint32_t strategy,
                enum cash_reason reason, money_t amount, int64_t ts_ns);
static int128_t of_year(int128_t amount, int64_t parts, int32_t days, enum rounding mode);
static void split_position(struct sim_exchange *x, const struct split_event *event,
                           uint32_t strategy);
static money_t cash_in_lieu(const struct sim_exchange *x, const struct split_event *event,
                            int128_t rest);
static void split_orders(struct sim_exchange *x, const struct split_event *event);
static void split_order(struct sim_exchange *x, const struct split_event *event,
                        struct sim_order *order);
static price_t split_price(price_t price, const struct split_event *event, int64_t tick,
                           enum rounding mode);

void sim_upkeep_accrue(struct sim_exchange *x, int64_t ts_ns) {
    if (x->config.funding_count > 0) fund(x, ts_ns, ts_ns);
    int32_t today = date_of_ns(ts_ns);
    bool first = x->state->accrued_day == INT32_MIN;
    int32_t days = first ? 0 : today - x->state->accrued_day;
    if (first || days > 0) x->state->accrued_day = today;
    if (days <= 0) return;
    sim_margin_settle(x);
    if (x->borrow_parts != 0 && x->account.state->shorts != 0)
        for (uint32_t i = 0; i < x->config.instruments->count; i++)
            if (sim_holding(x, i)->qty.m < 0 && !instrument_is_inverse(sim_instrument(x, i)))
                accrue_shorts(x, i, days, ts_ns);
    for (uint32_t c = 0; c < x->config.instruments->currency_count; c++)
        accrue_cash(x, c, days, ts_ns);
}

int64_t sim_upkeep_next(const struct sim_exchange *x) {
    uint32_t which;
    struct funding_rate rate;
    int64_t next_ns = TIME_NEVER;
    if (x->config.funding_count > 0 && x->state->funded_ns == INT64_MIN) return INT64_MIN;
    if (next_funding(x, &which, &rate)) next_ns = rate.ts_ns + 1;
    if (x->borrow_parts == 0 && x->credit_parts == 0 && x->debit_parts == 0) return next_ns;
    if (x->state->accrued_day == INT32_MIN) return INT64_MIN;
    int64_t day_ns = date_to_ns(x->state->accrued_day + 1);
    return day_ns < next_ns ? day_ns : next_ns;
}

void sim_upkeep_end(struct sim_exchange *x) {
    int64_t last_ns = x->state->instant_ns;
    if (x->config.funding_count > 0 && x->state->funded_ns != INT64_MIN)
        fund(x, last_ns + 1, last_ns);
}

void sim_upkeep_split(struct sim_exchange *x, const struct split_event *event) {
    CHECK(event->numerator > 0 && event->denominator > 0);
    uint32_t instrument = event->header.instrument;
    CHECK(!instrument_is_inverse(sim_instrument(x, instrument)));
    for (uint32_t s = 0; s < x->config.strategy_count; s++) split_position(x, event, s);
    split_orders(x, event);
    struct sim_row *row = &x->rows[instrument];
    row->bid = split_price(row->bid, event, 1, ROUND_HALF_EVEN);
    row->ask = split_price(row->ask, event, 1, ROUND_HALF_EVEN);
    row->last = split_price(row->last, event, 1, ROUND_HALF_EVEN);
    if (row->last.m > 0) sim_account_mark(&x->account, instrument, row->last);
    sim_history_split(x, instrument, event->numerator, event->denominator);
}

void sim_upkeep_dividend(struct sim_exchange *x, const struct dividend_event *event) {
    const struct instrument *instrument = sim_instrument(x, event->header.instrument);
    const struct currency *currency = &x->config.instruments->currencies[instrument->currency];
    for (uint32_t s = 0; s < x->config.strategy_count; s++) {
        int64_t qty = sim_account_quantity(&x->account, s, event->header.instrument)->m;
        if (qty == 0) continue;
        int128_t amount;
        int rc = decimal_rescale((int128_t)qty * event->amount,
                                 instrument->qty_decimals + event->decimals, currency->decimals,
                                 ROUND_HALF_EVEN, &amount);
        CHECK(rc == 0);
        sim_account_add_cash(&x->account, instrument->currency, MONEY(amount));
    }
    x->state->wake_ns = INT64_MIN;
}

void sim_upkeep_delist(struct sim_exchange *x, const struct event_header *header) {
    uint32_t instrument = header->instrument;
    struct sim_row *row = &x->rows[instrument];
    sim_book_cancel_all(x, instrument, REASON_DELISTED, header->ts_ns);
    struct sim_fill_source source = {.instrument = instrument,
                                     .open_ns = header->ts_ns,
                                     .ts_ns = header->ts_ns,
                                     .venue_ns = header->ts_ns,
                                     .room = INT64_MAX};
    for (uint32_t s = 0; s < x->config.strategy_count; s++)
        sim_fill_forced(x, &source, s, row->last, REASON_DELISTED);
    row->flags |= ROW_DELISTED;
    row->flags &= ~(uint32_t)ROW_FORCED;
}

// The earliest funding that is not paid yet; of one instant the first of the list.
static bool next_funding(const struct sim_exchange *x, uint32_t *ret_which,
                         struct funding_rate *ret_rate) {
    bool found = false;
    for (uint32_t i = 0; i < x->config.funding_count; i++) {
        struct funding_rate rate;
        if (!funding_next(&x->config.funding[i], x->state->funded_ns, &rate)) continue;
        if (found && rate.ts_ns >= ret_rate->ts_ns) continue;
        *ret_rate = rate;
        *ret_which = i;
        found = true;
    }
    return found;
}

static void fund_instrument(struct sim_exchange *x, uint32_t instrument,
                            const struct funding_rate *rate, int64_t ts_ns) {
    price_t mark = rate->mark.m > 0 ? rate->mark : sim_holding(x, instrument)->mark;
    uint32_t currency = sim_instrument(x, instrument)->currency;
    for (uint32_t s = 0; s < x->config.strategy_count; s++) {
        qty_t qty = *sim_account_quantity(&x->account, s, instrument);
        if (qty.m == 0) continue;
        money_t amount = funding_payment(&x->account, instrument, qty, mark, rate->rate);
        pay(x, instrument, currency, s, CASH_FUNDING, amount, ts_ns);
        x->state->counts.funded += amount.m != 0;
    }
}

// Pays at ts_ns what falls due before before_ns. Where the outbox has no room, the rest waits for the next instant.
static void fund(struct sim_exchange *x, int64_t before_ns, int64_t ts_ns) {
    struct sim_state *state = x->state;
    uint32_t which;
    struct funding_rate rate, same;
    if (state->funded_ns == INT64_MIN) state->funded_ns = before_ns - 1;
    while (next_funding(x, &which, &rate) && rate.ts_ns < before_ns && sim_outbox_has_room(x)) {
        for (uint32_t i = which; i < x->config.funding_count; i++)
            if (funding_next(&x->config.funding[i], state->funded_ns, &same) &&
                same.ts_ns == rate.ts_ns)
                fund_instrument(x, x->config.funding[i].instrument, &same, ts_ns);
        state->funded_ns = rate.ts_ns;
    }
}

// The fee on the account's net short quantity, shared among the strategies that are short by what each is.
static void accrue_shorts(struct sim_exchange *x, uint32_t instrument, int32_t days,
                          int64_t ts_ns) {
    int128_t owed =
        of_year(-sim_holding(x, instrument)->value.m, x->borrow_parts, days, ROUND_CEIL);
    int64_t left = 0;
    for (uint32_t s = 0; s < x->config.strategy_count; s++) {
        int64_t qty = sim_account_quantity(&x->account, s, instrument)->m;
        if (qty < 0) left -= qty;
    }
    for (uint32_t s = 0; s < x->config.strategy_count && left > 0; s++) {
        int64_t qty = sim_account_quantity(&x->account, s, instrument)->m;
        if (qty >= 0) continue;
        int128_t share = decimal_div_round(owed * -qty, left, ROUND_CEIL);
        owed -= share;
        left += qty;
        pay(x, instrument, sim_instrument(x, instrument)->currency, s, CASH_BORROW_FEE,
            MONEY(-share), ts_ns);
    }
}

// What shorts brought in is the lender's security and earns nothing.
static void accrue_cash(struct sim_exchange *x, uint32_t currency, int32_t days, int64_t ts_ns) {
    const struct sim_cash *cash = &x->account.cash[currency];
    int128_t amount = 0, there = cash->cash.m + cash->margined.m;
    if (there < 0)
        amount = -of_year(-there, x->debit_parts, days, ROUND_CEIL);
    else if (there > cash->shorts.m)
        amount = of_year(there - cash->shorts.m, x->credit_parts, days, ROUND_FLOOR);
    pay(x, INSTRUMENT_NONE, currency, STRATEGY_NONE, CASH_INTEREST, MONEY(amount), ts_ns);
}

static void pay(struct sim_exchange *x, uint32_t instrument, uint32_t currency, uint32_t strategy,
                enum cash_reason reason, money_t amount, int64_t ts_ns) {
    if (amount.m == 0) return;
    sim_account_add_cash(&x->account, currency, amount);
    struct cash_event *event = sim_outbox_cash(x, instrument, ts_ns);
    event->amount = amount;
    event->currency = currency;
    event->reason = reason;
    event->strategy = strategy;
    x->state->wake_ns = INT64_MIN;
}

static int128_t of_year(int128_t amount, int64_t parts, int32_t days, enum rounding mode) {
    int128_t product;
    CHECK(!__builtin_mul_overflow(amount, (int128_t)parts * days, &product));
    return decimal_div_round(product, (int128_t)MODEL_PARTS * DAYS_PER_YEAR, mode);
}

static void split_position(struct sim_exchange *x, const struct split_event *event,
                           uint32_t strategy) {
    uint32_t instrument = event->header.instrument;
    int64_t lot = sim_instrument(x, instrument)->lot.m;
    int64_t held = sim_account_quantity(&x->account, strategy, instrument)->m;
    if (held == 0) return;
    int128_t exact = (int128_t)held * event->numerator;
    int128_t lots = exact / ((int128_t)event->denominator * lot);
    int128_t qty = lots * lot;
    CHECK(qty <= INT64_MAX && qty >= -INT64_MAX);
    money_t cash = cash_in_lieu(x, event, exact - qty * event->denominator);
    sim_account_set_quantity(&x->account, strategy, instrument, QTY((int64_t)qty));
    sim_account_add_cash(&x->account, sim_instrument(x, instrument)->currency, cash);
}

// price x rest / numerator, at the price before the split and rounded once, as the ledger does.
static money_t cash_in_lieu(const struct sim_exchange *x, const struct split_event *event,
                            int128_t rest) {
    const struct notional_scale *scale = &x->account.notionals[event->header.instrument].scale;
    int lost = scale->price_decimals + scale->qty_decimals + scale->multiplier_decimals -
               scale->money_decimals;
    int128_t value = rest * event->price.m * scale->multiplier;
    int128_t divisor = event->numerator;
    for (int i = 0; i < lost; i++) CHECK(!__builtin_mul_overflow(divisor, (int128_t)10, &divisor));
    for (int i = 0; i > lost; i--) CHECK(!__builtin_mul_overflow(value, (int128_t)10, &value));
    return MONEY(decimal_div_round(value, divisor, ROUND_HALF_EVEN));
}

static void split_orders(struct sim_exchange *x, const struct split_event *event) {
    uint32_t instrument = event->header.instrument;
    for (uint32_t at = x->rows[instrument].first; at != SLOT_NONE; at = x->orders[at].next)
        split_order(x, event, &x->orders[at]);
    for (uint32_t i = 0; i < x->state->intent_count; i++) {
        const struct sim_intent *intent = &x->intents[(x->state->intent_first + i) % x->intent_max];
        if (intent->kind == INTENT_SUBMIT && intent->instrument == instrument)
            split_order(x, event, &x->orders[intent->slot]);
    }
    sim_account_stale(&x->account, instrument);
    uint32_t at = x->rows[instrument].first;
    while (at != SLOT_NONE) {
        if (sim_order_leaves(&x->orders[at]) == 0) {
            sim_book_end(x, at, EVENT_ORDER_CANCELED, REASON_BAD_ORDER, event->header.ts_ns);
            at = x->rows[instrument].first;
        } else {
            sim_book_report_terms(x, &x->orders[at], event->header.ts_ns);
            at = x->orders[at].next;
        }
    }
}

// Prices against us: a buyer's limit down, a seller's up; triggers later. What is filled stays as it was
// reported, what is left is split.
static void split_order(struct sim_exchange *x, const struct split_event *event,
                        struct sim_order *order) {
    const struct instrument *instrument = sim_instrument(x, order->spec.instrument);
    int64_t tick = instrument->tick.m;
    bool buys = order->spec.side > 0;
    enum rounding limit_mode = buys ? ROUND_FLOOR : ROUND_CEIL;
    enum rounding stop_mode = buys ? ROUND_CEIL : ROUND_FLOOR;
    int128_t lots = (int128_t)sim_order_leaves(order) * event->numerator /
                    ((int128_t)event->denominator * instrument->lot.m);
    int128_t most = order->filled.m + lots * instrument->lot.m;
    CHECK(most <= INT64_MAX);
    order->spec.qty = QTY((int64_t)most);
    order->spec.limit_price = split_price(order->spec.limit_price, event, tick, limit_mode);
    order->spec.stop_price = split_price(order->spec.stop_price, event, tick, stop_mode);
    order->spec.trail = split_price(order->spec.trail, event, tick, ROUND_CEIL);
}

static price_t split_price(price_t price, const struct split_event *event, int64_t tick,
                           enum rounding mode) {
    if (price.m == 0) return price;
    int128_t ticks = decimal_div_round((int128_t)price.m * event->denominator,
                                       (int128_t)event->numerator * tick, mode);
    if (ticks < 1) ticks = 1;
    CHECK(ticks <= INT64_MAX / tick);
    return PRICE((int64_t)(ticks * tick));
}
