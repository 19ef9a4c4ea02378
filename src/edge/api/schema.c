// SPDX-License-Identifier: Apache-2.0
#include "edge/api/schema.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 8, MAP_MAX = 64 };

// Where the check is: a chain of names up to the root.
struct place {
    const struct place *up;
    const char *name;
    size_t index; // where name is NULL
};

static void print_place(const struct place *place, struct schema_fault *fault) {
    if (place == NULL) return;
    print_place(place->up, fault);
    size_t len = strlen(fault->path);
    if (place->name != NULL)
        snprintf(fault->path + len, sizeof fault->path - len, "/%s", place->name);
    else
        snprintf(fault->path + len, sizeof fault->path - len, "/%zu", place->index);
}

static bool refuse(struct schema_fault *fault, const struct place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static bool refuse(struct schema_fault *fault, const struct place *place, const char *format, ...) {
    va_list list;
    fault->path[0] = '\0';
    print_place(place, fault);
    va_start(list, format);
    vsnprintf(fault->words, sizeof fault->words, format, list);
    va_end(list);
    return false;
}

bool schema_is_choice(const char *choices, const char *text, size_t len) {
    for (const char *at = choices; at != NULL;) {
        size_t size = strcspn(at, "|");
        if (size == len && memcmp(at, text, len) == 0) return true;
        at = at[size] == '|' ? at + size + 1 : NULL;
    }
    return false;
}

static size_t characters(const char *text, size_t len) {
    size_t count = 0;
    for (size_t i = 0; i < len; i++) count += (text[i] & 0xc0) != 0x80;
    return count;
}

static bool check_string(const struct field *field, const struct place *place, const char *text,
                         size_t len, struct schema_fault *fault) {
    size_t max = field->max > 0 ? (size_t)field->max : FIELD_TEXT_MAX, has = characters(text, len);
    if (field->choices != NULL && !schema_is_choice(field->choices, text, len))
        return refuse(fault, place, "is one of %s", field->choices);
    if (field->form != NULL && !field->form->check(text, len))
        return refuse(fault, place, "%s", field->form->words);
    if (has > max) return refuse(fault, place, "has at most %zu characters", max);
    if (has < (size_t)field->min)
        return refuse(fault, place, "has at least %zu characters", (size_t)field->min);
    return true;
}

static bool is_within(const struct field *field, double value) {
    return (field->min == 0 && field->max == 0) || (value >= field->min && value <= field->max);
}

static bool check_integer(const struct field *field, const struct place *place, json_int_t value,
                          struct schema_fault *fault) {
    if (is_within(field, (double)value)) return true;
    return refuse(fault, place, "is from %.0f to %.0f", field->min, field->max);
}

static bool check_number(const struct field *field, const struct place *place, double value,
                         struct schema_fault *fault) {
    if (!isfinite(value)) return refuse(fault, place, "is a finite number");
    if (is_within(field, value)) return true;
    return refuse(fault, place, "is from %g to %g", field->min, field->max);
}

static bool check_object(const struct object *object, const struct place *place,
                         const json_t *value, int depth, struct schema_fault *fault);

static bool check_map(const struct place *place, const json_t *value, struct schema_fault *fault) {
    const char *key;
    json_t *item;
    if (!json_is_object(value)) return refuse(fault, place, "is an object of names and values");
    if (json_object_size(value) > MAP_MAX)
        return refuse(fault, place, "has at most %d members", MAP_MAX);
    json_object_foreach((json_t *)value, key, item) {
        struct place inner = {place, key, 0};
        if (!form_word.check(key, strlen(key)))
            return refuse(fault, &inner, "its name %s", form_word.words);
        if (!json_is_string(item) && !json_is_number(item) && !json_is_boolean(item))
            return refuse(fault, &inner, "is text, a number, true or false");
        if (json_is_string(item) && json_string_length(item) > FIELD_TEXT_MAX)
            return refuse(fault, &inner, "has at most %d characters", FIELD_TEXT_MAX);
    }
    return true;
}

static bool check_one(const struct field *field, const struct place *place, const json_t *value,
                      int depth, struct schema_fault *fault) {
    if (json_is_null(value) && (field->flags & FIELD_NULLABLE) != 0) return true;
    switch (field->type) {
    case FIELD_STRING:
        if (!json_is_string(value)) return refuse(fault, place, "is text, in quotes");
        return check_string(field, place, json_string_value(value), json_string_length(value),
                            fault);
    case FIELD_INTEGER:
        if (!json_is_integer(value)) return refuse(fault, place, "is a whole number");
        return check_integer(field, place, json_integer_value(value), fault);
    case FIELD_NUMBER:
        if (!json_is_number(value)) return refuse(fault, place, "is a number");
        return check_number(field, place, json_number_value(value), fault);
    case FIELD_BOOLEAN:
        return json_is_boolean(value) || refuse(fault, place, "is true or false");
    case FIELD_OBJECT:
        return check_object(field->of, place, value, depth + 1, fault);
    case FIELD_MAP:
        return check_map(place, value, fault);
    case FIELD_ANY:
        return true;
    }
    return refuse(fault, place, "is of no known type");
}

static bool check_list(const struct field *field, const struct place *place, const json_t *value,
                       int depth, struct schema_fault *fault) {
    size_t max = field->items > 0 ? field->items : FIELD_ITEMS_MAX;
    if (json_is_null(value) && (field->flags & FIELD_NULLABLE) != 0) return true;
    if (!json_is_array(value)) return refuse(fault, place, "is a list");
    if (json_array_size(value) > max) return refuse(fault, place, "has at most %zu items", max);
    struct field item = *field;
    item.flags &= ~(unsigned)FIELD_NULLABLE;
    for (size_t i = 0; i < json_array_size(value); i++) {
        struct place inner = {place, NULL, i};
        if (!check_one(&item, &inner, json_array_get(value, i), depth, fault)) return false;
    }
    return true;
}

static const struct field *find(const struct object *object, const char *name) {
    for (size_t i = 0; i < object->count; i++)
        if (strcmp(object->fields[i].name, name) == 0) return &object->fields[i];
    return NULL;
}

static bool check_object(const struct object *object, const struct place *place,
                         const json_t *value, int depth, struct schema_fault *fault) {
    const char *key;
    json_t *item;
    if (!json_is_object(value)) return refuse(fault, place, "is an object");
    if (depth > DEPTH_MAX) return refuse(fault, place, "is nested too deep");
    for (size_t i = 0; i < object->count; i++) {
        const struct field *field = &object->fields[i];
        struct place inner = {place, field->name, 0};
        item = json_object_get(value, field->name);
        if (item == NULL && (field->flags & FIELD_REQUIRED) != 0)
            return refuse(fault, &inner, "is missing");
        if (item == NULL) continue;
        bool good = (field->flags & FIELD_LIST) != 0 ? check_list(field, &inner, item, depth, fault)
                                                     : check_one(field, &inner, item, depth, fault);
        if (!good) return false;
    }
    json_object_foreach((json_t *)value, key, item) {
        struct place inner = {place, key, 0};
        if (!object->open && find(object, key) == NULL)
            return refuse(fault, &inner, "is no member of %s", object->name);
    }
    return true;
}

bool schema_check(const struct object *object, const json_t *value,
                  struct schema_fault *ret_fault) {
    return check_object(object, NULL, value, 0, ret_fault);
}

static bool read_integer(const char *text, size_t len, json_int_t *ret_value) {
    char *end;
    size_t sign = len > 0 && text[0] == '-';
    if (len == sign || len > 20 || strspn(text + sign, "0123456789") < len - sign) return false;
    errno = 0;
    *ret_value = strtoll(text, &end, 10);
    return errno == 0 && end == text + len;
}

static bool read_number(const char *text, size_t len, double *ret_value) {
    char *end;
    if (len == 0 || len > 40 || strspn(text, "0123456789.eE+-") < len) return false;
    *ret_value = strtod(text, &end);
    return end == text + len && isfinite(*ret_value);
}

bool schema_check_text(const struct field *field, const char *text, size_t len,
                       struct schema_fault *ret_fault) {
    struct place place = {NULL, field->name, 0};
    json_int_t integer;
    double number;
    switch (field->type) {
    case FIELD_INTEGER:
        if (!read_integer(text, len, &integer))
            return refuse(ret_fault, &place, "is a whole number");
        return check_integer(field, &place, integer, ret_fault);
    case FIELD_NUMBER:
        if (!read_number(text, len, &number)) return refuse(ret_fault, &place, "is a number");
        return check_number(field, &place, number, ret_fault);
    case FIELD_BOOLEAN:
        return schema_is_choice("true|false", text, len) ||
               refuse(ret_fault, &place, "is true or false");
    case FIELD_STRING:
        return check_string(field, &place, text, len, ret_fault);
    case FIELD_OBJECT:
    case FIELD_MAP:
    case FIELD_ANY:
        break;
    }
    return refuse(ret_fault, &place, "cannot stand here");
}
