// SPDX-License-Identifier: Apache-2.0
#include "store_kit.h"

#include <jansson.h>

#include "base/hash.h"
#include "market/feed_book.h"

static const char LINES[] =
    "wss://x/stream <-> 1723161255.5\n"
    "wss://x/stream <- 1723161255.6: {\"method\":\"SUBSCRIBE\"}\n"
    "1723161256000000001 "
    "{\"e\":\"depthUpdate\",\"E\":1723161257001,\"s\":\"BTCUSDT\",\"U\":1,\"u\":2,"
    "\"b\":[[\"9.9\",\"5\"]],\"a\":[]}\n"
    "1723161256000000002 "
    "{\"lastUpdateId\":2,\"bids\":[[\"9.90\",\"4\"]],\"asks\":[[\"10.10\",\"1\"]]}\r\n"
    "1723161256000000003 "
    "{\"e\":\"trade\",\"E\":1723161257003,\"s\":\"BTCUSDT\",\"t\":8,\"p\":\"10.1\","
    "\"q\":\"0.5\",\"T\":1723161257002,\"m\":false,\"M\":true}\n"
    "1723161256000000004 {\"result\":null,\"id\":1}\n"
    "1723161256000000005 "
    "{\"e\":\"depthUpdate\",\"E\":1723161257004,\"s\":\"BTCUSDT\",\"U\":3,\"u\":4,"
    "\"b\":[],\"a\":[[\"10.10\",\"0\"],[\"10.2\",\"3\"]]}\n";

static void run(const struct kit *kit, const char *text, int expected,
                struct import_report *ret_report) {
    struct import_options options;
    import_options_init(&options, kit->tape);
    options.format = "ws";
    options.replace = true;
    kit_import(kit, kit_text(kit, "feed.txt", text), &options, expected, ret_report);
}

static void print_records(struct tape *tape, char *out) {
    for (uint32_t p = 0; p < tape_partition_count(tape); p++) {
        struct tape_feed feed = tape_feed(tape, p);
        for (uint64_t i = 0; i < feed.count; i++) {
            struct feed_record r = tape_feed_record(&feed, i);
            sprintf(out + strlen(out), "%s%" PRId64 " %s%+d %" PRId64 "x%" PRId64 " #%" PRIu64 "%s",
                    out[0] == '\0' ? "" : "; ", r.receipt_ns % 1000,
                    feed_kind_name(feed_kind_of(r.what)), feed_side_of(r.what), r.price, r.qty,
                    r.id, (feed_flags_of(r.what) & FEED_LAST) != 0 ? "." : "");
        }
    }
}

static void check_records(const struct kit *kit, const char *name, const char *expected) {
    char out[2048] = "";
    struct tape *tape = kit_open(kit, name);
    assert_ok(tape_verify(tape));
    print_records(tape, out);
    tape_close(tape);
    assert_string_equal(out, expected);
}

static void lines_become_records_in_the_order_of_receipt(void **state) {
    struct kit *kit = *state;
    struct import_report report;
    kit_import(kit, kit_text(kit, "feed.txt", LINES), NULL, 0, &report); // recognised
    assert_int_equal(report.rows, 6);
    assert_int_equal(report.accepted, 6);
    assert_int_equal(report.notes[IMPORT_BESIDE], 2); // what was sent, and the answer
    import_report_fini(&report);
    check_records(kit, "BINANCE/BTCUSDT/feed",
                  "1 level+1 99x50 #2.; 2 snapshot+1 99x40 #2; 2 snapshot-1 101x10 #2.; "
                  "3 trade+1 101x5 #8.; 5 level-1 101x0 #4; 5 level-1 102x30 #4.");
    struct tape *tape = kit_open(kit, "BINANCE/BTCUSDT/feed");
    struct tape_feed feed = tape_feed(tape, 0);
    assert_int_equal(feed.venue_ns[0], 1723161257001000000);
    assert_int_equal(feed.venue_ns[1], feed.receipt_ns[1]); // the picture tells no time
    assert_int_equal(feed.venue_ns[3], 1723161257002000000);
    assert_string_equal(tape_meta(tape)->currency, "USDT");
    tape_close(tape);
}

