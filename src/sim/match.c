// SPDX-License-Identifier: Apache-2.0
#include "sim/match.h"

#include "base/check.h"
#include "sim/book.h"
#include "sim/fill.h"
#include "sim/intake.h"
#include "sim/outbox.h"
#include "sim/path.h"

enum { DAY_S = 86400 };

// A data event on its way through the orders of its instrument.
struct match {
    struct sim_exchange *x;
    struct sim_row *row;
    struct sim_fill_source source;
    struct bar bar;    // a trade or quote is a bar of one price
    int32_t side_only; // a quote's side shows itself to orders of one side: +1, -1; 0: both
    bool gap_improves; // a resting limit order fills at a better open
    bool path;         // there is a path to walk
    bool limits_only;
};

// What an order would do at a point of the path.
struct hit {
    uint32_t slot;
    price_t price;
    int64_t distance;
};

static bool nothing_to_do(const struct sim_exchange *x, const struct sim_row *row,
                          const struct bar *bar);
static void run(struct match *match);
static bool anything_to_do(const struct match *match);
static bool acts(const struct match *match, const struct sim_order *order);
static bool eligible(const struct match *match, const struct sim_order *order);
static void expire(struct match *match, int64_t until_ns);
static void close_forced(struct match *match);
static void open_phase(struct match *match);
static uint32_t best_at_open(const struct match *match);
static bool acts_at_open(const struct match *match, const struct sim_order *order);
static bool before_at_open(const struct sim_order *a, const struct sim_order *b);
static void act_at_open(struct match *match, uint32_t slot);
static void drop_one_chance(struct match *match);
static void path_phase(struct match *match);
static void walk_leg(struct match *match, price_t from, price_t to);
static struct hit nearest_hit(const struct match *match, price_t from, price_t to);
static bool hits(const struct match *match, const struct sim_order *order, price_t from, price_t to,
                 price_t *ret_price);
static bool stop_hits(const struct sim_order *order, price_t from, price_t to, price_t *ret_price);
static bool limit_hits(const struct sim_exchange *x, const struct sim_order *order, price_t from,
                       price_t to, price_t *ret_price);
static void act_at(struct match *match, uint32_t slot, price_t price);
static void take_or_rest(struct match *match, uint32_t slot, price_t price);
static void trigger(struct match *match, uint32_t slot);
static void newborn_phase(struct match *match);
static uint32_t next_newborn(const struct match *match, bool stops);
static void close_phase(struct match *match);
static bool ends_session(const struct match *match, const struct sim_order *order);
static void age(struct match *match);
static bool beyond(int32_t side, price_t price, price_t level);
static int64_t room_of(const struct match *match, qty_t volume);
static bool ambiguous(const struct match *match);

void sim_match_bar(struct sim_exchange *x, const struct bar_event *event) {
    uint32_t instrument = event->header.instrument;
    struct sim_row *row = &x->rows[instrument];
    if (!(row->flags & ROW_FORCED) && nothing_to_do(x, row, &event->bar)) return;
    struct match match = {
        .x = x,
        .row = row,
        .source = {.instrument = instrument,
                   .open_ns = event->bar.open_ns,
                   .ts_ns = event->header.ts_ns,
                   .volume = event->bar.volume},
        .bar = event->bar,
        .gap_improves = true,
        .path = true,
    };
    if (event->bar.flags & (BAR_CLOSE_ONLY | BAR_QUOTE)) match.source.volume = QTY(0);
    match.source.room = room_of(&match, match.source.volume);
    if (!(row->flags & ROW_VOLUME_SEEN) || event->bar.flags & (BAR_CLOSE_ONLY | BAR_QUOTE))
        if (match.source.volume.m == 0) match.source.room = INT64_MAX;
    run(&match);
}

