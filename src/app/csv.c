// SPDX-License-Identifier: Apache-2.0
#include "app/csv.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/check.h"
#include "base/io.h"
#include "base/timestamp.h"
#include "edge/store/import_time.h"

static char sniff_separator(const char *text);
static int read_rows(struct csv *csv, const char *from);
static int read_number(const char *cell, double *ret_number);

int csv_open(struct csv *csv, const char *path) {
    *csv = (struct csv){.path = strcmp(path, "-") == 0 ? "standard input" : path};
    size_t size = 0;
    TRY(io_read_file(strcmp(path, "-") == 0 ? "/dev/stdin" : path, CSV_SIZE_MAX, &csv->data,
                     &size));
    if (strlen(csv->data) != size)
        return ERR_SET(ERR_PARSE, "%s: byte %zu is a NUL; this is no text file", csv->path,
                       strlen(csv->data));
    const char *text = csv->data;
    if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) text += 3;
    csv->separator = sniff_separator(text);
    TRY(read_rows(csv, text));
    if (csv->columns == 0)
        return ERR_SET(ERR_PARSE, "%s: is empty; its first line must name the columns", csv->path);
    return 0;
}

void csv_close(struct csv *csv) {
    free(csv->data);
    free(csv->list);
    *csv = (struct csv){0};
}

static const char *cell_at(const struct csv *csv, size_t index, size_t column) {
    CHECK(column < csv->columns && index <= csv->rows);
    const char *cell = csv->data + csv->list[index].at;
    while (column-- > 0) cell += strlen(cell) + 1;
    return cell;
}

const char *csv_name(const struct csv *csv, size_t column) {
    return cell_at(csv, 0, column);
}

const char *csv_cell(const struct csv *csv, size_t row, size_t column) {
    return cell_at(csv, row + 1, column);
}

int csv_find(const struct csv *csv, const char *name) {
    for (size_t i = 0; i < csv->columns; i++)
        if (strcmp(csv_name(csv, i), name) == 0) return (int)i;
    for (size_t i = 0; i < csv->columns; i++)
        if (strcasecmp(csv_name(csv, i), name) == 0) return (int)i;
    return -1;
}

void csv_names(const struct csv *csv, struct text *out) {
    for (size_t i = 0; i < csv->columns; i++)
        text_printf(out, "%s%s", i > 0 ? ", " : "", csv_name(csv, i));
}

bool csv_is_empty(const struct csv *csv, size_t row, size_t column) {
    double number = 0;
    return read_number(csv_cell(csv, row, column), &number) == 0 && isnan(number);
}

int csv_numbers(const struct csv *csv, size_t column, double *ret_numbers) {
    for (size_t row = 0; row < csv->rows; row++) {
        const char *cell = csv_cell(csv, row, column);
        if (read_number(cell, &ret_numbers[row]) < 0)
            return ERR_SET(ERR_PARSE, "%s:%zu: field '%s': '%.40s' is not a number%s", csv->path,
                           csv->list[row + 1].line, csv_name(csv, column), cell,
                           strchr(cell, ',') != NULL ? "; the decimal separator is a point" : "");
    }
    return 0;
}

static int bad_time(const struct csv *csv, size_t row, size_t column) {
    return ERR_SET(ERR_PARSE, "%s:%zu: field '%s': '%s' is not a time", csv->path,
                   csv->list[row + 1].line, csv_name(csv, column), csv_cell(csv, row, column));
}

int csv_times(const struct csv *csv, size_t column, int64_t *ret_times) {
    struct time_scanner scanner;
    for (size_t row = 0; row < csv->rows; row++) {
        const char *cell = csv_cell(csv, row, column);
        const char *end = cell + strlen(cell);
        enum time_format format;
        if (row == 0) {
            if (!time_format_sniff(cell, (size_t)(end - cell), &format))
                return bad_time(csv, row, column);
            time_scanner_init(&scanner, format, (struct zone){0});
        }
        if (time_scan(&scanner, cell, end, ',', &ret_times[row]) != end)
            return bad_time(csv, row, column);
        if (row > 0 && ret_times[row] < ret_times[row - 1])
            return ERR_SET(
                ERR_PARSE,
                "%s:%zu: field '%s': '%s' is before the row in front of it; the rows are "
                "not in order of time: sort them, the oldest first",
                csv->path, csv->list[row + 1].line, csv_name(csv, column), cell);
    }
    return 0;
}

int csv_seconds(const struct csv *csv, size_t column, double *ret_seconds) {
    int64_t *times = calloc(csv->rows + 1, sizeof *times);
    if (times == NULL) return ERR_SET(ERR_NOMEM, "%s: no memory for its times", csv->path);
    int rc = csv_times(csv, column, times);
    for (size_t row = 0; rc == 0 && row < csv->rows; row++)
        ret_seconds[row] = (double)times[row] / (double)NS_PER_S;
    free(times);
    return rc;
}

void csv_add_cell(struct text *out, const char *cell) {
    if (strpbrk(cell, ",\"\r\n") == NULL) {
        text_add(out, cell);
        return;
    }
    text_add_char(out, '"');
    for (; *cell != '\0'; cell++) {
        if (*cell == '"') text_add_char(out, '"');
        text_add_char(out, *cell);
    }
    text_add_char(out, '"');
}

