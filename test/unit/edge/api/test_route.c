// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "edge/api/route.h"

static int nothing(struct call *call) {
    (void)call;
    return 0;
}

#define ROW(variable_, method_, path_)                                                             \
    static const struct route variable_ = {.method = (method_),                                    \
                                           .path = (path_),                                        \
                                           .id = #variable_,                                       \
                                           .tag = "Test",                                          \
                                           .summary = "A test.",                                   \
                                           .role = ROUTE_VIEWER,                                   \
                                           .scope = "read",                                        \
                                           .rate = "read",                                         \
                                           .status = 200,                                          \
                                           .handle = nothing}
ROW(list, "GET", "/runs");
ROW(make, "POST", "/runs");
ROW(one, "GET", "/runs/{run}");
ROW(part, "GET", "/runs/{run}/tables/{table}");
ROW(best, "GET", "/runs/best");
static const struct route *const rows[] = {&list, &make, &one, &part, &best};
static const struct route_table table = {rows, 5};

static void a_path_finds_its_row_and_its_parameters(void **state) {
    (void)state;
    struct route_match match;
    assert_int_equal(route_find(&table, "GET", "/runs/x/tables/trades", &match), ROUTE_FOUND);
    assert_ptr_equal(match.route, &part);
    assert_int_equal(match.param_count, 2);
    assert_memory_equal(match.params[0].at, "x", 1);
    assert_memory_equal(match.params[1].at, "trades", 6);
    assert_int_equal(match.params[1].len, 6);
    assert_int_equal(route_find(&table, "HEAD", "/runs", &match), ROUTE_FOUND);
    assert_ptr_equal(match.route, &list);
    assert_int_equal(route_find(&table, "POST", "/runs", &match), ROUTE_FOUND);
    assert_ptr_equal(match.route, &make);
}

static void a_literal_is_before_a_parameter(void **state) {
    (void)state;
    struct route_match match;
    assert_int_equal(route_find(&table, "GET", "/runs/best", &match), ROUTE_FOUND);
    assert_ptr_equal(match.route, &best);
    assert_int_equal(route_find(&table, "GET", "/runs/bes", &match), ROUTE_FOUND);
    assert_ptr_equal(match.route, &one);
}

static void what_has_no_row_is_not_found(void **state) {
    (void)state;
    static const char *const paths[] = {
        "/",   "", "/run", "/runs/", "/runs//tables/x", "/runs/x/tables", "/runs/x/tables/y/z",
        "runs"};
    struct route_match match;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (route_find(&table, "GET", paths[i], &match) != ROUTE_NO_PATH) fail_msg("%s", paths[i]);
    assert_int_equal(route_find(&table, "DELETE", "/runs/x", &match), ROUTE_NO_METHOD);
    assert_int_equal(route_find(&table, "get", "/runs", &match), ROUTE_NO_METHOD);
}

static void a_path_says_what_it_takes(void **state) {
    (void)state;
    struct text out;
    text_init(&out, 256);
    route_allow(&table, &make, &out);
    assert_string_equal(text_string(&out), "GET, HEAD, POST, OPTIONS");
    text_fini(&out);
}

static void a_faulty_table_is_refused(void **state) {
    (void)state;
    ROW(same, "GET", "/runs/{session}");
    ROW(again, "GET", "/runs");
    ROW(unknown, "GET", "/runs/{nothing}/x");
    static const struct route bare = {.method = "GET", .path = "/x", .id = "bare"};
    static const struct route *const faults[] = {&same, &again, &unknown, &bare};
    for (size_t i = 0; i < 4; i++) {
        const struct route *const both[] = {&list, &one, faults[i]};
        const struct route_table faulty = {both, 3};
        assert_int_equal(route_check(&faulty), ERR_ARGUMENT);
    }
    assert_ok(route_check(&table));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_finds_its_row_and_its_parameters),
        cmocka_unit_test(a_literal_is_before_a_parameter),
        cmocka_unit_test(what_has_no_row_is_not_found),
        cmocka_unit_test(a_path_says_what_it_takes),
        cmocka_unit_test(a_faulty_table_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
