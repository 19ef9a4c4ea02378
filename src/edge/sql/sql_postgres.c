// SPDX-License-Identifier: Apache-2.0
// PostgreSQL behind edge/sql/sql.h, through libpq. Values travel as text but for bytes, results as text.
#include <inttypes.h>
#include <libpq-fe.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/hash.h"
#include "base/timestamp.h"
#include "edge/sql/sql_driver.h"

enum {
    OPTIONS_MAX = 64,
    NUMBER_SIZE = 40,
    NAME_SIZE = 16,
    COPY_BLOCK = 1 << 16,
    COPY_MAX = 1 << 26,
    SCRIPT_MAX = 1 << 12,
};
enum { TYPE_ANY = 0, TYPE_BYTEA = 17, TYPE_INT8 = 20, TYPE_FLOAT8 = 701 }; // pg_type.dat
static const char ROOT_CERTIFICATES[] = "/etc/ssl/certs/ca-certificates.crt";

// Failures.

static int code_of(const char *state) {
    static const struct {
        const char *begins;
        int code;
    } codes[] = {
        {"23505", ERR_CONFLICT}, {"40", ERR_BUSY},     {"55P03", ERR_BUSY},
        {"57014", ERR_BUSY},     {"08", ERR_IO},       {"57P", ERR_IO},
        {"53", ERR_IO},          {"58", ERR_IO},       {"42501", ERR_DENIED},
        {"25006", ERR_DENIED},   {"28", ERR_DENIED},   {"XX001", ERR_CORRUPT},
        {"XX002", ERR_CORRUPT},  {"23", ERR_ARGUMENT}, {"22", ERR_ARGUMENT},
    };
    if (state == NULL) return ERR_IO; // the connection itself
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (strncmp(state, codes[i].begins, strlen(codes[i].begins)) == 0) return codes[i].code;
    return ERR_STATE;
}

// libpq's words end in newlines and run over several lines.
static int tell(struct sql *sql, int code, const char *name, const char *words) {
    char line[512];
    size_t len = 0;
    for (; *words != '\0' && len < sizeof line - 1; words++)
        if (*words != '\n')
            line[len++] = *words;
        else if (len > 0 && words[1] != '\0')
            line[len++] = ' ';
    line[len] = '\0';
    if (sql->handle != NULL && PQstatus(sql->handle) == CONNECTION_BAD) {
        sql_lost(sql);
        code = ERR_IO;
    }
    return ERR_SET(code, "%s: %s: %s", sql->name, name, line);
}

static int fail(struct sql *sql, const char *name, PGresult *result) {
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *words = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    int code = code_of(state);
    // The server goes down, or libpq itself failed: it may not have noticed yet that nobody is there.
    if (state == NULL || strncmp(state, "57P", 3) == 0 || strncmp(state, "08", 2) == 0)
        sql_lost(sql);
    int rc = tell(sql, code, name, words != NULL ? words : PQerrorMessage(sql->handle));
    PQclear(result);
    return rc;
}

static int expect(struct sql *sql, const char *name, PGresult *result) {
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY)
        return fail(sql, name, result);
    PQclear(result);
    return 0;
}

static int command(struct sql *sql, const char *name, const char *text) {
    return expect(sql, name, PQexec(sql->handle, text));
}

// Connecting.

static const char *given(const PQconninfoOption *options, const char *keyword) {
    for (; options->keyword != NULL; options++)
        if (strcmp(options->keyword, keyword) == 0) return options->val;
    return NULL;
}

static bool is_here(const PQconninfoOption *options) {
    const char *host = given(options, "hostaddr");
    if (host == NULL) host = given(options, "host");
    if (host == NULL) host = getenv("PGHOST");
    return host == NULL || host[0] == '\0' || host[0] == '/' || host[0] == '@' ||
           strcmp(host, "localhost") == 0 || strncmp(host, "127.", 4) == 0 ||
           strcmp(host, "::1") == 0;
}

