// SPDX-License-Identifier: Apache-2.0
// The books of several feeds as one, printed: fulmar data book A B.
#ifndef FULMAR_APP_DATA_BOOK_VIEW_H
#define FULMAR_APP_DATA_BOOK_VIEW_H

#include "app/command.h"

// Plays every feed that `args` names up to --at, and prints the best `levels` levels of all of them together.
// ERR_ARGUMENT: too many feeds, a book by order, or feeds whose prices are not of one kind (currency, payoff,
// contract size).
int book_view_merged(const struct args *args, const char *root, uint32_t levels) MUST_USE;

#endif
