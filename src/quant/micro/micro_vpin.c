// SPDX-License-Identifier: Apache-2.0
// VPIN over buckets of equal volume. By trade each has its sign, and is split where a bucket is full; in bulk it is
// spans of time that have a share of buying, from how far their last price went, and are split pro rata.
//
// What was bought less what was sold is in whole units: mantissas by trade, and 2^-shift of one in bulk, so small that
// rounding to them is within a double's own.
#include <string.h>

#include "base/decimal.h"
#include "quant/math/normal.h"
#include "quant/micro/micro_line.h"
#include "quant/micro/micro_param.h"
#include "quant/micro/micro_sign.h"

enum { BUCKET_BITS = 50 }; // of a bucket in units: 5000 of them add up within 64

// Trades of a span of time that wait for its end.
struct bulk {
    struct micro_clock clock;
    int64_t qty;
    int64_t close;        // ticks
    int64_t close_before; // of the latest span with a trade
    uint64_t spans;       // with a trade, that have ended
    double mean, squares; // of the changes of their closes, and of deviations from it
};

struct vpin {
    struct micro_signer signer;
    struct bulk bulk;
    uint64_t by_span;
    uint64_t shift;
    int64_t bucket; // mantissas
    int64_t filled; // of the bucket in use
    int64_t signed_units;
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
    state->by_span = params[2] != 0;
    state->bulk.clock.span_ns = micro_ns(params[3]);
    while (state->by_span && state->bucket >> (BUCKET_BITS - 1 - state->shift) == 0) state->shift++;
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

// A bucket's units, all of one side.
static int64_t bucket_units(const struct vpin *state) {
    return state->bucket * ((int64_t)1 << state->shift);
}

// What of `units`, which are those of `qty`, goes with a part of it.
static int64_t share_of(int128_t units, int64_t part, int64_t qty) {
    return (int64_t)(units / qty * part + units % qty * part / qty);
}

// Lays a quantity into buckets, each with its share of the units.
static void vpin_lay(struct vpin *state, int64_t qty, int128_t units, double *outputs) {
    uint64_t before = state->count;
    double whole = (double)bucket_units(state);
    if (qty >= state->bucket - state->filled) {
        int64_t part = state->bucket - state->filled, of_part = share_of(units, part, qty);
        int64_t net = state->signed_units + of_part;
        vpin_push(state, net < 0 ? -net : net, 1);
        outputs[1] = (double)net / whole;
        qty -= part;
        units -= of_part;
        uint64_t more = (uint64_t)(qty / state->bucket);
        if (more > 0) {
            net = share_of(units, state->bucket, qty);
            outputs[1] = (double)net / whole;
            vpin_push(state, net < 0 ? -net : net, more);
            qty -= (int64_t)more * state->bucket;
            units -= (int128_t)net * (int64_t)more;
        }
        state->filled = state->signed_units = 0;
    }
    state->filled += qty;
    state->signed_units += (int64_t)units;
    if (state->count == before || state->count < state->period) return;
    outputs[0] = (double)state->sum / ((double)state->period * whole);
}

// The share of a span's volume that was bought, less the other: 2 Phi(change / deviation of all changes so far) - 1.
static double bulk_share(struct bulk *bulk) {
    if (bulk->spans++ == 0) return 0;
    double change = (double)(bulk->close - bulk->close_before), n = (double)(bulk->spans - 1);
    double off = change - bulk->mean;
    bulk->mean += off / n;
    bulk->squares += off * (change - bulk->mean);
    if (n < 2 || !(bulk->squares > 0)) return 0;
    return 2 * normal_cdf(change / sqrt(bulk->squares / (n - 1))) - 1;
}

static void vpin_time(void *memory, const struct micro_view *view, double *outputs) {
    struct vpin *state = memory;
    struct bulk *bulk = &state->bulk;
    if (!state->by_span || micro_clock_pass(&bulk->clock, view->now_ns) == 0 || bulk->qty == 0)
        return;
    double all = (double)bulk->qty * (double)((int64_t)1 << state->shift);
    vpin_lay(state, bulk->qty, (int128_t)(bulk_share(bulk) * all), outputs);
    bulk->close_before = bulk->close;
    bulk->qty = 0;
}

static void vpin_trade(void *memory, const struct micro_view *view, const struct micro_trade *trade,
                       double *outputs) {
    struct vpin *state = memory;
    if (state->by_span) {
        vpin_time(memory, view, outputs);
        state->bulk.close = trade->price;
        if (state->bulk.qty <= INT64_MAX - trade->qty) state->bulk.qty += trade->qty;
        return;
    }
    int sign = micro_sign(&state->signer, view, trade);
    if (sign != 0) vpin_lay(state, trade->qty, (int128_t)sign * trade->qty, outputs);
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
    {.name = "by",
     .type = PARAM_ENUM,
     .unit = "",
     .choices = "trade|bulk",
     .help =
         "Each trade by its sign, or spans of time in bulk, by the change of their last price."},
    MICRO_SPAN("bar", 60, "The spans of time in bulk; one counts when it is over."),
};

const struct micro micro_vpin = {
    .name = "vpin",
    .summary =
        "Volume-synchronised probability of informed trading, in [0, 1]: mean over the latest full "
        "buckets of |bought - sold| / volume; and (bought - sold) / volume of the latest of them. "
        "Trades have their true signs, else Lee and Ready's; in bulk the share bought of a span of "
        "time is Phi(change of its last price / deviation of all such changes so far).",
    .source =
        "Easley, Lopez de Prado and O'Hara, Flow toxicity and liquidity in a high-frequency world, "
        "Review of Financial Studies 25 (2012); in bulk its equation 4",
    .outputs = {"value", "bucket"},
    .output_count = 2,
    .reads_trades = true,
    .params = vpin_params,
    .param_count = MICRO_COUNT(vpin_params),
    .state_size = vpin_size,
    .init = vpin_init,
    .book = vpin_time,
    .trade = vpin_trade,
    .time = vpin_time,
};
