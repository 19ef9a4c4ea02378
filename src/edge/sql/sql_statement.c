// SPDX-License-Identifier: Apache-2.0
// Statements, their values and rows.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/hash.h"
#include "edge/sql/sql_driver.h"

// Values and marks.

static bool is_utf8(const unsigned char *at, size_t size) {
    const unsigned char *end = at + size;
    while (at < end) {
        unsigned lead = *at++, more, least;
        if (lead == 0) return false;
        if (lead < 0x80) continue;
        if (lead >= 0xc2 && lead <= 0xdf)
            more = 1, least = 0x80, lead &= 0x1f;
        else if ((lead & 0xf0) == 0xe0)
            more = 2, least = 0x800, lead &= 0x0f;
        else if (lead >= 0xf0 && lead <= 0xf4)
            more = 3, least = 0x10000, lead &= 0x07;
        else
            return false;
        if ((size_t)(end - at) < more) return false;
        for (; more > 0; more--, at++) {
            if ((*at & 0xc0) != 0x80) return false;
            lead = lead << 6 | (*at & 0x3f);
        }
        if (lead < least || lead > 0x10ffff || (lead >= 0xd800 && lead <= 0xdfff)) return false;
    }
    return true;
}

int sql_check_values(const char *name, const struct sql_value *values, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (values[i].type == SQL_TEXT && !is_utf8(values[i].data, values[i].size))
            return ERR_SET(ERR_ARGUMENT, "%s: value %zu is not UTF-8 text, or holds a NUL", name,
                           i + 1);
    return 0;
}

// The next mark at or after `at`, past quotes and comments; NULL: none.
static const char *next_mark(const char *at) {
    for (; *at != '\0'; at++) {
        if (*at == '?') return at;
        if (*at == '\'' || *at == '"') {
            const char *close = strchr(at + 1, *at);
            if (close == NULL) return NULL;
            at = close;
        } else if (at[0] == '-' && at[1] == '-') {
            at += strcspn(at, "\n");
            if (*at == '\0') return NULL;
        }
    }
    return NULL;
}

int sql_marks(const char *text) {
    int count = 0;
    for (const char *at = text; (at = next_mark(at)) != NULL; at++) count++;
    return count;
}

int sql_numbered(const char *text, struct text *out) {
    int number = 0;
    for (const char *mark; (mark = next_mark(text)) != NULL; text = mark + 1) {
        text_add_bytes(out, text, (size_t)(mark - text));
        text_printf(out, "$%d", ++number);
    }
    text_add(out, text);
    if (text_error(out) == 0) return 0;
    return ERR_SET(text_error(out), "a statement is too long");
}

// Statements.

static struct sql_statement *oldest(struct sql *sql) {
    struct sql_statement *best = NULL;
    for (int i = 0; i < SQL_STATEMENTS_MAX; i++) {
        struct sql_statement *one = &sql->statements[i];
        if (one->open) continue;
        if (one->text == NULL) return one;
        if (best == NULL || one->used < best->used) best = one;
    }
    return best;
}

static struct sql_statement *find(struct sql *sql, const char *text, uint64_t hash) {
    for (int i = 0; i < SQL_STATEMENTS_MAX; i++) {
        struct sql_statement *one = &sql->statements[i];
        if (one->text != NULL && one->hash == hash && !one->open && strcmp(one->text, text) == 0)
            return one;
    }
    return NULL;
}

// Fresh, in a slot that is free.
static int make(struct sql *sql, const struct sql_query *query, const struct sql_value *values,
                size_t count, struct sql_statement *statement) {
    sql_forget(sql, statement);
    size_t len = strlen(query->text);
    if (len > SQL_STATEMENT_TEXT_MAX)
        return ERR_SET(ERR_ARGUMENT, "%s: a statement of %zu bytes", query->name, len);
    statement->text = strdup(query->text);
    if (statement->text == NULL) return ERR_SET(ERR_NOMEM, "%s: no memory", query->name);
    statement->hash = hash64(0, query->text, len);
    statement->number = ++sql->next_number;
    statement->values = sql_marks(query->text);
    int rc = sql->driver->prepare(sql, query->name, statement, values, count);
    if (rc < 0) sql_forget(sql, statement);
    return rc;
}

