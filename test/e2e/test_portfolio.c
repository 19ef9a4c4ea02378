// SPDX-License-Identifier: Apache-2.0
#include <jansson.h>
#include <math.h>

#include "program.h"

static double number(json_t *object, const char *first, const char *second) {
    json_t *member = json_object_get(object, first);
    if (second != NULL) member = json_object_get(member, second);
    if (!json_is_number(member)) fail_msg("no number %s/%s", first, second != NULL ? second : "");
    return json_number_value(member);
}

static json_t *read_json(const struct program *program) {
    if (program->status != 0) fail_msg("status %d: %s", program->status, program->out);
    json_t *object = json_loads(program->out, 0, NULL);
    assert_non_null(object);
    return object;
}

// The shared reference's weights of AAPL; those of herc by skfolio and of min-cvar by HiGHS.
static void the_reference_comes_out_as_json(void **state) {
    static const struct {
        const char *call;
        double weight;
    } cases[] = {{"min-variance", 0.061813290195701524},
                 {"erc", 0.08346693181740347},
                 {"hrp", 0.08744119836432217},
                 {"hrp --distance columns", 0.08744119836432217},
                 {"herc --clusters 4", 0.024900976266743743},
                 {"min-cvar", 0.06655845536404294},
                 {"kelly", 0.22246856790282912},
                 {"max-sharpe", 0.38291089236797149}};
    const char *file = harness_shared("golden/risk/returns12.csv");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *object =
            read_json(program_run("portfolio %s --returns %s --json 2>&1", cases[i].call, file));
        assert_true(fabs(number(object, "weights", "AAPL") - cases[i].weight) <= 1e-10);
        const char *name;
        json_t *residual;
        assert_true(json_object_size(json_object_get(object, "certificate")) > 0);
        json_object_foreach(json_object_get(object, "certificate"), name, residual)
            assert_true(json_number_value(residual) <= 1e-9);
        json_decref(object);
    }
}

// A covariance behind a call, and what follows the call's line.
#define COVARIANCE "--covariance /dev/fd/3 3<<'END' "
#define ROWS "\nname,a,b\na,0.04,0\nb,0,0.01\nEND\n"

// By hand: variances 0.04 and 0.01 without correlation. With an aversion of 2 the difference of the means, less what it
// may be off and what impact takes, is 0.1 w - 0.02.
static void a_covariance_and_a_table_of_assets_are_enough(void **state) {
    static const struct {
        const char *call, *table;
        double weight;
    } cases[] = {
        {"min-variance", "asset", 0.2},
        {"min-variance --group g=0.3:", "asset,group\na,x|g", 0.3},
        {"min-variance", "asset,max\nb,0.7", 0.3},
        {"min-variance --turnover 0.2", "asset,held\na,0.5\nb,0.5", 0.4},
        {"erc", "asset,budget\na,0.8\nb,0.2", 0.5},
        {"mean-variance --aversion 2", "asset,mean\na,0.04\nb,0.01", 0.5},
        {"mean-variance --aversion 2", "asset,mean,uncertainty\na,0.04,0.01\nb,0.01,0", 0.4},
        {"mean-variance --aversion 2", "asset,mean,impact,held\na,0.04,0.05,0\nb,0.01,0,0", 0.25},
        {"kelly-mean --rf 0 --total-max 9", "asset,mean\na,0.02\nb,0.01", 0.5},
        {"black-litterman --aversion 3", "asset,market\na,0.3\nb,0.7", 0.3 / 1.05},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *object =
            read_json(program_run("portfolio %s --json " COVARIANCE
                                  "--assets /dev/fd/4 4<<'TABLE' 2>&1" ROWS "%s\nTABLE\n",
                                  cases[i].call, cases[i].table));
        double weight = number(object, "weights", "a");
        if (!(fabs(weight - cases[i].weight) <= 1e-12))
            fail_msg("%s: %.17g, expected %.17g", cases[i].call, weight, cases[i].weight);
        json_decref(object);
    }
}