static char sniff_separator(const char *text) {
    static const char candidates[] = ",;\t|";
    size_t counts[sizeof candidates] = {0};
    bool quoted = false;
    for (; *text != '\0' && (quoted || *text != '\n'); text++) {
        const char *found = strchr(candidates, *text);
        if (*text == '"') quoted = !quoted;
        if (!quoted && found != NULL) counts[found - candidates]++;
    }
    size_t best = 0;
    for (size_t i = 1; candidates[i] != '\0'; i++)
        if (counts[i] > counts[best]) best = i;
    return candidates[best];
}

// Reads one cell at *from and writes it, ended by a NUL, at *to, which is never ahead of *from.
// *from stops at what ended the cell: the separator, a line end or the end. False: the closing
// quote is missing.
static bool read_cell(const char **from, char **to, char separator, size_t *line) {
    const char *in = *from;
    char *out = *to;
    bool quoted = *in == '"';
    if (quoted) {
        for (in++; *in != '\0' && (*in != '"' || in[1] == '"'); in++) {
            if (*in == '"') in++;
            if (*in == '\n') (*line)++;
            *out++ = *in;
        }
        if (*in == '\0') return false;
        in++;
    }
    while (*in != '\0' && *in != separator && *in != '\n' && !(*in == '\r' && in[1] == '\n'))
        *out++ = *in++;
    *from = in;
    *to = out;
    return true;
}

static int add_row(struct csv *csv, size_t index, struct csv_row row) {
    if (index >= csv->list_max) {
        size_t max = csv->list_max == 0 ? 1024 : 2 * csv->list_max;
        struct csv_row *list = reallocarray(csv->list, max, sizeof *list);
        if (list == NULL) return ERR_SET(ERR_NOMEM, "%s: no memory for its rows", csv->path);
        csv->list = list;
        csv->list_max = max;
    }
    csv->list[index] = row;
    return 0;
}

// Reads the cells of the line at *from; *ret_count tells how many.
static int read_row(struct csv *csv, const char **from, char **to, size_t *line,
                    size_t *ret_count) {
    size_t first_line = *line, count = 0;
    while (true) {
        if (!read_cell(from, to, csv->separator, line))
            return ERR_SET(ERR_PARSE, "%s:%zu: field %zu: its quote is not closed", csv->path,
                           first_line, count + 1);
        // What ended the cell may lie where the NUL goes.
        char end = **from;
        if (end == '\r') end = *++*from;
        if (end != '\0') (*from)++;
        *(*to)++ = '\0';
        if (++count > CSV_COLUMNS_MAX)
            return ERR_SET(ERR_PARSE, "%s:%zu: has more than %d fields", csv->path, first_line,
                           CSV_COLUMNS_MAX);
        if (end != csv->separator) break;
    }
    (*line)++;
    *ret_count = count;
    return 0;
}

static int read_rows(struct csv *csv, const char *from) {
    char *to = csv->data;
    size_t line = 1, index = 0, blank = 0;
    while (*from != '\0') {
        if (*from == '\n' || (*from == '\r' && from[1] == '\n')) {
            from += *from == '\r' ? 2 : 1;
            line++;
            blank++;
            continue;
        }
        // Between the rows of one column a blank line is an empty cell.
        if (index == 0 || csv->columns != 1) blank = 0;
        for (; blank > 0; blank--) {
            struct csv_row row = {.at = (size_t)(to - csv->data), .line = line - blank};
            *to++ = '\0';
            TRY(add_row(csv, index++, row));
        }
        struct csv_row row = {.at = (size_t)(to - csv->data), .line = line};
        size_t count = 0;
        TRY(read_row(csv, &from, &to, &line, &count));
        if (index == 0) csv->columns = count;
        if (count != csv->columns)
            return ERR_SET(ERR_PARSE, "%s:%zu: has %zu fields where the header has %zu", csv->path,
                           row.line, count, csv->columns);
        TRY(add_row(csv, index++, row));
    }
    csv->rows = index > 0 ? index - 1 : 0;
    return 0;
}

// Up to 15 digits with a point among them: the quotient of two exact doubles is the nearest one.
static bool read_plain(const char *cell, double *ret_number) {
    static const double powers[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    enum { DIGITS_MAX = 15 };
    int64_t mantissa = 0;
    int digits = 0, decimals = -1;
    bool minus = *cell == '-';
    for (cell += minus; *cell != '\0'; cell++) {
        if (*cell == '.' && decimals < 0) {
            decimals = 0;
            continue;
        }
        if (*cell < '0' || *cell > '9' || ++digits > DIGITS_MAX) return false;
        mantissa = mantissa * 10 + (*cell - '0');
        decimals += decimals >= 0;
    }
    if (digits == 0) return false;
    double number = (double)mantissa / powers[decimals > 0 ? decimals : 0];
    *ret_number = minus ? -number : number;
    return true;
}

static int read_number(const char *cell, double *ret_number) {
    if (read_plain(cell, ret_number)) return 0;
    cell += strspn(cell, " ");
    size_t len = strlen(cell);
    while (len > 0 && cell[len - 1] == ' ') len--;
    if (len == 0 || (len == 3 && strncasecmp(cell, "nan", 3) == 0) ||
        (len == 2 && strncmp(cell, "NA", 2) == 0) || (len == 4 && strncmp(cell, "null", 4) == 0)) {
        *ret_number = NAN;
        return 0;
    }
    // strtod also reads hexadecimal, "inf" and "nan(...)"; a decimal number has none of their
    // letters.
    if (strspn(cell, "+-.0123456789eE") < len) return ERR_PARSE;
    char *end;
    errno = 0;
    double number = strtod(cell, &end);
    if (end != cell + len || !isfinite(number)) return ERR_PARSE;
    *ret_number = number;
    return 0;
}
