// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include <jansson.h>

#include "edge/api/api.h"
#include "edge/api/openapi.h"

static json_t *document(void) {
    struct text out;
    text_init(&out, OPENAPI_SIZE_MAX);
    openapi_print(api_routes(), &out);
    assert_ok(text_error(&out));
    json_t *value = json_loads(text_string(&out), JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(value);
    text_fini(&out);
    return value;
}

static void the_program_s_table_is_sound(void **state) {
    (void)state;
    assert_ok(route_check(api_routes()));
}

static void every_row_is_an_operation(void **state) {
    (void)state;
    json_t *spec = document(), *paths = json_object_get(spec, "paths");
    const struct route_table *table = api_routes();
    for (size_t i = 0; i < table->count; i++) {
        const struct route *row = table->rows[i];
        char method[16] = "";
        for (size_t k = 0; row->method[k] != '\0'; k++) method[k] = (char)(row->method[k] | 0x20);
        const json_t *operation = json_object_get(json_object_get(paths, row->path), method);
        assert_string_equal(json_string_value(json_object_get(operation, "operationId")), row->id);
        assert_string_equal(json_string_value(json_object_get(operation, "x-roles")),
                            route_role_name(row->role));
    }
    json_decref(spec);
}

// Every reference leads somewhere.
static void look(const json_t *spec, const json_t *value) {
    const char *key;
    size_t i;
    json_t *inner;
    const char *to = json_string_value(json_object_get(value, "$ref"));
    if (to != NULL) {
        char path[128], *at = path + 2;
        snprintf(path, sizeof path, "%s", to);
        for (char *part = strsep(&at, "/"); part != NULL; part = strsep(&at, "/")) {
            spec = json_object_get(spec, part);
            if (spec == NULL) fail_msg("%s leads nowhere", to);
        }
        return;
    }
    json_object_foreach((json_t *)value, key, inner) look(spec, inner);
    json_array_foreach((json_t *)value, i, inner) look(spec, inner);
}

static void references_lead_somewhere(void **state) {
    (void)state;
    json_t *spec = document();
    look(spec, spec);
    json_decref(spec);
}

static void examples_are_what_the_routes_take(void **state) {
    (void)state;
    const struct route_table *table = api_routes();
    for (size_t i = 0; i < table->count; i++) {
        struct schema_fault fault;
        struct text out;
        if (table->rows[i]->request == NULL) continue;
        text_init(&out, 1 << 16);
        schema_print_example(table->rows[i]->request, &out);
        json_t *value = json_loads(text_string(&out), 0, NULL);
        if (!schema_check(table->rows[i]->request, value, &fault))
            fail_msg("%s: %s %s", table->rows[i]->id, fault.path, fault.words);
        json_decref(value);
        text_fini(&out);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_program_s_table_is_sound),
        cmocka_unit_test(every_row_is_an_operation),
        cmocka_unit_test(references_lead_somewhere),
        cmocka_unit_test(examples_are_what_the_routes_take),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
