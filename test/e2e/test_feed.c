// SPDX-License-Identifier: Apache-2.0
// A recorded feed as a user looks at it: fulmar data import, info, export, book and heatmap.
#include "program.h"

#include <ftw.h>
#include <jansson.h>

static char dir[64];

static const char FEED[] =
    "1723161256000000001 "
    "{\"e\":\"depthUpdate\",\"E\":1723161257000,\"s\":\"AB\",\"U\":1,\"u\":2,\"b\":[[\"9.9\","
    "\"5\"]],\"a\":[]}\n"
    "1723161256000000002 "
    "{\"lastUpdateId\":2,\"bids\":[[\"9.90\",\"4\"],[\"9.8\",\"2.5\"]],\"asks\":[[\"10.10\","
    "\"1\"]]}\n"
    "1723161256500000000 "
    "{\"e\":\"trade\",\"E\":1723161257600,\"s\":\"AB\",\"t\":8,\"p\":\"10.1\",\"q\":\"0.5\","
    "\"T\":1723161257600,\"m\":false,\"M\":true}\n"
    "1723161257000000000 "
    "{\"e\":\"depthUpdate\",\"E\":1723161258000,\"s\":\"AB\",\"U\":3,\"u\":4,\"b\":[],\"a\":[["
    "\"10.10\",\"0\"],[\"10.2\",\"3\"]]}\n"
    "1723161258000000000 "
    "{\"e\":\"depthUpdate\",\"E\":1723161259000,\"s\":\"AB\",\"U\":9,\"u\":9,\"b\":[[\"9.7\","
    "\"1\"]],\"a\":[]}\n";

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk) {
    (void)status;
    (void)kind;
    (void)walk;
    return remove(path);
}

static int feed_make(void **state) {
    char path[128];
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/fulmar_feed_XXXXXX");
    if (mkdtemp(dir) == NULL) return -1;
    snprintf(path, sizeof path, "%s/feed.txt", dir);
    FILE *file = fopen(path, "w");
    if (file == NULL || fputs(FEED, file) < 0 || fclose(file) != 0) return -1;
    return program_run("data import --tape %s/tape %s/feed.txt", dir, dir)->status;
}

static int feed_remove(void **state) {
    (void)state;
    return nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void check_said(const struct program *program, const char *const *said, size_t count) {
    assert_int_equal(program->status, 0);
    for (size_t i = 0; i < count; i++)
        if (strstr(program->out, said[i]) == NULL)
            fail_msg("no '%s' in: %s", said[i], program->out);
}

static void an_import_and_info_tell_gaps_and_clocks(void **state) {
    static const char *const IMPORT[] = {"BINANCE/AB/feed", "kept: 1 feed_gap",
                                         "9 rows read, 0 new on the tape, 9 there already"};
    static const char *const INFO[] = {"messages         6",
                                       "records_level    4",
                                       "records_snapshot 3",
                                       "faults_gap       1",
                                       "records_trade    1",
                                       "clock_ahead_min_ns -1,100,000,000",
                                       "clock_ahead_median_ns -1,000,000,000"};
    (void)state;
    check_said(program_run("data import --tape %s/tape %s/feed.txt", dir, dir), IMPORT, 3);
    check_said(program_run("data info AB --verify --tape %s/tape", dir), INFO, 7);
}

static void a_book_is_that_of_its_instant(void **state) {
    static const char *const THEN[] = {
        "BINANCE/AB/feed at 2024-08-08T23:54:16.500Z, last changed 500 ms before",
        "spread 0.2 (200 bp), 2 bid and 1 ask levels", "4.0       4.0  9.9  10.1       1.0  1.0\n",
        "6.5       2.5  9.8"};
    static const char *const LATER[] = {"not whole", "3.0", "10.2"};
    (void)state;
    check_said(program_run("data book AB --at 2024-08-08T23:54:16.5Z --tape %s/tape", dir), THEN,
               4);
    check_said(program_run("data book AB --tape %s/tape", dir), LATER, 3);
}

static void a_book_tells_machines_in_one_object(void **state) {
    (void)state;
    json_error_t error;
    struct program *program = program_run(
        "data book AB --at 2024-08-08T23:54:16.5Z --levels 1 --json --tape %s/tape", dir);
    assert_int_equal(program->status, 0);
    json_t *root = json_loads(program->out, 0, &error);
    assert_non_null(root);
    json_t *bids = json_object_get(root, "bids");
    assert_int_equal(json_array_size(bids), 1);
    assert_string_equal(json_string_value(json_object_get(json_array_get(bids, 0), "price")),
                        "9.9");
    assert_true(json_is_true(json_object_get(root, "whole")));
    assert_int_equal(json_integer_value(json_object_get(root, "bid_levels")), 2);
    json_decref(root);
}

// The keys of an object in order, apart by blanks.
static void check_keys(json_t *object, const char *expected) {
    char keys[256] = "";
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value) {
        assert_true(strlen(keys) + strlen(key) + 2 < sizeof keys);
        if (keys[0] != '\0') strcat(keys, " ");
        strcat(keys, key);
    }
    assert_string_equal(keys, expected);
}

