// SPDX-License-Identifier: Apache-2.0
// Nothing is added to what moves as something that is held already: the sign is of both positions, so that a short in
// one and a long in its opposite count as the same bet.
#include <math.h>

#include "risk/model.h"

enum { MAX_CORRELATION, DECAY, STEP, ROWS, PARAMS };

static const struct param params[PARAMS] = {
    {.name = "max_correlation",
     .type = PARAM_REAL,
     .unit = "",
     .def = 0.7,
     .min = -1,
     .max = 1,
     .help = "Most correlation of what is bought with what is held."},
    {.name = "decay",
     .type = PARAM_REAL,
     .unit = "a step",
     .def = 0.97,
     .min = 0.01,
     .max = 0.9999,
     .help = "Weight that a return keeps of the next one's; 0.97 is RiskMetrics' for months."},
    {.name = "step_s",
     .type = PARAM_DURATION,
     .unit = "s",
     .def = 86400,
     .min = 1,
     .max = 864000,
     .help = "Time from one return to the next."},
    {.name = "min_returns",
     .type = PARAM_INT,
     .unit = "returns",
     .def = 20,
     .min = 2,
     .max = 10000,
     .help = "With fewer of either the two count as correlated."},
};

static struct risk_model_spec model(const double *values) {
    return (struct risk_model_spec){.step_ns = (int64_t)(values[STEP] * 1e9),
                                    .decay = values[DECAY]};
}

enum side { NONE, LONG, SHORT, EITHER };

// Which way an instrument is held, its open orders filled or not.
static enum side sides_of(const struct risk_exposure_row *row) {
    int128_t most = (int128_t)row->position.m + row->buy.m;
    int128_t least = (int128_t)row->position.m - row->sell.m;
    return least < 0 ? (most > 0 ? EITHER : SHORT) : (most > 0 ? LONG : NONE);
}

static enum risk_verdict check(const struct risk_view *view, const double *values, void *state,
                               const struct risk_order *order, struct risk_result *ret_result) {
    const struct risk_model *moves = view->model;
    uint32_t own = order->spec->instrument, rows = (uint32_t)values[ROWS];
    double most = values[MAX_CORRELATION];
    bool is_known = moves->known[own] >= rows;
    ret_result->limit = most;
    if (risk_model_others_are_below(moves, own, most, rows)) return RISK_ALLOW;
    for (uint32_t i = 0; i < view->exposure->count; i++) {
        bool both = is_known && moves->known[i] >= rows;
        if (both && risk_model_is_below(moves, own, i, most)) continue;
        enum side sides = sides_of(&view->exposure->rows[i]);
        if (i == own || sides == NONE) continue;
        double sign = sides == SHORT ? -order->spec->side : order->spec->side;
        double value = both ? risk_model_correlation(moves, own, i) * sign : NAN;
        ret_result->value = isnan(value) ? 1 : sides == EITHER ? fabs(value) : value;
        if (ret_result->value > most) return RISK_VETO;
    }
    return RISK_ALLOW;
}

const struct risk_rule risk_rule_correlation = {
    .name = "correlation",
    .summary = "Refuses what is correlated by more than max_correlation with something that is "
               "held or worked already.",
    .params = params,
    .param_count = PARAMS,
    .uses = RISK_USES_EXPOSURE | RISK_USES_MODEL,
    .rank = RISK_RANK_CORRELATION,
    .model = model,
    .check = check,
};
