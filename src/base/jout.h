// SPDX-License-Identifier: Apache-2.0
// JSON written into a text, value by value: the commas are put where the grammar wants them, by looking at the byte
// before. What comes out is UTF-8 as RFC 8259 has it, without blanks; bytes that are no UTF-8 become U+FFFD.
//
//   jout_object(text);
//   jout_key(text, "price"), jout_decimal(text, 12345, 2);
//   jout_end_object(text);
//
// A text that is not empty goes on where it ends: after a value in an array, or a key in an object.
#ifndef FULMAR_BASE_JOUT_H
#define FULMAR_BASE_JOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/decimal.h"
#include "base/text.h"

void jout_object(struct text *out);
void jout_end_object(struct text *out);
void jout_array(struct text *out);
void jout_end_array(struct text *out);
void jout_key(struct text *out, const char *key); // of letters that need no escape

void jout_string(struct text *out, const char *string); // NULL: null
void jout_bytes(struct text *out, const char *data, size_t size);
void jout_int(struct text *out, int64_t value);
void jout_uint(struct text *out, uint64_t value);
void jout_bool(struct text *out, bool value);
void jout_null(struct text *out);
void jout_real(struct text *out, double value); // null where it is not finite
// Exact, as a string: "123.45"; without trailing zeros.
void jout_decimal(struct text *out, int128_t mantissa, int decimals);
// RFC 3339 in UTC, as a string; null where ns is 0.
void jout_time(struct text *out, int64_t ns);
void jout_json(struct text *out, const char *json); // a value that is JSON already

// A key with its value.
void jout_key_string(struct text *out, const char *key, const char *string);
void jout_key_int(struct text *out, const char *key, int64_t value);
void jout_key_bool(struct text *out, const char *key, bool value);
void jout_key_real(struct text *out, const char *key, double value);
void jout_key_decimal(struct text *out, const char *key, int128_t mantissa, int decimals);
void jout_key_time(struct text *out, const char *key, int64_t ns);

#endif
