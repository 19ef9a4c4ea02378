// SPDX-License-Identifier: Apache-2.0
#include "edge/sql/stored.h"

#include <math.h>

#include "database.h"

enum { ORDERS = 25 };

static enum sql_dialect kind(void **state) {
    return *state == NULL ? SQL_SQLITE : SQL_POSTGRES;
}

#define NUMBERS "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 25) "

// Two tenants, each with a session of 25 orders with a fill; the other tenant's are the same.
static struct sql *make(struct database *database, enum sql_dialect dialect) {
    static const char *const rows[] = {
        "INSERT INTO tenants (name, created_ns) VALUES ('a', 1), ('b', 1)",
        "INSERT INTO trading_sessions (tenant_id, name, kind, state, run_id, journal, currency, "
        "capital, created_ns) VALUES (1, 's', 'paper', 'running', '7', 'j', 'USD', 100, 5), (2, "
        "'s', "
        "'paper', 'running', '8', 'j', 'USD', 100, 6)",
        "INSERT INTO projections (session_id, tenant_id, events, seq, ts_ns) SELECT id, tenant_id, "
        "100, 50, 9 FROM trading_sessions",
        "INSERT INTO session_instruments SELECT id, 0, tenant_id, 'V', 'AAA', 'USD', 2, 0, 8 FROM "
        "trading_sessions UNION ALL SELECT id, 1, tenant_id, 'V', 'BBB', 'USD', 2, 0, 8 FROM "
        "trading_sessions",
        "INSERT INTO strategies SELECT id, 0, tenant_id, 'trend', 'running', 100, 0, 0, 1 FROM "
        "trading_sessions",
        NUMBERS
        "INSERT INTO orders SELECT s.id, 1000 + i, s.tenant_id, 'F-' || i, NULL, i % 2, i % 2, "
        "'buy', 'limit', 'gtc', 'target', 0, 1, 3, 10.25, NULL, NULL, NULL, NULL, NULL, CASE "
        "WHEN i % 5 = 0 THEN 'working' ELSE 'filled' END, NULL, 3, 31.25, 1, i, i, CASE WHEN i "
        "% 5 = 0 THEN NULL ELSE i END, 2 * i, 2 * i FROM n, trading_sessions s WHERE true",
        NUMBERS
        "INSERT INTO fills SELECT s.id, 2 * i + 1, 100 + i, s.tenant_id, i, 99 + i, 1000 + i, "
        "'' || i, i % 2, i % 2, 'buy', 'maker', 3, 10.25, 0.01, 'USD', 31.25, 0.00, 3 FROM n, "
        "trading_sessions s WHERE true",
        "INSERT INTO positions SELECT id, 0, 0, tenant_id, 5, 50, 10, 55, 1, 2, 3, 5, 0, 4, 6 FROM "
        "trading_sessions UNION ALL SELECT id, 1, 1, tenant_id, 0, 0, 0, 0, 7, 2, 3, 5, 5, NULL, 6 "
        "FROM trading_sessions",
        NUMBERS
        "INSERT INTO equity SELECT s.id, 3600 * i, s.tenant_id, 3600 * i + 9, 100 + i, i, 50 "
        "FROM n, trading_sessions s WHERE true",
        "INSERT INTO risk_events (session_id, event, ts_ns, tenant_id, seq, rule, verdict, "
        "strategy, "
        "instrument, side, qty_asked, qty_left, limit_value) SELECT id, 70, 7, tenant_id, 30, "
        "'position', 'veto', 0, 1, 'buy', 9, 0, 0.25 FROM trading_sessions",
        "INSERT INTO risk_events (session_id, event, ts_ns, tenant_id, seq, rule, verdict, reason) "
        "SELECT id, 71, 8, tenant_id, 31, 'operator', 'halt', '12' FROM trading_sessions",
    };
    struct sql *sql = database_migrated(database, dialect);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (database_run(sql, rows[i]) < 0) fail_msg("%zu: %s", i, err_story());
    return sql;
}

static const struct stored_scope ours = {1, 1};

struct seen {
    int64_t last;
    int64_t sum;
    int count;
};