struct parameters {
    const char *keywords[OPTIONS_MAX];
    const char *values[OPTIONS_MAX];
    int count;
};

static void set(struct parameters *all, const char *keyword, const char *value) {
    CHECK(all->count < OPTIONS_MAX - 1);
    all->keywords[all->count] = keyword;
    all->values[all->count++] = value;
}

static void set_default(struct parameters *all, const PQconninfoOption *options,
                        const char *keyword, const char *value) {
    if (given(options, keyword) == NULL) set(all, keyword, value);
}

static void gather(struct parameters *all, const PQconninfoOption *options) {
    for (const PQconninfoOption *one = options; one->keyword != NULL; one++)
        if (one->val != NULL && all->count < OPTIONS_MAX / 2) set(all, one->keyword, one->val);
    set_default(all, options, "connect_timeout", "5");
    set_default(all, options, "application_name", "fulmar");
    set_default(all, options, "tcp_user_timeout", "10000");
    set_default(all, options, "keepalives_idle", "10");
    set(all, "client_encoding", "UTF8");
    if (!is_here(options) && given(options, "sslmode") == NULL) {
        set(all, "sslmode", "verify-full");
        set_default(all, options, "sslrootcert", ROOT_CERTIFICATES);
    }
}

static void hear_nothing(void *context, const char *message) {
    (void)context;
    (void)message;
}

static int set_tenant(struct sql *sql) {
    char text[96];
    snprintf(text, sizeof text, "SET app.tenant = '%" PRId64 "'", sql->tenant_id);
    if (sql->tenant_id == 0) snprintf(text, sizeof text, "SET app.tenant = ''");
    return command(sql, "set tenant", text);
}

static int settle(struct sql *sql) {
    struct text text;
    text_init(&text, SCRIPT_MAX);
    text_printf(&text,
                "SET statement_timeout = %" PRId64 "; SET lock_timeout = 5000;"
                "SET TimeZone = 'UTC'; SET bytea_output = 'hex'; SET synchronous_commit = %s;"
                "SET idle_in_transaction_session_timeout = 60000; SET search_path = public;",
                sql->timeout_ns / NS_PER_MS + 1, sql->relaxed ? "off" : "on");
    if (sql->role != NULL) {
        char *role = PQescapeIdentifier(sql->handle, sql->role, strlen(sql->role));
        text_printf(&text, "SET ROLE %s;", role != NULL ? role : "\"\"");
        PQfreemem(role);
    }
    int rc = text_error(&text);
    if (rc == 0) rc = command(sql, "open", text.data);
    text_fini(&text);
    return rc;
}

static int connect(struct sql *sql) {
    char *words = NULL;
    struct parameters all = {.count = 0};
    PQconninfoOption *options = PQconninfoParse(sql->url, &words);
    if (options == NULL) {
        int rc = ERR_SET(ERR_ARGUMENT, "%s is no URL of a PostgreSQL database", sql->name);
        PQfreemem(words);
        return rc;
    }
    gather(&all, options);
    sql->handle = PQconnectdbParams(all.keywords, all.values, 0);
    PQconninfoFree(options);
    if (sql->handle == NULL) return ERR_SET(ERR_NOMEM, "no memory for a database's connection");
    PQsetNoticeProcessor(sql->handle, hear_nothing, NULL);
    if (PQstatus(sql->handle) == CONNECTION_OK) return settle(sql);
    return tell(sql, ERR_IO, "open", PQerrorMessage(sql->handle));
}

static void disconnect(struct sql *sql) {
    PQfinish(sql->handle);
}

// What a server says that goes away is there to be read.
static bool is_alive(struct sql *sql) {
    return PQconsumeInput(sql->handle) == 1 && PQstatus(sql->handle) == CONNECTION_OK;
}

static int script(struct sql *sql, const char *name, const char *text) {
    if (name != NULL) return command(sql, name, text);
    PGresult *result = PQexec(sql->handle, text); // a roll-back tells no story
    int rc = PQresultStatus(result) == PGRES_COMMAND_OK ? 0 : ERR_IO;
    PQclear(result);
    return rc;
}

