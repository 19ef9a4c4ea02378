// SPDX-License-Identifier: Apache-2.0
#include "matching_twin.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/hash.h"

struct comer {
    struct twin_order order;
    bool any; // whatever the price
    uint32_t stopped;
};

static void come(struct matching_twin *t, struct comer *comer);

void matching_twin_init(struct matching_twin *t, const struct matching_config *config,
                        struct matching_event *events) {
    *t = (struct matching_twin){.config = *config, .phase = config->phase, .now_ns = INT64_MIN};
    t->events = events;
    CHECK(config->order_max <= TWIN_ORDERS);
}

static struct matching_event *say(struct matching_twin *t, uint32_t kind) {
    static struct matching_event nowhere;
    if (t->events == NULL) return &nowhere;
    CHECK(t->event_count < TWIN_EVENTS);
    struct matching_event *e = &t->events[t->event_count++];
    *e = (struct matching_event){.kind = kind};
    return e;
}

static int64_t price_shown(const struct twin_order *o) {
    return o->priced ? o->limit : o->stop;
}

static void say_order(struct matching_twin *t, uint32_t kind, const struct twin_order *o,
                      int64_t price, int64_t qty, int64_t leaves, uint32_t reason) {
    struct matching_event *e = say(t, kind);
    e->order_id = o->id;
    e->price = price;
    e->qty = qty;
    e->leaves = leaves;
    e->reason = reason;
    e->owner = o->owner;
    e->side = o->side;
}

static struct twin_order *find(struct matching_twin *t, uint64_t id) {
    for (uint32_t i = 0; i < t->count; i++)
        if (t->orders[i].id == id) return &t->orders[i];
    return NULL;
}

static void forget_top(struct matching_twin *t, uint64_t id) {
    for (int i = 0; i < 2; i++)
        if (t->top[i] == id) t->top[i] = 0;
}

static void drop(struct matching_twin *t, uint64_t id) {
    struct twin_order *o = find(t, id);
    CHECK(o != NULL);
    forget_top(t, id);
    *o = t->orders[--t->count];
}

static void end(struct matching_twin *t, uint64_t id, uint32_t kind, uint32_t reason) {
    struct twin_order *o = find(t, id);
    say_order(t, kind, o, price_shown(o), o->leaves, 0, reason);
    drop(t, id);
}

static bool hidden(const struct twin_order *o) {
    return (o->flags & MATCHING_HIDDEN) != 0;
}

static bool posts(uint32_t flags) {
    return (flags & MATCHING_POST_ONLY) != 0;
}

// Whether a stands before b in a side's book.
static bool before(const struct twin_order *a, const struct twin_order *b) {
    if (a->priced != b->priced) return !a->priced;
    if (a->priced && a->limit != b->limit)
        return a->side > 0 ? a->limit > b->limit : a->limit < b->limit;
    if (hidden(a) != hidden(b)) return hidden(b);
    return a->time < b->time;
}

static struct twin_order *best_of(struct matching_twin *t, int32_t side) {
    struct twin_order *best = NULL;
    for (uint32_t i = 0; i < t->count; i++) {
        struct twin_order *o = &t->orders[i];
        if (o->place != TWIN_BOOK || o->side != side) continue;
        if (best == NULL || before(o, best)) best = o;
    }
    return best;
}

static bool reaches(const struct comer *comer, int64_t price) {
    if (comer->any) return true;
    return comer->order.side > 0 ? price <= comer->order.limit : price >= comer->order.limit;
}

static int64_t smaller(int64_t a, int64_t b) {
    return a < b ? a : b;
}

static void trail_all(struct matching_twin *t, int64_t price) {
    for (int64_t at = -1;;) { // in order of birth
        struct twin_order *next = NULL;
        for (uint32_t i = 0; i < t->count; i++) {
            struct twin_order *o = &t->orders[i];
            if (o->type == ORDER_TRAILING_STOP && o->born > at &&
                (next == NULL || o->born < next->born))
                next = o;
        }
        if (next == NULL) return;
        at = next->born;
        int64_t stop = price - next->side * -1 * next->trail;
        if (next->side < 0 && stop < t->config.price_min) stop = t->config.price_min;
        if (next->side > 0 && stop > t->config.price_max) stop = t->config.price_max;
        bool better = next->side > 0 ? stop < next->stop : stop > next->stop;
        if (next->place != TWIN_WAITING && !better) continue;
        next->place = TWIN_STOPS;
        next->stop = stop;
        next->time = ++t->clock;
    }
}

static void trigger(struct matching_twin *t, struct twin_order *o) {
    o->place = TWIN_TRIGGERED;
    o->time = ++t->clock;
    o->type = o->type == ORDER_STOP_LIMIT ? ORDER_LIMIT : ORDER_MARKET;
}

