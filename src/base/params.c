// SPDX-License-Identifier: Apache-2.0
#include "base/params.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/check.h"
#include "base/decimal.h"
#include "base/real.h"
#include "base/timestamp.h"

enum {
    WORD_MAX = 64,       // longer names are not compared
    VALUE_TEXT_SIZE = 64 // a printed value: a duration or a double
};

#define INT_EXACT_MAX (INT64_C(1) << 53) // beyond it a double skips integers

static int parse_value(const struct param *row, const char *value, double *ret_value);
static int parse_int(const struct param *row, const char *value, double *ret_value);
static int parse_real(const struct param *row, const char *value, double *ret_value);
static int parse_bool(const struct param *row, const char *value, double *ret_value);
static int parse_enum(const struct param *row, const char *value, double *ret_value);
static int parse_duration(const struct param *row, const char *value, double *ret_value);
static int check_bounds(const struct param *row, const char *value, double number);
static bool is_choice(const char *choice, size_t len, size_t index, const char *value);
static int unknown_name(const struct param *table, size_t count, const char *name);
static bool has_bounds(const struct param *row);
static const char *type_name(enum param_type type);
static const char *choice_at(const char *choices, size_t index, size_t *ret_len);
static size_t choice_count(const char *choices);
static void print_bounds(const struct param *row, struct text *out);
static void print_cell(const struct param *row, size_t column, struct text *out);
static void schema_property(const struct param *row, struct text *out);
static void schema_string(const char *string, size_t len, struct text *out);
static size_t edit_distance(const char *a, size_t a_len, const char *b, size_t b_len);

void params_defaults(const struct param *table, size_t count, double *ret_values) {
    CHECK(count <= PARAMS_MAX);
    for (size_t i = 0; i < count; i++) ret_values[i] = table[i].def;
}

int params_find(const struct param *table, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(table[i].name, name) == 0) return (int)i;
    for (size_t i = 0; i < count; i++)
        if (table[i].alias != NULL && strcmp(table[i].alias, name) == 0) return (int)i;
    return -1;
}

int params_set(const struct param *table, size_t count, const char *name, const char *value,
               double *values) {
    CHECK(count <= PARAMS_MAX);
    int index = params_find(table, count, name);
    if (index < 0) return unknown_name(table, count, name);
    double number = 0;
    TRY(parse_value(&table[index], value, &number));
    values[index] = number;
    return 0;
}

int params_check(const struct param *table, size_t count, const char *owner, const double *values) {
    for (size_t i = 0; i < count; i++) {
        const struct param *row = &table[i];
        double value = values[i];
        double min = row->min, max = row->max;
        if (row->type == PARAM_BOOL || row->type == PARAM_ENUM) {
            min = 0;
            max = row->type == PARAM_BOOL ? 1 : (double)choice_count(row->choices) - 1;
        }
        if (!(value >= min && value <= max))
            return ERR_SET(ERR_RANGE, "%s: %s must be from %.15g to %.15g, not %.15g", owner,
                           row->name, min, max, value);
        bool whole = row->type != PARAM_REAL && row->type != PARAM_DURATION;
        if (whole && value != floor(value))
            return ERR_SET(ERR_RANGE, "%s: %s must be a whole number, not %.15g", owner, row->name,
                           value);
    }
    return 0;
}

void params_print_value(const struct param *row, double value, struct text *out) {
    char buf[VALUE_TEXT_SIZE];
    switch (row->type) {
    case PARAM_INT:
        text_printf(out, "%.0f", value);
        return;
    case PARAM_BOOL:
        text_add(out, value != 0 ? "true" : "false");
        return;
    case PARAM_REAL:
        text_add_bytes(out, buf, real_print(buf, value));
        return;
    case PARAM_DURATION:
        text_add_bytes(out, buf,
                       duration_print(buf, sizeof buf, llround(value * (double)NS_PER_S)));
        return;
    case PARAM_ENUM: {
        size_t len = 0;
        const char *choice = choice_at(row->choices, (size_t)value, &len);
        CHECK(choice != NULL);
        text_add_bytes(out, choice, len);
        return;
    }
    }
}

