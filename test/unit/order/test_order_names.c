// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "order/order.h"

// 0 is thirteen zeros. 2^64 - 1 is 65 bits of base 32: 4 bits (F) and twelve times 5 (V).
// 1,000,000 = 30 x 32^3 + 16 x 32^2 + 18 x 32 + 0: U, G, I, 0.
static void a_client_order_id_names_run_strategy_and_sequence(void **state) {
    char buf[CLIENT_ORDER_ID_SIZE];
    client_order_id_print(buf, 0, order_id_make(0, 1));
    assert_string_equal(buf, "F0000000000000-0-1");
    client_order_id_print(buf, 1000000, order_id_make(3, 120));
    assert_string_equal(buf, "F000000000UGI0-3-120");
    client_order_id_print(buf, UINT64_MAX, UINT64_MAX);
    assert_string_equal(buf, "FFVVVVVVVVVVVV-65535-281474976710655");
    assert_int_equal(strlen(buf), 36);
}

static void a_client_order_id_reads_back(void **state) {
    uint64_t x = 88172645463325252;
    for (int i = 0; i < 20000; i++) {
        char buf[CLIENT_ORDER_ID_SIZE];
        uint64_t words[2];
        for (int w = 0; w < 2; w++) {
            x ^= x << 13, x ^= x >> 7, x ^= x << 17;
            words[w] = x >> (i * 7 + w) % 64;
        }
        uint64_t run = 0;
        uint64_t id = 0;
        client_order_id_print(buf, words[0], words[1]);
        assert_int_equal(client_order_id_parse(buf, &run, &id), 0);
        assert_true(run == words[0] && id == words[1]);
    }
}

static void other_texts_are_no_client_order_ids(void **state) {
    static const char *const texts[] = {
        "",
        "F",
        "X0000000000000-0-1",
        "f0000000000000-0-1",
        "F000000000000-0-1",
        "F00000000000000-0-1",
        "F000000000000W-0-1",
        "F000000000000a-0-1",
        "FG000000000000-0-1",
        "F0000000000000",
        "F0000000000000-",
        "F0000000000000-0",
        "F0000000000000-0-",
        "F0000000000000--1",
        "F0000000000000-00-1",
        "F0000000000000-0-01",
        "F0000000000000-65536-1",
        "F0000000000000-0-281474976710656",
        "F0000000000000-0-99999999999999999999999999",
        "F0000000000000-0-1 ",
        "F0000000000000-0-1-",
        "F0000000000000-+1-1",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        uint64_t run = 5;
        uint64_t id = 6;
        assert_int_equal(client_order_id_parse(texts[i], &run, &id), ERR_PARSE);
        assert_true(run == 5 && id == 6);
    }
}

static void assert_names(const char *(*name)(uint32_t), uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        assert_non_null(name(i));
        assert_int_equal(strspn(name(i), "abcdefghijklmnopqrstuvwxyz_"), strlen(name(i)));
        for (uint32_t j = 0; j < i; j++) assert_string_not_equal(name(i), name(j));
    }
    assert_null(name(count));
    assert_null(name(UINT32_MAX));
}

static void every_number_has_its_own_name(void **state) {
    assert_names(order_type_name, ORDER_TYPE_COUNT);
    assert_names(order_tif_name, TIF_COUNT);
    assert_names(order_state_name, ORDER_STATE_COUNT);
    assert_names(order_reason_name, REASON_COUNT);
    assert_names(order_purpose_name, PURPOSE_COUNT);
    assert_string_equal(order_type_name(ORDER_STOP_LIMIT), "stop_limit");
    assert_string_equal(order_state_name(ORDER_PENDING_REPLACE), "pending_replace");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_client_order_id_names_run_strategy_and_sequence),
        cmocka_unit_test(a_client_order_id_reads_back),
        cmocka_unit_test(other_texts_are_no_client_order_ids),
        cmocka_unit_test(every_number_has_its_own_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