void sim_match_trade(struct sim_exchange *x, const struct trade_event *event) {
    struct sim_row *row = &x->rows[event->header.instrument];
    struct match match = {
        .x = x,
        .row = row,
        .source = {.instrument = event->header.instrument,
                   .open_ns = event->header.ts_ns,
                   .ts_ns = event->header.ts_ns,
                   .volume = event->qty},
        .bar = {.open_ns = event->header.ts_ns,
                .close_ns = event->header.ts_ns,
                .open = event->price,
                .high = event->price,
                .low = event->price,
                .close = event->price},
        .limits_only = row->flags & ROW_QUOTES_SEEN,
    };
    match.source.room = room_of(&match, event->qty);
    run(&match);
}

void sim_match_quote(struct sim_exchange *x, const struct quote_event *event) {
    for (int32_t side = 1; side >= -1; side -= 2) {
        price_t price = side > 0 ? event->ask : event->bid;
        qty_t shown = side > 0 ? event->ask_qty : event->bid_qty;
        if (price.m <= 0) continue;
        struct match match = {
            .x = x,
            .row = &x->rows[event->header.instrument],
            .source = {.instrument = event->header.instrument,
                       .open_ns = event->header.ts_ns,
                       .ts_ns = event->header.ts_ns,
                       .volume = shown,
                       .room = shown.m > 0 ? shown.m : INT64_MAX},
            .bar = {.open_ns = event->header.ts_ns,
                    .close_ns = event->header.ts_ns,
                    .open = price,
                    .high = price,
                    .low = price,
                    .close = price},
            .side_only = side,
        };
        run(&match);
    }
}

void sim_match_expire(struct sim_exchange *x, int64_t ts_ns) {
    x->state->next_expiry_ns = TIME_NEVER;
    for (uint32_t i = 0; i < x->config.instruments->count; i++) {
        struct sim_row *row = &x->rows[i];
        if (row->first == SLOT_NONE) continue;
        struct match match = {
            .x = x,
            .row = row,
            .source = {.instrument = i,
                       .open_ns = row->last_ns,
                       .ts_ns = ts_ns,
                       .venue_ns = ts_ns,
                       .room = INT64_MAX},
            .bar = {.open_ns = row->last_ns, .close_ns = ts_ns, .close = row->last},
        };
        // Trades and quotes have no bar that ends the session: its last price is the close.
        if (row->frame_s == 0) close_phase(&match);
        expire(&match, ts_ns);
        for (uint32_t at = row->first; at != SLOT_NONE; at = x->orders[at].next)
            if (x->orders[at].expire_ns < x->state->next_expiry_ns)
                x->state->next_expiry_ns = x->orders[at].expire_ns;
    }
}

// Most bars reach no order and end none, and no order learns from them: one look at each tells.
static bool nothing_to_do(const struct sim_exchange *x, const struct sim_row *row,
                          const struct bar *bar) {
    for (uint32_t at = row->first; at != SLOT_NONE; at = x->orders[at].next) {
        const struct sim_order *order = &x->orders[at];
        if (order->expire_ns <= bar->close_ns) return false;
        if (order->state != SLOT_WORKING || order->live_ns > bar->open_ns) continue;
        int32_t side = order->spec.side;
        int64_t far = side > 0 ? bar->high.m : bar->low.m;
        int64_t near = side > 0 ? bar->low.m : bar->high.m;
        if (order->spec.type == ORDER_STOP && !(order->flags & SIM_TRIGGERED)) {
            if (side * (far - order->spec.stop_price.m) >= 0) return false;
        } else if (order->spec.type == ORDER_LIMIT && (order->flags & SIM_RESTING) &&
                   order->spec.tif != TIF_IOC && order->spec.tif != TIF_FOK) {
            if (side * (order->spec.limit_price.m - near) >= 0) return false;
        } else {
            return false;
        }
    }
    return true;
}