void params_help(const struct param *table, size_t count, struct text *out) {
    enum { COLUMNS = 6 };
    size_t width[COLUMNS] = {0};
    struct text cell;
    text_init(&cell, out->max);
    // Twice over the cells: how wide are they, then print them.
    for (size_t i = 0; i < count * COLUMNS; i++) {
        text_clear(&cell);
        print_cell(&table[i / COLUMNS], i % COLUMNS, &cell);
        if (cell.len > width[i % COLUMNS]) width[i % COLUMNS] = cell.len;
    }
    for (size_t i = 0; i < count * COLUMNS; i++) {
        size_t column = i % COLUMNS;
        text_clear(&cell);
        print_cell(&table[i / COLUMNS], column, &cell);
        if (column == COLUMNS - 1)
            text_printf(out, "%s\n", text_string(&cell));
        else
            text_printf(out, "%-*s  ", (int)width[column], text_string(&cell));
    }
    if (text_error(&cell) != 0 && out->error == 0) out->error = text_error(&cell);
    text_fini(&cell);
}

void params_json_schema(const struct param *table, size_t count, struct text *out) {
    text_add(out, "{\"type\":\"object\",\"properties\":{");
    for (size_t i = 0; i < count; i++) {
        if (i > 0) text_add_char(out, ',');
        schema_property(&table[i], out);
    }
    text_add(out, "},\"additionalProperties\":false}");
}

const char *nearest_name(const char *word, const char *const *names, size_t count) {
    size_t len = strlen(word);
    if (len == 0 || len > WORD_MAX) return NULL;
    // One slip in a short word, two in a longer one, three in a long one: more is another word.
    size_t limit = len <= 3 ? 1 : len <= 7 ? 2 : 3;
    const char *best = NULL;
    for (size_t i = 0; i < count; i++) {
        size_t name_len = strlen(names[i]);
        if (name_len == 0 || name_len > WORD_MAX) continue;
        size_t distance = edit_distance(word, len, names[i], name_len);
        if (distance > limit || distance >= name_len) continue;
        best = names[i];
        if (distance == 0) break;
        limit = distance - 1;
    }
    return best;
}

static int parse_value(const struct param *row, const char *value, double *ret_value) {
    switch (row->type) {
    case PARAM_INT:
        return parse_int(row, value, ret_value);
    case PARAM_REAL:
        return parse_real(row, value, ret_value);
    case PARAM_BOOL:
        return parse_bool(row, value, ret_value);
    case PARAM_ENUM:
        return parse_enum(row, value, ret_value);
    case PARAM_DURATION:
        return parse_duration(row, value, ret_value);
    }
    CHECK(row->type <= PARAM_DURATION);
    return ERR_ARGUMENT;
}

static int parse_int(const struct param *row, const char *value, double *ret_value) {
    int64_t number = 0;
    int rc = decimal_parse(value, strlen(value), 0, &number);
    if (rc == ERR_PARSE || rc == ERR_INEXACT)
        return ERR_SET(ERR_PARSE, "%s is a whole number, and \"%.64s\" is none", row->name, value);
    if (rc == ERR_RANGE || number > INT_EXACT_MAX || number < -INT_EXACT_MAX)
        return ERR_SET(ERR_RANGE, "%s cannot be as large as %.64s", row->name, value);
    TRY(check_bounds(row, value, (double)number));
    *ret_value = (double)number;
    return 0;
}

static int parse_real(const struct param *row, const char *value, double *ret_value) {
    // strtod alone would also take blanks, "inf", "nan" and hexadecimal.
    char *end = NULL;
    double number = NAN;
    if (value[0] != '\0' && strspn(value, "0123456789+-.eE") == strlen(value))
        number = strtod(value, &end);
    if (end == NULL || end == value || *end != '\0')
        return ERR_SET(ERR_PARSE, "%s is a number, and \"%.64s\" is none", row->name, value);
    if (!isfinite(number))
        return ERR_SET(ERR_RANGE, "%s cannot be as large as %.64s", row->name, value);
    TRY(check_bounds(row, value, number));
    *ret_value = number;
    return 0;
}

static int parse_bool(const struct param *row, const char *value, double *ret_value) {
    static const char *const words[] = {"false", "true", "no", "yes", "off", "on", "0", "1"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(value, words[i]) != 0) continue;
        *ret_value = (double)(i % 2);
        return 0;
    }
    return ERR_SET(ERR_PARSE, "%s is true or false, not \"%.64s\"", row->name, value);
}

