// SPDX-License-Identifier: Apache-2.0
// Nothing raises risk while some instrument's volatility of lately is a multiple of what it has been for long. Two
// averages of its squared log returns from price to price, each with a weight that halves in so many returns. Looks
// are counted by instrument: prices of others neither confirm nor deny.
#include <math.h>

#include "quant/math/mathfn.h"
#include "risk/share.h"

enum { MAX_RATIO, FAST, SLOW, CONFIRMATIONS, RESET, PARAMS };

static const struct param params[PARAMS] = {
    {.name = "max_ratio",
     .type = PARAM_REAL,
     .unit = "times",
     .def = 4,
     .min = 1,
     .max = 1000,
     .help = "Most volatility of lately, as a multiple of that of long."},
    {.name = "fast",
     .type = PARAM_REAL,
     .unit = "returns",
     .def = 10,
     .min = 0.1,
     .max = 1e6,
     .help = "Half-life of lately."},
    {.name = "slow",
     .type = PARAM_REAL,
     .unit = "returns",
     .def = 500,
     .min = 0.1,
     .max = 1e8,
     .help = "Half-life of long; nothing is said before as many returns."},
    {.name = "confirmations",
     .type = PARAM_INT,
     .unit = "looks",
     .def = 3,
     .min = 1,
     .max = 1000,
     .help = "How many looks in a row have to find the same."},
    {.name = "reset_s",
     .type = PARAM_DURATION,
     .unit = "s",
     .def = 0,
     .min = 0,
     .max = 1e8,
     .help = "After how long trading goes on by itself; 0: by a command alone."},
};

struct motion {   // of an instrument
    double price; // 0: none yet
    double fast;
    double slow;
    uint64_t returns;
    uint64_t looks; // in a row that found too much
};
_Static_assert(sizeof(struct motion) == 40, "engine state");

static size_t state_more(const double *values, uint32_t instruments, uint32_t strategies) {
    return instruments * sizeof(struct motion);
}

static const double LN_2 = 0.69314718055994530942;

// One step of an average whose weights halve in so many steps; before that many, of all alike.
static double blend(double average, double square, double half_life, uint64_t count) {
    double weight = fmax(1 - mathfn_exp(-LN_2 / half_life), 1 / (double)count);
    return average + weight * (square - average);
}

static void move(struct motion *motion, const double *values, double price) {
    double before = motion->price;
    motion->price = price;
    if (!(before > 0)) return;
    double change = mathfn_log(price / before);
    motion->returns++;
    motion->fast = blend(motion->fast, change * change, values[FAST], motion->returns);
    motion->slow = blend(motion->slow, change * change, values[SLOW], motion->returns);
}

static enum risk_verdict watch(const struct risk_view *view, const double *values, void *state,
                               struct risk_result *ret_result) {
    if (!risk_is_price(view)) return RISK_ALLOW;
    struct motion *motion = (struct motion *)state + view->cause->instrument;
    double price = (double)view->board->rows[view->cause->instrument].last.m;
    if (!(price > 0)) return RISK_ALLOW;
    move(motion, values, price);
    if ((double)motion->returns < values[SLOW]) return RISK_ALLOW;
    ret_result->limit = values[MAX_RATIO];
    ret_result->value = sqrt(motion->fast / motion->slow); // NaN where nothing ever moved
    motion->looks = ret_result->value > values[MAX_RATIO] ? motion->looks + 1 : 0;
    return (double)motion->looks >= values[CONFIRMATIONS] ? RISK_REDUCE : RISK_ALLOW;
}

static void note(const struct risk_view *view, const double *values, void *state,
                 const struct risk_fact *fact) {
    struct motion *motions = state;
    if (fact->kind == RISK_FACT_SPLIT) motions[fact->instrument].price /= fact->ratio;
    if (fact->kind != RISK_FACT_RESUMED || fact->strategy != STRATEGY_NONE) return;
    for (uint32_t i = 0; i < view->instruments->count; i++) motions[i].looks = 0;
}

const struct risk_rule risk_rule_volatility_spike = {
    .name = "volatility_spike",
    .summary = "Lets nothing raise risk when an instrument's volatility of lately is more than "
               "max_ratio times that of long.",
    .params = params,
    .param_count = PARAMS,
    .state_more = state_more,
    .reset = 1 + RESET,
    .notes = 1u << RISK_FACT_SPLIT | 1u << RISK_FACT_RESUMED,
    .watch = watch,
    .note = note,
};
