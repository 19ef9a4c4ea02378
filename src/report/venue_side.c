// SPDX-License-Identifier: Apache-2.0
#include "report/venue_side.h"

#include <stdlib.h>

#include "base/check.h"

static void keep_error(struct venue_side *side, int rc) {
    if (rc < 0 && side->error == 0) side->error = rc;
}

struct venue_side *venue_side_new(const struct report_config *config, const struct ledger *ledger,
                                  const struct orders *orders) {
    const struct instruments *instruments = config->instruments;
    struct venue_side *side = calloc(1, sizeof *side);
    if (side == NULL) return NULL;
    side->config = config;
    side->ledger = ledger;
    side->orders = orders;
    side->instruments = calloc(instruments->count + 1, sizeof *side->instruments);
    side->holdings =
        calloc((size_t)config->strategy_count * instruments->count + 1, sizeof *side->holdings);
    side->fees = calloc(instruments->currency_count + 1, sizeof *side->fees);
    int rc = quoting_init(&side->quoting, orders, instruments, config->order_max);
    if (rc < 0 || side->instruments == NULL || side->holdings == NULL || side->fees == NULL) {
        venue_side_free(side);
        return NULL;
    }
    for (uint32_t i = 0; i < instruments->count; i++) {
        struct venue_instrument *instrument = &side->instruments[i];
        markouts_init(&instrument->markouts, ledger, &instrument->venue, i);
        book_path_init(&instrument->path, config->step_ns);
    }
    return side;
}

void venue_side_free(struct venue_side *side) {
    if (side == NULL) return;
    for (uint32_t i = 0; side->instruments != NULL && i < side->config->instruments->count; i++) {
        struct venue_instrument *instrument = &side->instruments[i];
        touches_fini(&instrument->venue);
        touches_fini(&instrument->known);
        markouts_fini(&instrument->markouts);
        book_path_fini(&instrument->path);
    }
    quoting_fini(&side->quoting);
    free(side->instruments);
    free(side->holdings);
    free(side->fees);
    free(side);
}

void venue_side_touch(struct venue_side *side, uint32_t instrument, int64_t venue_ns, price_t bid,
                      price_t ask) {
    CHECK(instrument < side->config->instruments->count);
    struct venue_instrument *at = &side->instruments[instrument];
    side->touched = true;
    keep_error(side, touches_add(&at->venue, venue_ns, bid, ask));
    keep_error(side, book_path_touch(&at->path, venue_ns, bid, ask));
    markouts_advance(&at->markouts);
}

void venue_side_quote(struct venue_side *side, const struct quote_event *event) {
    struct venue_instrument *at = &side->instruments[event->header.instrument];
    keep_error(side, touches_add(&at->known, event->header.ts_ns, event->bid, event->ask));
    if (!side->touched)
        keep_error(side, book_path_touch(&at->path, event->header.ts_ns, event->bid, event->ask));
}

void venue_side_queue(struct venue_side *side, const struct report_queue *note) {
    side->queued = true;
    quoting_note(&side->quoting, note);
}

const struct holding *venue_side_holding(const struct venue_side *side, uint32_t strategy,
                                         uint32_t instrument) {
    return &side->holdings[strategy * side->config->instruments->count + instrument];
}

static void start(struct venue_side *side, int64_t ts_ns) {
    const struct report_config *config = side->config;
    uint32_t count = config->instruments->count;
    side->started = true;
    side->start_ns = ts_ns;
    for (uint32_t s = 0; s < config->strategy_count; s++)
        for (uint32_t i = 0; i < count; i++) {
            const struct instrument *instrument = &config->instruments->items[i];
            double limit = config->strategies[s].position_max;
            for (int k = 0; k < instrument->qty_decimals; k++) limit *= 10;
            holding_init(&side->holdings[s * count + i], ts_ns, instrument->lot.m,
                         limit < 9e18 ? (int64_t)(limit + 0.5) : 0);
        }
}

