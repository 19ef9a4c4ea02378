// SPDX-License-Identifier: Apache-2.0
#include "edge/store/dbn.h"

#include "store_kit.h"
#include "unit/market/book_l3_twin.h"

static const char ES[] = "data/mbo/esh4_glbx_20231225.mbo.dbn.zst";

static void expect(const struct tape_feed *feed, uint64_t row, enum feed_kind kind, int side,
                   int flags, int64_t price, int64_t qty, uint64_t id) {
    struct feed_record record = tape_feed_record(feed, row);
    if (record.what != feed_what(kind, side, flags) || record.price != price || record.qty != qty ||
        record.id != id)
        fail_msg("row %d: %s side %d flags %d price %" PRId64 " qty %" PRId64 " id %" PRIu64,
                 (int)row, feed_kind_name(feed_kind_of(record.what)), feed_side_of(record.what),
                 feed_flags_of(record.what), record.price, record.qty, record.id);
}

// The sums are those of another program's reading of the file: 6,307 executions of 9,990 contracts, 11,217 orders
// of 42,160 left.
static void a_day_of_orders_ends_at_the_known_best_prices(void **state) {
    const char *path = harness_shared(ES);
    const struct book_l3_config config = {1 << 16, 1 << 14};
    struct kit *kit = *state;
    struct import_report report;
    struct book_l3_level level;
    struct arena arena;
    struct book_l3 book;
    struct twin twin;
    uint64_t kinds[FEED_KIND_END] = {0};
    int64_t executed = 0, left = 0;
    kit_import(kit, path, NULL, 0, &report);
    assert_int_equal(report.accepted, report.rows);
    assert_int_equal(report.notes[IMPORT_UNKNOWN_ORDER], 7); // fills of what was never shown
    assert_int_equal(report.notes[IMPORT_TWICE_ADDED], 0);
    import_report_fini(&report);
    struct tape *tape = kit_open(kit, "GLBX/ESH4/feed");
    assert_ok(tape_verify(tape));
    assert_int_equal(tape_meta(tape)->instrument.price_decimals, 2);
    assert_ok(arena_init(&arena, 1 << 23));
    assert_ok(book_l3_init(&book, &arena, &config));
    twin_init(&twin, &config);
    for (uint32_t p = 0; p < tape_partition_count(tape); p++) {
        struct tape_feed feed = tape_feed(tape, p);
        for (uint64_t row = 0; row < feed.count; row++) {
            struct feed_record record = tape_feed_record(&feed, row);
            int kind = feed_kind_of(record.what);
            kinds[kind]++;
            if (kind == FEED_EXECUTE) executed += record.qty;
            assert_true(record.receipt_ns >= record.venue_ns);
            assert_true(book_l3_apply(&book, &record) <= BOOK_L3_BESIDE);
            if (kind < FEED_ADD) continue;
            assert_int_equal(twin_change(&twin, &record, feed_side_of(record.what)),
                             BOOK_L3_APPLIED);
        }
    }
    book_l3_check(&book);
    assert_int_equal(book_l3_hash(&book), twin_hash(&twin));
    for (uint32_t i = 0; i < twin.count; i++) left += twin.orders[i].qty;
    assert_true(book_l3_best(&book, 1, &level));
    assert_int_equal(level.price, 481000);
    assert_true(book_l3_best(&book, -1, &level));
    assert_int_equal(level.price, 481025);
    assert_int_equal(book_l3_order_count(&book), 11217);
    assert_int_equal(left, 42160);
    assert_int_equal(kinds[FEED_EXECUTE], 6307);
    assert_int_equal(executed, 9990);
    assert_int_equal(kinds[FEED_TRADE], 1542 + 1430 + 1);
    assert_int_equal(kinds[FEED_FAULT], 0);
    twin_fini(&twin);
    arena_fini(&arena);
    tape_close(tape);
}

// A script of records behind a header of version 1 for one instrument, number 42.
struct script {
    uint8_t bytes[8192];
    size_t size;
};

