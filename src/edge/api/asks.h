// SPDX-License-Identifier: Apache-2.0
// Questions that this same program answers as a child process (edge/api/ask.h): explain, books, options, portfolios,
// risk. They have a lane of their own: a few threads, so many that wait, and so many of one tenant; whoever comes when
// it is full is told so at once, and nobody else waits for them.
//
//   struct question *question;
//   TRY(asks_make(call, &question));
//   asks_word(question, "option"), asks_word(question, "chain");
//   asks_input(question, "input", "csv", text, size);
//   return asks_send(question);
//
// The answer is what the program prints with --json, which is always among the words.
#ifndef FULMAR_EDGE_API_ASKS_H
#define FULMAR_EDGE_API_ASKS_H

#include "edge/api/call.h"
#include "edge/api/jobs.h"
#include "edge/auth/work_pool.h"

enum { ASKS_THREADS = 2, ASKS_QUEUE_MAX = 32, ASKS_TENANT_MAX = 8 };
#define ASKS_TIMEOUT_NS INT64_C(60000000000)
#define ASKS_MEMORY_MAX ((uint64_t)2 << 30)

struct asks;
struct question;

int asks_open(struct asks **ret_asks) MUST_USE;
void asks_stop(struct asks *asks);  // what waits is answered with 503; NULL is fine
void asks_close(struct asks *asks); // stopped before; NULL is fine
size_t asks_busy(struct asks *asks);
uint64_t asks_refused(const struct asks *asks);

int asks_make(struct call *call, struct question **ret_question) MUST_USE;
void asks_word(struct question *question, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
// A parameter of the query, or a member of the body (text, whole numbers, numbers, true), as --name value with - for _;
// nothing where it is not given. A list gives the option once for each of its items.
void asks_option(struct question *question, const char *name);
// Bytes that the program reads as a file, by --option; `what` names them in its complaints. They are copied.
int asks_input(struct question *question, const char *option, const char *what, const char *data,
               size_t size) MUST_USE;
// Called on the lane's thread before the program is, with a cache of tapes of its own in call->worker: for inputs that
// have to be read first. Its error is the answer; ASKS_ANSWERED: the answer stands in call->out, and the program is not
// asked at all.
typedef int (*asks_prepare)(struct question *question, struct call *call);
enum { ASKS_ANSWERED = 1 };
void asks_before(struct question *question, asks_prepare prepare);
// What that reads, made where the question was; `forget` is called for it when the question is over.
void asks_keep(struct question *question, void *kept, void (*forget)(void *kept));
void *asks_kept(const struct question *question);
// What the program does not find, or cannot do with what was sent, is 422, not 404.
void asks_of_body(struct question *question);

// Takes the question: CALL_LATER or an error.
int asks_send(struct question *question) MUST_USE;
// In place of asks_send, where what comes before it failed; returns rc.
int asks_drop(struct question *question, int rc);

#endif
