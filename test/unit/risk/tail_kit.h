// SPDX-License-Identifier: Apache-2.0
// What the tests of limits on value at risk and expected shortfall share: returns to look back on, and their loss.
#ifndef FULMAR_TEST_TAIL_KIT_H
#define FULMAR_TEST_TAIL_KIT_H

#include "risk_kit.h"

#include <math.h>

enum { TAIL_KIT_ROWS = 100 };

// Returns of +-1 % and some of -4 % in the first; the second moves against it, the third not at all.
static inline void tail_kit_run(struct risk_kit *kit, int rows) {
    int64_t prices[RISK_KIT_INSTRUMENTS] = {100000000, 100000000, 100000000, 0};
    risk_kit_model(kit);
    for (int i = 0; i <= rows; i++) {
        risk_kit_step(kit, prices);
        int64_t parts = i % 20 == 7 ? -40 + i / 10 : i % 2 == 0 ? 10 : -10;
        prices[0] += parts * (prices[0] / 1000);
        prices[1] -= parts * (prices[1] / 1000);
    }
    for (int i = 0; i < RISK_KIT_INSTRUMENTS; i++) kit->board.rows[i].last = PRICE(1000);
}

// Of 1.00 in the first, from the model's own returns sorted anew: the expected shortfall, or the value at risk.
static inline double tail_kit_loss(const struct risk_kit *kit, bool shortfall) {
    double scratch[4096];
    struct tail_options options = tail_options_default();
    options.level = kit->params[1];
    struct tail_risk tail;
    assert_true(tail_risk_scratch(TAIL_KIT_ROWS) <= 4096);
    assert_ok(tail_risk_of(TAIL_LOWER, kit->model.slots, TAIL_KIT_ROWS, &options, scratch, &tail));
    return shortfall ? tail.es : tail.var;
}

// An order is cut to the loss that a day may bring.
static inline void tail_kit_cut(const char *rule, bool shortfall) {
    struct risk_kit kit;
    risk_kit_open(&kit, rule);
    kit.params[2] = TAIL_KIT_ROWS;
    tail_kit_run(&kit, TAIL_KIT_ROWS);
    double one = tail_kit_loss(&kit, shortfall);
    assert_true(one > 0.009 && one < 0.05);
    int64_t most = (int64_t)floor(10.0005 / one); // to a cent 1 % of 10,000.00, at 10.00 a share
    const struct risk_case cases[] = {{most, RISK_ALLOW, 0}, {most + 1, RISK_SHRINK, most}};
    risk_kit_cases(&kit, 0, cases, 2);
    assert_true(kit.result.limit == 0.01);
    assert_true(fabs(kit.result.value - one * (double)(most + 1) / 1000) <= 0.5e-6);
    risk_kit_hold(&kit, 0, most - 10);
    const struct risk_case more[] = {{10, RISK_ALLOW, 0}, {11, RISK_SHRINK, 10}};
    risk_kit_cases(&kit, 0, more, 2);
    risk_kit_work(&kit, 0, 10); // an open order counts as filled
    assert_int_equal(risk_kit_check(&kit, 0, 1), RISK_VETO);
    assert_int_equal(risk_kit_check(&kit, 1, 1), RISK_ALLOW);       // moves against it
    assert_int_equal(risk_kit_check(&kit, 2, 1000000), RISK_ALLOW); // does not move
    risk_kit_close(&kit);
}

#endif