static int see_order(void *self, const struct stored_order *order) {
    struct seen *seen = self;
    seen->last = order->key;
    seen->sum += order->order_id;
    seen->count++;
    assert_string_equal(order->symbol, order->instrument == 0 ? "AAA" : "BBB");
    if (order->strategy == 0)
        assert_string_equal(order->strategy_name, "trend");
    else
        assert_null(order->strategy_name);
    assert_int_equal(order->ended_ns == 0, strcmp(order->state, "working") == 0);
    assert_string_equal(order->filled_value, "31.25");
    assert_null(order->stop_price);
    assert_true(order->reduce_only && !order->post_only);
    return 0;
}

static const struct stored_order_filter all_orders = {.strategy = STORED_ANY,
                                                      .instrument = STORED_ANY};

static void pages_give_every_order_once_and_newest_first(void **state) {
    struct database database;
    struct sql *sql = make(&database, kind(state));
    struct seen seen = {0};
    int count, pages = 0;
    do {
        int64_t before = seen.last;
        count = stored_orders(sql, ours, &all_orders, (struct stored_page){seen.last, 7}, see_order,
                              &seen);
        assert_ok(count);
        if (count > 0 && before != 0) assert_true(seen.last < before);
        pages++;
    } while (count == 7);
    assert_int_equal(pages, 4);
    assert_int_equal(seen.count, ORDERS);
    assert_int_equal(seen.sum, 1000 * ORDERS + ORDERS * (ORDERS + 1) / 2);
    sql_close(sql);
    database_drop(&database);
}