static void run(struct match *match) {
    struct sim_state *state = match->x->state;
    state->match++;
    if (!(match->row->flags & ROW_FORCED) && !anything_to_do(match)) {
        age(match);
        return;
    }
    state->counts.ambiguous_bars += match->path && ambiguous(match);
    expire(match, match->source.open_ns);
    match->source.venue_ns = match->source.open_ns;
    close_forced(match);
    open_phase(match);
    drop_one_chance(match);
    if (match->path) {
        match->source.venue_ns = match->bar.close_ns;
        expire(match, match->bar.close_ns - 1);
        path_phase(match);
        if (match->x->path == SIM_PATH_PESSIMISTIC) newborn_phase(match);
        close_phase(match);
    }
    age(match);
    if (match->path) expire(match, match->bar.close_ns);
}

// A look at each order that is enough for most bars: nothing is reached, nothing ends.
static bool anything_to_do(const struct match *match) {
    const struct sim_exchange *x = match->x;
    for (uint32_t at = match->row->first; at != SLOT_NONE; at = x->orders[at].next)
        if (acts(match, &x->orders[at])) return true;
    return false;
}

static bool acts(const struct match *match, const struct sim_order *order) {
    if (order->expire_ns <= match->bar.close_ns) return true;
    if (!eligible(match, order)) return false;
    const struct bar *bar = &match->bar;
    bool buys = order->spec.side > 0;
    if (sim_order_waits(order))
        return buys ? bar->high.m >= order->spec.stop_price.m
                    : bar->low.m <= order->spec.stop_price.m;
    if (order->spec.tif == TIF_IOC || order->spec.tif == TIF_FOK) return true;
    if (sim_order_is_limit(order))
        return buys ? bar->low.m <= order->spec.limit_price.m
                    : bar->high.m >= order->spec.limit_price.m;
    return true;
}

static bool eligible(const struct match *match, const struct sim_order *order) {
    if (order->state != SLOT_WORKING || order->live_ns > match->source.open_ns) return false;
    if (match->side_only != 0 && match->side_only != order->spec.side) return false;
    // A bracket's child that its group has emptied waits for more from its parent.
    if (sim_order_allowed(order) == 0) return false;
    return !match->limits_only || sim_order_is_limit(order);
}

static void expire(struct match *match, int64_t until_ns) {
    struct sim_exchange *x = match->x;
    // The close of a bar that contains the end of the session is still to come.
    bool closes_later = until_ns > match->source.open_ns && until_ns < match->bar.close_ns;
    uint32_t at = match->row->first;
    while (at != SLOT_NONE) {
        const struct sim_order *order = &x->orders[at];
        if (order->expire_ns > until_ns ||
            (closes_later && order->spec.type == ORDER_MARKET_ON_CLOSE)) {
            at = order->next;
            continue;
        }
        bool day = order->spec.tif != TIF_GTD;
        sim_book_end(x, at, EVENT_ORDER_EXPIRED, day ? REASON_END_OF_SESSION : REASON_TIME,
                     match->source.ts_ns);
        at = match->row->first;
    }
}

static void close_forced(struct match *match) {
    struct sim_row *row = match->row;
    if (!(row->flags & ROW_FORCED) || row->forced_ns > match->source.open_ns) return;
    bool left = false;
    for (uint32_t s = 0; s < match->x->config.strategy_count; s++) {
        int64_t held = sim_account_quantity(&match->x->account, s, match->source.instrument)->m;
        if (held == 0) continue;
        // A position is closed by the other side of a quote.
        if (match->side_only != 0 && (held > 0) == (match->side_only > 0))
            left = true;
        else
            sim_fill_forced(match->x, &match->source, s, match->bar.open, REASON_LIQUIDATION);
    }
    if (!left) row->flags &= ~(uint32_t)ROW_FORCED;
}

static void open_phase(struct match *match) {
    uint32_t slot;
    while ((slot = best_at_open(match)) != SLOT_NONE) act_at_open(match, slot);
}

static uint32_t best_at_open(const struct match *match) {
    const struct sim_exchange *x = match->x;
    uint32_t best = SLOT_NONE;
    for (uint32_t at = match->row->first; at != SLOT_NONE; at = x->orders[at].next) {
        const struct sim_order *order = &x->orders[at];
        if (!eligible(match, order) || order->tried == x->state->match) continue;
        if (!acts_at_open(match, order)) continue;
        if (best == SLOT_NONE || before_at_open(order, &x->orders[best])) best = at;
    }
    return best;
}

