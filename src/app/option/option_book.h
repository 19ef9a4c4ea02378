// SPDX-License-Identifier: Apache-2.0
// The rows of a file as positions of a book: their values and sensitivities times quantity and multiplier, added up by
// underlying and expiry.
#ifndef FULMAR_APP_OPTION_OPTION_BOOK_H
#define FULMAR_APP_OPTION_OPTION_BOOK_H

#include <stdbool.h>

#include "app/csv.h"
#include "app/option/option_call.h"

#define OPTION_BOOK_GROUPS "all|underlying|expiry|both"

enum { OPTION_BOOK_MAX = 65536 }; // groups

struct option_book_group;

struct option_book {
    const struct csv *csv;
    bool by_underlying, by_expiry;
    int type, spot, quantity, multiplier, underlying, expiry; // columns, -1: not there
    struct option_book_group *groups; // [OPTION_BOOK_MAX + 1], the whole first
    size_t count;
};

// by: one of OPTION_BOOK_GROUPS. The book is to be closed either way. ERR_ARGUMENT: another word; ERR_NOT_FOUND: a
// column that it needs; ERR_NOMEM.
int option_book_open(struct option_book *book, const struct csv *csv, const char *by) MUST_USE;
void option_book_close(struct option_book *book);

// A row whose type is "share" or "shares".
bool option_book_is_share(const struct option_book *book, size_t row);

// ERR_PARSE names file, line and field; ERR_FULL: too many groups.
int option_book_add(struct option_book *book, size_t row, double spot,
                    const struct option_greeks *greeks) MUST_USE;
int option_book_add_share(struct option_book *book, size_t row) MUST_USE;

// The groups in the order of their first rows, and the whole last.
void option_book_print(const struct option_book *book, bool json, struct text *out);

#endif
