// SPDX-License-Identifier: Apache-2.0
// The heads of requests: what is taken, what is refused and why, however the bytes are cut.
#include "harness.h"

#include "edge/net/http_parse.h"

#define GET "GET / HTTP/1.1\r\nHost: a\r\n"
#define POST "POST /x HTTP/1.1\r\nHost: a\r\n"

// Feeds the head in pieces of `step` bytes from an exact-sized copy.
static enum http_parse_result parse_steps(const char *data, size_t size, size_t step,
                                          struct http_parse *parse) {
    enum http_parse_result result = HTTP_PARSE_MORE;
    http_parse_init(parse);
    for (size_t end = 0; end < size && result == HTTP_PARSE_MORE;) {
        end = size - end < step ? size : end + step;
        char *copy = malloc(end);
        memcpy(copy, data, end);
        result = http_parse(parse, copy, end);
        free(copy);
    }
    return result;
}

static void is_piece(const char *data, unsigned at, unsigned size, const char *expected) {
    assert_int_equal(size, strlen(expected));
    assert_memory_equal(data + at, expected, size);
}

static void a_request_line_is_cut_in_its_parts(void **state) {
    static const char head[] = "GET /a/b?x=1&y HTTP/1.1\r\nHost: a\r\n\r\nrest";
    struct http_parse parse;
    http_parse_init(&parse);
    assert_int_equal(http_parse(&parse, head, sizeof head - 1), HTTP_PARSE_DONE);
    assert_int_equal(parse.at, sizeof head - 1 - 4);
    is_piece(head, parse.line_at, parse.method_size, "GET");
    is_piece(head, parse.target_at, parse.target_size, "/a/b?x=1&y");
    is_piece(head, parse.path_at, parse.path_size, "/a/b");
    is_piece(head, parse.query_at, parse.query_size, "x=1&y");
    assert_int_equal(parse.minor, 1);
    assert_int_equal(parse.content_length, -1);
    assert_true(http_parse_persists(&parse));
}

static void fields_keep_their_order_and_lose_their_blanks(void **state) {
    static const char head[] =
        "GET / HTTP/1.1\r\nHost:a\r\nX-One: \t a b \t\r\nx-two:\r\nY:\xc3\xa9\r\n\r\n";
    struct http_parse parse;
    http_parse_init(&parse);
    assert_int_equal(http_parse(&parse, head, sizeof head - 1), HTTP_PARSE_DONE);
    assert_int_equal(parse.field_count, 4);
    const char *names[] = {"Host", "X-One", "x-two", "Y"}, *values[] = {"a", "a b", "", "\xc3\xa9"};
    for (int i = 0; i < 4; i++) {
        is_piece(head, parse.fields[i].name_at, parse.fields[i].name_size, names[i]);
        is_piece(head, parse.fields[i].value_at, parse.fields[i].value_size, values[i]);
    }
}

struct taken {
    const char *head;
    int64_t content_length;
    bool chunked, persists, upgrade, expects;
};

