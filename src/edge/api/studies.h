// SPDX-License-Identifier: Apache-2.0
// The past of jobs in the database: each change of a job's state is a note, kept until it is written, so that a study
// that was asked for is told of after the server that ran it is gone. A database that is down is waited for; when too
// many notes wait the oldest go, and are counted.
//
// studies_take and studies_due are the loop's, studies_write is a worker's; the rest is for any thread.
#ifndef FULMAR_EDGE_API_STUDIES_H
#define FULMAR_EDGE_API_STUDIES_H

#include "edge/api/jobs.h"
#include "edge/sql/sql_pool.h"

enum { STUDIES_WAITING_MAX = 1024, STUDIES_NAME_SIZE = 64 };

struct studies;

// The pool outlives it; NULL: nothing is kept. ERR_NOMEM.
int studies_open(struct sql_pool *store, struct studies **ret_studies) MUST_USE;
void studies_close(struct studies *studies); // NULL is fine

// A job that changed.
void studies_take(struct studies *studies, const struct job *job);
// Whether studies_write has something to do; true once for each call of it.
bool studies_due(struct studies *studies);
void studies_write(struct studies *studies);
void studies_put_off(struct studies *studies); // there was no worker for it
// Whether a job of this server is at work under the name that the database has.
bool studies_is_live(struct studies *studies, const char *name);
uint64_t studies_lost(struct studies *studies); // notes that had no room

#endif
