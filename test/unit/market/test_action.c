// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include <math.h>

#include "base/timestamp.h"
#include "market/action_lean.h"
#include "shared_file.h"

struct tables {
    struct arena arena;
    struct actions actions;
};

static int set_up(void **state) {
    struct tables *tables = calloc(1, sizeof *tables);
    assert_ok(arena_init(&tables->arena, 1 << 20));
    assert_ok(actions_init(&tables->actions, &tables->arena, CALENDAR_XNYS, 200, 20));
    *state = tables;
    return 0;
}

static int tear_down(void **state) {
    struct tables *tables = *state;
    arena_fini(&tables->arena);
    free(tables);
    return 0;
}

static int32_t day(const char *text) {
    int32_t date;
    assert_ok(date_parse(text, strlen(text), &date));
    return date;
}

static int add(struct actions *actions, const char *row) {
    return action_lean_factors(actions, "x.csv", row, strlen(row));
}

static void load_factors(struct actions *actions, const char *relative) {
    size_t len;
    char *text = shared_file(relative, &len);
    assert_ok(action_lean_factors(actions, relative, text, len));
    free(text);
}

static const struct action *item_on(const struct actions *actions, enum action_kind kind,
                                    const char *date) {
    for (uint32_t i = 0; i < actions->item_count; i++)
        if (actions->items[i].kind == kind && actions->items[i].date == day(date))
            return &actions->items[i];
    fail_msg("no such action on %s", date);
    return NULL;
}

static uint32_t count_of(const struct actions *actions, enum action_kind kind) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < actions->item_count; i++) count += actions->items[i].kind == kind;
    return count;
}

static void split_expect(const struct actions *actions, const char *date, int64_t numerator,
                         int64_t denominator, int64_t previous_close) {
    const struct action *item = item_on(actions, ACTION_SPLIT, date);
    assert_int_equal(item->numerator, numerator);
    assert_int_equal(item->denominator, denominator);
    assert_int_equal(item->previous_close, previous_close);
}

static void dividend_expect(const struct actions *actions, const char *date, int64_t amount) {
    assert_int_equal(item_on(actions, ACTION_DIVIDEND, date)->amount, amount);
}

