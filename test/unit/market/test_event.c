// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include <stdbool.h>

#include "market/event.h"

static void a_new_event_has_its_header_and_zeroes(void **state) {
    union event event;
    memset(&event, 0xAA, sizeof event);
    event_init(&event, EVENT_ORDER_FILLED, 7, 1234);
    assert_int_equal(event.header.seq, 0);
    assert_int_equal(event.header.ts_ns, 1234);
    assert_int_equal(event.header.venue_ts_ns, 1234);
    assert_int_equal(event.header.instrument, 7);
    assert_int_equal(event.header.kind, EVENT_ORDER_FILLED);
    assert_int_equal(event.header.size, sizeof(struct order_event));
    for (size_t i = sizeof event.header; i < sizeof event.order; i++)
        assert_int_equal(event.bytes[i], 0);
    for (size_t i = sizeof event.order; i < sizeof event; i++)
        assert_int_equal(event.bytes[i], 0xAA);
}

static void input_kinds_have_sizes_of_whole_words_and_outputs_none(void **state) {
    int inputs = 0, outputs = 0;
    for (int kind = 0; kind < UINT16_MAX; kind++) {
        uint16_t size = event_kind_size((uint16_t)kind);
        bool known = event_kind_name((uint16_t)kind) != NULL;
        assert_int_equal(size % 8, 0);
        assert_true(size <= EVENT_SIZE_MAX);
        assert_int_equal(size > 0, known && kind < EVENT_OUTPUT);
        inputs += size > 0;
        outputs += known && kind >= EVENT_OUTPUT;
    }
    assert_int_equal(inputs, 31);
    assert_int_equal(outputs, 11);
    assert_int_equal(event_kind_size(EVENT_BAR), 96);
    assert_int_equal(event_kind_size(EVENT_CLOCK), 32);
    assert_int_equal(event_kind_size(EVENT_FEED), 80);
    assert_int_equal(event_kind_size(EVENT_DELIST), 32);
}

static void names_are_those_that_journals_print(void **state) {
    assert_string_equal(event_kind_name(EVENT_BAR), "bar");
    assert_string_equal(event_kind_name(EVENT_ORDER_FILLED), "order_filled");
    assert_string_equal(event_kind_name(EVENT_ORDER_REPLACE_REJECTED), "order_replace_rejected");
    assert_string_equal(event_kind_name(EVENT_SET_LIMIT), "set_limit");
    assert_string_equal(event_kind_name(EVENT_SUBMIT), "submit");
    assert_string_equal(event_kind_name(EVENT_TARGET), "target");
    assert_null(event_kind_name(0));
    assert_null(event_kind_name(EVENT_KIND_END));
    for (int i = 0; i < EVENT_KIND_END; i++)
        for (int j = 0; j < i; j++) {
            const char *a = event_kind_name((uint16_t)i), *b = event_kind_name((uint16_t)j);
            if (a != NULL && b != NULL) assert_string_not_equal(a, b);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_event_has_its_header_and_zeroes),
        cmocka_unit_test(input_kinds_have_sizes_of_whole_words_and_outputs_none),
        cmocka_unit_test(names_are_those_that_journals_print),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
