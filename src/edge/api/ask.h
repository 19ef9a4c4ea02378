// SPDX-License-Identifier: Apache-2.0
// This same program, asked something that it answers at once on stdout: a child process whose answer is waited for, on
// a worker. For verbs that the server does not have in itself.
#ifndef FULMAR_EDGE_API_ASK_H
#define FULMAR_EDGE_API_ASK_H

#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "edge/api/jobs.h"

// Calls `program` with the words; what it wrote is added to ret_answer. It fails with the last line that it said: exit
// status 2 is ERR_ARGUMENT, any other ERR_NOT_FOUND (what was asked for is not there). ERR_BUSY: not within
// timeout_ns, the child is killed; ERR_FULL: more than the text takes; ERR_IO.
int ask_program(const char *program, const struct jobs_call *call, int64_t timeout_ns,
                struct text *ret_answer) MUST_USE;

#endif