static void factors_give_splits_as_the_simplest_fraction(void **state) {
    const struct {
        const char *before, *after;
        int64_t numerator, denominator;
    } rows[] = {
        {"0.5", "1", 2, 1},        {"0.0357143", "0.25", 7, 1}, {"0.00892857", "0.0178571", 2, 1},
        {"0.666667", "1", 3, 2},   {"0.3333333", "1", 3, 1},    {"8", "1", 1, 8},
        {"1", "0.0666667", 1, 15}, {"0.9090909", "1", 11, 10},  {"0.8", "1", 5, 4},
        {"0.05", "1", 20, 1},      {"0.7142857", "1", 7, 5},    {"0.25", "0.25", 0, 0},
        {"0.952381", "1", 21, 20}, {"100", "1", 1, 100},        {"0.000001", "1000", 1000000000, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct actions *actions = &((struct tables *)*state)->actions;
        actions->factor_count = actions->item_count = 0;
        char text[128];
        snprintf(text, sizeof text, "20200103,1,%s,50\n20501231,1,%s,0", rows[i].before,
                 rows[i].after);
        assert_ok(add(actions, text));
        assert_int_equal(actions->item_count, rows[i].numerator > 0);
        if (actions->item_count > 0)
            split_expect(actions, "2020-01-06", rows[i].numerator, rows[i].denominator, 50000000);
    }
}

// factor = 1 - dividend / close, rounded to seven decimals.
static void factors_give_back_the_dividend_they_were_made_of(void **state) {
    const struct {
        double close, dividend;
    } rows[] = {{100, 1},      {119.03, 0.205}, {35.96, 0.014}, {619.86, 2.65}, {12.5, 0.0625},
                {50, 0.33333}, {3, 1.25},       {200, 0.01},    {0.5, 0.000125}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct actions *actions = &((struct tables *)*state)->actions;
        actions->factor_count = actions->item_count = 0;
        char text[128];
        snprintf(text, sizeof text, "20200103,%.7f,1,%.2f\n20501231,1,1,0",
                 1 - rows[i].dividend / rows[i].close, rows[i].close);
        assert_ok(add(actions, text));
        dividend_expect(actions, "2020-01-06", llround(rows[i].dividend * 1e6));
    }
}

static void a_day_with_both_pays_the_old_shares_first(void **state) {
    struct actions *actions = &((struct tables *)*state)->actions;
    assert_ok(add(actions, "20200103,0.99,0.5,100\n20501231,1,1,0\n"));
    assert_int_equal(actions->item_count, 2);
    assert_int_equal(actions->items[0].kind, ACTION_DIVIDEND);
    assert_int_equal(actions->items[0].amount, 1000000);
    assert_int_equal(actions->items[1].kind, ACTION_SPLIT);
    assert_int_equal(actions->items[1].date, actions->items[0].date);
}

static void the_ex_date_is_the_next_session(void **state) {
    struct actions *actions = &((struct tables *)*state)->actions;
    // Friday before Labor Day 2020.
    assert_ok(add(actions, "20200904,1,0.5,100\n20501231,1,1,0\n"));
    assert_int_equal(actions->items[0].date, day("2020-09-08"));
}

static void rows_that_no_action_explains_are_refused_and_named(void **state) {
    const struct {
        const char *text, *story;
        int error;
    } rows[] = {
        {"20200103,1,1,5\n20200103,1,1,0", "date does not come after", ERR_ARGUMENT},
        {"20200103,0,1,5", "price_factor must be above 0", ERR_ARGUMENT},
        {"20200103,11,1,5", "price_factor must be above 0 and at most 10", ERR_ARGUMENT},
        {"20200103,1,0,5", "split_factor must be", ERR_ARGUMENT},
        {"20200103,1,1000001,5", "split_factor must be", ERR_ARGUMENT},
        {"20200103,1,1,-5", "reference_price must be", ERR_ARGUMENT},
        {"20200103,0.99,1,5\n20200106,0.98,1,5", "price_factor falls", ERR_CORRUPT},
        {"20200103,0.99,1\n20501231,1,1,0", "no reference_price", ERR_CORRUPT},
    };
    struct actions *actions = &((struct tables *)*state)->actions;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        actions->factor_count = actions->item_count = 0;
        assert_int_equal(add(actions, rows[i].text), rows[i].error);
        if (strstr(err_story(), rows[i].story) == NULL || strstr(err_story(), "x.csv:") == NULL)
            fail_msg("story: %s", err_story());
        assert_int_equal(actions->item_count, 0);
    }
    // What rounds to the same is no dividend.
    actions->factor_count = 0;
    assert_ok(add(actions, "20200103,0.9900001,1,5\n20200106,0.99,1,500\n20501231,0.9900001,1,0"));
    assert_int_equal(actions->item_count, 0);
}

static void full_tables_say_so(void **state) {
    struct tables *tables = *state;
    struct actions small;
    assert_ok(actions_init(&small, &tables->arena, CALENDAR_XNYS, 1, 1));
    assert_int_equal(add(&small, "20200103,1,1,5\n20501231,1,1,0"), ERR_FULL);
    assert_ok(actions_add_symbol(&small, 1, "A"));
    assert_int_equal(actions_add_symbol(&small, 2, "B"), ERR_FULL);
    assert_int_equal(actions_add_symbol(&small, 1, "B"), ERR_ARGUMENT);
    assert_int_equal(actions_add_symbol(&small, 2, ""), ERR_ARGUMENT);
    assert_int_equal(actions_add_symbol(&small, 2, "THIRTY-TWO-CHARACTERS-ARE-ONE-TOO"),
                     ERR_ARGUMENT);
}

