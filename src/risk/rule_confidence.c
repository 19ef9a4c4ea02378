// SPDX-License-Identifier: Apache-2.0
// What a strategy is less sure of it does with less: an order toward a target is cut to the confidence of that answer.
// Orders of the account for several strategies have no one confidence and pass.
#include "risk/share.h"

enum { LEAST, FULL, PARAMS };

static const struct param params[PARAMS] = {
    {.name = "min_confidence",
     .type = PARAM_REAL,
     .unit = "",
     .def = 0,
     .min = 0,
     .max = 1,
     .help = "Below it nothing that raises risk passes."},
    {.name = "full_confidence",
     .type = PARAM_REAL,
     .unit = "",
     .def = 1,
     .min = 0,
     .max = 1,
     .help = "From it on nothing is cut; below, in proportion."},
};

struct answer { // of a strategy for an instrument
    double confidence;
    uint64_t known; // 1: there was one
};

static size_t state_more(const double *values, uint32_t instruments, uint32_t strategies) {
    return (size_t)instruments * strategies * sizeof(struct answer);
}

static struct answer *answer_of(const struct risk_view *view, void *state, uint32_t strategy,
                                uint32_t instrument) {
    return (struct answer *)state + (size_t)strategy * view->instruments->count + instrument;
}

static enum risk_verdict check(const struct risk_view *view, const double *values, void *state,
                               const struct risk_order *order, struct risk_result *ret_result) {
    const struct order_spec *spec = order->spec;
    if (spec->purpose != PURPOSE_TARGET || spec->strategy >= view->strategy_count)
        return RISK_ALLOW;
    const struct answer *answer = answer_of(view, state, spec->strategy, spec->instrument);
    if (!answer->known) return RISK_ALLOW;
    double confidence = answer->confidence;
    ret_result->value = confidence;
    ret_result->limit = values[LEAST];
    if (confidence < values[LEAST]) return RISK_VETO;
    ret_result->limit = values[FULL];
    if (confidence >= values[FULL]) return RISK_ALLOW;
    return risk_scale(view, order, confidence / values[FULL], ret_result);
}

static void note(const struct risk_view *view, const double *values, void *state,
                 const struct risk_fact *fact) {
    if (fact->strategy < view->strategy_count)
        *answer_of(view, state, fact->strategy, fact->instrument) =
            (struct answer){.confidence = fact->confidence, .known = 1};
}

const struct risk_rule risk_rule_confidence = {
    .name = "confidence",
    .summary =
        "Cuts an order toward a target in proportion to the strategy's confidence in it, and "
        "refuses it below min_confidence.",
    .params = params,
    .param_count = PARAMS,
    .state_more = state_more,
    .notes = 1u << RISK_FACT_PARENT,
    .rank = RISK_RANK_CONFIDENCE,
    .check = check,
    .note = note,
};
