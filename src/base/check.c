// SPDX-License-Identifier: Apache-2.0
#include "base/check.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

_Noreturn void check_fail(const char *file, int line, const char *expr) {
    char text[512];
    int len = snprintf(text, sizeof text, "%s:%d: check failed: %s\n", file, line, expr);
    size_t size = len < 0 ? 0 : (size_t)len < sizeof text ? (size_t)len : sizeof text - 1;
    // Nothing can be done about a stderr that does not take the words: the abort is what matters.
    ssize_t written = write(STDERR_FILENO, text, size);
    (void)written;
    abort();
}