static void reading_again_changes_nothing(void **state) {
    struct kit *kit = *state;
    for (int round = 0; round < 2; round++) {
        struct import_report report;
        kit_import(kit, kit_text(kit, "feed.txt", LINES), NULL, 0, &report);
        assert_int_equal(report.added.rows, round == 0 ? 6 : 0);
        assert_int_equal(report.added.duplicates, round == 0 ? 0 : 6);
        assert_int_equal(report.added.conflicts, 0);
        import_report_fini(&report);
    }
}

static void faults_of_a_line_are_counted_and_the_rest_is_read(void **state) {
    static const struct {
        const char *line;
        enum import_fault fault;
    } rows[] = {
        {"17231612560000 {}", IMPORT_BAD_TIME},
        {"x", IMPORT_BAD_TIME},
        {"1723161256000000009", IMPORT_BAD_TIME},
        {"1723161256000000009{}", IMPORT_BAD_TIME},
        {"1723161256000000009 {\"e\":\"trade\"", IMPORT_SYNTAX},
        {"1723161256000000009 {\"e\":\"trade\",\"m\":true,\"p\":\"x\",\"q\":\"1\"}", IMPORT_SYNTAX},
        {"1723161256000000009 {\"e\":\"trade\",\"s\":\"BTCUSDT\",\"t\":1,\"m\":true,\"M\":true,"
         "\"p\":\"1\",\"q\":\"0\"}",
         IMPORT_BAD_VOLUME},
        {"1723161256000000009 {\"e\":\"trade\",\"s\":\"BTCUSDT\",\"t\":1,\"m\":true,\"M\":true,"
         "\"p\":\"1\",\"q\":\"999999999999999999\"}",
         IMPORT_OVERFLOW},
        {"1723161255000000000 {\"e\":\"trade\",\"s\":\"BTCUSDT\",\"t\":1,\"m\":true,\"M\":true,"
         "\"p\":\"1\",\"q\":\"1\"}",
         IMPORT_OUT_OF_ORDER},
        {"1723161256000000009 {\"lastUpdateId\":7,\"T\":1,\"bids\":[],\"asks\":[]}", IMPORT_SYMBOL},
        {"1723161256000000009 {\"e\":\"trade\",\"s\":\"B "
         "B\",\"t\":1,\"m\":true,\"M\":true,\"p\":\"1\","
         "\"q\":\"1\"}",
         IMPORT_SYMBOL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct kit *kit = *state;
        struct import_report report;
        char text[sizeof LINES + 512];
        snprintf(text, sizeof text, "%s%s\n", LINES, rows[i].line);
        run(kit, text, 0, &report);
        if (report.faults[rows[i].fault] != 1 || report.accepted != 6)
            fail_msg("%s: %s", rows[i].line, text_string(&report.samples));
        assert_non_null(strstr(text_string(&report.samples), "feed.txt:8: "));
        import_report_fini(&report);
    }
}

static void a_file_cut_short_loses_its_last_line_and_says_so(void **state) {
    for (size_t cut = 2; cut < 40; cut += 9) {
        struct kit *kit = *state;
        struct import_report report;
        char text[sizeof LINES];
        memcpy(text, LINES, sizeof LINES);
        text[sizeof LINES - 1 - cut] = '\0';
        run(kit, text, 0, &report);
        assert_int_equal(report.faults[IMPORT_SYNTAX], 1);
        assert_int_equal(report.accepted, 4);
        import_report_fini(&report);
    }
}

static void a_file_of_unknown_messages_is_not_taken(void **state) {
    struct kit *kit = *state;
    struct import_report report;
    kit_import(kit, kit_text(kit, "x.txt", "1723161256000000001 {\"a\":1}\n"), NULL,
               ERR_UNSUPPORTED, &report);
    import_report_fini(&report);
    run(kit, "1723161256000000001 {\"a\":1}\n", ERR_UNSUPPORTED, &report);
    assert_non_null(strstr(err_story(), "--venue"));
    import_report_fini(&report);
}

static void import_shared(const struct kit *kit, const char *const *files, size_t count) {
    const char *paths[4];
    char kept[4][1024];
    struct import_options options;
    struct import_report report;
    import_options_init(&options, kit->tape);
    for (size_t i = 0; i < count; i++) {
        snprintf(kept[i], sizeof kept[i], "%s", harness_shared(files[i]));
        paths[i] = kept[i];
    }
    assert_ok(import_run(&options, paths, count, &report));
    for (int i = 0; i < IMPORT_FAULT_COUNT; i++) assert_int_equal(report.faults[i], 0);
    assert_int_equal(report.notes[IMPORT_FEED_GAP], 0);
    assert_int_equal(report.notes[IMPORT_BOOK_CROSSED], 0);
    import_report_fini(&report);
}

struct heard {
    int64_t venue_ns;
    uint64_t row;
    char text[64];
};

static int by_time(const void *a, const void *b) {
    const struct heard *x = a, *y = b;
    if (x->venue_ns != y->venue_ns) return x->venue_ns < y->venue_ns ? -1 : 1;
    return x->row < y->row ? -1 : 1;
}

// golden/hft_oracle/definition.md, section 2: a digest of all depth, picture and trade events by the venue's time.
static void the_events_of_the_recording_have_the_published_digest(void **state) {
    static const char *const FILES[] = {"data/crypto_l2/binance_usdm_btcusdt_20240808.txt.xz"};
    const char *results = harness_shared("golden/hft_oracle/results.json");
    struct kit *kit = *state;
    char *data;
    size_t size, count = 0;
    import_shared(kit, FILES, 1);
    assert_ok(io_read_file(results, 1 << 24, &data, &size));
    struct tape *tape = kit_open(kit, "BINANCE-USDM/BTCUSDT/feed");
    assert_int_equal(tape_meta(tape)->instrument.price_decimals, 1);
    assert_int_equal(tape_meta(tape)->instrument.qty_decimals, 3);
    assert_ok(tape_verify(tape));
    struct heard *events = calloc(tape_count(tape), sizeof *events);
    struct tape_feed feed = tape_feed(tape, 0);
    for (uint64_t i = 0; i < feed.count; i++) {
        struct feed_record r = tape_feed_record(&feed, i);
        enum feed_kind kind = feed_kind_of(r.what);
        if (kind == FEED_BEST) continue;
        events[count] = (struct heard){.venue_ns = r.venue_ns, .row = i};
        snprintf(events[count++].text, sizeof events->text,
                 "%" PRId64 ",%d,%c,%" PRId64 ",%" PRId64 "\n", r.venue_ns / 1000000,
                 kind == FEED_LEVEL   ? 1
                 : kind == FEED_TRADE ? 2
                                      : 4,
                 feed_side_of(r.what) > 0 ? 'B' : 'S', r.price, r.qty);
    }
    qsort(events, count, sizeof *events, by_time);
    struct sha256 *sha = sha256_new();
    for (size_t i = 0; i < count; i++) sha256_update(sha, events[i].text, strlen(events[i].text));
    uint8_t digest[SHA256_SIZE];
    char text[SHA256_TEXT_SIZE];
    sha256_final(sha, digest);
    sha256_free(sha);
    sha256_print(text, digest);
    assert_int_equal(count, 466834);
    if (strstr(data, text) == NULL) fail_msg("events_sha256 is another: %s", text);
    free(events);
    free(data);
    tape_close(tape);
}

// The end of the book that a feed makes.
static void book_at_end(const struct kit *kit, const char *name, struct arena *arena,
                        struct feed_book *book, struct tape **ret_tape) {
    static const struct feed_book_config CONFIG = {{.window = 4096, .level_max = 1 << 14}, 1 << 14};
    assert_ok(arena_init(arena, feed_book_size(&CONFIG)));
    assert_ok(feed_book_init(book, arena, &CONFIG));
    *ret_tape = kit_open(kit, name);
    for (uint32_t p = 0; p < tape_partition_count(*ret_tape); p++) {
        struct tape_feed feed = tape_feed(*ret_tape, p);
        for (uint64_t i = 0; i < feed.count; i++) {
            struct feed_record record = tape_feed_record(&feed, i);
            feed_book_apply(book, &record);
        }
    }
    assert_true(book->synced);
    assert_int_equal(feed_book_crossed(book), 0);
    assert_int_equal(book->dropped, 0);
}

static void check_best(const struct feed_book *book, int side, const struct tape_meta *meta,
                       json_t *end) {
    char price[DECIMAL_TEXT_SIZE], qty[DECIMAL_TEXT_SIZE];
    int64_t tick = side > 0 ? book_l2_best_bid(&book->l2) : book_l2_best_ask(&book->l2);
    json_t *best = json_object_get(end, side > 0 ? "best_bid" : "best_ask");
    decimal_print(price, sizeof price, tick, meta->instrument.price_decimals);
    decimal_print(qty, sizeof qty, book_l2_qty(&book->l2, side, tick),
                  meta->instrument.qty_decimals);
    assert_true(strtod(price, NULL) == strtod(json_string_value(json_array_get(best, 0)), NULL));
    assert_true(strtod(qty, NULL) == strtod(json_string_value(json_array_get(best, 1)), NULL));
}

static void check_side(const struct feed_book *book, int side, const struct tape_meta *meta,
                       json_t *end) {
    check_best(book, side, meta, end);
    assert_int_equal(
        book_l2_count(&book->l2, side),
        json_integer_value(json_object_get(end, side > 0 ? "bid_levels" : "ask_levels")));
}

static void check_ends(const struct kit *kit, json_t *ends, const char *venue) {
    const char *symbol;
    json_t *end;
    json_object_foreach(ends, symbol, end) {
        char name[TAPE_NAME_SIZE];
        struct arena arena;
        struct feed_book book;
        struct tape *tape;
        snprintf(name, sizeof name, "%s/%s/feed", venue, symbol);
        book_at_end(kit, name, &arena, &book, &tape);
        check_side(&book, 1, tape_meta(tape), end);
        check_side(&book, -1, tape_meta(tape), end);
        tape_close(tape);
        arena_fini(&arena);
    }
}

static void books_end_as_another_program_found(void **state) {
    static const char *const FILES[] = {"data/crypto_l2/cryptofeed_binance.ws.1.0.txt.xz",
                                        "data/crypto_l2/cryptofeed_binance.http.0.0.txt.xz"};
    const char *golden = harness_shared("fixtures/ws/golden_cryptofeed.json");
    struct kit *kit = *state;
    json_error_t error;
    json_t *root = json_load_file(golden, 0, &error);
    assert_non_null(root);
    import_shared(kit, FILES, 2);
    check_ends(kit, json_object_get(root, "binance"), "BINANCE");
    json_decref(root);
}

static uint64_t count_notes(const struct kit *kit, const char *file, const char *symbol,
                            struct import_report *ret_report) {
    const char *path = harness_shared(file);
    struct import_options options;
    import_options_init(&options, kit->tape);
    options.symbol = symbol;
    assert_ok(import_run(&options, &path, 1, ret_report));
    uint64_t faults = 0;
    for (int i = 0; i < IMPORT_FAULT_COUNT; i++) faults += ret_report->faults[i];
    return faults;
}

static void every_checksum_of_a_kraken_recording_is_right(void **state) {
    const char *golden = harness_shared("fixtures/ws/golden_cryptofeed.json");
    struct kit *kit = *state;
    struct import_report report;
    json_error_t error;
    assert_int_equal(
        count_notes(kit, "data/crypto_l2/cryptofeed_kraken.ws.50.0.txt.xz", NULL, &report), 0);
    assert_int_equal(report.notes[IMPORT_BOOK_RIGHT], 4269);
    assert_int_equal(report.notes[IMPORT_BOOK_WRONG], 0);
    assert_int_equal(report.notes[IMPORT_BOOK_CROSSED], 0);
    import_report_fini(&report);
    json_t *root = json_load_file(golden, 0, &error);
    const char *symbol;
    json_t *end, *kraken = json_object_get(root, "kraken_v1");
    json_object_foreach(json_object_get(kraken, "last"), symbol, end) {
        char name[TAPE_NAME_SIZE];
        struct arena arena;
        struct feed_book book;
        struct tape *tape;
        snprintf(name, sizeof name, "KRAKEN/%s/feed", symbol);
        book_at_end(kit, name, &arena, &book, &tape);
        check_best(&book, 1, tape_meta(tape), end);
        check_best(&book, -1, tape_meta(tape), end);
        tape_close(tape);
        arena_fini(&arena);
    }
    json_decref(root);
}

// Pictures of the twenty best levels a side, against the book that the orders make. Of those that differ 18 are of a
// moment before the latest messages, 25 show orders from before the recording, and 5 are a message ahead.
static void pictures_of_bitstamp_are_what_its_orders_make(void **state) {
    struct kit *kit = *state;
    struct import_report report;
    assert_int_equal(
        count_notes(kit, "data/crypto_l2/bitstamp_btcusd_l3_20150501_a.log.xz", NULL, &report), 0);
    assert_int_equal(report.notes[IMPORT_BOOK_RIGHT], 2442);
    assert_int_equal(report.notes[IMPORT_BOOK_EXPLAINED], 43);
    assert_int_equal(report.notes[IMPORT_BOOK_WRONG], 5);
    assert_int_equal(report.notes[IMPORT_UNKNOWN_ORDER], 182);
    assert_int_equal(report.notes[IMPORT_TWICE_ADDED], 0);
    import_report_fini(&report);
    struct tape *tape = kit_open(kit, "BITSTAMP/BTCUSD/feed");
    assert_ok(tape_verify(tape));
    uint64_t counts[FEED_KIND_END] = {0};
    struct tape_feed feed = tape_feed(tape, 0);
    for (uint64_t i = 0; i < feed.count; i++) counts[feed_kind_of(feed.what[i])]++;
    assert_int_equal(counts[FEED_ADD], 12430); // as many as there are lines of each
    assert_int_equal(counts[FEED_MODIFY], 334);
    assert_int_equal(counts[FEED_DELETE], 12441);
    assert_int_equal(counts[FEED_TRADE], 306);
    tape_close(tape);
}

// Orders that are added twice, or changed under the number of one of the other side, leave the book as it was.
static void orders_that_clash_are_told_and_change_nothing(void **state) {
    static const char TEXT[] =
        "1430438404518 order_created {\"price\": \"236.47\", \"amount\": \"2.0\", \"datetime\": "
        "\"1430438404\", \"id\": 5, \"order_type\": 0}\n"
        "1430438404519 order_created {\"price\": \"240\", \"amount\": \"3.0\", \"datetime\": "
        "\"1430438404\", \"id\": 5, \"order_type\": 1}\n"
        "1430438404520 order_deleted {\"price\": \"236.47\", \"amount\": \"2.0\", \"datetime\": "
        "\"1430438404\", \"id\": 5, \"order_type\": 1}\n"
        "1430438404521 order_changed {\"price\": \"230\", \"amount\": \"1.0\", \"datetime\": "
        "\"1430438404\", \"id\": 5, \"order_type\": 0}\n";
    struct kit *kit = *state;
    struct import_report report;
    struct import_options options;
    import_options_init(&options, kit->tape);
    options.symbol = "BTCUSD";
    kit_import(kit, kit_text(kit, "bitstamp.log", TEXT), &options, 0, &report);
    assert_int_equal(report.notes[IMPORT_TWICE_ADDED], 1);
    assert_int_equal(report.notes[IMPORT_UNKNOWN_ORDER], 1);
    import_report_fini(&report);
    check_records(kit, "BITSTAMP/BTCUSD/feed",
                  "0 add+1 23647x2 #5.; 0 add-1 24000x3 #5.; 0 delete-1 0x2 #5.; "
                  "0 fault+0 0x4 #5.; 0 modify+1 23000x1 #5.");
}

static void coinbase_and_gemini_are_read_without_a_fault(void **state) {
    static const char *const FILES[] = {"data/crypto_l2/coinbase_pro_ws28_dev_products.txt.xz"};
    static const char *const GEMINI[] = {"data/crypto_l2/cryptofeed_gemini.ws.1.0.txt.xz"};
    const char *golden = harness_shared("fixtures/ws/golden_cryptofeed.json");
    struct kit *kit = *state;
    struct arena arena;
    struct feed_book book;
    struct tape *tape;
    json_error_t error;
    json_t *root = json_load_file(golden, 0, &error);
    json_t *ends = json_object_get(json_object_get(root, "coinbaseexchange"), "final");
    static const char *const OTHERS[] = {"BAND-BTC", "BAND-GBP", "CRV-EUR", "SKL-GBP", "YFI-BTC"};
    for (int i = 0; i < 5; i++) json_object_del(ends, OTHERS[i]); // not in this part of the file
    import_shared(kit, FILES, 1);
    check_ends(kit, ends, "COINBASE");
    json_decref(root);
    import_shared(kit, GEMINI, 1);
    book_at_end(kit, "GEMINI/BTCGBP/feed", &arena, &book, &tape);
    tape_close(tape);
    arena_fini(&arena);
}

static void lost_messages_of_a_connection_break_every_book(void **state) {
    static const char FORM[] =
        "17231612560000000%02d {\"channel\":\"l2_data\",\"timestamp\":\"2024-08-08T00:00:00Z\","
        "\"sequence_num\":%d,\"events\":[{\"type\":\"%s\",\"product_id\":\"%s\",\"updates\":[{"
        "\"side\":"
        "\"bid\",\"price_level\":\"1\",\"new_quantity\":\"2\"}]}]}\n";
    struct kit *kit = *state;
    struct import_report report;
    char text[4096] = "";
    const struct {
        int sequence;
        const char *type, *symbol;
    } rows[] = {{0, "snapshot", "A"}, {1, "snapshot", "B"}, {2, "update", "A"},
                {4, "update", "B"},   {5, "update", "A"},   {6, "update", "B"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        sprintf(text + strlen(text), FORM, (int)i, rows[i].sequence, rows[i].type, rows[i].symbol);
    run(kit, text, 0, &report);
    assert_int_equal(report.notes[IMPORT_FEED_GAP], 2);
    import_report_fini(&report);
    check_records(kit, "COINBASE/A/feed",
                  "0 snapshot+1 1x2 #0.; 2 level+1 1x2 #0.; "
                  "4 fault+0 0x1 #1.; 4 level+1 1x2 #0.");
}

static void files_that_join_at_midnight_make_one_book(void **state) {
    static const char *const FILES[] = {"data/crypto_l2/binance_spot_btcusdt_20240808.txt.xz",
                                        "data/crypto_l2/binance_spot_btcusdt_20240809.txt.xz"};
    struct kit *kit = *state;
    struct arena arena;
    struct feed_book book;
    struct tape *tape;
    import_shared(kit, FILES, 2);
    book_at_end(kit, "BINANCE/BTCUSDT/feed", &arena, &book, &tape);
    assert_int_equal(tape_partition_count(tape), 2);
    tape_close(tape);
    arena_fini(&arena);
}

static void contracts_on_a_coin_are_settled_in_it(void **state) {
    static const char *const FILES[] = {"data/crypto_l2/binance_cm_btcusd_perp_20240808.txt.xz",
                                        "data/crypto_l2/binance_cm_btcusd_perp_20240809.txt.xz"};
    struct kit *kit = *state;
    struct arena arena;
    struct feed_book book;
    struct tape *tape;
    import_shared(kit, FILES, 2);
    book_at_end(kit, "BINANCE-COINM/BTCUSD_PERP/feed", &arena, &book, &tape);
    assert_string_equal(tape_meta(tape)->currency, "BTC");
    assert_int_equal(tape_meta(tape)->instrument.multiplier, 100);
    assert_int_equal(tape_meta(tape)->instrument.qty_decimals, 0);
    tape_close(tape);
    arena_fini(&arena);
}

#define WITH_KIT(test) cmocka_unit_test_setup_teardown(test, kit_setup, kit_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_KIT(lines_become_records_in_the_order_of_receipt),
        WITH_KIT(reading_again_changes_nothing),
        WITH_KIT(faults_of_a_line_are_counted_and_the_rest_is_read),
        WITH_KIT(a_file_cut_short_loses_its_last_line_and_says_so),
        WITH_KIT(a_file_of_unknown_messages_is_not_taken),
        WITH_KIT(the_events_of_the_recording_have_the_published_digest),
        WITH_KIT(books_end_as_another_program_found),
        WITH_KIT(every_checksum_of_a_kraken_recording_is_right),
        WITH_KIT(orders_that_clash_are_told_and_change_nothing),
        WITH_KIT(pictures_of_bitstamp_are_what_its_orders_make),
        WITH_KIT(coinbase_and_gemini_are_read_without_a_fault),
        WITH_KIT(lost_messages_of_a_connection_break_every_book),
        WITH_KIT(files_that_join_at_midnight_make_one_book),
        WITH_KIT(contracts_on_a_coin_are_settled_in_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
