// SPDX-License-Identifier: Apache-2.0
#include <jansson.h>
#include <math.h>

#include "program.h"

// Hull's examples, "Options, Futures, and Other Derivatives": section 15.9 (a call of 4.76 and a put of 0.81) and
// 21.1 (an American put by trees).
static void one_option_is_priced_from_its_terms(void **state) {
    struct program *program =
        program_run("option price --spot 42 --strike 40 --years 0.5 --rate 0.1 --vol 0.2");
    assert_int_equal(program->status, 0);
    assert_true(fabs(strtod(program->out, NULL) - 4.76) <= 0.005);
    program = program_run(
        "option price --type put --spot 42 --strike 40 --years 0.5 --rate 0.1 --vol 0.2");
    assert_true(fabs(strtod(program->out, NULL) - 0.81) <= 0.005);
    program = program_run("option price --type put --style american --method crr --steps 50 --spot "
                          "50 --strike 50 --years 0.4167 --rate 0.1 --vol 0.4");
    assert_true(fabs(strtod(program->out, NULL) - 4.272) <= 0.001);
}

// Haug, "The Complete Guide to Option Pricing Formulas", 2nd ed.: tables 4-13 and 4-28, section 9.2.
static void barriers_averages_and_dividends_are_priced(void **state) {
    static const struct {
        const char *call;
        double printed, tolerance;
    } rows[] = {
        {"price --spot 100 --strike 90 --years 0.5 --rate 0.08 --yield 0.04 --vol 0.25 --barrier "
         "down-out --level 95 --rebate 3",
         9.0246, 1e-4},
        {"price --spot 100 --strike 100 --years 0.5 --rate 0.05 --yield 0.05 --vol 0.2 --average "
         "turnbull-wakeman --fixings 26",
         3.27, 1e-4},
        {"price --spot 80 --strike 82 --years 0.33333333 --rate 0.06 --vol 0.3 --style american "
         "--dividends 0.25:4 --method crr --steps 4000",
         4.386, 5e-4},
        {"price --spot 80 --strike 82 --years 0.33333333 --rate 0.06 --vol 0.3 --style american "
         "--dividends 0.25:4",
         4.386, 1e-4},
        {"price --spot 40 --strike 40 --years 0.5 --rate 0.09 --vol 0.3 --dividends "
         "0.16666667:0.5,0.41666667:0.5",
         3.67, 5e-3},
        {"iv --spot 40 --strike 40 --years 0.5 --rate 0.09 --price 3.6712 --dividends "
         "0.16666667:0.5,0.41666667:0.5",
         0.3, 1e-4},
        {"iv --spot 80 --strike 82 --years 0.33333333 --rate 0.06 --price 4.386 --style american "
         "--dividends 0.25:4 --method crr --steps 1000",
         0.3, 1e-4},
        {"iv --spot 80 --strike 82 --years 0.33333333 --rate 0.06 --price 4.386 --style american "
         "--dividends 0.25:4 --steps 100",
         0.3, 1e-4},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct program *program = program_run("option %s", rows[i].call);
        if (!(fabs(strtod(program->out, NULL) - rows[i].printed) <= rows[i].tolerance))
            fail_msg("option %s: %s", rows[i].call, program->out);
    }
    struct program *program = program_run("option greeks --spot 100 --strike 90 --years 0.5 --vol "
                                          "0.25 --barrier down-out --level 95 --json");
    assert_non_null(strstr(program->out, "\"vanna\":null"));
}

static void an_answer_by_a_tree_says_so(void **state) {
    struct program *program =
        program_run("option price --type put --style american --spot 100 "
                    "--strike 100 --years 1 --rate -0.02 --yield -0.05 --vol 0.2 --json 2>&1");
    assert_int_equal(program->status, 0);
    assert_non_null(strstr(program->out, "\"status\":\"by_tree\""));
    assert_non_null(strstr(program->out, "valued by a tree"));
}

