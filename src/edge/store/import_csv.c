// SPDX-License-Identifier: Apache-2.0
#include "edge/store/import_csv.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/timestamp.h"

struct csv_run {
    struct import_job *job;
    const struct csv_plan *plan;
    struct time_scanner time;
    struct import_target *target; // of the latest symbol
    char symbol[SYMBOL_SIZE];
    size_t symbol_len;
    struct number kept[4]; // one-sided quotes: the other side as it was
};

struct csv_row {
    int64_t time_ns;
    int64_t clock_ns;
    struct number numbers[CSV_NUMBERS_MAX];
    uint64_t trade_id;
    const char *symbol;
    size_t symbol_len;
    const char *bad; // where the first fault is, NULL: none
    size_t bad_len;
    const char *bad_name;
    enum import_fault fault;
    int side;
    bool suspicious;
};

static int block_run(struct csv_run *run, const char *at, const char *end);
static const char *row_scan(struct csv_run *run, const char *at, const char *end,
                            struct csv_row *row);
static const char *field_scan(struct csv_run *run, const struct csv_column *column, const char *at,
                              const char *end, struct csv_row *row);
static const char *text_scan(const struct csv_plan *plan, const struct csv_column *column,
                             const char *at, const char *end, struct csv_row *row);
static bool symbol_is_sound(const char *at, size_t len);
static int row_take(struct csv_run *run, const char *line, const struct csv_row *row);
static int target_find(struct csv_run *run, const struct csv_row *row,
                       struct import_target **ret_target);
static int row_give(struct csv_run *run, struct import_target *target, const struct csv_row *row);
static int quote_give(struct csv_run *run, struct import_target *target, const struct csv_row *row);
static void row_fault(struct csv_row *row, enum import_fault fault, const char *name,
                      const char *at, const char *end);
static void number_check(const struct csv_column *column, struct csv_row *row, const char *at,
                         const char *end);
static int matrix_row(struct csv_run *run, const char *at, const char *end, const char **ret_next);
static int matrix_cell(struct csv_run *run, const struct csv_column *column, int64_t time_ns,
                       const char *at, const char *end, const char **ret_next);
static const char *line_next(const char *at, const char *end);

void csv_plan_fini(struct csv_plan *plan) {
    free(plan->columns);
    free(plan->cells);
    plan->columns = NULL;
    plan->cells = NULL;
}

int csv_run(struct import_job *job, const struct csv_plan *plan) {
    struct csv_run run = {.job = job, .plan = plan, .time = plan->time, .target = plan->target};
    bool header = plan->header;
    job->line = 0;
    for (;;) {
        const char *data;
        size_t size;
        int rc = import_input_read(job->input, &data, &size);
        if (rc == ERR_END) return 0;
        TRY(rc);
        const char *end = data + size;
        if (job->line == 0 && size >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0) data += 3;
        if (header) {
            data = line_next(data, end);
            job->line++;
            header = false;
        }
        TRY(block_run(&run, data, end));
        TRY(import_tick(job));
    }
}

size_t csv_split(const char *at, const char *end, char delimiter, struct csv_field *ret_fields,
                 size_t max) {
    size_t count = 0;
    for (;;) {
        const char *stop = field_end(at, end, delimiter);
        const char *from = at, *to = stop;
        while (from < to && (*from == ' ' || *from == '\t')) from++;
        while (to > from && (to[-1] == ' ' || to[-1] == '\t')) to--;
        if (to - from >= 2 && *from == '"' && to[-1] == '"') {
            from++;
            to--;
        }
        if (count < max) ret_fields[count] = (struct csv_field){from, (size_t)(to - from)};
        count++;
        if (stop >= end || *stop != delimiter) return count;
        at = stop + 1;
    }
}

static int block_run(struct csv_run *run, const char *at, const char *end) {
    while (at < end) {
        run->job->line++;
        if (UNLIKELY(*at == '\n' || *at == '\r' || *at == '#')) {
            at = line_next(at, end);
            continue;
        }
        if (run->plan->shape == CSV_MATRIX) {
            TRY(matrix_row(run, at, end, &at));
            continue;
        }
        struct csv_row row;
        const char *next = row_scan(run, at, end, &row);
        TRY(row_take(run, at, &row));
        at = next;
    }
    return 0;
}

// Reads one line; the first fault in the order of import_fault's kinds is kept.
static const char *row_scan(struct csv_run *run, const char *at, const char *end,
                            struct csv_row *row) {
    const struct csv_plan *plan = run->plan;
    const char *line = at;
    row->fault = IMPORT_FAULT_COUNT;
    row->suspicious = false;
    row->time_ns = 0;
    row->clock_ns = 0;
    row->symbol_len = 0;
    row->trade_id = 0;
    row->side = 0;
    for (uint32_t optional = plan->optional; UNLIKELY(optional != 0); optional &= optional - 1)
        row->numbers[__builtin_ctz(optional)] = (struct number){0};
    uint32_t i = 0;
    for (;;) {
        const char *stop = field_scan(run, &plan->columns[i], at, end, row);
        i++;
        if (stop >= end || *stop != plan->delimiter) {
            at = stop;
            break;
        }
        at = stop + 1;
        if (UNLIKELY(i == plan->column_count)) {
            at = field_end(at, end, '\n');
            row_fault(row, IMPORT_SYNTAX, "too many fields", line, at);
            break;
        }
    }
    if (UNLIKELY(plan->clocked) && row->fault == IMPORT_FAULT_COUNT)
        row->time_ns = zone_to_utc(plan->zone, row->time_ns + row->clock_ns);
    if (UNLIKELY(i < plan->required)) row_fault(row, IMPORT_SYNTAX, "too few fields", line, at);
    if (LIKELY(at < end && *at == '\n')) return at + 1;
    return line_next(at, end);
}

