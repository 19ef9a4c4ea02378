// SPDX-License-Identifier: Apache-2.0
// What the JSON objects of the API look like, as C tables. From the same rows come the checks of requests, those of our own
// answers in test builds, and the schemas of the OpenAPI document.
//
// Objects are closed: a member that the table does not name is a fault, so that no client can write what it was not
// given to write. Integers are written without fraction or exponent. Amounts, prices and quantities are strings of exact
// decimals; instants are strings, or integers of nanoseconds where a row says so.
#ifndef FULMAR_EDGE_API_SCHEMA_H
#define FULMAR_EDGE_API_SCHEMA_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "edge/api/form.h"

enum field_type {
    FIELD_STRING, // of a form, of choices, or any text of min to max characters (max 0: FIELD_TEXT_MAX)
    FIELD_INTEGER, // min to max (both 0: any of 64 bits)
    FIELD_NUMBER,  // min to max (both 0: any finite)
    FIELD_BOOLEAN,
    FIELD_OBJECT, // `of`
    FIELD_MAP,    // an object of names of the user's, with values of text, numbers and booleans
    FIELD_ANY,    // any JSON: documents whose form another page describes
};

enum field_flag {
    FIELD_REQUIRED = 1,
    FIELD_NULLABLE = 2,
    FIELD_LIST = 4,   // an array of such values, at most `items` (0: FIELD_ITEMS_MAX)
    FIELD_SECRET = 8, // never logged, and `format: password` in the document
};

enum {
    FIELD_TEXT_MAX = 256,
    FIELD_ITEMS_MAX = 1000,
    SCHEMA_PATH_SIZE = 128,
    SCHEMA_WORDS_SIZE = 256
};

struct object;

struct field {
    const char *name;
    enum field_type type;
    unsigned flags;
    const struct form *form;
    const char *choices; // "buy|sell"
    double min, max;
    uint32_t items;
    const struct object *of;
    const char *
        example; // as JSON, of one value; NULL: of the form, of the choices, or what suits the type
    const char *help; // one sentence
};

struct object {
    const char *name; // "Order": a component of the document, unique
    const char *help;
    const struct field *fields;
    size_t count;
    bool open; // may have members beyond these: of answers alone
};

#define OBJECT(variable_, name_, fields_, help_)                                                   \
    const struct object variable_ = {.name = (name_),                                              \
                                     .help = (help_),                                              \
                                     .fields = (fields_),                                          \
                                     .count = sizeof(fields_) / sizeof *(fields_)}

// What is wrong with a value: where (a JSON pointer, "/legs/0/qty") and what would be right.
struct schema_fault {
    char path[SCHEMA_PATH_SIZE];
    char words[SCHEMA_WORDS_SIZE];
};

// Whether a value is what the object says. False: the first fault, in the order of the table, unknown members last.
bool schema_check(const struct object *object, const json_t *value, struct schema_fault *ret_fault);
// The same for one value of text, as in a path or a query; integers, numbers and booleans are read from it.
bool schema_check_text(const struct field *field, const char *text, size_t len,
                       struct schema_fault *ret_fault);

// A field as a JSON Schema (2020-12); objects are references into #/components/schemas.
void schema_print_field(const struct field *field, struct text *out);
void schema_print_object(const struct object *object, struct text *out);
// An example of an object that schema_check takes: required members, and those with an example.
void schema_print_example(const struct object *object, struct text *out);

// Whether a text is among the choices "a|b|c".
bool schema_is_choice(const char *choices, const char *text, size_t len);

#endif