static void script_begin(struct script *script) {
    *script = (struct script){.size = 8 + 100};
    uint8_t *at = script->bytes;
    memcpy(at, "DBN\1", 4);
    memcpy(at + 8, "GLBX.MDP3", 9);
    at += script->size + 4 * 4; // no definition, no symbols; then one mapping of one interval
    *at = 1;
    memcpy(at + 4, "TEST", 4);
    at[4 + 22] = 1;
    memcpy(at + 4 + 22 + 4 + 8, "42", 2);
    script->size += 4 * 4 + 4 + 22 + 4 + 8 + 22;
    uint32_t length = (uint32_t)script->size - 8;
    memcpy(script->bytes + 4, &length, sizeof length);
}

static struct dbn_head head_of(uint8_t type, size_t size, uint64_t event_ns) {
    return (struct dbn_head){(uint8_t)(size / 4), type, 1, 42, event_ns};
}

static void script_add(struct script *script, const void *record, size_t size) {
    memcpy(script->bytes + script->size, record, size);
    script->size += size;
}

// Prices in whole units.
static void say(struct script *script, char action, char side, int64_t price, uint32_t size,
                uint64_t order, uint8_t flags) {
    const struct dbn_mbo mbo = {.head = head_of(DBN_MBO, sizeof mbo, 1000 + script->size),
                                .order = order,
                                .price = price * 1000000000,
                                .size = size,
                                .flags = flags,
                                .action = action,
                                .side = side,
                                .receipt_ns = 2000 + script->size};
    script_add(script, &mbo, sizeof mbo);
}

static struct tape *script_import(const struct kit *kit, const struct script *script,
                                  struct import_report *ret_report) {
    kit_import(kit, kit_write(kit, "x.dbn", script->bytes, script->size), NULL, 0, ret_report);
    return kit_open(kit, "GLBX/TEST/feed");
}

static void a_fill_and_the_change_behind_it_are_one_execution(void **state) {
    struct kit *kit = *state;
    struct script script;
    struct import_report report;
    script_begin(&script);
    say(&script, 'R', 'N', 0, 0, 0, 8);
    say(&script, 'A', 'B', 10, 5, 1, 0);
    say(&script, 'A', 'B', 10, 7, 2, DBN_LAST);
    say(&script, 'T', 'A', 10, 6, 99, 0); // of six: all of 1 and one of 2
    say(&script, 'F', 'B', 10, 5, 1, 0);
    say(&script, 'F', 'B', 10, 1, 2, 0);
    say(&script, 'C', 'B', 10, 5, 1, 0);
    say(&script, 'M', 'B', 10, 6, 2, DBN_LAST);
    say(&script, 'F', 'B', 10, 6, 2, 0); // an iceberg: all that it showed, and it shows four more
    say(&script, 'M', 'B', 10, 4, 2, DBN_LAST);
    say(&script, 'F', 'B', 10, 1, 2, 0); // filled and moved at once
    say(&script, 'M', 'B', 11, 3, 2, DBN_LAST);
    say(&script, 'M', 'B', 11, 9, 2, DBN_LAST);
    say(&script, 'C', 'B', 11, 2, 2, DBN_LAST);
    say(&script, 'C', 'B', 11, 7, 2, DBN_LAST);
    say(&script, 'C', 'B', 11, 7, 2, DBN_LAST); // it is gone
    say(&script, 'F', 'A', 11, 7, 3, DBN_LAST); // never was
    say(&script, 'N', 'N', 0, 0, 0, 0);
    struct tape *tape = script_import(kit, &script, &report);
    struct tape_feed feed = tape_feed(tape, 0);
    uint64_t row = 0;
    assert_int_equal(report.notes[IMPORT_UNKNOWN_ORDER], 2);
    assert_int_equal(report.notes[IMPORT_BESIDE], 1);
    import_report_fini(&report);
    assert_int_equal(tape_meta(tape)->instrument.price_decimals, 0);
    expect(&feed, row++, FEED_CLEAR, 0, 0, 0, 0, 0);
    expect(&feed, row++, FEED_ADD, 1, 0, 10, 5, 1);
    expect(&feed, row++, FEED_ADD, 1, FEED_LAST, 10, 7, 2);
    expect(&feed, row++, FEED_TRADE, -1, 0, 10, 6, 0);
    expect(&feed, row++, FEED_EXECUTE, 1, 0, 10, 5, 1);
    expect(&feed, row++, FEED_EXECUTE, 1, FEED_LAST, 10, 1, 2);
    expect(&feed, row++, FEED_EXECUTE, 1, 0, 10, 6, 2);
    expect(&feed, row++, FEED_ADD, 1, FEED_LAST, 10, 4, 2);
    expect(&feed, row++, FEED_EXECUTE, 1, 0, 10, 1, 2);
    expect(&feed, row++, FEED_MODIFY, 1, FEED_LAST, 11, 3, 2);
    expect(&feed, row++, FEED_MODIFY, 1, FEED_LAST, 11, 9, 2);
    expect(&feed, row++, FEED_REDUCE, 1, FEED_LAST, 0, 2, 2);
    expect(&feed, row++, FEED_DELETE, 1, FEED_LAST, 0, 0, 2);
    expect(&feed, row++, FEED_FAULT, 0, FEED_LAST, 0, FEED_UNKNOWN_ORDER, 1);
    assert_int_equal(feed.count, row);
    assert_int_equal(feed.venue_ns[1] + 1000, feed.receipt_ns[1]);
    tape_close(tape);
}