// The stop of that side which a price meets first.
static struct twin_order *met_first(struct matching_twin *t, int32_t side, int64_t price) {
    struct twin_order *first = NULL;
    for (uint32_t i = 0; i < t->count; i++) {
        struct twin_order *o = &t->orders[i];
        if (o->place != TWIN_STOPS || o->side != side) continue;
        if (side > 0 ? price < o->stop : price > o->stop) continue;
        bool nearer = first != NULL && (side > 0 ? o->stop < first->stop : o->stop > first->stop);
        bool older = first != NULL && o->stop == first->stop && o->time < first->time;
        if (first == NULL || nearer || older) first = o;
    }
    return first;
}

static void look(struct matching_twin *t, int64_t price) {
    struct twin_order *o;
    while ((o = met_first(t, 1, price)) != NULL) trigger(t, o);
    while ((o = met_first(t, -1, price)) != NULL) trigger(t, o);
}

static void traded(struct matching_twin *t, int64_t price) {
    if (t->has_last && t->last == price) return;
    t->last = price;
    t->has_last = true;
    look(t, price);
    trail_all(t, price);
}

static void fill(struct matching_twin *t, struct comer *comer, uint64_t maker_id, int64_t qty) {
    struct twin_order *maker = find(t, maker_id), *taker = &comer->order;
    int64_t price = maker->limit;
    taker->leaves -= qty;
    taker->filled += qty;
    maker->leaves -= qty;
    if (!hidden(maker)) maker->shown -= qty;
    maker->filled += qty;
    struct matching_event *e = say(t, MATCHING_FILL);
    e->order_id = taker->id;
    e->other_id = maker->id;
    e->price = price;
    e->qty = qty;
    e->leaves = taker->leaves;
    e->other_leaves = maker->leaves;
    e->number = ++t->trades;
    e->owner = taker->owner;
    e->other_owner = maker->owner;
    e->side = taker->side;
    if (maker->leaves == 0) {
        drop(t, maker_id);
    } else if (maker->shown == 0 && !hidden(maker)) {
        maker->shown = smaller(maker->display, maker->leaves);
        maker->time = ++t->clock;
        forget_top(t, maker_id);
    }
    traded(t, price);
}

static bool own(const struct comer *comer, const struct twin_order *o) {
    return comer->order.stp != MATCHING_STP_NONE && o->owner != 0 && o->owner == comer->order.owner;
}

static void meet_own(struct matching_twin *t, struct comer *comer, uint64_t id) {
    struct twin_order *o = find(t, id), *taker = &comer->order;
    switch (taker->stp) {
    case MATCHING_STP_NEWEST:
        comer->stopped = REASON_SELF_TRADE;
        return;
    case MATCHING_STP_BOTH:
        comer->stopped = REASON_SELF_TRADE;
        end(t, id, MATCHING_CANCELED, REASON_SELF_TRADE);
        return;
    case MATCHING_STP_OLDEST:
        end(t, id, MATCHING_CANCELED, REASON_SELF_TRADE);
        return;
    default:
        break;
    }
    int64_t qty = smaller(o->leaves, taker->leaves);
    if (o->leaves == qty) {
        end(t, id, MATCHING_CANCELED, REASON_SELF_TRADE);
    } else {
        o->leaves -= qty;
        o->shown = smaller(o->shown, o->leaves);
        say_order(t, MATCHING_REDUCED, o, price_shown(o), qty, o->leaves, REASON_SELF_TRADE);
    }
    taker->leaves -= qty;
    say_order(t, taker->leaves == 0 ? MATCHING_CANCELED : MATCHING_REDUCED, taker, 0, qty,
              taker->leaves, REASON_SELF_TRADE);
}

// The orders at the best price of a side in their queue; returns how many.
static uint32_t queue_of(struct matching_twin *t, int32_t side, uint64_t *ids, int64_t *shown) {
    const struct twin_order *best = best_of(t, side);
    uint32_t count = 0;
    *shown = 0;
    for (const struct twin_order *at = NULL; best != NULL;) {
        const struct twin_order *next = NULL;
        for (uint32_t i = 0; i < t->count; i++) {
            const struct twin_order *o = &t->orders[i];
            if (o->place != TWIN_BOOK || o->side != side || !o->priced) continue;
            if (o->limit != best->limit || (at != NULL && !before(at, o))) continue;
            if (next == NULL || before(o, next)) next = o;
        }
        if (next == NULL) break;
        at = next;
        ids[count++] = next->id;
        *shown += next->shown;
    }
    return count;
}

static int64_t whole_lots(const struct matching_twin *t, int64_t qty) {
    return qty / t->config.lot * t->config.lot;
}

static void spread_by_time(struct matching_twin *t, struct comer *comer, int64_t qty) {
    while (qty > 0) {
        struct twin_order *o = best_of(t, -comer->order.side);
        int64_t part = smaller(hidden(o) ? o->leaves : o->shown, qty);
        fill(t, comer, o->id, part);
        qty -= part;
    }
}

