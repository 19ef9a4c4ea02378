// SPDX-License-Identifier: Apache-2.0
// What goes wrong, as HTTP says it: a status, and a body of RFC 9457 (application/problem+json).
//
//   {"type":"/problems/not_found","title":"Not found","status":404,"code":"not_found",
//    "detail":"there is no run 'x'; did you mean y","request_id":"...","errors":[{"at":"/qty","words":"is missing"}]}
//
// What a failure's story says of files, statements and this machine (5xx) goes to the log, not to the client.
#ifndef FULMAR_EDGE_API_PROBLEM_H
#define FULMAR_EDGE_API_PROBLEM_H

#include <stdbool.h>

#include "base/text.h"
#include "edge/api/route.h"
#include "edge/api/schema.h"

extern const struct object problem_object; // "Problem"

struct problem {
    int status;
    const char *code;                 // stable, lower_snake_case; NULL: that of the status
    const char *detail;               // NULL: none
    const struct schema_fault *fault; // NULL: none
    const char *request_id;
};
void problem_print(const struct problem *problem, struct text *out);

// The statuses of failures that this API has, and what each is called.
size_t problem_status_count(void);
int problem_status_at(size_t index);
const char *problem_title(int status);

// The status of an error that a handler returned.
int problem_status_of(int err);
// Whether a row may answer with a status of failure; what it then does not say in the document it must not answer.
bool problem_may(const struct route *route, int status);

#endif
