// SPDX-License-Identifier: Apache-2.0
#include <jansson.h>
#include <math.h>

#include "program.h"

// A file of five returns of two assets and two columns of weights.
#define BODIES                                                                                     \
    "date,A,B\n1,-0.02,0.01\n2,0.03,0.01\n3,-0.04,-0.02\n4,0.01,0.03\n5,0.02,-0.01\nR\n"           \
    "asset,half,odd\nA,0.5,0.5\nB,0.5,0.4\nW"
#define FILES "--returns /dev/fd/3 --weights /dev/fd/4 3<<'R' 4<<'W'\n" BODIES
// And a third file, /dev/fd/5.
#define FILES_AND(text)                                                                            \
    "--returns /dev/fd/3 --weights /dev/fd/4 3<<'R' 4<<'W' 5<<'S'\n" BODIES "\n" text "\nS"

static json_t *object_of(const struct program *program) {
    assert_int_equal(program->status, 0);
    json_t *object = json_loads(program->out, 0, NULL);
    assert_non_null(object);
    return object;
}

static double in(const json_t *object, const char *key) {
    json_t *value = json_object_get(object, key);
    if (value == NULL) fail_msg("no %s", key);
    return json_number_value(value);
}

// Halves: -0.005, 0.02, -0.03, 0.02, 0.005. Type 7 at 0.25 is the second smallest.
static void every_method_answers_at_every_level_in_one_object(void **state) {
    json_t *object =
        object_of(program_run("risk var --json --level 0.75 --level 0.9 --method all 2>&- " FILES));
    assert_true(in(object, "n") == 5 && fabs(in(object, "mean") - 0.002) < 1e-16);
    json_t *level = json_object_get(object, "0.75");
    assert_true(fabs(in(level, "historical_type7") - 0.005) < 1e-16);
    assert_int_equal(json_object_size(level), 16 + 5);
    // Five returns are no sample for GARCH.
    assert_true(json_is_null(json_object_get(level, "filtered_garch")));
    assert_int_equal(json_object_size(json_object_get(object, "0.9")), 16 + 5);
    json_decref(object);
    object = object_of(program_run("risk es --json --level 0.75 --horizon 4 " FILES));
    assert_true(fabs(in(json_object_get(object, "0.75"), "historical_type7_es_mean_le_q") - 0.035) <
                1e-15);
    json_decref(object);
}

static void what_is_drawn_depends_on_the_seed_and_not_on_the_threads(void **state) {
    static const char *const methods[] = {"normal", "student", "bootstrap", "normal-copula",
                                          "student-copula"};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        const char *call = "risk es --json --paths 50000 --horizon 2 --method mc-%s %s " FILES;
        char *one = strdup(program_run(call, methods[i], "--threads 1")->out);
        assert_string_equal(program_run(call, methods[i], "--threads 7")->out, one);
        assert_string_not_equal(program_run(call, methods[i], "--seed 2")->out, one);
        free(one);
    }
    struct program *program = program_run("2>&1 risk var --method mc-normal --horizon 2.5 " FILES);
    assert_int_equal(program->status, 1);
    assert_non_null(strstr(program->out, "whole periods, not over 2.5"));
    program = program_run("risk var --method mc-normal --level 0.9 --level 0.95 " FILES);
    assert_non_null(strstr(program->out, "value at risk of 'half': 5 returns"));
}

// The number that is given is taken; by default it is that of maximum likelihood.
static void a_copula_has_the_degrees_given_or_those_that_fit(void **state) {
    static const char *const call =
        "risk var --json --method mc-student-copula --paths 1000 %s " FILES;
    json_t *object = object_of(program_run(call, "--nu 3"));
    assert_true(in(object, "mc_student_copula_nu") == 3);
    json_decref(object);
    object = object_of(program_run(call, "--nu fit --dof 3"));
    double nu = in(object, "mc_student_copula_nu");
    assert_true(nu >= 2 && nu <= 1000 && nu != 3);
    json_decref(object);
    assert_int_equal(program_run(call, "--nu 1 2>&1")->status, 2);
}

