// SPDX-License-Identifier: Apache-2.0
#include "edge/sql/stored_query.h"

#include "base/check.h"

void stored_query_init(struct stored_query *query, const char *text) {
    *query = (struct stored_query){.count = 0};
    text_init(&query->text, STORED_QUERY_MAX);
    text_add(&query->text, text);
}

void stored_query_where(struct stored_query *query, const char *condition, struct sql_value value) {
    CHECK(query->count < STORED_QUERY_VALUES - 1);
    text_add(&query->text, query->has_where ? " AND " : " WHERE ");
    text_add(&query->text, condition);
    query->values[query->count++] = value;
    query->has_where = true;
}

void stored_query_number(struct stored_query *query, const char *condition, int64_t number) {
    if (number != STORED_ANY) stored_query_where(query, condition, sql_int(number));
}

void stored_query_bound(struct stored_query *query, const char *condition, int64_t number) {
    if (number != 0) stored_query_where(query, condition, sql_int(number));
}

void stored_query_text(struct stored_query *query, const char *condition, const char *text) {
    if (text != NULL) stored_query_where(query, condition, sql_text(text));
}

int stored_query_open(struct stored_query *query, struct sql *sql, const char *name,
                      const char *order, int limit, struct sql_rows **ret_rows) {
    text_add(&query->text, order);
    text_add(&query->text, " LIMIT ?");
    query->values[query->count++] = sql_int(limit);
    int rc = text_error(&query->text);
    if (limit < 1 || limit > STORED_PAGE_MAX)
        rc = ERR_SET(ERR_ARGUMENT, "a page has 1 to %d items, not %d", STORED_PAGE_MAX, limit);
    const struct sql_query whole = {name, text_string(&query->text)};
    if (rc == 0) rc = sql_select_values(sql, &whole, query->values, query->count, ret_rows);
    text_fini(&query->text);
    return rc;
}

int stored_query_each(struct sql_rows *rows, int (*take)(struct sql_rows *rows, void *context),
                      void *context) {
    int rc, count = 0;
    while ((rc = sql_next(rows)) > 0) {
        rc = take(rows, context);
        if (rc < 0) break;
        count++;
    }
    sql_rows_close(rows);
    return rc < 0 ? rc : count;
}
