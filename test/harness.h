// SPDX-License-Identifier: Apache-2.0
// What every test program includes: cmocka with what it needs, and where the tests' inputs are.
#ifndef FULMAR_TEST_HARNESS_H
#define FULMAR_TEST_HARNESS_H

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
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

// Runs the call in a child process and asserts that a CHECK stopped it whose words contain `words`.
static inline void harness_assert_aborts(void (*call)(void *context), void *context,
                                         const char *words) {
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        signal(SIGABRT, SIG_DFL);
        dup2(ends[1], STDERR_FILENO);
        call(context);
        _exit(0);
    }
    close(ends[1]);
    char said[1024];
    size_t len = 0;
    for (ssize_t n; len < sizeof said - 1; len += (size_t)n)
        if ((n = read(ends[0], said + len, sizeof said - 1 - len)) <= 0) break;
    said[len] = '\0';
    close(ends[0]);
    int status = 0;
    assert_true(waitpid(child, &status, 0) == child);
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT || strstr(said, words) == NULL)
        fail_msg("status %d, said \"%s\", expected \"%s\"", status, said, words);
}

#endif
