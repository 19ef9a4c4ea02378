// SPDX-License-Identifier: Apache-2.0
// Orders toward one decision of a strategy, its children, add up to no more than what it decided, and are no more than
// so many: a router that does not hear of its fills cannot go on for ever.
//
// A decision is a strategy's target for an instrument; while the target stays, the decision does. What ended
// unfilled counts no more; what filled does. Orders that are not toward a target have no parent.
#include <math.h>

#include "risk/share.h"

enum { RATIO, CHILDREN, PARAMS };

static const struct param params[PARAMS] = {
    {.name = "max_ratio",
     .type = PARAM_REAL,
     .unit = "of the parent's quantity",
     .def = 1,
     .min = 0,
     .max = 1000,
     .help = "Most quantity of all children, as a multiple of what was decided."},
    {.name = "max_children",
     .type = PARAM_INT,
     .unit = "orders",
     .def = 212,
     .min = 1,
     .max = 1000000000,
     .help = "Most orders toward one decision."},
};

struct parent { // of a strategy and an instrument
    int64_t target;
    int64_t qty; // what the position was to change by, without sign
    int64_t entered;
    uint32_t children;
    uint32_t known; // 1: there is a decision
};
_Static_assert(sizeof(struct parent) == 32, "engine state");

static size_t state_more(const double *values, uint32_t instruments, uint32_t strategies) {
    return (size_t)instruments * strategies * sizeof(struct parent);
}

static struct parent *parent_of(const struct risk_view *view, void *state, uint32_t strategy,
                                uint32_t instrument) {
    return (struct parent *)state + (size_t)strategy * view->instruments->count + instrument;
}

static enum risk_verdict check(const struct risk_view *view, const double *values, void *state,
                               const struct risk_order *order, struct risk_result *ret_result) {
    const struct order_spec *spec = order->spec;
    // An order of the account for many strategies is no strategy's child.
    if (spec->purpose != PURPOSE_TARGET || spec->strategy >= view->strategy_count)
        return RISK_ALLOW;
    const struct parent *parent = parent_of(view, state, spec->strategy, spec->instrument);
    if (!parent->known) return RISK_ALLOW;
    ret_result->limit = values[CHILDREN];
    ret_result->value = parent->children + 1.0;
    if (ret_result->value > values[CHILDREN]) return RISK_VETO;
    int128_t parts = (int128_t)floor(values[RATIO] * RISK_SHARE_PARTS + 0.5);
    int128_t most = (int128_t)parent->qty * parts / RISK_SHARE_PARTS;
    int128_t room = most - parent->entered;
    if (spec->qty.m <= room) return RISK_ALLOW;
    ret_result->limit = values[RATIO];
    ret_result->value = ((double)parent->entered + (double)spec->qty.m) / (double)parent->qty;
    int64_t lot = view->instruments->items[spec->instrument].lot.m;
    if (room < lot) return RISK_VETO;
    ret_result->qty = QTY((int64_t)(room / lot) * lot);
    return RISK_SHRINK;
}

static void decided(const struct risk_view *view, struct parent *parent,
                    const struct risk_fact *fact) {
    int64_t held = ledger_position(view->ledger, fact->strategy, fact->instrument)->qty.m;
    int64_t target = held + fact->qty.m;
    if (parent->known && parent->target == target) return;
    *parent = (struct parent){
        .target = target, .qty = fact->qty.m < 0 ? -fact->qty.m : fact->qty.m, .known = 1};
}

static void note(const struct risk_view *view, const double *values, void *state,
                 const struct risk_fact *fact) {
    if (fact->strategy >= view->strategy_count) return;
    struct parent *parent = parent_of(view, state, fact->strategy, fact->instrument);
    bool child = fact->spec != NULL && fact->spec->purpose == PURPOSE_TARGET;
    if (fact->kind == RISK_FACT_PARENT) decided(view, parent, fact);
    if (fact->kind == RISK_FACT_SENT && child) {
        parent->entered += fact->qty.m;
        parent->children++;
    }
    if (fact->kind == RISK_FACT_ENDED && child && parent->entered >= fact->qty.m)
        parent->entered -= fact->qty.m;
    // A stop or a liquidation took the position elsewhere: the same target is another decision.
    if (fact->kind == RISK_FACT_FILLED && !child) parent->known = 0;
}

const struct risk_rule risk_rule_child_orders = {
    .name = "child_orders",
    .summary =
        "Cuts orders toward one decision to max_ratio of what it decided, and refuses more than "
        "max_children of them.",
    .params = params,
    .param_count = PARAMS,
    .state_more = state_more,
    .checks_reducing = true,
    .notes = 1u << RISK_FACT_PARENT | 1u << RISK_FACT_SENT | 1u << RISK_FACT_ENDED |
             1u << RISK_FACT_FILLED,
    .rank = RISK_RANK_CHILD_ORDERS,
    .check = check,
    .note = note,
};