// A view that a earns 2 % more than b, by hand: pi = 2.5 (0.02, 0.005) = (0.05, 0.0125), tau P S P' = 0.05 x 0.05
// and as much for the view: half of the way from 0.0375 to 0.02, of which a takes four fifths.
static void views_move_the_equilibrium(void **state) {
    json_t *object =
        read_json(program_run("portfolio black-litterman --json " COVARIANCE
                              "--assets /dev/fd/4 --views /dev/fd/5 4<<'TABLE' 5<<'VIEWS' 2>&1" ROWS
                              "asset,market\na,0.5\nb,0.5\nTABLE\n"
                              "value,a,b\n0.02,1,-1\nVIEWS\n"));
    assert_true(fabs(number(object, "equilibrium", "a") - 0.05) <= 1e-15);
    assert_true(fabs(number(object, "posterior", "a") - (0.05 - 0.8 * 0.00875)) <= 1e-15);
    assert_true(fabs(number(object, "posterior", "b") - (0.0125 + 0.2 * 0.00875)) <= 1e-15);
    json_decref(object);
}

static void a_frontier_has_its_points_and_a_bet_its_stake(void **state) {
    json_t *object = read_json(program_run("portfolio frontier --points 5 --json " COVARIANCE
                                           "--assets /dev/fd/4 4<<'TABLE' 2>&1" ROWS
                                           "asset,mean\na,0.04\nb,0.01\nTABLE\n"));
    json_t *points = json_object_get(object, "points");
    assert_int_equal(json_array_size(points), 5);
    assert_true(fabs(number(json_array_get(points, 2), "weights", "a") - 0.6) <= 1e-12);
    json_decref(object);
    object = read_json(program_run("portfolio kelly-bet --probability 0.6 --odds 1 --json"));
    assert_true(fabs(number(object, "stake", NULL) - 0.2) <= 1e-15);
    json_decref(object);
}

// 80 and 20 to halves at 1 %: 0.6 of costs and 49.7 each. 0.5 of 1000 in lots of 300 and the rest in lots of 7.
static void trades_and_lots_are_told(void **state) {
    json_t *object =
        read_json(program_run("portfolio rebalance --json --trade-cost 0.01 --assets - "
                              "2>&1 <<'END'\nasset,held,target\na,80,0.5\nb,20,0.5\nEND"));
    assert_true(fabs(number(object, "trade", "a") + 30.3) <= 1e-12);
    assert_true(fabs(number(object, "costs", NULL) - 0.6) <= 1e-12);
    json_decref(object);
    struct program *program = program_run("portfolio rebalance --band 0.4 --assets - 2>&1 <<'END'\n"
                                          "asset,held,target\na,80,0.5\nb,20,0.5\nEND");
    assert_int_equal(program->status, 0);
    assert_non_null(strstr(program->out, "nothing to trade"));
    object = read_json(program_run("portfolio lots --json --value 1000 --assets - 2>&1 <<'END'\n"
                                   "asset,target,price,lot\na,0.5,3,100\nb,0.5,7,\nEND"));
    assert_true(number(object, "units", "a") == 200 && number(object, "lots", "b") == 57);
    assert_true(fabs(number(object, "leftover", NULL) - 1) <= 1e-12);
    assert_true(json_is_true(json_object_get(object, "exact")));
    json_decref(object);
}

static void pictures_are_written(void **state) {
    char folder[] = "/tmp/fulmar-portfolio-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    for (int k = 0; k < 2; k++) {
        snprintf(path, sizeof path, "%s/portfolio.svg", folder);
        struct program *program = program_run("portfolio %s " COVARIANCE
                                              "--assets /dev/fd/4 --plot %s 4<<'TABLE' 2>&1" ROWS
                                              "asset,mean\na,0.04\nb,0.01\nTABLE\n",
                                              k == 0 ? "erc" : "frontier", path);
        if (program->status != 0) fail_msg("%s", program->out);
        FILE *file = fopen(path, "r");
        assert_non_null(file);
        char head[64] = "";
        assert_true(fread(head, 1, sizeof head - 1, file) > 0);
        assert_non_null(strstr(head, "<?xml"));
        fclose(file);
        assert_int_equal(remove(path), 0);
    }
    assert_int_equal(remove(folder), 0);
}

// Halves of 1,000 at 30 and 70: 17 at 30 are 10 above, 7 at 70 are 10 below, and nothing is left.
static void a_value_buys_whole_lots_at_the_last_prices(void **state) {
    json_t *object =
        read_json(program_run("portfolio erc --json --prices - --value 1000 2>&1 <<'END'\n"
                              "date,a,b\n1,30,70\n2,33,70\n3,33,77\n4,30,77\n5,30,70\nEND"));
    double a = number(object, "units", "a"), b = number(object, "units", "b");
    assert_true(fabs(30 * a + 70 * b + number(object, "leftover", NULL) - 1000) <= 1e-9);
    assert_true(a == 17 && b == 7 && number(object, "price", "b") == 70);
    json_decref(object);
}

