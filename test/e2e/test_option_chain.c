// SPDX-License-Identifier: Apache-2.0
#include <jansson.h>
#include <math.h>
#include <unistd.h>

#include "program.h"

#define AAPL_2014 "data/options/lean/option/usa/daily/aapl_2014_quote_american.zip"

// Values of Black's formula with rate 0 and forward 100 at a volatility of 20 %, in 91 days, a cent to either side;
// and one contract of each fault.
static const char *chain = "expiry,type,strike,bid,ask,open_interest\n"
                           "2024-04-01,C,85,15.19,15.21,1\n2024-04-01,P,85,0.19,0.21,2\n"
                           "2024-04-01,C,90,10.70,10.72,3\n2024-04-01,P,90,0.70,0.72,4\n"
                           "2024-04-01,C,95,6.87,6.89,5\n2024-04-01,P,95,1.87,1.89,6\n"
                           "2024-04-01,C,100,3.97,3.99,7\n2024-04-01,P,100,3.97,3.99,8\n"
                           "2024-04-01,C,105,2.05,2.07,9\n2024-04-01,P,105,7.05,7.07,10\n"
                           "2024-04-01,C,110,0.94,0.96,11\n2024-04-01,P,110,10.94,10.96,12\n"
                           "2024-04-01,C,115,0.38,0.40,13\n2024-04-01,P,115,15.38,15.40,14\n"
                           "2024-04-01,C,120,3,2,\n2024-04-01,P,120,0,20,\n"
                           "2024-04-01,C,125,,0.1,\n2024-04-01,P,125,-1,25,\n"
                           "2024-04-01,C,130,,,\n2024-04-01,C,115,0.38,0.40,13\n"
                           "2023-04-01,C,100,1,2,\n2024-04-01,P,140,39,40,\n";

static json_t *ask(const char *verb, const char *options) {
    struct program *program =
        program_run("option %s --input - --date 2024-01-01 --rate 0 --json %s <<'END'\n%sEND", verb,
                    options, chain);
    if (program->status != 0) fail_msg("%s", program->out);
    json_t *object = json_loads(program->out, 0, NULL);
    assert_non_null(object);
    return object;
}

static size_t count_of(const json_t *faults, const char *name) {
    return json_array_size(json_object_get(faults, name));
}

