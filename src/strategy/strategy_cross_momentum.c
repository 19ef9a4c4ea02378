// SPDX-License-Identifier: Apache-2.0
// Cross-sectional momentum: of a universe, holds what has risen most.
//
// Idea: winners of the past year go on winning for some months, losers losing; the latest month is left out,
// because over so short a time prices turn back.
// Score: the return from `lookback` bars ago to `skip` bars ago. Every `rebalance` decisions the universe is
// ranked; the first `hold` are bought, each with 1 / hold of the equity or by inverse volatility; with sides =
// both the last `hold` are sold short and each leg has half. Equal scores rank by position in the universe.
// Instruments without enough history, or without a bar for the last few decisions, are not ranked; with
// `absolute` neither is bought what fell, nor sold what rose. What is missing stays in cash.
// Source: Narasimhan Jegadeesh and Sheridan Titman, "Returns to Buying Winners and Selling Losers", Journal of
// Finance 48 (1993); Clifford S. Asness, "The Interaction of Value and Momentum Strategies", Financial Analysts
// Journal 53 (1997), for skipping the month; Gary Antonacci, "Dual Momentum Investing" (2014), for `absolute`.
// Where it fails: when a crash ends, the losers rise most (momentum crashes: Kent Daniel and Tobias J. Moskowitz,
// Journal of Financial Economics 122, 2016); turnover costs; a universe of today's survivors flatters it.
#include <math.h>

#include "base/check.h"
#include "strategy/strategy.h"

enum { LOOKBACK, SKIP, HOLD, REBALANCE, WEIGHTING, VOL_PERIOD, ABSOLUTE, SIDES };
enum { WEIGHTING_EQUAL, WEIGHTING_INVERSE_VOL };
enum { SIDES_LONG, SIDES_BOTH };
enum { INPUT_ROC, INPUT_ROC_SKIP, INPUT_VOL, INPUT_COUNT };
enum { WHY_WINNER = 1, WHY_LOSER = 2, WHY_DROPPED = 3 };
static const char *const reasons[] = {
    [WHY_WINNER] = "winner", [WHY_LOSER] = "loser", [WHY_DROPPED] = "dropped"};
enum { MISSED_MAX = 5 }; // decisions without a bar after which an instrument is not ranked

struct state {
    uint64_t wait;  // decisions until the next ranking
    uint64_t holds; // 1 once there was a ranking
};

struct row {         // one an instrument, after the state
    double score;    // NaN: not ranked
    double weight;   // as last answered
    uint32_t missed; // decisions since its latest bar
    int32_t side;    // picked by the ranking under way
};
_Static_assert(sizeof(struct state) == 16 && sizeof(struct row) == 24, "no padding");

static const struct param params[] = {
    [LOOKBACK] = {.name = "lookback",
                  .type = PARAM_INT,
                  .unit = "bars",
                  .def = 252,
                  .min = 2,
                  .max = 10000,
                  .help = "Where the measured return begins, in bars before now."},
    [SKIP] = {.name = "skip",
              .type = PARAM_INT,
              .unit = "bars",
              .def = 21,
              .min = 1,
              .max = 9999,
              .help = "Where it ends, in bars before now; less than lookback."},
    [HOLD] = {.name = "hold",
              .type = PARAM_INT,
              .unit = "instruments",
              .def = 5,
              .min = 1,
              .max = 10000,
              .help = "How many are bought, and sold short with sides = both."},
    [REBALANCE] = {.name = "rebalance",
                   .type = PARAM_INT,
                   .unit = "decisions",
                   .def = 21,
                   .min = 1,
                   .max = 100000,
                   .help = "Decisions from one ranking to the next."},
    [WEIGHTING] = {.name = "weighting",
                   .type = PARAM_ENUM,
                   .unit = "",
                   .choices = "equal|inverse_vol",
                   .help = "Equal parts, or parts in proportion to 1 / volatility."},
    [VOL_PERIOD] = {.name = "vol_period",
                    .type = PARAM_INT,
                    .unit = "bars",
                    .def = 63,
                    .min = 2,
                    .max = 10000,
                    .help = "Returns that the volatility is measured over."},
    [ABSOLUTE] = {.name = "absolute",
                  .type = PARAM_BOOL,
                  .unit = "",
                  .help = "Whether only what rose is bought and only what fell is sold short."},
    [SIDES] = {.name = "sides",
               .type = PARAM_ENUM,
               .unit = "",
               .choices = "long|both",
               .help = "Whether the last of the ranking are sold short (both) or not held (long)."},
};

