// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "order/manual.h"

static void a_client_id_is_printable_and_ends_within_its_room(void **state) {
    static const struct {
        const char *id;
        size_t size;
        bool valid;
    } rows[] = {
        {"a", 1, true},
        {"0123456789012345678901234567890123456-~", 39, true},
        {"", 0, false},
        {"0123456789012345678901234567890123456789", 40, false}, // no room for its NUL
        {"a b", 3, false},
        {"a\tb", 3, false},
        {"a\0b", 3, false}, // something after its end
        {"\xc3\xa4", 2, false},
        {"a\x7f", 2, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char id[MANUAL_ID_SIZE] = {0};
        memcpy(id, rows[i].id, rows[i].size);
        if (manual_id_is_valid(id) != rows[i].valid) fail_msg("row %zu", i);
    }
}

static void every_outcome_has_a_name_and_nothing_else_has(void **state) {
    for (uint32_t i = 0; i < MANUAL_OUTCOME_COUNT; i++) assert_non_null(manual_outcome_name(i));
    assert_string_equal(manual_outcome_name(MANUAL_DUPLICATE), "duplicate");
    assert_null(manual_outcome_name(MANUAL_OUTCOME_COUNT));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_client_id_is_printable_and_ends_within_its_room),
        cmocka_unit_test(every_outcome_has_a_name_and_nothing_else_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