static void apple_split_four_times_and_paid_what_it_declared(void **state) {
    struct actions *actions = &((struct tables *)*state)->actions;
    load_factors(actions, "data/equity_daily/lean/equity/usa/factor_files/aapl.csv");
    assert_int_equal(count_of(actions, ACTION_SPLIT), 4);
    assert_int_equal(count_of(actions, ACTION_DIVIDEND), 35);
    split_expect(actions, "2000-06-21", 2, 1, 101000000);
    split_expect(actions, "2005-02-28", 2, 1, 88970000);
    split_expect(actions, "2014-06-09", 7, 1, 645570000);
    split_expect(actions, "2020-08-31", 4, 1, 499230000);
    // Apple's dividend history, per share as declared then.
    const struct {
        const char *ex_date;
        int64_t amount;
    } paid[] = {
        {"2012-08-09", 2650000}, {"2012-11-07", 2650000}, {"2013-02-07", 2650000},
        {"2013-05-09", 3050000}, {"2013-08-08", 3050000}, {"2013-11-06", 3050000},
        {"2014-02-06", 3050000}, {"2014-05-08", 3290000}, {"2014-08-07", 470000},
        {"2014-11-06", 470000},  {"2015-02-05", 470000},  {"2015-05-07", 520000},
        {"2015-08-06", 520000},  {"2015-11-05", 520000},  {"2016-02-04", 520000},
        {"2016-05-05", 570000},  {"2016-08-04", 570000},  {"2016-11-03", 570000},
        {"2017-02-09", 570000},  {"2017-05-11", 630000},  {"2017-08-10", 630000},
        {"2017-11-10", 630000},  {"2018-02-09", 630000},  {"2018-05-11", 730000},
        {"2018-08-10", 730000},  {"2018-11-08", 730000},  {"2019-02-08", 730000},
        {"2019-05-10", 770000},  {"2019-08-09", 770000},  {"2019-11-07", 770000},
        {"2020-02-07", 770000},  {"2020-05-08", 820000},  {"2020-08-07", 820000},
        {"2020-11-06", 205000},  {"2021-02-05", 205000},
    };
    assert_int_equal(sizeof paid / sizeof paid[0], 35);
    for (size_t i = 0; i < 35; i++) dividend_expect(actions, paid[i].ex_date, paid[i].amount);
}

static void ibm_google_and_the_index_funds_did_what_is_published(void **state) {
    struct tables *tables = *state;
    load_factors(&tables->actions, "data/equity_daily/lean/equity/usa/factor_files/ibm.csv");
    assert_int_equal(count_of(&tables->actions, ACTION_SPLIT), 1);
    split_expect(&tables->actions, "1999-05-27", 2, 1, 235500000);
    dividend_expect(&tables->actions, "2021-02-09", 1630000);
    dividend_expect(&tables->actions, "2008-05-07", 500000);
    dividend_expect(&tables->actions, "1998-02-06", 200000);
    struct actions qqq, goog, googl;
    assert_ok(actions_init(&qqq, &tables->arena, CALENDAR_XNYS, 200, 1));
    load_factors(&qqq, "data/equity_daily/lean/equity/usa/factor_files/qqq.csv");
    split_expect(&qqq, "2000-03-20", 2, 1, 221730000);
    dividend_expect(&qqq, "2003-12-24", 14000);
    assert_ok(actions_init(&googl, &tables->arena, CALENDAR_XNYS, 200, 1));
    load_factors(&googl, "data/equity_daily/lean/equity/usa/factor_files/googl.csv");
    split_expect(&googl, "2014-04-03", 2, 1, 1135100000);
    // The settlement for the class without votes: 0.27 % of a share for one.
    assert_ok(actions_init(&goog, &tables->arena, CALENDAR_XNYS, 200, 1));
    load_factors(&goog, "data/equity_daily/lean/equity/usa/factor_files/goog.csv");
    const struct action *item = item_on(&goog, ACTION_SPLIT, "2015-04-27");
    assert_float_equal((double)item->numerator / (double)item->denominator, 1.0027, 1e-5);
    assert_true(item->denominator < 1000);
}

static void a_symbol_is_what_it_was_on_the_date(void **state) {
    struct actions *actions = &((struct tables *)*state)->actions;
    const char *map = "19990310,qqq,Q\r\n20041130,qqq,Q\n20110322,qqqq,Q\n\n20501231,qqq,Q";
    assert_null(actions_symbol_at(actions, 0));
    assert_ok(action_lean_map(actions, "qqq.csv", map, strlen(map)));
    assert_null(actions_symbol_at(actions, day("1999-03-09")));
    assert_string_equal(actions_symbol_at(actions, day("1999-03-10")), "QQQ");
    assert_string_equal(actions_symbol_at(actions, day("2004-11-30")), "QQQ");
    assert_string_equal(actions_symbol_at(actions, day("2004-12-01")), "QQQQ");
    assert_string_equal(actions_symbol_at(actions, day("2011-03-22")), "QQQQ");
    assert_string_equal(actions_symbol_at(actions, day("2011-03-23")), "QQQ");
    assert_null(actions_symbol_at(actions, day("2051-01-01")));
    int32_t last = 7;
    assert_false(actions_delisted(actions, &last));
    assert_int_equal(last, 7);
}

