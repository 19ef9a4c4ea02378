// SPDX-License-Identifier: Apache-2.0
// VPIN over buckets of equal volume, with trades split where a bucket is full. All in whole mantissas.
#include <string.h>

#include "quant/micro/micro_param.h"
#include "quant/micro/micro_sign.h"

struct vpin {
    struct micro_signer signer;
    int64_t bucket; // mantissas
    int64_t filled; // of the bucket in use
    int64_t signed_qty;
    int64_t sum; // of |signed| over the ring
    uint64_t period;
    uint64_t count; // buckets so far
    int64_t ring[]; // |bought - sold|
};

static size_t vpin_size(const double *params) {
    return sizeof(struct vpin) + (size_t)params[1] * sizeof(int64_t);
}

static void vpin_init(void *memory, const double *params, double price_unit, double qty_unit) {
    struct vpin *state = memory;
    memset(state, 0, vpin_size(params));
    double bucket = params[0] / qty_unit;
    state->bucket = bucket < 1 ? 1 : bucket > 1e15 ? (int64_t)1e15 : (int64_t)(bucket + 0.5);
    state->period = (uint64_t)params[1];
}

// `count` buckets in a row whose imbalance is this.
static void vpin_push(struct vpin *state, int64_t imbalance, uint64_t count) {
    uint64_t steps = count < state->period ? count : state->period;
    for (uint64_t i = 0; i < steps; i++) {
        int64_t *slot = &state->ring[(state->count + i) % state->period];
        state->sum += imbalance - *slot;
        *slot = imbalance;
    }
    state->count += count; // the ring's head may stand anywhere in a ring of equals
}

static void vpin_trade(void *memory, const struct micro_view *view, const struct micro_trade *trade,
                       double *outputs) {
    struct vpin *state = memory;
    int sign = micro_sign(&state->signer, view, trade);
    int64_t left = trade->qty;
    if (sign == 0) return;
    uint64_t before = state->count;
    if (left >= state->bucket - state->filled) {
        int64_t part = state->bucket - state->filled, whole = state->signed_qty + sign * part;
        vpin_push(state, whole < 0 ? -whole : whole, 1);
        outputs[1] = (double)whole / (double)state->bucket;
        left -= part;
        uint64_t more = (uint64_t)(left / state->bucket);
        if (more > 0) outputs[1] = sign;
        vpin_push(state, state->bucket, more);
        left -= (int64_t)more * state->bucket;
        state->filled = state->signed_qty = 0;
    }
    state->filled += left;
    state->signed_qty += sign * left;
    if (state->count == before || state->count < state->period) return;
    outputs[0] = (double)state->sum / ((double)state->period * (double)state->bucket);
}

static const struct param vpin_params[] = {
    {.name = "bucket",
     .type = PARAM_REAL,
     .unit = "quantity",
     .def = 100,
     .min = 1e-9,
     .max = 1e15,
     .help = "Volume of a bucket; often a fiftieth of a day's."},
    {.name = "buckets",
     .type = PARAM_INT,
     .unit = "buckets",
     .def = 50,
     .min = 1,
     .max = 5000,
     .help = "How many of the latest full buckets are averaged."},
};

const struct micro micro_vpin = {
    .name = "vpin",
    .summary =
        "Volume-synchronised probability of informed trading, in [0, 1]: mean over the latest full "
        "buckets of |bought - sold| / volume; and (bought - sold) / volume of the latest of them. "
        "Trades have their true signs, else Lee and Ready's.",
    .source =
        "Easley, Lopez de Prado and O'Hara, Flow toxicity and liquidity in a high-frequency world, "
        "Review of Financial Studies 25 (2012)",
    .outputs = {"value", "bucket"},
    .output_count = 2,
    .reads_trades = true,
    .params = vpin_params,
    .param_count = MICRO_COUNT(vpin_params),
    .state_size = vpin_size,
    .init = vpin_init,
    .trade = vpin_trade,
};