static void pro_rata(struct matching_twin *t, struct comer *comer) {
    uint64_t ids[TWIN_ORDERS];
    int64_t shown, price = best_of(t, -comer->order.side)->limit;
    uint32_t count = queue_of(t, -comer->order.side, ids, &shown);
    for (uint32_t i = 0; i < count; i++) {
        if (!own(comer, find(t, ids[i]))) continue;
        meet_own(t, comer, ids[i]);
        if (comer->stopped != REASON_NONE || comer->order.leaves == 0) return;
    }
    const struct twin_order *best = best_of(t, -comer->order.side);
    if (best == NULL || best->limit != price) return;
    count = queue_of(t, -comer->order.side, ids, &shown);
    if (shown == 0) {
        fill(t, comer, ids[0], smaller(comer->order.leaves, find(t, ids[0])->leaves));
        return;
    }
    if (comer->order.leaves >= shown) {
        spread_by_time(t, comer, shown);
        return;
    }
    const struct twin_order *top = find(t, t->top[comer->order.side > 0]);
    if (top != NULL && top->limit == price && t->config.top_percent > 0) {
        int64_t part = whole_lots(t, comer->order.leaves * t->config.top_percent / 100);
        if (t->config.top_max > 0) part = smaller(part, t->config.top_max);
        part = smaller(part, top->shown);
        if (part > 0) fill(t, comer, top->id, part);
    }
    spread_by_time(t, comer, whole_lots(t, comer->order.leaves * t->config.fifo_percent / 100));
    count = queue_of(t, -comer->order.side, ids, &shown);
    int64_t wanted = comer->order.leaves;
    for (uint32_t i = 0; i < count; i++) {
        int64_t part = whole_lots(t, wanted * find(t, ids[i])->shown / shown);
        if (part > 0 && part >= t->config.min_allocation) fill(t, comer, ids[i], part);
    }
    spread_by_time(t, comer, comer->order.leaves);
}

static void interrupt(struct matching_twin *t) {
    struct matching_event *e = say(t, MATCHING_PHASE_CHANGED);
    e->number = t->phase = MATCHING_REOPENING_CALL;
    e->reason = REASON_VOLATILITY;
    t->told = (struct matching_auction){0};
}

static void come(struct matching_twin *t, struct comer *comer) {
    int64_t before = t->has_last ? t->last : t->config.reference_price;
    bool free = t->config.collar == 0 || (!t->has_last && t->config.reference_price == 0);
    while (comer->order.leaves > 0 && comer->stopped == REASON_NONE) {
        struct twin_order *maker = best_of(t, -comer->order.side);
        if (maker == NULL || !reaches(comer, maker->limit)) return;
        if (!free && comer->order.side * (maker->limit - before) > t->config.collar) {
            interrupt(t);
            return;
        }
        if (t->config.algorithm == MATCHING_PRO_RATA)
            pro_rata(t, comer);
        else if (own(comer, maker))
            meet_own(t, comer, maker->id);
        else
            fill(t, comer, maker->id,
                 smaller(comer->order.leaves, hidden(maker) ? maker->leaves : maker->shown));
    }
}

// What would be filled before an own order stops it.
static int64_t trial(const struct matching_twin *t, const struct comer *comer) {
    struct matching_twin *copy = malloc(sizeof *copy);
    struct comer again = *comer;
    CHECK(copy != NULL);
    *copy = *t;
    copy->events = NULL;
    if (again.order.stp == MATCHING_STP_DECREMENT) again.order.stp = MATCHING_STP_NEWEST;
    come(copy, &again);
    free(copy);
    return again.order.filled;
}

static void rest(struct matching_twin *t, const struct twin_order *order) {
    struct twin_order o = *order;
    const struct twin_order *best = best_of(t, o.side);
    o.place = TWIN_BOOK;
    o.time = ++t->clock;
    o.shown = o.display == 0 ? o.leaves : smaller(o.display, o.leaves);
    if (hidden(&o)) o.shown = 0;
    bool better = best == NULL || (o.side > 0 ? o.limit > best->limit : o.limit < best->limit);
    if (better && !hidden(&o) && t->phase == MATCHING_CONTINUOUS &&
        t->config.algorithm == MATCHING_PRO_RATA)
        t->top[o.side < 0] = o.id;
    CHECK(t->count < TWIN_ORDERS);
    t->orders[t->count++] = o;
}

static void keep(struct matching_twin *t, struct twin_order order, enum twin_place place) {
    order.place = place;
    order.time = ++t->clock;
    order.shown = order.leaves;
    CHECK(t->count < TWIN_ORDERS);
    t->orders[t->count++] = order;
}

static void end_comer(struct matching_twin *t, struct comer *comer, uint32_t reason) {
    if (comer->order.leaves == 0) return;
    if (comer->stopped != REASON_NONE) reason = comer->stopped;
    say_order(t, MATCHING_CANCELED, &comer->order, 0, comer->order.leaves, 0, reason);
}

static void enter(struct matching_twin *t, struct twin_order order) {
    struct comer comer = {.order = order, .any = !order.priced};
    if (t->phase != MATCHING_CONTINUOUS) {
        rest(t, &order);
        return;
    }
    come(t, &comer);
    bool waits = order.priced || t->phase != MATCHING_CONTINUOUS;
    if (comer.order.leaves > 0 && comer.stopped == REASON_NONE && waits)
        rest(t, &comer.order);
    else
        end_comer(t, &comer, REASON_NO_LIQUIDITY);
}

