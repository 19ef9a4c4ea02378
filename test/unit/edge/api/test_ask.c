// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "edge/api/ask.h"

// A shell stands for the program: its words are a script.
static uint64_t memory_max;
static int ask(const char *script, int64_t timeout_ns, size_t max, struct text *ret_answer) {
    struct jobs_call call;
    jobs_call_init(&call);
    jobs_word(&call, "-c");
    jobs_word(&call, "%s", script);
    text_init(ret_answer, max);
    struct ask question = {
        .program = "/bin/sh", .call = &call, .timeout_ns = timeout_ns, .memory_max = memory_max};
    int rc = ask_program(&question, ret_answer);
    jobs_call_fini(&call);
    return rc;
}

static void an_answer_is_what_was_written(void **state) {
    (void)state;
    struct text answer;
    assert_ok(ask("echo talk >&2; printf '{\"a\":1}'", INT64_C(30000000000), 100, &answer));
    assert_string_equal(text_string(&answer), "{\"a\":1}");
    text_fini(&answer);
}

static void a_failure_tells_the_last_line(void **state) {
    (void)state;
    struct text answer;
    assert_int_equal(
        ask("echo a >&2; echo 'no such order' >&2; exit 1", INT64_C(30000000000), 100, &answer),
        ERR_NOT_FOUND);
    assert_string_equal(err_story(), "no such order");
    text_fini(&answer);
    assert_int_equal(ask("echo 'not a time' >&2; exit 2", INT64_C(30000000000), 100, &answer),
                     ERR_ARGUMENT);
    text_fini(&answer);
}

static void what_takes_too_long_or_says_too_much_is_ended(void **state) {
    (void)state;
    struct text answer;
    assert_int_equal(ask("sleep 60", INT64_C(50000000), 100, &answer), ERR_BUSY);
    text_fini(&answer);
    assert_int_equal(
        ask("while :; do echo aaaaaaaaaaaaaaaa; done", INT64_C(30000000000), 1000, &answer),
        ERR_FULL);
    text_fini(&answer);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_is_what_was_written),
        cmocka_unit_test(a_failure_tells_the_last_line),
        cmocka_unit_test(what_takes_too_long_or_says_too_much_is_ended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
