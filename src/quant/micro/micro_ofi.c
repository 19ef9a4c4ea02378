// SPDX-License-Identifier: Apache-2.0
// Order-flow imbalance, at the best quote and level by level. Sums are of whole mantissas, so they are exact.
#include "quant/micro/micro_param.h"
#include "quant/stream/slots.h"

enum { LEVELS = 10 };
enum sum { SUM_WINDOW, SUM_EVENT, SUM_TOTAL };

// What level i (from 0) of both sides adds with a change: quote_flow of whole mantissas, and without branches.
static int64_t flow_at(const struct micro_view *view, uint32_t i) {
    int64_t flow[2];
    for (int s = 0; s < 2; s++) {
        int64_t now = view->now[s].price[i], before = view->before[s].price[i];
        int64_t rose = -(int64_t)(now > before), fell = -(int64_t)(now < before);
        int64_t better = s ? fell : rose, worse = s ? rose : fell;
        flow[s] = (view->now[s].qty[i] & ~worse) - (view->before[s].qty[i] & ~better);
    }
    return flow[0] - flow[1];
}

struct ofi {
    struct slots window;
    int64_t total;
};

static size_t ofi_size(const double *params) {
    return sizeof(struct ofi);
}

static void ofi_init(void *memory, const double *params, double price_unit, double qty_unit) {
    *(struct ofi *)memory = (struct ofi){.window = slots_make(micro_ns(params[0]))};
}

static void ofi_book(void *memory, const struct micro_view *view, double *outputs) {
    struct ofi *ofi = memory;
    int64_t event = micro_touched(view, 1) && !view->begun ? flow_at(view, 0) : 0;
    ofi->total = slots_plus(ofi->total, event);
    slots_add(&ofi->window, view->now_ns, event);
    outputs[0] = (double)event * view->qty_unit;
    outputs[1] = (double)ofi->window.sum * view->qty_unit;
    outputs[2] = (double)ofi->total * view->qty_unit;
}

static void ofi_time(void *memory, const struct micro_view *view, double *outputs) {
    struct ofi *ofi = memory;
    if (view->changes == 0) return;
    outputs[1] = (double)slots_sum(&ofi->window, view->now_ns) * view->qty_unit;
}

static const struct param ofi_params[] = {
    MICRO_SPAN("window", 1, "The span of time of `window`, which covers up to a sixteenth more."),
};

const struct micro micro_ofi = {
    .name = "ofi",
    .summary =
        "Order-flow imbalance at the best quote, in units of quantity: what the change of the "
        "book added to the bid and took from the ask; its sum over a window of time and since "
        "the start. The first change after a picture adds nothing.",
    .source =
        "Cont, Kukanov and Stoikov, The price impact of order book events, Journal of Financial "
        "Econometrics 12 (2014), equation 5",
    .outputs = {"event", "window", "total"},
    .output_count = 3,
    .params = ofi_params,
    .param_count = MICRO_COUNT(ofi_params),
    .state_size = ofi_size,
    .init = ofi_init,
    .book = ofi_book,
    .time = ofi_time,
};

struct ofi_levels {
    uint32_t levels;
    uint32_t sum; // enum sum
    int64_t total[LEVELS];
    struct slots window[LEVELS];
};

static size_t levels_size(const double *params) {
    return sizeof(struct ofi_levels);
}

static uint32_t levels_levels(const double *params) {
    return (uint32_t)params[0];
}

static void levels_init(void *memory, const double *params, double price_unit, double qty_unit) {
    struct ofi_levels *ofi = memory;
    *ofi = (struct ofi_levels){.levels = (uint32_t)params[0], .sum = (uint32_t)params[1]};
    for (int i = 0; i < LEVELS; i++) ofi->window[i] = slots_make(micro_ns(params[2]));
}

static void levels_book(void *memory, const struct micro_view *view, double *outputs) {
    struct ofi_levels *ofi = memory;
    uint32_t from = view->from[0] < view->from[1] ? view->from[0] : view->from[1];
    uint32_t to = view->to[0] > view->to[1] ? view->to[0] : view->to[1];
    if (view->begun) from = ofi->levels;
    bool ends = ofi->sum == SUM_EVENT || view->now_ns >= ofi->window[0].end_ns; // of all windows
    for (uint32_t i = 0; i < ofi->levels; i++) {
        int64_t event = i >= from && i < to ? flow_at(view, i) : 0;
        if (event == 0 && !ends) continue; // nothing is another
        if (ofi->sum == SUM_WINDOW) slots_add(&ofi->window[i], view->now_ns, event);
        ofi->total[i] = slots_plus(ofi->total[i], event);
        int64_t value = ofi->sum == SUM_WINDOW  ? ofi->window[i].sum
                        : ofi->sum == SUM_EVENT ? event
                                                : ofi->total[i];
        outputs[i] = (double)value * view->qty_unit;
    }
}

static void levels_time(void *memory, const struct micro_view *view, double *outputs) {
    struct ofi_levels *ofi = memory;
    if (view->changes == 0 || ofi->sum != SUM_WINDOW) return;
    for (uint32_t i = 0; i < ofi->levels; i++)
        outputs[i] = (double)slots_sum(&ofi->window[i], view->now_ns) * view->qty_unit;
}

static const struct param levels_params[] = {
    MICRO_LEVELS(5, LEVELS),
    {.name = "sum",
     .type = PARAM_ENUM,
     .unit = "",
     .choices = "window|event|total",
     .help = "Over a window of time, of the change alone, or since the start."},
    MICRO_SPAN("window", 1, "The span of time of a window, which covers up to a sixteenth more."),
};

const struct micro micro_ofi_levels = {
    .name = "ofi_levels",
    .summary =
        "Order-flow imbalance of each of the best levels by their rank, in units of quantity; "
        "undefined beyond `levels`.",
    .source =
        "Xu, Gould and Howison, Multi-level order-flow imbalance in a limit order book, Market "
        "Microstructure and Liquidity 4 (2018)",
    .outputs = {"level1", "level2", "level3", "level4", "level5", "level6", "level7", "level8",
                "level9", "level10"},
    .output_count = LEVELS,
    .params = levels_params,
    .param_count = MICRO_COUNT(levels_params),
    .state_size = levels_size,
    .levels = levels_levels,
    .init = levels_init,
    .book = levels_book,
    .time = levels_time,
};