static void a_call_that_is_wrong_says_where(void **state) {
    static const struct {
        const char *call;
        int status;
        const char *story;
    } cases[] = {
        {"--returns x.csv", 2, "name one method"},
        {"magic --returns x.csv", 2, "there is no method 'magic'; there are mean-variance, "},
        {"min-varianc --returns x.csv", 2, "did you mean min-variance?"},
        {"erc", 1, "give --returns FILE, --prices FILE or --covariance FILE"},
        {"erc --min-weight 0.1 " COVARIANCE ROWS, 2,
         "--min-weight has no effect on erc; leave it out"},
        {"hrp --max-weight 0.5 " COVARIANCE ROWS, 2, "--max-weight has no effect on hrp"},
        {"min-variance --periods 12 " COVARIANCE ROWS, 1, "--shrink and --periods need --returns"},
        {"min-variance --value 12 " COVARIANCE ROWS, 1, "--value needs --prices"},
        {"kelly-bet --probability 0.6 --odds 1 --rf 0.1", 2, "--rf has no effect on kelly-bet"},
        {"min-cvar --confidence x " COVARIANCE ROWS, 2, "--confidence"},
        {"min-cvar " COVARIANCE ROWS, 1, "needs the returns themselves"},
        {"max-sharpe " COVARIANCE ROWS, 1, "a has no finite mean return"},
        {"min-variance --group x=0:1 " COVARIANCE ROWS, 1, "--group needs --assets FILE"},
        {"min-variance --max-weight 0.4 " COVARIANCE ROWS, 1,
         "the constraints contradict each other"},
        {"erc --returns - <<'END'\ndate,a,b,c\n1,0.1,0.2,0\n2,0,0.1,0.1\n3,0.1,0,0.2\nEND", 1,
         "has 3 returns of 3 assets"},
        {"erc --returns - <<'END'\ndate,a\n1,0.1\n2,x\n3,0.1\nEND", 1, ":3: "},
        {"erc --prices - <<'END'\ndate,a\n1,1\n2,-1\n3,1\nEND", 1,
         ":3: field 'a': '-1' is no price above 0"},
        {"erc --covariance - <<'END'\nname,a,b\na,0.04,0.1\nb,0.1,0.01\nEND", 1,
         "not positive semidefinite: b's variance"},
        {"erc --covariance - <<'END'\nname,a,b\nb,1,0\na,0,1\nEND", 1,
         "'b' stands where 'a' should"},
        {"min-variance " COVARIANCE "--assets /dev/fd/4 4<<'T'" ROWS "asset,max\nc,1\nT", 1,
         "has no asset 'c'"},
        {"min-variance " COVARIANCE "--assets /dev/fd/4 4<<'T'" ROWS "asset,cap\na,1\nT", 1,
         "there is no column 'cap'"},
        {"hrp " COVARIANCE "--assets /dev/fd/4 4<<'T'" ROWS "asset,max\na,1\nT", 1,
         "the column 'max' has no effect on hrp"},
        {"min-variance --group y=0:1 " COVARIANCE "--assets /dev/fd/4 4<<'T'" ROWS
         "asset,group\na,x\nT",
         1, "is in 'y'"},
        {"lots --value 10 --assets - <<'END'\nasset,target,price\na,1,\nEND", 1,
         "'a' has no price"},
        {"lots --assets - <<'END'\nasset,target,price\na,1,1\nEND", 1, "give --value V"},
        {"rebalance", 1, "give --assets FILE"},
        {"rebalance --assets - <<'END'\nasset,held,target\na,1,1.5\nEND", 1, "add up to 1.5"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct program *program = program_run("2>&1 portfolio %s", cases[i].call);
        if (program->status != cases[i].status || strstr(program->out, cases[i].story) == NULL)
            fail_msg("%s: status %d: %s", cases[i].call, program->status, program->out);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_reference_comes_out_as_json),
        cmocka_unit_test(a_covariance_and_a_table_of_assets_are_enough),
        cmocka_unit_test(views_move_the_equilibrium),
        cmocka_unit_test(a_frontier_has_its_points_and_a_bet_its_stake),
        cmocka_unit_test(trades_and_lots_are_told),
        cmocka_unit_test(pictures_are_written),
        cmocka_unit_test(a_value_buys_whole_lots_at_the_last_prices),
        cmocka_unit_test(a_call_that_is_wrong_says_where),
    };
    return cmocka_run_group_tests_name("e2e/portfolio", tests, NULL, NULL);
}