static json_t *book_json(const char *feeds) {
    json_error_t error;
    struct program *program =
        program_run("data book %s --at 2024-08-08T23:54:16.5Z --json --tape %s/tape", feeds, dir);
    assert_int_equal(program->status, 0);
    json_t *root = json_loads(program->out, 0, &error);
    assert_non_null(root);
    return root;
}

static void keys_of_a_book_are_those_of_its_page(void **state) {
    (void)state;
    json_t *root = book_json("AB");
    check_keys(root,
               "series at_ns receipt_ns venue_ns by_order whole bid_levels ask_levels bids asks");
    check_keys(json_array_get(json_object_get(root, "bids"), 0), "price quantity sum");
    json_decref(root);
}

// Two feeds of one venue.
static void feeds_of_one_venue_are_told_apart_in_a_merged_book(void **state) {
    static const char *const TABLE[] = {"2 feeds at", "BINANCE/AB 4, BINANCE/AC 4"};
    static const char OTHER[] =
        "1723161256000000002 "
        "{\"e\":\"depthUpdate\",\"E\":1723161257000,\"s\":\"AC\",\"U\":1,\"u\":2,\"b\":[[\"9.9\","
        "\"4\"]],\"a\":[[\"10.0\",\"7.5\"]]}\n"
        "1723161256000000003 "
        "{\"lastUpdateId\":2,\"bids\":[[\"9.9\",\"4\"]],\"asks\":[[\"10.0\",\"7\"]]}\n";
    (void)state;
    char path[128];
    snprintf(path, sizeof path, "%s/other.txt", dir);
    FILE *file = fopen(path, "w");
    assert_true(file != NULL && fputs(OTHER, file) >= 0 && fclose(file) == 0);
    assert_int_equal(program_run("data import --tape %s/tape %s", dir, path)->status, 0);
    check_said(program_run("data book AB AC --at 2024-08-08T23:54:16.5Z --tape %s/tape", dir),
               TABLE, 2);
    json_t *root = book_json("AB AC");
    check_keys(root, "at_ns state whole bids asks");
    check_keys(json_object_get(root, "whole"), "BINANCE/AB BINANCE/AC");
    assert_string_equal(json_string_value(json_object_get(root, "state")), "open");
    json_t *bids = json_object_get(root, "bids"), *asks = json_object_get(root, "asks");
    assert_true(json_array_size(bids) == 2 && json_array_size(asks) == 2);
    check_keys(json_array_get(bids, 0), "price quantity feeds");
    check_keys(json_object_get(json_array_get(bids, 0), "feeds"), "BINANCE/AB BINANCE/AC");
    check_keys(json_object_get(json_array_get(asks, 0), "feeds"), "BINANCE/AC");
    json_decref(root);
    struct program *twice = program_run("data book AB AB --tape %s/tape 2>&1", dir);
    assert_true(twice->status != 0 && strstr(twice->out, "BINANCE/AB is named twice") != NULL);
}