static const char *field_scan(struct csv_run *run, const struct csv_column *column, const char *at,
                              const char *end, struct csv_row *row) {
    const struct csv_plan *plan = run->plan;
    if (LIKELY(column->role < CSV_NUMBERS_MAX)) {
        struct number *number = &row->numbers[column->role];
        const char *stop = number_scan(at, end, plan->delimiter, number);
        if (UNLIKELY(number->state != NUMBER_OK)) number_check(column, row, at, stop);
        return stop;
    }
    if (column->role == CSV_TIME) {
        const char *stop = time_scan(&run->time, at, end, plan->delimiter, &row->time_ns);
        if (LIKELY(stop != NULL)) return stop;
        stop = field_end(at, end, plan->delimiter);
        row_fault(row, stop == at ? IMPORT_MISSING : IMPORT_BAD_TIME, column->name, at, stop);
        return stop;
    }
    return text_scan(plan, column, at, end, row);
}

static const char *text_scan(const struct csv_plan *plan, const struct csv_column *column,
                             const char *at, const char *end, struct csv_row *row) {
    const char *stop = field_end(at, end, plan->delimiter);
    if (column->role == CSV_SKIP) return stop;
    struct csv_field field;
    csv_split(at, stop, plan->delimiter, &field, 1);
    if (column->role == CSV_SYMBOL) {
        row->symbol = field.at;
        row->symbol_len = field.len;
        if (!symbol_is_sound(field.at, field.len)) {
            row->symbol_len = 0;
            row_fault(row, IMPORT_SYMBOL, column->name, at, stop);
        }
    } else if (column->role == CSV_CLOCK) {
        if (!clock_parse(field.at, field.len, &row->clock_ns))
            row_fault(row, field.len == 0 ? IMPORT_MISSING : IMPORT_BAD_TIME, column->name, at,
                      stop);
    } else if (column->role == CSV_SUSPICIOUS) {
        row->suspicious = field.len > 0 && (field.len != 1 || field.at[0] != '0');
    } else if (column->role == CSV_SIDE && field.len > 0) {
        char c = field.at[0];
        row->side = c == 'b' || c == 'B' || c == '1'   ? 1
                    : c == 's' || c == 'S' || c == '-' ? -1
                                                       : 0;
    } else if (column->role == CSV_TRADE_ID) {
        struct number id = number_parse(field.at, field.at + field.len);
        row->trade_id = id.state == NUMBER_OK && id.frac == 0 ? (uint64_t)id.m : 0;
    }
    return stop;
}

static bool symbol_is_sound(const char *at, size_t len) {
    if (len == 0 || len >= SYMBOL_SIZE) return false;
    for (size_t i = 0; i < len; i++)
        if (at[i] <= ' ' || at[i] > '~') return false;
    return true;
}

static int row_take(struct csv_run *run, const char *line, const struct csv_row *row) {
    struct import_target *target = NULL;
    run->job->report->rows++;
    TRY(target_find(run, row, &target));
    if (target != NULL) target->file_rows++;
    if (UNLIKELY(row->fault != IMPORT_FAULT_COUNT))
        return import_reject(run->job, target, row->fault, row->bad_name, row->bad, row->bad_len);
    if (UNLIKELY(row->suspicious))
        return import_reject(run->job, target, IMPORT_SUSPICIOUS, NULL, line, 0);
    return row_give(run, target, row);
}

static int target_find(struct csv_run *run, const struct csv_row *row,
                       struct import_target **ret_target) {
    if (run->plan->target != NULL || row->symbol_len == 0) {
        *ret_target = run->plan->target;
        return 0;
    }
    if (run->target == NULL || row->symbol_len != run->symbol_len ||
        memcmp(row->symbol, run->symbol, run->symbol_len) != 0) {
        struct import_spec spec;
        struct import_hint hint = run->plan->hint;
        memcpy(run->symbol, row->symbol, row->symbol_len);
        run->symbol[row->symbol_len] = '\0';
        run->symbol_len = row->symbol_len;
        hint.symbol = run->symbol;
        TRY(import_spec_make(run->job, &hint, &spec));
        TRY(import_target_get(run->job, &spec, &run->target));
    }
    *ret_target = run->target;
    return 0;
}