static int prepared(struct sql *sql, const struct sql_query *query, const struct sql_value *values,
                    size_t count, struct sql_statement **ret_statement) {
    struct sql_statement *statement =
        find(sql, query->text, hash64(0, query->text, strlen(query->text)));
    if (statement == NULL) {
        statement = oldest(sql);
        if (statement == NULL)
            return ERR_SET(ERR_FULL, "%s: %d statements are open", query->name, SQL_STATEMENTS_MAX);
        TRY(make(sql, query, values, count, statement));
    }
    if ((size_t)statement->values != count)
        return ERR_SET(ERR_STATE, "%s takes %d values, not %zu", query->name, statement->values,
                       count);
    statement->used = ++sql->uses;
    *ret_statement = statement;
    return 0;
}

static int start(struct sql *sql, const struct sql_query *query, const struct sql_value *values,
                 size_t count, struct sql_rows **ret_rows) {
    struct sql_statement *statement;
    TRY(sql_check_values(query->name, values, count));
    TRY(prepared(sql, query, values, count, &statement));
    struct sql_rows *rows = calloc(1, sizeof *rows);
    if (rows == NULL) return ERR_SET(ERR_NOMEM, "%s: no memory", query->name);
    *rows = (struct sql_rows){.sql = sql, .statement = statement, .name = query->name};
    sql->deadline_ns = sql_monotonic_ns() + sql->timeout_ns;
    statement->open = true;
    int rc = sql->driver->execute(rows, values, count);
    if (rc < 0)
        sql_rows_close(rows);
    else
        *ret_rows = rows;
    return rc;
}

// A transaction in which something failed takes nothing more, whichever database it is.
int sql_within(struct sql *sql, int rc) {
    if (rc < 0) sql->failed = true;
    return rc;
}

int sql_select_values(struct sql *sql, const struct sql_query *query,
                      const struct sql_value *values, size_t count, struct sql_rows **ret_rows) {
    CHECK(count <= SQL_VALUES_MAX);
    TRY(sql_ensure(sql));
    return sql_within(sql, start(sql, query, values, count, ret_rows));
}

int sql_next(struct sql_rows *rows) {
    return sql_within(rows->sql, rows->sql->driver->next(rows));
}

void sql_rows_close(struct sql_rows *rows) {
    if (rows == NULL) return;
    rows->sql->driver->finish(rows);
    rows->statement->open = false;
    if (rows->statement->passing) sql_forget(rows->sql, rows->statement);
    free(rows);
}

int sql_run_values(struct sql *sql, const struct sql_query *query, const struct sql_value *values,
                   size_t count) {
    struct sql_rows *rows;
    int rc;
    TRY(sql_select_values(sql, query, values, count, &rows));
    do rc = sql_next(rows);
    while (rc > 0);
    sql_rows_close(rows);
    if (rc < 0) return rc;
    return sql->changes > INT32_MAX ? INT32_MAX : (int)sql->changes;
}

int sql_first_values(struct sql *sql, const struct sql_query *query, const struct sql_value *values,
                     size_t count, struct sql_rows **ret_rows) {
    struct sql_rows *rows;
    TRY(sql_select_values(sql, query, values, count, &rows));
    int rc = sql_next(rows);
    if (rc > 0)
        *ret_rows = rows;
    else
        sql_rows_close(rows);
    return rc;
}

// Columns.

int sql_column_count(const struct sql_rows *rows) {
    return rows->sql->driver->columns(rows);
}

static void check_column(const struct sql_rows *rows, int column) {
    CHECK(column >= 0 && column < SQL_VALUES_MAX && column < rows->sql->driver->columns(rows));
}

const char *sql_column_name(const struct sql_rows *rows, int column) {
    check_column(rows, column);
    return rows->sql->driver->column_name(rows, column);
}

bool sql_is_null(const struct sql_rows *rows, int column) {
    check_column(rows, column);
    return rows->sql->driver->is_null(rows, column);
}

int64_t sql_get_int(const struct sql_rows *rows, int column) {
    return sql_is_null(rows, column) ? 0 : rows->sql->driver->get_int(rows, column);
}

double sql_get_real(const struct sql_rows *rows, int column) {
    return sql_is_null(rows, column) ? NAN : rows->sql->driver->get_real(rows, column);
}

const char *sql_get_text(const struct sql_rows *rows, int column) {
    return sql_is_null(rows, column) ? NULL : rows->sql->driver->get_text(rows, column);
}

const void *sql_get_blob(struct sql_rows *rows, int column, size_t *ret_size) {
    *ret_size = 0;
    if (sql_is_null(rows, column)) return NULL;
    const void *data = rows->sql->driver->get_blob(rows, column, ret_size);
    return data != NULL ? data : "";
}
