// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "base/timestamp.h"
#include "market/action_lean.h"
#include "market/action_source.h"
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

static int64_t at(const char *text) {
    int64_t ns;
    assert_ok(timestamp_parse(text, strlen(text), &ns));
    return ns;
}

static void load(struct actions *actions, const char *factors, const char *map) {
    assert_ok(action_lean_factors(actions, "f.csv", factors, strlen(factors)));
    assert_ok(action_lean_map(actions, "m.csv", map, strlen(map)));
}

static void actions_come_at_the_open_of_their_ex_date(void **state) {
    struct actions *actions = &((struct tables *)*state)->actions;
    load(actions, "20140606,0.99,0.142857,645.57125\n20501231,1,1,0",
         "19980102,aapl\n20140704,aapl,Q");
    struct action_source source;
    action_source_init(&source, actions, 3, 2, INT64_MIN, INT64_MAX);
    struct event_source port = action_source_port(&source);
    union event events[4];
    assert_int_equal(port.remaining(port.self), 3);
    assert_int_equal(port.fill(port.self, events, 2), 2);
    assert_int_equal(port.fill(port.self, events + 2, 2), 1);
    assert_int_equal(port.fill(port.self, events + 3, 1), 0);
    assert_int_equal(port.remaining(port.self), 0);
    assert_int_equal(events[0].header.kind, EVENT_DIVIDEND);
    assert_int_equal(events[0].header.ts_ns, at("2014-06-09T13:30Z"));
    assert_int_equal(events[0].header.instrument, 3);
    assert_int_equal(events[0].dividend.amount, 6455700); // of 6.4557125 -+ 0.0000652
    assert_int_equal(events[0].dividend.decimals, 6);
    assert_int_equal(events[1].header.kind, EVENT_SPLIT);
    assert_int_equal(events[1].header.ts_ns, at("2014-06-09T13:30Z"));
    assert_int_equal(events[1].split.numerator, 7);
    assert_int_equal(events[1].split.denominator, 1);
    assert_int_equal(events[1].split.price.m, 64557); // 645.57125 at two decimals
    assert_int_equal(events[2].header.kind, EVENT_DELIST);
    assert_int_equal(events[2].header.ts_ns, at("2014-07-07T13:30Z")); // Monday after the 4th
    for (int i = 0; i < 3; i++) {
        assert_int_equal(events[i].header.seq, 0);
        assert_int_equal(events[i].header.size, event_kind_size(events[i].header.kind));
    }
}

static void only_actions_of_the_span_are_given(void **state) {
    struct actions *actions = &((struct tables *)*state)->actions;
    load(actions, "20140606,1,0.25,100\n20140613,1,0.5,100\n20140620,1,1,100",
         "20140101,x\n20140701,x");
    const struct {
        const char *from, *to;
        int count;
    } rows[] = {
        {"2014-06-09T13:30Z", "2014-06-16T13:30Z", 1},
        {"2014-06-09T13:31Z", "2014-06-16T13:31Z", 1},
        {"2014-06-09T13:30Z", "2014-06-16T13:31Z", 2},
        {"2014-01-01", "2014-06-09T13:30Z", 0},
        {"2014-06-17", "2014-07-02T13:30Z", 0},
        {"2014-06-17", "2014-07-02T13:31Z", 1},
        {"2015-01-01", "2016-01-01", 0},
        {"2014-01-01", "2016-01-01", 3},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct action_source source;
        union event events[4];
        action_source_init(&source, actions, 0, 4, at(rows[i].from), at(rows[i].to));
        struct event_source port = action_source_port(&source);
        assert_int_equal(port.remaining(port.self), rows[i].count);
        assert_int_equal(port.fill(port.self, events, 4), rows[i].count);
        for (int j = 0; j < rows[i].count; j++)
            assert_in_range(events[j].header.ts_ns, at(rows[i].from), at(rows[i].to) - 1);
    }
}

static void a_price_that_does_not_fit_is_an_error(void **state) {
    struct actions *actions = &((struct tables *)*state)->actions;
    load(actions, "20140606,1,0.5,1000\n20501231,1,1,0", "20140101,x\n20501231,x");
    struct action_source source;
    union event event;
    action_source_init(&source, actions, 0, 17, INT64_MIN, INT64_MAX);
    struct event_source port = action_source_port(&source);
    assert_int_equal(port.fill(port.self, &event, 1), ERR_RANGE);
}

// An account of 100 shares through every event: what it ends with, counted another way.
static void twenty_years_of_apple_come_in_order(void **state) {
    struct actions *actions = &((struct tables *)*state)->actions;
    size_t len;
    char *text = shared_file("data/equity_daily/lean/equity/usa/factor_files/aapl.csv", &len);
    assert_ok(action_lean_factors(actions, "aapl.csv", text, len));
    free(text);
    struct action_source source;
    action_source_init(&source, actions, 0, 4, INT64_MIN, INT64_MAX);
    struct event_source port = action_source_port(&source);
    union event event;
    int64_t shares = 100, cash = 0, last_ns = INT64_MIN;
    while (port.fill(port.self, &event, 1) == 1) {
        assert_true(event.header.ts_ns >= last_ns);
        last_ns = event.header.ts_ns;
        if (event.header.kind == EVENT_SPLIT)
            shares = shares * event.split.numerator / event.split.denominator;
        else
            cash += shares * event.dividend.amount;
    }
    assert_int_equal(shares, 100 * 2 * 2 * 7 * 4);
    // 400 shares: 3 x 2.65 + 4 x 3.05 + 3.29; 2,800: 3 x 0.47 + 4 x (0.52 + 0.57 + 0.63 + 0.73 +
    // 0.77) + 2 x 0.82; 11,200: 2 x 0.205.
    int64_t cents = 400 * (3 * 265 + 4 * 305 + 329) +
                    2800 * (3 * 47 + 4 * (52 + 57 + 63 + 73 + 77) + 2 * 82) + 11200 * 41;
    assert_int_equal(cash, cents * 10000);
}

int main(void) {
#define WITH_TABLES(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        WITH_TABLES(actions_come_at_the_open_of_their_ex_date),
        WITH_TABLES(only_actions_of_the_span_are_given),
        WITH_TABLES(a_price_that_does_not_fit_is_an_error),
        WITH_TABLES(twenty_years_of_apple_come_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