static void a_stock_that_left_has_a_last_date(void **state) {
    struct actions *actions = &((struct tables *)*state)->actions;
    size_t len;
    char *map = shared_file("data/equity_daily/lean/equity/usa/map_files/gooav.csv", &len);
    assert_int_equal(action_lean_rows(map, len), 3);
    assert_ok(action_lean_map(actions, "gooav.csv", map, len));
    int32_t last;
    assert_true(actions_delisted(actions, &last));
    assert_int_equal(last, day("2014-04-02"));
    assert_string_equal(actions_symbol_at(actions, last), "GOOAV");
    assert_null(actions_symbol_at(actions, last + 1));
    free(map);
}

static void prices_are_shown_as_of_a_date(void **state) {
    struct actions *actions = &((struct tables *)*state)->actions;
    // 2:1 on 2020-01-06, a dividend of 1 on 100 on 2020-01-13, 1:4 on 2020-01-21.
    assert_ok(add(actions, "20200103,0.99,2,200\n20200110,0.99,4,100\n20200117,1,4,9\n"
                           "20501231,1,1,0"));
    const struct {
        const char *date, *as_of;
        enum adjust_flags flags;
        int64_t price, adjusted;
    } rows[] = {
        {"2020-01-03", "2020-01-03", ADJUST_ALL, 2000000, 2000000},
        {"2020-01-03", "2020-01-06", ADJUST_ALL, 2000000, 1000000},
        {"2020-01-06", "2020-01-10", ADJUST_ALL, 1000000, 1000000},
        {"2020-01-03", "2020-01-13", ADJUST_ALL, 2000000, 990000},
        {"2020-01-10", "2020-01-13", ADJUST_ALL, 1000000, 990000},
        {"2020-01-10", "2020-01-13", ADJUST_SPLITS, 1000000, 1000000},
        {"2020-01-03", "2020-12-31", ADJUST_SPLITS, 2000000, 4000000},
        {"2020-01-03", "2020-12-31", ADJUST_DIVIDENDS, 2000000, 1980000},
        {"2020-01-03", "2020-12-31", ADJUST_ALL, 2000000, 3960000},
        {"2020-01-17", "2060-01-01", ADJUST_ALL, 1000000, 4000000},
        {"2020-01-03", "2020-01-06", ADJUST_ALL, 3, 2}, // 1.5 to even
        {"2020-01-03", "2020-01-06", ADJUST_ALL, 1, 1}, // 0.5 to even, but at least 1
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        price_t adjusted;
        assert_ok(actions_adjust_price(actions, day(rows[i].date), day(rows[i].as_of),
                                       rows[i].flags, PRICE(rows[i].price), &adjusted));
        assert_int_equal(adjusted.m, rows[i].adjusted);
    }
    price_t same = PRICE(5);
    assert_int_equal(actions_adjust_price(actions, day("2020-01-03"), INT32_MAX, ADJUST_ALL,
                                          PRICE(INT64_MAX), &same),
                     ERR_RANGE);
    assert_int_equal(same.m, 5);
}

static void a_bar_is_adjusted_whole_and_marked(void **state) {
    struct actions *actions = &((struct tables *)*state)->actions;
    assert_ok(add(actions, "20200103,0.9,0.5,200\n20501231,1,1,0"));
    struct session session;
    assert_true(calendar_session(CALENDAR_XNYS, day("2020-01-03"), &session));
    struct bar bar = {session.open_ns, session.close_ns, {100}, {200}, {20}, {120}, {7}, 86400, 0};
    assert_ok(actions_adjust_bar(actions, INT32_MAX, ADJUST_ALL, &bar));
    struct bar adjusted = {session.open_ns, session.close_ns, {45}, {90}, {9}, {54}, {14},
                           86400,           BAR_ADJUSTED};
    assert_memory_equal(&bar, &adjusted, sizeof bar);
    struct bar after = {session.close_ns + 3 * NS_PER_DAY - NS_PER_HOUR,
                        session.close_ns + 3 * NS_PER_DAY,
                        {100},
                        {200},
                        {20},
                        {120},
                        {7},
                        3600,
                        0};
    assert_ok(actions_adjust_bar(actions, INT32_MAX, ADJUST_ALL, &after));
    assert_int_equal(after.open.m, 100);
    bar =
        (struct bar){session.open_ns, session.close_ns, {1}, {1}, {1}, {1}, {INT64_MAX}, 86400, 0};
    assert_int_equal(actions_adjust_bar(actions, INT32_MAX, ADJUST_ALL, &bar), ERR_RANGE);
    assert_int_equal(bar.flags, 0);
}