static bool acts_at_open(const struct match *match, const struct sim_order *order) {
    const struct sim_exchange *x = match->x;
    // What the open itself brought to life sees the rest of the path.
    if (order->born == x->state->match && match->path) return false;
    price_t open = match->bar.open;
    int32_t side = order->spec.side;
    if (order->spec.type == ORDER_MARKET_ON_CLOSE) return false;
    if (sim_order_waits(order))
        return order->spec.stop_price.m != 0 && side * (open.m - order->spec.stop_price.m) >= 0;
    if (!sim_order_is_limit(order)) return true;
    if (beyond(side, open, order->spec.limit_price)) return true;
    return x->limit_touch && open.m == order->spec.limit_price.m;
}

// Market orders and stops first, then limits by price, then by arrival.
static bool before_at_open(const struct sim_order *a, const struct sim_order *b) {
    bool a_limit = sim_order_is_limit(a);
    bool b_limit = sim_order_is_limit(b);
    if (a_limit != b_limit) return b_limit;
    if (a_limit && a->spec.side == b->spec.side && a->spec.limit_price.m != b->spec.limit_price.m)
        return beyond(a->spec.side, b->spec.limit_price, a->spec.limit_price);
    return a->rank < b->rank;
}

static void act_at_open(struct match *match, uint32_t slot) {
    struct sim_exchange *x = match->x;
    struct sim_order *order = &x->orders[slot];
    price_t open = match->bar.open;
    if (sim_order_waits(order)) {
        x->state->counts.gap_fills += open.m != order->spec.stop_price.m;
        trigger(match, slot);
        take_or_rest(match, slot, open);
        return;
    }
    if (!sim_order_is_limit(order) || !(order->flags & SIM_RESTING)) {
        sim_fill_take(x, &match->source, slot, open);
        return;
    }
    x->state->counts.gap_fills += open.m != order->spec.limit_price.m;
    price_t price = match->gap_improves ? open : order->spec.limit_price;
    sim_fill_rest(x, &match->source, slot, price, LIQUIDITY_MAKER);
}

// IOC and FOK orders that the open did not fill.
static void drop_one_chance(struct match *match) {
    struct sim_exchange *x = match->x;
    uint32_t at = match->row->first;
    while (at != SLOT_NONE) {
        const struct sim_order *order = &x->orders[at];
        bool at_once = order->spec.tif == TIF_IOC || order->spec.tif == TIF_FOK;
        if (!at_once || !eligible(match, order) || sim_order_waits(order) ||
            order->born == x->state->match) {
            at = order->next;
            continue;
        }
        sim_book_end(x, at, EVENT_ORDER_CANCELED, REASON_NO_LIQUIDITY, match->source.ts_ns);
        at = match->row->first;
    }
}

static void path_phase(struct match *match) {
    struct sim_exchange *x = match->x;
    struct sim_path_view view = {.position = sim_holding(x, match->source.instrument)->qty};
    for (uint32_t at = match->row->first; at != SLOT_NONE; at = x->orders[at].next) {
        if (!eligible(match, &x->orders[at])) continue;
        view.buys |= x->orders[at].spec.side > 0;
        view.sells |= x->orders[at].spec.side < 0;
    }
    price_t points[PATH_POINTS];
    sim_path_walk(x->path, &match->bar, &view, points);
    for (int leg = 0; leg + 1 < PATH_POINTS; leg++) walk_leg(match, points[leg], points[leg + 1]);
}

static void walk_leg(struct match *match, price_t from, price_t to) {
    for (;;) {
        struct hit hit = nearest_hit(match, from, to);
        if (hit.slot == SLOT_NONE) return;
        act_at(match, hit.slot, hit.price);
        from = hit.price;
    }
}

