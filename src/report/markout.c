// SPDX-License-Identifier: Apache-2.0
#include "report/markout.h"

#include <math.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/timestamp.h"

static const int64_t after_ns[MARKOUT_AFTER] = {
    NS_PER_S / 100, NS_PER_S / 10, NS_PER_S,      5 * NS_PER_S,
    10 * NS_PER_S,  30 * NS_PER_S, 60 * NS_PER_S, 300 * NS_PER_S,
};

int64_t markout_horizon_ns(int horizon) {
    CHECK(horizon >= 0 && horizon < MARKOUT_HORIZONS);
    return horizon < MARKOUT_AFTER ? -after_ns[MARKOUT_AFTER - 1 - horizon]
                                   : after_ns[horizon - MARKOUT_AFTER];
}

static bool is_taker(enum markout_group group) {
    return group >= MARKOUT_TAKER_BUY;
}

const struct touch *markout_met(const struct touches *touches, int64_t ts_ns,
                                enum markout_group group) {
    const struct touch *touch = touches_at(touches, is_taker(group) ? ts_ns : ts_ns - 1);
    return touch_is_whole(touch) ? touch : NULL;
}

void markouts_init(struct markouts *markouts, const struct ledger *ledger,
                   const struct touches *touches, uint32_t instrument) {
    *markouts = (struct markouts){.ledger = ledger, .touches = touches, .instrument = instrument};
}

void markouts_fini(struct markouts *markouts) {
    free(markouts->waiting);
}

// V at a touch; false where it is not known.
static bool value_at(const struct markouts *markouts, const struct touch *touch, qty_t qty,
                     money_t *ret_value) {
    money_t bid, ask;
    if (!touch_is_whole(touch)) return false;
    if (ledger_value(markouts->ledger, markouts->instrument, touch->bid, qty, &bid) < 0 ||
        ledger_value(markouts->ledger, markouts->instrument, touch->ask, qty, &ask) < 0)
        return false;
    *ret_value = MONEY(decimal_div_round(bid.m + ask.m, 2, ROUND_HALF_EVEN));
    return true;
}

static double twice_middle(const struct touch *touch) {
    return (double)touch->bid.m + (double)touch->ask.m;
}

static struct markout_waiting *waiting_at(const struct markouts *markouts, uint64_t at) {
    return &markouts->waiting[at & (MARKOUT_WAITING_MAX - 1)];
}

static void add_move(struct markout_sum *sum, const struct markout_waiting *waiting, double middle,
                     money_t value) {
    int32_t side = waiting->fill.side;
    double move = side * (middle - waiting->middle) / waiting->middle * 1e4;
    double impact = 2 * move * (is_taker(waiting->fill.group) ? 1 : -1);
    double delta = move - sum->mean;
    sum->count++;
    sum->mean += delta / (double)sum->count;
    sum->squares += delta * (move - sum->mean);
    sum->effective += waiting->effective;
    sum->impact += impact;
    sum->moved = MONEY(sum->moved.m + side * (value.m - waiting->value.m));
}

// One fill at one horizon, in the curve and in the money.
static void mark(struct markouts *markouts, const struct markout_waiting *waiting, int horizon,
                 bool in_curve) {
    const struct touch *touch =
        touches_at(markouts->touches, waiting->fill.ts_ns + markout_horizon_ns(horizon));
    money_t value;
    if (waiting->middle == 0 || !value_at(markouts, touch, waiting->fill.qty, &value)) return;
    if (in_curve)
        add_move(&markouts->sums[waiting->fill.group][horizon], waiting, twice_middle(touch),
                 value);
    if (horizon < MARKOUT_AFTER) return;
    money_t *moved = &markouts->moved[is_taker(waiting->fill.group)][horizon - MARKOUT_AFTER];
    moved->m += waiting->fill.side * (value.m - waiting->value.m);
}

// Room for one more: the oldest goes, whatever it still waits for.
static void give_up(struct markouts *markouts) {
    for (int h = 0; h < MARKOUT_AFTER; h++)
        if (markouts->next[h] == markouts->first) {
            markouts->next[h]++;
            markouts->given_up++;
        }
    markouts->first++;
}

int markouts_add(struct markouts *markouts, const struct markout_fill *fill) {
    if (markouts->waiting == NULL) {
        markouts->waiting = calloc(MARKOUT_WAITING_MAX, sizeof *markouts->waiting);
        if (markouts->waiting == NULL)
            return ERR_SET(ERR_NOMEM, "no memory for the mark-outs of fills");
    }
    if (markouts->end - markouts->first == MARKOUT_WAITING_MAX) give_up(markouts);
    struct markout_waiting *waiting = waiting_at(markouts, markouts->end++);
    *waiting = (struct markout_waiting){.fill = *fill, .value = fill->worth};
    markouts->fills++;
    markouts->makers += !is_taker(fill->group);
    markouts->bought.m += fill->side * fill->worth.m;
    const struct touch *met = markout_met(markouts->touches, fill->ts_ns, fill->group);
    if (!value_at(markouts, met, fill->qty, &waiting->value)) {
        markouts->without_middle++;
        return 0;
    }
    waiting->middle = twice_middle(met);
    double aggressor = is_taker(fill->group) ? fill->side : -fill->side;
    waiting->effective =
        aggressor * 2 * (2 * (double)fill->price.m - waiting->middle) / waiting->middle * 1e4;
    markouts->spread[is_taker(fill->group)].m += fill->side * (waiting->value.m - fill->worth.m);
    for (int h = 0; h < MARKOUT_AFTER; h++) mark(markouts, waiting, h, true);
    return 0;
}

void markouts_advance(struct markouts *markouts) {
    if (markouts->first == markouts->end) return;
    int64_t last_ns = touches_last_ns(markouts->touches);
    for (int h = 0; h < MARKOUT_AFTER; h++)
        for (; markouts->next[h] < markouts->end; markouts->next[h]++) {
            const struct markout_waiting *waiting = waiting_at(markouts, markouts->next[h]);
            if (waiting->fill.ts_ns + after_ns[h] >= last_ns)
                break; // more may come of that instant
            mark(markouts, waiting, MARKOUT_AFTER + h, true);
        }
    markouts->first = markouts->next[MARKOUT_AFTER - 1];
}

void markouts_end(struct markouts *markouts) {
    markouts_advance(markouts);
    int64_t last_ns = touches_last_ns(markouts->touches);
    for (int h = 0; h < MARKOUT_AFTER; h++)
        for (; markouts->next[h] < markouts->end; markouts->next[h]++) {
            const struct markout_waiting *waiting = waiting_at(markouts, markouts->next[h]);
            bool over = waiting->fill.ts_ns + after_ns[h] <= last_ns;
            mark(markouts, waiting, MARKOUT_AFTER + h, over);
        }
    markouts->first = markouts->end;
}

void markout_merge(struct markout_sum *sum, const struct markout_sum *other) {
    if (other->count == 0) return;
    double a = (double)sum->count, b = (double)other->count, delta = other->mean - sum->mean;
    sum->mean += delta * b / (a + b);
    sum->squares += other->squares + delta * delta * a * b / (a + b);
    sum->count += other->count;
    sum->effective += other->effective;
    sum->impact += other->impact;
    sum->moved = money_add(sum->moved, other->moved);
}

double markout_error(const struct markout_sum *sum) {
    if (sum->count < 2) return NAN;
    double n = (double)sum->count;
    return sqrt(sum->squares / (n - 1) / n);
}
