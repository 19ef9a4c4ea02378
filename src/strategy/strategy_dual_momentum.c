// SPDX-License-Identifier: Apache-2.0
// Dual momentum: of a few assets holds the strongest, and only while it beats the cash hurdle; else a safe one.
//
// Idea: relative strength says which asset, its own rise says whether any: trends of a year go on, and the worst
// drawdowns come while the year's return is already below cash.
// Every `rebalance` decisions the risky assets are ranked by their return over `lookback` bars. Each of the first
// `hold` that returned more than `hurdle` has 1 / hold of the equity; the parts of those that did not are in the
// asset `safe`, its place in the universe from 1 on, or in cash with safe=0. Equal returns rank by place. Assets
// without enough history, or without a bar for more than five decisions, are not ranked; a safe one of that kind is
// cash.
// Source: Gary Antonacci, "Risk Premia Harvesting Through Dual Momentum", Journal of Management and Entrepreneurship
// 11 (2017), and "Dual Momentum Investing" (2014): two equity indices and bonds, 12 months, monthly.
// Where it fails: it is a year late at a top and a bottom alike; with one asset held a few days' difference of the
// ranking day changes years of results.
#include <math.h>

#include "base/check.h"
#include "strategy/strategy.h"

enum { LOOKBACK, HOLD, REBALANCE, HURDLE, SAFE };
enum { INPUT_ROC, INPUT_COUNT };
enum { WHY_STRONG = 1, WHY_SAFE = 2, WHY_DROPPED = 3 };
static const char *const reasons[] = {
    [WHY_STRONG] = "strong", [WHY_SAFE] = "safe", [WHY_DROPPED] = "dropped"};
enum { MISSED_MAX = 5 }; // decisions without a bar after which an instrument is not ranked

struct state {
    uint64_t wait;  // decisions until the next ranking
    uint64_t holds; // 1 once there was a ranking
};

struct row {         // one an instrument, after the state
    double weight;   // as last answered
    uint32_t missed; // decisions since its latest bar
    uint32_t picked; // by the ranking under way
};
_Static_assert(sizeof(struct state) == 16 && sizeof(struct row) == 16, "no padding");

static const struct param params[] = {
    [LOOKBACK] = {.name = "lookback",
                  .type = PARAM_INT,
                  .unit = "bars",
                  .def = 252,
                  .min = 2,
                  .max = 10000,
                  .help = "Over which returns are measured; 252 daily bars are a year of stocks."},
    [HOLD] = {.name = "hold",
              .type = PARAM_INT,
              .unit = "instruments",
              .def = 1,
              .min = 1,
              .max = 10000,
              .help = "How many of the strongest are held."},
    [REBALANCE] = {.name = "rebalance",
                   .type = PARAM_INT,
                   .unit = "decisions",
                   .def = 21,
                   .min = 1,
                   .max = 100000,
                   .help = "Decisions from one ranking to the next."},
    [HURDLE] = {.name = "hurdle",
                .type = PARAM_REAL,
                .unit = "%",
                .def = 0,
                .min = -100,
                .max = 1000,
                .help = "Return over lookback that an asset must beat to be held: that of bills."},
    [SAFE] = {.name = "safe",
              .type = PARAM_INT,
              .unit = "",
              .def = 0,
              .min = 0,
              .max = 10000,
              .help = "Place in the universe, from 1 on, of the asset held instead; 0: cash."},
};

static const char *const inputs[] = {[INPUT_ROC] = "roc(close, $lookback)"};

static bool is_safe(const struct strategy_view *view, uint32_t i) {
    return (double)i + 1 == view->params[SAFE];
}

static bool trades(const struct strategy_view *view, const struct row *row, uint32_t i) {
    return row->missed <= MISSED_MAX && view->bars[i].close_ns != 0;
}

static bool ranks(const struct strategy_view *view, const struct row *row, uint32_t i) {
    return !is_safe(view, i) && trades(view, row, i) && !isnan(view->inputs[i * INPUT_COUNT]);
}

// The strongest risky asset that is not picked yet; the first of equals. NULL: none is left.
static struct row *strongest(const struct strategy_view *view, struct row *rows,
                             double *ret_return) {
    struct row *best = NULL;
    for (uint32_t i = 0; i < view->instrument_count; i++) {
        double value = view->inputs[i * INPUT_COUNT + INPUT_ROC];
        if (rows[i].picked || !ranks(view, &rows[i], i)) continue;
        if (best != NULL && !(value > *ret_return)) continue;
        best = &rows[i];
        *ret_return = value;
    }
    return best;
}

// False, and nothing changed, while no risky asset can be ranked.
static bool rank(const struct strategy_view *view, struct row *rows) {
    double part = 1 / view->params[HOLD], value = 0;
    uint32_t held = 0;
    for (uint32_t i = 0; i < view->instrument_count; i++) rows[i].picked = 0;
    if (strongest(view, rows, &value) == NULL) return false;
    for (uint32_t i = 0; i < view->instrument_count; i++) rows[i].weight = 0;
    while (held < (uint32_t)view->params[HOLD]) {
        struct row *best = strongest(view, rows, &value);
        if (best == NULL || !(value > view->params[HURDLE])) break;
        best->picked = 1;
        best->weight = part;
        held++;
    }
    double rest = 1 - part * held;
    uint32_t safe = (uint32_t)view->params[SAFE];
    bool there = safe > 0 && safe <= view->instrument_count;
    if (there && rest > 1e-9 && trades(view, &rows[safe - 1], safe - 1))
        rows[safe - 1].weight = rest;
    return true;
}

// After a ranking everything held is sized anew; in between it is left to run.
static void answer(const struct strategy_view *view, const struct row *rows, bool ranked,
                   struct strategy_out *ret_out) {
    for (uint32_t i = 0; i < view->instrument_count; i++) {
        struct strategy_target *target = &ret_out->targets[i];
        double weight = rows[i].weight;
        if (weight == 0 && view->position[i] == 0) continue;
        target->kind = ranked && weight != 0 ? TARGET_REBALANCE : TARGET_SET;
        target->weight = weight;
        target->reason = weight == 0 ? WHY_DROPPED : is_safe(view, i) ? WHY_SAFE : WHY_STRONG;
    }
}

static void decide(const struct strategy_view *view, void *memory, struct strategy_out *ret_out) {
    struct state *state = memory;
    struct row *rows = (struct row *)(state + 1);
    DCHECK(view->input_count == INPUT_COUNT);
    for (uint32_t i = 0; i < view->instrument_count; i++)
        rows[i].missed = view->fresh[i] ? 0 : rows[i].missed + (rows[i].missed <= MISSED_MAX);
    if (state->wait > 0) state->wait--;
    bool ranked = state->wait == 0 && rank(view, rows);
    if (ranked) {
        state->wait = (uint64_t)view->params[REBALANCE];
        state->holds = 1;
    }
    if (state->holds) answer(view, rows, ranked, ret_out);
}

const struct strategy strategy_dual_momentum = {
    .name = "dual_momentum",
    .summary = "Of a few assets holds the strongest while it beats cash, else a safe one.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .inputs = inputs,
    .input_count = sizeof inputs / sizeof *inputs,
    .reasons = reasons,
    .reason_count = sizeof reasons / sizeof *reasons,
    .scope = SCOPE_UNIVERSE,
    .state_size = sizeof(struct state),
    .state_size_per_instrument = sizeof(struct row),
    .decide = decide,
};
