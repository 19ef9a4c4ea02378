// SPDX-License-Identifier: Apache-2.0
// Buy and hold: owns the instrument from the first bar on.
//
// Idea: the market's own return, which everything else has to beat after costs.
// Source: the benchmark of William F. Sharpe, "The Arithmetic of Active Management", Financial Analysts
// Journal 47 (1991).
// Where it fails: it sits through every drawdown of the instrument, and a delisted one takes it all.
#include "strategy/strategy.h"

enum { WHY_HOLD = 1 };
static const char *const reasons[] = {[WHY_HOLD] = "hold"};

static void decide(const struct strategy_view *view, void *state, struct strategy_out *ret_out) {
    if (view->bars[0].close_ns == 0) return;
    struct strategy_target *target = &ret_out->targets[0];
    target->kind = TARGET_SET;
    target->weight = 1;
    target->reason = WHY_HOLD;
}

const struct strategy strategy_buy_and_hold = {
    .name = "buy_and_hold",
    .summary = "Buys at the first bar and holds: the benchmark.",
    .reasons = reasons,
    .reason_count = sizeof reasons / sizeof *reasons,
    .scope = SCOPE_INSTRUMENT,
    .decide = decide,
};
