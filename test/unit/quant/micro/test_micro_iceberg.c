// SPDX-License-Identifier: Apache-2.0
#include "micro_history.h"

static void begin(struct kit *kit, const char *features) {
    kit_open(kit, features);
    kit_level(kit, 1, 99, 50);
    kit_level(kit, 1, 100, 10);
    kit_level(kit, -1, 102, 30);
    kit_commit(kit);
}

// An order for 50 that shows 10: each time the ten are taken, ten come back at once.
static void a_tip_that_comes_back_is_an_iceberg(void **state) {
    struct kit kit;
    begin(&kit, "iceberg");
    for (int i = 0; i < 4; i++) {
        kit_trade(&kit, 1000, -1, 100, 10);
        kit_put(&kit, 0, 1, 100, 0); // the best is 99 for a moment
        kit_put(&kit, 20, 1, 100, 10);
        assert_true(kit_value(&kit, 0, 0) == (i > 0 ? 1 : 0));
        assert_true(kit_value(&kit, 0, 2) == (i > 0 ? 10 * (i + 1) : 0));
    }
    assert_true(kit_value(&kit, 0, 1) == 0);
    kit_trade(&kit, 1000, -1, 100, 10); // the last
    assert_true(kit_value(&kit, 0, 0) == 0.8);
    kit_put(&kit, 0, 1, 100, 0);
    kit_put(&kit, 400, -1, 102, 31); // nothing came back: 99 is the best now
    assert_true(kit_value(&kit, 0, 0) == 0);
    kit_close(&kit);
}

static void what_comes_late_or_without_a_trade_is_none(void **state) {
    struct kit kit;
    begin(&kit, "iceberg:within=100ms");
    for (int i = 0; i < 5; i++) {
        kit_trade(&kit, 1000, 1, 102, 5);
        kit_put(&kit, 0, -1, 102, 25);
        kit_put(&kit, 101, -1, 102, 30);
        kit_put(&kit, 0, 1, 100, 20 + i); // orders join without a trade
        assert_true(kit_value(&kit, 0, 0) == 0 && kit_value(&kit, 0, 1) == 0);
    }
    kit_close(&kit);
}

// A change of the book that shows the trade and the refill at once, as in feeds of a tenth of a second.
static void a_partial_refill_is_a_part(void **state) {
    struct kit kit;
    begin(&kit, "iceberg");
    for (int i = 0; i < 3; i++) {
        kit_trade(&kit, 500, 1, 102, 8);
        kit_put(&kit, 0, -1, 102, 22 - i);
        kit_put(&kit, 50, -1, 102, 24 - i);
    }
    assert_true(kit_value(&kit, 0, 1) == 6.0 / 24);
    kit_trade(&kit, 1, -1, 102, 8); // sellers do not take from the asks
    assert_true(kit_value(&kit, 0, 1) == 6.0 / 24);
    kit_close(&kit);
}

// Twenty are taken and not filled up; long after, one is taken and ten come. One came back, not ten.
static void a_refill_does_not_follow_what_was_taken_long_ago(void **state) {
    struct kit kit;
    begin(&kit, "iceberg:refills=1");
    kit_trade(&kit, 1000, 1, 102, 20);
    kit_put(&kit, 0, -1, 102, 10);
    kit_trade(&kit, 5000, 1, 102, 1);
    kit_put(&kit, 0, -1, 102, 9);
    kit_put(&kit, 10, -1, 102, 19);
    assert_true(kit_value(&kit, 0, 3) == 1 && kit_value(&kit, 0, 1) == 1.0 / 21);
    kit_close(&kit);
}

// A price that is away for longer than a refill takes is another one when it is back, whether or not anything was heard
// in between.
static void a_price_that_was_away_for_long_begins_anew(void **state) {
    for (int heard = 0; heard < 3; heard++) {
        struct kit kit;
        begin(&kit, "iceberg:refills=1");
        kit_trade(&kit, 1000, -1, 100, 10);
        kit_put(&kit, 0, 1, 100, 0);
        kit_put(&kit, 20, 1, 100, 10);
        assert_true(kit_value(&kit, 0, 0) == 1);
        kit_trade(&kit, 100, -1, 100, 10);
        kit_put(&kit, 0, 1, 100, 0);
        if (heard == 1) kit_put(&kit, 400, -1, 102, 31);
        if (heard == 2) micro_set_time(&kit.set, kit.state, kit.now_ns + 400 * KIT_S / 1000);
        if (heard > 0) assert_true(kit_value(&kit, 0, 0) == 0);
        kit_put(&kit, 1000, 1, 100, 10);
        assert_true(kit_value(&kit, 0, 0) == 0 && kit_value(&kit, 0, 2) == 0);
        kit_trade(&kit, 0, -1, 100, 1);
        assert_true(kit_value(&kit, 0, 0) == 0);
        kit_close(&kit);
    }
}

