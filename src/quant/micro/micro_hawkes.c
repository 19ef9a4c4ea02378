// SPDX-License-Identifier: Apache-2.0
// The intensity of buyers' and sellers' trades as a Hawkes process with exponential decay, in constant time an event.
#include "quant/math/mathfn.h"
#include "quant/micro/micro_param.h"
#include "quant/micro/micro_sign.h"

struct hawkes {
    struct micro_signer signer;
    double mu, alpha, cross, beta;
    double excited[2]; // of buyers and sellers, above mu, at then_ns
    int64_t then_ns;
};

static size_t hawkes_size(const double *params) {
    return sizeof(struct hawkes);
}

static void hawkes_init(void *memory, const double *params, double price_unit, double qty_unit) {
    *(struct hawkes *)memory =
        (struct hawkes){.mu = params[0], .alpha = params[1], .cross = params[2], .beta = params[3]};
}

static void hawkes_time(void *memory, const struct micro_view *view, double *outputs) {
    struct hawkes *state = memory;
    if (state->signer.seen == 0) return;
    if (view->now_ns > state->then_ns) {
        double seconds = (double)(view->now_ns - state->then_ns) / MICRO_NS_PER_S;
        double decay = mathfn_exp(-state->beta * seconds);
        state->excited[0] *= decay;
        state->excited[1] *= decay;
        state->then_ns = view->now_ns;
    }
    outputs[0] = state->mu + state->excited[0];
    outputs[1] = state->mu + state->excited[1];
    outputs[2] = (outputs[0] - outputs[1]) / (outputs[0] + outputs[1]);
}

static void hawkes_trade(void *memory, const struct micro_view *view,
                         const struct micro_trade *trade, double *outputs) {
    struct hawkes *state = memory;
    int sign = micro_sign(&state->signer, view, trade);
    if (state->signer.seen == 1) state->then_ns = view->now_ns;
    hawkes_time(memory, view, outputs); // of what came before
    if (sign == 0) return;
    state->excited[sign < 0] += state->alpha;
    state->excited[sign > 0] += state->cross;
    hawkes_time(memory, view, outputs);
}

#define RATE(name_, def_, min_, help_)                                                             \
    {                                                                                              \
        .name = (name_), .type = PARAM_REAL, .unit = "per second", .def = (def_), .min = (min_),   \
        .max = 1e6, .help = (help_)                                                                \
    }

static const struct param hawkes_params[] = {
    RATE("mu", 0.5, 1e-9, "Trades that come by themselves, of each side."),
    RATE("alpha", 0.5, 0, "What a trade adds to the intensity of its own side."),
    RATE("cross", 0.1, 0, "What it adds to that of the other side."),
    RATE("beta", 1, 1e-6,
         "How fast what was added fades; the process is stationary when alpha + cross is less."),
};

const struct micro micro_hawkes = {
    .name = "hawkes",
    .summary =
        "Intensity of buyers' and of sellers' trades, a second, of a Hawkes process with "
        "exponential decay, just after the latest trade or at the time that was told; and their "
        "imbalance (buyers' - sellers') / sum in [-1, 1].",
    .source = "Hawkes, Spectra of some self-exciting and mutually exciting point processes, "
              "Biometrika 58 "
              "(1971); Bacry, Mastromatteo and Muzy, 2015",
    .outputs = {"buy", "sell", "imbalance"},
    .output_count = 3,
    .reads_trades = true,
    .params = hawkes_params,
    .param_count = MICRO_COUNT(hawkes_params),
    .state_size = hawkes_size,
    .init = hawkes_init,
    .trade = hawkes_trade,
    .time = hawkes_time,
};