static void stop_in(struct matching_twin *t, struct twin_order order) {
    if (order.type == ORDER_TRAILING_STOP && order.stop == 0) {
        if (!t->has_last) {
            keep(t, order, TWIN_WAITING);
            return;
        }
        order.stop = t->last + order.side * order.trail;
        if (order.stop > t->config.price_max) order.stop = t->config.price_max;
        if (order.stop < t->config.price_min) order.stop = t->config.price_min;
    }
    keep(t, order, TWIN_STOPS);
    bool met = order.side > 0 ? t->last >= order.stop : t->last <= order.stop;
    if (t->phase == MATCHING_CONTINUOUS && t->has_last && met) trigger(t, &t->orders[t->count - 1]);
}

static bool lots_good(const struct matching_twin *t, int64_t qty, int64_t most) {
    return qty >= 0 && qty <= most && qty % t->config.lot == 0;
}

static bool is_price(const struct matching_twin *t, int64_t price, uint32_t *reason) {
    *reason = REASON_PRICE_BAND;
    if (price < t->config.price_min || price > t->config.price_max) return false;
    *reason = REASON_BAD_ORDER;
    return (price - t->config.price_min) % t->config.tick == 0;
}

static bool is_stop(uint32_t type) {
    return type == ORDER_STOP || type == ORDER_STOP_LIMIT || type == ORDER_TRAILING_STOP;
}

static bool form_good(const struct matching_twin *t, const struct matching_command *c) {
    bool limit = c->type == ORDER_LIMIT || c->type == ORDER_STOP_LIMIT;
    bool stays = c->tif == TIF_GTC || c->tif == TIF_DAY || c->tif == TIF_GTD;
    int64_t most = INT64_MAX / 4 / t->config.order_max;
    if (c->order_id == 0 || c->owner >= t->config.owner_max || c->side * c->side != 1) return false;
    if (c->type >= ORDER_TYPE_COUNT || c->tif >= TIF_COUNT) return false;
    if (c->stp >= MATCHING_STP_COUNT) return false;
    if (c->flags != (c->flags & (MATCHING_POST_ONLY + MATCHING_HIDDEN))) return false;
    if (posts(c->flags) && (c->type != ORDER_LIMIT || !stays)) return false;
    if (c->flags >= MATCHING_HIDDEN && (!limit || !stays || c->display_qty != 0)) return false;
    if (c->type == ORDER_MARKET && c->tif == TIF_GTD) return false;
    if (c->type == ORDER_MARKET_ON_CLOSE && c->tif != TIF_GTC && c->tif != TIF_DAY) return false;
    if ((is_stop(c->type) || c->type == ORDER_MARKET_TO_LIMIT) && !stays) return false;
    if (c->tif == TIF_GTD ? c->expire_ns <= t->now_ns : c->expire_ns != 0) return false;
    if (c->qty == 0 || !lots_good(t, c->qty, most)) return false;
    if (!lots_good(t, c->display_qty, c->qty) || !lots_good(t, c->min_qty, c->qty)) return false;
    if (c->display_qty != 0 && (!limit || !stays)) return false;
    if (c->display_qty != 0 && (c->qty + c->display_qty - 1) / c->display_qty > MATCHING_SLICES_MAX)
        return false;
    return c->min_qty == 0 || c->tif == TIF_IOC;
}

static uint32_t price_fault(const struct matching_twin *t, const struct matching_command *c) {
    bool limit = c->type == ORDER_LIMIT || c->type == ORDER_STOP_LIMIT, stop = is_stop(c->type);
    bool trails = c->type == ORDER_TRAILING_STOP;
    uint32_t reason;
    if (!limit && c->price != 0) return REASON_BAD_ORDER;
    if (!stop && c->stop_price != 0) return REASON_BAD_ORDER;
    if (!trails && c->trail != 0) return REASON_BAD_ORDER;
    if (trails && (c->trail <= 0 || c->trail % t->config.tick != 0 ||
                   c->trail > t->config.price_max - t->config.price_min))
        return REASON_BAD_ORDER;
    if (limit && !is_price(t, c->price, &reason)) return reason;
    if (stop && (!trails || c->stop_price != 0) && !is_price(t, c->stop_price, &reason))
        return reason;
    return REASON_NONE;
}