// By the words at the top of micro_iceberg.c, from the whole history at every step.
struct twin {
    int from; // since when the price is followed
    int64_t price;
};

static int64_t best_of(const struct moment *at, int s) {
    return at->count[s] > 0 ? at->best[s][0].tick : s ? MICRO_NO_ASK : MICRO_NO_BID;
}

static int64_t shown_at(const struct moment *at, int s, int64_t price) {
    return at->count[s] > 0 && best_of(at, s) == price ? at->best[s][0].qty : 0;
}

static bool is_taken(const struct moment *at, int s, int64_t price) {
    return at->traded && at->trade.price == price && at->trade.side != (s ? -1 : 1);
}

static void twin_follow(struct twin *twin, const struct history *history, int i, int s,
                        int64_t within_ns) {
    const struct moment *at = &history->at[i];
    int64_t best = best_of(at, s), latest = INT64_MIN;
    for (int k = twin->from; k < i; k++)
        if (is_taken(&history->at[k], s, twin->price)) latest = history->at[k].ns;
    bool was_away = i > 0 && shown_at(&history->at[i - 1], s, twin->price) == 0;
    bool soon = latest != INT64_MIN && latest + within_ns >= at->ns;
    bool better = s ? best < twin->price : best > twin->price;
    if (i == 0 || at->begun || better || ((best != twin->price || was_away) && !soon))
        *twin = (struct twin){.from = i, .price = best};
}

static void twin_tell(const struct twin *twin, const struct history *history, int i, int s,
                      int64_t within_ns, int64_t least, double ret_values[2]) {
    int64_t traded = 0, refilled = 0, refills = 0;
    int settled = twin->from; // trades before it have had their refill
    for (int j = twin->from; j <= i; j++) {
        const struct moment *at = &history->at[j];
        if (is_taken(at, s, twin->price)) traded += at->trade.qty;
        if (at->traded || j == twin->from) continue;
        int64_t taken = 0,
                more = shown_at(at, s, twin->price) - shown_at(&history->at[j - 1], s, twin->price);
        for (int k = settled; k < j; k++)
            if (is_taken(&history->at[k], s, twin->price) &&
                history->at[k].ns + within_ns >= at->ns)
                taken += history->at[k].trade.qty;
        if (more <= 0 || taken == 0) continue;
        refilled += more < taken ? more : taken;
        refills++;
        settled = j;
    }
    bool many = refills >= least && traded > 0;
    ret_values[0] = many ? (double)refilled / (double)traded : 0;
    ret_values[1] = many ? (double)refilled : 0;
}

static void scores_are_those_of_the_whole_history(void **state) {
    struct history *history = calloc(1, sizeof *history);
    const int64_t within_ns = KIT_S;
    struct kit kit;
    int told = 0;
    kit_open(&kit, "iceberg:within=1s,refills=1,iceberg:within=1s");
    prng_seed(&kit.prng, 112);
    struct twin twins[2] = {{0}};
    for (int i = 0; i < HISTORY_MAX; i++) {
        if (i % 7 == 3) micro_set_time(&kit.set, kit.state, kit.now_ns + 1);
        history_step(history, &kit);
        for (int s = 0; s < 2; s++) {
            twin_follow(&twins[s], history, i, s, within_ns);
            for (uint32_t call = 0; call < 2; call++) {
                double values[2];
                twin_tell(&twins[s], history, i, s, within_ns, call + 1, values);
                for (uint32_t k = 0; k < 2; k++) {
                    double got = kit_value(&kit, call, 2 * k + (uint32_t)s);
                    if (got != values[k]) fail_msg("step %d: %g, not %g", i, got, values[k]);
                }
                told += values[0] > 0;
            }
        }
    }
    assert_true(told > 500);
    kit_close(&kit);
    free(history);
}

static void scores_are_shares(void **state) {
    struct kit kit;
    kit_open(&kit, "iceberg:refills=1");
    prng_seed(&kit.prng, 111);
    int told = 0;
    for (int i = 0; i < 20000; i++) {
        kit_storm(&kit);
        for (uint32_t k = 0; k < 2; k++) {
            double score = kit_value(&kit, 0, k);
            assert_true(isnan(score) || (score >= 0 && score <= 1));
            told += score > 0;
        }
    }
    assert_true(told > 50);
    kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tip_that_comes_back_is_an_iceberg),
        cmocka_unit_test(what_comes_late_or_without_a_trade_is_none),
        cmocka_unit_test(a_partial_refill_is_a_part),
        cmocka_unit_test(a_refill_does_not_follow_what_was_taken_long_ago),
        cmocka_unit_test(a_price_that_was_away_for_long_begins_anew),
        cmocka_unit_test(scores_are_those_of_the_whole_history),
        cmocka_unit_test(scores_are_shares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