// Whether text means the choice: its name in any case, or its index.
static bool is_choice(const char *choice, size_t len, size_t index, const char *value) {
    char digits[VALUE_TEXT_SIZE];
    snprintf(digits, sizeof digits, "%zu", index);
    return (strlen(value) == len && strncasecmp(choice, value, len) == 0) ||
           strcmp(digits, value) == 0;
}

static int parse_enum(const struct param *row, const char *value, double *ret_value) {
    size_t value_len = strlen(value);
    const char *nearest = NULL;
    size_t nearest_len = 0;
    size_t nearest_distance = value_len <= 3 ? 2 : value_len <= 7 ? 3 : 4;
    size_t len = 0;
    for (size_t i = 0;; i++) {
        const char *choice = choice_at(row->choices, i, &len);
        if (choice == NULL) break;
        if (is_choice(choice, len, i, value)) {
            *ret_value = (double)i;
            return 0;
        }
        if (len > WORD_MAX || value_len > WORD_MAX) continue;
        size_t distance = edit_distance(value, value_len, choice, len);
        if (distance >= nearest_distance || distance >= len) continue;
        nearest = choice;
        nearest_len = len;
        nearest_distance = distance;
    }
    int rc = ERR_SET(ERR_PARSE, "%s is one of %s, not \"%.64s\"", row->name, row->choices, value);
    if (nearest == NULL) return rc;
    return ERR_APPEND(rc, "did you mean \"%.*s\"?", (int)nearest_len, nearest);
}

static int parse_duration(const struct param *row, const char *value, double *ret_value) {
    int64_t ns = 0;
    // Zero switches many a timer off; duration_parse knows only real lengths of time.
    bool zero = strcmp(value, "0") == 0 || strcmp(value, "0s") == 0;
    int rc = zero ? 0 : duration_parse(value, strlen(value), &ns);
    if (rc == ERR_PARSE)
        return ERR_SET(rc, "%s is a duration such as 90s, 5m or 1d, and \"%.64s\" is none",
                       row->name, value);
    if (rc == ERR_RANGE) return ERR_SET(rc, "%s cannot be a duration of %.64s", row->name, value);
    double seconds = (double)ns / (double)NS_PER_S;
    TRY(check_bounds(row, value, seconds));
    *ret_value = seconds;
    return 0;
}

static int check_bounds(const struct param *row, const char *value, double number) {
    if (number >= row->min && number <= row->max) return 0;
    struct text bounds;
    text_init(&bounds, 4 * VALUE_TEXT_SIZE);
    print_bounds(row, &bounds);
    int rc = ERR_SET(ERR_RANGE, "%s must be in %s, and is %.64s", row->name, text_string(&bounds),
                     value);
    text_fini(&bounds);
    return rc;
}

static int unknown_name(const struct param *table, size_t count, const char *name) {
    const char *names[PARAMS_MAX] = {NULL};
    for (size_t i = 0; i < count; i++) names[i] = table[i].name;
    const char *nearest = nearest_name(name, names, count);
    if (nearest != NULL)
        return ERR_SET(ERR_NOT_FOUND, "no parameter is called \"%.64s\"; did you mean \"%s\"?",
                       name, nearest);
    int rc = ERR_SET(ERR_NOT_FOUND, "no parameter is called \"%.64s\"", name);
    for (size_t i = 0; i < count; i++)
        rc = i == 0 ? ERR_APPEND(rc, "there are: %s", names[i]) : ERR_APPEND(rc, "%s", names[i]);
    return rc;
}

static size_t choice_count(const char *choices) {
    size_t count = 0, len = 0;
    while (choice_at(choices, count, &len) != NULL) count++;
    return count;
}

static bool has_bounds(const struct param *row) {
    return row->type == PARAM_INT || row->type == PARAM_REAL || row->type == PARAM_DURATION;
}

static const char *type_name(enum param_type type) {
    switch (type) {
    case PARAM_INT:
        return "integer";
    case PARAM_REAL:
        return "number";
    case PARAM_BOOL:
        return "boolean";
    case PARAM_ENUM:
        return "choice";
    case PARAM_DURATION:
        return "duration";
    }
    return "";
}