// Lewis' table to 18 digits (2000) and Fang and Oosterlee's first case (2008) with the digits of a 25-digit quadrature,
// by call and by file; vega is the slope in the root of the variance.
static void hestons_model_is_priced_by_call_and_by_file(void **state) {
    static const struct {
        const char *call;
        double exact;
    } rows[] = {
        {"price --type call --spot 100 --strike 100 --years 1 --rate 0.01 --yield 0.02 --heston "
         "0.04,4,0.25,1,-0.5",
         16.070154917028834},
        {"price --type put --spot 100 --strike 120 --years 1 --rate 0.01 --yield 0.02 --heston "
         "0.04,4,0.25,1,-0.5",
         29.811026202682473},
        {"price --spot 100 --strike 100 --years 1 --heston 0.0175,1.5768,0.0398,0.5751,-0.5711",
         5.78515543437619},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct program *program = program_run("option %s", rows[i].call);
        if (!(fabs(strtod(program->out, NULL) - rows[i].exact) <= 1e-9))
            fail_msg("option %s: %s", rows[i].call, program->out);
    }
    struct program *program = program_run("option price --heston 0.04,4,0.25,1,-0.5 --input - "
                                          "<<'END'\ntype,S,K,T,r,q\nP,100,90,1,.01,.02\nEND");
    assert_int_equal(program->status, 0);
    assert_non_null(strstr(program->out, "P,100,90,1,.01,.02,12.0179667"));
    double value[2];
    for (int i = 0; i < 2; i++)
        value[i] = strtod(program_run("option price --spot 100 --strike 100 --years 1 --heston "
                                      "%s,4,0.25,1,-0.5",
                                      i == 0 ? "0.040401" : "0.039601")
                              ->out,
                          NULL);
    program = program_run("option greeks --spot 100 --strike 100 --years 1 --heston "
                          "0.04,4,0.25,1,-0.5 --json");
    json_t *object = json_loads(program->out, 0, NULL);
    assert_non_null(object);
    double vega = json_number_value(json_object_get(object, "vega"));
    assert_true(fabs(vega - (value[0] - value[1]) / 0.002) <= 1e-4);
    json_decref(object);
}

static void an_implied_volatility_gives_the_price_back_as_one_object(void **state) {
    struct program *program =
        program_run("option iv --spot 100 --strike 110 --days 73 --rate 0.03 --price 2.5 --json");
    json_t *object = json_loads(program->out, 0, NULL);
    assert_non_null(object);
    assert_string_equal(json_string_value(json_object_get(object, "status")), "found");
    double vol = json_number_value(json_object_get(object, "vol"));
    json_decref(object);
    program =
        program_run("option price --spot 100 --strike 110 --days 73 --rate 0.03 --vol %.17g", vol);
    assert_true(fabs(strtod(program->out, NULL) - 2.5) <= 1e-13);
    program = program_run("option greeks --spot 100 --strike 110 --days 73 --rate 0.03 --vol %.17g "
                          "--json",
                          vol);
    object = json_loads(program->out, 0, NULL);
    assert_int_equal(json_object_size(object), 13);
    json_decref(object);
}

static void a_file_comes_back_with_the_answers_added(void **state) {
    struct program *program = program_run(
        "option iv --input - <<'END'\n"
        "type,S,K,T,r,price,note\nC,100,90,0.5,0,9.99,low\nput,100,120,0.5,0,25,\"a,b\"\n"
        "P,nan,120,0.5,0,25,bad\nEND");
    assert_int_equal(program->status, 0);
    assert_non_null(strstr(program->out, "type,S,K,T,r,price,note,vol,status\n"
                                         "C,100,90,0.5,0,9.99,low,,below_intrinsic\n"
                                         "put,100,120,0.5,0,25,\"a,b\",0."));
    assert_non_null(strstr(program->out, ",found\nP,nan,120,0.5,0,25,bad,,not_finite\n"));
    // What the file lacks comes from the options, and a column of the answer's name is replaced.
    program = program_run("option price --spot 100 --vol 0.2 --input - <<'END'\n"
                          "K,price,T\n100,7,1\nEND");
    assert_non_null(strstr(program->out, "K,T,price,status\n100,1,7.965567455405"));
}

// As many rows come out as went in; what iv left empty is no number.
static void a_row_without_an_answer_does_not_stop_the_others(void **state) {
    static const char *const rows = "S,K,T,vol,status\n100,100,1,0.2,found\n100,100,-1,0.2,found\n"
                                    "100,0,1,0.2,found\n100,100,1,,above_bound\n100,100,1,-1,x\n";
    struct program *program =
        program_run("option price --input - 2>/dev/null <<'END'\n%sEND", rows);
    assert_int_equal(program->status, 0);
    assert_non_null(strstr(program->out, "S,K,T,vol,price,status\n100,100,1,0.2,7.96"));
    assert_non_null(strstr(program->out, ",ok\n100,100,-1,0.2,,expired\n100,0,1,0.2,,not_positive\n"
                                         "100,100,1,,,not_finite\n100,100,1,-1,,negative\n"));
    program = program_run("option greeks --json --input - 2>/dev/null <<'END'\n%sEND", rows);
    json_t *object = json_loads(program->out, 0, NULL);
    const json_t *last = json_array_get(json_object_get(object, "options"), 4);
    assert_true(json_is_null(json_object_get(last, "color")));
    assert_string_equal(json_string_value(json_object_get(last, "status")), "negative");
    json_decref(object);
    program = program_run("option price --style american --dividends 0.5:200 --input - 2>&1 "
                          ">/dev/null <<'END'\n%sEND",
                          rows);
    assert_non_null(strstr(program->out, "5 of 5 rows have no answer, the first: "));
    assert_non_null(strstr(program->out, "in standard input:2"));
}

