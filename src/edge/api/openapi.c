// SPDX-License-Identifier: Apache-2.0
#include "edge/api/openapi.h"

#include <stdio.h>
#include <string.h>

#include "base/jout.h"
#include "edge/api/problem.h"

enum { OBJECTS_MAX = 512 };

// Objects that are referred to, each once, in the order in which they are met.
struct objects {
    const struct object *items[OBJECTS_MAX];
    size_t count;
};

static void collect(struct objects *objects, const struct object *object) {
    if (object == NULL || objects->count == OBJECTS_MAX) return;
    for (size_t i = 0; i < objects->count; i++)
        if (objects->items[i] == object) return;
    objects->items[objects->count++] = object;
    for (size_t i = 0; i < object->count; i++) collect(objects, object->fields[i].of);
}

static void print_parameter(const struct field *field, const char *where, struct text *out) {
    struct field plain = *field;
    plain.help = NULL;
    jout_object(out);
    jout_key_string(out, "name", field->name);
    jout_key_string(out, "in", where);
    jout_key_bool(out, "required", (field->flags & FIELD_REQUIRED) != 0);
    if (field->help != NULL) jout_key_string(out, "description", field->help);
    jout_key(out, "schema");
    schema_print_field(&plain, out);
    if (field->example != NULL) {
        jout_key(out, "example");
        jout_json(out, field->example);
    }
    jout_end_object(out);
}

static void print_parameters(const struct route *route, struct text *out) {
    static const struct field key = {
        "Idempotency-Key",
        FIELD_STRING,
        0,
        .form = &form_key,
        .max = 64,
        .help = "The same key with the same body gets the first answer again; with another, 409."};
    const struct field *fields[ROUTE_PARAMS_MAX];
    size_t count = route_params(route, fields);
    bool idempotent = (route->flags & ROUTE_IDEMPOTENT) != 0;
    if (count + route->query_count == 0 && !idempotent) return;
    jout_key(out, "parameters");
    jout_array(out);
    for (size_t i = 0; i < count; i++) print_parameter(fields[i], "path", out);
    for (size_t i = 0; i < route->query_count; i++) print_parameter(&route->query[i], "query", out);
    if (idempotent) print_parameter(&key, "header", out);
    jout_end_array(out);
}

static void print_body(const struct route *route, struct text *out) {
    if (route->request == NULL) return;
    jout_key(out, "requestBody");
    jout_json(out, "{\"required\":true,\"content\":{\"application/json\":{\"schema\":");
    text_printf(out, "{\"$ref\":\"#/components/schemas/%s\"},\"example\":", route->request->name);
    schema_print_example(route->request, out);
    text_add(out, "}}}");
}

static void print_success(const struct route *route, struct text *out) {
    char status[8];
    snprintf(status, sizeof status, "%d", route->status);
    jout_key(out, status);
    jout_object(out);
    jout_key_string(out, "description", route->status == 204 ? "Done." : route->summary);
    if (route->response != NULL) {
        jout_key(out, "content");
        text_printf(out,
                    "{\"application/json\":{\"schema\":{\"$ref\":\"#/components/schemas/%s\"}}}",
                    route->response->name);
    } else if (route->media != NULL) {
        jout_key(out, "content");
        text_printf(out, "{\"%s\":{}}", route->media);
    }
    jout_end_object(out);
}

static void print_failure(int status, struct text *out) {
    char code[8];
    snprintf(code, sizeof code, "%d", status);
    jout_key(out, code);
    text_printf(out, "{\"$ref\":\"#/components/responses/%d\"}", status);
}

static void print_responses(const struct route *route, struct text *out) {
    jout_key(out, "responses");
    jout_object(out);
    print_success(route, out);
    for (size_t i = 0; i < problem_status_count(); i++)
        if (problem_may(route, problem_status_at(i))) print_failure(problem_status_at(i), out);
    jout_end_object(out);
}

static void print_security(const struct route *route, struct text *out) {
    jout_key(out, "security");
    if (route->role == ROUTE_PUBLIC)
        jout_json(out, "[]");
    else if ((route->flags & ROUTE_NO_KEY) != 0)
        jout_json(out, "[{\"bearer\":[]}]");
    else
        jout_json(out, "[{\"bearer\":[]},{\"apiKey\":[]}]");
    jout_key_string(out, "x-roles", route_role_name(route->role));
    if (route->scope != NULL && (route->flags & ROUTE_NO_KEY) == 0)
        jout_key_string(out, "x-scope", route->scope);
    jout_key_string(out, "x-rate", route->rate);
    if ((route->flags & ROUTE_STEP_UP) != 0) jout_key_bool(out, "x-step-up", true);
}

