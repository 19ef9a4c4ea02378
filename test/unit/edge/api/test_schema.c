// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "edge/api/schema.h"

static const struct field leg_fields[] = {
    {"qty", FIELD_STRING, FIELD_REQUIRED, .form = &form_decimal, .help = "How much."},
    {"side", FIELD_STRING, 0, .choices = "buy|sell", .help = "Which."},
};
static OBJECT(leg_object, "Leg", leg_fields, "A part.");
static const struct field order_fields[] = {
    {"name", FIELD_STRING, FIELD_REQUIRED, .min = 2, .max = 4, .help = "A name."},
    {"count", FIELD_INTEGER, 0, .min = 1, .max = 10, .help = "How many."},
    {"share", FIELD_NUMBER, FIELD_NULLABLE, .help = "A part of it."},
    {"on", FIELD_BOOLEAN, 0, .help = "Whether."},
    {"legs", FIELD_OBJECT, FIELD_LIST, .of = &leg_object, .items = 2, .help = "Parts."},
    {"params", FIELD_MAP, 0, .help = "More."},
};
static OBJECT(order_object, "Order", order_fields, "A whole.");

static void what_fits_passes(void **state) {
    (void)state;
    static const char *const rows[] = {
        "{\"name\":\"ab\"}",
        "{\"name\":\"\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\"}", // four characters in eight bytes
        "{\"name\":\"abc\",\"count\":10,\"share\":null,\"on\":false}",
        "{\"name\":\"abc\",\"share\":1e300,\"legs\":[{\"qty\":\"-1.50\",\"side\":\"sell\"},{"
        "\"qty\":\"2\"}]}",
        "{\"name\":\"abc\",\"params\":{\"fast\":1,\"on\":true,\"word\":\"x\"}}",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct schema_fault fault;
        json_t *value = json_loads(rows[i], 0, NULL);
        if (!schema_check(&order_object, value, &fault))
            fail_msg("%s: %s %s", rows[i], fault.path, fault.words);
        json_decref(value);
    }
}

static void the_first_fault_is_named_by_its_place(void **state) {
    (void)state;
    static const struct {
        const char *json, *path, *words;
    } rows[] = {
        {"[]", "", "is an object"},
        {"{}", "/name", "is missing"},
        {"{\"name\":1}", "/name", "is text, in quotes"},
        {"{\"name\":\"a\"}", "/name", "has at least 2 characters"},
        {"{\"name\":\"abcde\"}", "/name", "has at most 4 characters"},
        {"{\"name\":null}", "/name", "is text, in quotes"},
        {"{\"name\":\"ab\",\"count\":0}", "/count", "is from 1 to 10"},
        {"{\"name\":\"ab\",\"count\":1.0}", "/count", "is a whole number"},
        {"{\"name\":\"ab\",\"count\":\"1\"}", "/count", "is a whole number"},
        {"{\"name\":\"ab\",\"share\":\"1\"}", "/share", "is a number"},
        {"{\"name\":\"ab\",\"on\":1}", "/on", "is true or false"},
        {"{\"name\":\"ab\",\"legs\":{}}", "/legs", "is a list"},
        {"{\"name\":\"ab\",\"legs\":[{\"qty\":\"1\"},{\"qty\":1}]}", "/legs/1/qty",
         "is text, in quotes"},
        {"{\"name\":\"ab\",\"legs\":[{\"qty\":\"1e3\"}]}", "/legs/0/qty",
         "is an exact decimal in quotes, like 12.5"},
        {"{\"name\":\"ab\",\"legs\":[{\"qty\":\"1\",\"side\":\"up\"}]}", "/legs/0/side",
         "is one of buy|sell"},
        {"{\"name\":\"ab\",\"legs\":[{\"qty\":\"1\",\"role\":\"x\"}]}", "/legs/0/role",
         "is no member of Leg"},
        {"{\"name\":\"ab\",\"legs\":[{},{},{}]}", "/legs", "has at most 2 items"},
        {"{\"name\":\"ab\",\"params\":[]}", "/params", "is an object of names and values"},
        {"{\"name\":\"ab\",\"params\":{\"Fast\":1}}", "/params/Fast", NULL},
        {"{\"name\":\"ab\",\"params\":{\"fast\":{}}}", "/params/fast",
         "is text, a number, true or false"},
        {"{\"name\":\"ab\",\"tenant_id\":2}", "/tenant_id", "is no member of Order"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct schema_fault fault = {{0}, {0}};
        json_t *value = json_loads(rows[i].json, 0, NULL);
        if (schema_check(&order_object, value, &fault)) fail_msg("%s passed", rows[i].json);
        assert_string_equal(fault.path, rows[i].path);
        if (rows[i].words != NULL) assert_string_equal(fault.words, rows[i].words);
        json_decref(value);
    }
}

static void text_is_read_as_its_type(void **state) {
    (void)state;
    static const struct field integer = {"limit", FIELD_INTEGER, 0, .min = 1, .max = 1000};
    static const struct field number = {"pace", FIELD_NUMBER, .help = NULL};
    static const struct field flag = {"all", FIELD_BOOLEAN, .help = NULL};
    static const struct {
        const struct field *field;
        const char *text;
        bool good;
    } rows[] = {
        {&integer, "1", true},
        {&integer, "1000", true},
        {&integer, "0", false},
        {&integer, "", false},
        {&integer, "1.0", false},
        {&integer, " 1", false},
        {&integer, "+1", false},
        {&integer, "0x10", false},
        {&integer, "99999999999999999999", false},
        {&number, "1.5e3", true},
        {&number, "nan", false},
        {&number, "inf", false},
        {&number, "1e999", false},
        {&number, "", false},
        {&flag, "true", true},
        {&flag, "false", true},
        {&flag, "1", false},
        {&flag, "True", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct schema_fault fault;
        bool good = schema_check_text(rows[i].field, rows[i].text, strlen(rows[i].text), &fault);
        if (good != rows[i].good) fail_msg("%s: '%s'", rows[i].field->name, rows[i].text);
    }
}

static void an_example_is_what_the_schema_takes(void **state) {
    (void)state;
    struct schema_fault fault;
    struct text out;
    text_init(&out, 4096);
    schema_print_example(&order_object, &out);
    json_t *value = json_loads(text_string(&out), 0, NULL);
    assert_non_null(value);
    // Its name is "text": four characters.
    if (!schema_check(&order_object, value, &fault)) fail_msg("%s %s", fault.path, fault.words);
    json_decref(value);
    text_clear(&out);
    schema_print_object(&order_object, &out);
    value = json_loads(text_string(&out), 0, NULL);
    assert_non_null(value);
    assert_true(json_is_false(json_object_get(value, "additionalProperties")));
    assert_int_equal(json_object_size(json_object_get(value, "properties")), 6);
    json_decref(value);
    text_fini(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_fits_passes),
        cmocka_unit_test(the_first_fault_is_named_by_its_place),
        cmocka_unit_test(text_is_read_as_its_type),
        cmocka_unit_test(an_example_is_what_the_schema_takes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