static int row_give(struct csv_run *run, struct import_target *target, const struct csv_row *row) {
    const struct csv_plan *plan = run->plan;
    CHECK(target != NULL);
    if (plan->shape == CSV_BARS) {
        struct import_bar_row bar = {.time_ns = row->time_ns};
        memcpy(bar.numbers, row->numbers, sizeof bar.numbers);
        for (int i = 0; i < 4; i++) {
            if (plan->close_only) bar.numbers[i] = row->numbers[CSV_CLOSE];
            bar.numbers[i].frac += plan->price_frac;
        }
        return import_bar(run->job, target, &bar);
    }
    if (plan->shape == CSV_QUOTES) return quote_give(run, target, row);
    struct number numbers[CSV_NUMBERS_MAX];
    memcpy(numbers, row->numbers, sizeof numbers);
    int prices = plan->shape == CSV_MIDS ? 8 : 1;
    for (int i = 0; i < prices; i++) numbers[i].frac += plan->price_frac;
    if (plan->shape == CSV_MIDS) return import_mid(run->job, target, row->time_ns, numbers);
    return import_trade(run->job, target, row->time_ns, numbers, row->trade_id, row->side);
}

static int quote_give(struct csv_run *run, struct import_target *target,
                      const struct csv_row *row) {
    struct number numbers[4];
    memcpy(numbers, row->numbers, sizeof numbers);
    numbers[CSV_BID].frac += run->plan->price_frac;
    numbers[CSV_ASK].frac += run->plan->price_frac;
    for (int side = CSV_BID; run->plan->one_sided_quote && side <= CSV_ASK; side += 2) {
        if (numbers[side].m == 0)
            memcpy(&numbers[side], &run->kept[side], 2 * sizeof numbers[0]);
        else
            memcpy(&run->kept[side], &numbers[side], 2 * sizeof numbers[0]);
    }
    return import_quote(run->job, target, row->time_ns, numbers);
}

static void row_fault(struct csv_row *row, enum import_fault fault, const char *name,
                      const char *at, const char *end) {
    if (fault >= row->fault) return;
    row->fault = fault;
    row->bad_name = name;
    row->bad = at;
    row->bad_len = (size_t)(end - at);
}

static void number_check(const struct csv_column *column, struct csv_row *row, const char *at,
                         const char *end) {
    static const enum import_fault FAULTS[] = {[NUMBER_BLANK] = IMPORT_MISSING,
                                               [NUMBER_SYNTAX] = IMPORT_SYNTAX,
                                               [NUMBER_NON_FINITE] = IMPORT_NON_FINITE,
                                               [NUMBER_OVERFLOW] = IMPORT_OVERFLOW};
    row_fault(row, FAULTS[row->numbers[column->role].state], column->name, at, end);
}

static int matrix_row(struct csv_run *run, const char *at, const char *end, const char **ret_next) {
    const struct csv_plan *plan = run->plan;
    const char *line = at;
    int64_t time_ns;
    at = time_scan(&run->time, at, end, plan->delimiter, &time_ns);
    if (at == NULL) {
        const char *stop = field_end(line, end, plan->delimiter);
        *ret_next = line_next(line, end);
        run->job->report->rows++;
        return import_reject(run->job, NULL, IMPORT_BAD_TIME, plan->columns[0].name, line,
                             (size_t)(stop - line));
    }
    uint32_t i = 1;
    while (at < end && *at == plan->delimiter && i < plan->column_count)
        TRY(matrix_cell(run, &plan->columns[i++], time_ns, at + 1, end, &at));
    bool whole = i == plan->column_count && field_ends(at, end, '\n');
    *ret_next = line_next(at, end);
    if (whole) return 0;
    run->job->report->rows++;
    return import_reject(run->job, NULL, IMPORT_SYNTAX,
                         i < plan->column_count ? "too few fields" : "too many fields", line,
                         (size_t)(at - line));
}

static int matrix_cell(struct csv_run *run, const struct csv_column *column, int64_t time_ns,
                       const char *at, const char *end, const char **ret_next) {
    const struct csv_plan *plan = run->plan;
    if (column->role != CSV_CELL) {
        *ret_next = field_end(at, end, plan->delimiter);
        return 0;
    }
    struct number number;
    struct csv_row row = {.fault = IMPORT_FAULT_COUNT};
    struct import_target *target = plan->cells[column->target];
    const char *stop = number_scan(at, end, plan->delimiter, &number);
    *ret_next = stop;
    // A blank cell is a day before the listing or after the end, not a fault of the row.
    if (number.state == NUMBER_BLANK) return 0;
    run->job->report->rows++;
    target->file_rows++;
    if (number.state != NUMBER_OK) {
        row.numbers[CSV_CLOSE] = number;
        struct csv_column close = *column;
        close.role = CSV_CLOSE;
        number_check(&close, &row, at, stop);
        return import_reject(run->job, target, row.fault, column->name, at, (size_t)(stop - at));
    }
    struct import_bar_row bar = {time_ns, {number, number, number, number, {0}}};
    return import_bar(run->job, target, &bar);
}

static const char *line_next(const char *at, const char *end) {
    if (at >= end) return end;
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    return newline == NULL ? end : newline + 1;
}
