// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "edge/api/repeat.h"

static struct repeat_request request(const char *key, const char *body) {
    return (struct repeat_request){.user_id = 7,
                                   .route = "place",
                                   .key = key,
                                   .path = "/orders",
                                   .body = body,
                                   .body_size = strlen(body)};
}

static void a_key_gets_the_first_answer_again(void **state) {
    (void)state;
    struct repeat *repeat;
    struct repeat_entry *entry;
    struct repeat_request first = request("k", "{}"), other = request("k", "[]"), stranger = first;
    assert_ok(repeat_open(&repeat));
    assert_int_equal(repeat_take(repeat, &first, 1, &entry), REPEAT_NEW);
    assert_int_equal(repeat_take(repeat, &first, 2, &entry), REPEAT_RUNNING);
    repeat_finish(entry, 201, "application/json", "yes", 3);
    assert_int_equal(repeat_take(repeat, &first, 3, &entry), REPEAT_ANSWERED);
    struct repeat_answer answer = repeat_answer(entry);
    assert_int_equal(answer.status, 201);
    assert_memory_equal(answer.body, "yes", 3);
    assert_int_equal(repeat_take(repeat, &other, 4, &entry), REPEAT_OTHER);
    stranger.user_id = 8; // keys are a user's own
    assert_int_equal(repeat_take(repeat, &stranger, 5, &entry), REPEAT_NEW);
    assert_int_equal(repeat_take(repeat, &first, 2 + REPEAT_KEPT_NS, &entry), REPEAT_NEW);
    repeat_close(repeat);
}

static void what_failed_for_want_may_be_tried_again(void **state) {
    (void)state;
    struct repeat *repeat;
    struct repeat_entry *entry;
    struct repeat_request first = request("k", "{}");
    assert_ok(repeat_open(&repeat));
    assert_int_equal(repeat_take(repeat, &first, 1, &entry), REPEAT_NEW);
    repeat_finish(entry, 0, NULL, NULL, 0);
    assert_int_equal(repeat_take(repeat, &first, 2, &entry), REPEAT_NEW);
    repeat_close(repeat);
}

static void many_keys_push_out_the_oldest_answers(void **state) {
    (void)state;
    struct repeat *repeat;
    struct repeat_entry *entry;
    char key[REPEAT_KEY_SIZE];
    assert_ok(repeat_open(&repeat));
    for (int i = 0; i < 3 * REPEAT_MAX; i++) {
        snprintf(key, sizeof key, "key-%d", i);
        struct repeat_request next = request(key, "{}");
        assert_int_equal(repeat_take(repeat, &next, i, &entry), REPEAT_NEW);
        repeat_finish(entry, 200, NULL, "x", 1);
    }
    struct repeat_request last = request(key, "{}");
    assert_int_equal(repeat_take(repeat, &last, 3 * REPEAT_MAX, &entry), REPEAT_ANSWERED);
    repeat_close(repeat);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_gets_the_first_answer_again),
        cmocka_unit_test(what_failed_for_want_may_be_tried_again),
        cmocka_unit_test(many_keys_push_out_the_oldest_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
