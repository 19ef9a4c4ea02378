// SPDX-License-Identifier: Apache-2.0
#include "edge/net/http_response.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/timestamp.h"
#include "edge/net/http_char.h"

enum { FIXED_MAX = 256, S_PER_DAY = 86400 };

static const struct {
    int status;
    const char *text;
    const char *word; // of a failure
} phrases[] = {
    {100, "Continue", NULL},
    {101, "Switching Protocols", NULL},
    {200, "OK", NULL},
    {201, "Created", NULL},
    {202, "Accepted", NULL},
    {204, "No Content", NULL},
    {206, "Partial Content", NULL},
    {301, "Moved Permanently", NULL},
    {302, "Found", NULL},
    {303, "See Other", NULL},
    {304, "Not Modified", NULL},
    {307, "Temporary Redirect", NULL},
    {308, "Permanent Redirect", NULL},
    {400, "Bad Request", "bad_request"},
    {401, "Unauthorized", "unauthenticated"},
    {403, "Forbidden", "forbidden"},
    {404, "Not Found", "not_found"},
    {405, "Method Not Allowed", "method_not_allowed"},
    {406, "Not Acceptable", "not_acceptable"},
    {408, "Request Timeout", "request_timeout"},
    {409, "Conflict", "conflict"},
    {410, "Gone", "gone"},
    {411, "Length Required", "length_required"},
    {412, "Precondition Failed", "precondition_failed"},
    {413, "Content Too Large", "too_large"},
    {414, "URI Too Long", "uri_too_long"},
    {415, "Unsupported Media Type", "unsupported_media_type"},
    {416, "Range Not Satisfiable", "range_not_satisfiable"},
    {417, "Expectation Failed", "expectation_failed"},
    {421, "Misdirected Request", "misdirected"},
    {422, "Unprocessable Content", "unprocessable"},
    {423, "Locked", "locked"},
    {425, "Too Early", "too_early"},
    {426, "Upgrade Required", "upgrade_required"},
    {428, "Precondition Required", "precondition_required"},
    {429, "Too Many Requests", "too_many_requests"},
    {431, "Request Header Fields Too Large", "fields_too_large"},
    {500, "Internal Server Error", "internal"},
    {501, "Not Implemented", "not_implemented"},
    {502, "Bad Gateway", "bad_gateway"},
    {503, "Service Unavailable", "unavailable"},
    {504, "Gateway Timeout", "gateway_timeout"},
    {505, "HTTP Version Not Supported", "version_not_supported"},
    {507, "Insufficient Storage", "insufficient_storage"},
};

const char *http_status_text(int status) {
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++)
        if (phrases[i].status == status) return phrases[i].text;
    return "Unknown";
}

const char *http_status_word(int status) {
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++)
        if (phrases[i].status == status && phrases[i].word != NULL) return phrases[i].word;
    return "failed";
}

void http_date_print(char buf[HTTP_DATE_SIZE], int64_t unix_s) {
    static const char days[7][4] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int32_t date = (int32_t)(unix_s / S_PER_DAY), second = (int32_t)(unix_s % S_PER_DAY);
    struct civil_date civil = date_to_civil(date);
    CHECK(unix_s >= 0 && civil.year <= 9999);
    int len = snprintf(buf, HTTP_DATE_SIZE, "%s, %02d %s %04d %02d:%02d:%02d GMT",
                       days[date_weekday(date)], civil.day, months[civil.month - 1], civil.year,
                       second / 3600, second / 60 % 60, second % 60);
    CHECK(len == HTTP_DATE_SIZE - 1);
}

bool http_field_valid(const char *name, const char *value) {
    if (*name == '\0') return false;
    for (; *name != '\0'; name++)
        if (!http_char_token(*name)) return false;
    for (; *value != '\0'; value++)
        if (!http_char_value(*value)) return false;
    return true;
}

bool http_fields_valid(const char *lines) {
    while (*lines != '\0') {
        const char *first = lines;
        while (http_char_token(*lines)) lines++;
        if (lines == first || *lines++ != ':') return false;
        while (http_char_value(*lines)) lines++;
        if (lines[0] != '\r' || lines[1] != '\n') return false;
        lines += 2;
    }
    return true;
}

static size_t length_of(const char *string) {
    return string != NULL ? strlen(string) : 0;
}

size_t http_response_max(const struct http_response *response) {
    return FIXED_MAX + length_of(response->content_type) + length_of(response->common) +
           length_of(response->fields);
}

// Where the next piece goes; what is written was counted by http_response_max.
struct writer {
    char *at;
    char *end;
};

static void add(struct writer *writer, const char *string) {
    size_t size = strlen(string);
    CHECK(size <= (size_t)(writer->end - writer->at));
    memcpy(writer->at, string, size);
    writer->at += size;
}

static void add_number(struct writer *writer, int64_t number) {
    char digits[24], *at = digits + sizeof digits;
    *--at = '\0';
    do *--at = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    add(writer, at);
}

size_t http_response_write(char *buf, size_t size, const struct http_response *response) {
    struct writer writer = {buf, buf + size};
    add(&writer, "HTTP/1.1 ");
    add_number(&writer, response->status);
    add(&writer, " ");
    add(&writer, http_status_text(response->status));
    add(&writer, "\r\nDate: ");
    add(&writer, response->date);
    add(&writer, "\r\n");
    if (response->content_type != NULL) {
        add(&writer, "Content-Type: ");
        add(&writer, response->content_type);
        add(&writer, "\r\n");
    }
    if (response->content_length >= 0) {
        add(&writer, "Content-Length: ");
        add_number(&writer, response->content_length);
        add(&writer, "\r\n");
    }
    if (response->close) add(&writer, "Connection: close\r\n");
    if (response->keep_alive && !response->close) add(&writer, "Connection: keep-alive\r\n");
    if (response->common != NULL) add(&writer, response->common);
    if (response->fields != NULL) add(&writer, response->fields);
    add(&writer, "\r\n");
    return (size_t)(writer.at - buf);
}

size_t http_problem_print(char buf[HTTP_PROBLEM_MAX], int status, const char *detail) {
    int len = snprintf(buf, HTTP_PROBLEM_MAX,
                       "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"code\":\"%s\","
                       "\"detail\":\"%s\"}",
                       http_status_text(status), status, http_status_word(status), detail);
    CHECK(len > 0 && len < HTTP_PROBLEM_MAX);
    return (size_t)len;
}
