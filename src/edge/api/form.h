// SPDX-License-Identifier: Apache-2.0
// Forms of text that requests may hold. Each is a C predicate, and the pattern that says the same to who reads the
// OpenAPI document: no expression is ever run over what a client sends.
#ifndef FULMAR_EDGE_API_FORM_H
#define FULMAR_EDGE_API_FORM_H

#include <stdbool.h>
#include <stddef.h>

struct form {
    const char *name;    // "decimal"
    const char *pattern; // ECMA 262, anchored
    const char *words;   // "is a decimal like 12.5": behind the member's name in a complaint
    const char *example; // a text of that form
    bool (*check)(const char *text, size_t len);
};

extern const struct form form_run; // names of runs, sessions, tags: edge/store/run_store.h
extern const struct form
    form_stored; // names of sessions in the database: those, and longer ones that were ended
extern const struct form form_word; // lower_snake_case: strategies, indicators, parameters
extern const struct form form_user; // names of users and tenants
extern const struct form
    form_decimal;                   // an exact number, at most 18 digits on each side of the point
extern const struct form form_time; // an instant (base/timestamp.h)
extern const struct form form_length; // a duration: 30s, 5m, 1h, 1d
extern const struct form form_venue;  // a venue, an instrument's symbol, a kind of series: no slash
extern const struct form form_cursor; // where a page goes on
extern const struct form form_id;     // hexadecimal digits and dashes
extern const struct form form_number; // decimal digits: ids of orders
extern const struct form form_key;    // an idempotency key: printable, no blank
extern const struct form form_line;   // text without control characters

#endif
