// SPDX-License-Identifier: Apache-2.0
#include <jansson.h>
#include <math.h>
#include <stdbool.h>

#include "program.h"

enum { PATH_SIZE = 256 };

static char folder[PATH_SIZE];

static int make_folder(void **state) {
    snprintf(folder, sizeof folder, "%s/fulmar-calc-XXXXXX",
             getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp");
    return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state) {
    return rmdir(folder);
}

static const char *path_of(const char *name) {
    static char path[PATH_SIZE + 64];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void write_file(const char *name, const char *content) {
    FILE *file = fopen(path_of(name), "w");
    assert_non_null(file);
    assert_true(fputs(content, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void refuse(struct program *program, int status, const char *words) {
    assert_int_equal(program->status, status);
    if (strstr(program->out, words) == NULL) fail_msg("no '%s' in: %s", words, program->out);
}

// The n-th cell of a CSV line; NaN when empty.
static double cell(const char *line, size_t n) {
    for (; n > 0; n--) {
        line = strchr(line, ',');
        assert_non_null(line);
        line++;
    }
    bool empty = strchr(",\n", *line) != NULL || strncmp(line, "\"\"", 2) == 0;
    return empty ? NAN : strtod(line, NULL);
}

static size_t header_index(const char *line, const char *name) {
    size_t len = strlen(name);
    for (size_t n = 0;; n++) {
        if (strncmp(line, name, len) == 0 && strchr(",\r\n", line[len]) != NULL) return n;
        line = strchr(line, ',');
        if (line == NULL) fail_msg("no column %s", name);
        line++;
    }
}

// Compares the output's columns with the reference's of those names, cell by cell.
static void against_reference(const char *call, const char *const *columns, size_t count) {
    static char line[1 << 14];
    FILE *expected = fopen(harness_shared("golden/indicators/ref252_expected.csv"), "r");
    assert_non_null(expected);
    struct program *program = program_run("calc %s --input %s", call,
                                          harness_shared("golden/indicators/ref252_ohlcv.csv"));
    assert_int_equal(program->status, 0);
    assert_non_null(fgets(line, sizeof line, expected));
    size_t index[4];
    for (size_t c = 0; c < count; c++) index[c] = header_index(line, columns[c]);
    const char *row = strchr(program->out, '\n') + 1;
    for (size_t i = 0; i < 252; i++, row = strchr(row, '\n') + 1) {
        assert_non_null(fgets(line, sizeof line, expected));
        for (size_t c = 0; c < count; c++) {
            double actual = cell(row, c), wanted = cell(line, index[c]);
            assert_int_equal(isnan(actual), isnan(wanted));
            if (isnan(wanted)) continue;
            if (!(fabs(actual - wanted) <= 1e-9 * fmax(1, fabs(wanted))))
                fail_msg("%s row %zu: %.17g, expected %.17g", call, i, actual, wanted);
        }
    }
    assert_int_equal(*row, '\0');
    fclose(expected);
}

static void indicators_equal_the_reference(void **state) {
    against_reference("rsi --param period=14", (const char *[]){"RSI_14"}, 1);
    against_reference("sma --param=period=50", (const char *[]){"SMA_50"}, 1);
    against_reference(
        "macd", (const char *[]){"MACD_12_26_9", "MACDSIGNAL_12_26_9", "MACDHIST_12_26_9"}, 3);
    against_reference("stoch --param period=5",
                      (const char *[]){"STOCH_SLOWK_5_3_3", "STOCH_SLOWD_5_3_3"}, 2);
    against_reference("adx --param period=7", (const char *[]){"ADX_7"}, 1);
    against_reference("aroon", (const char *[]){"AROON_DOWN_14", "AROON_UP_14"}, 2);
    against_reference("obv", (const char *[]){"OBV"}, 1);
}

static void a_statistic_equals_the_reference_and_prints_one_object(void **state) {
    json_t *expected = json_load_file(harness_shared("golden/performance/expected.json"), 0, NULL);
    json_t *wanted =
        json_object_get(json_object_get(expected, "daily_equalweight_vs_SPY"), "sharpe_rf");
    struct program *program = program_run("calc sharpe --input %s --column returns=port "
                                          "--param periods=252 --param rf=0.02 --json",
                                          harness_shared("golden/performance/returns_daily.csv"));
    assert_int_equal(program->status, 0);
    json_t *object = json_loads(program->out, 0, NULL);
    assert_non_null(object);
    assert_string_equal(json_string_value(json_object_get(object, "function")), "sharpe");
    assert_int_equal(json_integer_value(json_object_get(object, "rows")), 2081);
    double value = json_number_value(json_object_get(json_object_get(object, "outputs"), "value"));
    assert_true(fabs(value / json_number_value(wanted) - 1) <= 1e-10);
    json_decref(object);
    json_decref(expected);
}

static void the_list_names_every_function_in_both_forms(void **state) {
    struct program *program = program_run("calc --list");
    assert_int_equal(program->status, 0);
    assert_non_null(strstr(program->out, "\n  bbands(close)"));
    assert_non_null(strstr(program->out, "\n  max_drawdown(returns)"));
    program = program_run("calc --list --json");
    assert_int_equal(program->status, 0);
    json_t *object = json_loads(program->out, 0, NULL);
    assert_non_null(object);
    json_t *list = json_object_get(object, "functions");
    assert_true(json_array_size(list) > 60);
    size_t i;
    json_t *row;
    json_array_foreach(list, i, row) {
        assert_true(json_is_object(json_object_get(row, "parameters")));
        assert_true(json_array_size(json_object_get(row, "outputs")) >= 1);
    }
    json_decref(object);
    program = program_run("calc --list bbands");
    assert_non_null(strstr(program->out, "nbdevup"));
}

static void the_page_of_functions_is_what_the_tables_say(void **state) {
    static char page[PROGRAM_OUTPUT_MAX];
    FILE *file = fopen(harness_source("docs/functions.md"), "r");
    assert_non_null(file);
    page[fread(page, 1, sizeof page - 1, file)] = '\0';
    fclose(file);
    struct program *program = program_run("calc --list --page");
    if (strcmp(program->out, page) != 0)
        fail_msg("docs/functions.md is old; fulmar calc --list --page > docs/functions.md");
}

static void empty_cells_stay_empty_and_kept_columns_stay_as_they_were(void **state) {
    write_file("bars.csv", "\xef\xbb\xbf"
                           "Day;Close;note\r\n"
                           "1;10;\"a;b\"\r\n"
                           "2;;plain\r\n"
                           "\r\n"
                           "3;11;\"two\nlines, \"\"quoted\"\"\"\r\n"
                           "4;NaN;\r\n"
                           "5;12.5;x\r\n");
    struct program *program = program_run(
        "calc sma --param period=2 --input %s --keep note --keep Day", path_of("bars.csv"));
    assert_int_equal(program->status, 0);
    assert_string_equal(program->out, "note,Day,value\n"
                                      "a;b,1,\n"
                                      "plain,2,\n"
                                      "\"two\nlines, \"\"quoted\"\"\",3,10.5\n"
                                      ",4,\n"
                                      "x,5,11.75\n");
    program = program_run("calc sma --param period=2 --json --input - < %s", path_of("bars.csv"));
    assert_string_equal(program->out,
                        "{\"function\":\"sma\",\"params\":{\"timeperiod\":2},\"rows\":5,"
                        "\"outputs\":{\"value\":[null,null,10.5,null,11.75]}}\n");
    unlink(path_of("bars.csv"));
}

static void results_go_to_the_file_that_output_names(void **state) {
    char output[PATH_SIZE + 64];
    snprintf(output, sizeof output, "%s", path_of("out.csv"));
    write_file("in.csv", "close\n1\n2\n4\n");
    struct program *program = program_run("calc roc --param period=1 --input %s --output %s --json",
                                          path_of("in.csv"), output);
    assert_int_equal(program->status, 0);
    assert_string_equal(program->out,
                        "{\"function\":\"roc\",\"params\":{\"timeperiod\":1},\"rows\":3}\n");
    FILE *file = fopen(output, "r");
    char content[64] = {0};
    assert_non_null(file);
    assert_true(fread(content, 1, sizeof content - 1, file) > 0);
    fclose(file);
    assert_string_equal(content, "value\n\"\"\n100\n100\n");
    unlink(output);
    unlink(path_of("in.csv"));
}

static void a_statistic_leaves_out_rows_that_lack_a_value_and_says_how_many(void **state) {
    write_file("returns.csv", "date,returns\n1,\n2,0.1\n3,-0.05\n");
    struct program *program = program_run("calc total_return --input %s", path_of("returns.csv"));
    assert_string_equal(program->out, "0.04499999999999993\n");
    program = program_run("calc total_return --json --input %s", path_of("returns.csv"));
    assert_non_null(strstr(program->out, "\"rows\":3,\"left_out\":1,"));
    assert_non_null(strstr(program->out,
                           "},\"warnings\":[\"1 of 3 rows have an empty cell and were "
                           "left out\"]}\n"));
    program = program_run("calc sortino --input %s 2>&1 >/dev/null", path_of("returns.csv"));
    assert_string_equal(program->out, "1 of 3 rows have an empty cell and were left out\n");
    program = program_run("calc sortino --json --input %s 2>&1 >/dev/null", path_of("returns.csv"));
    assert_string_equal(program->out, "1 of 3 rows have an empty cell and were left out\n");
    program = program_run("calc max_drawdown --json --input %s", path_of("returns.csv"));
    assert_non_null(strstr(program->out, "\"peak_line\":3,\"peak_time\":\"2\",\"trough_line\":4,"
                                         "\"trough_time\":\"3\",\"recovery_line\":null,"
                                         "\"recovery_time\":null,\"fall\":1,\"climb\":null}"));
    unlink(path_of("returns.csv"));
}

// A blank line, rows that are cut off and one that is left out stand before what is found.
static const char *const gaps = "date,open,high,low,close,volume\n"
                                "2020-01-01,10,11,9,10,5\n"
                                "2020-01-02,10,12,10,12,5\n"
                                "\n"
                                "2020-01-03,,13,11,,5\n"
                                "2020-01-06,12,12,8,9,5\n"
                                "2020-01-07,9,13,9,13,5\n";

static void a_result_that_is_a_row_names_its_line_and_time(void **state) {
    write_file("gaps.csv", gaps);
    struct program *program = program_run(
        "calc max_drawdown --column returns=close --returns simple --input %s 2>/dev/null",
        path_of("gaps.csv"));
    assert_string_equal(program->out, "depth         -0.25\n"
                                      "peak_line     3\n"
                                      "peak_time     2020-01-02\n"
                                      "trough_line   6\n"
                                      "trough_time   2020-01-06\n"
                                      "recovery_line 7\n"
                                      "recovery_time 2020-01-07\n"
                                      "fall          1\n"
                                      "climb         1\n");
    // From the second day on the peak is the price before the first return.
    program = program_run("calc max_drawdown --column returns=close --returns simple --input %s "
                          "--from 2020-01-02 --json",
                          path_of("gaps.csv"));
    assert_non_null(strstr(program->out, "\"peak_line\":3,\"peak_time\":\"2020-01-02\""));
    program = program_run("calc max_drawdown --column returns=close --returns simple --input %s "
                          "--window 2 --keep date",
                          path_of("gaps.csv"));
    assert_non_null(strstr(program->out, "\n2020-01-06,-0.25,3,2020-01-02,6,2020-01-06,,,1,\n"));
    program = program_run("calc maxindex --param timeperiod=2 --input %s --from 2020-01-02",
                          path_of("gaps.csv"));
    assert_string_equal(program->out, "value,line,time\n,,\n,,\n0,3,2020-01-02\n2,7,2020-01-07\n");
    program = program_run("calc minmaxindex --param timeperiod=2 --input %s", path_of("gaps.csv"));
    assert_int_equal(strncmp(program->out, "minidx,maxidx,minidx_line,", 26), 0);
    program = program_run("calc renko --param size=3 --input %s --json", path_of("gaps.csv"));
    assert_non_null(strstr(program->out, "\"line\":[7],\"time\":[\"2020-01-07\"]"));
    unlink(path_of("gaps.csv"));
}

static void a_fit_tells_its_parameters_beside_the_file_of_its_series(void **state) {
    char output[PATH_SIZE + 64], content[256] = {0};
    snprintf(output, sizeof output, "%s", path_of("variance.csv"));
    FILE *file = fopen(path_of("fit.csv"), "w");
    assert_non_null(file);
    fputs("returns\n", file);
    double x =
        0.3; // of the logistic map, which a normal law with a variance of its own fits well enough
    for (int i = 0; i < 300; i++, x = 3.9 * x * (1 - x)) fprintf(file, "%.6f\n", (x - 0.6) / 50);
    fclose(file);
    struct program *program =
        program_run("calc garch --input %s --output %s", path_of("fit.csv"), output);
    assert_int_equal(program->status, 0);
    assert_non_null(strstr(program->out, "parameter"));
    assert_non_null(strstr(program->out, "\nomega "));
    assert_non_null(strstr(program->out, "\nloglik "));
    assert_non_null(strstr(program->out, "\niterations "));
    assert_null(strstr(program->out, "robust_se_mu"));
    file = fopen(output, "r");
    assert_non_null(file);
    assert_true(fread(content, 1, sizeof content - 1, file) > 0);
    fclose(file);
    assert_int_equal(strncmp(content, "variance,residual\n", 18), 0);
    program = program_run("calc garch --input %s --output %s --json", path_of("fit.csv"), output);
    json_t *object = json_loads(program->out, 0, NULL);
    json_t *outputs = json_object_get(object, "outputs");
    assert_true(json_is_number(json_object_get(outputs, "se_mu")));
    assert_int_equal(json_array_size(json_object_get(outputs, "forecast")), 10);
    assert_null(json_object_get(outputs, "variance"));
    json_decref(object);
    unlink(output);
    unlink(path_of("fit.csv"));
}

static void an_error_of_a_row_names_its_line_and_field(void **state) {
    static const struct {
        const char *call, *words;
    } rows[] = {
        {"renko --column close=low --param price_decimals=0 --from 2020-01-03",
         "gaps.csv:7: field 'low': close is 0.25; with 0 decimals it is not above 0"},
        {"volatility_parkinson", "gaps.csv:6: field 'high': high 8 is below low 9"},
        {"volume_profile", "gaps.csv:6: field 'high': high 8 is below low 9"},
        {"tick_bars --to 2020-01-03", "gaps.csv:3: field 'close': close 900 is outside 10 to 12"},
        {"volatility_garman_klass --to 2020-01-03",
         "gaps.csv:3: field 'close': close 900 is outside low 10 to high 12"},
        {"correlation_cleaned --column column=open --column column=flat",
         "column 2 does not vary: it correlates with nothing; in correlation_cleaned of 4 rows of"},
    };
    write_file("gaps.csv", "date,open,high,low,close,volume,flat\n"
                           "2020-01-01,10,11,9,10,5,1\n"
                           "2020-01-02,10,12,10,900,5,1\n"
                           "\n"
                           "2020-01-03,,13,11,,5,1\n"
                           "2020-01-06,12,8,9,9,5,1\n"
                           "2020-01-07,9,13,0.25,13,5,1\n");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        refuse(program_run("calc %s --input %s 2>&1", rows[i].call, path_of("gaps.csv")), 1,
               rows[i].words);
    struct program *program = program_run(
        "calc volatility_parkinson --window 2 --input %s 2>&1 >/dev/null", path_of("gaps.csv"));
    assert_non_null(strstr(program->out, "2 windows have no volatility_parkinson; the first: "));
    assert_non_null(strstr(program->out, "gaps.csv:6: field 'high': high 8 is below low 9"));
    unlink(path_of("gaps.csv"));
}

static void a_bad_file_is_refused_by_line_and_field(void **state) {
    static const struct {
        const char *content, *words;
    } rows[] = {
        {"close\n1\n2x\n", "bad.csv:3: field 'close': '2x' is not a number"},
        {"close\n1\ninf\n", "bad.csv:3: field 'close': 'inf' is not a number"},
        {"close\n0x10\n", "bad.csv:2: field 'close': '0x10' is not a number"},
        {"close\n1e999\n", "bad.csv:2: field 'close': '1e999' is not a number"},
        {"date,close\n\n1,2\n3\n", "bad.csv:4: has 1 fields where the header has 2"},
        {"date,close\n1,2,3\n", "bad.csv:2: has 3 fields where the header has 2"},
        {"date,close\n1,\"2\n", "bad.csv:2: field 2: its quote is not closed"},
        {"date,price,size\n1,2,3\n", "bad.csv:1: has no column 'close'; it has date, price, size."},
        {"", "bad.csv: is empty"},
        {"close\n", "bad.csv:1: no row follows the header"},
        {"1\n2\n3\n", "bad.csv:1: holds numbers; the first line must name the columns"},
        {"date;close\n1;1,5\n", "'1,5' is not a number; the decimal separator is a point"},
        {"close\n1,2\n", "bad.csv:2: has 2 fields where the header has 1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        write_file("bad.csv", rows[i].content);
        refuse(program_run("calc sma --input %s 2>&1", path_of("bad.csv")), 1, rows[i].words);
    }
    unlink(path_of("bad.csv"));
    refuse(program_run("calc sma --input %s 2>&1", path_of("bad.csv")), 1, "bad.csv");
}

// Each gives values, or says why there are none.
static void every_form_of_a_file_is_read_or_explained(void **state) {
    static const struct {
        const char *content, *call;
        int status;
        const char *words;
    } rows[] = {
        {"close\n1\n2\n3", "sma --param period=2", 0, "value\n\"\"\n1.5\n2.5\n"},
        {"\xef\xbb\xbf\"close\"\r\n\"1\"\r\n2\r\n", "sma --param period=2", 0,
         "value\n\"\"\n1.5\n"},
        {"a|close\nx|1\ny|3\n", "sma --param period=2", 0, "value\n\"\"\n2\n"},
        {"close\n5\n5\n5\n5\n", "rsi --param period=2", 0, "value\n\"\"\n\"\"\n0\n0\n"},
        {"close\n5\n5\n5\n", "zscore --param period=2", 0, "zscore has no value for these 3 rows"},
        {"close\n5\n6\n", "sma", 0, "sma has no value for these 2 rows: they are too few"},
        {"close\n5\n5\n5\n", "sharpe --column returns=close", 0, "sharpe has no value"},
        {"close\n5\n0\n", "best --column returns=close --returns log", 1,
         "form.csv:3: field 'close': 0 is no price to make returns of"},
        {"close\n5\n5\n5\n", "adf --column value=close", 1, "complete rows or more; there are 3"},
        {"close\n1\n2\n", "sma --param period=0", 2, "timeperiod must be in [1, 100000], and is 0"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        write_file("form.csv", rows[i].content);
        refuse(program_run("calc %s --input %s 2>&1", rows[i].call, path_of("form.csv")),
               rows[i].status, rows[i].words);
        refuse(program_run("calc %s --input - 2>&1 < %s", rows[i].call, path_of("form.csv")),
               rows[i].status, rows[i].status == 1 ? "standard input" : rows[i].words);
    }
    unlink(path_of("form.csv"));
    refuse(program_run("calc sma --input %s 2>&1", folder), 1, "Is a directory");
    refuse(program_run("calc sma --input %s 2>&1", path_of("none.csv")), 1, "No such file");
}

static void a_wrong_call_is_refused_with_status_two(void **state) {
    static const struct {
        const char *call, *words;
    } rows[] = {
        {"calc", "give a function"},
        {"calc rsj", "did you mean 'rsi'?"},
        {"calc rsi", "needs --input FILE"},
        {"calc rsi sma --input x", "give one function, not also 'sma'"},
        {"calc rsi --input x --param timeperod=3", "did you mean \"timeperiod\"?"},
        {"calc rsi --input x --param period=1", "period"},
        {"calc rsi --input x --param period", "not of the form NAME=VALUE"},
        {"calc mavp --input x --param minperiod=40", "minperiod must not be above maxperiod"},
        {"calc rsi --input x --column high=High", "rsi does not read 'high'"},
        {"calc sharpe --input x --keep date", "gives numbers of the whole"},
        {"calc --list rsj", "did you mean 'rsi'?"},
        {"calc rsi --input x --plot a.svg --theme grey", "--theme is light or dark, not 'grey'"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        refuse(program_run("%s 2>&1", rows[i].call), 2, rows[i].words);
}

static void a_window_of_time_cuts_the_rows(void **state) {
    write_file("days.csv", "Date,close,note\n2020-01-01,1,a\n2020-01-02,2,b\n2020-01-03,4,c\n"
                           "2020-01-04,8,d\n");
    struct program *program =
        program_run("calc roc --param timeperiod=1 --input %s --keep note --from 2020-01-02 --to "
                    "2020-01-04",
                    path_of("days.csv"));
    assert_string_equal(program->out, "note,value\nb,\nc,100\n");
    refuse(program_run("calc roc --input %s --from 2021-01-01 2>&1", path_of("days.csv")), 1,
           "has no row between");
    refuse(
        program_run("calc roc --input %s --from 2020-01-01 --time note 2>&1", path_of("days.csv")),
        1, "days.csv:2: field 'note': 'a' is not a time");
    refuse(program_run("calc roc --input %s --from yesterday 2>&1", path_of("days.csv")), 2,
           "is not an instant such as");
    write_file("days.csv", "date,close\n2020-01-02,1\n2019-01-01,2\n2020-01-03,3\n");
    refuse(program_run("calc roc --input %s --from 2020-01-01 2>&1", path_of("days.csv")), 1,
           "days.csv:3: field 'date': '2019-01-01' is before the row in front of it");
    refuse(program_run("calc roc --input %s --time date 2>&1", path_of("days.csv")), 1,
           "the rows are not in order of time: sort them, the oldest first");
    unlink(path_of("days.csv"));
}

static void a_statistic_rolls_over_whole_rows(void **state) {
    write_file("returns.csv", "day,returns\n1,0.1\n2,\n3,0.2\n4,0.3\n5,0.5\n");
    struct program *program = program_run(
        "calc mean_return --window 2 --keep day --input %s 2>/dev/null", path_of("returns.csv"));
    assert_string_equal(program->out, "day,value\n1,\n2,\n3,0.15000000000000002\n4,0.25\n5,0.4\n");
    program = program_run("calc mean_return --window 2 --json --input %s", path_of("returns.csv"));
    assert_non_null(strstr(program->out, "\"window\":2,\"rows\":5,\"left_out\":1,"));
    refuse(program_run("calc sma --window 2 --input %s 2>&1", path_of("returns.csv")), 2,
           "looks back by itself");
    unlink(path_of("returns.csv"));
}

static void prices_become_returns_and_an_only_column_needs_no_name(void **state) {
    write_file("prices.csv", "date,PX\n2020-01-01,100\n2020-01-02,110\n2020-01-03,99\n");
    struct program *program =
        program_run("calc best --returns simple --input %s 2>/dev/null", path_of("prices.csv"));
    assert_true(fabs(strtod(program->out, NULL) - 0.1) < 1e-12);
    program = program_run("calc worst --returns log --input %s 2>/dev/null", path_of("prices.csv"));
    assert_true(fabs(strtod(program->out, NULL) - log(0.9)) < 1e-12);
    refuse(program_run("calc best --returns none --input %s 2>&1", path_of("prices.csv")), 2,
           "--returns is simple or log");
    refuse(program_run("calc best --column returns=PX --column RETURNS=PX --input %s 2>&1",
                       path_of("prices.csv")),
           2, "best reads one 'returns'");
    program =
        program_run("calc sma --param period=1 --column real=px --input %s", path_of("prices.csv"));
    assert_string_equal(program->out, "value\n100\n110\n99\n");
    unlink(path_of("prices.csv"));
}

static void a_blank_line_of_one_column_is_an_empty_cell(void **state) {
    write_file("one.csv", "close\n1\n\n3\r\n\r\n\r\n6\n\n\n");
    struct program *program =
        program_run("calc sma --param period=2 --input %s", path_of("one.csv"));
    assert_string_equal(program->out, "value\n\"\"\n\"\"\n2\n\"\"\n\"\"\n4.5\n");
    write_file("one.csv", "close,x\n\n1,2\n\n3,4\n");
    program = program_run("calc sma --param period=1 --input %s", path_of("one.csv"));
    assert_string_equal(program->out, "value\n1\n3\n");
    write_file("one.csv", "close,x,close\n1,2,3\n");
    refuse(program_run("calc sma --input %s 2>&1", path_of("one.csv")), 1,
           "one.csv:1: has two columns 'close', 1 and 3");
    unlink(path_of("one.csv"));
}

// Readers of CSV skip blank lines: what is empty and alone in its line is quoted, and read back as empty.
static void no_line_of_the_results_is_blank(void **state) {
    write_file("in.csv", "date,close\n2020-01-01,1\n2020-01-02,3\n2020-01-03,2\n");
    struct program *program = program_run("calc sma --param period=2 --input %s | " FULMAR_PROGRAM
                                          " calc sma --param period=2 "
                                          "--input -",
                                          path_of("in.csv"));
    assert_string_equal(program->out, "value\n\"\"\n\"\"\n2.25\n");
    program =
        program_run("calc best --column returns=close --window 2 --input %s", path_of("in.csv"));
    assert_string_equal(program->out, "value\n\"\"\n3\n3\n");
    program = program_run("calc sma --param period=2 --keep date --input %s", path_of("in.csv"));
    assert_string_equal(program->out, "date,value\n2020-01-01,\n2020-01-02,2\n2020-01-03,2.5\n");
    unlink(path_of("in.csv"));
}

static void bars_whose_high_is_below_their_low_are_told(void **state) {
    write_file("in.csv", "high,low,close\n3,1,2\n4,6,5\n\n2,3,2\n");
    struct program *program = program_run("calc medprice --input %s 2>&1", path_of("in.csv"));
    assert_int_equal(program->status, 0);
    assert_non_null(strstr(program->out, "value\n2\n5\n2.5\n"));
    assert_non_null(
        strstr(program->out, "in.csv:3: high 4 is below low 6, the first of 2 such rows"));
    program = program_run("calc sub --input %s 2>&1", path_of("in.csv"));
    assert_string_equal(program->out, "value\n2\n-2\n-1\n");
    unlink(path_of("in.csv"));
}

static void returns_that_look_like_prices_are_told(void **state) {
    char rows[512] = "close\n";
    for (size_t i = 0, len = strlen(rows); i < 30; i++)
        len += (size_t)snprintf(rows + len, sizeof rows - len, "%zu\n", 100 + i % 7);
    write_file("in.csv", rows);
    struct program *program =
        program_run("calc sharpe --column returns=close --input %s 2>&1", path_of("in.csv"));
    assert_int_equal(program->status, 0);
    assert_non_null(strstr(program->out, "if they are prices, add --returns simple"));
    program = program_run("calc sharpe --returns log --column returns=close --input %s 2>&1",
                          path_of("in.csv"));
    assert_null(strstr(program->out, "prices"));
    unlink(path_of("in.csv"));
}

static void a_plot_is_a_picture_of_its_kind_or_no_file(void **state) {
    char picture[PATH_SIZE + 64];
    write_file("in.csv", "date,close\n2020-01-01,1\n2020-01-02,3\n2020-01-03,2\n2020-01-04,5\n");
    static const struct {
        const char *name, *magic;
    } kinds[] = {{"a.svg", "<?xml"}, {"a.png", "\x89PNG"}};
    for (size_t i = 0; i < 2; i++) {
        snprintf(picture, sizeof picture, "%s", path_of(kinds[i].name));
        struct program *program = program_run("calc sma --param period=2 --input %s --plot %s",
                                              path_of("in.csv"), picture);
        assert_string_equal(program->out, "value\n\"\"\n2\n2.5\n3.5\n");
        FILE *file = fopen(picture, "r");
        assert_non_null(file);
        char head[8] = {0};
        assert_int_equal(fread(head, 1, 4, file), 4);
        fclose(file);
        assert_memory_equal(head, kinds[i].magic, 4);
        unlink(picture);
    }
    snprintf(picture, sizeof picture, "%s", path_of("a.gif"));
    refuse(program_run("calc sma --input %s --plot %s 2>&1", path_of("in.csv"), picture), 2,
           "must end in .svg or .png");
    snprintf(picture, sizeof picture, "%s", path_of("a.svg"));
    refuse(program_run("calc best --input %s --plot %s 2>&1", path_of("in.csv"), picture), 1,
           "gives single numbers; with --window N");
    assert_int_not_equal(access(picture, F_OK), 0);
    unlink(path_of("in.csv"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(indicators_equal_the_reference),
        cmocka_unit_test(a_statistic_equals_the_reference_and_prints_one_object),
        cmocka_unit_test(the_list_names_every_function_in_both_forms),
        cmocka_unit_test(the_page_of_functions_is_what_the_tables_say),
        cmocka_unit_test(empty_cells_stay_empty_and_kept_columns_stay_as_they_were),
        cmocka_unit_test(results_go_to_the_file_that_output_names),
        cmocka_unit_test(a_statistic_leaves_out_rows_that_lack_a_value_and_says_how_many),
        cmocka_unit_test(a_window_of_time_cuts_the_rows),
        cmocka_unit_test(a_statistic_rolls_over_whole_rows),
        cmocka_unit_test(prices_become_returns_and_an_only_column_needs_no_name),
        cmocka_unit_test(a_blank_line_of_one_column_is_an_empty_cell),
        cmocka_unit_test(no_line_of_the_results_is_blank),
        cmocka_unit_test(returns_that_look_like_prices_are_told),
        cmocka_unit_test(bars_whose_high_is_below_their_low_are_told),
        cmocka_unit_test(a_plot_is_a_picture_of_its_kind_or_no_file),
        cmocka_unit_test(a_result_that_is_a_row_names_its_line_and_time),
        cmocka_unit_test(a_fit_tells_its_parameters_beside_the_file_of_its_series),
        cmocka_unit_test(an_error_of_a_row_names_its_line_and_field),
        cmocka_unit_test(a_bad_file_is_refused_by_line_and_field),
        cmocka_unit_test(every_form_of_a_file_is_read_or_explained),
        cmocka_unit_test(a_wrong_call_is_refused_with_status_two),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