static uint32_t new_fault(struct matching_twin *t, const struct matching_command *c) {
    bool at_once = c->tif == TIF_IOC || c->tif == TIF_FOK, on = t->phase == MATCHING_CONTINUOUS;
    if (!form_good(t, c)) return REASON_BAD_ORDER;
    uint32_t reason = price_fault(t, c);
    if (reason != REASON_NONE) return reason;
    if (find(t, c->order_id) != NULL) return REASON_DUPLICATE_ID;
    if (t->phase == MATCHING_CLOSED) return REASON_MARKET_CLOSED;
    if (t->phase == MATCHING_HALTED) return REASON_HALTED;
    if (c->tif == TIF_AT_OPEN && t->phase != MATCHING_PRE_OPEN && t->phase != MATCHING_OPENING_CALL)
        return REASON_PHASE;
    if ((at_once || posts(c->flags)) && !on) return REASON_PHASE;
    bool leaves = on && (at_once || (c->type == ORDER_MARKET && c->tif != TIF_AT_CLOSE));
    if (t->count == t->config.order_max && !leaves) return REASON_FULL;
    struct comer comer = {.order = {.side = c->side, .limit = c->price}};
    const struct twin_order *other = best_of(t, -c->side);
    if (posts(c->flags) && other != NULL && reaches(&comer, other->limit))
        return REASON_POST_ONLY_WOULD_TAKE;
    return REASON_NONE;
}

static void refuse(struct matching_twin *t, uint32_t kind, const struct matching_command *c,
                   uint32_t reason) {
    struct matching_event *e = say(t, kind);
    e->order_id = c->order_id;
    e->price = c->price;
    e->qty = c->qty;
    e->reason = reason;
    e->owner = c->owner;
    e->side = c->side;
    e->number = c->phase;
}

static void new_on(struct matching_twin *t, const struct matching_command *c,
                   struct twin_order order) {
    const struct twin_order *other = best_of(t, -c->side);
    int64_t need = c->tif == TIF_FOK ? c->qty : c->min_qty;
    if (c->type == ORDER_MARKET_TO_LIMIT && other != NULL) {
        order.limit = other->limit;
        order.priced = true;
    }
    struct comer comer = {.order = order, .any = !order.priced};
    bool none = c->type == ORDER_MARKET_TO_LIMIT && other == NULL;
    if (none || (need > 0 && trial(t, &comer) < need)) {
        end_comer(t, &comer, REASON_NO_LIQUIDITY);
        return;
    }
    come(t, &comer);
    bool full = t->count == t->config.order_max;
    bool stays = c->tif != TIF_IOC && c->tif != TIF_FOK &&
                 (c->type != ORDER_MARKET || t->phase != MATCHING_CONTINUOUS);
    if (full && comer.order.leaves > 0) comer.stopped = REASON_FULL;
    if (comer.order.leaves > 0 && comer.stopped == REASON_NONE && stays)
        rest(t, &comer.order);
    else
        end_comer(t, &comer, REASON_NO_LIQUIDITY);
}

static void new_order(struct matching_twin *t, const struct matching_command *c) {
    uint32_t fault = new_fault(t, c);
    if (fault != REASON_NONE) {
        refuse(t, MATCHING_REJECTED, c, fault);
        return;
    }
    struct twin_order order = {
        .id = c->order_id,
        .leaves = c->qty,
        .display = c->display_qty,
        .limit = c->price,
        .priced = c->type == ORDER_LIMIT || c->type == ORDER_STOP_LIMIT,
        .stop = c->stop_price,
        .trail = c->trail,
        .expire_ns = c->expire_ns,
        .born = ++t->clock,
        .owner = c->owner,
        .type = c->type == ORDER_MARKET_ON_CLOSE ? ORDER_MARKET : c->type,
        .tif = c->type == ORDER_MARKET_ON_CLOSE ? TIF_AT_CLOSE : c->tif,
        .flags = c->flags,
        .stp = c->stp == MATCHING_STP_DEFAULT ? t->config.stp : c->stp,
        .side = c->side,
    };
    bool stop = is_stop(c->type);
    say_order(t, MATCHING_ACCEPTED, &order, stop ? c->stop_price : c->price, c->qty, c->qty,
              REASON_NONE);
    if (stop)
        stop_in(t, order);
    else if (order.tif == TIF_AT_CLOSE && t->phase != MATCHING_CLOSING_CALL)
        keep(t, order, TWIN_CLOSE);
    else if (t->phase == MATCHING_CONTINUOUS)
        new_on(t, c, order);
    else
        rest(t, &order);
}

static uint32_t replace_fault(struct matching_twin *t, const struct matching_command *c,
                              struct twin_order *ret_changed) {
    const struct twin_order *o = find(t, c->order_id);
    uint32_t reason;
    if (c->order_id == 0 || o == NULL || o->owner != c->owner) return REASON_UNKNOWN_ORDER;
    if (t->phase == MATCHING_CLOSED) return REASON_MARKET_CLOSED;
    if (t->phase == MATCHING_HALTED) return REASON_HALTED;
    struct twin_order n = *o;
    if (c->qty != 0) n.leaves = c->qty - o->filled;
    if (!lots_good(t, n.leaves + n.filled, INT64_MAX / 4 / t->config.order_max))
        return REASON_BAD_ORDER;
    if (n.leaves <= 0) return REASON_TOO_LATE;
    bool takes_price = o->priced || o->type == ORDER_STOP;
    if (!takes_price && c->price != 0) return REASON_BAD_ORDER;
    if (takes_price && !is_price(t, c->price, &reason)) return reason;
    if (takes_price) *(o->priced ? &n.limit : &n.stop) = c->price;
    if (c->display_qty != 0 && (o->display == 0 || c->display_qty < 0)) return REASON_BAD_ORDER;
    if (c->display_qty % t->config.lot != 0) return REASON_BAD_ORDER;
    if (c->display_qty != 0) n.display = c->display_qty;
    if (n.display != 0 && (n.leaves + n.display - 1) / n.display > MATCHING_SLICES_MAX)
        return REASON_BAD_ORDER;
    struct comer comer = {.order = n};
    const struct twin_order *other = best_of(t, -n.side);
    if (posts(n.flags) && t->phase == MATCHING_CONTINUOUS && other != NULL &&
        reaches(&comer, other->limit))
        return REASON_POST_ONLY_WOULD_TAKE;
    *ret_changed = n;
    return REASON_NONE;
}