// A covariance without mean of which the last row has half: v = 0.5 v + 0.5 r^2.
static void an_estimator_changes_the_methods_of_the_covariance_alone(void **state) {
    double r[] = {-0.005, 0.02, -0.03, 0.02, 0.005}, v = r[0] * r[0];
    for (int t = 1; t < 5; t++) v = 0.5 * v + 0.5 * r[t] * r[t];
    json_t *object = object_of(program_run(
        "risk var --json --method normal-zero --estimator ewma --lambda 0.5 --level 0.9 " FILES));
    double var = in(json_object_get(object, "0.9"), "parametric_normal_zero_mean");
    assert_true(fabs(var - 1.2815515655446004 * sqrt(v)) < 1e-15);
    json_decref(object);
    static const char *const others[] = {"identity", "constant", "oas"};
    for (size_t i = 0; i < 3; i++) {
        object = object_of(program_run(
            "risk var --json --method normal-zero --estimator %s --level 0.9 " FILES, others[i]));
        assert_true(in(json_object_get(object, "0.9"), "parametric_normal_zero_mean") > 0);
        json_decref(object);
    }
    struct program *program = program_run("2>&1 risk var --estimator best " FILES);
    assert_non_null(strstr(program->out, "--estimator"));
    assert_int_equal(program->status, 2);
}

static void components_add_up_to_the_whole(void **state) {
    json_t *object = object_of(program_run("risk contrib --json --level 0.8 " FILES));
    const json_t *component = json_object_get(object, "component");
    double sum = json_number_value(json_array_get(component, 0)) +
                 json_number_value(json_array_get(component, 1));
    assert_true(fabs(sum - in(object, "var_zero_mean")) < 1e-15);
    // The worst of five: -0.02 of the first and -0.01 of the second.
    assert_true(fabs(in(object, "historical_es_acerbi_tasche") - 0.03) < 1e-15);
    component = json_object_get(object, "es_component");
    assert_true(fabs(json_number_value(json_array_get(component, 0)) - 0.02) < 1e-15);
    json_decref(object);
    struct program *program = program_run("risk contrib --amounts --z 1.65 --covariance /dev/fd/3 "
                                          "--weights /dev/fd/4 3<<'R' 4<<'W'\n"
                                          "x,CAD,EUR\nCAD,0.0025,0\nEUR,0,0.0144\nR\n"
                                          "asset,usd\nCAD,2e6\nEUR,1e6\nW");
    assert_non_null(strstr(program->out, "257738.2393"));
}

// Halves of A and B: without A 0.005, 0.005, -0.01, 0.015, -0.005, at 0.25 the second smallest.
static void another_weight_is_asked_for_without_being_taken(void **state) {
    json_t *object = object_of(
        program_run("risk contrib --json --level 0.75 --change A=0 --change B=-1 " FILES));
    const json_t *changes = json_object_get(object, "changes");
    const json_t *first = json_array_get(changes, 0), *second = json_array_get(changes, 1);
    double z = 0.6744897501960817;
    assert_true(fabs(in(first, "var_zero_mean") - z * 0.5 * sqrt(0.00038)) < 1e-15);
    assert_true(fabs(in(first, "incremental") - in(first, "var_zero_mean") +
                     in(object, "var_zero_mean")) < 1e-16);
    assert_true(fabs(in(first, "historical") - 0.005) < 1e-16);
    assert_true(fabs(in(first, "historical_incremental")) < 1e-16);
    assert_true(in(second, "weight") == -1);
    json_decref(object);
    struct program *program = program_run("2>&1 risk contrib --change C=1 " FILES);
    assert_int_equal(program->status, 1);
    assert_non_null(strstr(program->out, "no asset 'C'"));
    program = program_run("2>&1 risk contrib --change A " FILES);
    assert_non_null(strstr(program->out, "ASSET=WEIGHT, as SPY=0.1, not 'A'"));
    program = program_run("risk contrib --level 0.75 --change A=0 " FILES);
    assert_non_null(strstr(program->out, "change of"));
}

