// SPDX-License-Identifier: Apache-2.0
// Assertions in three grades.
//   CHECK(cond)     a bug if false: always on, prints the place to stderr and aborts.
//   DCHECK(cond)    the same, in test builds only (FULMAR_DCHECK); for checks too dear for a hot path.
//   COUNT_IF(n, c)  not a bug, but somebody will want to know how often: adds one to n when c holds.
#ifndef FULMAR_BASE_CHECK_H
#define FULMAR_BASE_CHECK_H

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)

#define CHECK(cond) (LIKELY(cond) ? (void)0 : check_fail(__FILE__, __LINE__, #cond))

#ifdef FULMAR_DCHECK
enum { DCHECK_ON = 1 };
#else
enum { DCHECK_ON = 0 };
#endif
#define DCHECK(cond) ((void)(DCHECK_ON && (CHECK(cond), 0)))

#define COUNT_IF(counter, cond) ((void)((counter) += !!(cond)))

// Prints "file:line: check failed: expr" with write(2) and aborts. Never returns.
_Noreturn __attribute__((cold)) void check_fail(const char *file, int line, const char *expr);

#endif
