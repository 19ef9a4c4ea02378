// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "edge/net/http_chunked.h"

// Reads all of it in pieces of `step` bytes; the content goes to `body`.
static enum http_parse_result read_steps(struct http_chunked *chunked, const char *data,
                                         size_t size, size_t step, char *body, size_t *ret_used) {
    enum http_parse_result result = HTTP_PARSE_MORE;
    size_t at = 0, len = 0;
    http_chunked_init(chunked);
    while (at < size && result == HTTP_PARSE_MORE) {
        struct http_span span;
        size_t used = 0, part = size - at < step ? size - at : step;
        char *copy = malloc(part);
        memcpy(copy, data + at, part);
        result = http_chunked(chunked, copy, part, &used, &span);
        assert_true(used > 0 && used <= part);
        memcpy(body + len, span.data, span.size);
        len += span.size;
        at += used;
        free(copy);
    }
    body[len] = '\0';
    *ret_used = at;
    return result;
}

static void chunks_are_put_together_however_they_are_cut(void **state) {
    static const struct {
        const char *data, *body;
        size_t left;
    } rows[] = {
        {"0\r\n\r\n", "", 0},
        {"5\r\nhello\r\n0\r\n\r\n", "hello", 0},
        {"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\nGET", "hello world", 3},
        {"a\r\n0123456789\r\nA\r\n0123456789\r\n00\r\n\r\n", "01234567890123456789", 0},
        {"0000000000000003\r\nabc\r\n0\r\n\r\n", "abc", 0},
        {"3;x=y\r\nabc\r\n0;last\r\n\r\n", "abc", 0},
        {"3;x=\"a b\"\r\n\r\n\r\r\n0\r\n\r\n", "\r\n\r", 0},
        {"1\r\na\r\n0\r\nX-Sum: 12\r\nY:\r\n\r\nrest", "a", 4},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t size = strlen(rows[i].data), used = 0;
        for (size_t step = 1; step <= size; step++) {
            struct http_chunked chunked;
            char body[64];
            if (read_steps(&chunked, rows[i].data, size, step, body, &used) != HTTP_PARSE_DONE)
                fail_msg("%s: %s", rows[i].data, chunked.reason);
            assert_string_equal(body, rows[i].body);
            assert_int_equal(size - used, rows[i].left);
        }
    }
}

static void what_is_no_chunk_is_refused(void **state) {
    static const struct {
        const char *data, *words;
    } rows[] = {
        {"\r\n", "hexadecimal"},
        {"x\r\n", "hexadecimal"},
        {"-1\r\n", "hexadecimal"},
        {"+1\r\n", "hexadecimal"},
        {"0x1\r\na\r\n0\r\n\r\n", "hexadecimal"},
        {" 1\r\na", "hexadecimal"},
        {"1 \r\na", "hexadecimal"},
        {"1 ;x\r\na", "hexadecimal"},
        {";x\r\n", "hexadecimal"},
        {"1\na\r\n", "hexadecimal"},
        {"1\rx", "without LF"},
        {"1;x\na", "control character"},
        {"1;x\001\r\na", "control character"},
        {"1\r\nab\r\n", "longer than its size"},
        {"1\r\na\n", "longer than its size"},
        {"1\r\na\rx", "without LF"},
        {"10000000000000000\r\n", "too large"},
        {"8000000000000000\r\n", "too large"},
        {"ffffffffffffffff\r\n", "too large"},
        {"00000000000000000\r\n", "too large"},
        {"0\r\nX: a\n\r\n", "trailer's value"},
        {"0\r\nX : a\r\n\r\n", "no token"},
        {"0\r\n: a\r\n\r\n", "without a name"},
        {"0\r\n X: a\r\n\r\n", "without a name"},
        {"0\r\nX: a\r\n b\r\n\r\n", "without a name"},
        {"0\r\nX: a\rb", "without LF"},
        {"0\r\n\rx", "without LF"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t size = strlen(rows[i].data), used = 0;
        for (size_t step = 1; step <= size; step++) {
            struct http_chunked chunked;
            char body[64];
            if (read_steps(&chunked, rows[i].data, size, step, body, &used) != HTTP_PARSE_BAD)
                fail_msg("%s", rows[i].data);
            if (strstr(chunked.reason, rows[i].words) == NULL)
                fail_msg("%s: %s", rows[i].data, chunked.reason);
        }
    }
}

static void the_largest_size_is_that_of_63_bits(void **state) {
    struct http_chunked chunked;
    struct http_span span;
    size_t used;
    http_chunked_init(&chunked);
    assert_int_equal(http_chunked(&chunked, "7fffffffffffffff\r\nab", 20, &used, &span),
                     HTTP_PARSE_MORE);
    assert_int_equal(span.size, 2);
    assert_true(chunked.left == (uint64_t)INT64_MAX - 2);
}

// Reads `head`, then `count` times `piece`, then `tail`.
static enum http_parse_result read_many(const char *head, const char *piece, size_t count,
                                        const char *tail) {
    struct http_chunked chunked;
    size_t len = strlen(piece), size = strlen(head) + len * count + strlen(tail), used;
    char *data = malloc(size + 1), *body = malloc(size + 1);
    size_t at = (size_t)snprintf(data, size + 1, "%s", head);
    for (size_t i = 0; i < count; i++, at += len) memcpy(data + at, piece, len);
    memcpy(data + at, tail, strlen(tail));
    enum http_parse_result result = read_steps(&chunked, data, size, size, body, &used);
    free(data);
    free(body);
    return result;
}

static void extensions_and_trailers_have_a_budget_for_the_whole_body(void **state) {
    assert_int_equal(read_many("1;", "e", 4096, "\r\na\r\n0\r\n\r\n"), HTTP_PARSE_DONE);
    assert_int_equal(read_many("1;", "e", 4097, "\r\na\r\n0\r\n\r\n"), HTTP_PARSE_BAD);
    assert_int_equal(read_many("", "1;eeee\r\na\r\n", 1024, "0\r\n\r\n"), HTTP_PARSE_DONE);
    assert_int_equal(read_many("", "1;eeee\r\na\r\n", 1025, "0\r\n\r\n"), HTTP_PARSE_BAD);
    assert_int_equal(read_many("0\r\n", "X: abc\r\n", 1023, "\r\n"), HTTP_PARSE_DONE);
    assert_int_equal(read_many("0\r\n", "X: abc\r\n", 1024, "\r\n"), HTTP_PARSE_BAD);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chunks_are_put_together_however_they_are_cut),
        cmocka_unit_test(what_is_no_chunk_is_refused),
        cmocka_unit_test(the_largest_size_is_that_of_63_bits),
        cmocka_unit_test(extensions_and_trailers_have_a_budget_for_the_whole_body),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