static void forecasts_are_tested_against_what_followed(void **state) {
    json_t *object = object_of(program_run("risk backtest --json --level 0.75 --window 2 " FILES));
    const json_t *test = json_object_get(json_object_get(object, "hist2"), "0.75");
    assert_true(in(test, "days") == 3 && in(test, "violations") == 1);
    assert_non_null(json_object_get(json_object_get(object, "ewma94"), "0.75"));
    json_decref(object);
}

static void what_is_wrong_is_told_with_file_line_and_field(void **state) {
    static const struct {
        const char *call;
        int status;
        const char *words;
    } rows[] = {
        {"var", 2, "give --returns FILE"},
        {"var --level 1.5 " FILES, 2, "--level is a number within [0.5, 1)"},
        {"var --portfolio odd " FILES, 1, "add up to 0.9, not to 1; --amounts"},
        {"var --portfolio none " FILES, 1, "/dev/fd/4:1: has no column 'none'"},
        {"var --estimator mine " FILES, 2, "--estimator is one of sample|ewma"},
        {"contrib --estimator mine " FILES, 2, "--estimator is one of sample|ewma"},
        {"stress --lambda 3 " FILES, 2, "--lambda: '3' is not a number"},
        {"es --column A " FILES, 2, "--column and --weights exclude each other"},
        {"contrib --covariance c.csv", 2, "give --weights FILE"},
        {"backtest " FILES, 1, "5 rows are too few: forecasts begin after 250"},
        {"var --returns - --weights /dev/fd/4 4<<'W' <<'R'\nasset,w\nA,1\nW\nA\n1\n\"\"\nR", 1,
         "standard input:3: field 'A': '' is no return"},
        {"var --returns - --weights /dev/fd/4 4<<'W' <<'R'\nasset,w\nZ,1\nW\nA\n1\n2\nR", 1,
         "has no column 'Z'; it has A; /dev/fd/4:2 names it"},
        {"var --returns - <<'R'\nA\n1\nR", 1, "1 rows are too few"},
        {"contrib --covariance - --weights /dev/fd/4 4<<'W' <<'R'\nasset,w\nA,1\nB,0\nW\n"
         "x,A,B\nA,1,2\nB,2,1\nR",
         1, "not positive semidefinite: it has the eigenvalue -1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct program *program = program_run("2>&1 risk %s", rows[i].call);
        assert_int_equal(program->status, rows[i].status);
        if (strstr(program->out, rows[i].words) == NULL) fail_msg("%s", program->out);
    }
}

// Halves of A and B, whose sample covariance is (0.00085, 0.00025; 0.00025, 0.00038).
static void a_shock_moves_what_it_does_not_name_too(void **state) {
    json_t *object = object_of(program_run("risk stress --json --shock A=-0.2 --loss 0.1 " FILES));
    assert_true(fabs(in(object, "shocks") - 0.5 * 0.2 * (1 + 0.00025 / 0.00085)) < 1e-15);
    const json_t *moves = json_object_get(object, "reverse_moves");
    double lost =
        json_number_value(json_array_get(moves, 0)) + json_number_value(json_array_get(moves, 1));
    assert_true(fabs(lost / 2 + 0.1) < 1e-15);
    json_decref(object);
    object = object_of(program_run("risk stress --json --equity B --crypto A " FILES));
    assert_true(in(object, "1987") > 0 && in(object, "crypto-2022") > in(object, "2015"));
    json_decref(object);
    struct program *program = program_run("2>&1 risk stress --shock C=-0.2 " FILES);
    assert_int_equal(program->status, 1);
    assert_non_null(strstr(program->out, "the portfolio has no asset 'C'"));
    static const char *const malformed[][2] = {{"--shock A", "ASSET=MOVE"},
                                               {"--correlation A:B=2", "within [-1, 1]"},
                                               {"--loss 0.1 --bound A=1", "ASSET=LOW:HIGH"}};
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) {
        program = program_run("2>&1 risk stress %s " FILES, malformed[i][0]);
        assert_non_null(strstr(program->out, malformed[i][1]));
        assert_int_equal(program->status, 2);
    }
}