static void replace(struct matching_twin *t, const struct matching_command *c) {
    struct twin_order n;
    uint32_t fault = replace_fault(t, c, &n);
    if (fault != REASON_NONE) {
        refuse(t, MATCHING_REPLACE_REJECTED, c, fault);
        return;
    }
    struct twin_order *o = find(t, c->order_id);
    bool in_stops = o->place == TWIN_STOPS;
    bool stays = n.leaves <= o->leaves && n.stop == o->stop && (n.limit == o->limit || in_stops);
    n.shown = smaller(n.shown, n.leaves);
    if (stays)
        *o = n;
    else
        drop(t, n.id);
    say_order(t, MATCHING_REPLACED, &n, price_shown(&n), n.leaves + n.filled, n.leaves,
              REASON_NONE);
    if (stays) return;
    if (n.place == TWIN_BOOK)
        enter(t, n);
    else if (in_stops && n.type == ORDER_STOP)
        stop_in(t, n);
    else
        keep(t, n, n.place);
}

static void cancel(struct matching_twin *t, const struct matching_command *c) {
    const struct twin_order *o = c->order_id == 0 ? NULL : find(t, c->order_id);
    if (o == NULL || o->owner != c->owner)
        refuse(t, MATCHING_CANCEL_REJECTED, c, REASON_UNKNOWN_ORDER);
    else
        end(t, c->order_id, MATCHING_CANCELED, REASON_REQUESTED);
}

// The order of an owner born next after `born`; NULL: none.
static struct twin_order *next_born(struct matching_twin *t, uint32_t owner, int64_t born) {
    struct twin_order *next = NULL;
    for (uint32_t i = 0; i < t->count; i++) {
        struct twin_order *o = &t->orders[i];
        if (o->owner != owner || o->born <= born) continue;
        if (next == NULL || o->born < next->born) next = o;
    }
    return next;
}

static void mass_cancel(struct matching_twin *t, const struct matching_command *c) {
    int64_t count = 0, born = -1;
    for (struct twin_order *o; (o = next_born(t, c->owner, born)) != NULL;) {
        born = o->born;
        if (c->side != 0 && o->side != c->side) continue;
        end(t, o->id, MATCHING_CANCELED, REASON_REQUESTED);
        count++;
    }
    struct matching_event *e = say(t, MATCHING_MASS_CANCELED);
    e->owner = c->owner;
    e->side = c->side;
    e->qty = count;
}

static void expire(struct matching_twin *t) {
    for (;;) {
        const struct twin_order *first = NULL;
        for (uint32_t i = 0; i < t->count; i++) {
            const struct twin_order *o = &t->orders[i];
            if (o->tif != TIF_GTD || o->expire_ns > t->now_ns) continue;
            if (first == NULL || o->expire_ns < first->expire_ns ||
                (o->expire_ns == first->expire_ns && o->born < first->born))
                first = o;
        }
        if (first == NULL) return;
        end(t, first->id, MATCHING_EXPIRED, REASON_TIME);
    }
}

static struct matching_auction auction_at(const struct matching_twin *t, int64_t price) {
    int64_t bought = 0, sold = 0;
    for (uint32_t i = 0; i < t->count; i++) {
        const struct twin_order *o = &t->orders[i];
        if (o->place != TWIN_BOOK) continue;
        if (o->side > 0 && (!o->priced || o->limit >= price)) bought += o->leaves;
        if (o->side < 0 && (!o->priced || o->limit <= price)) sold += o->leaves;
    }
    return (struct matching_auction){price, smaller(bought, sold), bought - sold};
}

static bool better_auction(const struct matching_auction *a, const struct matching_auction *b) {
    return a->volume != b->volume ? a->volume > b->volume : llabs(a->surplus) < llabs(b->surplus);
}