// Two venues of a dataset number their orders as they like: each has a book of its own.
static void publishers_have_books_of_their_own(void **state) {
    struct kit *kit = *state;
    struct script script;
    struct import_report report;
    script_begin(&script);
    say(&script, 'A', 'B', 10, 5, 1, DBN_LAST);
    size_t at = script.size;
    say(&script, 'A', 'A', 12, 7, 1, DBN_LAST);
    say(&script, 'C', 'A', 12, 3, 1, DBN_LAST);
    for (size_t i = at; i < script.size; i += sizeof(struct dbn_mbo)) script.bytes[i + 2] = 40;
    say(&script, 'C', 'B', 10, 5, 1, DBN_LAST);
    struct tape *tape = script_import(kit, &script, &report);
    assert_int_equal(report.notes[IMPORT_TWICE_ADDED], 0);
    assert_int_equal(report.notes[IMPORT_UNKNOWN_ORDER], 0);
    assert_int_equal(report.accepted, 4);
    import_report_fini(&report);
    struct tape_feed feed = tape_feed(tape, 0);
    assert_int_equal(feed.count, 2);
    expect(&feed, 0, FEED_ADD, 1, FEED_LAST, 10, 5, 1);
    expect(&feed, 1, FEED_DELETE, 1, FEED_LAST, 0, 0, 1);
    tape_close(tape);
    tape = kit_open(kit, "GLBX/TEST.40/feed");
    feed = tape_feed(tape, 0);
    assert_int_equal(feed.count, 2);
    expect(&feed, 0, FEED_ADD, -1, FEED_LAST, 12, 7, 1);
    expect(&feed, 1, FEED_REDUCE, -1, FEED_LAST, 0, 3, 1);
    tape_close(tape);
}

