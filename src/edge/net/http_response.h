// SPDX-License-Identifier: Apache-2.0
// The head of an HTTP/1.1 answer, and the small texts that it takes: no I/O, no allocation.
#ifndef FULMAR_EDGE_NET_HTTP_RESPONSE_H
#define FULMAR_EDGE_NET_HTTP_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The reason phrase of a status, "Unknown" for one that RFC 9110 and its kin do not name.
const char *http_status_text(int status);
// What a failure of a status is called in the member `code` of a problem, "failed" for one without a name.
const char *http_status_word(int status);

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7); from 1970 to 9999.
enum { HTTP_DATE_SIZE = 30 };
void http_date_print(char buf[HTTP_DATE_SIZE], int64_t unix_s);

// Whether a name and a value may be a field of an answer: a token, and visible ASCII, blanks and tabs or UTF-8's bytes.
bool http_field_valid(const char *name, const char *value);
// Whether a text is nothing but such lines, each ended by CR LF.
bool http_fields_valid(const char *lines);

struct http_response {
    int status;
    const char *date;         // as http_date_print
    const char *content_type; // NULL: no such field
    int64_t content_length;   // -1: no such field
    bool close;               // "Connection: close"
    bool keep_alive;          // "Connection: keep-alive", for HTTP/1.0
    const char *common;       // field lines of every answer, or NULL
    const char *fields;       // field lines of this one, or NULL
};

// The most that its head takes, and the head itself; returns its length. No NUL is written.
size_t http_response_max(const struct http_response *response);
size_t http_response_write(char *buf, size_t size, const struct http_response *response);

// The body of an error in application/problem+json (RFC 9457): type, title, status, code and a detail, which is plain
// ASCII without quotes. Returns the length.
enum { HTTP_PROBLEM_MAX = 512 };
size_t http_problem_print(char buf[HTTP_PROBLEM_MAX], int status, const char *detail);

#endif