// The other way round: each price times the effect of every later action, one by one, in doubles.
static double adjusted_by_items(const struct actions *actions, int32_t date, double price) {
    for (uint32_t i = actions->item_count; i-- > 0 && actions->items[i].date > date;) {
        const struct action *item = &actions->items[i];
        if (item->kind == ACTION_SPLIT)
            price = price * (double)item->denominator / (double)item->numerator;
        else
            price *= 1 - (double)item->amount / (double)item->previous_close;
    }
    return price;
}

static void factors_and_the_actions_derived_from_them_agree(void **state) {
    struct actions *actions = &((struct tables *)*state)->actions;
    load_factors(actions, "data/equity_daily/lean/equity/usa/factor_files/aapl.csv");
    for (int32_t date = day("1998-01-02"); date < day("2021-04-01"); date += 13) {
        price_t adjusted;
        assert_ok(actions_adjust_price(actions, date, INT32_MAX, ADJUST_ALL,
                                       PRICE(INT64_C(1000000000)), &adjusted));
        double by_items = adjusted_by_items(actions, date, 1e9);
        assert_true(fabs(by_items / (double)adjusted.m - 1) < 1e-5);
    }
}

// Raw closes of one vendor, adjusted for splits, are the split-adjusted closes of another.
static void raw_apple_adjusted_for_splits_is_another_vendors_series(void **state) {
    struct actions *actions = &((struct tables *)*state)->actions;
    load_factors(actions, "data/equity_daily/lean/equity/usa/factor_files/aapl.csv");
    size_t len;
    char *raw = shared_file("data/equity_daily/lean/equity/usa/daily/aapl.zip", &len);
    char *panel = shared_file("data/equity_daily/sp500_daily_2013_2018_dev_249syms.csv.xz", &len);
    int compared = 0, apart = 0, far = 0;
    const char *raw_line = raw;
    for (const char *line = panel; line != NULL; line = next_line(line)) {
        size_t width = strcspn(line, "\n");
        if (width < 5 || strncmp(line + width - 5, ",AAPL", 5) != 0) continue;
        int32_t date, raw_date;
        double close;
        assert_ok(date_parse(line, 10, &date));
        assert_int_equal(sscanf(line + 11, "%*f,%*f,%*f,%lf", &close), 1);
        for (;; raw_line = next_line(raw_line)) {
            assert_non_null(raw_line);
            assert_ok(date_parse(raw_line, 8, &raw_date));
            if (raw_date >= date) break;
        }
        assert_int_equal(raw_date, date);
        long long raw_close;
        assert_int_equal(sscanf(raw_line + 15, "%*d,%*d,%*d,%lld", &raw_close), 1);
        price_t adjusted;
        assert_ok(actions_adjust_price(actions, date, day("2018-02-07"), ADJUST_SPLITS,
                                       PRICE(raw_close), &adjusted));
        compared++;
        double difference = fabs((double)adjusted.m / 1e4 - close);
        apart += difference > 0.011;
        if (difference < 0.002 * close) continue;
        assert_int_equal(date, day("2017-08-01")); // the panel has a price from after the close
        far++;
    }
    assert_int_equal(compared, 1259);
    assert_int_equal(far, 1);
    assert_int_equal(apart, 66); // an auction's price against a consolidated one
    free(raw), free(panel);
}

int main(void) {
#define WITH_TABLES(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        WITH_TABLES(factors_give_splits_as_the_simplest_fraction),
        WITH_TABLES(factors_give_back_the_dividend_they_were_made_of),
        WITH_TABLES(a_day_with_both_pays_the_old_shares_first),
        WITH_TABLES(the_ex_date_is_the_next_session),
        WITH_TABLES(rows_that_no_action_explains_are_refused_and_named),
        WITH_TABLES(full_tables_say_so),
        WITH_TABLES(apple_split_four_times_and_paid_what_it_declared),
        WITH_TABLES(ibm_google_and_the_index_funds_did_what_is_published),
        WITH_TABLES(a_symbol_is_what_it_was_on_the_date),
        WITH_TABLES(a_stock_that_left_has_a_last_date),
        WITH_TABLES(prices_are_shown_as_of_a_date),
        WITH_TABLES(a_bar_is_adjusted_whole_and_marked),
        WITH_TABLES(factors_and_the_actions_derived_from_them_agree),
        WITH_TABLES(raw_apple_adjusted_for_splits_is_another_vendors_series),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
