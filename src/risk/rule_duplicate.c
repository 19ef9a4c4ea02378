// SPDX-License-Identifier: Apache-2.0
// The same order twice within a moment: strategy, instrument, side, type, quantity and prices are equal.
#include "risk/rule.h"

enum { WINDOW, PARAMS, RING = 256 };

static const struct param params[PARAMS] = {
    {.name = "window_s",
     .type = PARAM_REAL,
     .unit = "s",
     .def = 1,
     .min = 0,
     .max = 86400,
     .help = "How long an order must not be repeated; exactly so long after, it may."},
};

struct sent {
    int64_t ts_ns;
    int64_t qty;
    int64_t limit_price;
    int64_t stop_price;
    uint32_t strategy;
    uint32_t instrument;
    int32_t side;
    uint32_t type;
};
_Static_assert(sizeof(struct sent) == 48, "engine state");

struct recent {
    uint64_t count; // of all; the latest RING are at the count modulo it
    uint64_t reserved;
    struct sent ring[RING];
};

static size_t state_more(const double *values, uint32_t instruments, uint32_t strategies) {
    return sizeof(struct recent);
}

static struct sent sent_of(const struct order_spec *spec, int64_t now_ns) {
    return (struct sent){.ts_ns = now_ns,
                         .qty = spec->qty.m,
                         .limit_price = spec->limit_price.m,
                         .stop_price = spec->stop_price.m,
                         .strategy = spec->strategy,
                         .instrument = spec->instrument,
                         .side = spec->side,
                         .type = spec->type};
}

static bool is_same(const struct sent *a, const struct sent *b) {
    return a->qty == b->qty && a->limit_price == b->limit_price && a->stop_price == b->stop_price &&
           a->strategy == b->strategy && a->instrument == b->instrument && a->side == b->side &&
           a->type == b->type;
}

static enum risk_verdict check(const struct risk_view *view, const double *values, void *state,
                               const struct risk_order *order, struct risk_result *ret_result) {
    const struct recent *recent = state;
    struct sent now = sent_of(order->spec, view->now_ns);
    int64_t since_ns = view->now_ns - (int64_t)(values[WINDOW] * 1e9);
    uint64_t held = recent->count < RING ? recent->count : RING;
    ret_result->limit = values[WINDOW];
    for (uint64_t k = 1; k <= held; k++) {
        const struct sent *old = &recent->ring[(recent->count - k) % RING];
        if (old->ts_ns <= since_ns) return RISK_ALLOW;
        ret_result->value = (double)(view->now_ns - old->ts_ns) / 1e9;
        if (is_same(old, &now)) return RISK_VETO;
    }
    // So many within the window that one of them may be forgotten: what cannot be told is refused.
    return held == RING ? RISK_VETO : RISK_ALLOW;
}

static void note(const struct risk_view *view, const double *values, void *state,
                 const struct risk_fact *fact) {
    struct recent *recent = state;
    recent->ring[recent->count++ % RING] = sent_of(fact->spec, view->now_ns);
}

const struct risk_rule risk_rule_duplicate = {
    .name = "duplicate",
    .summary = "Refuses an order that repeats another of the last window_s seconds.",
    .params = params,
    .param_count = PARAMS,
    .state_more = state_more,
    .notes = 1u << RISK_FACT_SENT,
    .rank = RISK_RANK_DUPLICATE,
    .check = check,
    .note = note,
};
