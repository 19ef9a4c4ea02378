// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "base/jout.h"
#include "edge/api/schema.h"

// Bounds that are whole are printed as such.
static void print_bound(struct text *out, const char *key, double value) {
    if (value == (double)(int64_t)value)
        jout_key_int(out, key, (int64_t)value);
    else
        jout_key_real(out, key, value);
}

static void print_choices(const char *choices, bool nullable, struct text *out) {
    jout_key(out, "enum");
    jout_array(out);
    for (const char *at = choices; at != NULL;) {
        size_t size = strcspn(at, "|");
        jout_bytes(out, at, size);
        at = at[size] == '|' ? at + size + 1 : NULL;
    }
    if (nullable) jout_null(out);
    jout_end_array(out);
}

static void print_type(const char *name, bool nullable, struct text *out) {
    jout_key(out, "type");
    if (!nullable) {
        jout_string(out, name);
        return;
    }
    jout_array(out);
    jout_string(out, name);
    jout_string(out, "null");
    jout_end_array(out);
}

static void print_string(const struct field *field, bool nullable, struct text *out) {
    print_type("string", nullable, out);
    if (field->choices != NULL) {
        print_choices(field->choices, nullable, out);
        return;
    }
    if (field->form == &form_time) jout_key_string(out, "format", "date-time");
    if ((field->flags & FIELD_SECRET) != 0) jout_key_string(out, "format", "password");
    if (field->form != NULL && field->form->pattern != NULL)
        jout_key_string(out, "pattern", field->form->pattern);
    if (field->min > 0) print_bound(out, "minLength", field->min);
    print_bound(out, "maxLength", field->max > 0 ? field->max : FIELD_TEXT_MAX);
}

static void print_map(bool nullable, struct text *out) {
    print_type("object", nullable, out);
    jout_key_int(out, "maxProperties", 64);
    jout_key(out, "propertyNames");
    jout_object(out);
    jout_key_string(out, "pattern", form_word.pattern);
    jout_end_object(out);
    jout_key(out, "additionalProperties");
    jout_json(out, "{\"anyOf\":[{\"type\":\"string\",\"maxLength\":256},{\"type\":\"number\"},"
                   "{\"type\":\"boolean\"}]}");
}

static void print_reference(const struct object *object, bool nullable, struct text *out) {
    if (nullable) {
        jout_key(out, "anyOf");
        jout_array(out);
        jout_object(out);
    }
    jout_key(out, "$ref");
    text_printf(out, "\"#/components/schemas/%s\"", object->name);
    if (!nullable) return;
    jout_end_object(out);
    jout_json(out, "{\"type\":\"null\"}");
    jout_end_array(out);
}

// The members of the schema of one value.
static void print_value(const struct field *field, bool nullable, struct text *out) {
    bool bounded = field->min != 0 || field->max != 0;
    switch (field->type) {
    case FIELD_STRING:
        print_string(field, nullable, out);
        break;
    case FIELD_INTEGER:
    case FIELD_NUMBER:
        print_type(field->type == FIELD_INTEGER ? "integer" : "number", nullable, out);
        if (field->type == FIELD_INTEGER) jout_key_string(out, "format", "int64");
        if (bounded) print_bound(out, "minimum", field->min);
        if (bounded) print_bound(out, "maximum", field->max);
        if (field->type == FIELD_INTEGER && !bounded)
            text_add(out, ",\"minimum\":-9223372036854775808,\"maximum\":9223372036854775807");
        break;
    case FIELD_BOOLEAN:
        print_type("boolean", nullable, out);
        break;
    case FIELD_OBJECT:
        print_reference(field->of, nullable, out);
        break;
    case FIELD_MAP:
        print_map(nullable, out);
        break;
    case FIELD_ANY:
        break;
    }
}

void schema_print_field(const struct field *field, struct text *out) {
    bool nullable = (field->flags & FIELD_NULLABLE) != 0;
    jout_object(out);
    if ((field->flags & FIELD_LIST) != 0) {
        print_type("array", nullable, out);
        jout_key_int(out, "maxItems", field->items > 0 ? field->items : FIELD_ITEMS_MAX);
        jout_key(out, "items");
        jout_object(out);
        print_value(field, false, out);
        jout_end_object(out);
    } else {
        print_value(field, nullable, out);
    }
    if (field->help != NULL) jout_key_string(out, "description", field->help);
    jout_end_object(out);
}

static void print_required(const struct object *object, struct text *out) {
    bool any = false;
    for (size_t i = 0; i < object->count; i++)
        any = any || (object->fields[i].flags & FIELD_REQUIRED) != 0;
    if (!any) return;
    jout_key(out, "required");
    jout_array(out);
    for (size_t i = 0; i < object->count; i++)
        if ((object->fields[i].flags & FIELD_REQUIRED) != 0)
            jout_string(out, object->fields[i].name);
    jout_end_array(out);
}

void schema_print_object(const struct object *object, struct text *out) {
    jout_object(out);
    jout_key_string(out, "type", "object");
    if (object->help != NULL) jout_key_string(out, "description", object->help);
    print_required(object, out);
    jout_key(out, "properties");
    jout_object(out);
    for (size_t i = 0; i < object->count; i++) {
        jout_key(out, object->fields[i].name);
        schema_print_field(&object->fields[i], out);
    }
    jout_end_object(out);
    jout_key_bool(out, "additionalProperties", object->open);
    jout_end_object(out);
}

static void print_sample(const struct field *field, struct text *out) {
    if (field->example != NULL) {
        jout_json(out, field->example);
        return;
    }
    switch (field->type) {
    case FIELD_STRING:
        if (field->choices != NULL)
            jout_bytes(out, field->choices, strcspn(field->choices, "|"));
        else
            jout_string(out, field->form != NULL ? field->form->example : "text");
        break;
    case FIELD_INTEGER:
    case FIELD_NUMBER:
        jout_real(out, field->min > 0 ? field->min : field->max < 0 ? field->max : 0);
        break;
    case FIELD_BOOLEAN:
        jout_bool(out, true);
        break;
    case FIELD_OBJECT:
        schema_print_example(field->of, out);
        break;
    case FIELD_MAP:
    case FIELD_ANY:
        jout_json(out, "{}");
        break;
    }
}

void schema_print_example(const struct object *object, struct text *out) {
    jout_object(out);
    for (size_t i = 0; i < object->count; i++) {
        const struct field *field = &object->fields[i];
        if ((field->flags & FIELD_REQUIRED) == 0 && field->example == NULL) continue;
        jout_key(out, field->name);
        if ((field->flags & FIELD_LIST) != 0) jout_array(out);
        print_sample(field, out);
        if ((field->flags & FIELD_LIST) != 0) jout_end_array(out);
    }
    jout_end_object(out);
}