static void every_fault_is_counted_and_its_contract_named(void **state) {
    json_t *object = ask("chain", "");
    const json_t *faults = json_object_get(object, "faults");
    static const char *const names[] = {"crossed",  "zero_bid",  "one_sided", "negative",
                                        "no_quote", "duplicate", "expired"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (count_of(faults, names[i]) != 1) fail_msg("%s", names[i]);
    assert_string_equal(json_string_value(json_array_get(json_object_get(faults, "crossed"), 0)),
                        "2024-04-01 C 120");
    assert_int_equal(count_of(faults, "missing_side"), 2); // 130 C, 140 P
    assert_int_equal(json_integer_value(json_object_get(object, "contracts")), 22);
    size_t total = (size_t)json_integer_value(json_object_get(object, "sound"));
    const char *name;
    const json_t *list;
    json_object_foreach((json_t *)faults, name, list) if (strcmp(name, "missing_side") != 0)
        total += json_array_size(list);
    assert_int_equal(total, 22);
    json_decref(object);
}

static void forward_and_volatility_come_from_the_quotes(void **state) {
    json_t *object = ask("chain", "");
    const json_t *expiry = json_array_get(json_object_get(object, "expiries"), 0);
    assert_true(fabs(json_number_value(json_object_get(expiry, "forward")) - 100) <= 0.02);
    const json_t *quotes = json_object_get(expiry, "quotes");
    size_t seen = 0;
    for (size_t i = 0; i < json_array_size(quotes); i++) {
        const json_t *quote = json_array_get(quotes, i);
        if (json_number_value(json_object_get(quote, "strike")) != 100) continue;
        assert_true(fabs(json_number_value(json_object_get(quote, "vol")) - 0.2) <= 5e-4);
        assert_true(json_number_value(json_object_get(quote, "open_interest")) == 7 + (double)seen);
        seen++;
    }
    assert_int_equal(seen, 2);
    json_decref(object);
}

static void the_table_marks_the_strike_at_the_money(void **state) {
    struct program *program = program_run(
        "option chain --input - --date 2024-01-01 --rate 0 --strikes 1 <<'END'\n%sEND", chain);
    assert_int_equal(program->status, 0);
    assert_non_null(strstr(program->out, "* 100"));
    assert_null(strstr(program->out, " 110 "));
    assert_non_null(strstr(program->out, "crossed 1\n    2024-04-01  C120\n"));
}

static void a_surface_is_told_drawn_and_written(void **state) {
    char directory[] = "/tmp/fulmar-surface-XXXXXX", options[256], call[256];
    assert_non_null(mkdtemp(directory));
    snprintf(options, sizeof options, "--plot %s/s.svg --output %s/s.csv", directory, directory);
    json_t *object = ask("surface", options);
    const json_t *slice = json_array_get(json_object_get(object, "slices"), 0);
    assert_true(json_is_true(json_object_get(slice, "fitted")));
    assert_true(json_number_value(json_object_get(slice, "rmse")) <= 0.01);
    const json_t *found = json_object_get(object, "arbitrage");
    static const char *const names[] = {"butterflies", "calendars", "wings"};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(json_integer_value(json_object_get(found, names[i])), 0);
    assert_int_equal(json_array_size(json_object_get(slice, "grid")), 21);
    json_decref(object);
    snprintf(call, sizeof call, "%s/s.svg", directory);
    assert_int_equal(access(call, R_OK), 0);
    unlink(call);
    snprintf(call, sizeof call, "%s/s.csv", directory);
    assert_int_equal(access(call, R_OK), 0);
    unlink(call);
    rmdir(directory);
}

static void volatilities_of_a_chain_are_drawn(void **state) {
    char directory[] = "/tmp/fulmar-chain-XXXXXX", options[128], path[64];
    assert_non_null(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/c.svg", directory);
    snprintf(options, sizeof options, "--plot %s", path);
    json_decref(ask("chain", options));
    assert_int_equal(access(path, R_OK), 0);
    unlink(path);
    rmdir(directory);
}

static void what_a_call_lacks_is_named(void **state) {
    static const struct {
        const char *call, *story;
        int status;
    } rows[] = {
        {"option chain", "--input", 2},
        {"option chain --input /nonexistent.csv --date 2024-01-01", "/nonexistent.csv", 1},
        {"option chain --input x.csv", "--date", 2},
        {"option chain --input x.csv --date 1st", "--date", 2},
        {"option chain --input x.csv --at 25:00", "--at", 2},
        {"option chain --input x.csv --style asian", "--style", 2},
        {"option surface --input x.csv --model sabr", "--model", 2},
        {"option chain --date 2024-01-01 --input - <<'END'\nexpiry,type,bid,ask\nEND", "strike", 1},
        {"option chain --date 2024-01-01 --input - <<'END'\nexpiry,type,strike,bid,ask\n"
         "soon,C,1,1,1\nEND",
         ":2: expiry: 'soon'", 1},
        {"option chain --date 2024-01-01 --input - <<'END'\nexpiry,type,strike,bid,ask\n"
         "2024-04-01,X,1,1,1\nEND",
         ":2: type: 'X'", 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *heredoc = strstr(rows[i].call, "<<");
        int len = heredoc != NULL ? (int)(heredoc - rows[i].call) : (int)strlen(rows[i].call);
        struct program *program =
            program_run("%.*s 2>&1 %s", len, rows[i].call, heredoc != NULL ? heredoc : "");
        if (program->status != rows[i].status || strstr(program->out, rows[i].story) == NULL)
            fail_msg("row %zu: %d, %s", i, program->status, program->out);
    }
}

// The chain of a whole day, against what stands in the files: contracts, open interest, expired ones, and a surface
// without arbitrage.
static void the_chain_of_a_day_is_read_and_fitted(void **state) {
    const char *quotes = harness_shared(AAPL_2014);
    char path[512];
    snprintf(path, sizeof path, "%s", quotes);
    struct program *program =
        program_run("option surface --input %s --date 2014-06-09 --json", path);
    assert_int_equal(program->status, 0);
    json_t *object = json_loads(program->out, 0, NULL);
    assert_non_null(object);
    assert_int_equal(json_integer_value(json_object_get(object, "contracts")), 2180);
    assert_int_equal(json_integer_value(json_object_get(object, "other_days")), 2352);
    assert_int_equal(count_of(json_object_get(object, "faults"), "one_sided"), 198);
    assert_string_equal(json_string_value(json_object_get(object, "style")), "american");
    const json_t *slices = json_object_get(object, "slices");
    assert_int_equal(json_array_size(slices), 12);
    for (size_t i = 0; i < 12; i++) {
        const json_t *slice = json_array_get(slices, i);
        assert_true(json_number_value(json_object_get(slice, "within")) >= 0.4);
        assert_true(json_number_value(json_object_get(slice, "rmse")) <= 0.05);
    }
    const json_t *found = json_object_get(object, "arbitrage");
    assert_int_equal(json_integer_value(json_object_get(found, "butterflies")), 0);
    assert_int_equal(json_integer_value(json_object_get(found, "calendars")), 0);
    json_decref(object);
}

static double number_of(const json_t *row, const char *key) {
    return json_number_value(json_object_get(row, key));
}

// Every point is foretold once, and no surface of half of them has arbitrage.
static void halves_of_the_strikes_foretell_each_other(void **state) {
    const char *path = harness_shared(AAPL_2014);
    json_t *object = json_loads(
        program_run("option surface --input %s --date 2014-06-09 --json --holdout", path)->out, 0,
        NULL);
    const json_t *holdout = json_object_get(object, "holdout"), *slice;
    const json_t *rows = json_object_get(holdout, "rows"), *all = json_array_get(rows, 4);
    double points = 0, squares = 0, sum = 0;
    size_t i;
    json_array_foreach(json_object_get(object, "slices"), i, slice) {
        points += number_of(slice, "points");
        squares += number_of(slice, "points") * pow(number_of(slice, "rmse"), 2);
    }
    for (i = 0; i < 4; i++) sum += number_of(json_array_get(rows, i), "foretold");
    assert_true(points > 500 && sum == number_of(all, "foretold"));
    assert_true(sum + number_of(holdout, "left_out") == points);
    assert_true(number_of(holdout, "violations") == 0);
    assert_true(fabs(number_of(all, "fitted_rmse") - sqrt(squares / points)) < 1e-6);
    // Where options have a price the misfit is no larger between the points than on them.
    const json_t *middle = json_array_get(rows, 3);
    assert_true(number_of(middle, "foretold_rmse") < 1.1 * number_of(middle, "fitted_rmse"));
    json_decref(object);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fault_is_counted_and_its_contract_named),
        cmocka_unit_test(forward_and_volatility_come_from_the_quotes),
        cmocka_unit_test(the_table_marks_the_strike_at_the_money),
        cmocka_unit_test(a_surface_is_told_drawn_and_written),
        cmocka_unit_test(volatilities_of_a_chain_are_drawn),
        cmocka_unit_test(what_a_call_lacks_is_named),
        cmocka_unit_test(halves_of_the_strikes_foretell_each_other),
        cmocka_unit_test(the_chain_of_a_day_is_read_and_fitted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
