// SPDX-License-Identifier: Apache-2.0
#include "quant/option/margin.h"

#include <math.h>

static const double share_part = 0.5, spot_part = 0.2, least_part = 0.1;

// The sold and the bought options of one kind, by strike; quantities are what is not matched yet.
struct side {
    struct payoff_leg sold[PAYOFF_LEGS_MAX], bought[PAYOFF_LEGS_MAX];
    size_t sold_count, bought_count;
};

static void insert(struct payoff_leg *list, size_t *count, struct payoff_leg leg) {
    size_t at = (*count)++;
    leg.quantity = fabs(leg.quantity);
    for (; at > 0 && list[at - 1].strike > leg.strike; at--) list[at] = list[at - 1];
    list[at] = leg;
}

static struct side side_of(const struct payoff *position, enum payoff_kind kind) {
    struct side side = {0};
    for (size_t i = 0; i < position->count; i++) {
        const struct payoff_leg *leg = &position->legs[i];
        if (leg->kind != kind) continue;
        if (leg->quantity < 0)
            insert(side.sold, &side.sold_count, *leg);
        else
            insert(side.bought, &side.bought_count, *leg);
    }
    return side;
}

static double take(double *left, double *other) {
    double both = fmin(*left, *other);
    *left -= both;
    *other -= both;
    return both;
}

// Shares cover the sold options that are furthest in the money first. What those are in the money by counts neither as
// worth of shares that are held nor against what shares sold short owe; returned is by how much the shares need more.
static double cover(struct side *side, enum payoff_kind kind, double shares, double spot) {
    double more = 0;
    for (size_t i = 0; i < side->sold_count; i++) {
        struct payoff_leg *sold = &side->sold[kind == PAYOFF_CALL ? i : side->sold_count - 1 - i];
        double covered = take(&sold->quantity, &shares);
        if (kind == PAYOFF_CALL)
            more += covered * (1 - share_part) * fmax(spot - sold->strike, 0);
        else
            more += covered * (1 + share_part) * fmax(sold->strike - spot, 0);
    }
    return more;
}

struct need {
    double total;
    double premiums; // of the uncovered
};

static double uncovered(const struct payoff_leg *leg, double spot) {
    bool call = leg->kind == PAYOFF_CALL;
    double out = fmax(call ? leg->strike - spot : spot - leg->strike, 0);
    double least = least_part * (call ? spot : leg->strike);
    return leg->cost + fmax(spot_part * spot - out, least);
}

// Which bought options offset which sold ones, as a flow: from each sold option to the bought ones and to the last
// column, which stands for none. `root` is where what is left of the bought ones lies.
enum { COLUMNS = PAYOFF_LEGS_MAX + 1, NODES = PAYOFF_LEGS_MAX + COLUMNS + 1, ROUNDS_MAX = 4096 };

struct offsets {
    size_t rows, columns;
    double cost[PAYOFF_LEGS_MAX][COLUMNS]; // of one, infinite where the bought one ends first
    double flow[PAYOFF_LEGS_MAX][COLUMNS];
    double left[COLUMNS]; // of the bought ones
};

// How much may go from one node to another, and what one costs: sold options, then columns, then the root.
static double room(const struct offsets *o, size_t from, size_t to, double *ret_cost) {
    size_t root = o->rows + o->columns, none = o->columns - 1;
    *ret_cost = 0;
    if (from < o->rows && to >= o->rows && to < root) {
        *ret_cost = o->cost[from][to - o->rows];
        return isfinite(*ret_cost) ? INFINITY : 0;
    }
    if (to < o->rows && from >= o->rows && from < root) {
        *ret_cost = -o->cost[to][from - o->rows];
        return o->flow[to][from - o->rows];
    }
    if (from >= o->rows && from < root && to == root) return o->left[from - o->rows];
    if (from != root || to < o->rows || to >= root) return 0;
    if (to - o->rows == none) return INFINITY;
    double used = 0;
    for (size_t i = 0; i < o->rows; i++) used += o->flow[i][to - o->rows];
    return used;
}