static bool equilibrium(const struct matching_twin *t, struct matching_auction *ret) {
    struct matching_auction best = {0};
    int64_t low = INT64_MAX, high = INT64_MIN;
    bool any = false, plus = true, minus = true;
    for (uint32_t i = 0; i < t->count; i++) {
        if (t->orders[i].place != TWIN_BOOK || !t->orders[i].priced) continue;
        struct matching_auction at = auction_at(t, t->orders[i].limit);
        if (!any || better_auction(&at, &best)) best = at;
        any = true;
    }
    for (uint32_t i = 0; any && i < t->count; i++) {
        if (t->orders[i].place != TWIN_BOOK || !t->orders[i].priced) continue;
        struct matching_auction at = auction_at(t, t->orders[i].limit);
        if (better_auction(&best, &at)) continue;
        low = smaller(low, at.price);
        high = at.price > high ? at.price : high;
        plus = plus && at.surplus > 0;
        minus = minus && at.surplus < 0;
    }
    bool known = t->has_last || t->config.reference_price != 0;
    int64_t price = t->has_last ? t->last : t->config.reference_price;
    if (!any && !known) return false;
    if (any && !known) price = low + (high - low) / t->config.tick / 2 * t->config.tick;
    if (any && price < low) price = low;
    if (any && price > high) price = high;
    if (any && plus) price = high;
    if (any && minus) price = low;
    *ret = auction_at(t, price);
    return ret->volume > 0;
}

static void auction_part(struct matching_twin *t, uint64_t id, int64_t qty) {
    struct twin_order *o = find(t, id);
    o->leaves -= qty;
    o->filled += qty;
    o->shown = o->display == 0 ? o->leaves : smaller(o->display, o->leaves);
    if (hidden(o)) o->shown = 0;
    if (o->leaves == 0) drop(t, id);
}

static void auction_trade(struct matching_twin *t, const struct matching_auction *auction) {
    for (int64_t left = auction->volume; left > 0;) {
        struct twin_order *buy = best_of(t, 1), *sell = best_of(t, -1);
        int64_t qty = smaller(left, smaller(buy->leaves, sell->leaves));
        uint64_t buyer = buy->id, seller = sell->id;
        left -= qty;
        struct matching_event *e = say(t, MATCHING_FILL);
        e->order_id = buyer;
        e->other_id = seller;
        e->price = auction->price;
        e->qty = qty;
        e->leaves = buy->leaves - qty;
        e->other_leaves = sell->leaves - qty;
        e->number = ++t->trades;
        e->owner = buy->owner;
        e->other_owner = sell->owner;
        auction_part(t, buyer, qty);
        auction_part(t, seller, qty);
    }
    t->last = auction->price;
    t->has_last = true;
}

static void limits_from_auction(struct matching_twin *t, int64_t price) {
    for (int32_t side = 1; side >= -1; side -= 2) {
        for (;;) { // in order of time
            struct twin_order *first = NULL;
            for (uint32_t i = 0; i < t->count; i++) {
                struct twin_order *o = &t->orders[i];
                if (o->place != TWIN_BOOK || o->priced || o->side != side) continue;
                if (o->type != ORDER_MARKET_TO_LIMIT) continue;
                if (first == NULL || o->time < first->time) first = o;
            }
            if (first == NULL) break;
            first->priced = true;
            first->limit = price;
            first->time = ++t->clock;
        }
    }
}

static void clear_away(struct matching_twin *t, bool closing) {
    for (uint32_t owner = 0; owner < t->config.owner_max; owner++) {
        int64_t born = -1;
        for (struct twin_order *o; (o = next_born(t, owner, born)) != NULL;) {
            born = o->born;
            bool book = o->place == TWIN_BOOK;
            bool once = o->tif == TIF_AT_OPEN || o->tif == TIF_AT_CLOSE;
            if ((book && !o->priced) || (once && (book || closing)))
                end(t, o->id, MATCHING_CANCELED, REASON_AUCTION);
            else if (closing && o->tif == TIF_DAY)
                end(t, o->id, MATCHING_EXPIRED, REASON_END_OF_SESSION);
        }
    }
}

static void uncross(struct matching_twin *t) {
    struct matching_auction auction;
    bool any = equilibrium(t, &auction);
    if (any) {
        struct matching_event *e = say(t, MATCHING_UNCROSSED);
        e->price = auction.price;
        e->qty = auction.volume;
        e->other_leaves = auction.surplus;
        auction_trade(t, &auction);
        limits_from_auction(t, auction.price);
    }
    clear_away(t, false);
}

static bool collects(uint32_t phase) {
    return phase == MATCHING_PRE_OPEN || phase == MATCHING_OPENING_CALL ||
           phase == MATCHING_REOPENING_CALL || phase == MATCHING_CLOSING_CALL;
}

static void enter_close(struct matching_twin *t) {
    for (;;) {
        struct twin_order *first = NULL;
        for (uint32_t i = 0; i < t->count; i++) {
            struct twin_order *o = &t->orders[i];
            if (o->place == TWIN_CLOSE && (first == NULL || o->time < first->time)) first = o;
        }
        if (first == NULL) return;
        struct twin_order order = *first;
        drop(t, order.id);
        enter(t, order);
    }
}

