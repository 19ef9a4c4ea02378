// SPDX-License-Identifier: Apache-2.0
#include "quant/portfolio/lots.h"

#include <math.h>
#include <string.h>

#include "quant/math/sum.h"
#include "quant/portfolio/portfolio.h"

// Money is counted to this share of it: what prices in binary fractions add up to.
#define ROUNDING 1e-12
// A double counts lots exactly up to here.
#define LOTS_MAX 9e15

// An asset: what a lot costs, what is wanted of it, how many lots that holds, and what the next is worth.
struct item {
    size_t asset;
    double price;
    double wanted;
    double whole;
    double rest;
};

// The search: items by falling worth for their money of the lot that passes what is wanted. Worth is what lots
// within cost and the rests of those beyond.
struct search {
    const struct lots *call;
    size_t count;
    struct item *items;
    double *within; // cost of all whole lots of the items from here on
    double wanted;  // of all; what is spent beyond it comes off the worth
    int64_t *chosen, *best;
    double best_worth;
    size_t branches;
};

static int fault(const struct lots *call, size_t asset, const char *what, double value) {
    if (call->names != NULL && call->names[asset] != NULL)
        return ERR_SET(ERR_ARGUMENT, "%s: %s, not %g", call->names[asset], what, value);
    return ERR_SET(ERR_ARGUMENT, "asset %zu: %s, not %g", asset + 1, what, value);
}

static double lot_price(const struct lots *call, size_t asset) {
    return call->price[asset] * (call->lot != NULL ? call->lot[asset] : 1);
}

static int check(const struct lots *call) {
    double sum = 0;
    if (call->count == 0 || call->count > PORTFOLIO_ASSETS_MAX)
        return ERR_SET(ERR_ARGUMENT, "a portfolio has 1 to %d assets", PORTFOLIO_ASSETS_MAX);
    if (!(call->money > 0) || isinf(call->money))
        return ERR_SET(ERR_ARGUMENT, "the money to place is an amount above 0, not %g",
                       call->money);
    for (size_t i = 0; i < call->count; i++) {
        if (!(call->weights[i] >= 0) || isinf(call->weights[i]))
            return fault(call, i, "a weight to buy is a number from 0 on", call->weights[i]);
        if (!(call->price[i] > 0) || isinf(call->price[i]))
            return fault(call, i, "a price is a number above 0", call->price[i]);
        if (call->lot != NULL && (!(call->lot[i] > 0) || isinf(call->lot[i])))
            return fault(call, i, "a lot is a number of units above 0", call->lot[i]);
        if (!(call->weights[i] * call->money / lot_price(call, i) < LOTS_MAX))
            return fault(call, i, "its lots must cost enough to be counted", lot_price(call, i));
        sum += call->weights[i];
    }
    if (!(sum <= 1 + 1e-9))
        return ERR_SET(ERR_ARGUMENT, "the weights add up to %.9g; at most 1 can be bought", sum);
    return 0;
}

// The whole lots that a value holds, a lot short by rounding alone counted.
static double whole_lots(double value, double price) {
    return floor(value / price * (1 + ROUNDING));
}

static void report(const struct lots *call, struct lots_result *ret) {
    struct sum spent = {0}, miss = {0};
    for (size_t i = 0; i < call->count; i++) {
        double value = (double)ret->lots[i] * lot_price(call, i);
        sum_add(&spent, value);
        sum_add(&miss, fabs(value - call->weights[i] * call->money));
    }
    ret->leftover = fmax(0, call->money - sum_value(&spent));
    double cash = fmax(0, call->money - sum_of(call->weights, call->count) * call->money);
    ret->miss = sum_value(&miss) + fabs(ret->leftover - cash);
    ret->bound = 0;
    ret->exact = false;
}

int lots_greedy(const struct lots *call, struct arena *arena, struct lots_result *ret) {
    (void)arena;
    TRY(check(call));
    double left = call->money, slack = ROUNDING * call->money;
    for (size_t i = 0; i < call->count; i++) {
        double count = whole_lots(call->weights[i] * call->money, lot_price(call, i));
        ret->lots[i] = (int64_t)count;
        left -= count * lot_price(call, i);
    }
    for (;;) {
        size_t most = call->count;
        double lacks = 0;
        for (size_t i = 0; i < call->count; i++) {
            double gap = call->weights[i] * call->money - (double)ret->lots[i] * lot_price(call, i);
            if (!(gap > fmax(lacks, slack)) || lot_price(call, i) > left + slack) continue;
            most = i;
            lacks = gap;
        }
        if (most == call->count) break;
        ret->lots[most]++;
        left -= lot_price(call, most);
    }
    report(call, ret);
    return 0;
}