// The index-th of "first|second|third", not terminated; NULL past the last.
static const char *choice_at(const char *choices, size_t index, size_t *ret_len) {
    const char *at = choices;
    for (; index > 0; index--) {
        at = strchr(at, '|');
        if (at == NULL) return NULL;
        at++;
    }
    *ret_len = strcspn(at, "|");
    return at;
}

// "[1, 500]"; an open end is "inf".
static void print_bounds(const struct param *row, struct text *out) {
    text_add_char(out, '[');
    if (isfinite(row->min))
        params_print_value(row, row->min, out);
    else
        text_add(out, "-inf");
    text_add(out, ", ");
    if (isfinite(row->max))
        params_print_value(row, row->max, out);
    else
        text_add(out, "inf");
    text_add_char(out, ']');
}

static void print_cell(const struct param *row, size_t column, struct text *out) {
    switch (column) {
    case 0:
        text_add(out, row->name);
        return;
    case 1:
        text_add(out, type_name(row->type));
        return;
    case 2:
        params_print_value(row, row->def, out);
        return;
    case 3:
        if (has_bounds(row))
            print_bounds(row, out);
        else
            text_add(out, row->type == PARAM_ENUM ? row->choices : "true|false");
        return;
    case 4:
        text_add(out, row->unit[0] != '\0' ? row->unit : "-");
        return;
    default:
        text_add(out, row->help);
        return;
    }
}

static void schema_property(const struct param *row, struct text *out) {
    static const char *const types[] = {"integer", "number", "boolean", "string", "string"};
    bool quoted = row->type == PARAM_ENUM || row->type == PARAM_DURATION;
    schema_string(row->name, strlen(row->name), out);
    text_printf(out, ":{\"type\":\"%s\"", types[row->type]);
    if (row->type == PARAM_ENUM) {
        size_t len = 0;
        const char *choice;
        for (size_t i = 0; (choice = choice_at(row->choices, i, &len)) != NULL; i++) {
            text_add(out, i == 0 ? ",\"enum\":[" : ",");
            schema_string(choice, len, out);
        }
        text_add_char(out, ']');
    }
    if (row->type == PARAM_DURATION)
        text_add(out, ",\"pattern\":\"^([0-9]+(ns|us|ms|s|m|h|d|w)|0)$\"");
    if (has_bounds(row) && !quoted && isfinite(row->min)) {
        text_add(out, ",\"minimum\":");
        params_print_value(row, row->min, out);
    }
    if (has_bounds(row) && !quoted && isfinite(row->max)) {
        text_add(out, ",\"maximum\":");
        params_print_value(row, row->max, out);
    }
    text_add(out, ",\"default\":");
    if (quoted) text_add_char(out, '"');
    params_print_value(row, row->def, out);
    if (quoted) text_add_char(out, '"');
    text_add(out, ",\"description\":");
    schema_string(row->help, strlen(row->help), out);
    if (row->unit[0] != '\0') {
        text_add(out, ",\"unit\":");
        schema_string(row->unit, strlen(row->unit), out);
    }
    text_add_char(out, '}');
}

static void schema_string(const char *string, size_t len, struct text *out) {
    text_add_char(out, '"');
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)string[i];
        if (c == '"' || c == '\\')
            text_printf(out, "\\%c", c);
        else if (c < 0x20)
            text_printf(out, "\\u%04x", c);
        else
            text_add_char(out, (char)c);
    }
    text_add_char(out, '"');
}

// Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours cost one each.
static size_t edit_distance(const char *a, size_t a_len, const char *b, size_t b_len) {
    CHECK(a_len <= WORD_MAX && b_len <= WORD_MAX);
    size_t rows[3][WORD_MAX + 1];
    size_t *before = rows[0];
    size_t *above = rows[1];
    size_t *row = rows[2];
    for (size_t j = 0; j <= b_len; j++) above[j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t best = above[j - 1] + (a[i - 1] != b[j - 1]);
            if (above[j] + 1 < best) best = above[j] + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped && before[j - 2] + 1 < best) best = before[j - 2] + 1;
            row[j] = best;
        }
        size_t *oldest = before;
        before = above;
        above = row;
        row = oldest;
    }
    return above[b_len];
}