static void print_operation(const struct route *route, struct text *out) {
    char method[16];
    size_t i = 0;
    for (; route->method[i] != '\0' && i < sizeof method - 1; i++)
        method[i] = (char)(route->method[i] | 0x20);
    method[i] = '\0';
    jout_key(out, method);
    jout_object(out);
    jout_key_string(out, "operationId", route->id);
    jout_key(out, "tags");
    jout_array(out);
    jout_string(out, route->tag);
    jout_end_array(out);
    jout_key_string(out, "summary", route->summary);
    print_security(route, out);
    print_parameters(route, out);
    print_body(route, out);
    print_responses(route, out);
    jout_end_object(out);
}

// Every row with this path, where it is the first of them.
static void print_path(const struct route_table *table, size_t index, struct text *out) {
    const char *path = table->rows[index]->path;
    for (size_t i = 0; i < index; i++)
        if (strcmp(table->rows[i]->path, path) == 0) return;
    jout_key(out, path);
    jout_object(out);
    for (size_t i = index; i < table->count; i++)
        if (strcmp(table->rows[i]->path, path) == 0) print_operation(table->rows[i], out);
    jout_end_object(out);
}

static void print_components(const struct route_table *table, struct text *out) {
    struct objects objects = {.count = 0};
    collect(&objects, &problem_object);
    for (size_t i = 0; i < table->count; i++) {
        collect(&objects, table->rows[i]->request);
        collect(&objects, table->rows[i]->response);
    }
    jout_key(out, "components");
    jout_object(out);
    jout_key(out, "securitySchemes");
    jout_json(out, "{\"bearer\":{\"type\":\"http\",\"scheme\":\"bearer\",\"bearerFormat\":\"JWT\"},"
                   "\"apiKey\":{\"type\":\"apiKey\",\"in\":\"header\",\"name\":\"X-API-Key\"}}");
    jout_key(out, "responses");
    jout_object(out);
    for (size_t i = 0; i < problem_status_count(); i++) {
        char code[8];
        int status = problem_status_at(i);
        snprintf(code, sizeof code, "%d", status);
        jout_key(out, code);
        jout_object(out);
        jout_key_string(out, "description", problem_title(status));
        jout_key(out, "content");
        jout_json(out, "{\"application/problem+json\":{\"schema\":{\"$ref\":\"#/components/schemas/"
                       "Problem\"}}}");
        jout_end_object(out);
    }
    jout_end_object(out);
    jout_key(out, "schemas");
    jout_object(out);
    for (size_t i = 0; i < objects.count; i++) {
        jout_key(out, objects.items[i]->name);
        schema_print_object(objects.items[i], out);
    }
    jout_end_object(out);
    jout_end_object(out);
}

static void print_tags(const struct route_table *table, struct text *out) {
    jout_key(out, "tags");
    jout_array(out);
    for (size_t i = 0; i < table->count; i++) {
        bool first = true;
        for (size_t k = 0; k < i && first; k++)
            first = strcmp(table->rows[k]->tag, table->rows[i]->tag) != 0;
        if (!first) continue;
        jout_object(out);
        jout_key_string(out, "name", table->rows[i]->tag);
        jout_end_object(out);
    }
    jout_end_array(out);
}

void openapi_print(const struct route_table *table, struct text *out) {
    jout_object(out);
    jout_key_string(out, "openapi", "3.1.0");
    jout_key(out, "info");
    jout_object(out);
    jout_key_string(out, "title", "Fulmar");
    jout_key_string(out, "version", FULMAR_VERSION);
    jout_key_string(
        out, "description",
        "Amounts, prices and quantities are strings of exact decimals. Instants are RFC "
        "3339 in UTC, or whole nanoseconds where a name ends in _ns. Errors are "
        "application/problem+json (RFC 9457). A member that is not described is refused.");
    jout_key(out, "license");
    jout_json(out, "{\"name\":\"Apache-2.0\",\"identifier\":\"Apache-2.0\"}");
    jout_end_object(out);
    jout_key(out, "servers");
    jout_json(out, "[{\"url\":\"/\"}]");
    print_tags(table, out);
    jout_key(out, "paths");
    jout_object(out);
    for (size_t i = 0; i < table->count; i++) print_path(table, i, out);
    jout_end_object(out);
    print_components(table, out);
    jout_end_object(out);
}
