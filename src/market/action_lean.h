// SPDX-License-Identifier: Apache-2.0
// Reads QuantConnect Lean's factor and map files, held whole in memory, into the tables of
// market/action.h.
//
// Factor file: "yyyymmdd,price_factor,split_factor[,reference_price]" a line, oldest first, 20501231 last.
// Map file: "yyyymmdd,ticker[,exchange[,mapping]]" a line; a ticker is valid to its line's date, the
// first line is the listing. Tickers are turned to upper case. Blank lines and CR before LF are taken.
//
// Errors are ERR_PARSE or what market/action.h says, with a story "name:line: field: what is wrong";
// lines before the fault have been added.
#ifndef FULMAR_MARKET_ACTION_LEAN_H
#define FULMAR_MARKET_ACTION_LEAN_H

#include <stddef.h>

#include "market/action.h"

int action_lean_factors(struct actions *actions, const char *name, const char *text,
                        size_t len) MUST_USE;
int action_lean_map(struct actions *actions, const char *name, const char *text,
                    size_t len) MUST_USE;

// The most rows a text of that content can have: what actions_init needs to know.
uint32_t action_lean_rows(const char *text, size_t len);

#endif