// The adjustment of the fourth of five buckets is that of another program, as in test_microstructure.c.
static void a_micro_price_is_fitted_to_a_feed(void **state) {
    const char *path = harness_shared("data/mbo/lobster_AMZN_2012-06-21_5.zip");
    json_error_t error;
    (void)state;
    assert_int_equal(program_run("data import --tape %s/tape %s", dir, path)->status, 0);
    struct program *program =
        program_run("data micro AMZN --fit microprice --json --tape %s/tape", dir);
    assert_int_equal(program->status, 0);
    json_t *root = json_loads(program->out, 0, &error);
    assert_non_null(root);
    check_keys(root, "series fit changes states after");
    json_t *states = json_object_get(root, "states"), *fourth = json_array_get(states, 3);
    check_keys(fourth, "from to changes moved first adjustment");
    double adjustment = json_real_value(json_object_get(fourth, "adjustment"));
    assert_true(adjustment > 0.003529907469177 && adjustment < 0.003529907469178);
    assert_true(json_real_value(json_object_get(json_array_get(states, 1), "adjustment")) ==
                -adjustment);
    assert_int_equal(json_integer_value(json_object_get(root, "changes")), 55070);
    assert_int_equal(json_array_size(json_array_get(json_object_get(root, "after"), 4)), 5);
    json_decref(root);
}

static void a_fit_that_cannot_be_is_told(void **state) {
    static const struct {
        const char *args;
        int status;
        const char *said;
    } rows[] = {{"--fit ofi", 2, "--fit takes microprice"},
                {"--fit microprice,ofi", 2, "--fit takes microprice"},
                {"--fit microprice:states=99", 2, "states must be in [2, 20]"},
                {"--fit nothing", 2, "there is no feature 'nothing'"},
                {"--fit microprice --every 1s", 2, "no use for --every"}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct program *program =
            program_run("data micro AB %s --tape %s/tape 2>&1", rows[i].args, dir);
        if (program->status != rows[i].status || strstr(program->out, rows[i].said) == NULL)
            fail_msg("%s: %d, %s", rows[i].args, program->status, program->out);
    }
}

static void an_export_has_a_line_a_record(void **state) {
    static const char *const LINES[] = {
        "receipt,venue,kind,side,price,quantity,id,flags\n",
        "2024-08-08T23:54:16.500Z,2024-08-08T23:54:17.600Z,trade,buy,10.1,0.5,8,L\n",
        "2024-08-08T23:54:18Z,2024-08-08T23:54:19Z,fault,,0,gap,4,L\n"};
    (void)state;
    check_said(program_run("data export AB --tape %s/tape", dir), LINES, 3);
}

static void a_heat_map_is_drawn(void **state) {
    static const char *const ENDINGS[] = {"svg", "png"};
    static const char *const BEGINS[] = {"<?xml", "\x89PNG"};
    (void)state;
    for (int i = 0; i < 2; i++) {
        char path[128], begin[8] = "";
        snprintf(path, sizeof path, "%s/h.%s", dir, ENDINGS[i]);
        assert_int_equal(
            program_run("data heatmap AB --plot %s --tape %s/tape 2>&1", path, dir)->status, 0);
        FILE *file = fopen(path, "r");
        assert_non_null(file);
        assert_int_equal(fread(begin, 1, strlen(BEGINS[i]), file), strlen(BEGINS[i]));
        assert_string_equal(begin, BEGINS[i]);
        fclose(file);
    }
}

static void what_cannot_be_shown_is_told(void **state) {
    static const struct {
        const char *args;
        int status;
        const char *said;
    } rows[] = {{"data book", 2, "give one feed"},
                {"data book NONE", 1, "NONE"},
                {"data book AB --levels 0", 2, "--levels"},
                {"data book AB --at noon", 2, "--at"},
                {"data heatmap AB", 2, "--plot names"},
                {"data heatmap AB --plot h.gif", 2, ".svg or .png"},
                {"data heatmap AB --plot h.svg --from 2030-01-01", 2, "--from is not before"},
                {"data heatmap AB --plot h.svg --to 2024-08-08T23:54:16.000000001Z", 2, "--from"}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct program *program = program_run("%s --tape %s/tape 2>&1", rows[i].args, dir);
        if (program->status != rows[i].status || strstr(program->out, rows[i].said) == NULL)
            fail_msg("%s: %d: %s", rows[i].args, program->status, program->out);
    }
}

