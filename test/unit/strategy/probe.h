// SPDX-License-Identifier: Apache-2.0
// One instance of a strategy under hand-made views: set inputs, bar and position, ask for a decision.
#ifndef FULMAR_TEST_UNIT_STRATEGY_PROBE_H
#define FULMAR_TEST_UNIT_STRATEGY_PROBE_H

#include <math.h>

#include "harness.h"
#include "strategy/strategy.h"

enum { PROBE_INSTRUMENTS = 8, PROBE_STATE_BYTES = 1 << 16 };

struct probe {
    const struct strategy *strategy;
    double params[PARAMS_MAX];
    double inputs[PROBE_INSTRUMENTS * STRATEGY_INPUTS_MAX];
    struct strategy_bar bars[PROBE_INSTRUMENTS];
    uint8_t fresh[PROBE_INSTRUMENTS];
    double position[PROBE_INSTRUMENTS];
    double entry_price[PROBE_INSTRUMENTS];
    struct strategy_target targets[PROBE_INSTRUMENTS];
    uint64_t state[PROBE_STATE_BYTES / sizeof(uint64_t)];
    uint64_t decisions;
    uint32_t instrument_count;
};

static inline void probe_open(struct probe *probe, const char *name, uint32_t instrument_count) {
    memset(probe, 0, sizeof *probe);
    probe->strategy = strategy_find(name);
    assert_non_null(probe->strategy);
    assert_true(instrument_count <= PROBE_INSTRUMENTS);
    probe->instrument_count = instrument_count;
    params_defaults(probe->strategy->params, probe->strategy->param_count, probe->params);
    for (uint32_t i = 0; i < instrument_count; i++) {
        probe->bars[i] = (struct strategy_bar){100, 101, 99, 100, 1000, 1};
        probe->fresh[i] = 1;
    }
}

static inline void probe_set(struct probe *probe, const char *name, const char *value) {
    assert_ok(params_set(probe->strategy->params, probe->strategy->param_count, name, value,
                         probe->params));
}

static inline int probe_check(const struct probe *probe) {
    return probe->strategy->check == NULL ? 0 : probe->strategy->check(probe->params);
}

static inline void probe_decide(struct probe *probe) {
    for (uint32_t i = 0; i < probe->instrument_count; i++)
        probe->targets[i] = (struct strategy_target){.confidence = 1, .stop = NAN, .take = NAN};
    struct strategy_view view = {
        .now_ns = (int64_t)probe->decisions + 1,
        .params = probe->params,
        .instrument_count = probe->instrument_count,
        .input_count = (uint32_t)probe->strategy->input_count,
        .bars = probe->bars,
        .inputs = probe->inputs,
        .fresh = probe->fresh,
        .position = probe->position,
        .entry_price = probe->entry_price,
        .equity = 1000,
        .decisions = probe->decisions++,
    };
    struct strategy_out out = {.targets = probe->targets};
    probe->strategy->decide(&view, probe->state, &out);
    assert_int_equal(out.order_count, 0);
}

// One decision of an instance of one instrument: inputs in the order of the strategy's table.
static inline const struct strategy_target *probe_ask(struct probe *probe, double close,
                                                      const double *inputs) {
    memcpy(probe->inputs, inputs, probe->strategy->input_count * sizeof *inputs);
    probe->bars[0].open = probe->bars[0].high = probe->bars[0].low = close;
    probe->bars[0].close = close;
    probe_decide(probe);
    return &probe->targets[0];
}
#define ASK(probe, close, ...) probe_ask((probe), (close), (const double[]){__VA_ARGS__})

#define assert_keeps(target_) assert_int_equal((target_)->kind, TARGET_KEEP)
#define assert_sets(target_, weight_)                                                              \
    do {                                                                                           \
        const struct strategy_target *t_ = (target_);                                              \
        if (t_->kind != TARGET_SET || t_->weight != (weight_))                                     \
            fail_msg("kind %u, weight %g, not %g", t_->kind, t_->weight, (double)(weight_));       \
    } while (0)

// Whatever input is undefined: no trade, and the state as it was.
static inline void assert_never_trades_on_nan(const char *name, double close,
                                              const double *inputs) {
    const struct strategy *strategy = strategy_find(name);
    for (size_t i = 0; i < strategy->input_count; i++) {
        struct probe probe;
        double holed[STRATEGY_INPUTS_MAX];
        memcpy(holed, inputs, strategy->input_count * sizeof *inputs);
        holed[i] = NAN;
        probe_open(&probe, name, 1);
        assert_keeps(probe_ask(&probe, close, holed));
        assert_sets(probe_ask(&probe, close, inputs), 1);
        probe.position[0] = 1;
        assert_keeps(probe_ask(&probe, close / 2, holed));
    }
}

#endif