// The best of our orders that rest, as far as we know.
static void find_own(const struct venue_side *side, uint32_t instrument, price_t ret_own[2]) {
    const struct orders *orders = side->orders;
    ret_own[0] = ret_own[1] = PRICE(0);
    for (uint32_t at = orders->exposure[instrument].first; at != UINT32_MAX;
         at = orders_next_live(orders, at)) {
        const struct order *order = orders_get(orders, at);
        price_t price = order->spec.limit_price, *own = &ret_own[order->spec.side < 0];
        if (order->spec.type != ORDER_LIMIT || order->state == ORDER_SUBMITTED) continue;
        if (own->m == 0 || order->spec.side * (price.m - own->m) > 0) *own = price;
    }
}

void venue_side_mark(struct venue_side *side, int64_t ts_ns) {
    if (!side->started) start(side, ts_ns);
    side->end_ns = ts_ns;
    uint32_t count = side->config->instruments->count;
    for (uint32_t i = 0; i < count; i++) {
        price_t own[2];
        find_own(side, i, own);
        keep_error(side, book_path_step(&side->instruments[i].path, ts_ns, own[0], own[1],
                                        ledger_quantity(side->ledger, i).m));
    }
    for (uint32_t h = 0; h < side->config->strategy_count * count; h++)
        holding_step(&side->holdings[h]);
}

static enum markout_group group_of(const struct order_event *event, int32_t side) {
    if (event->liquidity == LIQUIDITY_MAKER)
        return side > 0 ? MARKOUT_MAKER_BUY : MARKOUT_MAKER_SELL;
    return side > 0 ? MARKOUT_TAKER_BUY : MARKOUT_TAKER_SELL;
}

int venue_side_fill(struct venue_side *side, const struct order_event *event,
                    const struct ledger_fill *fill, const struct ledger_result *result,
                    uint32_t order, struct venue_fill *ret_fill) {
    struct venue_instrument *at = &side->instruments[fill->instrument];
    int64_t venue_ns = event->header.venue_ts_ns;
    money_t worth;
    TRY(ledger_value(side->ledger, fill->instrument, fill->price, fill->qty, &worth));
    const struct markout_fill marked = {.ts_ns = venue_ns,
                                        .price = fill->price,
                                        .qty = fill->qty,
                                        .worth = worth,
                                        .side = fill->side,
                                        .group = group_of(event, fill->side)};
    TRY(markouts_add(&at->markouts, &marked));
    markouts_advance(&at->markouts);
    if (!side->started) start(side, venue_ns);
    struct holding *holding =
        &side->holdings[fill->strategy * side->config->instruments->count + fill->instrument];
    holding_fill(holding, venue_ns, fill->side, fill->qty);
    struct venue_fees *fees = &side->fees[fill->fee_currency];
    (fill->fee < 0 ? &fees->rebates : &fees->paid)->m += fill->fee;
    const struct touch *met = markout_met(&at->venue, venue_ns, marked.group);
    const struct touch *known = touches_at(&at->known, venue_ns);
    const struct quote *quote = order == UINT32_MAX ? NULL : &side->quoting.quotes[order];
    *ret_fill = (struct venue_fill){
        .met = met == NULL ? (struct touch){0} : *met,
        .known = known == NULL ? (struct touch){0} : *known,
        .queue = quoting_take_fill(&side->quoting, fill->instrument, event->trade_id),
        .age_ns = quote == NULL || quote->arrived_ns == 0 ? -1 : venue_ns - quote->arrived_ns,
        .position = result->position,
    };
    return 0;
}

int venue_side_end(struct venue_side *side) {
    for (uint32_t i = 0; i < side->config->instruments->count; i++)
        markouts_end(&side->instruments[i].markouts);
    for (uint32_t h = 0; h < side->config->strategy_count * side->config->instruments->count; h++)
        holding_end(&side->holdings[h], side->end_ns);
    quoting_end(&side->quoting);
    return side->error;
}
