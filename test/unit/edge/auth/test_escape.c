// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "edge/auth/escape.h"

typedef void (*escape)(struct text *out, const char *data, size_t size);

static void check(escape how, const char *from, size_t size, const char *to) {
    struct text out;
    text_init(&out, 1 << 16);
    how(&out, from, size);
    assert_string_equal(text_string(&out), to);
    text_fini(&out);
}
#define CHECK_ROW(how, from, to) check(how, from, sizeof from - 1, to)

static void a_field_of_csv_is_no_formula(void **state) {
    (void)state;
    CHECK_ROW(escape_csv, "", "");
    CHECK_ROW(escape_csv, "plain", "plain");
    CHECK_ROW(escape_csv, "-12.5", "-12.5");
    CHECK_ROW(escape_csv, "+3", "+3");
    CHECK_ROW(escape_csv, "a,b", "\"a,b\"");
    CHECK_ROW(escape_csv, "say \"x\"", "\"say \"\"x\"\"\"");
    CHECK_ROW(escape_csv, "=1+1", "\"'=1+1\"");
    CHECK_ROW(escape_csv, "=cmd|' /C calc'!A0", "\"'=cmd|' /C calc'!A0\"");
    CHECK_ROW(escape_csv, "@SUM(A1)", "\"'@SUM(A1)\"");
    CHECK_ROW(escape_csv, "+1+1", "\"'+1+1\"");
    CHECK_ROW(escape_csv, "-1-1", "\"'-1-1\"");
    CHECK_ROW(escape_csv, "-", "\"'-\"");
    CHECK_ROW(escape_csv, "\t=1", "\"'\t=1\"");
    CHECK_ROW(escape_csv, "\r=1", "\"'\r=1\"");
    CHECK_ROW(escape_csv, "1,2\n=3", "\"1,2\n=3\"");
    CHECK_ROW(escape_csv, "a\0b", "\"ab\"");
}

static void a_chat_shows_letters_and_calls_nobody(void **state) {
    (void)state;
    CHECK_ROW(escape_chat, "filled 3 at 5", "filled 3 at 5");
    CHECK_ROW(escape_chat, "<!channel>", "&lt;!channel&gt;");
    CHECK_ROW(escape_chat, "<@U1|x>", "&lt;@\xe2\x80\x8bU1\\|x&gt;");
    CHECK_ROW(escape_chat, "@everyone",
              "@\xe2\x80\x8b"
              "everyone");
    CHECK_ROW(escape_chat, "*b* _i_ ~s~ `c`", "\\*b\\* \\_i\\_ \\~s\\~ \\`c\\`");
    CHECK_ROW(escape_chat, "http://x", "http:\xe2\x80\x8b/\xe2\x80\x8b/x");
    CHECK_ROW(escape_chat, "[a](b)", "\\[a\\]\\(b\\)");
    CHECK_ROW(escape_chat, "a\nb", "a\\nb");
}

static void a_log_line_is_one_line_of_letters(void **state) {
    (void)state;
    CHECK_ROW(escape_log, "na\xc3\xafve \xf0\x9f\x94\x91", "na\xc3\xafve \xf0\x9f\x94\x91");
    CHECK_ROW(escape_log, "a\r\nERROR b", "a\\r\\nERROR b");
    CHECK_ROW(escape_log, "\x1b[31mred\x1b[0m", "\\u001b[31mred\\u001b[0m");
    CHECK_ROW(escape_log, "a\0b", "a\\u0000b");
    CHECK_ROW(escape_log,
              "\x7f\xc2\x9b"
              "31m",
              "\\u007f\\u009b31m");
    CHECK_ROW(escape_log,
              "\xe2\x80\xae"
              "x\xe2\x80\xa8",
              "\\u202ex\\u2028");
    CHECK_ROW(escape_log, "\xff\xc0\x80\xed\xa0\x80", "\\xff\\xc0\\x80\\xed\\xa0\\x80");
    CHECK_ROW(escape_log, "\xe2\x82", "\\xe2\\x82");
    CHECK_ROW(escape_log, "\xf3\xa0\x80\x81", "\\U000e0001");
    CHECK_ROW(escape_log, "say \"x\\n\"", "say \\\"x\\\\n\\\"");
}

static void a_page_has_text_and_no_marks(void **state) {
    (void)state;
    CHECK_ROW(escape_html, "<img src=x onerror=\"a('b')\">&",
              "&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt;&amp;");
}

// Whatever bytes there are, none of those that would mean something comes through.
static void no_payload_comes_through(void **state) {
    (void)state;
    static const char *const files[] = {"fixtures/payloads/xss.txt", "fixtures/payloads/blns.txt"};
    char path[2][HARNESS_PATH_MAX];
    for (int i = 0; i < 2; i++) snprintf(path[i], sizeof path[i], "%s", harness_shared(files[i]));
    int lines = 0;
    for (int i = 0; i < 2; i++) {
        FILE *in = fopen(path[i], "r");
        char *line = NULL;
        size_t room = 0;
        assert_non_null(in);
        for (ssize_t len; (len = getline(&line, &room, in)) > 0; lines++) {
            struct text out;
            text_init(&out, 1 << 22);
            escape_html(&out, line, (size_t)len);
            assert_null(strpbrk(text_string(&out), "<>\"'\n\x1b"));
            text_clear(&out);
            escape_log(&out, line, (size_t)len);
            for (const char *c = text_string(&out); *c != '\0'; c++)
                assert_true((unsigned char)*c >= 0x20);
            text_clear(&out);
            escape_chat(&out, line, (size_t)len);
            assert_null(strpbrk(text_string(&out), "<>\n"));
            text_clear(&out);
            escape_csv(&out, line, (size_t)len - 1);
            assert_null(memchr("=@|%", text_string(&out)[0], out.len > 0 ? 4 : 0));
            assert_int_equal(text_error(&out), 0);
            text_fini(&out);
        }
        free(line);
        fclose(in);
    }
    assert_true(lines > 500);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_field_of_csv_is_no_formula),
        cmocka_unit_test(a_chat_shows_letters_and_calls_nobody),
        cmocka_unit_test(a_log_line_is_one_line_of_letters),
        cmocka_unit_test(a_page_has_text_and_no_marks),
        cmocka_unit_test(no_payload_comes_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
