// SPDX-License-Identifier: Apache-2.0
// Many rows into PostgreSQL by COPY.
#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "edge/sql/sql_driver.h"

enum { COPY_BLOCK = 1 << 16, COPY_MAX = 1 << 26, SCRIPT_MAX = 1 << 12 };

// COPY's text form (documentation of COPY, "Text Format").
static void copy_text(struct text *out, const char *data, size_t size) {
    for (size_t i = 0; i < size; i++) switch (data[i]) {
        case '\t':
            text_add(out, "\\t");
            break;
        case '\n':
            text_add(out, "\\n");
            break;
        case '\r':
            text_add(out, "\\r");
            break;
        case '\\':
            text_add(out, "\\\\");
            break;
        default:
            text_add_char(out, data[i]);
        }
}

static void copy_value(struct text *out, const struct sql_value *value) {
    char digits[SQL_NUMBER_SIZE];
    const char *number;
    switch (value->type) {
    case SQL_TEXT:
        copy_text(out, value->data, value->size);
        return;
    case SQL_BLOB:
        text_add(out, "\\\\x");
        for (size_t i = 0; i < value->size; i++)
            text_printf(out, "%02x", ((const unsigned char *)value->data)[i]);
        return;
    default:
        number = sql_postgres_digits(value, digits);
        text_add(out, number != NULL ? number : "\\N");
    }
}

static int send_rows(struct sql *sql, const struct sql_bulk *bulk, const struct sql_value *values,
                     size_t row_count) {
    struct text block;
    int sent = 1;
    text_init(&block, COPY_MAX);
    for (size_t row = 0; sent == 1 && row < row_count; row++) {
        for (size_t i = 0; i < bulk->column_count; i++) {
            if (i > 0) text_add_char(&block, '\t');
            copy_value(&block, values++);
        }
        text_add_char(&block, '\n');
        if (text_error(&block) < 0) break;
        if (block.len < COPY_BLOCK && row + 1 < row_count) continue;
        sent = PQputCopyData(sql->handle, block.data, (int)block.len);
        text_clear(&block);
    }
    int error = text_error(&block);
    text_fini(&block);
    int ended = PQputCopyEnd(sql->handle, error < 0 ? "no memory" : NULL);
    int rc = sent == 1 && ended == 1
                 ? 0
                 : sql_postgres_tell(sql, ERR_IO, bulk->table, PQerrorMessage(sql->handle));
    for (PGresult *result; (result = PQgetResult(sql->handle)) != NULL;) {
        int one = sql_postgres_expect(sql, bulk->table, result);
        if (rc == 0) rc = one;
    }
    if (error < 0) return ERR_SET(error, "%s: a row is too long", bulk->table);
    return rc;
}

static int copy_into(struct sql *sql, const struct sql_bulk *bulk, const char *table,
                     const struct sql_value *values, size_t row_count) {
    struct text text;
    text_init(&text, SCRIPT_MAX);
    text_printf(&text, "COPY %s (", table);
    sql_list(&text, bulk, 0, "%");
    text_add(&text, ") FROM STDIN");
    int rc = text_error(&text);
    PGresult *result = rc == 0 ? PQexec(sql->handle, text.data) : NULL;
    text_fini(&text);
    if (rc < 0) return rc;
    if (PQresultStatus(result) != PGRES_COPY_IN) return sql_postgres_fail(sql, bulk->table, result);
    PQclear(result);
    return send_rows(sql, bulk, values, row_count);
}

// Through a table of the connection's own, as COPY knows no ON CONFLICT.
static int merge(struct sql *sql, const struct sql_bulk *bulk, const char *table) {
    struct text text;
    text_init(&text, SCRIPT_MAX);
    text_printf(&text, "INSERT INTO %s (", bulk->table);
    sql_list(&text, bulk, 0, "%");
    text_add(&text, ") SELECT ");
    sql_list(&text, bulk, 0, "%");
    text_printf(&text, " FROM %s", table);
    sql_on_conflict(&text, bulk);
    text_printf(&text, "; DELETE FROM %s", table);
    int rc = text_error(&text);
    if (rc == 0) rc = sql_postgres_command(sql, bulk->table, text.data);
    text_fini(&text);
    return rc;
}

// A table of the connection's own with those columns and no constraints.
static int make_stage(struct sql *sql, const struct sql_bulk *bulk, char *ret_table, size_t size) {
    struct text text;
    text_init(&text, SCRIPT_MAX);
    sql_list(&text, bulk, 0, "%");
    snprintf(ret_table, size, "pg_temp.bulk_%016" PRIx64,
             hash64(hash64(0, bulk->table, strlen(bulk->table)), text_string(&text), text.len));
    text_clear(&text);
    text_printf(&text, "CREATE TEMP TABLE IF NOT EXISTS %s ON COMMIT DELETE ROWS AS SELECT ",
                ret_table + sizeof "pg_temp." - 1);
    sql_list(&text, bulk, 0, "%");
    text_printf(&text, " FROM %s WITH NO DATA", bulk->table);
    int rc = text_error(&text);
    if (rc == 0) rc = sql_postgres_command(sql, bulk->table, text.data);
    text_fini(&text);
    return rc;
}

int sql_postgres_bulk(struct sql *sql, const struct sql_bulk *bulk, const struct sql_value *values,
                      size_t row_count) {
    char table[64];
    if (bulk->key_count == 0) return copy_into(sql, bulk, bulk->table, values, row_count);
    TRY(make_stage(sql, bulk, table, sizeof table));
    TRY(copy_into(sql, bulk, table, values, row_count));
    return merge(sql, bulk, table);
}
