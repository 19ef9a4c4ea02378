// SPDX-License-Identifier: Apache-2.0
#include "microstructure_twin.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LEVELS = 50 };
static const double NOTIONAL = 50000, TOLERANCE = 1e-9;

struct level {
    double price, qty;
};

void micro_twin_init(struct micro_twin *twin, double price_unit, double qty_unit) {
    *twin = (struct micro_twin){.price_unit = price_unit, .qty_unit = qty_unit};
    for (int i = 0; i < TWIN_VALUES; i++) twin->values[i] = NAN;
}

// Level by level from the best outwards; returns how many there are.
static int read_side(const struct micro_twin *twin, const struct book_l2 *book, int side,
                     struct level *ret_levels) {
    int64_t none = side > 0 ? BOOK_L2_NO_BID : BOOK_L2_NO_ASK;
    int64_t tick = side > 0 ? book_l2_best_bid(book) : book_l2_best_ask(book);
    int count = 0;
    for (; count < LEVELS && tick != none; tick = book_l2_next(book, side, tick))
        ret_levels[count++] =
            (struct level){(double)tick * twin->price_unit,
                           (double)book_l2_qty(book, side, tick) * twin->qty_unit};
    return count;
}

static double sum_of(const struct level *levels, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) sum += levels[i].qty;
    return sum;
}

static double walls_of(const struct level *levels, int count) {
    int walls = 0;
    for (int i = 0; i < count; i++) walls += levels[i].price * levels[i].qty >= NOTIONAL;
    return walls;
}

// What the notional costs against a side, on average a unit; NaN: it holds less.
static double average_price(const struct level *levels, int count) {
    double left = NOTIONAL, bought = 0;
    for (int i = 0; i < count; i++) {
        double part = fmin(left, levels[i].price * levels[i].qty);
        bought += part / levels[i].price;
        left -= part;
        if (left <= 0) return NOTIONAL / bought;
    }
    return NAN;
}

// Cont, Kukanov and Stoikov's event, term by term.
static double flow_event(const struct micro_twin *twin, const struct level *bid,
                         const struct level *ask) {
    double event = 0;
    if (bid->price >= twin->price[0]) event += bid->qty;
    if (bid->price <= twin->price[0]) event -= twin->qty[0];
    if (ask->price <= twin->price[1]) event -= ask->qty;
    if (ask->price >= twin->price[1]) event += twin->qty[1];
    return event;
}

void micro_twin_book(struct micro_twin *twin, const struct book_l2 *book, bool begins) {
    struct level bids[LEVELS], asks[LEVELS];
    double *v = twin->values;
    int bid_count = read_side(twin, book, 1, bids), ask_count = read_side(twin, book, -1, asks);
    if (bid_count == 0 || ask_count == 0) return; // not in this recording
    double mid = (bids[0].price + asks[0].price) / 2;
    double bid_sum = sum_of(bids, bid_count), ask_sum = sum_of(asks, ask_count);
    double event = twin->known && !begins ? flow_event(twin, &bids[0], &asks[0]) : 0;
    v[TWIN_SPREAD] = asks[0].price - bids[0].price;
    v[TWIN_SPREAD_BP] = 1e4 * v[TWIN_SPREAD] / mid;
    v[TWIN_MID] = mid;
    v[TWIN_WEIGHTED_MID] =
        (bids[0].price * asks[0].qty + asks[0].price * bids[0].qty) / (bids[0].qty + asks[0].qty);
    v[TWIN_QUEUE_IMBALANCE] = (bids[0].qty - asks[0].qty) / (bids[0].qty + asks[0].qty);
    v[TWIN_DEPTH_BID] = bid_sum;
    v[TWIN_DEPTH_ASK] = ask_sum;
    v[TWIN_DEPTH_TOTAL] = bid_sum + ask_sum;
    v[TWIN_IMBALANCE] = bid_sum / (bid_sum + ask_sum);
    v[TWIN_SWEEP_BUY] = 1e4 * (average_price(asks, ask_count) - mid) / mid;
    v[TWIN_SWEEP_SELL] = 1e4 * (mid - average_price(bids, bid_count)) / mid;
    v[TWIN_WALLS_BID] = walls_of(bids, bid_count);
    v[TWIN_WALLS_ASK] = walls_of(asks, ask_count);
    v[TWIN_OFI_EVENT] = event;
    v[TWIN_OFI_TOTAL] = twin->known ? v[TWIN_OFI_TOTAL] + event : 0;
    twin->price[0] = bids[0].price;
    twin->price[1] = asks[0].price;
    twin->qty[0] = bids[0].qty;
    twin->qty[1] = asks[0].qty;
    twin->known = true;
}

void micro_twin_trade(struct micro_twin *twin, int64_t price, int side) {
    double *v = twin->values, mid = v[TWIN_MID];
    if (!twin->known || side == 0) return;
    v[TWIN_EFFECTIVE] = 2 * side * ((double)price * twin->price_unit - mid);
    v[TWIN_EFFECTIVE_BP] = 1e4 * v[TWIN_EFFECTIVE] / mid;
    twin->effective_sum += v[TWIN_EFFECTIVE];
    v[TWIN_EFFECTIVE_MEAN] = twin->effective_sum / (double)++twin->trades;
}

// Of two calls of a feature the one with LEVELS levels, where it has that parameter.
static const double *outputs_of(const struct micro_set *set, const void *state, const char *name) {
    const double *found = NULL;
    for (uint32_t i = 0; i < set->count; i++) {
        const struct micro *feature = set->calls[i].feature;
        bool deep = true;
        if (strcmp(feature->name, name) != 0) continue;
        for (size_t k = 0; k < feature->param_count; k++)
            if (strcmp(feature->params[k].name, "levels") == 0)
                deep = set->calls[i].params[k] == LEVELS;
        if (deep) found = micro_set_outputs(set, state, i);
    }
    return found;
}

bool micro_twin_differs(const struct micro_twin *twin, const struct micro_set *set,
                        const void *state) {
    static const struct {
        const char *name;
        int output;
    } sources[TWIN_VALUES] = {
        {"spread", 0},
        {"spread", 1},
        {"spread", 2},
        {"weighted_mid", 0},
        {"queue_imbalance", 0},
        {"depth", 0},
        {"depth", 1},
        {"depth", 2},
        {"imbalance", 0},
        {"sweep_cost", 0},
        {"sweep_cost", 1},
        {"whale", 3},
        {"whale", 4},
        {"ofi", 0},
        {"ofi", 2},
        {"effective_spread", 0},
        {"effective_spread", 1},
        {"effective_spread", 2},
    };
    for (int i = 0; i < TWIN_VALUES; i++) {
        const double *outputs = outputs_of(set, state, sources[i].name);
        double theirs = outputs == NULL ? INFINITY : outputs[sources[i].output];
        double ours = twin->values[i];
        if (isnan(theirs) && isnan(ours)) continue;
        if (fabs(theirs - ours) <= TOLERANCE * fmax(1, fabs(ours))) continue;
        fprintf(stderr, "%s output %d: %.17g, by the formula %.17g\n", sources[i].name,
                sources[i].output, theirs, ours);
        return true;
    }
    return false;
}
