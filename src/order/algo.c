// SPDX-License-Identifier: Apache-2.0
#include "order/algo.h"

#include <string.h>

#include "base/check.h"
#include "order/algo_list.h"

#define DECLARE(name) extern const struct algo algo_##name;
ALGO_LIST(DECLARE)

#define ENTRY(name) &algo_##name,
static const struct algo *const algos[] = {ALGO_LIST(ENTRY)};

size_t algo_count(void) {
    return sizeof algos / sizeof *algos;
}

const struct algo *algo_at(size_t index) {
    CHECK(index < algo_count());
    return algos[index];
}

const struct algo *algo_find(const char *name) {
    for (size_t i = 0; i < algo_count(); i++)
        if (strcmp(algos[i]->name, name) == 0) return algos[i];
    return NULL;
}

uint32_t algo_index(const struct algo *algo) {
    uint32_t index = 0;
    while (index < algo_count() && algos[index] != algo) index++;
    CHECK(index < algo_count());
    return index;
}

qty_t algo_open(const struct algo_view *view) {
    int64_t open = view->qty.m - view->filled.m - view->working.m;
    return QTY(open > 0 ? open : 0);
}

uint32_t algo_slice(const struct algo_view *view) {
    if (view->now_ns >= view->end_ns) return view->slices - 1;
    if (view->now_ns <= view->start_ns) return 0;
    int128_t passed = (int128_t)(view->now_ns - view->start_ns) * view->slices;
    return (uint32_t)(passed / (view->end_ns - view->start_ns));
}

qty_t algo_due(const struct algo_view *view, uint32_t part) {
    if (part >= ALGO_WHOLE) return view->qty;
    int64_t due = (int64_t)((int128_t)view->qty.m * part / ALGO_WHOLE);
    return QTY(due - due % view->lot.m);
}

void algo_follow_curve(const struct algo_view *view, struct algo_out *ret_out) {
    qty_t due = algo_due(view, view->curve[algo_slice(view)]);
    int64_t more = due.m - view->filled.m - view->working.m;
    if (more < view->qty_min.m && due.m < view->qty.m) return; // it comes with the next slice
    if (more <= 0) return;
    ret_out->orders[ret_out->order_count++] =
        (struct algo_order){.qty = QTY(more), .type = ORDER_MARKET, .tif = TIF_GTC};
}

void algo_curve_even(uint32_t slices, uint32_t *ret_curve) {
    for (uint32_t k = 0; k < slices; k++)
        ret_curve[k] = (uint32_t)(((uint64_t)ALGO_WHOLE * (k + 1) + slices - 1) / slices);
}

const char *algo_reason_name(uint32_t reason) {
    static const char *const names[ALGO_REASON_COUNT] = {
        [ALGO_REASON_NONE] = "none",       [ALGO_REASON_FILLED] = "filled",
        [ALGO_REASON_TIME] = "time",       [ALGO_REASON_REPLACED] = "replaced",
        [ALGO_REASON_CLOSED] = "closed",   [ALGO_REASON_HALTED] = "halted",
        [ALGO_REASON_REFUSED] = "refused", [ALGO_REASON_SPLIT] = "split",
    };
    return reason < ALGO_REASON_COUNT ? names[reason] : NULL;
}
