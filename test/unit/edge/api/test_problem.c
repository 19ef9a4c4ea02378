// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "edge/api/api.h"
#include "edge/api/problem.h"

static void a_problem_is_what_its_schema_says(void **state) {
    (void)state;
    struct schema_fault fault = {"/qty", "is \"missing\" <b>"}, found;
    struct problem problem = {
        .status = 422, .code = "vetoed", .detail = "no\n", .fault = &fault, .request_id = "a-1"};
    struct text out;
    text_init(&out, 4096);
    problem_print(&problem, &out);
    json_t *value = json_loads(text_string(&out), 0, NULL);
    if (!schema_check(&problem_object, value, &found)) fail_msg("%s %s", found.path, found.words);
    assert_string_equal(json_string_value(json_object_get(value, "type")), "/problems/vetoed");
    assert_null(strchr(text_string(&out), '<'));
    json_decref(value);
    text_fini(&out);
}

static void every_error_has_a_status_that_is_known(void **state) {
    (void)state;
    for (int err = -1; err > -40; err--) {
        int status = problem_status_of(err);
        bool known = false;
        for (size_t i = 0; i < problem_status_count(); i++)
            known = known || problem_status_at(i) == status;
        if (!known) fail_msg("%s: %d", err_name(err), status);
    }
    assert_int_equal(problem_status_of(ERR_NOT_FOUND), 404);
    assert_int_equal(problem_status_of(ERR_EXISTS), 409);
    assert_int_equal(problem_status_of(ERR_CORRUPT), 500);
}

static void rows_that_ask_who_calls_may_answer_401_and_403(void **state) {
    (void)state;
    for (size_t i = 0; i < api_routes()->count; i++) {
        const struct route *row = api_routes()->rows[i];
        if (row->role != ROUTE_PUBLIC) assert_true(problem_may(row, 401) && problem_may(row, 403));
        assert_true(problem_may(row, 429));
        assert_false(problem_may(row, 418));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_problem_is_what_its_schema_says),
        cmocka_unit_test(every_error_has_a_status_that_is_known),
        cmocka_unit_test(rows_that_ask_who_calls_may_answer_401_and_403),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
