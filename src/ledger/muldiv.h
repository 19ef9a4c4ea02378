// SPDX-License-Identifier: Apache-2.0
// a x b / c through 256 bits, so that shares of large costs and conversions are exact before they are rounded.
#ifndef FULMAR_LEDGER_MULDIV_H
#define FULMAR_LEDGER_MULDIV_H

#include "base/decimal.h"

// a x b / c, rounded half to even; c > 0 (CHECK). ERR_RANGE (no story) when the result does not fit in 128 bits.
int muldiv(int128_t a, int128_t b, int128_t c, int128_t *ret_quotient) MUST_USE;

// 10^n for n in [0, 38].
int128_t muldiv_pow10(int n);

#endif
