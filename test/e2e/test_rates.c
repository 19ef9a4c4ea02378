// SPDX-License-Identifier: Apache-2.0
// A dollar account that buys something quoted in euros.
#include "program.h"

static char directory[64];

static int make_directory(void **state) {
    (void)state;
    snprintf(directory, sizeof directory, "/tmp/fulmar-rates-XXXXXX");
    return mkdtemp(directory) != NULL ? 0 : -1;
}

static int remove_directory(void **state) {
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", directory);
    return system(command);
}

static void write_file(const char *name, const char *text) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void import(const char *file, const char *symbol, const char *currency) {
    struct program *program = program_run("data import --tape %s/tape --symbol %s --currency %s "
                                          "--asset forex --calendar 24/7 %s/%s 2>&1",
                                          directory, symbol, currency, directory, file);
    if (program->status != 0) fail_msg("%s", program->out);
}

// 100,000 dollars, all in: at the first close a share is 100 euros at 1.25 dollars, so half the equity buys 400
// shares. They fill at the second open, 100 euros, worth -40,000 euros of cash. At the end a share is 110
// euros and a euro 1.50 dollars: 100,000 + 400 x (110 - 100) x 1.50 = 106,000.
static void a_euro_position_is_worth_what_the_rate_says(void **state) {
    (void)state;
    write_file("share.csv", "date,open,high,low,close,volume\n"
                            "2020-01-01,100.00,100.00,100.00,100.00,1000000\n"
                            "2020-01-02,100.00,105.00,100.00,105.00,1000000\n"
                            "2020-01-03,105.00,110.00,105.00,110.01,1000000\n"
                            "2020-01-04,110.00,110.00,110.00,110.00,1000000\n");
    write_file("euro.csv", "date,open,high,low,close,volume\n"
                           "2020-01-01,1.25,1.25,1.25,1.25,1\n"
                           "2020-01-02,1.25,1.30,1.25,1.30,1\n"
                           "2020-01-03,1.30,1.40,1.30,1.40,1\n"
                           "2020-01-04,1.40,1.50,1.40,1.50,1\n");
    import("share.csv", "SHARE", "EUR");
    import("euro.csv", "EURUSD", "USD");
    struct program *program =
        program_run("backtest --tape %s/tape --data SHARE --currency USD --rate EUR=EURUSD "
                    "--strategy buy_and_hold --sizing fixed_fraction:fraction=0.5 --json",
                    directory);
    assert_int_equal(program->status, 0);
    assert_non_null(strstr(program->out, "106000.0"));
}

static void without_a_rate_the_account_is_told_what_to_give(void **state) {
    (void)state;
    struct program *program = program_run(
        "backtest --tape %s/tape --data SHARE --currency USD --strategy buy_and_hold 2>&1",
        directory);
    assert_int_equal(program->status, 2);
    assert_non_null(strstr(program->out, "--rate EUR=SERIES"));
    program = program_run("backtest --tape %s/tape --data SHARE --currency USD --rate GBP=EURUSD "
                          "--strategy buy_and_hold 2>&1",
                          directory);
    assert_int_equal(program->status, 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_euro_position_is_worth_what_the_rate_says),
        cmocka_unit_test(without_a_rate_the_account_is_told_what_to_give),
    };
    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
