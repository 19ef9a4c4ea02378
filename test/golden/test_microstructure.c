// SPDX-License-Identifier: Apache-2.0
// A recorded day by order against numbers that another program made of its two files: the book row for row, and
// features as their sources define them. Definitions are in docs/microstructure.md.
#include "unit/edge/store/store_kit.h"

#include <math.h>

#include "edge/store/import_input.h"
#include "quant/micro/micro_feed.h"

#define DAY "data/mbo/lobster_AMZN_2012-06-21_5.zip"

enum { LEVELS = 5, ROWS = 155935 };

struct day {
    struct tape *tape;
    struct tape_feed feed;
    struct arena arena;
    struct micro_set set;
    struct micro_feed features;
    uint64_t rows, trades;
};

static void day_open(struct day *day, struct kit *kit, const char *features) {
    struct import_options options;
    struct import_report report;
    const struct micro_feed_config config = {
        .by_price = {{.window = 1 << 10, .level_max = 1 << 10}, 1 << 10},
        .by_order = {1 << 16, 1 << 14}};
    const char *path = harness_shared(DAY);
    import_options_init(&options, kit->tape);
    assert_ok(import_run(&options, &path, 1, &report));
    import_report_fini(&report);
    struct tape_series series;
    assert_ok(tape_find(kit->tape, "AMZN", &series));
    assert_ok(tape_open(kit->tape, &series, &day->tape));
    day->feed = tape_feed(day->tape, 0);
    int decimals = tape_meta(day->tape)->instrument.price_decimals;
    micro_set_init(&day->set, pow(10, -decimals), 1);
    assert_ok(micro_set_parse(&day->set, features));
    assert_ok(arena_init(&day->arena, micro_feed_size(&day->set, &config)));
    assert_ok(micro_feed_init(&day->features, &day->arena, &day->set, &config));
}

static void day_close(struct day *day) {
    arena_fini(&day->arena);
    tape_close(day->tape);
}

// Takes records until a message is whole. False: there is none.
static bool day_step(struct day *day, uint64_t *row) {
    while (*row < day->feed.count) {
        struct feed_record record = tape_feed_record(&day->feed, (*row)++);
        enum micro_feed_event event = micro_feed_apply(&day->features, &record, record.receipt_ns);
        day->trades += event == MICRO_FEED_TRADE;
        if ((feed_flags_of(record.what) & FEED_LAST) == 0) continue;
        day->rows++;
        return true;
    }
    return false;
}

// The lines of the order book file, one after another.
struct lines {
    struct import_input *input;
    const char *at, *end;
};

static void lines_open(struct lines *lines) {
    *lines = (struct lines){0};
    assert_ok(import_input_open(harness_shared(DAY), &lines->input));
    do assert_ok(import_input_next_entry(lines->input));
    while (strstr(import_input_entry_name(lines->input), "_orderbook_") == NULL);
}

static void lines_next(struct lines *lines, int64_t values[4 * LEVELS]) {
    char *stop;
    size_t size;
    if (lines->at == lines->end) {
        assert_ok(import_input_read(lines->input, &lines->at, &size));
        lines->end = lines->at + size;
    }
    for (int i = 0; i < 4 * LEVELS; i++) {
        values[i] = strtoll(lines->at, &stop, 10);
        assert_ptr_not_equal(stop, lines->at);
        lines->at = stop + 1;
        while (lines->at < lines->end && (*lines->at == '\n' || *lines->at == '\r')) lines->at++;
    }
}

static void the_book_is_the_file_s_after_every_message(void **state) {
    struct day day = {0};
    struct lines lines;
    int64_t values[4 * LEVELS];
    uint64_t row = 0;
    day_open(&day, *state, "spread");
    lines_open(&lines);
    int64_t unit = (int64_t)llround(1e4 * day.set.price_unit); // of the tape's tick in the file's
    while (day_step(&day, &row)) {
        struct book_l3_level levels[2][LEVELS];
        lines_next(&lines, values);
        for (int s = 0; s < 2; s++) {
            uint32_t count = book_l3_levels(&day.features.by_order, s ? -1 : 1, levels[s], LEVELS);
            for (uint32_t i = 0; i < LEVELS; i++) {
                const int64_t *shown = &values[4 * i + (s ? 0 : 2)];
                if (i >= count || levels[s][i].price * unit != shown[0] ||
                    levels[s][i].qty != shown[1])
                    fail_msg("row %d, side %d, level %d", (int)day.rows, s, (int)i + 1);
            }
        }
        assert_false(book_l3_is_crossed(&day.features.by_order));
    }
    assert_int_equal(day.rows, ROWS);
    assert_int_equal(book_l3_outcomes(&day.features.by_order, BOOK_L3_UNKNOWN), 0);
    import_input_close(lines.input);
    day_close(&day);
}