static void pictures_of_ten_prices_become_the_levels_that_change(void **state) {
    struct kit *kit = *state;
    struct script script;
    struct import_report report;
    struct dbn_mbp mbp = {
        .head = head_of(DBN_MBP_10, sizeof mbp, 1000), .action = 'A', .receipt_ns = 2000};
    for (int i = 0; i < DBN_LEVELS; i++)
        mbp.levels[i] = (struct dbn_level){DBN_NO_PRICE, DBN_NO_PRICE, 0, 0, 0, 0};
    script_begin(&script);
    mbp.levels[0] = (struct dbn_level){10000000000, 11000000000, 5, 6, 1, 1};
    mbp.levels[1] = (struct dbn_level){9500000000, DBN_NO_PRICE, 7, 0, 1, 1};
    script_add(&script, &mbp, sizeof mbp);
    mbp.levels[1] = (struct dbn_level){9000000000, DBN_NO_PRICE, 7, 0, 1, 1};
    mbp.levels[0].ask_size = 8;
    mbp.flags = DBN_BAD_BOOK;
    script_add(&script, &mbp, sizeof mbp);
    script_add(&script, &mbp, sizeof mbp); // nothing new
    struct tape *tape = script_import(kit, &script, &report);
    struct tape_feed feed = tape_feed(tape, 0);
    import_report_fini(&report);
    expect(&feed, 0, FEED_LEVEL, 1, 0, 100, 5, 0);
    expect(&feed, 1, FEED_LEVEL, 1, 0, 95, 7, 0);
    expect(&feed, 2, FEED_LEVEL, -1, FEED_LAST, 110, 6, 0);
    expect(&feed, 3, FEED_FAULT, 0, 0, 0, FEED_GAP, 0);
    expect(&feed, 4, FEED_LEVEL, 1, 0, 95, 0, 0);
    expect(&feed, 5, FEED_LEVEL, 1, 0, 90, 7, 0);
    expect(&feed, 6, FEED_LEVEL, -1, FEED_LAST, 110, 8, 0);
    assert_int_equal(feed.count, 7);
    tape_close(tape);
}

// Databento's own test files hold the same two to four records in every version, packed and plain.
static void all_versions_of_a_schema_give_the_same_tape(void **state) {
    static const struct {
        const char *schema;
        const char *series;
        int rows; // of one file
    } SCHEMAS[] = {
        {"mbo", "feed", 2},        {"mbp-1", "feed", 4},      {"mbp-10", "feed", -1},
        {"tbbo", "feed", 6},       {"trades", "feed", 2},     {"ohlcv-1s", "bar-1s", 2},
        {"ohlcv-1m", "bar-1m", 2}, {"ohlcv-1h", "bar-1h", 2},
    };
    static const char *const FORMS[] = {".dbn", ".v1.dbn.zst", ".v2.dbn.zst", ".v3.dbn.zst"};
    struct kit *kit = *state;
    for (size_t i = 0; i < sizeof SCHEMAS / sizeof SCHEMAS[0]; i++) {
        uint64_t rows = 0;
        for (int form = 0; form < 4; form++) {
            char name[128];
            struct import_report report;
            snprintf(name, sizeof name, "data/mbo/dbn_schemas/test_data.%s%s", SCHEMAS[i].schema,
                     FORMS[form]);
            struct import_options options;
            import_options_init(&options, kit_path(kit, SCHEMAS[i].schema));
            kit_import(kit, harness_shared(name), &options, 0, &report);
            assert_string_equal(report.series[0].series.venue, "GLBX");
            assert_string_equal(report.series[0].series.symbol, "ESH1");
            assert_int_equal(report.series_count, 1);
            if (form == 0) rows = report.added.rows;
            if (SCHEMAS[i].rows > 0) assert_int_equal(report.rows, SCHEMAS[i].rows);
            assert_int_equal(report.added.rows, form == 0 ? rows : 0);
            assert_int_equal(report.added.duplicates, form == 0 ? 0 : rows);
            assert_int_equal(report.added.conflicts, 0);
            import_report_fini(&report);
        }
    }
}

// The values of the first records as their bytes say: order 647784973705, 3722.75, size 1, a cancelled ask.
static void values_of_test_files(void **state) {
    struct kit *kit = *state;
    struct import_report report;
    kit_import(kit, harness_shared("data/mbo/dbn_schemas/test_data.ohlcv-1s.dbn"), NULL, 0,
               &report);
    import_report_fini(&report);
    struct tape *tape = kit_open(kit, "GLBX/ESH1/bar-1s");
    struct tape_bars bars = tape_bars(tape, 0);
    assert_int_equal(bars.count, 2);
    assert_int_equal(bars.open_ns[0], INT64_C(1609160400000000000));
    assert_int_equal(bars.open[0], 372025);
    assert_int_equal(bars.high[0], 372050);
    assert_int_equal(bars.low[0], 372025);
    assert_int_equal(bars.close[0], 372050);
    assert_int_equal(bars.volume[0], 57);
    tape_close(tape);
    kit_import(kit, harness_shared("data/mbo/dbn_schemas/test_data.status.dbn"), NULL, 0, &report);
    assert_int_equal(report.rows + report.notes[IMPORT_BESIDE], 4);
    import_report_fini(&report);
}

