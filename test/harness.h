// SPDX-License-Identifier: Apache-2.0
// What every test program includes: cmocka with what it needs, and where the tests' inputs are.
#ifndef FULMAR_TEST_HARNESS_H
#define FULMAR_TEST_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"

// Asserts that a call succeeded, and prints the error's story if not.
#define assert_ok(call)                                                                            \
    do {                                                                                           \
        int rc_ = (call);                                                                          \
        if (rc_ < 0) fail_msg("%s: %s: %s", #call, err_name(rc_), err_story());                    \
    } while (0)

#define HARNESS_PATH_MAX 1024

// The path of an input of the repository itself, e.g. "test/golden/x.csv". Static storage, two calls deep.
static inline const char *harness_source(const char *relative) {
    static char path[2][HARNESS_PATH_MAX];
    static int turn;
    turn = !turn;
    snprintf(path[turn], sizeof path[turn], "%s/%s", FULMAR_SOURCE_ROOT, relative);
    return path[turn];
}

// The path of a shared input ("data/...", "golden/..."), from $FULMAR_SHARED or ../shared beside the checkout. Skips
// the calling test, counted and named, where the input is absent: call it before anything is allocated, a skip frees
// nothing.
static inline const char *harness_shared(const char *relative) {
    static char path[2][HARNESS_PATH_MAX];
    static int turn;
    turn = !turn;
    const char *root = getenv("FULMAR_SHARED");
    if (root != NULL)
        snprintf(path[turn], sizeof path[turn], "%s/%s", root, relative);
    else
        snprintf(path[turn], sizeof path[turn], "%s/../shared/%s", FULMAR_SOURCE_ROOT, relative);
    if (access(path[turn], R_OK) != 0) {
        print_message("needs %s, which is absent\n", relative);
        skip();
    }
    return path[turn];
}

#endif
