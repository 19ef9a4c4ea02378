// SPDX-License-Identifier: Apache-2.0
// Laws of scale of every output of every feature: what becomes of it when all prices, or all quantities, are ten times
// as large, and when all prices are larger by the same amount.
#include "micro_kit.h"

enum { STEPS = 4000, TIMES = 10, PLUS = 7000 };

// A feature whose parameters are in money or quantity, and the same with ten times as much.
struct scaled {
    const char *name, *spec, *by_price, *by_qty;
};

// Of an output: its degree in price and in quantity, and what a shift of prices does to it.
enum shift { SAME, PLUS_SHIFT, OTHER };
struct law {
    const char *feature, *output;
    double price, qty;
    enum shift shift;
};

static const struct scaled SCALED[] = {
    {"iceberg", "iceberg:refills=1,within=1s", "iceberg:refills=1,within=1s",
     "iceberg:refills=1,within=1s"},
    {"microprice", "microprice:refit=50", "microprice:refit=50", "microprice:refit=50"},
    {"sweep_cost", "sweep_cost:notional=1e6", "sweep_cost:notional=1e7", "sweep_cost:notional=1e7"},
    {"vpin", "vpin:bucket=1000,buckets=20", "vpin:bucket=1000,buckets=20",
     "vpin:bucket=10000,buckets=20"},
    {"whale", "whale:notional=2e6", "whale:notional=2e7", "whale:notional=2e7"},
    {"spoofing", "spoofing:times=1", "spoofing:times=1", "spoofing:times=1"},
    {"layering", "layering:times=1", "layering:times=1", "layering:times=1"},
    {"amihud", "amihud:span=5s", "amihud:span=5s", "amihud:span=5s"},
};

// What is not here is a number without a unit that a shift of prices leaves as it is.
static const struct law LAWS[] = {
    {"absorption", "bid_quantity", 0, 1, SAME},
    {"absorption", "ask_quantity", 0, 1, SAME},
    {"amihud", "value", -1, -1, OTHER},
    {"depth", "bid", 0, 1, SAME},
    {"depth", "ask", 0, 1, SAME},
    {"depth", "total", 0, 1, SAME},
    {"effective_spread", "value", 1, 0, SAME},
    {"effective_spread", "bp", 0, 0, OTHER},
    {"effective_spread", "mean", 1, 0, SAME},
    {"hasbrouck", "lambda", -0.5, -0.5, OTHER},
    {"hasbrouck", "intercept", 0, 0, OTHER},
    {"hasbrouck", "r2", 0, 0, OTHER},
    {"iceberg", "bid_quantity", 0, 1, SAME},
    {"iceberg", "ask_quantity", 0, 1, SAME},
    {"kyle", "lambda", 1, -1, SAME},
    {"kyle", "intercept", 1, 0, SAME},
    {"layering", "bid_quantity", 0, 1, SAME},
    {"layering", "ask_quantity", 0, 1, SAME},
    {"microprice", "value", 1, 0, PLUS_SHIFT},
    {"microprice", "adjustment", 1, 0, SAME},
    {"ofi", "event", 0, 1, SAME},
    {"ofi", "window", 0, 1, SAME},
    {"ofi", "total", 0, 1, SAME},
    {"ofi_impact", "beta", 1, -1, SAME},
    {"ofi_impact", "intercept", 1, 0, SAME},
    {"ofi_levels", NULL, 0, 1, SAME},
    {"realised_spread", NULL, 1, 0, SAME},
    {"roll", "value", 1, 0, SAME},
    {"spoofing", "bid_quantity", 0, 1, SAME},
    {"spoofing", "ask_quantity", 0, 1, SAME},
    {"spread", "spread", 1, 0, SAME},
    {"spread", "bp", 0, 0, OTHER},
    {"spread", "mid", 1, 0, PLUS_SHIFT},
    {"sweep_cost", NULL, 0, 0, OTHER},
    {"trade_flow", "bought", 0, 1, SAME},
    {"trade_flow", "sold", 0, 1, SAME},
    {"weighted_mid", "value", 1, 0, PLUS_SHIFT},
    {"whale", "latest", 1, 1, OTHER},
    {"whale", "net", 1, 1, OTHER},
    {"whale", NULL, 0, 0, OTHER},
};

static struct law law_of(const struct micro *feature, size_t output) {
    for (size_t i = 0; i < sizeof LAWS / sizeof *LAWS; i++)
        if (strcmp(LAWS[i].feature, feature->name) == 0 &&
            (LAWS[i].output == NULL || strcmp(LAWS[i].output, feature->outputs[output]) == 0))
            return LAWS[i];
    return (struct law){feature->name, NULL, 0, 0, SAME};
}