struct expected {
    const char *feature; // as it is asked for
    int output;
    double value;
    double within;
};

static double value_of(struct day *day, const struct expected *row) {
    struct micro_set alone;
    micro_set_init(&alone, day->set.price_unit, 1);
    assert_ok(micro_set_parse(&alone, row->feature));
    int call = micro_set_add(&day->set, alone.calls[0].feature, alone.calls[0].params);
    return micro_set_outputs(&day->set, day->features.state, (uint32_t)call)[row->output];
}

static void features_of_the_day_are_those_of_another_program(void **state) {
    static const struct expected rows[] = {
        // Sums of whole shares.
        {"ofi", 2, -64089, 0},
        {"ofi_levels:sum=total", 0, -64089, 0},
        {"ofi_levels:sum=total", 1, -14010, 0},
        {"ofi_levels:sum=total", 2, -10349, 0},
        {"ofi_levels:sum=total", 3, 12653, 0},
        {"ofi_levels:sum=total", 4, -28121, 0},
        // Of the last row.
        {"imbalance:levels=1", 0, 0.7134670487106017, 1e-15},
        {"imbalance:levels=5", 0, 0.4043528064146621, 1e-15},
        {"weighted_mid", 0, 220.6027507163324, 1e-12},
        {"spread", 0, 0.13, 1e-12},
        // Of all 8974 visible executions.
        {"effective_spread", 2, 0.10404724760418987, 1e-12},
        {"roll:window=0", 0, 0.012201476390152392, 1e-12},
        {"roll:window=500", 0, 0.019499797028900978, 1e-12},
        {"vpin:bucket=10000,buckets=20", 0, 0.24862, 1e-9},
        {"vpin:bucket=10000,buckets=61", 0, 0.2908819672131148, 1e-9},
        // In bulk, of the 384 minutes that are over.
        {"vpin:bucket=10000,buckets=20,by=bulk", 0, 0.18179555562372177, 1e-12},
        {"vpin:bucket=10000,buckets=20,by=bulk", 1, -0.043113694017044804, 1e-12},
        {"vpin:bucket=5000,by=bulk", 0, 0.337985017026532, 1e-12},
        {"vpin:bucket=200,buckets=100,by=bulk", 0, 0.1833377727950748, 1e-12},
        {"vpin:bucket=200,buckets=100,by=bulk", 1, -0.42647561804662554, 1e-12},
        // Of the closes and volumes of those minutes, all and the latest 60.
        {"amihud:window=10000", 0, 0.011426143360216509, 1e-14},
        {"amihud", 0, 0.0017397322445822038, 1e-14},
        // Log returns of the mid by 23398 seconds on roots of dollars.
        {"hasbrouck:window=0", 0, 2.3013226075267332e-07, 1e-18},
        {"hasbrouck:window=0", 1, -6.707907291981047e-07, 1e-17},
        // Of the 8943 executions that are five seconds ago, the mid that stood then.
        {"realised_spread", 2, -0.002836855641283685, 1e-14},
        {"realised_spread", 3, 0.10704461590070445, 1e-13},
        // Of all 55070 changes of the best quote, the imbalance being in the fourth of five buckets at the end.
        {"microprice:states=5,refit=55070", 1, 0.003529907469177194, 1e-12},
        // By trade with the tick test's signs, and by second, the last of which is not over; dollars a share.
        {"kyle:by=trade,window=0", 0, 8.70535302619565e-05, 1e-12},
        {"kyle:by=trade,window=0", 1, -9.634496643946128e-05, 1e-12},
        {"kyle:by=trade,window=0,intercept=off", 0, 8.707524271111445e-05, 1e-12},
        {"kyle:window=0", 0, 6.609380616144812e-05, 1e-12},
        {"kyle:window=0", 1, -8.12731948787918e-05, 1e-12},
        {"ofi_impact:window=0", 0, 1.545210119097851e-05, 1e-12},
        {"ofi_impact:window=0", 1, -9.779095105235034e-05, 1e-12},
    };
    enum { COUNT = sizeof rows / sizeof *rows };
    struct day day = {0};
    char text[2048] = "";
    uint64_t row = 0;
    int differing = 0;
    for (int i = 0; i < COUNT; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i > 0 ? "," : "",
                 rows[i].feature);
    day_open(&day, *state, text);
    while (day_step(&day, &row)) continue;
    assert_int_equal(day.trades, 8974);
    for (int i = 0; i < COUNT; i++) {
        double value = value_of(&day, &rows[i]);
        if (fabs(value - rows[i].value) <= rows[i].within) continue;
        print_error("%s: %.17g, not %.17g\n", rows[i].feature, value, rows[i].value);
        differing++;
    }
    assert_int_equal(differing, 0);
    day_close(&day);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_book_is_the_file_s_after_every_message, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(features_of_the_day_are_those_of_another_program, kit_setup,
                                        kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
