// SPDX-License-Identifier: Apache-2.0
// Runs the built program as a shell would and keeps what it printed.
#ifndef FULMAR_TEST_E2E_PROGRAM_H
#define FULMAR_TEST_E2E_PROGRAM_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "harness.h"

enum { PROGRAM_OUTPUT_MAX = 1 << 20, PROGRAM_CALL_MAX = 8192 };

struct program {
    int status;
    char out[PROGRAM_OUTPUT_MAX]; // standard output, and standard error behind it where `call` says
                                  // 2>&1
};

// `call` is what follows the program's name on a shell's command line.
static inline struct program *program_run(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

static inline struct program *program_run(const char *format, ...) {
    static struct program program;
    char call[PROGRAM_CALL_MAX];
    int len = snprintf(call, sizeof call, "%s ", FULMAR_PROGRAM);
    va_list list;
    va_start(list, format);
    len += vsnprintf(call + len, sizeof call - (size_t)len, format, list);
    va_end(list);
    assert_true((size_t)len < sizeof call);
    FILE *pipe = popen(call, "r");
    assert_non_null(pipe);
    size_t size = fread(program.out, 1, sizeof program.out - 1, pipe);
    program.out[size] = '\0';
    int status = pclose(pipe);
    assert_true(WIFEXITED(status));
    program.status = WEXITSTATUS(status);
    return &program;
}

#endif