static void change_phase(struct matching_twin *t, const struct matching_command *c) {
    uint32_t to = c->phase, from = t->phase;
    bool good = to < MATCHING_PHASE_COUNT && to != from;
    if (to == MATCHING_CONTINUOUS && !collects(from)) good = false;
    if (from == MATCHING_CLOSED && !collects(to)) good = false;
    if (!good) {
        refuse(t, MATCHING_PHASE_REJECTED, c,
               to < MATCHING_PHASE_COUNT ? REASON_PHASE : REASON_BAD_ORDER);
        return;
    }
    uint64_t trades = t->trades;
    if (collects(from) && (to == MATCHING_CONTINUOUS || to == MATCHING_CLOSED)) uncross(t);
    if (to == MATCHING_CLOSED) clear_away(t, true);
    t->phase = to;
    t->told = (struct matching_auction){0};
    say(t, MATCHING_PHASE_CHANGED)->number = to;
    if (to == MATCHING_CLOSING_CALL) enter_close(t);
    if (to == MATCHING_CONTINUOUS && t->has_last) look(t, t->last);
    if (t->trades != trades) trail_all(t, t->last);
}

static void run_triggered(struct matching_twin *t) {
    for (;;) {
        struct twin_order *first = NULL;
        for (uint32_t i = 0; i < t->count; i++) {
            struct twin_order *o = &t->orders[i];
            if (o->place == TWIN_TRIGGERED && (first == NULL || o->time < first->time)) first = o;
        }
        if (first == NULL) return;
        struct twin_order order = *first;
        drop(t, order.id);
        say_order(t, MATCHING_TRIGGERED, &order, price_shown(&order), order.leaves, order.leaves,
                  REASON_NONE);
        enter(t, order);
    }
}

static void indicate(struct matching_twin *t) {
    struct matching_auction now = {0};
    if ((t->config.report & MATCHING_REPORT_INDICATIVE) == 0) return;
    if (!collects(t->phase) || t->phase == MATCHING_PRE_OPEN) return;
    if (!equilibrium(t, &now)) now = (struct matching_auction){0};
    if (memcmp(&now, &t->told, sizeof now) == 0) return;
    t->told = now;
    struct matching_event *e = say(t, MATCHING_INDICATIVE);
    e->price = now.price;
    e->qty = now.volume;
    e->other_leaves = now.surplus;
}

void matching_twin_apply(struct matching_twin *t, const struct matching_command *c) {
    t->event_count = 0;
    if (c->time_ns > t->now_ns) t->now_ns = c->time_ns;
    expire(t);
    if (c->kind == MATCHING_NEW) new_order(t, c);
    if (c->kind == MATCHING_CANCEL) cancel(t, c);
    if (c->kind == MATCHING_REPLACE) replace(t, c);
    if (c->kind == MATCHING_MASS_CANCEL) mass_cancel(t, c);
    if (c->kind == MATCHING_PHASE) change_phase(t, c);
    if (c->kind < MATCHING_NEW || c->kind > MATCHING_CLOCK)
        refuse(t, MATCHING_REJECTED, c, REASON_BAD_ORDER);
    run_triggered(t);
    indicate(t);
}

static int64_t section(const struct twin_order *o) {
    if (o->place == TWIN_CLOSE) return 4;
    if (o->place == TWIN_WAITING) return 5;
    return (o->place == TWIN_STOPS ? 2 : 0) + (o->place == TWIN_STOPS ? o->side > 0 : o->side < 0);
}

static int by_place(const void *a, const void *b) {
    const struct twin_order *x = a, *y = b;
    if (section(x) != section(y)) return section(x) < section(y) ? -1 : 1;
    if (x->place == TWIN_BOOK) return before(x, y) ? -1 : 1;
    if (x->place == TWIN_STOPS && x->stop != y->stop)
        return (x->stop < y->stop) == (x->side > 0) ? -1 : 1;
    return x->time < y->time ? -1 : 1;
}

uint64_t matching_twin_hash(const struct matching_twin *t) {
    static struct twin_order sorted[TWIN_ORDERS];
    static const int64_t places[] = {0, 1, 2, 3, (4 << 24) + 1, (4 << 24) + 2};
    uint64_t hash = 0;
    memcpy(sorted, t->orders, t->count * sizeof *sorted);
    qsort(sorted, t->count, sizeof *sorted, by_place);
    for (uint32_t i = 0; i < t->count; i++) {
        const struct twin_order *o = &sorted[i];
        const int64_t row[] = {
            (int64_t)o->id,
            places[section(o)],
            o->priced ? o->limit : 0,
            o->stop,
            o->trail,
            o->leaves,
            o->place == TWIN_BOOK ? o->shown : 0,
            o->filled,
            o->display,
            o->tif == TIF_GTD ? o->expire_ns : 0,
            o->owner,
            o->side,
            o->type,
            o->tif,
            o->flags,
            o->stp,
        };
        hash = hash64(hash, row, sizeof row);
    }
    const int64_t row[] = {
        t->phase,           t->has_last,        t->last, t->now_ns, (int64_t)t->trades,
        (int64_t)t->top[0], (int64_t)t->top[1], t->count};
    return hash64(hash, row, sizeof row);
}