// Statements.

static Oid type_of(const struct sql_value *value) {
    switch (value->type) {
    case SQL_INT:
        return TYPE_INT8;
    case SQL_REAL:
        return TYPE_FLOAT8;
    case SQL_BLOB:
        return TYPE_BYTEA;
    default:
        return TYPE_ANY;
    }
}

static void name_of(const struct sql_statement *statement, char ret_name[NAME_SIZE]) {
    snprintf(ret_name, NAME_SIZE, "s%u", statement->number);
}

static int prepare(struct sql *sql, const char *name, struct sql_statement *statement,
                   const struct sql_value *values, size_t count) {
    Oid types[SQL_VALUES_MAX];
    char called[NAME_SIZE];
    struct text text;
    for (size_t i = 0; i < count; i++) types[i] = type_of(&values[i]);
    text_init(&text, 2 * SQL_STATEMENT_TEXT_MAX);
    name_of(statement, called);
    int rc = sql_numbered(statement->text, &text);
    if (rc == 0)
        rc = expect(sql, name, PQprepare(sql->handle, called, text.data, (int)count, types));
    text_fini(&text);
    if (rc == 0) statement->handle = statement; // prepared
    return rc;
}

static void unprepare(struct sql *sql, struct sql_statement *statement) {
    char text[NAME_SIZE + 16], called[NAME_SIZE];
    statement->handle = NULL;
    if (sql->handle == NULL || sql->broken || statement->passing) return;
    if (PQtransactionStatus(sql->handle) == PQTRANS_INERROR)
        return; // it is kept there until the end
    name_of(statement, called);
    snprintf(text, sizeof text, "DEALLOCATE %s", called);
    PQclear(PQexec(sql->handle, text));
}

// A value as libpq takes it; the number's digits go to `digits`.
struct parameter {
    const char *data;
    int size;
    int is_binary;
};

static struct parameter parameter_of(const struct sql_value *value, char digits[NUMBER_SIZE]) {
    switch (value->type) {
    case SQL_INT:
        snprintf(digits, NUMBER_SIZE, "%" PRId64, value->integer);
        return (struct parameter){.data = digits};
    case SQL_REAL:
        if (isnan(value->real)) return (struct parameter){0};
        snprintf(digits, NUMBER_SIZE, "%.17g", value->real);
        return (struct parameter){.data = digits};
    case SQL_BLOB:
        return (struct parameter){value->data, (int)value->size, 1};
    default:
        return (struct parameter){0};
    }
}

// libpq wants text to end in a NUL: the texts of a statement are copied behind each other.
static int copy_texts(const struct sql_value *values, size_t count, char **ret_copy) {
    size_t size = 1;
    for (size_t i = 0; i < count; i++)
        if (values[i].type == SQL_TEXT) size += values[i].size + 1;
    *ret_copy = malloc(size);
    return *ret_copy != NULL ? 0 : ERR_SET(ERR_NOMEM, "no memory for a statement's values");
}

static int execute(struct sql_rows *rows, const struct sql_value *values, size_t count) {
    const char *data[SQL_VALUES_MAX];
    int sizes[SQL_VALUES_MAX], binary[SQL_VALUES_MAX];
    char digits[SQL_VALUES_MAX][NUMBER_SIZE], called[NAME_SIZE], *copy;
    TRY(copy_texts(values, count, &copy));
    char *at = copy;
    for (size_t i = 0; i < count; i++) {
        struct parameter one = parameter_of(&values[i], digits[i]);
        if (values[i].type == SQL_TEXT) {
            memcpy(at, values[i].data, values[i].size);
            at[values[i].size] = '\0';
            one.data = at;
            at += values[i].size + 1;
        }
        data[i] = one.data;
        sizes[i] = one.size;
        binary[i] = one.is_binary;
    }
    name_of(rows->statement, called);
    struct sql *sql = rows->sql;
    PGresult *result = PQexecPrepared(sql->handle, called, (int)count, data, sizes, binary, 0);
    free(copy);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        return fail(sql, rows->name, result);
    const char *changed = PQcmdTuples(result);
    sql->changes = strncmp(PQcmdStatus(result), "SELECT", 6) == 0 ? 0 : strtoll(changed, NULL, 10);
    rows->result = result;
    rows->row = -1;
    return 0;
}

