// SPDX-License-Identifier: Apache-2.0
// The micro-price, fitted as it goes: transitions are counted at every change of the best quote, and the
// adjustments are solved for anew each `refit` transitions, from all that was counted until then.
#include <string.h>

#include "quant/micro/micro_param.h"
#include "quant/micro/microprice.h"
#include "quant/stream/quote.h"

enum { NO_STATE = MICROPRICE_STATES_MAX };

struct state {
    uint64_t refit;
    uint64_t fitted; // 1: adjustment is there
    uint64_t at;     // the state; NO_STATE
    int64_t mid2;
    double adjustment[MICROPRICE_STATES_MAX]; // in ticks over two
    struct microprice_counts counts;
};

static size_t state_size(const double *params) {
    return sizeof(struct state);
}

const struct microprice_counts *microprice_counts_of(const void *feature_state) {
    return &((const struct state *)feature_state)->counts;
}

static void init(void *memory, const double *params, double price_unit, double qty_unit) {
    struct state *state = memory;
    memset(state, 0, sizeof *state);
    state->counts.states = (uint64_t)params[0];
    state->refit = (uint64_t)params[1];
    state->at = NO_STATE;
}

static void refit(struct state *state) {
    struct microprice_fit fit;
    if (microprice_fit(&state->counts, &fit) < 0) return; // the one before stands
    memcpy(state->adjustment, fit.adjustment, sizeof fit.adjustment);
    state->fitted = 1;
}

// Whether the best quote is another than before the change.
static bool moved(const struct micro_view *view) {
    bool same = true;
    for (int s = 0; s < 2; s++)
        same = same && view->now[s].price[0] == view->before[s].price[0] &&
               view->now[s].qty[0] == view->before[s].qty[0];
    return !same;
}

static void book(void *memory, const struct micro_view *view, double *outputs) {
    struct state *state = memory;
    if (!view->begun && !moved(view)) return;
    if (!micro_has_touch(view)) {
        state->at = NO_STATE;
        outputs[0] = outputs[1] = NAN;
        return;
    }
    double imbalance = quote_imbalance((double)view->now[0].qty[0], (double)view->now[1].qty[0]);
    uint32_t to = microprice_state(imbalance, (uint32_t)state->counts.states);
    int64_t mid2 = micro_mid2(view);
    if (state->at != NO_STATE && !view->begun) {
        microprice_count(&state->counts, (uint32_t)state->at, to, mid2 - state->mid2);
        if (state->counts.total % state->refit == 0) refit(state);
    }
    state->at = to;
    state->mid2 = mid2;
    if (!state->fitted) return;
    outputs[0] = 0.5 * ((double)mid2 + state->adjustment[to]) * view->price_unit;
    outputs[1] = 0.5 * state->adjustment[to] * view->price_unit;
}

static const struct param params[] = {
    {.name = "states",
     .type = PARAM_INT,
     .unit = "states",
     .def = 5,
     .min = 2,
     .max = MICROPRICE_STATES_MAX,
     .help = "Buckets of the best quote's imbalance."},
    {.name = "refit",
     .type = PARAM_INT,
     .unit = "changes",
     .def = 1000,
     .min = 1,
     .max = 1e9,
     .help =
         "After how many changes of the best quote the adjustments are estimated anew, from all so "
         "far."},
};

const struct micro micro_microprice = {
    .name = "microprice",
    .summary =
        "Stoikov's micro-price, the mid plus what the best quote's imbalance lets expect of it in "
        "the end, and that adjustment; estimated from what the book did until now, undefined "
        "before the first estimate.",
    .source = "Stoikov, The micro-price: a high-frequency estimator of future prices, Quantitative "
              "Finance 18 (2018)",
    .outputs = {"value", "adjustment"},
    .output_count = 2,
    .params = params,
    .param_count = MICRO_COUNT(params),
    .state_size = state_size,
    .init = init,
    .book = book,
};
