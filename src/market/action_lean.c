// SPDX-License-Identifier: Apache-2.0
#include "market/action_lean.h"

#include <string.h>

#include "base/timestamp.h"

enum { FIELDS_MAX = 4 };

struct field {
    const char *text;
    size_t len;
};

struct row {
    struct field fields[FIELDS_MAX];
    uint32_t count; // of fields, those beyond FIELDS_MAX too
    uint32_t line;  // from 1
};

struct reader {
    const char *name;
    const char *next;
    const char *end;
    uint32_t line;
};

static bool row_next(struct reader *reader, struct row *ret_row);
static void row_split(const char *text, const char *end, struct row *ret_row);
static int row_error(const struct reader *reader, const struct row *row, int field,
                     const char *name, const char *want);
static int row_date(const struct reader *reader, const struct row *row, int32_t *ret_date);
static int row_decimal(const struct reader *reader, const struct row *row, int field,
                       const char *name, int decimals, int64_t *ret_value);

int action_lean_factors(struct actions *actions, const char *name, const char *text, size_t len) {
    struct reader reader = {.name = name, .next = text, .end = text + len};
    struct row row;
    while (row_next(&reader, &row)) {
        struct factor factor = {0};
        if (row.count < 3 || row.count > 4)
            return ERR_SET(ERR_PARSE,
                           "%s:%u: %u fields: want date,price_factor,split_factor"
                           "[,reference_price]",
                           name, row.line, row.count);
        TRY(row_date(&reader, &row, &factor.date));
        TRY(row_decimal(&reader, &row, 1, "price_factor", FACTOR_DECIMALS, &factor.price_factor));
        TRY(row_decimal(&reader, &row, 2, "split_factor", FACTOR_DECIMALS, &factor.split_factor));
        if (row.count == 4)
            TRY(row_decimal(&reader, &row, 3, "reference_price", ACTION_DECIMALS,
                            &factor.reference_price));
        int rc = actions_add_factor(actions, &factor);
        if (rc < 0) return ERR_APPEND(rc, "at %s:%u", name, row.line);
    }
    return 0;
}

int action_lean_map(struct actions *actions, const char *name, const char *text, size_t len) {
    struct reader reader = {.name = name, .next = text, .end = text + len};
    struct row row;
    while (row_next(&reader, &row)) {
        int32_t date = 0;
        if (row.count < 2 || row.count > 4)
            return ERR_SET(ERR_PARSE, "%s:%u: %u fields: want date,ticker[,exchange[,mapping]]",
                           name, row.line, row.count);
        TRY(row_date(&reader, &row, &date));
        char symbol[SYMBOL_SIZE] = {0};
        const struct field *ticker = &row.fields[1];
        if (ticker->len == 0 || ticker->len >= SYMBOL_SIZE)
            return row_error(&reader, &row, 1, "ticker", "1 to 31 characters");
        for (size_t i = 0; i < ticker->len; i++) {
            char c = ticker->text[i];
            symbol[i] = (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
        }
        int rc = actions_add_symbol(actions, date, symbol);
        if (rc < 0) return ERR_APPEND(rc, "at %s:%u", name, row.line);
    }
    return 0;
}

uint32_t action_lean_rows(const char *text, size_t len) {
    uint32_t rows = 1;
    for (size_t i = 0; i < len; i++) rows += text[i] == '\n';
    return rows;
}

// The next line that is not blank.
static bool row_next(struct reader *reader, struct row *ret_row) {
    while (reader->next < reader->end) {
        const char *text = reader->next;
        size_t left = (size_t)(reader->end - text);
        const char *newline = memchr(text, '\n', left);
        const char *end = newline != NULL ? newline : reader->end;
        reader->next = newline != NULL ? newline + 1 : reader->end;
        reader->line++;
        if (end > text && end[-1] == '\r') end--;
        if (end == text) continue;
        row_split(text, end, ret_row);
        ret_row->line = reader->line;
        return true;
    }
    return false;
}

static void row_split(const char *text, const char *end, struct row *ret_row) {
    ret_row->count = 0;
    for (;;) {
        const char *comma = memchr(text, ',', (size_t)(end - text));
        const char *stop = comma != NULL ? comma : end;
        if (ret_row->count < FIELDS_MAX)
            ret_row->fields[ret_row->count] = (struct field){text, (size_t)(stop - text)};
        ret_row->count++;
        if (comma == NULL) return;
        text = comma + 1;
    }
}

static int row_error(const struct reader *reader, const struct row *row, int field,
                     const char *name, const char *want) {
    const struct field *at = &row->fields[field];
    int shown = at->len < 40 ? (int)at->len : 40;
    return ERR_SET(ERR_PARSE, "%s:%u: %s: '%.*s' is not %s", reader->name, row->line, name, shown,
                   at->text, want);
}

static int row_date(const struct reader *reader, const struct row *row, int32_t *ret_date) {
    const struct field *at = &row->fields[0];
    if (at->len != 8 || date_parse(at->text, at->len, ret_date) < 0)
        return row_error(reader, row, 0, "date", "a date like 20140606");
    return 0;
}

static int row_decimal(const struct reader *reader, const struct row *row, int field,
                       const char *name, int decimals, int64_t *ret_value) {
    const struct field *at = &row->fields[field];
    if (decimal_parse_round(at->text, at->len, decimals, ROUND_HALF_EVEN, ret_value) < 0)
        return row_error(reader, row, field, name, "a decimal number");
    return 0;
}
