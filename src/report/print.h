// SPDX-License-Identifier: Apache-2.0
// Values as text: for machines (JSON, CSV), where the same value has one form, and for people.
#ifndef FULMAR_REPORT_PRINT_H
#define FULMAR_REPORT_PRINT_H

#include "base/text.h"
#include "report/fold.h"

// The shortest decimal that reads back as the same double; "null" for NaN and infinities, 0 for -0.
void print_double(struct text *out, double value);
void print_exact(struct text *out, int128_t mantissa, int32_t decimals);
void print_time(struct text *out, int64_t ns); // RFC 3339
void print_date(struct text *out, int32_t date);
// Quoted and escaped. Bytes that are no UTF-8 become U+FFFD.
void print_json_string(struct text *out, const char *string);
// For text and for quoted attributes: & < > " ' escaped, bad bytes as above, control characters dropped.
void print_html_string(struct text *out, const char *string);
// Quoted where RFC 4180 asks for it. A text that a spreadsheet would take for a formula gets a leading '.
void print_csv_string(struct text *out, const char *string);

// A cell of a table.
void print_json_cell(struct text *out, enum fold_unit unit, const struct fold_cell *cell);
void print_csv_cell(struct text *out, enum fold_unit unit, const struct fold_cell *cell);
// For people: thousands apart, money to `money_digits` decimals, per cent to two digits, the cell's `absent` or "–" for
// what is missing, its `withheld` in place of a value. Escaped for HTML where `html` is set.
void print_human_cell(struct text *out, enum fold_unit unit, const struct fold_cell *cell,
                      int money_digits, bool html);
// The decimals in which people read amounts of a currency: 2 for the currencies and pegged coins listed there, 0 for
// the yen and its like, 8 for every other code, a coin whose cents can be fortunes.
int print_money_digits(const char *currency);

// "1,234.50"; "-" is a hyphen-minus.
void print_grouped(struct text *out, double value, int decimals);
void print_grouped_exact(struct text *out, int128_t mantissa, int32_t decimals, int32_t shown);
void print_percent(struct text *out, double fraction, int decimals);
void print_length(struct text *out, int64_t ns); // "3 d 4 h", "12 min"

#endif
