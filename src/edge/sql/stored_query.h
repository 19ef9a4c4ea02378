// SPDX-License-Identifier: Apache-2.0
// A statement put together from parts, for the read side: what is always asked, conditions that are there or not, and
// the order with its limit.
#ifndef FULMAR_EDGE_SQL_STORED_QUERY_H
#define FULMAR_EDGE_SQL_STORED_QUERY_H

#include "base/text.h"
#include "edge/sql/stored.h"

enum { STORED_QUERY_MAX = 4096, STORED_QUERY_VALUES = 16 };

struct stored_query {
    struct text text;
    struct sql_value values[STORED_QUERY_VALUES];
    size_t count;
    bool has_where;
};

void stored_query_init(struct stored_query *query, const char *text);
// A condition with one mark.
void stored_query_where(struct stored_query *query, const char *condition, struct sql_value value);
// The same for one that is only there when the number is not STORED_ANY; when it is not 0; when the text is not NULL.
void stored_query_number(struct stored_query *query, const char *condition, int64_t number);
void stored_query_bound(struct stored_query *query, const char *condition, int64_t number);
void stored_query_text(struct stored_query *query, const char *condition, const char *text);
// Ends it and opens its rows; the query is finished either way. ERR_ARGUMENT for a limit that is none.
int stored_query_open(struct stored_query *query, struct sql *sql, const char *name,
                      const char *order, int limit, struct sql_rows **ret_rows) MUST_USE;

// Hands each row to `take` (which reads its columns and puts the item), closes them and returns how many there were.
int stored_query_each(struct sql_rows *rows, int (*take)(struct sql_rows *rows, void *context),
                      void *context) MUST_USE;

#endif
