// SPDX-License-Identifier: Apache-2.0
#include "quant/option/arbitrage.h"

#include "base/check.h"

const char *arbitrage_kind_name(enum arbitrage_kind kind) {
    static const char *const names[] = {"monotone", "spread", "butterfly", "calendar", "parity"};
    CHECK((size_t)kind < ARBITRAGE_KINDS);
    return names[kind];
}

struct findings {
    struct arbitrage *found;
    size_t count, max;
    double tolerance;
};

static void add(struct findings *findings, enum arbitrage_kind kind, size_t index, double gain) {
    if (!(gain > findings->tolerance)) return;
    if (findings->count < findings->max)
        findings->found[findings->count] = (struct arbitrage){kind, index, gain};
    findings->count++;
}

size_t arbitrage_calls(const double *strikes, const double *bids, const double *asks, size_t count,
                       double discount, double tolerance, size_t max, struct arbitrage *ret_found) {
    struct findings findings = {ret_found, 0, max, tolerance};
    for (size_t i = 1; i < count; i++) {
        double gap = strikes[i] - strikes[i - 1];
        add(&findings, ARBITRAGE_MONOTONE, i, bids[i] - asks[i - 1]);
        add(&findings, ARBITRAGE_SPREAD, i, bids[i - 1] - asks[i] - discount * gap);
        if (i + 1 == count) break;
        double share = (strikes[i + 1] - strikes[i]) / (strikes[i + 1] - strikes[i - 1]);
        add(&findings, ARBITRAGE_BUTTERFLY, i,
            bids[i] - share * asks[i - 1] - (1 - share) * asks[i + 1]);
    }
    return findings.count;
}

size_t arbitrage_calendar(const double *near_k, const double *near_bids, size_t near_count,
                          const double *far_k, const double *far_asks, size_t far_count,
                          double tolerance, size_t max, struct arbitrage *ret_found) {
    struct findings findings = {ret_found, 0, max, tolerance};
    for (size_t i = 0, at = 0; i < near_count; i++) {
        while (at + 1 < far_count && far_k[at + 1] < near_k[i]) at++;
        if (at + 1 >= far_count || near_k[i] < far_k[at]) continue;
        double share = (near_k[i] - far_k[at]) / (far_k[at + 1] - far_k[at]);
        double far = far_asks[at] + share * (far_asks[at + 1] - far_asks[at]);
        add(&findings, ARBITRAGE_CALENDAR, i, near_bids[i] - far);
    }
    return findings.count;
}

size_t arbitrage_parity(const double *strikes, const double *call_bids, const double *call_asks,
                        const double *put_bids, const double *put_asks, size_t count,
                        double forward, double discount, double tolerance, size_t max,
                        struct arbitrage *ret_found) {
    struct findings findings = {ret_found, 0, max, tolerance};
    for (size_t i = 0; i < count; i++) {
        double fair = discount * (forward - strikes[i]);
        double sold = call_bids[i] - put_asks[i] - fair, bought = fair - call_asks[i] + put_bids[i];
        add(&findings, ARBITRAGE_PARITY, i, sold > bought ? sold : bought);
    }
    return findings.count;
}
