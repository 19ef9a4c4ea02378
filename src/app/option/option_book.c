// SPDX-License-Identifier: Apache-2.0
#include "app/option/option_book.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/params.h"

enum {
    CASH = OPTION_FIELDS,
    SUMS = OPTION_FIELDS + 2
}; // delta_cash and gamma_cash behind the others

struct option_book_group {
    const char *underlying, *expiry; // cells of the file; "" where they do not part the groups
    size_t positions;
    double sums[SUMS];
};

static const struct param number = {.type = PARAM_REAL};

static int need(const struct csv *csv, const char *name) {
    struct text names;
    if (csv_find(csv, name) >= 0) return 0;
    text_init(&names, 4096);
    csv_names(csv, &names);
    int rc = ERR_SET(ERR_NOT_FOUND, "%s:%zu: has no column '%s'; it has %s", csv->path,
                     csv->list[0].line, name, text_string(&names));
    text_fini(&names);
    return rc;
}

int option_book_open(struct option_book *book, const struct csv *csv, const char *by) {
    const struct param row = {.name = "--by", .type = PARAM_ENUM, .choices = OPTION_BOOK_GROUPS};
    double choice = 0;
    *book = (struct option_book){.csv = csv};
    TRY(params_set(&row, 1, row.name, by, &choice));
    book->by_underlying = choice == 1 || choice == 3;
    book->by_expiry = choice >= 2;
    if (book->by_underlying) TRY(need(csv, "underlying"));
    if (book->by_expiry) TRY(need(csv, "expiry"));
    book->type = csv_find(csv, "type");
    book->spot = csv_find(csv, "S") >= 0 ? csv_find(csv, "S") : csv_find(csv, "spot");
    book->quantity = csv_find(csv, "quantity");
    book->multiplier = csv_find(csv, "multiplier");
    book->underlying = csv_find(csv, "underlying");
    book->expiry = csv_find(csv, "expiry");
    book->groups = calloc(OPTION_BOOK_MAX + 1, sizeof *book->groups);
    if (book->groups == NULL) return ERR_SET(ERR_NOMEM, "no memory for the groups of a book");
    book->groups[0].underlying = book->groups[0].expiry = "";
    book->count = 1;
    return 0;
}

void option_book_close(struct option_book *book) {
    free(book->groups);
    book->groups = NULL;
}

bool option_book_is_share(const struct option_book *book, size_t row) {
    if (book->type < 0) return false;
    const char *type = csv_cell(book->csv, row, (size_t)book->type);
    return strcasecmp(type, "share") == 0 || strcasecmp(type, "shares") == 0;
}

static int read_cell(const struct option_book *book, size_t row, int column, double *ret_number) {
    if (column < 0) return 0;
    const char *cell = csv_cell(book->csv, row, (size_t)column);
    char *end;
    double value = strtod(cell, &end);
    if (end == cell || *end != '\0' || !isfinite(value))
        return ERR_SET(ERR_PARSE, "%s:%zu: field '%s': '%s' is not a number", book->csv->path,
                       book->csv->list[row + 1].line, csv_name(book->csv, (size_t)column), cell);
    *ret_number = value;
    return 0;
}

static int find_group(struct option_book *book, size_t row, struct option_book_group **ret_group) {
    const struct csv *csv = book->csv;
    const char *underlying =
        book->by_underlying ? csv_cell(csv, row, (size_t)book->underlying) : "";
    const char *expiry = book->by_expiry ? csv_cell(csv, row, (size_t)book->expiry) : "";
    if (!book->by_underlying && !book->by_expiry) {
        *ret_group = NULL;
        return 0;
    }
    for (size_t i = book->count; i-- > 1;) { // rows of a group often follow each other
        *ret_group = &book->groups[i];
        if (strcmp((*ret_group)->underlying, underlying) == 0 &&
            strcmp((*ret_group)->expiry, expiry) == 0)
            return 0;
    }
    if (book->count > OPTION_BOOK_MAX)
        return ERR_SET(ERR_FULL, "%s:%zu: a book has %d groups at most", csv->path,
                       csv->list[row + 1].line, OPTION_BOOK_MAX);
    *ret_group = &book->groups[book->count++];
    (*ret_group)->underlying = underlying;
    (*ret_group)->expiry = expiry;
    return 0;
}