static void what_the_tape_has_no_place_for_is_counted(void **state) {
    static const char *const NAMES[] = {"definition", "imbalance", "statistics"};
    struct kit *kit = *state;
    for (int i = 0; i < 3; i++) {
        char name[128];
        struct import_report report;
        snprintf(name, sizeof name, "data/mbo/dbn_schemas/test_data.%s.v3.dbn.zst", NAMES[i]);
        kit_import(kit, harness_shared(name), NULL, ERR_UNSUPPORTED, &report);
        assert_int_equal(report.notes[IMPORT_BESIDE], 2);
        assert_non_null(strstr(err_story(), "2 messages are of other things"));
        import_report_fini(&report);
    }
}

static void files_that_lie_are_refused_and_records_that_lie_are_told(void **state) {
    struct kit *kit = *state;
    struct script script;
    struct import_report report;
    struct import_options options;
    import_options_init(&options, kit->tape);
    options.format = "dbn";
    const struct {
        size_t at;
        uint8_t byte;
        int rc;
    } rows[] = {
        {0, 'X', ERR_CORRUPT},                       // not DBN
        {3, 4, ERR_UNSUPPORTED},                     // version
        {4, 20, ERR_CORRUPT},                        // a header shorter than itself
        {6, 1, ERR_TRUNCATED},                       // longer than the file
        {8 + 100 + 6, 1, ERR_CORRUPT},               // symbols without end
        {8 + 100 + 16 + 4 + 22 + 3, 1, ERR_CORRUPT}, // intervals without end
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        script_begin(&script);
        say(&script, 'A', 'B', 10, 5, 1, 0);
        script.bytes[rows[i].at] = rows[i].byte;
        kit_import(kit, kit_write(kit, "x.dbn", script.bytes, script.size), &options, rows[i].rc,
                   &report);
        import_report_fini(&report);
    }
    script_begin(&script);
    size_t header = script.size;
    say(&script, 'A', 'B', 10, 5, 1, 0);
    kit_import(kit, kit_write(kit, "x.dbn", script.bytes, script.size - 1), &options, ERR_TRUNCATED,
               &report);
    import_report_fini(&report);
    kit_import(kit, kit_write(kit, "x.dbn", script.bytes, header - 3), &options, ERR_TRUNCATED,
               &report);
    import_report_fini(&report);
    script.bytes[header] = 3; // a record shorter than its head
    kit_import(kit, kit_write(kit, "x.dbn", script.bytes, script.size), &options, ERR_CORRUPT,
               &report);
    import_report_fini(&report);
    script_begin(&script);
    say(&script, 'A', 'B', 10, 5, 1, 0);
    script.bytes[header] = 13; // shorter than its type: what follows is read as a record
    script.size -= 4;
    say(&script, 'A', 'N', 10, 5, 2, 0);
    say(&script, 'A', 'B', 10, 0, 2, 0);
    say(&script, 'A', 'B', 10, 5, 3, 0);
    say(&script, 'A', 'B', 10, 5, 3, 0);
    struct tape *tape = script_import(kit, &script, &report);
    assert_int_equal(report.faults[IMPORT_SYNTAX], 2);
    assert_int_equal(report.faults[IMPORT_BAD_VOLUME], 1);
    assert_int_equal(report.notes[IMPORT_TWICE_ADDED], 1);
    assert_int_equal(report.accepted, 2);
    import_report_fini(&report);
    tape_close(tape);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_day_of_orders_ends_at_the_known_best_prices, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(a_fill_and_the_change_behind_it_are_one_execution,
                                        kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(publishers_have_books_of_their_own, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(pictures_of_ten_prices_become_the_levels_that_change,
                                        kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(all_versions_of_a_schema_give_the_same_tape, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(values_of_test_files, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(what_the_tape_has_no_place_for_is_counted, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(files_that_lie_are_refused_and_records_that_lie_are_told,
                                        kit_setup, kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
