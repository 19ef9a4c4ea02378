// SPDX-License-Identifier: Apache-2.0
// Twins cut the whole history into spans and solve the normal equations.
#include "micro_history.h"

static struct history history;
enum { SPANS_MAX = 20000 };
static double xs[SPANS_MAX], ys[SPANS_MAX];

static void begin(struct kit *kit, const char *features, uint64_t seed) {
    kit_open_units(kit, features, 0.5, 0.01);
    prng_seed(&kit->prng, seed);
    history.count = 0;
}

struct line {
    double slope, intercept, r2;
};

static struct line fit(const double *x, const double *y, int count, bool intercept) {
    double n = count, sx = 0, sy = 0, sxx = 0, sxy = 0, syy = 0;
    for (int i = 0; i < count; i++) {
        sx += x[i];
        sy += y[i];
    }
    double mx = intercept ? sx / n : 0, my = intercept ? sy / n : 0;
    for (int i = 0; i < count; i++) {
        sxx += (x[i] - mx) * (x[i] - mx);
        sxy += (x[i] - mx) * (y[i] - my);
    }
    double cx = sx / n, cy = sy / n, vx = 0, vxy = 0;
    for (int i = 0; i < count; i++) {
        vx += (x[i] - cx) * (x[i] - cx);
        vxy += (x[i] - cx) * (y[i] - cy);
        syy += (y[i] - cy) * (y[i] - cy);
    }
    if (count < 3 || !(sxx > 0)) return (struct line){NAN, NAN, NAN};
    double slope = sxy / sxx;
    return (struct line){slope, intercept ? my - slope * mx : 0,
                         syy > 0 && vx > 0 ? vxy * vxy / (vx * syy) : NAN};
}

static double ofi_of(int i) {
    if (history.at[i].traded || history.at[i].begun) return 0;
    double p[2][2], q[2][2];
    for (int t = 0; t < 2; t++) {
        const struct moment *at = &history.at[i - t];
        for (int s = 0; s < 2; s++) {
            p[t][s] = at->count[s] ? (double)at->best[s][0].tick : s ? INFINITY : -INFINITY;
            q[t][s] = at->count[s] ? (double)at->best[s][0].qty * 0.01 : 0;
        }
    }
    return (p[0][0] >= p[1][0]) * q[0][0] - (p[0][0] <= p[1][0]) * q[1][0] -
           (p[0][1] <= p[1][1]) * q[0][1] + (p[0][1] >= p[1][1]) * q[1][1];
}

enum kind { VOLUME, OFI, ROOTS, SPREAD };

// The whole spans of a second that ended by now: x and y of each whose start has a value.
static int cut(enum kind kind, int now) {
    int64_t first = history.at[0].ns / KIT_S, last = history.at[now].ns / KIT_S;
    int count = 0, i = 0;
    double before = NAN, value = NAN;
    for (int64_t span = first; span < last; span++) {
        double x = 0;
        for (; i <= now && history.at[i].ns < (span + 1) * KIT_S; i++) {
            const struct moment *at = &history.at[i];
            double qty = (double)at->trade.qty * 0.01, price = (double)at->trade.price * 0.5;
            int sign = at->traded ? history_sign(&history, i) : 0;
            if (kind == VOLUME) x += sign * qty;
            if (kind == ROOTS) x += sign * sqrt(price * qty);
            if (kind == OFI) x += ofi_of(i);
            if (at->count[0] == 0 || at->count[1] == 0) continue;
            value = kind == SPREAD ? (double)(at->best[1][0].tick - at->best[0][0].tick)
                                   : history_mid2(&history, i) * 0.25;
        }
        if (!isnan(before)) {
            xs[count] = kind == SPREAD ? before : x;
            ys[count++] = kind == ROOTS ? log(value / before) : value - before;
        }
        before = value;
    }
    return count;
}

static void lines_by_spans_equal_the_normal_equations(void **state) {
    static const char *const features[] = {"kyle:window=%d", "ofi_impact:window=%d",
                                           "hasbrouck:window=%d", "resilience:window=%d"};
    static const int windows[] = {0, 40};
    for (int kind = 0; kind < 4; kind++)
        for (int w = 0; w < 2; w++) {
            struct kit kit;
            char spec[64];
            snprintf(spec, sizeof spec, features[kind], windows[w]);
            begin(&kit, spec, 61);
            for (int i = 0; i < HISTORY_MAX; i++) {
                history_step(&history, &kit);
                if (i % 101 != 0) continue;
                micro_set_time(&kit.set, kit.state, kit.now_ns); // some do not hear trades
                int count = cut(kind, i), from = 0;
                if (windows[w] > 0 && count > windows[w]) from = count - windows[w];
                struct line line = fit(xs + from, ys + from, count - from, true);
                if (kind == SPREAD) {
                    kit_near(kit_value(&kit, 0, 0), -line.slope, 1e-9, "kappa");
                    continue;
                }
                kit_near(kit_value(&kit, 0, 0), line.slope, 1e-9, spec);
                kit_near(kit_value(&kit, 0, 1), line.intercept, 1e-9, "intercept");
                kit_near(kit_value(&kit, 0, 2), line.r2, 1e-8, "r2");
            }
            assert_false(isnan(kit_value(&kit, 0, 0)));
            kit_close(&kit);
        }
}

static void kyle_by_trades_equals_the_normal_equations(void **state) {
    struct kit kit;
    begin(&kit, "kyle:by=trade,window=0,kyle:by=trade,window=0,intercept=false", 62);
    int count = 0;
    int64_t before = 0;
    for (int i = 0; i < HISTORY_MAX; i++) {
        history_step(&history, &kit);
        if (!history.at[i].traded) continue;
        int tick = history_tick(&history, i);
        const struct micro_trade *trade = &history.at[i].trade;
        if (before != 0 && tick != 0) {
            xs[count] = tick * (double)trade->qty * 0.01;
            ys[count++] = (double)(trade->price - before) * 0.5;
        }
        before = trade->price;
        struct line with = fit(xs, ys, count, true), without = fit(xs, ys, count, false);
        kit_near(kit_value(&kit, 0, 0), with.slope, 1e-9, "with");
        kit_near(kit_value(&kit, 0, 1), with.intercept, 1e-9, "intercept");
        kit_near(kit_value(&kit, 1, 0), without.slope, 1e-9, "without");
    }
    kit_close(&kit);
}

// The spread opens from 2 to 6 at a shock and comes half of the way back in each second: kappa is 1/2.
static void a_spread_that_comes_back_by_half_has_a_half_life_of_a_span(void **state) {
    struct kit kit;
    kit_open(&kit, "resilience");
    kit_level(&kit, -1, 1064, 1);
    kit_level(&kit, 1, 1000, 1);
    kit_commit(&kit);
    for (int64_t spread = 64; spread > 1; spread /= 2) {
        kit.now_ns += KIT_S;
        kit_level(&kit, -1, 1000 + spread, 0);
        kit_level(&kit, -1, 1000 + spread / 2, 1);
        kit_commit(&kit);
    }
    micro_set_time(&kit.set, kit.state, kit.now_ns += KIT_S);
    kit_near(kit_value(&kit, 0, 0), 0.5, 1e-12, "kappa");
    kit_near(kit_value(&kit, 0, 1), 1, 1e-12, "half-life");
    kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_by_spans_equal_the_normal_equations),
        cmocka_unit_test(kyle_by_trades_equals_the_normal_equations),
        cmocka_unit_test(a_spread_that_comes_back_by_half_has_a_half_life_of_a_span),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
