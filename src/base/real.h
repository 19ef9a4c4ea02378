// SPDX-License-Identifier: Apache-2.0
// Doubles as text that reads back unchanged.
#ifndef FULMAR_BASE_REAL_H
#define FULMAR_BASE_REAL_H

#include <stddef.h>

enum { REAL_TEXT_SIZE = 32 };

// Prints a finite number with the fewest of 15, 16 or 17 significant digits that read back as the same double, in the
// form of printf's %g; returns the length. Exact integer arithmetic for magnitudes from 1e-11 to 2^53, the C library
// beyond: the same bytes either way.
size_t real_print(char buf[REAL_TEXT_SIZE], double value);

#endif
