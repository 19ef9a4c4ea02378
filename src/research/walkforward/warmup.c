// SPDX-License-Identifier: Apache-2.0
#include "research/walkforward/warmup.h"

#include <string.h>

#include "strategy/signal.h"

static int look(struct signal_graph *graph, const struct engine_strategy_config *config,
                const double *params, uint64_t *bars) {
    const struct strategy *rules = config->strategy;
    for (size_t k = 0; k < rules->input_count; k++) {
        int value = signal_add(graph, config->instruments[0], config->frame_s, rules->inputs[k],
                               rules->params, rules->param_count, params);
        if (value < 0) return ERR_APPEND(value, "in an input of strategy %s", rules->name);
        uint64_t needs = (uint64_t)signal_lookback(graph, value);
        if (needs > *bars) *bars = needs;
    }
    return 0;
}

// Corners of the space next to its first and its last point: one axis at its other end.
static int look_around(struct signal_graph *graph, const struct engine_strategy_config *config,
                       const struct space *space, uint64_t *bars) {
    uint32_t places[PARAMS_MAX];
    double params[PARAMS_MAX] = {0};
    for (int end = 0; end < 2; end++)
        for (uint32_t axis = 0; axis <= space->axis_count; axis++) {
            for (uint32_t i = 0; i < space->axis_count; i++)
                places[i] = (end == 1) != (i == axis) ? space->axes[i].count - 1 : 0;
            space_values(space, space_point(space, places), params);
            TRY(look(graph, config, params, bars));
        }
    return 0;
}

static bool has_frames(const struct strategy *rules) {
    for (size_t k = 0; k < rules->input_count; k++)
        if (strchr(rules->inputs[k], '@') != NULL) return true;
    return false;
}

int warmup_bars(const struct trial_config *config, const struct space *space, struct arena *arena,
                uint64_t *ret_bars) {
    const struct engine_config *engine = config->engine;
    const struct engine_strategy_config *strategy = &engine->strategies[0];
    size_t inputs = strategy->strategy->input_count;
    struct signal_config signals = {.instruments = engine->instruments,
                                    .node_max =
                                        (uint32_t)(2 * (space->axis_count + 1) * inputs + 1),
                                    .frame_max = 8,
                                    .data_frame_s = engine->data_frame_s};
    uint64_t bars = 0;
    if (has_frames(strategy->strategy) || strategy->gate_count > 0 || strategy->stop_count > 0 ||
        strategy->sizing->reads_volatility || strategy->frame_s != engine->data_frame_s ||
        strategy->instrument_count > 1) {
        *ret_bars = WARMUP_ALL;
        return 0;
    }
    size_t used = arena->used;
    struct signal_graph *graph = signal_graph_new(arena, arena, &signals);
    int rc = graph == NULL ? ERR_APPEND(ERR_NOMEM, "while looking at a strategy's inputs") : 0;
    if (rc == 0) rc = look_around(graph, strategy, space, &bars);
    arena_rewind(arena, used);
    if (rc < 0) return rc;
    *ret_bars = bars + 1;
    return 0;
}