static void drop_blobs(struct sql_rows *rows) {
    for (int i = 0; i < SQL_VALUES_MAX; i++) {
        PQfreemem(rows->blobs[i]);
        rows->blobs[i] = NULL;
    }
}

static int next(struct sql_rows *rows) {
    drop_blobs(rows);
    if (rows->row + 1 >= PQntuples(rows->result)) return 0;
    rows->row++;
    return 1;
}

static void finish(struct sql_rows *rows) {
    drop_blobs(rows);
    PQclear(rows->result);
}

static int columns(const struct sql_rows *rows) {
    return PQnfields(rows->result);
}

static const char *column_name(const struct sql_rows *rows, int column) {
    return PQfname(rows->result, column);
}

static bool is_null(const struct sql_rows *rows, int column) {
    return PQgetisnull(rows->result, rows->row, column);
}

static int64_t get_int(const struct sql_rows *rows, int column) {
    return strtoll(PQgetvalue(rows->result, rows->row, column), NULL, 10);
}

static double get_real(const struct sql_rows *rows, int column) {
    return strtod(PQgetvalue(rows->result, rows->row, column), NULL);
}

static const char *get_text(const struct sql_rows *rows, int column) {
    return PQgetvalue(rows->result, rows->row, column);
}

static const void *get_blob(struct sql_rows *rows, int column, size_t *ret_size) {
    const unsigned char *text = (const void *)PQgetvalue(rows->result, rows->row, column);
    if (PQftype(rows->result, column) != TYPE_BYTEA) {
        *ret_size = (size_t)PQgetlength(rows->result, rows->row, column);
        return text;
    }
    PQfreemem(rows->blobs[column]);
    return rows->blobs[column] = PQunescapeBytea(text, ret_size);
}

// Many rows.

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
    char digits[NUMBER_SIZE];
    struct parameter number;
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
        number = parameter_of(value, digits);
        text_add(out, number.data != NULL ? number.data : "\\N");
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
    int rc =
        sent == 1 && ended == 1 ? 0 : tell(sql, ERR_IO, bulk->table, PQerrorMessage(sql->handle));
    for (PGresult *result; (result = PQgetResult(sql->handle)) != NULL;) {
        int one = expect(sql, bulk->table, result);
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
    if (PQresultStatus(result) != PGRES_COPY_IN) return fail(sql, bulk->table, result);
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
    if (rc == 0) rc = command(sql, bulk->table, text.data);
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
    if (rc == 0) rc = command(sql, bulk->table, text.data);
    text_fini(&text);
    return rc;
}

static int bulk_put(struct sql *sql, const struct sql_bulk *bulk, const struct sql_value *values,
                    size_t row_count) {
    char table[64];
    if (bulk->key_count == 0) return copy_into(sql, bulk, bulk->table, values, row_count);
    TRY(make_stage(sql, bulk, table, sizeof table));
    TRY(copy_into(sql, bulk, table, values, row_count));
    return merge(sql, bulk, table);
}

const struct sql_driver sql_driver_postgres = {
    .connect = connect,
    .disconnect = disconnect,
    .is_alive = is_alive,
    .set_tenant = set_tenant,
    .script = script,
    .prepare = prepare,
    .unprepare = unprepare,
    .execute = execute,
    .next = next,
    .finish = finish,
    .columns = columns,
    .column_name = column_name,
    .is_null = is_null,
    .get_int = get_int,
    .get_real = get_real,
    .get_text = get_text,
    .get_blob = get_blob,
    .bulk = bulk_put,
};