static const struct taken taken[] = {
    {GET "\r\n", -1, false, true, false, false},
    {"\r\n" GET "\r\n", -1, false, true, false, false},
    {"GET / HTTP/1.0\r\n\r\n", -1, false, false, false, false},
    {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", -1, false, true, false, false},
    {GET "Connection: close\r\n\r\n", -1, false, false, false, false},
    {GET "connection: foo ,\tCLOSE\r\n\r\n", -1, false, false, false, false},
    {GET "Connection: keep-alive, Upgrade\r\n\r\n", -1, false, true, true, false},
    {GET "Connection: closed\r\n\r\n", -1, false, true, false, false},
    {POST "Content-Length: 0\r\n\r\n", 0, false, true, false, false},
    {POST "Content-Length: 000012\r\n\r\n", 12, false, true, false, false},
    {POST "content-LENGTH:999999999999999999 \r\n\r\n", 999999999999999999, false, true, false,
     false},
    {POST "Transfer-Encoding: chunked\r\n\r\n", -1, true, true, false, false},
    {POST "Transfer-Encoding: Chunked\r\n\r\n", -1, true, true, false, false},
    {POST "Content-Length: 3\r\nExpect: 100-Continue\r\n\r\n", 3, false, true, false, true},
    {"GET / HTTP/1.0\r\nExpect: whatever\r\n\r\n", -1, false, false, false, false},
    {"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", -1, false, true, false, false},
    {"GET http://A.example:80/x?y HTTP/1.1\r\nHost: a.Example:80\r\n\r\n", -1, false, true, false,
     false},
    {"GET https://a HTTP/1.1\r\nHost: a\r\n\r\n", -1, false, true, false, false},
    {"GET https://a?q HTTP/1.1\r\nHost: a\r\n\r\n", -1, false, true, false, false},
    {"GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", -1, false, true, false, false},
    {"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", -1, false, true, false, false},
    {"M-SEARCH! / HTTP/1.1\r\nHost: a\r\n\r\n", -1, false, true, false, false},
    {"GET /%41%2f?a=[]{}|^`\\%20 HTTP/1.1\r\nHost: a\r\n\r\n", -1, false, true, false, false},
    {GET "X: a\tb\r\n\r\n", -1, false, true, false, false},
};

static void what_is_http_is_taken(void **state) {
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
        struct http_parse parse;
        enum http_parse_result result =
            parse_steps(taken[i].head, strlen(taken[i].head), SIZE_MAX / 2, &parse);
        if (result != HTTP_PARSE_DONE || parse.at != strlen(taken[i].head))
            fail_msg("%s: %s", taken[i].head, parse.reason);
        assert_true(parse.content_length == taken[i].content_length);
        assert_int_equal(parse.chunked, taken[i].chunked);
        assert_int_equal(http_parse_persists(&parse), taken[i].persists);
        assert_int_equal(parse.upgrade, taken[i].upgrade);
        assert_int_equal(parse.expect_continue, taken[i].expects);
    }
}

struct refused {
    const char *head;
    size_t size; // 0: its string's
    int status;
    const char *words;
};

#define WITH_NUL(text) text, sizeof text - 1

