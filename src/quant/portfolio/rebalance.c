// SPDX-License-Identifier: Apache-2.0
#include "quant/portfolio/rebalance.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "quant/math/sum.h"
#include "quant/portfolio/portfolio.h"

// Weights that differ by less are the same.
#define SAME 1e-15
enum { BISECTIONS = 200 };

// Assets and behind them cash, at `count`.
struct work {
    const struct rebalance *call;
    size_t count;
    double total;
    double *now, *wanted, *target, *width; // weights
};

static int fault(const struct rebalance *call, size_t asset, const char *what, double value) {
    if (call->names != NULL && call->names[asset] != NULL)
        return ERR_SET(ERR_ARGUMENT, "%s: %s, not %g", call->names[asset], what, value);
    return ERR_SET(ERR_ARGUMENT, "asset %zu: %s, not %g", asset + 1, what, value);
}

static bool is_amount(double value) {
    return value >= 0 && value < INFINITY;
}

static int check(const struct rebalance *call) {
    double sum = 0;
    if (call->count == 0 || call->count > PORTFOLIO_ASSETS_MAX)
        return ERR_SET(ERR_ARGUMENT, "a portfolio has 1 to %d assets", PORTFOLIO_ASSETS_MAX);
    for (size_t i = 0; i < call->count; i++) {
        if (!is_amount(call->held[i]))
            return fault(call, i, "what is held is a value from 0 on", call->held[i]);
        if (!is_amount(call->target[i]))
            return fault(call, i, "a target is a weight from 0 on", call->target[i]);
        if (call->cost != NULL && !(call->cost[i] >= 0 && call->cost[i] < 1))
            return fault(call, i, "a cost is a share from 0 to below 1", call->cost[i]);
        sum += call->target[i];
    }
    if (!(sum <= 1 + 1e-9))
        return ERR_SET(ERR_ARGUMENT, "the targets add up to %.9g; at most 1 can be held", sum);
    if (!is_amount(call->cash) || !is_amount(call->fee))
        return ERR_SET(ERR_ARGUMENT, "cash and the fee of a trade are amounts from 0 on");
    if (!(call->band_absolute >= 0) || !(call->band_relative >= 0))
        return ERR_SET(ERR_ARGUMENT, "the width of a band is a number from 0 on");
    return 0;
}

static int work_new(const struct rebalance *call, struct arena *arena, struct work *work) {
    size_t n = call->count;
    double **vectors[] = {&work->now, &work->wanted, &work->target, &work->width};
    *work = (struct work){.call = call, .count = n};
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
        if ((*vectors[i] = ARENA_NEW(arena, double, n + 1)) == NULL) return ERR_NOMEM;
    work->total = sum_of(call->held, n) + call->cash;
    if (!(work->total > 0) || isinf(work->total))
        return ERR_SET(ERR_ARGUMENT, "nothing is held and there is no cash: nothing to weigh");
    for (size_t i = 0; i < n; i++) {
        work->now[i] = call->held[i] / work->total;
        work->target[i] = call->target[i];
        work->width[i] = call->target[i] > 0
                             ? fmin(call->band_absolute, call->band_relative * call->target[i])
                             : fmin(call->band_absolute, isinf(call->band_relative) ? INFINITY : 0);
    }
    work->now[n] = call->cash / work->total;
    work->target[n] = fmax(0, 1 - sum_of(call->target, n));
    work->width[n] = call->band_absolute;
    return 0;
}

static void find_outside(const struct work *work, struct rebalance_result *ret) {
    for (size_t i = 0; i <= work->count; i++) {
        double beyond = fabs(work->now[i] - work->target[i]) - work->width[i];
        if (!(beyond > SAME)) continue;
        ret->outside++;
        if (!(beyond > ret->furthest_by)) continue;
        ret->furthest = i;
        ret->furthest_by = beyond;
    }
}