// Two names, two expiries: the sums are those of the rows' own answers, times quantity and multiplier.
static void a_book_is_summed_by_underlying_and_expiry(void **state) {
    static const char *const book =
        "type,S,K,T,r,vol,quantity,multiplier,underlying,expiry\n"
        "C,100,100,0.5,0.02,0.2,-3,100,\"A\"\"B\",2027-06\nP,100,90,0.5,0.02,0.25,5,100,"
        "\"A\"\"B\",2027-06\nshare,100,0,0,0,0,120,1,\"A\"\"B\",\n"
        "C,50,55,0.25,0.02,0.3,10,50,XYZ,2027-03\n";
    struct program *program =
        program_run("option greeks --by underlying --json --input - <<'END'\n%sEND", book);
    json_t *object = json_loads(program->out, 0, NULL);
    assert_non_null(object);
    json_t *groups = json_object_get(object, "groups"), *first = json_array_get(groups, 0);
    assert_int_equal(json_array_size(groups), 2);
    assert_string_equal(json_string_value(json_object_get(first, "underlying")), "A\"B");
    double delta = json_number_value(json_object_get(first, "delta")), rows[4] = {0}, sum;
    double cash = json_number_value(json_object_get(first, "delta_cash"));
    json_t *all = json_object_get(object, "all");
    double whole = json_number_value(json_object_get(all, "delta"));
    json_decref(object);
    static const char *const calls[] = {
        "--type call --spot 100 --strike 100 --years 0.5 --rate 0.02 --vol 0.2",
        "--type put --spot 100 --strike 90 --years 0.5 --rate 0.02 --vol 0.25",
        "--type call --spot 50 --strike 55 --years 0.25 --rate 0.02 --vol 0.3"};
    for (size_t i = 0; i < 3; i++) {
        program = program_run("option greeks %s --json", calls[i]);
        object = json_loads(program->out, 0, NULL);
        rows[i] = json_number_value(json_object_get(object, "delta"));
        json_decref(object);
    }
    sum = -300 * rows[0] + 500 * rows[1] + 120;
    assert_true(fabs(delta - sum) <= 1e-9 && fabs(cash - 100 * sum) <= 1e-7);
    assert_true(fabs(whole - sum - 500 * rows[2]) <= 1e-9);
    program = program_run("option greeks --by both --input - <<'END'\n%sEND", book);
    assert_non_null(strstr(program->out, "underlying,expiry,positions,price,delta,"));
    assert_non_null(strstr(program->out, "\n\"A\"\"B\",2027-06,2,"));
    assert_non_null(strstr(program->out, "\nall,all,4,"));
    program =
        program_run("option greeks --by expiry --input - 2>&1 <<'END'\nS,K,T,vol\n1,1,1,1\nEND");
    assert_non_null(strstr(program->out, "has no column 'expiry'; it has S, K, T, vol"));
    program = program_run("option greeks --by all --input - 2>&1 <<'END'\n"
                          "S,K,T,vol,quantity\n1,1,1,1,many\nEND");
    assert_non_null(strstr(program->out, "standard input:2: field 'quantity': 'many'"));
    assert_int_equal(program->status, 1);
}

static void every_row_of_the_grid_is_answered(void **state) {
    const char *grid = harness_shared("golden/options/iv_grid_sample.csv");
    struct program *program = program_run("option iv --input %s | tail -n +2 | cut -d, -f15 | grep "
                                          "-c .",
                                          grid);
    assert_int_equal(atoi(program->out), 300);
}

