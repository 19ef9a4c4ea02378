// SPDX-License-Identifier: Apache-2.0
#include <jansson.h>
#include <math.h>

#include "program.h"

// The shared reference's least variance and hierarchical weights of AAPL, and its equal shares of risk.
static void the_reference_comes_out_as_json(void **state) {
    static const struct {
        const char *method;
        double weight;
    } cases[] = {{"min-variance", 0.061813290195701524},
                 {"erc", 0.08346693181740347},
                 {"hrp", 0.08744119836432217},
                 {"kelly", 0.22246856790282912},
                 {"max-sharpe", 0.38291089236797149}};
    const char *file = harness_shared("golden/risk/returns12.csv");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct program *program =
            program_run("portfolio %s --returns %s --json", cases[i].method, file);
        assert_int_equal(program->status, 0);
        json_t *object = json_loads(program->out, 0, NULL);
        assert_non_null(object);
        json_t *weights = json_object_get(object, "weights");
        double weight = json_number_value(json_object_get(weights, "AAPL"));
        assert_true(fabs(weight - cases[i].weight) <= 1e-10);
        json_decref(object);
    }
}

static void fewer_rows_than_assets_and_an_unknown_method_are_told(void **state) {
    struct program *program = program_run("portfolio erc --returns - 2>&1 <<'END'\n"
                                          "date,a,b,c\n1,0.1,0.2,0\n2,0,0.1,0.1\n3,0.1,0,0.2\nEND");
    assert_int_equal(program->status, 1);
    assert_non_null(strstr(program->out, "has 3 returns of 3 assets"));
    program = program_run("portfolio magic --returns x.csv 2>&1");
    assert_int_equal(program->status, 2);
    program = program_run("portfolio erc 2>&1");
    assert_int_equal(program->status, 1);
    assert_non_null(strstr(program->out, "give --returns FILE or --prices FILE"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_reference_comes_out_as_json),
        cmocka_unit_test(fewer_rows_than_assets_and_an_unknown_method_are_told),
    };
    return cmocka_run_group_tests_name("e2e/portfolio", tests, NULL, NULL);
}
