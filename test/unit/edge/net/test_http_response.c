// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include <time.h>

#include "edge/net/http_response.h"

static void a_date_is_that_of_the_c_library(void **state) {
    static const int64_t rows[] = {0, 784111777, 951782400, 1709251199, 4102444799, 253402300799};
    char date[HTTP_DATE_SIZE], twin[HTTP_DATE_SIZE];
    http_date_print(date, 784111777);
    assert_string_equal(date, "Sun, 06 Nov 1994 08:49:37 GMT"); // RFC 9110's example
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        time_t seconds = rows[i];
        struct tm parts;
        strftime(twin, sizeof twin, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&seconds, &parts));
        http_date_print(date, rows[i]);
        assert_string_equal(date, twin);
    }
}

static void a_head_has_its_fields_and_no_others(void **state) {
    char head[1024];
    struct http_response response = {.status = 404,
                                     .date = "Sun, 06 Nov 1994 08:49:37 GMT",
                                     .content_type = "text/plain",
                                     .content_length = 12,
                                     .close = true,
                                     .common = "A: 1\r\n",
                                     .fields = "B: 2\r\nC: 3\r\n"};
    size_t size = http_response_write(head, sizeof head, &response);
    assert_true(size <= http_response_max(&response));
    static const char expected[] =
        "HTTP/1.1 404 Not Found\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Type: "
        "text/plain\r\n"
        "Content-Length: 12\r\nConnection: close\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n";
    assert_int_equal(size, sizeof expected - 1);
    assert_memory_equal(head, expected, size);
}

static void a_head_may_have_no_field_but_its_date(void **state) {
    char head[1024];
    struct http_response response = {.status = 799, .date = "D", .content_length = -1};
    size_t size = http_response_write(head, sizeof head, &response);
    assert_memory_equal(head, "HTTP/1.1 799 Unknown\r\nDate: D\r\n\r\n", size);
    response = (struct http_response){
        .status = 200, .date = "D", .content_length = INT64_MAX, .keep_alive = true};
    size = http_response_write(head, sizeof head, &response);
    static const char expected[] =
        "HTTP/1.1 200 OK\r\nDate: D\r\nContent-Length: 9223372036854775807\r\n"
        "Connection: keep-alive\r\n\r\n";
    assert_int_equal(size, sizeof expected - 1);
    assert_memory_equal(head, expected, size);
}

static void a_field_cannot_begin_another_line(void **state) {
    assert_true(http_field_valid("X-A", "value, with \"signs\"\tand \xc3\xa9"));
    assert_true(http_field_valid("X", ""));
    assert_false(http_field_valid("", "a"));
    assert_false(http_field_valid("X A", "a"));
    assert_false(http_field_valid("X:", "a"));
    assert_false(http_field_valid("X\r\nY", "a"));
    assert_false(http_field_valid("X", "a\r\nSet-Cookie: b"));
    assert_false(http_field_valid("X", "a\nb"));
    assert_false(http_field_valid("X", "\x7f"));
}

static void lines_are_whole_fields(void **state) {
    assert_true(http_fields_valid(""));
    assert_true(http_fields_valid("A: b\r\nC:\r\n"));
    assert_false(http_fields_valid("A: b"));
    assert_false(http_fields_valid("A: b\n"));
    assert_false(http_fields_valid("A b\r\n"));
    assert_false(http_fields_valid("\r\n"));
    assert_false(http_fields_valid("A: b\r\n\r\n"));
    assert_false(http_fields_valid(" A: b\r\n"));
}

static void a_problem_says_what_was_wrong(void **state) {
    char body[HTTP_PROBLEM_MAX];
    size_t size = http_problem_print(body, 400, "why");
    assert_int_equal(size, strlen(body));
    assert_string_equal(body, "{\"type\":\"about:blank\",\"title\":\"Bad Request\",\"status\":400,"
                              "\"code\":\"bad_request\",\"detail\":\"why\"}");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_date_is_that_of_the_c_library),
        cmocka_unit_test(a_head_has_its_fields_and_no_others),
        cmocka_unit_test(a_head_may_have_no_field_but_its_date),
        cmocka_unit_test(a_field_cannot_begin_another_line),
        cmocka_unit_test(lines_are_whole_fields),
        cmocka_unit_test(a_problem_says_what_was_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
