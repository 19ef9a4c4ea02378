// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "base/prng.h"
#include "base/text.h"

static void a_new_text_is_empty(void **state) {
    struct text text;
    text_init(&text, 10);
    assert_string_equal(text_string(&text), "");
    assert_int_equal(text_error(&text), 0);
    text_add_bytes(&text, "", 0);
    assert_string_equal(text_string(&text), "");
    text_fini(&text);
    text_fini(&text);
}

static void every_way_of_adding_appends(void **state) {
    struct text text;
    text_init(&text, 1000);
    text_add(&text, "price");
    text_add_char(&text, '=');
    text_printf(&text, "%d.%02d", 5, 7);
    text_add_bytes(&text, "\0x", 2);
    assert_int_equal(text.len, 12);
    assert_memory_equal(text.data, "price=5.07\0x", 13);
    text_clear(&text);
    assert_string_equal(text_string(&text), "");
    text_printf(&text, "%s", "again");
    assert_string_equal(text_string(&text), "again");
    text_fini(&text);
}

static void random_pieces_join_as_in_one_buffer(void **state) {
    struct prng prng;
    prng_seed(&prng, 1);
    for (int round = 0; round < 200; round++) {
        struct text text;
        char twin[3000];
        size_t len = 0;
        text_init(&text, sizeof twin);
        for (uint64_t n = prng_below(&prng, 40); n > 0; n--) {
            char piece[64];
            size_t size = prng_below(&prng, sizeof piece);
            memset(piece, 'a' + (int)prng_below(&prng, 26), size);
            piece[size] = '\0';
            memcpy(twin + len, piece, size);
            len += size;
            if (n % 3 == 0) text_add(&text, piece);
            if (n % 3 == 1) text_printf(&text, "%s", piece);
            if (n % 3 == 2) text_add_bytes(&text, piece, size);
        }
        twin[len] = '\0';
        assert_int_equal(text.len, len);
        assert_string_equal(text_string(&text), twin);
        assert_true(text.cap <= text.max + 1);
        text_fini(&text);
    }
}

static void growth_beyond_the_maximum_sticks(void **state) {
    struct text text;
    text_init(&text, 8);
    text_add(&text, "12345678");
    assert_int_equal(text_error(&text), 0);
    assert_true(text.cap <= 9);
    text_add_char(&text, '9');
    assert_int_equal(text_error(&text), ERR_FULL);
    assert_non_null(strstr(err_story(), "8 bytes"));
    text_add(&text, "");
    text_printf(&text, "%d", 1);
    assert_string_equal(text_string(&text), "12345678");
    assert_int_equal(text_error(&text), ERR_FULL);
    text_clear(&text);
    assert_int_equal(text_error(&text), 0);
    text_printf(&text, "%d", 123456789);
    assert_int_equal(text_error(&text), ERR_FULL);
    assert_string_equal(text_string(&text), "");
    text_fini(&text);
    text_init(&text, 0);
    text_add(&text, "");
    assert_int_equal(text_error(&text), 0);
    text_add(&text, "x");
    assert_int_equal(text_error(&text), ERR_FULL);
    text_fini(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_text_is_empty),
        cmocka_unit_test(every_way_of_adding_appends),
        cmocka_unit_test(random_pieces_join_as_in_one_buffer),
        cmocka_unit_test(growth_beyond_the_maximum_sticks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