static struct hit nearest_hit(const struct match *match, price_t from, price_t to) {
    const struct sim_exchange *x = match->x;
    struct hit best = {.slot = SLOT_NONE};
    for (uint32_t at = match->row->first; at != SLOT_NONE; at = x->orders[at].next) {
        const struct sim_order *order = &x->orders[at];
        price_t price;
        if (!eligible(match, order) || order->tried == x->state->match) continue;
        if (!hits(match, order, from, to, &price)) continue;
        int64_t distance = price.m > from.m ? price.m - from.m : from.m - price.m;
        if (best.slot != SLOT_NONE &&
            (distance > best.distance ||
             (distance == best.distance && order->rank > x->orders[best.slot].rank)))
            continue;
        best = (struct hit){.slot = at, .price = price, .distance = distance};
    }
    return best;
}

static bool hits(const struct match *match, const struct sim_order *order, price_t from, price_t to,
                 price_t *ret_price) {
    const struct sim_exchange *x = match->x;
    if (order->spec.type == ORDER_MARKET_ON_CLOSE) return false;
    if (sim_order_waits(order)) return stop_hits(order, from, to, ret_price);
    if (sim_order_is_limit(order)) {
        bool newborn = order->born == x->state->match;
        if (newborn && x->path == SIM_PATH_PESSIMISTIC) return false;
        return limit_hits(x, order, from, to, ret_price);
    }
    *ret_price = from;
    return true;
}

static bool stop_hits(const struct sim_order *order, price_t from, price_t to, price_t *ret_price) {
    price_t stop = order->spec.stop_price;
    int32_t side = order->spec.side;
    if (side * (from.m - stop.m) >= 0) {
        *ret_price = from;
        return true;
    }
    *ret_price = stop;
    return side * (to.m - stop.m) >= 0;
}

static bool limit_hits(const struct sim_exchange *x, const struct sim_order *order, price_t from,
                       price_t to, price_t *ret_price) {
    price_t limit = order->spec.limit_price;
    int32_t side = order->spec.side;
    if (beyond(side, from, limit)) {
        *ret_price = from;
        return true;
    }
    *ret_price = limit;
    return beyond(side, to, limit) || (x->limit_touch && to.m == limit.m);
}

static void act_at(struct match *match, uint32_t slot, price_t price) {
    struct sim_exchange *x = match->x;
    struct sim_order *order = &x->orders[slot];
    if (sim_order_waits(order)) {
        trigger(match, slot);
        take_or_rest(match, slot, price);
        return;
    }
    bool passive = sim_order_is_limit(order) && price.m == order->spec.limit_price.m;
    if (passive)
        sim_fill_rest(x, &match->source, slot, price, LIQUIDITY_MAKER);
    else
        sim_fill_take(x, &match->source, slot, price);
}

// A triggered stop takes; a stop-limit whose limit the price has passed by rests, if it may.
static void take_or_rest(struct match *match, uint32_t slot, price_t price) {
    struct sim_exchange *x = match->x;
    const struct sim_order *order = &x->orders[slot];
    if (!sim_order_is_limit(order) || !beyond(order->spec.side, order->spec.limit_price, price))
        sim_fill_take(x, &match->source, slot, price);
    else if (order->spec.tif == TIF_IOC || order->spec.tif == TIF_FOK)
        sim_book_end(x, slot, EVENT_ORDER_CANCELED, REASON_NO_LIQUIDITY, match->source.ts_ns);
}

static void trigger(struct match *match, uint32_t slot) {
    struct sim_exchange *x = match->x;
    struct sim_order *order = &x->orders[slot];
    order->flags |= SIM_TRIGGERED;
    order->born = x->state->match;
    struct order_event *report = sim_outbox_order(x, EVENT_ORDER_TRIGGERED, order,
                                                  match->source.venue_ns, match->source.ts_ns);
    report->leaves_qty = QTY(sim_order_leaves(order));
    x->state->counts.triggered++;
}