// The most that the items from `at` on add with that money: lots within what is wanted, then parts of the
// others, the best for their money first.
static double most_from(const struct search *search, size_t at, double money) {
    if (money <= search->within[at]) return money;
    double worth = search->within[at];
    money -= worth;
    for (size_t i = at; i < search->count && money > 0; i++) {
        const struct item *item = &search->items[i];
        if (item->price > money) return worth + item->rest * (money / item->price);
        worth += item->rest;
        money -= item->price;
    }
    return worth;
}

// What a plan is worth that leaves this money.
static double net_of(const struct search *search, double worth, double money) {
    return worth - fmax(0, search->call->money - money - search->wanted);
}

static void look(struct search *search, size_t at, double money, double worth) {
    double slack = ROUNDING * search->call->money, net = net_of(search, worth, money);
    if (net > search->best_worth + slack) {
        search->best_worth = net;
        memcpy(search->best, search->chosen, search->count * sizeof *search->best);
    }
    if (at == search->count) return;
    const struct item *item = &search->items[at];
    double affordable = whole_lots(money + slack, item->price);
    double first = fmin(affordable, item->whole + (item->rest > slack));
    for (double lots = first; lots >= 0; lots--) {
        if (search->branches >= LOTS_BRANCHES_MAX) break;
        double more = fmin(lots, item->whole) * item->price + (lots > item->whole) * item->rest;
        double left = money - lots * item->price;
        // Fewer lots of this one can only be worth less.
        if (worth + more + most_from(search, at + 1, left) <= search->best_worth + slack) {
            if (lots <= item->whole) break;
            continue;
        }
        search->branches++;
        search->chosen[at] = (int64_t)lots;
        look(search, at + 1, left, worth + more);
    }
    search->chosen[at] = 0;
}

static void sort_items(struct item *items, size_t count) {
    for (size_t i = 1; i < count; i++) {
        struct item moved = items[i];
        size_t j = i;
        for (; j > 0 && items[j - 1].rest / items[j - 1].price < moved.rest / moved.price; j--)
            items[j] = items[j - 1];
        items[j] = moved;
    }
}

static int search_new(const struct lots *call, struct arena *arena, struct search *search) {
    size_t n = call->count;
    *search = (struct search){.call = call, .count = n};
    search->items = ARENA_NEW(arena, struct item, n);
    search->within = ARENA_NEW(arena, double, n + 1);
    search->chosen = ARENA_NEW(arena, int64_t, n);
    search->best = ARENA_NEW(arena, int64_t, n);
    if (search->items == NULL || search->within == NULL || search->chosen == NULL ||
        search->best == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        struct item *item = &search->items[i];
        *item = (struct item){i, lot_price(call, i), call->weights[i] * call->money, 0, 0};
        item->whole = whole_lots(item->wanted, item->price);
        item->rest = fmax(0, item->wanted - item->whole * item->price);
    }
    sort_items(search->items, n);
    search->wanted = sum_of(call->weights, n) * call->money;
    for (size_t i = n; i-- > 0;)
        search->within[i] = search->within[i + 1] + search->items[i].whole * search->items[i].price;
    return 0;
}

static double worth_of(const struct search *search, const int64_t *lots) {
    double worth = 0, left = search->call->money;
    for (size_t i = 0; i < search->count; i++) {
        const struct item *item = &search->items[i];
        double count = (double)lots[i];
        worth += fmin(count, item->whole) * item->price + (count > item->whole ? item->rest : 0);
        left -= count * item->price;
    }
    return net_of(search, worth, left);
}

// Two plans to be better than: the greedy one, and whole lots with those beyond that are best for their money.
static void start(struct search *search, const int64_t *greedy) {
    double left = search->call->money - search->within[0], slack = ROUNDING * search->call->money;
    for (size_t i = 0; i < search->count; i++) {
        const struct item *item = &search->items[i];
        bool more = item->rest > slack && item->price <= left + slack;
        search->best[i] = greedy[item->asset];
        search->chosen[i] = (int64_t)item->whole + more;
        if (more) left -= item->price;
    }
    search->best_worth = worth_of(search, search->best);
    double worth = worth_of(search, search->chosen);
    if (worth > search->best_worth) {
        search->best_worth = worth;
        memcpy(search->best, search->chosen, search->count * sizeof *search->best);
    }
    memset(search->chosen, 0, search->count * sizeof *search->chosen);
}

int lots_exact(const struct lots *call, struct arena *arena, struct lots_result *ret) {
    struct search search;
    size_t mark = arena->used;
    TRY(lots_greedy(call, arena, ret));
    int rc = search_new(call, arena, &search);
    if (rc == 0) {
        start(&search, ret->lots);
        double bound = 2 * (search.wanted - most_from(&search, 0, call->money));
        look(&search, 0, call->money, 0);
        for (size_t i = 0; i < search.count; i++) ret->lots[search.items[i].asset] = search.best[i];
        report(call, ret);
        ret->exact = search.branches < LOTS_BRANCHES_MAX;
        ret->bound = ret->exact ? ret->miss : fmax(0, bound);
    }
    arena_rewind(arena, mark);
    return rc;
}
