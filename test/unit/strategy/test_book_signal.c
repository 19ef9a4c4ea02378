// SPDX-License-Identifier: Apache-2.0
#include "strategy/book_signal.h"

#include <math.h>

#include "harness.h"

#include "base/prng.h"
#include "quant/micro/micro_feed.h"

enum { MESSAGES = 4000, CALLS = 5 };

static const char *const specs[CALLS] = {"ofi(20ms).window", "imbalance($levels)", "spread",
                                         "depth(levels=3)", "ofi_levels(4).level3"};
static const struct param params[] = {
    {.name = "levels", .type = PARAM_INT, .unit = "", .def = 5, .min = 1, .max = 9, .help = "?"}};
static const double values[] = {2};

struct desk {
    struct arena arena;
    struct instrument instrument;
    struct book_l2 book;
    struct book_signals signals;
    int places[CALLS];
};

static const struct book_l2_config l2 = {.window = 256, .level_max = 4096};

static void open_desk(struct desk *desk) {
    *desk = (struct desk){0};
    assert_ok(arena_init(&desk->arena, 1 << 24));
    instrument_defaults(&desk->instrument, ASSET_CRYPTO, "X", 0);
    desk->instrument.price_decimals = 2;
    desk->instrument.qty_decimals = 1;
    desk->instrument.tick = PRICE(5);
    assert_ok(book_l2_init(&desk->book, &desk->arena, &l2));
    book_signals_init(&desk->signals, &desk->instrument, &desk->book);
    for (int i = 0; i < CALLS; i++) {
        desk->places[i] = book_signals_add(&desk->signals, specs[i], params, 1, values);
        assert_true(desk->places[i] >= 0);
    }
    assert_ok(book_signals_begin(&desk->signals, &desk->arena));
}

static double value_of(const struct desk *desk, int i) {
    return *book_signals_place(&desk->signals, desk->places[i]);
}

static void tell(struct desk *desk, const struct feed_record *record, int64_t ts_ns) {
    enum feed_kind kind = feed_kind_of(record->what);
    struct book_l2_change change;
    book_signals_next(&desk->signals, ts_ns);
    if (kind == FEED_CLEAR) book_l2_clear(&desk->book, feed_side_of(record->what));
    if (kind != FEED_LEVEL && kind != FEED_SNAPSHOT) {
        book_signals_record(&desk->signals, ts_ns, record->what, record->price, record->qty);
        return;
    }
    int64_t tick = record->price / 5;
    assert_ok(book_l2_set(&desk->book, feed_side_of(record->what), tick, record->qty, &change));
    book_signals_level(&desk->signals, ts_ns, record->what, tick, record->qty);
}

// A message of a few levels around a middle that walks; sometimes a trade, sometimes all is cleared.
static int make_message(struct prng *prng, int64_t *middle, struct feed_record *ret) {
    int count = 1 + (int)prng_below(prng, 5);
    *middle += (int64_t)prng_below(prng, 3) - 1;
    if (prng_below(prng, 10) == 0) {
        int side = prng_below(prng, 2) ? 1 : -1;
        ret[0] = (struct feed_record){
            .price = *middle * 5, .qty = 3, .what = feed_what(FEED_TRADE, side, FEED_LAST)};
        return 1;
    }
    for (int i = 0; i < count; i++) {
        int side = prng_below(prng, 2) ? 1 : -1;
        int64_t tick = *middle - side * (int64_t)(1 + prng_below(prng, 8));
        ret[i] = (struct feed_record){
            .price = tick * 5,
            .qty = (int64_t)prng_below(prng, 4) * 10,
            .what = feed_what(FEED_LEVEL, side, i + 1 == count ? FEED_LAST : 0)};
    }
    return count;
}

// Features driven by quant/micro's own reader of a feed, on a book of its own.
static void values_are_those_of_the_features_on_the_same_feed(void **state) {
    struct desk desk;
    struct micro_set set;
    struct micro_feed twin;
    struct prng prng;
    int64_t middle = 2000, now_ns = 0;
    open_desk(&desk);
    micro_set_init(&set, 0.01, 0.1); // in mantissas of 0.01: prices are five to a tick
    assert_ok(micro_set_parse(&set, "ofi:window=20ms,imbalance:levels=2,spread,depth:levels=3,"
                                    "ofi_levels:levels=4"));
    static const int outputs[CALLS] = {1, 0, 0, 0, 2};
    const struct micro_feed_config config = {.by_price = {.l2 = l2, .kept_max = 16},
                                             .unpictured = true};
    assert_ok(micro_feed_init(&twin, &desk.arena, &set, &config));
    prng_seed(&prng, 12);
    int defined = 0;
    for (int i = 0; i < MESSAGES; i++) {
        struct feed_record records[8];
        int count = make_message(&prng, &middle, records);
        now_ns += 1 + (int64_t)prng_below(&prng, 3000000);
        for (int k = 0; k < count; k++) {
            tell(&desk, &records[k], now_ns);
            (void)micro_feed_apply(&twin, &records[k], now_ns);
        }
        if (prng_below(&prng, 4) == 0) {
            book_signals_time(&desk.signals, now_ns);
            micro_set_time(&set, twin.state, now_ns);
        }
        for (int k = 0; k < CALLS; k++) {
            double ours = value_of(&desk, k);
            double theirs = micro_set_outputs(&set, twin.state, (uint32_t)k)[outputs[k]];
            if (!(fabs(ours - theirs) <= 1e-12 * fabs(theirs) ||
                  (ours != ours && theirs != theirs)))
                fail_msg("message %d, %s: %.17g, want %.17g", i, specs[k], ours, theirs);
            defined += ours == ours;
        }
    }
    assert_true(defined > 3 * MESSAGES);
    arena_fini(&desk.arena);
}