// Deviations of A and B are sqrt(0.00085) and sqrt(0.00038).
static void correlations_and_markets_break(void **state) {
    json_t *object = object_of(program_run(
        "risk stress --json --correlation all=1 --level 0.9 --liquidity /dev/fd/5 " FILES_AND(
            "asset,spread,spread_deviation,volume\nA,0.01,0.002,1\nB,0.02,0,2.5")));
    double z = 1.2815515655446004, a = sqrt(0.00085) / 2, b = sqrt(0.00038) / 2;
    assert_true(fabs(in(object, "var_broken") - z * (a + b)) < 1e-9);
    assert_true(in(object, "correlation_repair") < 1e-9);
    double cost = 0.25 * 0.016 + 0.25 * 0.02;
    assert_true(fabs(in(object, "liquidity_cost") - cost) < 1e-15);
    assert_true(fabs(in(object, "liquidity_var") - in(object, "var") - cost) < 1e-15);
    // A in 5 periods, B in 2.
    const json_t *periods = json_object_get(object, "liquidation_periods");
    assert_true(fabs(json_number_value(json_array_get(periods, 0)) - 5) < 1e-14);
    assert_true(fabs(json_number_value(json_array_get(periods, 1)) - 2) < 1e-14);
    double variance = 0;
    for (int t = 0; t < 5; t++) {
        double left_a = 0.5 * (1 - t / 5.0), left_b = t < 2 ? 0.5 * (1 - t / 2.0) : 0;
        variance +=
            left_a * left_a * 0.00085 + 2 * left_a * left_b * 0.00025 + left_b * left_b * 0.00038;
    }
    assert_true(fabs(in(object, "liquidation_var") - z * sqrt(variance) - cost) < 1e-14);
    json_decref(object);
    object = object_of(
        program_run("risk stress --json --loss 0.1 --bound A=-0.05:0.05 --level 0.9 " FILES));
    const json_t *moves = json_object_get(object, "reverse_moves");
    assert_true(fabs(json_number_value(json_array_get(moves, 0)) + 0.05) < 1e-9);
    assert_true(fabs(json_number_value(json_array_get(moves, 1)) + 0.15) < 1e-9);
    json_decref(object);
    struct program *program =
        program_run("2>&1 risk stress --liquidity /dev/fd/5 " FILES_AND("asset,spread\nA,0.01"));
    assert_non_null(strstr(program->out, "/dev/fd/5: has no spread of 'B'"));
    program = program_run("2>&1 risk stress --correlation A:B=1.5 " FILES);
    assert_non_null(strstr(program->out, "within [-1, 1], not 'A:B=1.5'"));
    program = program_run("2>&1 risk stress --loss 1 --bound A=1 " FILES);
    assert_non_null(strstr(program->out, "ASSET=LOW:HIGH"));
}

#define SCENARIOS(text) "risk stress %s --level 0.9 --scenarios /dev/fd/5 " FILES_AND(text)