#define WITH_FEED(test) cmocka_unit_test_setup_teardown(test, feed_make, feed_remove)

// The picture is 9.9 x 4 and 10.1 x 1; a buyer takes half; then the ask is 10.2 x 3; then a gap.
static void features_of_a_feed_are_columns(void **state) {
    static const char *const ROWS[] = {
        "time,event,spread.spread,spread.bp,spread.mid,imbalance:levels=1,imbalance:levels=2,"
        "effective_spread.value,effective_spread.bp,effective_spread.mean\n",
        "2024-08-08T23:54:16.000000002Z,book,0.2,200,10,0.8,0.866666666666667,,,\n",
        "2024-08-08T23:54:16.500Z,trade,0.2,200,10,0.8,0.866666666666667,0.2,"
        "200,0.2\n",
        "2024-08-08T23:54:17Z,book,0.3,298.507462686567,10.05,0.571428571428571,0.684210526315789,",
        "2024-08-08T23:54:18Z,book,,,,,,"};
    (void)state;
    check_said(program_run("data micro AB --tape %s/tape --features "
                           "spread,imbalance:levels=1,imbalance:levels=2,effective_spread",
                           dir),
               ROWS, sizeof ROWS / sizeof *ROWS);
    static const char *const SPANS[] = {"time,ofi.event,ofi.window,ofi.total\n",
                                        "2024-08-08T23:54:17Z,1,1,1\n"};
    check_said(program_run("data micro AB --tape %s/tape --features ofi --every 1s", dir), SPANS,
               sizeof SPANS / sizeof *SPANS);
    static const char *const SUMMARY[] = {"\"trades\": 1", "\"name\": \"whale.latest\""};
    check_said(program_run("data micro AB --tape %s/tape --features all --json --output %s/m.csv",
                           dir, dir),
               SUMMARY, sizeof SUMMARY / sizeof *SUMMARY);
}

static void a_call_of_micro_that_cannot_be_is_told(void **state) {
    static const struct {
        const char *args;
        int status;
        const char *said;
    } ROWS[] = {{"data micro", 2, "give one feed"},
                {"data micro AB --features spraed", 2, "did you mean 'spread'"},
                {"data micro AB --features imbalance:levels=99", 2, "64"},
                {"data micro AB --every 0s", 2, "--every"},
                {"data micro AB --clock mine", 2, "receipt or venue"},
                {"data micro AB --from 2030-01-01 --to 2029-01-01", 2, "--from is after --to"},
                {"data micro AB --features all --plot x.svg", 2, "8 features"},
                {"data micro NOPE", 1, "NOPE"},
                {"data micro AB --from 2030-01-01", 0, "no row"}};
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        const struct program *program = program_run("%s --tape %s/tape 2>&1", ROWS[i].args, dir);
        if (program->status != ROWS[i].status || strstr(program->out, ROWS[i].said) == NULL)
            fail_msg("%s: %d: %s", ROWS[i].args, program->status, program->out);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_FEED(an_import_and_info_tell_gaps_and_clocks),
        WITH_FEED(a_book_is_that_of_its_instant),
        WITH_FEED(a_book_tells_machines_in_one_object),
        WITH_FEED(keys_of_a_book_are_those_of_its_page),
        WITH_FEED(feeds_of_one_venue_are_told_apart_in_a_merged_book),
        WITH_FEED(a_micro_price_is_fitted_to_a_feed),
        WITH_FEED(a_fit_that_cannot_be_is_told),
        WITH_FEED(an_export_has_a_line_a_record),
        WITH_FEED(a_heat_map_is_drawn),
        WITH_FEED(what_cannot_be_shown_is_told),
        WITH_FEED(features_of_a_feed_are_columns),
        WITH_FEED(a_call_of_micro_that_cannot_be_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