static const struct refused refused[] = {
    {POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 0, 400, "exclude each other"},
    {POST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", 0, 400, "exclude each other"},
    {POST "Content-Length: 5\r\nContent-Length: 6\r\n\r\n", 0, 400, "came twice"},
    {POST "Content-Length: 5\r\ncontent-length: 5\r\n\r\n", 0, 400, "came twice"},
    {POST "Content-Length: +5\r\n\r\n", 0, 400, "no number"},
    {POST "Content-Length: -5\r\n\r\n", 0, 400, "no number"},
    {POST "Content-Length: -42\r\n\r\n", 0, 400, "no number"},
    {POST "Content-Length: 0x5\r\n\r\n", 0, 400, "no number"},
    {POST "Content-Length: 5 5\r\n\r\n", 0, 400, "no number"},
    {POST "Content-Length: 5,5\r\n\r\n", 0, 400, "no number"},
    {POST "Content-Length: 5, 5\r\n\r\n", 0, 400, "no number"},
    {POST "Content-Length: \r\n\r\n", 0, 400, "no number"},
    {POST "Content-Length: 5.0\r\n\r\n", 0, 400, "no number"},
    {POST "Content-Length: 18446744073709551621\r\n\r\n", 0, 400, "no number"},
    {POST "Content-Length: 9223372036854775808\r\n\r\n", 0, 400, "no number"},
    {POST "Transfer-Encoding: xchunked\r\n\r\n", 0, 400, "is chunked"},
    {POST "Transfer-Encoding: chunked, identity\r\n\r\n", 0, 400, "is chunked"},
    {POST "Transfer-Encoding: gzip, chunked\r\n\r\n", 0, 400, "is chunked"},
    {POST "Transfer-Encoding: chunked, chunked\r\n\r\n", 0, 400, "is chunked"},
    {POST "Transfer-Encoding: identity\r\n\r\n", 0, 400, "is chunked"},
    {POST "Transfer-Encoding:\r\n\r\n", 0, 400, "is chunked"},
    {POST "Transfer-Encoding: \"chunked\"\r\n\r\n", 0, 400, "is chunked"},
    {POST "Transfer-Encoding: chunked;q=1\r\n\r\n", 0, 400, "is chunked"},
    {POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 0, 400, "came twice"},
    {POST "Transfer-Encoding : chunked\r\n\r\n", 0, 400, "no token"},
    {POST "Transfer-Encoding\t: chunked\r\n\r\n", 0, 400, "no token"},
    {POST "Transfer-Encoding: \vchunked\r\n\r\n", 0, 400, "control character"},
    {POST "Transfer-Encoding:\r\n chunked\r\n\r\n", 0, 400, "second line"},
    {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 0, 400, "HTTP/1.0"},
    {GET "X: a\r\n b\r\n\r\n", 0, 400, "second line"},
    {GET "X: a\r\n\tb\r\n\r\n", 0, 400, "second line"},
    {"GET / HTTP/1.1\r\n Host: a\r\n\r\n", 0, 400, "second line"},
    {GET "X : a\r\n\r\n", 0, 400, "no token"},
    {GET ": a\r\n\r\n", 0, 400, "no token"},
    {GET "X\r\n\r\n", 0, 400, "no token"},
    {GET "X y: a\r\n\r\n", 0, 400, "no token"},
    {GET "X\xc3\xa9: a\r\n\r\n", 0, 400, "no token"},
    {GET "(X): a\r\n\r\n", 0, 400, "no token"},
    {"GET / HTTP/1.1\nHost: a\r\n\r\n", 0, 400, "CR LF"},
    {"GET / HTTP/1.1\r\nHost: a\n\r\n", 0, 400, "control character"},
    {GET "X: a\n\n", 0, 400, "control character"},
    {GET "\n", 0, 400, "no token"},
    {GET "X: a\rb\r\n\r\n", 0, 400, "without LF"},
    {GET "X: a\r\r\n\r\n", 0, 400, "without LF"},
    {GET "\rX", 0, 400, "without LF"},
    {"GET / HTTP/1.1\rX", 0, 400, "without LF"},
    {"\n" GET "\r\n", 0, 400, "begins with a method"},
    {"\r\n\r\n" GET "\r\n", 0, 400, "no token"},
    {"\r" GET "\r\n", 0, 400, "without LF"},
    {WITH_NUL(GET "X: a\0b\r\n\r\n"), 400, "control character"},
    {WITH_NUL(GET "X\0: a\r\n\r\n"), 400, "no token"},
    {WITH_NUL("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n"), 400, "target"},
    {WITH_NUL("GET\0 / HTTP/1.1\r\nHost: a\r\n\r\n"), 400, "method"},
    {WITH_NUL("\0GET / HTTP/1.1\r\nHost: a\r\n\r\n"), 400, "method"},
    {GET "X: \x7f\r\n\r\n", 0, 400, "control character"},
    {GET "X: \x01\r\n\r\n", 0, 400, "control character"},
    {" GET / HTTP/1.1\r\nHost: a\r\n\r\n", 0, 400, "begins with a method"},
    {"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 0, 400, "target"},
    {"GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", 0, 400, "method"},
    {"GET /  HTTP/1.1\r\nHost: a\r\n\r\n", 0, 400, "HTTP/1.1"},
    {"GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 0, 400, "HTTP/1.1"},
    {"GET /\r\n\r\n", 0, 400, "target"},
    {"GET / HTTP/1.\r\nHost: a\r\n\r\n", 0, 400, "HTTP/1.1"},
    {"GET / HTTP/1.10\r\nHost: a\r\n\r\n", 0, 400, "HTTP/1.1"},
    {"GET / http/1.1\r\nHost: a\r\n\r\n", 0, 400, "HTTP/1.1"},
    {"GET / HTTPS/1.1\r\nHost: a\r\n\r\n", 0, 400, "HTTP/1.1"},
    {"GET / HTTP/1.2\r\nHost: a\r\n\r\n", 0, 505, "version"},
    {"GET / HTTP/0.9\r\nHost: a\r\n\r\n", 0, 505, "version"},
    {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 0, 400, "OPTIONS"},
    {"PRI / HTTP/2.0\r\n\r\nSM\r\n\r\n", 0, 505, "version"},
    {"(GET) / HTTP/1.1\r\nHost: a\r\n\r\n", 0, 400, "method"},
    {"ABCDEFGHIJKLMNOPQRSTUVWXYZ / HTTP/1.1\r\nHost: a\r\n\r\n", 0, 400, "24 bytes"},
    {"GET * HTTP/1.1\r\nHost: a\r\n\r\n", 0, 400, "OPTIONS"},
    {"options * HTTP/1.1\r\nHost: a\r\n\r\n", 0, 400, "OPTIONS"},
    {"CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", 0, 400, "begins with /"},
    {"GET a/b HTTP/1.1\r\nHost: a\r\n\r\n", 0, 400, "begins with /"},
    {"GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 0, 400, "begins with /"},
    {"GET http:// HTTP/1.1\r\nHost: a\r\n\r\n", 0, 400, "begins with /"},
    {"GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n", 0, 400, "host"},
    {"GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", 0, 400, "another host"},
    {"GET http://a:81/ HTTP/1.1\r\nHost: a\r\n\r\n", 0, 400, "another host"},
    {"GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n", 0, 400, "host"},
    {"GET /#x HTTP/1.1\r\nHost: a\r\n\r\n", 0, 400, "no path"},
    {"GET /?#x HTTP/1.1\r\nHost: a\r\n\r\n", 0, 400, "no query"},
    {"GET /\"x\" HTTP/1.1\r\nHost: a\r\n\r\n", 0, 400, "no path"},
    {"GET /a\\b HTTP/1.1\r\nHost: a\r\n\r\n", 0, 400, "no path"},
    {"GET /%4 HTTP/1.1\r\nHost: a\r\n\r\n", 0, 400, "no path"},
    {"GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 0, 400, "no path"},
    {"GET /?a=%u0041 HTTP/1.1\r\nHost: a\r\n\r\n", 0, 400, "no query"},
    {"GET /\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n", 0, 400, "target"},
    {"GET / HTTP/1.1\r\n\r\n", 0, 400, "without Host"},
    {GET "Host: a\r\n\r\n", 0, 400, "came twice"},
    {"GET / HTTP/1.1\r\nHost:\r\n\r\n", 0, 400, "Host"},
    {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 0, 400, "Host"},
    {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 0, 400, "Host"},
    {"GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 0, 400, "Host"},
    {"GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 0, 400, "Host"},
    {"GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", 0, 400, "Host"},
    {"GET / HTTP/1.1\r\nHost: a:123456\r\n\r\n", 0, 400, "Host"},
    {"GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 0, 400, "Host"},
    {"GET / HTTP/1.1\r\nHost: :80\r\n\r\n", 0, 400, "Host"},
    {"GET / HTTP/1.0\r\nHost: a b\r\n\r\n", 0, 400, "Host"},
    {GET "Authorization: a\r\nAuthorization: b\r\n\r\n", 0, 400, "came twice"},
    {GET "Cookie: a\r\ncookie: b\r\n\r\n", 0, 400, "came twice"},
    {GET "Origin: a\r\nOrigin: a\r\n\r\n", 0, 400, "came twice"},
    {GET "Expect: 200-maybe\r\n\r\n", 0, 417, "100-continue"},
};

static void check_refusal(const struct refused *row, size_t step) {
    struct http_parse parse;
    size_t size = row->size > 0 ? row->size : strlen(row->head);
    enum http_parse_result result = parse_steps(row->head, size, step, &parse);
    if (result != HTTP_PARSE_BAD || parse.status != row->status)
        fail_msg("%s (in steps of %zu): %d %d", row->head, step, result, parse.status);
    if (strstr(parse.reason, row->words) == NULL) fail_msg("%s: %s", row->head, parse.reason);
    assert_int_equal(http_parse(&parse, row->head, size), HTTP_PARSE_BAD);
}

static void what_could_be_read_in_two_ways_is_refused_with_its_reason(void **state) {
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        check_refusal(&refused[i], SIZE_MAX / 2);
}

static void a_refusal_is_the_same_byte_by_byte(void **state) {
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) check_refusal(&refused[i], 1);
}

static void a_head_is_the_same_wherever_it_is_cut(void **state) {
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
        struct http_parse whole, cut;
        size_t size = strlen(taken[i].head);
        assert_int_equal(parse_steps(taken[i].head, size, size, &whole), HTTP_PARSE_DONE);
        for (size_t first = 0; first < size; first++) {
            http_parse_init(&cut);
            assert_int_equal(http_parse(&cut, taken[i].head, first), HTTP_PARSE_MORE);
            assert_int_equal(http_parse(&cut, taken[i].head, size), HTTP_PARSE_DONE);
            assert_memory_equal(&whole, &cut,
                                offsetof(struct http_parse, fields) +
                                    whole.field_count * sizeof *whole.fields);
        }
        assert_int_equal(parse_steps(taken[i].head, size, 1, &cut), HTTP_PARSE_DONE);
        assert_memory_equal(&whole, &cut, offsetof(struct http_parse, fields));
    }
}

// A request line of `line` bytes, `fields` fields besides Host, which are `bytes` in all with it.
static char *make_head(size_t line, size_t fields, size_t bytes, size_t *ret_size) {
    static const char start[] = "GET /", end[] = " HTTP/1.1\r\n", host[] = "Host: a\r\n";
    char *head = malloc(HTTP_HEAD_MAX * 2), *at = head;
    memcpy(at, start, 5);
    memset(at + 5, 'a', line - 5 - 11);
    memcpy(at + line - 11, end, 11);
    at += line;
    memcpy(at, host, 9);
    at += 9;
    bytes -= 9;
    for (size_t i = 0; i < fields; i++) {
        size_t size = i + 1 < fields ? bytes / fields : bytes - bytes / fields * (fields - 1);
        memset(at, 'b', size);
        memcpy(at, "X:", 2);
        memcpy(at + size - 2, "\r\n", 2);
        at += size;
    }
    memcpy(at, "\r\n", 2);
    *ret_size = (size_t)(at + 2 - head);
    return head;
}

static void check_size(size_t line, size_t fields, size_t bytes, const char *words) {
    struct http_parse whole, cut;
    size_t size;
    char *head = make_head(line, fields, bytes, &size);
    enum http_parse_result expected = words == NULL ? HTTP_PARSE_DONE : HTTP_PARSE_BAD;
    http_parse_init(&whole);
    assert_int_equal(http_parse(&whole, head, size), expected);
    http_parse_init(&cut);
    enum http_parse_result result = HTTP_PARSE_MORE;
    for (size_t end = 1; end <= size && result == HTTP_PARSE_MORE; end++)
        result = http_parse(&cut, head, end);
    assert_int_equal(result, expected);
    if (words != NULL) {
        assert_int_equal(whole.status, 400);
        assert_non_null(strstr(whole.reason, words));
        assert_string_equal(whole.reason, cut.reason);
    }
    free(head);
}

static void the_limits_of_size_are_exact(void **state) {
    check_size(8192, 1, 100, NULL);
    check_size(8193, 1, 100, "8 KB");
    check_size(20000, 1, 100, "8 KB");
    check_size(20, 99, 8000, NULL);
    check_size(20, 100, 8000, "100 fields");
    check_size(20, 1, 32768, NULL);
    check_size(20, 1, 32769, "32 KB");
    check_size(20, 50, 32768, NULL);
    check_size(20, 50, 32769, "32 KB");
    check_size(8192, 99, 32768, NULL);
    check_size(8192, 99, 65000, "32 KB");
}

static void a_list_has_whole_words_alone(void **state) {
    static const char list[] = "a, bc ,,\tD";
    assert_true(http_list_has(list, sizeof list - 1, "a"));
    assert_true(http_list_has(list, sizeof list - 1, "bc"));
    assert_true(http_list_has(list, sizeof list - 1, "d"));
    assert_false(http_list_has(list, sizeof list - 1, "b"));
    assert_false(http_list_has(list, sizeof list - 1, "bcd"));
    assert_false(http_list_has("", 0, "a"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_line_is_cut_in_its_parts),
        cmocka_unit_test(fields_keep_their_order_and_lose_their_blanks),
        cmocka_unit_test(what_is_http_is_taken),
        cmocka_unit_test(what_could_be_read_in_two_ways_is_refused_with_its_reason),
        cmocka_unit_test(a_refusal_is_the_same_byte_by_byte),
        cmocka_unit_test(a_head_is_the_same_wherever_it_is_cut),
        cmocka_unit_test(the_limits_of_size_are_exact),
        cmocka_unit_test(a_list_has_whole_words_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