static const char *const inputs[] = {
    [INPUT_ROC] = "roc(close, $lookback)",
    [INPUT_ROC_SKIP] = "roc(close, $skip)",
    [INPUT_VOL] = "close_to_close(close, $vol_period)",
};

static int check(const double *values) {
    if (values[SKIP] < values[LOOKBACK]) return 0;
    return ERR_SET(ERR_ARGUMENT, "skip (%.0f) must be less than lookback (%.0f)", values[SKIP],
                   values[LOOKBACK]);
}

static const double *inputs_of(const struct strategy_view *view, uint32_t i) {
    return view->inputs + (size_t)i * INPUT_COUNT;
}

// (1 + return of lookback) / (1 + return of skip) - 1; the rates are in per cent.
static double score(const struct strategy_view *view, const struct row *row, uint32_t i) {
    const double *in = inputs_of(view, i);
    if (row->missed > MISSED_MAX || view->bars[i].close_ns == 0) return NAN;
    if (view->params[WEIGHTING] == WEIGHTING_INVERSE_VOL && !(in[INPUT_VOL] > 0)) return NAN;
    double past = 1 + in[INPUT_ROC_SKIP] / 100;
    return past > 0 ? (1 + in[INPUT_ROC] / 100) / past - 1 : NAN;
}

// Picks up to `hold` rows of the best scores x side that are not picked yet. The first of equals wins.
static uint32_t pick(const struct strategy_view *view, struct row *rows, int32_t side) {
    uint32_t picked = 0;
    for (; picked < (uint32_t)view->params[HOLD]; picked++) {
        struct row *best = NULL;
        for (uint32_t i = 0; i < view->instrument_count; i++) {
            struct row *row = &rows[i];
            if (row->side != 0 || isnan(row->score)) continue;
            if (view->params[ABSOLUTE] != 0 && !(row->score * side > 0)) continue;
            if (best == NULL || row->score * side > best->score * side) best = row;
        }
        if (best == NULL) break;
        best->side = side;
    }
    return picked;
}

// What a picked instrument weighs among its leg: 1, or 1 / volatility.
static double part(const struct strategy_view *view, uint32_t i) {
    return view->params[WEIGHTING] == WEIGHTING_EQUAL ? 1 : 1 / inputs_of(view, i)[INPUT_VOL];
}

// A leg with `picked` of `hold` instruments gets that share of its half or whole.
static void weigh(const struct strategy_view *view, struct row *rows, int32_t side,
                  uint32_t picked) {
    double sum = 0, leg = view->params[SIDES] == SIDES_BOTH ? 0.5 : 1;
    for (uint32_t i = 0; i < view->instrument_count; i++)
        if (rows[i].side == side) sum += part(view, i);
    double share = leg * ((double)picked / view->params[HOLD]);
    for (uint32_t i = 0; i < view->instrument_count; i++)
        if (rows[i].side == side) rows[i].weight = side * share * (part(view, i) / sum);
}

// False, and nothing changed, while no instrument can be ranked.
static bool rank(const struct strategy_view *view, struct row *rows) {
    uint32_t ranked = 0;
    for (uint32_t i = 0; i < view->instrument_count; i++) {
        rows[i].side = 0;
        rows[i].score = score(view, &rows[i], i);
        ranked += !isnan(rows[i].score);
    }
    if (ranked == 0) return false;
    for (uint32_t i = 0; i < view->instrument_count; i++) rows[i].weight = 0;
    uint32_t winners = pick(view, rows, 1);
    uint32_t losers = view->params[SIDES] == SIDES_BOTH ? pick(view, rows, -1) : 0;
    if (winners > 0) weigh(view, rows, 1, winners);
    if (losers > 0) weigh(view, rows, -1, losers);
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
        target->reason = weight > 0 ? WHY_WINNER : weight < 0 ? WHY_LOSER : WHY_DROPPED;
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

const struct strategy strategy_cross_momentum = {
    .name = "cross_momentum",
    .summary = "Of a universe, holds what has risen most over the past year but its last month.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .inputs = inputs,
    .input_count = sizeof inputs / sizeof *inputs,
    .reasons = reasons,
    .reason_count = sizeof reasons / sizeof *reasons,
    .scope = SCOPE_UNIVERSE,
    .state_size = sizeof(struct state),
    .state_size_per_instrument = sizeof(struct row),
    .check = check,
    .decide = decide,
};