static void what_is_wrong_is_told_with_its_place(void **state) {
    static const struct {
        const char *call, *words;
        int status;
    } rows[] = {
        {"price", "give --spot, or --input FILE", 2},
        {"price --spot 100 --strike 100 --vol 0.2", "give --years or --days", 2},
        {"price --spot 100 --strike 100 --days 1", "give --vol", 2},
        {"price 100", "takes no operand", 2},
        {"price --spot 1 --strike 1 --days 1 --vol 0.2 --style america", "did you mean", 2},
        {"price --spot 1 --strike 1 --days 1 --vol 0.2 --method crr", "are of --style american", 2},
        {"price --spot 1 --strike 1 --days 1 --vol 0.2 --barrier up-in", "go together", 2},
        {"price --spot 1 --strike 1 --days 1 --vol 0.2 --rebate 1", "is of --barrier", 2},
        {"price --spot 1 --strike 1 --days 1 --vol 0.2 --fixings 1", "is of --average", 2},
        {"price --spot 1 --strike 1 --days 1 --vol 0.2 --style american --average curran",
         "are of European options", 2},
        {"price --spot 1 --strike 1 --days 1 --vol 0.2 --dividends 1", "takes YEARS:AMOUNT", 2},
        {"price --spot 1 --strike 1 --days 1 --vol 0.2 --dividend-model jumps", "is of --dividends",
         2},
        {"price --spot 1 --strike 1 --days 9 --vol 0.2 --style american --method crr "
         "--dividends 0.01:0.1 --dividend-model jumps",
         "jumps takes --method grid", 2},
        {"price --spot 1 --strike 1 --days 9 --vol 0.2 --style american --method baw "
         "--dividends 0.01:0.1",
         "grid or crr", 2},
        {"price --spot 1 --strike 1 --days 9 --vol 0.2 --style american --method grid --steps 21",
         "an even number", 1},
        {"price --spot 1 --strike 1 --days 9 --heston 0.04,1,0.04,0.5", "takes V0,KAPPA", 2},
        {"price --spot 1 --strike 1 --days 9 --heston 0.04,1,0.04,0.5,-0.5,1", "takes V0", 2},
        {"price --spot 1 --strike 1 --days 9 --heston 0.04,1,0.04,0.5,-0.5 --vol 0.2",
         "in place of --vol", 2},
        {"price --spot 1 --strike 1 --days 9 --heston 0.04,1,0.04,0.5,-1.5", "rho", 1},
        {"price --spot 1 --strike 1 --days 9 --model bachelier --heston 0.04,1,0.04,0.5,-0.5",
         "Bachelier", 1},
        {"price --spot 1 --strike 1 --days 9 --vol 0.2 --dividends 0.01:2", "more than the spot",
         1},
        {"price --spot 1 --strike 1 --days 0 --vol 0.2", "terms are expired", 1},
        {"price --spot -1 --strike 1 --days 1 --vol 0.2", "not_positive", 1},
        {"greeks --spot 1 --strike 1 --days 1 --vol 0", "need a volatility above 0", 1},
        {"iv --spot 1 --strike 1 --days 1 --price 5", "no volatility: above_bound", 1},
        {"price --vol 0.2 --input - <<'END'\nS,K,T\n1,x,1\nEND",
         "standard input:2: field 'K': 'x' is not a number", 1},
        {"price --vol 0.2 --input - <<'END'\nS,K\n1,1\nEND",
         "standard input:1: has no column 'T'; it has S, K", 1},
        {"iv --input - <<'END'\ntype,S,K,T,price\nX,1,1,1,1\nEND", "'X' is neither C nor P", 1},
        {"greeks --by all --input - <<'END'\nS,K,T,vol,quantity\n1,1,-1,0.2,1\nEND",
         "in standard input:2", 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct program *program = program_run("option 2>&1 %s", rows[i].call);
        if (program->status != rows[i].status || strstr(program->out, rows[i].words) == NULL)
            fail_msg("option %s: status %d: %s", rows[i].call, program->status, program->out);
    }
}

// A bull call spread: 5 paid, 2 received, at best the 10 between its strikes less 3.
static void a_position_is_summarised_with_its_pay_off_at_the_spots(void **state) {
    struct program *program = program_run("option strategy --leg 1:call:100:5 --leg -1:call:110:2 "
                                          "--spots 90,104 --json");
    assert_int_equal(program->status, 0);
    assert_string_equal(program->out,
                        "{\"net_debit\":3,\"max_profit\":7,\"max_loss\":-3,\"breakevens\":[103],"
                        "\"payoff\":[{\"spot\":90,\"profit\":-3},{\"spot\":104,\"profit\":1}]}\n");
    program = program_run("option strategy --name long-straddle --strikes 100 --spot 100 --days 30 "
                          "--vol 0.2 --later 30 --json");
    json_t *object = json_loads(program->out, 0, NULL);
    double debit = json_number_value(json_object_get(object, "net_debit"));
    double then = json_number_value(json_object_get(object, "profit_then"));
    assert_true(debit > 0 && fabs(then + debit) <= 1e-12); // at the money nothing is paid
    assert_string_equal(json_string_value(json_object_get(object, "max_profit")), "unlimited");
    json_decref(object);
    // 10 between the strikes, 3 + 2 - 1 - 1 received; two dates and two volatilities make four what-ifs.
    program = program_run("option strategy --name iron-condor --strikes 80,90,110,120 --premiums "
                          "1,2,3,1 --spot 100 --days 30 --vol 0.2 --later 0,30 --vol-change "
                          "0,0.1 --spots 85,100 --json");
    assert_non_null(strstr(program->out, "\"margin\":{\"shares\":0,\"options\":10,\"deposit\":7}"));
    object = json_loads(program->out, 0, NULL);
    assert_int_equal(json_array_size(json_object_get(object, "scenarios")), 4);
    json_t *row = json_array_get(json_object_get(object, "payoff"), 0);
    json_t *list = json_object_get(row, "profit_then");
    assert_int_equal(json_array_size(list), 4);
    assert_true(json_number_value(json_array_get(list, 2)) == -2 &&
                json_number_value(json_object_get(row, "profit")) == -2);
    json_decref(object);
    program =
        program_run("option strategy --leg 1:call:100:1 --later 0,1,2,3 --vol-change 0,0.1 2>&1");
    assert_non_null(strstr(program->out, "make 8 what-ifs, of 7 at most"));
    program =
        program_run("option strategy --name call-calendar --strikes 100 --apart 30 --spot 100 "
                    "--days 30 --vol 0.2 --json");
    object = json_loads(program->out, 0, NULL);
    assert_int_equal(json_array_size(json_object_get(object, "breakevens")), 2);
    assert_true(json_number_value(json_object_get(object, "max_loss")) < 0);
    json_decref(object);
    program =
        program_run("option strategy --leg -1:call:100:3 --leg 1:call:100:5::30 --days 30 2>&1");
    assert_non_null(strstr(program->out, "leg 2 lives on"));
    program = program_run("option strategy --name iron-condr --strikes 1 2>&1");
    assert_int_equal(program->status, 2);
    assert_non_null(strstr(program->out, "did you mean iron-condor?"));
}

// A picture of each kind; one of Greeks has a panel for each of them.
static void pictures_are_drawn_of_one_option(void **state) {
    static const char *const calls[] = {
        "price --spot 100 --strike 105 --days 60 --vol 0.3",
        "greeks --spot 100 --strike 105 --days 60 --vol 0.3",
        "greeks --type put --style american --method baw --spot 50 --strike 50 --days 152 --rate "
        "0.1 --vol 0.4",
        "iv --spot 100 --strike 110 --days 73 --rate 0.03 --price 2.5",
        "price --spot 100 --strike 90 --years 0.5 --vol 0.25 --barrier down-out --level 95",
        "price --model bachelier --spot 1 --strike 2 --days 60 --vol 0.3",
    };
    size_t sizes[sizeof calls / sizeof *calls];
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        struct program *program =
            program_run("option %s --plot /tmp/fulmar-option-$$.svg >/dev/null && grep -q '<svg' "
                        "/tmp/fulmar-option-$$.svg && wc -c </tmp/fulmar-option-$$.svg; rm -f "
                        "/tmp/fulmar-option-$$.svg",
                        calls[i]);
        sizes[i] = strtoul(program->out, NULL, 10);
        if (sizes[i] == 0) fail_msg("option %s: no picture", calls[i]);
    }
    assert_true(sizes[1] > sizes[0] + sizes[0] / 2 && sizes[2] > sizes[0]);
    struct program *program = program_run("option price --input x.csv --plot x.svg 2>&1");
    assert_int_equal(program->status, 2);
    assert_non_null(strstr(program->out, "--plot draws one option"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_by_a_tree_says_so),
        cmocka_unit_test(one_option_is_priced_from_its_terms),
        cmocka_unit_test(barriers_averages_and_dividends_are_priced),
        cmocka_unit_test(hestons_model_is_priced_by_call_and_by_file),
        cmocka_unit_test(an_implied_volatility_gives_the_price_back_as_one_object),
        cmocka_unit_test(a_file_comes_back_with_the_answers_added),
        cmocka_unit_test(a_row_without_an_answer_does_not_stop_the_others),
        cmocka_unit_test(a_book_is_summed_by_underlying_and_expiry),
        cmocka_unit_test(every_row_of_the_grid_is_answered),
        cmocka_unit_test(what_is_wrong_is_told_with_its_place),
        cmocka_unit_test(a_position_is_summarised_with_its_pay_off_at_the_spots),
        cmocka_unit_test(pictures_are_drawn_of_one_option),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
