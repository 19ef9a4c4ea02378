// SPDX-License-Identifier: Apache-2.0
// A strategy that enters, exits and keeps a protective stop (strategy/held.h), on the long side: its own decide() at
// every bar, and of engine and venue what one position with one stop needs. Bars over which nothing is filled are one
// stretch.
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "research/sweep/lane_state.h"

// What a strategy sees and answers, for one bar after the other.
struct desk {
    struct strategy_view view;
    struct strategy_out out;
    struct strategy_target target;
    double inputs[LANE_COLUMNS];
    const double *columns[LANE_COLUMNS];
    double position;
    double entry_price;
    uint8_t fresh;
};

static void desk_init(struct desk *desk, const struct lane_machine *machine,
                      const struct lane_chunk *chunk, const struct lane *lane) {
    const struct strategy *rules = machine->config->engine->strategies[0].strategy;
    memset(desk, 0, sizeof *desk);
    desk->fresh = 1;
    desk->view.inputs = desk->inputs;
    desk->view.input_count = (uint32_t)rules->input_count;
    desk->view.instrument_count = 1;
    desk->view.params = lane->params;
    desk->view.position = &desk->position;
    desk->view.entry_price = &desk->entry_price;
    desk->view.fresh = &desk->fresh;
    desk->out.targets = &desk->target;
    for (size_t k = 0; k < rules->input_count; k++)
        desk->columns[k] = chunk->columns + lane->columns[k] * chunk->stride;
}

static inline void look(struct desk *desk, const struct lane_machine *machine,
                        const struct lane_chunk *chunk, const struct lane *lane, uint32_t at) {
    for (uint32_t k = 0; k < desk->view.input_count; k++) desk->inputs[k] = desk->columns[k][at];
    desk->view.bars = &chunk->seen[at];
    desk->view.now_ns = chunk->bars[at].close_ns;
    desk->position = decimal_to_double(lane->qty, machine->instrument->qty_decimals);
    desk->target.kind = TARGET_KEEP;
    desk->target.reason = 0;
    desk->target.weight = 0;
    desk->target.confidence = 1;
    desk->target.stop = desk->target.take = NAN;
}

// As engine/engine_target.c: another weight is traded, the same one moves its protection alone.
static void answer(const struct lane_machine *machine, struct lane *lane, const struct bar *bar,
                   const struct strategy_target *target) {
    double weight = target->weight, stop = target->stop;
    if (weight == lane->weight) {
        if (isnan(stop) || stop == lane->stop) return;
        lane->stop = stop;
        if (lane->qty > 0 && !lane->stopping) lane_protect(machine, lane, bar, stop);
        return;
    }
    if (weight < 0 || !isnan(target->take) || (lane->qty > 0 && weight > 0) || lane->order != 0) {
        lane->left = true;
        return;
    }
    lane->stop = stop;
    lane_decide(machine, lane, bar, weight);
    if (weight > 0 && lane->order == 0)
        lane->left = true; // too small: asked for again by no rule here
    if (weight > 0 && !isnan(stop) && !lane->left) lane_protect(machine, lane, bar, stop);
}

void lane_hold(const struct lane_machine *machine, const struct lane_chunk *chunk,
               struct lane *lane) {
    const struct strategy *rules = machine->config->engine->strategies[0].strategy;
    struct desk desk;
    uint32_t from = 0, count = chunk->count;
    desk_init(&desk, machine, chunk, lane);
    if (chunk->day_ends) lane_end_day(lane, chunk->day);
    for (uint32_t at = 0; at < count && !lane->left; at++) {
        const struct bar *bar = &chunk->bars[at];
        if (lane->order != 0 || (lane->stops && bar->low.m <= lane->stop_price)) {
            if (at > from) lane_mark(machine, chunk, lane, from, at);
            from = at;
            lane_meet(machine, lane, bar);
        }
        look(&desk, machine, chunk, lane, at);
        rules->decide(&desk.view, lane->memory, &desk.out);
        if (UNLIKELY(desk.target.kind != TARGET_KEEP) && !lane->left)
            answer(machine, lane, bar, &desk.target);
    }
    if (!lane->left) lane_mark(machine, chunk, lane, from, count);
}