enum change { NONE, BY_PRICE, BY_QTY, BY_SHIFT };

static const char *spec_of(const struct micro *feature, enum change change) {
    for (size_t i = 0; i < sizeof SCALED / sizeof *SCALED; i++)
        if (strcmp(SCALED[i].name, feature->name) == 0)
            return change == BY_PRICE ? SCALED[i].by_price
                   : change == BY_QTY ? SCALED[i].by_qty
                                      : SCALED[i].spec;
    return feature->name;
}

static double expected_of(const struct law *law, enum change change, double value) {
    if (change == BY_PRICE) return value * pow(TIMES, law->price);
    if (change == BY_QTY) return value * pow(TIMES, law->qty);
    return change == BY_SHIFT && law->shift == PLUS_SHIFT ? value + PLUS : value;
}

// Counts the steps at which the output was there and not 0.
static uint64_t compare(const struct micro *feature, const struct kit *plain,
                        const struct kit *changed, enum change change) {
    uint64_t told = 0;
    for (uint32_t k = 0; k < feature->output_count; k++) {
        struct law law = law_of(feature, k);
        double a = kit_value(plain, 0, k), b = kit_value(changed, 0, k);
        if (change == BY_SHIFT && law.shift == OTHER) continue;
        double expected = expected_of(&law, change, a);
        told += !isnan(a) && a != 0;
        if (isnan(expected) && isnan(b)) continue;
        // A sum of rounded parts may cancel to little.
        if (!(fabs(b - expected) <= 1e-9 * fmax(fabs(b), 1e-3)))
            fail_msg("%s.%s: %.17g, not %.17g", feature->name, feature->outputs[k], b, expected);
    }
    return told;
}

static void law_holds(const struct micro *feature, enum change change) {
    struct kit plain, changed;
    uint64_t told = 0;
    kit_open(&plain, spec_of(feature, NONE));
    kit_open(&changed, spec_of(feature, change));
    if (change == BY_PRICE) changed.price_times = TIMES;
    if (change == BY_QTY) changed.qty_times = TIMES;
    if (change == BY_SHIFT) changed.price_plus = PLUS;
    prng_seed(&plain.prng, 21);
    prng_seed(&changed.prng, 21);
    for (int step = 0; step < STEPS; step++) {
        kit_storm(&plain);
        kit_storm(&changed);
        told += compare(feature, &plain, &changed, change);
    }
    bool other = law_of(feature, 0).shift == OTHER; // all of them, then
    if (told == 0 && !(change == BY_SHIFT && other)) fail_msg("%s says nothing", feature->name);
    kit_close(&plain);
    kit_close(&changed);
}

static void outputs_scale_with_price_as_their_units_say(void **state) {
    for (size_t i = 0; i < micro_count(); i++) law_holds(micro_at(i), BY_PRICE);
}

static void outputs_scale_with_quantity_as_their_units_say(void **state) {
    for (size_t i = 0; i < micro_count(); i++) law_holds(micro_at(i), BY_QTY);
}

static void outputs_shift_with_prices_or_stay(void **state) {
    for (size_t i = 0; i < micro_count(); i++) law_holds(micro_at(i), BY_SHIFT);
}

// The same book and trades told in finer ticks and smaller lots: nothing is another.
static void outputs_do_not_know_of_the_feed_s_decimals(void **state) {
    for (size_t i = 0; i < micro_count(); i++) {
        struct kit plain, fine;
        kit_open(&plain, spec_of(micro_at(i), NONE));
        kit_open_units(&fine, spec_of(micro_at(i), NONE), 0.1, 0.01);
        fine.price_times = 10;
        fine.qty_times = 100;
        prng_seed(&plain.prng, 22);
        prng_seed(&fine.prng, 22);
        for (int step = 0; step < STEPS / 4; step++) {
            kit_storm(&plain);
            kit_storm(&fine);
            (void)compare(micro_at(i), &plain, &fine, NONE);
        }
        kit_close(&plain);
        kit_close(&fine);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outputs_scale_with_price_as_their_units_say),
        cmocka_unit_test(outputs_scale_with_quantity_as_their_units_say),
        cmocka_unit_test(outputs_shift_with_prices_or_stay),
        cmocka_unit_test(outputs_do_not_know_of_the_feed_s_decimals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
