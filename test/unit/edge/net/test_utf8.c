// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "edge/net/utf8.h"

// UTF-8 by its definition: decode with shifts, then look at the number.
static bool naive(const uint8_t *at, size_t size) {
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    for (size_t i = 0; i < size;) {
        int more = at[i] < 0x80             ? 0
                   : (at[i] & 0xe0) == 0xc0 ? 1
                   : (at[i] & 0xf0) == 0xe0 ? 2
                   : (at[i] & 0xf8) == 0xf0 ? 3
                                            : -1;
        if (more < 0 || i + (size_t)more >= size) return false;
        uint32_t code = more == 0 ? at[i] : at[i] & (0x3fu >> more);
        for (int k = 1; k <= more; k++) {
            if ((at[i + (size_t)k] & 0xc0) != 0x80) return false;
            code = code << 6 | (at[i + (size_t)k] & 0x3f);
        }
        if (code < least[more] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
            return false;
        i += (size_t)more + 1;
    }
    return true;
}

static void every_text_of_three_bytes_is_judged_as_by_the_definition(void **state) {
    uint8_t text[3];
    for (uint32_t n = 0; n < 1 << 24; n++) {
        // Every second byte below 0x80 is as good as every other.
        if ((n & 0x808080) == 0 && n % 997 != 0) continue;
        text[0] = (uint8_t)(n >> 16), text[1] = (uint8_t)(n >> 8), text[2] = (uint8_t)n;
        if (utf8_valid(text, 3) != naive(text, 3)) fail_msg("%06x", n);
    }
}

static void characters_of_four_bytes_are_judged_as_by_the_definition(void **state) {
    uint8_t text[4];
    for (uint32_t first = 0xef; first <= 0xff; first++)
        for (uint32_t n = 0; n < 1 << 16; n += 1)
            for (uint32_t last = 0x70; last <= 0xd0; last += 0x10) {
                text[0] = (uint8_t)first, text[1] = (uint8_t)(n >> 8), text[2] = (uint8_t)n;
                text[3] = (uint8_t)last;
                if (utf8_valid(text, 4) != naive(text, 4)) fail_msg("%02x%04x%02x", first, n, last);
            }
}

static void a_text_is_the_same_wherever_it_is_cut(void **state) {
    static const char text[] =
        "plain text, long enough for words; \xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80 end";
    for (size_t cut = 0; cut < sizeof text; cut++) {
        struct utf8 utf8 = {0};
        assert_true(utf8_apply(&utf8, text, cut));
        assert_true(utf8_apply(&utf8, text + cut, sizeof text - 1 - cut));
        assert_true(utf8_whole(&utf8));
    }
    struct utf8 utf8 = {0};
    assert_true(utf8_apply(&utf8, "\xf0\x9f\x98", 3));
    assert_false(utf8_whole(&utf8));
}

static void a_byte_that_cannot_be_is_told_at_once(void **state) {
    static const char *const rows[] = {"\xc0",     "\xc1",     "\xf5",        "\xff",
                                       "\x80",     "\xe0\x9f", "\xed\xa0",    "\xf0\x8f",
                                       "\xf4\x90", "a\xbf",    "12345678\xfe"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct utf8 utf8 = {0};
        size_t size = strlen(rows[i]);
        assert_true(utf8_apply(&utf8, rows[i], size - 1));
        assert_false(utf8_apply(&utf8, rows[i] + size - 1, 1));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_text_of_three_bytes_is_judged_as_by_the_definition),
        cmocka_unit_test(characters_of_four_bytes_are_judged_as_by_the_definition),
        cmocka_unit_test(a_text_is_the_same_wherever_it_is_cut),
        cmocka_unit_test(a_byte_that_cannot_be_is_told_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
