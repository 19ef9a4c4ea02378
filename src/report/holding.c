// SPDX-License-Identifier: Apache-2.0
#include "report/holding.h"

#include <math.h>

#include "quant/math/mathfn.h"

void holding_init(struct holding *holding, int64_t start_ns, int64_t lot, int64_t limit) {
    *holding =
        (struct holding){.since_ns = start_ns, .start_ns = start_ns, .width = lot, .limit = limit};
}

static int64_t size_of(int64_t qty) {
    return qty < 0 ? -qty : qty;
}

// Two neighbours become one, on each side of flat.
static void widen(struct holding *holding) {
    int64_t *flat = holding->times + HOLDING_BUCKETS;
    for (int k = 1; k <= HOLDING_BUCKETS; k++) {
        bool some = 2 * k <= HOLDING_BUCKETS;
        flat[k] = some ? flat[2 * k - 1] + flat[2 * k] : 0;
        flat[-k] = some ? flat[1 - 2 * k] + flat[-2 * k] : 0;
    }
    holding->width *= 2;
}

// The time since the last change belongs to the position that was held.
static void pass(struct holding *holding, int64_t ts_ns) {
    int64_t ns = ts_ns - holding->since_ns, qty = holding->qty, size = size_of(qty);
    if (ns <= 0) return;
    holding->since_ns = ts_ns;
    holding->size_time += (int128_t)size * ns;
    holding->net_time += (int128_t)qty * ns;
    holding->long_ns += qty > 0 ? ns : 0;
    holding->short_ns += qty < 0 ? ns : 0;
    holding->limit_ns += holding->limit > 0 && size >= holding->limit ? ns : 0;
    while (size > holding->width * HOLDING_BUCKETS) widen(holding);
    int64_t bucket = (size + holding->width - 1) / holding->width;
    holding->times[HOLDING_BUCKETS + (qty < 0 ? -bucket : bucket)] += ns;
}

void holding_fill(struct holding *holding, int64_t ts_ns, int side, qty_t qty) {
    pass(holding, ts_ns);
    int64_t before = holding->qty, after = before + side * qty.m;
    int64_t closed = (before < 0) == (side < 0) || before == 0 ? 0 : size_of(before);
    if (closed > qty.m) closed = qty.m;
    holding->opened += qty.m - closed;
    *(side > 0 ? &holding->bought : &holding->sold) += qty.m;
    holding->qty = after;
    holding->fills++;
    if (after > holding->highest) holding->highest = after;
    if (after < holding->lowest) holding->lowest = after;
}

void holding_step(struct holding *holding) {
    double now = (double)holding->qty, before = holding->before;
    if (holding->stepped) {
        holding->steps++;
        holding->sum += now;
        holding->sum_before += before;
        holding->product += now * before;
        holding->square_before += before * before;
    }
    holding->stepped = true;
    holding->before = now;
}

void holding_end(struct holding *holding, int64_t ts_ns) {
    pass(holding, ts_ns);
}

int64_t holding_mean_ns(const struct holding *holding) {
    if (holding->opened == 0) return -1;
    return (int64_t)decimal_div_round(holding->size_time, holding->opened, ROUND_HALF_EVEN);
}

double holding_half_life_steps(const struct holding *holding) {
    double n = holding->steps;
    double variance = holding->square_before - holding->sum_before * holding->sum_before / n;
    double phi = (holding->product - holding->sum * holding->sum_before / n) / variance;
    return n > 1 && variance > 0 && phi > 0 && phi < 1 ? -mathfn_log(2) / mathfn_log(phi) : NAN;
}