static void filters_leave_what_they_say(void **state) {
    struct database database;
    struct sql *sql = make(&database, kind(state));
    static const struct {
        struct stored_order_filter filter;
        int count;
    } rows[] = {
        {{0, STORED_ANY, NULL, NULL, NULL, false}, 12},
        {{STORED_ANY, 1, NULL, NULL, NULL, false}, 13},
        {{0, 1, NULL, NULL, NULL, false}, 0},
        {{STORED_ANY, STORED_ANY, NULL, NULL, "working", false}, 5},
        {{STORED_ANY, STORED_ANY, NULL, NULL, NULL, true}, 5},
        {{STORED_ANY, STORED_ANY, NULL, NULL, "filled", true}, 0},
        {{1, 1, NULL, NULL, "working", true}, 3},
        {{STORED_ANY, STORED_ANY, NULL, NULL, "' OR 1=1", false}, 0},
        {{STORED_ANY, STORED_ANY, NULL, "BBB", NULL, false}, 13},
        {{0, STORED_ANY, NULL, "AAA", NULL, false}, 12},
        {{STORED_ANY, STORED_ANY, "nowhere", "AAA", NULL, false}, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct seen seen = {0};
        int count = stored_orders(sql, ours, &rows[i].filter, (struct stored_page){0, 100},
                                  see_order, &seen);
        if (count != rows[i].count) fail_msg("row %zu: %d, %s", i, count, err_story());
    }
    sql_close(sql);
    database_drop(&database);
}

static int see_fill(void *self, const struct stored_fill *fill) {
    struct seen *seen = self;
    seen->last = fill->key;
    seen->count++;
    assert_string_equal(fill->fee, "0.01");
    assert_string_equal(fill->liquidity, "maker");
    assert_int_equal(fill->venue_ts_ns, fill->ts_ns - 1);
    return 0;
}

static void fills_are_found_by_order_and_time(void **state) {
    struct database database;
    struct sql *sql = make(&database, kind(state));
    const struct stored_page page = {0, 100};
    struct stored_fill_filter filter = {STORED_ANY, STORED_ANY, 1004, NULL, NULL, 0, 0};
    struct seen seen = {0};
    assert_int_equal(stored_fills(sql, ours, &filter, page, see_fill, &seen), 1);
    assert_int_equal(seen.last, 9);
    filter = (struct stored_fill_filter){STORED_ANY, STORED_ANY, STORED_ANY, NULL, NULL, 110, 115};
    assert_int_equal(stored_fills(sql, ours, &filter, page, see_fill, &seen), 5);
    filter.strategy = 1;
    assert_int_equal(stored_fills(sql, ours, &filter, page, see_fill, &seen), 2);
    assert_int_equal(
        stored_fills(sql, ours, &filter, (struct stored_page){25, 100}, see_fill, &seen), 1);
    sql_close(sql);
    database_drop(&database);
}

static int see_position(void *self, const struct stored_position *position) {
    struct seen *seen = self;
    seen->last = position->key;
    seen->count++;
    assert_string_equal(position->realised, position->strategy == 0 ? "1" : "7");
    return 0;
}

static int see_equity(void *self, const struct stored_equity *row) {
    struct seen *seen = self;
    assert_true(row->key > seen->last);
    seen->last = row->key;
    seen->count++;
    return 0;
}

static int see_risk(void *self, const struct stored_risk_event *event) {
    struct seen *seen = self;
    seen->count++;
    if (event->key == 70) {
        assert_string_equal(event->qty_asked, "9");
        assert_true(event->limit == 0.25 && isnan(event->value));
        assert_string_equal(event->symbol, "BBB");
        return 0;
    }
    assert_int_equal(event->strategy, STORED_ANY);
    assert_int_equal(event->instrument, STORED_ANY);
    assert_null(event->qty_asked);
    assert_string_equal(event->reason, "12");
    return 0;
}

static void the_account_is_read_in_pages_too(void **state) {
    struct database database;
    struct sql *sql = make(&database, kind(state));
    struct seen seen = {0};
    const struct stored_page first = {0, 1};
    assert_int_equal(stored_positions(sql, ours, false, first, see_position, &seen), 1);
    struct stored_page next = {seen.last, 1};
    assert_int_equal(stored_positions(sql, ours, false, next, see_position, &seen), 1);
    next.after = seen.last;
    assert_int_equal(stored_positions(sql, ours, false, next, see_position, &seen), 0);
    next = (struct stored_page){0, 100};
    assert_int_equal(stored_positions(sql, ours, true, next, see_position, &seen), 1);
    seen = (struct seen){0};
    assert_int_equal(stored_equity(sql, ours, 0, 0, (struct stored_page){0, 20}, see_equity, &seen),
                     20);
    next.after = seen.last;
    assert_int_equal(stored_equity(sql, ours, 0, 0, next, see_equity, &seen), 5);
    seen = (struct seen){0};
    next.after = 0;
    assert_int_equal(stored_equity(sql, ours, 3600 * 3, 3600 * 6, next, see_equity, &seen), 3);
    assert_int_equal(stored_risk_events(sql, ours, NULL, next, see_risk, &seen), 2);
    assert_int_equal(stored_risk_events(sql, ours, "operator", next, see_risk, &seen), 1);
    sql_close(sql);
    database_drop(&database);
}

static int see_session(void *self, const struct stored_session *session) {
    struct seen *seen = self;
    seen->last = session->key;
    seen->sum = session->ended_ns;
    assert_int_equal(session->events, 100);
    assert_string_equal(session->capital, "100");
    return 0;
}

static void what_is_another_tenants_is_not_there(void **state) {
    struct database database;
    struct sql *sql = make(&database, kind(state));
    static const struct stored_scope theirs = {1, 2};
    const struct stored_fill_filter fills = {STORED_ANY, STORED_ANY, STORED_ANY, NULL, NULL, 0, 0};
    const struct stored_page page = {0, 100};
    struct seen seen = {0};
    assert_int_equal(stored_orders(sql, theirs, &all_orders, page, see_order, &seen), 0);
    assert_int_equal(stored_order(sql, theirs, 1001, see_order, &seen), ERR_NOT_FOUND);
    assert_int_equal(stored_order(sql, ours, 1001, see_order, &seen), 1);
    assert_int_equal(stored_fills(sql, theirs, &fills, page, see_fill, &seen), 0);
    assert_int_equal(stored_positions(sql, theirs, false, page, see_position, &seen), 0);
    assert_int_equal(stored_equity(sql, theirs, 0, 0, page, see_equity, &seen), 0);
    assert_int_equal(stored_risk_events(sql, theirs, NULL, page, see_risk, &seen), 0);
    assert_int_equal(stored_session_state(sql, theirs, "stopped"), ERR_NOT_FOUND);
    assert_int_equal(stored_sessions(sql, 1, page, see_session, &seen), 1);
    assert_int_equal(seen.last, 1);
    assert_int_equal(stored_session(sql, 2, "s", see_session, &seen), 1);
    assert_int_equal(seen.last, 2);
    assert_int_equal(stored_session(sql, 3, "s", see_session, &seen), ERR_NOT_FOUND);
    sql_close(sql);
    database_drop(&database);
}

static void a_session_that_is_over_has_an_end(void **state) {
    struct database database;
    struct sql *sql = make(&database, kind(state));
    struct seen seen = {0};
    assert_ok(stored_session_state(sql, ours, "stopped"));
    assert_int_equal(stored_session(sql, 1, "s", see_session, &seen), 1);
    assert_true(seen.sum > 0);
    assert_ok(stored_session_state(sql, ours, "running"));
    assert_int_equal(stored_session(sql, 1, "s", see_session, &seen), 1);
    assert_int_equal(seen.sum, 0);
    assert_int_equal(stored_session_state(sql, ours, "asleep"), ERR_ARGUMENT);
    sql_close(sql);
    database_drop(&database);
}

static int see_run(void *self, const struct stored_run *run) {
    struct seen *seen = self;
    seen->last = run->key;
    seen->sum = run->progress_ppm;
    seen->count = strcmp(run->state, "done") == 0 && strcmp(run->config, "x: 1") == 0 &&
                  run->started_ns == 5 && run->summary != NULL && run->error == NULL;
    return 0;
}

static void a_run_goes_from_queued_to_done(void **state) {
    struct database database;
    struct sql *sql = make(&database, kind(state));
    struct stored_run run = {
        .name = "study", .kind = "sweep", .config = "x: 1", .state = "queued", .created_ns = 3};
    assert_ok(stored_run_note(sql, 1, &run));
    assert_ok(stored_run_note(sql, 2, &run));
    run.state = "running";
    run.started_ns = 5;
    run.progress_ppm = 10;
    run.config = "another"; // what it was asked with stays
    assert_ok(stored_run_note(sql, 1, &run));
    run.state = "done";
    run.ended_ns = 9;
    run.progress_ppm = 1000000;
    run.summary = "{}";
    for (int i = 0; i < 2; i++) assert_ok(stored_run_note(sql, 1, &run)); // twice is once
    run.kind = "nothing";
    run.name = "other";
    assert_int_equal(stored_run_note(sql, 1, &run), ERR_ARGUMENT);
    struct seen seen = {0};
    assert_int_equal(stored_run(sql, 1, "study", see_run, &seen), 1);
    assert_int_equal(seen.count, 1);
    assert_int_equal(seen.sum, 1000000);
    const struct stored_page page = {0, 10};
    assert_int_equal(stored_runs(sql, 1, "done", page, see_run, &seen), 1);
    assert_int_equal(stored_runs(sql, 2, "done", page, see_run, &seen), 0);
    assert_int_equal(stored_runs(sql, 2, NULL, page, see_run, &seen), 1);
    assert_int_equal(stored_run(sql, 3, "study", see_run, &seen), ERR_NOT_FOUND);
    sql_close(sql);
    database_drop(&database);
}

#define BOTH(test)                                                                                 \
    {#test " (SQLite)", test, NULL, NULL, NULL}, {                                                 \
#test " (PostgreSQL)", test, NULL, NULL, (void *)1                                         \
    }

int main(void) {
    const struct CMUnitTest tests[] = {
        BOTH(pages_give_every_order_once_and_newest_first),
        BOTH(filters_leave_what_they_say),
        BOTH(fills_are_found_by_order_and_time),
        BOTH(the_account_is_read_in_pages_too),
        BOTH(what_is_another_tenants_is_not_there),
        BOTH(a_session_that_is_over_has_an_end),
        BOTH(a_run_goes_from_queued_to_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