// Bellman's and Ford's search for a round trip that costs less than nothing: its last node, or NODES.
static size_t find_gain(const struct offsets *o, size_t before[NODES]) {
    size_t nodes = o->rows + o->columns + 1, changed = NODES;
    double away[NODES] = {0}, cost;
    for (size_t i = 0; i < NODES; i++) before[i] = NODES;
    for (size_t pass = 0; pass < nodes; pass++) {
        changed = NODES;
        for (size_t from = 0; from < nodes; from++)
            for (size_t to = 0; to < nodes; to++) {
                if (!(room(o, from, to, &cost) > 0)) continue;
                double gain = away[to] - away[from] - cost;
                if (!(gain > 1e-12 * (1 + fabs(away[to])))) continue;
                away[to] = away[from] + cost;
                before[to] = from;
                changed = to;
            }
        if (changed == NODES) return NODES;
    }
    for (size_t i = 0; i < nodes; i++) changed = before[changed]; // onto the trip itself
    return changed;
}

static void move_round(struct offsets *o, const size_t before[NODES], size_t start) {
    size_t root = o->rows + o->columns;
    double amount = INFINITY, cost;
    for (size_t to = start, i = 0; i == 0 || to != start; to = before[to], i++)
        amount = fmin(amount, room(o, before[to], to, &cost));
    for (size_t to = start, i = 0; i == 0 || to != start; to = before[to], i++) {
        size_t from = before[to];
        if (from < o->rows)
            o->flow[from][to - o->rows] += amount;
        else if (to < o->rows)
            o->flow[to][from - o->rows] -= amount;
        else if (to == root)
            o->left[from - o->rows] -= amount;
        else
            o->left[to - o->rows] += amount;
    }
}

// Sold options are offset so that the side needs least.
static struct need need_of(const struct side *side, double spot) {
    struct offsets o = {.rows = side->sold_count, .columns = side->bought_count + 1};
    struct need need = {0};
    size_t none = o.columns - 1, before[NODES], at;
    for (size_t i = 0; i < o.rows; i++) {
        const struct payoff_leg *sold = &side->sold[i];
        for (size_t k = 0; k < none; k++) {
            const struct payoff_leg *bought = &side->bought[k];
            double width = sold->kind == PAYOFF_CALL ? bought->strike - sold->strike
                                                     : sold->strike - bought->strike;
            o.cost[i][k] = bought->later < sold->later ? INFINITY : fmax(width, 0);
            o.left[k] = bought->quantity;
        }
        o.cost[i][none] = uncovered(sold, spot);
        o.flow[i][none] = sold->quantity;
    }
    o.left[none] = INFINITY;
    for (int round = 0; round < ROUNDS_MAX && (at = find_gain(&o, before)) != NODES; round++)
        move_round(&o, before, at);
    for (size_t i = 0; i < o.rows; i++) {
        for (size_t k = 0; k < o.columns; k++)
            if (o.flow[i][k] > 0) need.total += o.flow[i][k] * o.cost[i][k];
        need.premiums += o.flow[i][none] * side->sold[i].cost;
    }
    return need;
}

// The most that exercise of all options can cost, infinite where calls are sold in excess.
static double worst_exercise(const struct payoff *position) {
    struct payoff options = {0};
    struct payoff_summary summary;
    double sold = 0, bought = INFINITY; // the last expiry of the ones, the first of the others
    for (size_t i = 0; i < position->count; i++) {
        if (position->legs[i].kind == PAYOFF_SHARE) continue;
        struct payoff_leg leg = position->legs[i];
        if (leg.quantity < 0)
            sold = fmax(sold, leg.later);
        else
            bought = fmin(bought, leg.later);
        leg.cost = leg.later = 0;
        options.legs[options.count++] = leg;
    }
    if (options.count == 0) return 0;
    if (bought < sold) return INFINITY;
    payoff_summarise(&options, &summary);
    return fmax(-summary.max_loss, 0);
}

void margin_estimate(const struct payoff *position, double spot, struct margin *ret_margin) {
    struct side calls = side_of(position, PAYOFF_CALL), puts = side_of(position, PAYOFF_PUT);
    double shares = 0, paid = 0;
    for (size_t i = 0; i < position->count; i++) {
        const struct payoff_leg *leg = &position->legs[i];
        if (leg->kind == PAYOFF_SHARE)
            shares += leg->quantity;
        else
            paid += leg->quantity * leg->cost;
    }
    double more = cover(&calls, PAYOFF_CALL, fmax(shares, 0), spot) +
                  cover(&puts, PAYOFF_PUT, fmax(-shares, 0), spot);
    struct need call = need_of(&calls, spot), put = need_of(&puts, spot);
    double both = call.total >= put.total ? call.total + put.premiums : put.total + call.premiums;
    struct margin margin = {.shares = share_part * fabs(shares) * spot + more,
                            .options = fmin(both, worst_exercise(position))};
    margin.deposit = fmax(margin.shares + margin.options + paid, 0);
    *ret_margin = margin;
}