// Pessimistic: what came to life in this bar. Stops are hit wherever in the bar their trigger lies; limits are
// filled only if the close lies beyond them, for then the price has crossed them after all.
static void newborn_phase(struct match *match) {
    struct sim_exchange *x = match->x;
    uint32_t slot;
    while ((slot = next_newborn(match, true)) != SLOT_NONE)
        act_at(match, slot, x->orders[slot].spec.stop_price);
    while ((slot = next_newborn(match, false)) != SLOT_NONE)
        sim_fill_rest(x, &match->source, slot, x->orders[slot].spec.limit_price, LIQUIDITY_TAKER);
}

static uint32_t next_newborn(const struct match *match, bool stops) {
    const struct sim_exchange *x = match->x;
    const struct bar *bar = &match->bar;
    for (uint32_t at = match->row->first; at != SLOT_NONE; at = x->orders[at].next) {
        const struct sim_order *order = &x->orders[at];
        if (order->born != x->state->match || order->tried == x->state->match) continue;
        if (!eligible(match, order) || sim_order_waits(order) != stops) continue;
        bool buys = order->spec.side > 0;
        int64_t level = stops ? order->spec.stop_price.m : order->spec.limit_price.m;
        if (stops && (buys ? bar->high.m >= level : bar->low.m <= level)) return at;
        if (!stops && sim_order_is_limit(order) &&
            beyond(order->spec.side, bar->close, order->spec.limit_price))
            return at;
    }
    return SLOT_NONE;
}

static void close_phase(struct match *match) {
    struct sim_exchange *x = match->x;
    uint32_t at = match->row->first;
    while (at != SLOT_NONE) {
        const struct sim_order *order = &x->orders[at];
        if (order->spec.type == ORDER_MARKET_ON_CLOSE && eligible(match, order) &&
            order->tried != x->state->match && ends_session(match, order)) {
            sim_fill_take(x, &match->source, at, match->bar.close);
            at = match->row->first;
        } else {
            at = order->next;
        }
    }
}

static bool ends_session(const struct match *match, const struct sim_order *order) {
    return match->bar.frame_s >= DAY_S || order->expire_ns <= match->bar.close_ns;
}

// The bar is over: limits that saw its open rest; trailing stops take its best price.
static void age(struct match *match) {
    struct sim_exchange *x = match->x;
    for (uint32_t at = match->row->first; at != SLOT_NONE; at = x->orders[at].next) {
        struct sim_order *order = &x->orders[at];
        if (!eligible(match, order)) continue;
        if (sim_order_is_limit(order)) order->flags |= SIM_RESTING;
        if (order->spec.type != ORDER_TRAILING_STOP || !sim_order_waits(order)) continue;
        if (order->born == x->state->match) continue;
        int32_t side = order->spec.side;
        int64_t best = side > 0 ? match->bar.low.m : match->bar.high.m;
        int64_t level = best + side * order->spec.trail.m;
        if (side * (level - order->spec.stop_price.m) < 0) order->spec.stop_price = PRICE(level);
    }
}

// Whether a price is better than a limit of that side: below it for a buyer.
static bool beyond(int32_t side, price_t price, price_t level) {
    return side > 0 ? price.m < level.m : price.m > level.m;
}

static int64_t room_of(const struct match *match, qty_t volume) {
    int64_t parts = match->x->volume_parts;
    if (parts == 0) return INT64_MAX;
    return (int64_t)((int128_t)volume.m * parts / MODEL_PARTS);
}

// Orders on both sides of the open lie within the bar: its path decides.
static bool ambiguous(const struct match *match) {
    const struct sim_exchange *x = match->x;
    bool above = false;
    bool below = false;
    for (uint32_t at = match->row->first; at != SLOT_NONE; at = x->orders[at].next) {
        const struct sim_order *order = &x->orders[at];
        bool priced = sim_order_waits(order) || sim_order_is_limit(order);
        if (!priced || !eligible(match, order)) continue;
        int64_t level =
            sim_order_waits(order) ? order->spec.stop_price.m : order->spec.limit_price.m;
        above |= level > match->bar.open.m && level <= match->bar.high.m;
        below |= level < match->bar.open.m && level >= match->bar.low.m;
    }
    return above && below;
}