static void add(struct option_book_group *group, const double *numbers, double times) {
    group->positions++;
    for (size_t i = 0; i < SUMS; i++) group->sums[i] += times * numbers[i];
}

int option_book_add(struct option_book *book, size_t row, double spot,
                    const struct option_greeks *greeks) {
    double quantity = 1, multiplier = 1, numbers[SUMS];
    struct option_book_group *group;
    TRY(read_cell(book, row, book->quantity, &quantity));
    TRY(read_cell(book, row, book->multiplier, &multiplier));
    TRY(find_group(book, row, &group));
    memcpy(numbers, greeks, sizeof *greeks);
    numbers[CASH] = greeks->delta * spot;
    numbers[CASH + 1] = greeks->gamma * spot * spot / 100;
    add(&book->groups[0], numbers, quantity * multiplier);
    if (group != NULL) add(group, numbers, quantity * multiplier);
    return 0;
}

int option_book_add_share(struct option_book *book, size_t row) {
    struct option_greeks share = {.delta = 1};
    if (book->spot < 0) return need(book->csv, "S");
    TRY(read_cell(book, row, book->spot, &share.price));
    return option_book_add(book, row, share.price, &share);
}

static const char *sum_name(size_t index) {
    return index < OPTION_FIELDS ? option_fields[index]
                                 : (index == CASH ? "delta_cash" : "gamma_cash");
}

// A cell as a JSON string.
static void add_string(struct text *out, const char *cell) {
    text_add_char(out, '"');
    for (; *cell != '\0'; cell++) {
        unsigned char c = (unsigned char)*cell;
        if (c < 0x20)
            text_printf(out, "\\u%04x", c);
        else if (c == '"' || c == '\\')
            text_printf(out, "\\%c", c);
        else
            text_add_char(out, *cell);
    }
    text_add_char(out, '"');
}

static void print_json(const struct option_book *book, const struct option_book_group *group,
                       struct text *out) {
    text_add_char(out, '{');
    if (book->by_underlying) {
        text_add(out, "\"underlying\":");
        add_string(out, group->underlying);
        text_add_char(out, ',');
    }
    if (book->by_expiry) {
        text_add(out, "\"expiry\":");
        add_string(out, group->expiry);
        text_add_char(out, ',');
    }
    text_printf(out, "\"positions\":%zu", group->positions);
    for (size_t i = 0; i < SUMS; i++) {
        text_printf(out, ",\"%s\":", sum_name(i));
        if (isfinite(group->sums[i]))
            params_print_value(&number, group->sums[i], out);
        else
            text_add(out, "null");
    }
    text_add_char(out, '}');
}

static void print_csv(const struct option_book *book, const struct option_book_group *group,
                      struct text *out) {
    if (book->by_underlying) {
        csv_add_cell(out, group->underlying);
        text_add_char(out, ',');
    }
    if (book->by_expiry) {
        csv_add_cell(out, group->expiry);
        text_add_char(out, ',');
    }
    text_printf(out, "%zu", group->positions);
    for (size_t i = 0; i < SUMS; i++) {
        text_add_char(out, ',');
        if (isfinite(group->sums[i])) params_print_value(&number, group->sums[i], out);
    }
    text_add_char(out, '\n');
}

void option_book_print(const struct option_book *book, bool json, struct text *out) {
    struct option_book_group whole = book->groups[0];
    whole.underlying = whole.expiry = "all";
    if (json) {
        text_add(out, "{\"groups\":[");
        for (size_t i = 1; i < book->count; i++) {
            if (i > 1) text_add_char(out, ',');
            print_json(book, &book->groups[i], out);
        }
        text_add(out, "],\"all\":");
        print_json(book, &whole, out);
        text_add(out, "}\n");
        return;
    }
    text_printf(out, "%s%spositions", book->by_underlying ? "underlying," : "",
                book->by_expiry ? "expiry," : "");
    for (size_t i = 0; i < SUMS; i++) text_printf(out, ",%s", sum_name(i));
    text_add_char(out, '\n');
    for (size_t i = 1; i < book->count; i++) print_csv(book, &book->groups[i], out);
    print_csv(book, &whole, out);
}