// Without marks of messages' ends an instant is a message; the last one ends at the next trade or clock.
static void a_feed_without_marks_is_told_by_instants(void **state) {
    struct desk desk;
    open_desk(&desk);
    const struct feed_record records[] = {
        {.price = 1000, .qty = 50, .what = feed_what(FEED_LEVEL, 1, 0)},
        {.price = 1010, .qty = 50, .what = feed_what(FEED_LEVEL, -1, 0)},
        {.price = 1000, .qty = 70, .what = feed_what(FEED_LEVEL, 1, 0)},
        {.price = 1005, .qty = 10, .what = feed_what(FEED_TRADE, 1, 0)},
        {.price = 1000, .qty = 0, .what = feed_what(FEED_LEVEL, 1, 0)},
    };
    tell(&desk, &records[0], 1000);
    tell(&desk, &records[1], 1000);
    assert_true(value_of(&desk, 2) != value_of(&desk, 2)); // open
    tell(&desk, &records[2], 2000);
    assert_true(value_of(&desk, 2) == 0.1);
    assert_true(value_of(&desk, 0) == 0);
    tell(&desk, &records[3], 3000);
    assert_true(value_of(&desk, 0) == 2);
    tell(&desk, &records[4], 4000);
    book_signals_time(&desk.signals, 5000);
    assert_true(value_of(&desk, 2) != value_of(&desk, 2)); // no bid
    arena_fini(&desk.arena);
}

static void what_was_before_a_clear_or_a_gap_does_not_count(void **state) {
    for (int gap = 0; gap < 2; gap++) {
        struct desk desk;
        open_desk(&desk);
        const struct feed_record before[] = {
            {.price = 1000, .qty = 50, .what = feed_what(FEED_LEVEL, 1, 0)},
            {.price = 1010, .qty = 50, .what = feed_what(FEED_LEVEL, -1, FEED_LAST)},
            {.qty = gap ? FEED_GAP : 0, .what = feed_what(gap ? FEED_FAULT : FEED_CLEAR, 0, 0)},
            {.price = 1005, .qty = 90, .what = feed_what(FEED_LEVEL, 1, 0)},
            {.price = 1010, .qty = 20, .what = feed_what(FEED_LEVEL, -1, FEED_LAST)},
            {.price = 1005, .qty = 80, .what = feed_what(FEED_LEVEL, 1, FEED_LAST)},
        };
        static const int64_t times[] = {0, 0, 1000, 2000, 2000, 3000};
        for (int i = 0; i < 6; i++) tell(&desk, &before[i], times[i]);
        assert_true(value_of(&desk, 0) == -1); // the last change alone
        arena_fini(&desk.arena);
    }
}

static void the_same_feature_is_computed_once(void **state) {
    struct desk desk;
    open_desk(&desk);
    assert_int_equal(book_signals_add(&desk.signals, "imbalance(2)", NULL, 0, NULL),
                     desk.places[1]);
    assert_int_equal(book_signals_add(&desk.signals, "ofi(window=20ms).total", NULL, 0, NULL),
                     desk.places[0] + 1);
    assert_int_equal(desk.signals.set.count, CALLS);
    arena_fini(&desk.arena);
}

static void faulty_specs_are_refused_at_their_place(void **state) {
    static const struct {
        const char *spec;
        int rc;
        const char *words;
    } rows[] = {
        {"offi", ERR_NOT_FOUND, "column 1: there is no feature of a book \"offi\"; did you mean"},
        {"imbalance(close)", ERR_PARSE, "column 11"},
        {"imbalance(3, 4)", ERR_ARGUMENT, "takes 1 argument, \"4\" is one too many"},
        {"imbalance($depth)", ERR_NOT_FOUND, "the strategy has no parameter \"depth\""},
        {"imbalance(0)", ERR_RANGE, "column 11"},
        {"imbalance(3", ERR_PARSE, "want \",\" or \")\""},
        {"ofi.sum", ERR_NOT_FOUND, "ofi has no output \"sum\""},
        {"spread @ 1m", ERR_PARSE, "\"@ 1m\" is left over"},
        {"", ERR_PARSE, "a word is missing"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct desk desk;
        open_desk(&desk);
        int rc = book_signals_add(&desk.signals, rows[i].spec, params, 1, values);
        if (rc != rows[i].rc || strstr(err_story(), rows[i].words) == NULL)
            fail_msg("%s: %d, %s", rows[i].spec, rc, err_story());
        arena_fini(&desk.arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_those_of_the_features_on_the_same_feed),
        cmocka_unit_test(a_feed_without_marks_is_told_by_instants),
        cmocka_unit_test(what_was_before_a_clear_or_a_gap_does_not_count),
        cmocka_unit_test(the_same_feature_is_computed_once),
        cmocka_unit_test(faulty_specs_are_refused_at_their_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