// To the edges, then what is missing or too much over those on that side of their targets: their distances
// add up to at least it, because all distances add up to it.
static void to_edges(struct work *work) {
    double missing = 1, distance = 0;
    for (size_t i = 0; i <= work->count; i++) {
        double low = fmax(0, work->target[i] - work->width[i]);
        work->wanted[i] = fmin(fmax(work->now[i], low), work->target[i] + work->width[i]);
        missing -= work->wanted[i];
    }
    if (fabs(missing) <= SAME) return;
    double side = missing > 0 ? 1 : -1;
    for (size_t i = 0; i <= work->count; i++)
        distance += fmax(0, side * (work->target[i] - work->wanted[i]));
    for (size_t i = 0; distance > 0 && i <= work->count; i++)
        work->wanted[i] += missing * fmax(0, side * (work->target[i] - work->wanted[i])) / distance;
}

static bool is_traded(const struct work *work, size_t asset) {
    return fabs(work->wanted[asset] - work->now[asset]) > SAME;
}

// What assets, cash and costs come to when wanted weights are those of `scale`.
static double needed(const struct work *work, double scale, double *ret_costs) {
    struct sum sum = {0}, costs = {0};
    for (size_t i = 0; i < work->count; i++) {
        double held = work->call->held[i];
        double value = is_traded(work, i) ? work->wanted[i] * scale : held;
        sum_add(&sum, value);
        if (value == held) continue;
        sum_add(&costs, work->call->fee);
        if (work->call->cost != NULL) sum_add(&costs, work->call->cost[i] * fabs(value - held));
    }
    *ret_costs = sum_value(&costs);
    return sum_value(&sum) + work->wanted[work->count] * scale + *ret_costs;
}

// The scale at which all that is there is needed: `needed` grows with it.
static int find_scale(const struct work *work, double *ret_scale) {
    double low = 0, high = work->total, costs;
    if (needed(work, low, &costs) > work->total)
        return ERR_SET(ERR_ARGUMENT, "the costs of the trades, %g, eat what would be left", costs);
    if (needed(work, high, &costs) <= work->total) low = high;
    for (size_t i = 0; i < BISECTIONS && low < high; i++) {
        double middle = low + (high - low) / 2;
        if (needed(work, middle, &costs) > work->total)
            high = middle;
        else
            low = middle;
    }
    *ret_scale = low;
    return 0;
}

static int trade(struct work *work, struct rebalance_result *ret) {
    const struct rebalance *call = work->call;
    double scale;
    if (call->to == REBALANCE_TARGET)
        memcpy(work->wanted, work->target, (work->count + 1) * sizeof *work->wanted);
    else
        to_edges(work);
    TRY(find_scale(work, &scale));
    struct sum sum = {0}, turnover = {0};
    (void)needed(work, scale, &ret->costs);
    for (size_t i = 0; i < work->count; i++) {
        ret->value[i] = is_traded(work, i) ? work->wanted[i] * scale : call->held[i];
        ret->trade[i] = ret->value[i] - call->held[i];
        sum_add(&sum, ret->value[i]);
        sum_add(&turnover, fabs(ret->trade[i]));
    }
    ret->cash = fmax(0, work->total - sum_value(&sum) - ret->costs);
    ret->turnover = sum_value(&turnover) / work->total;
    return 0;
}

static int run(const struct rebalance *call, struct arena *arena, struct rebalance_result *ret) {
    struct work work;
    TRY(check(call));
    TRY(work_new(call, arena, &work));
    ret->total = work.total;
    ret->cash = call->cash;
    ret->costs = ret->turnover = ret->furthest_by = 0;
    ret->outside = ret->furthest = 0;
    memset(ret->trade, 0, call->count * sizeof *ret->trade);
    memcpy(ret->value, call->held, call->count * sizeof *ret->value);
    find_outside(&work, ret);
    return ret->outside > 0 ? trade(&work, ret) : 0;
}

int rebalance(const struct rebalance *call, struct arena *arena, struct rebalance_result *ret) {
    size_t mark = arena->used;
    int rc = run(call, arena, ret);
    arena_rewind(arena, mark);
    return rc;
}
