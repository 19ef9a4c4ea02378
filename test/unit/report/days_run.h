// SPDX-License-Identifier: Apache-2.0
// A run of many days for the tests of what is told by day: alpha is long 100 AAA, beta short 50 BBB from the first day
// on, at prices that walk; and the same numbers again, by the plainest means.
#ifndef FULMAR_TEST_REPORT_DAYS_RUN_H
#define FULMAR_TEST_REPORT_DAYS_RUN_H

#include <math.h>
#include <stdlib.h>

#include "runs.h"

enum { DAYS = 320, DAYS_CAPITAL = 10000000 };

struct days_run {
    struct run run;
    int64_t prices[DAYS][2]; // cents
    int64_t equity[DAYS];    // at the end of each day
    int64_t of[DAYS][2];     // of alpha and beta
};

static inline int64_t days_step(uint64_t *state, int64_t price) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    int64_t roll = (int64_t)(*state >> 33) % 401 - 200; // per mille of a tenth
    return price + price * roll / 10000;
}

static inline void days_run_open(struct days_run *days, const struct report_limit *limits,
                                 uint32_t limit_count) {
    uint64_t state = 7;
    struct run *run = &days->run;
    run_open(run, run_symbols);
    run->config.limits = limits;
    run->config.limit_count = limit_count;
    run_start(run);
    int64_t now = NS_PER_DAY + 1;
    run_deposit(run, now, DAYS_CAPITAL);
    report_mark(run->report, now, MONEY(DAYS_CAPITAL), MONEY(0));
    run_trade(run, now + 1, 0, 0, 1, 100, 5000, 0);
    run_trade(run, now + 2, 1, 1, -1, 50, 8000, 0);
    int64_t prices[2] = {5000, 8000};
    for (int d = 0; d < DAYS; d++) {
        int64_t at = now + d * NS_PER_DAY + NS_PER_DAY / 2;
        for (uint32_t i = 0; i < 2; i++) {
            prices[i] = days_step(&state, prices[i]);
            days->prices[d][i] = prices[i];
            run_bar(run, at, i, prices[i], prices[i], prices[i], prices[i]);
        }
        int64_t alpha = 100 * (prices[0] - 5000), beta = -50 * (prices[1] - 8000);
        days->of[d][0] = DAYS_CAPITAL * 6 / 10 + alpha;
        days->of[d][1] = DAYS_CAPITAL * 4 / 10 + beta;
        days->equity[d] = DAYS_CAPITAL + alpha + beta;
        report_mark(run->report, at, MONEY(days->equity[d]),
                    MONEY(100 * prices[0] + 50 * prices[1]));
    }
    assert_ok(report_end(run->report));
    assert_true(report_difference(run->report).m == 0);
}

static inline double days_gross(const struct days_run *days, int d) {
    return (double)(100 * days->prices[d][0] + 50 * days->prices[d][1]) / (double)days->equity[d];
}

static inline double days_net(const struct days_run *days, int d) {
    return (double)(100 * days->prices[d][0] - 50 * days->prices[d][1]) / (double)days->equity[d];
}

#endif