static void scenarios_come_from_a_file(void **state) {
    json_t *object = object_of(program_run(
        SCENARIOS("scenarios:\n- name: still\n  shocks: [A=-0.2]\n  others: still\n"
                  "- name: 'both \"go\"'\n  shocks: [A=-0.2]\n  correlations: ['A:B=1']"),
        "--json"));
    const json_t *list = json_object_get(object, "scenarios");
    const json_t *still = json_array_get(list, 0), *both = json_array_get(list, 1);
    assert_true(fabs(in(still, "loss") - 0.1) < 1e-16);
    // With a correlation of 1 B moves as far in its deviations as A.
    assert_true(fabs(in(both, "loss") - 0.1 * (1 + sqrt(0.00038 / 0.00085))) < 1e-8);
    assert_string_equal(json_string_value(json_object_get(both, "name")), "both \"go\"");
    json_decref(object);
    static const struct {
        const char *call, *words;
    } rows[] = {
        {SCENARIOS("scenarios:\n- name: x\n  shocks: [A=-0.2, C=1]"),
         "/dev/fd/5:3: scenarios[0].shocks[1]: the portfolio has no asset 'C'"},
        {SCENARIOS("scenarios:\n- name: x\n  shocks:\n  - A=-0.2\n  - B"),
         "/dev/fd/5:5: scenarios[0].shocks[1]: a shock is ASSET=MOVE, as SPY=-0.2, not 'B'"},
        {SCENARIOS("scenarios:\n- name: x\n  correlations: ['A:B=2']"),
         "/dev/fd/5:3: scenarios[0].correlations[0]: a correlation is"},
        {SCENARIOS("scenarios:\n- name: x\n  others: maybe"), "'maybe' is not expected or still"},
        {SCENARIOS("scenarios:\n- name: x"), ":2: scenarios[0].name: 'x' has neither shocks"},
        {SCENARIOS("scenarios:\n- nam: x"), ":2: scenarios[0]: there is no key 'nam'"},
        {SCENARIOS("scenarios: []"), "may have 1 to"},
        {SCENARIOS(""), "there is nothing in it"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct program *program = program_run(rows[i].call, "2>&1");
        assert_int_equal(program->status, 1);
        if (strstr(program->out, rows[i].words) == NULL) fail_msg("row %zu: %s", i, program->out);
    }
}

// Two rows of three assets make a covariance without a past, and a copula whose degrees nobody knows.
static void what_the_data_cannot_tell_is_said(void **state) {
    static const char *const few = "--returns /dev/fd/3 --weights /dev/fd/4 3<<'R' 4<<'W'\n"
                                   "A,B,C\n0.01,0.02,-0.01\n-0.02,0.01,0.03\nR\n"
                                   "asset,w\nA,0.3\nB,0.3\nC,0.4\nW";
    static const struct {
        const char *call, *said;
    } rows[] = {{"var", "2 returns of 3 assets: their covariance is singular"},
                {"var", "at the level 0.99 less than one of 2 returns lies beyond"},
                {"es --method mc-normal", "2 returns of 3 assets"},
                {"contrib", "2 returns of 3 assets"},
                {"contrib --estimator ewma", "2 returns of 3 assets"},
                {"stress --shock A=-0.2", "2 returns of 3 assets"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct program *program = program_run("2>&1 risk %s %s", rows[i].call, few);
        if (program->status != 0 || strstr(program->out, rows[i].said) == NULL)
            fail_msg("risk %s: %s", rows[i].call, program->out);
        json_t *object = object_of(program_run("risk %s --json 2>&- %s", rows[i].call, few));
        const char *first =
            json_string_value(json_array_get(json_object_get(object, "warnings"), 0));
        assert_non_null(first);
        assert_non_null(strstr(first, "singular"));
        json_decref(object);
    }
    struct program *program = program_run("2>&1 risk contrib --estimator identity %s", few);
    assert_null(strstr(program->out, "singular"));
    program = program_run("2>&1 risk var --level 0.75 " FILES);
    assert_null(strstr(program->out, "fulmar risk"));
    program = program_run("2>&1 risk var --level 0.75 --method mc-student-copula " FILES);
    assert_non_null(strstr(program->out, "5 returns tell little of the degrees of freedom"));
    program = program_run("2>&1 risk var --level 0.75 --nu 4 --method mc-student-copula " FILES);
    assert_null(strstr(program->out, "tell little"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_method_answers_at_every_level_in_one_object),
        cmocka_unit_test(what_is_drawn_depends_on_the_seed_and_not_on_the_threads),
        cmocka_unit_test(a_copula_has_the_degrees_given_or_those_that_fit),
        cmocka_unit_test(an_estimator_changes_the_methods_of_the_covariance_alone),
        cmocka_unit_test(components_add_up_to_the_whole),
        cmocka_unit_test(forecasts_are_tested_against_what_followed),
        cmocka_unit_test(a_shock_moves_what_it_does_not_name_too),
        cmocka_unit_test(another_weight_is_asked_for_without_being_taken),
        cmocka_unit_test(correlations_and_markets_break),
        cmocka_unit_test(scenarios_come_from_a_file),
        cmocka_unit_test(what_the_data_cannot_tell_is_said),
        cmocka_unit_test(what_is_wrong_is_told_with_file_line_and_field),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
