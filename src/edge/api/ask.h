// SPDX-License-Identifier: Apache-2.0
// This same program, asked something that it answers at once on stdout: a child process whose answer is waited for, on
// a worker. For verbs that the server does not have in itself.
#ifndef FULMAR_EDGE_API_ASK_H
#define FULMAR_EDGE_API_ASK_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "edge/api/child.h"
#include "edge/api/jobs.h"

enum { ASK_FILES_MAX = CHILD_FILES_MAX - 2 };

struct ask {
    const char *program;
    const struct jobs_call *call;   // its words
    const struct child_file *files; // that it is given beside stdin, stdout and stderr
    size_t file_count;
    int64_t timeout_ns;       // then it is killed
    uint64_t memory_max;      // of its own, looked at a few times a second; 0: no limit
    const atomic_bool *stops; // true: it is killed at once; NULL: never
};

// Calls the program; what it wrote is added to ret_answer. It fails with the last line that it said: exit status 2 is
// ERR_ARGUMENT, any other ERR_NOT_FOUND (what was asked for is not there). ERR_BUSY: not in time; ERR_RANGE: too much
// memory; ERR_FULL: more than the text takes; ERR_IO.
int ask_program(const struct ask *ask, struct text *ret_answer) MUST_USE;

#endif
