// SPDX-License-Identifier: Apache-2.0
// Paths and queries as text: percent-encoding is taken off once, and what could mislead whoever looks at the result is
// refused.
#ifndef FULMAR_EDGE_NET_HTTP_PATH_H
#define FULMAR_EDGE_NET_HTTP_PATH_H

#include <stddef.h>

#include "base/err.h"

// Decodes a path that begins with '/' into buf, which has size + 1 bytes and ends with a NUL. NULL, or why it is
// refused: a '%' without two digits, a byte below blank or DEL, bytes that are no UTF-8, '/' or '\' that was encoded,
// and "." or ".." as a whole part, encoded or not.
const char *http_path_decode(const char *raw, size_t size, char *buf, size_t *ret_size);

// The next name and value of a query, "a=1&b=x+y%20z": a '+' is a blank, a name without '=' has the value "". *query is
// moved on. 1: there is one; 0: the end (empty pieces are left out); ERR_PARSE: wrong encoding, no UTF-8, or a
// character below blank; ERR_FULL: longer than its buffer. No story.
struct http_query_pair {
    char name[64];
    char value[1024];
};
int http_query_next(const char **query, struct http_query_pair *ret_pair) MUST_USE;

// The value of a name, decoded. 1: there; 0: not there; ERR_PARSE, ERR_FULL as above, for any pair of the query;
// ERR_EXISTS: it is there twice. No story.
int http_query_find(const char *query, const char *name, char *buf, size_t buf_size) MUST_USE;

#endif
