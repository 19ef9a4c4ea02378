// SPDX-License-Identifier: Apache-2.0
// fulmar runs diff and rerun: two runs side by side, and a run made once more.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/run/run_manifest.h"
#include "app/run/run_record.h"
#include "base/io.h"

enum { LINES_MAX = 2000 };

// A run as it was kept.
struct kept {
    const char *name;
    json_t *manifest;
    json_t *report;
    char *config;
};

static void close_kept(struct kept *kept) {
    json_decref(kept->manifest);
    json_decref(kept->report);
    free(kept->config);
}

static int read_kept(const char *root, const char *name, struct kept *kept) {
    char path[RUN_STORE_PATH_SIZE];
    size_t size;
    kept->name = name;
    TRY(run_record_read(root, name, &kept->manifest));
    TRY(run_record_json(root, name, RUN_RECORD_REPORT, &kept->report));
    TRY(run_record_path(root, name, RUN_RECORD_CONFIG, path));
    return io_read_file(path, RUN_CONFIG_MAX, &kept->config, &size);
}

// Lines of a text, in place. ERR_FULL: there are more than LINES_MAX.
static int split(char *text, const char *lines[LINES_MAX], size_t *ret_count) {
    size_t count = 0;
    char *rest = NULL;
    for (char *line = strtok_r(text, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        if (count == LINES_MAX)
            return ERR_SET(ERR_FULL, "configurations of more than %d lines are not compared",
                           LINES_MAX);
        lines[count++] = line;
    }
    *ret_count = count;
    return 0;
}

static void add_line(json_t *lines, const char *sign, const char *line) {
    json_array_append_new(lines, json_sprintf("%s %s", sign, line));
}

// The longest common subsequence by the usual table; what is not in it differs.
static int diff_lines(const char *const *a, size_t a_count, const char *const *b, size_t b_count,
                      json_t *ret_lines) {
    size_t width = b_count + 1;
    uint16_t *table = calloc((a_count + 1) * width, sizeof *table);
    if (table == NULL) return ERR_SET(ERR_NOMEM, "no memory to compare configurations");
    for (size_t i = a_count; i-- > 0;)
        for (size_t k = b_count; k-- > 0;) {
            uint16_t down = table[(i + 1) * width + k], right = table[i * width + k + 1];
            table[i * width + k] = strcmp(a[i], b[k]) == 0
                                       ? (uint16_t)(table[(i + 1) * width + k + 1] + 1)
                                   : down > right ? down
                                                  : right;
        }
    size_t i = 0, k = 0;
    while (i < a_count || k < b_count) {
        if (i < a_count && k < b_count && strcmp(a[i], b[k]) == 0) {
            i++;
            k++;
        } else if (k == b_count ||
                   (i < a_count && table[(i + 1) * width + k] >= table[i * width + k + 1])) {
            add_line(ret_lines, "-", a[i++]);
        } else {
            add_line(ret_lines, "+", b[k++]);
        }
    }
    free(table);
    return 0;
}

static int diff_configs(struct kept runs[2], json_t *ret_lines) {
    const char **lines[2];
    size_t count[2];
    for (int i = 0; i < 2; i++) lines[i] = calloc(LINES_MAX, sizeof *lines[i]);
    int rc = 0;
    if (lines[0] == NULL || lines[1] == NULL) {
        rc = ERR_SET(ERR_NOMEM, "no memory to compare configurations");
    } else {
        for (int i = 0; i < 2 && rc == 0; i++) rc = split(runs[i].config, lines[i], &count[i]);
        if (rc == 0) rc = diff_lines(lines[0], count[0], lines[1], count[1], ret_lines);
    }
    free(lines[0]);
    free(lines[1]);
    return rc;
}

static const char *digest_in(const json_t *rows, const char *key, const char *name) {
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row) {
        if (strcmp(run_record_text(row, key), name) == 0) return run_record_text(row, "sha256");
    }
    return NULL;
}

// Rows of the first list that the second lacks or has with other bytes; `both` alone those that both have.
static void diff_data(const json_t *from, const json_t *other, bool both, json_t *ret_names) {
    static const char *const keys[] = {"series", "file"};
    size_t i;
    json_t *row;
    json_array_foreach(from, i, row) {
        for (size_t k = 0; k < 2; k++) {
            const char *name = run_record_text(row, keys[k]);
            if (name[0] == '\0') continue;
            const char *digest = digest_in(other, keys[k], name);
            if (digest == NULL ? !both
                               : both && strcmp(digest, run_record_text(row, "sha256")) != 0)
                json_array_append_new(ret_names, json_string(name));
        }
    }
}

static json_t *diff_statistics(const struct kept runs[2]) {
    json_t *rows = json_array(), *value;
    const json_t *other = json_object_get(runs[1].report, "statistics");
    const char *name;
    json_object_foreach(json_object_get(runs[0].report, "statistics"), name, value) {
        json_t *against = json_object_get(other, name);
        if (against == NULL || json_equal(value, against)) continue;
        json_array_append_new(
            rows, json_pack("{s:s,s:O,s:O}", "name", name, "first", value, "second", against));
    }
    return rows;
}

static json_t *diff_of(struct kept runs[2], int *ret_rc) {
    const json_t *first = runs[0].manifest, *second = runs[1].manifest;
    const json_t *data[] = {json_object_get(first, "data"), json_object_get(second, "data")};
    json_t *config = json_array(), *changed = json_array(), *only[] = {json_array(), json_array()};
    *ret_rc = diff_configs(runs, config);
    diff_data(data[0], data[1], true, changed);
    diff_data(data[0], data[1], false, only[0]);
    diff_data(data[1], data[0], false, only[1]);
    bool state =
        strcmp(run_record_text(first, "state_hash"), run_record_text(second, "state_hash")) == 0;
    bool program =
        json_equal(json_object_get(first, "program"), json_object_get(second, "program"));
    return json_pack("{s:s,s:s,s:b,s:b,s:o,s:o,s:o,s:o,s:o}", "first", runs[0].name, "second",
                     runs[1].name, "same_state", state, "same_program", program, "config", config,
                     "data_changed", changed, "data_first_only", only[0], "data_second_only",
                     only[1], "statistics", diff_statistics(runs));
}

static void print_list(const char *label, const json_t *list) {
    size_t i;
    json_t *one;
    json_array_foreach(list, i, one) {
        printf("%-28s %s\n", i == 0 ? label : "", json_string_value(one));
    }
}

static void statistic_cell(struct table *table, const json_t *value) {
    if (json_is_string(value))
        table_cell(table, "%s", json_string_value(value));
    else if (json_is_number(value))
        table_cell(table, "%.6g", json_number_value(value));
    else
        table_cell(table, "-");
}

// A number, or an exact decimal; false for instants and what is missing.
static bool number_of(const json_t *value, double *ret_number) {
    char *end;
    const char *text = json_string_value(value);
    if (text == NULL) {
        *ret_number = json_number_value(value);
        return json_is_number(value);
    }
    *ret_number = strtod(text, &end);
    return end != text && *end == '\0';
}

static void print_diff(const json_t *diff) {
    size_t i;
    json_t *row;
    struct table table;
    struct text header;
    printf("%-28s %s\n", "state hash",
           json_is_true(json_object_get(diff, "same_state")) ? "the same" : "different");
    printf("%-28s %s\n", "program",
           json_is_true(json_object_get(diff, "same_program")) ? "the same" : "different");
    print_list("data with other content", json_object_get(diff, "data_changed"));
    print_list("data of the first alone", json_object_get(diff, "data_first_only"));
    print_list("data of the second alone", json_object_get(diff, "data_second_only"));
    if (json_array_size(json_object_get(diff, "config")) > 0) puts("\nconfiguration");
    json_array_foreach(json_object_get(diff, "config"), i, row) {
        puts(json_string_value(row));
    }
    const json_t *statistics = json_object_get(diff, "statistics");
    if (json_array_size(statistics) == 0) return;
    putchar('\n');
    text_init(&header, 512);
    text_printf(&header, "statistic|>%s|>%s|>difference", run_record_text(diff, "first"),
                run_record_text(diff, "second"));
    table_init(&table, text_string(&header));
    text_fini(&header);
    json_array_foreach(statistics, i, row) {
        const json_t *first = json_object_get(row, "first"),
                     *second = json_object_get(row, "second");
        table_cell(&table, "%s", run_record_text(row, "name"));
        statistic_cell(&table, first);
        statistic_cell(&table, second);
        double before, after;
        if (number_of(first, &before) && number_of(second, &after))
            table_cell(&table, "%+.6g", after - before);
        else
            table_cell(&table, "%s", "");
    }
    table_print(&table, stdout);
}

static int run_diff(const struct args *args) {
    char root[RUN_STORE_PATH_SIZE];
    struct kept runs[2] = {{0}};
    if (args->operand_count != 2) {
        ERR_SET(ERR_ARGUMENT, "give two runs: fulmar runs diff FIRST SECOND");
        return STATUS_USAGE;
    }
    if (run_record_root(args, root, sizeof root) < 0) return STATUS_USAGE;
    int rc = 0;
    for (int i = 0; rc == 0 && i < 2; i++) rc = read_kept(root, args->operands[i], &runs[i]);
    json_t *diff = rc == 0 ? diff_of(runs, &rc) : NULL;
    if (rc == 0 && args->json)
        run_record_dump(json_incref(diff));
    else if (rc == 0)
        print_diff(diff);
    json_decref(diff);
    close_kept(&runs[0]);
    close_kept(&runs[1]);
    return rc == 0 ? STATUS_DONE : STATUS_FAILED;
}

static const struct option diff_options[] = {
    {"runs", "DIR", NULL, "Where runs are kept; $FULMAR_RUNS or the user's data directory."},
};

const struct command command_runs_diff = {
    .name = "runs diff",
    .summary = "tell what differs between two runs, and what came of it",
    .operands = "FIRST SECOND",
    .details = "Compares state, program, content of the data, configuration line by line, and "
               "every\nstatistic of the report; prints what differs.",
    .example = "fulmar runs diff trend-1 trend-2",
    .options = diff_options,
    .option_count = sizeof diff_options / sizeof *diff_options,
    .run = run_diff,
};

// A rerun: the run as it was kept, and as it comes out now.
struct rerun {
    struct kept kept;
    struct run_record record;
    struct run_session session;
    json_t *now; // manifest
};

// Paths of a configuration are from where the run was made.
static int go_there(const struct kept *kept) {
    const char *directory = run_record_text(kept->manifest, "directory");
    if (directory[0] == '\0' || chdir(directory) == 0) return 0;
    fprintf(stderr, "%s, where the run was made, is not there: files are looked for here\n",
            directory);
    return 0;
}

static int make_again(struct rerun *rerun, const char *root, const char *name,
                      const char *tape_root) {
    struct run_config *config;
    TRY(run_config_parse(RUN_RECORD_CONFIG, rerun->kept.config, strlen(rerun->kept.config),
                         &config));
    int rc = run_record_begin(&rerun->record, root, name, tape_root, config);
    if (rc < 0) {
        run_config_free(config);
        return rc;
    }
    text_printf(&rerun->record.call, "fulmar runs rerun %s", rerun->kept.name);
    TRY(run_session_open(&rerun->session, config, tape_root, rerun->record.journal));
    TRY(run_session_play(&rerun->session));
    if (rerun->session.result.stopped) return ERR_SET(ERR_INTERRUPTED, "the run was interrupted");
    TRY(run_record_write(&rerun->record, &rerun->session));
    return run_manifest_make(&rerun->record, &rerun->session, &rerun->now);
}

static const char *report_digest(const json_t *manifest) {
    const char *digest = digest_in(json_object_get(manifest, "files"), "name", RUN_RECORD_REPORT);
    return digest != NULL ? digest : "";
}

static json_t *compare(const struct rerun *rerun, bool *ret_same) {
    const json_t *was = rerun->kept.manifest, *now = rerun->now;
    json_t *changed = json_array();
    diff_data(json_object_get(was, "data"), json_object_get(now, "data"), true, changed);
    diff_data(json_object_get(was, "data"), json_object_get(now, "data"), false, changed);
    bool state =
        strcmp(run_record_text(was, "state_hash"), run_record_text(now, "state_hash")) == 0;
    bool journal = strcmp(run_record_text(was, "journal"), run_record_text(now, "journal")) == 0;
    bool report = strcmp(report_digest(was), report_digest(now)) == 0;
    bool program = json_equal(json_object_get(was, "program"), json_object_get(now, "program"));
    *ret_same = state && journal && report;
    return json_pack("{s:s,s:s,s:s,s:b,s:b,s:b,s:b,s:o}", "run", rerun->kept.name, "state_hash",
                     run_record_text(now, "state_hash"), "recorded_state_hash",
                     run_record_text(was, "state_hash"), "same_state", state, "same_journal",
                     journal, "same_report", report, "same_program", program, "data_changed",
                     changed);
}

static void print_rerun(const json_t *told) {
    static const char *const rows[][2] = {{"same_state", "state hash"},
                                          {"same_journal", "journal"},
                                          {"same_report", "report"},
                                          {"same_program", "program"}};
    printf("%-28s %s\n", "state hash now", run_record_text(told, "state_hash"));
    printf("%-28s %s\n", "as recorded", run_record_text(told, "recorded_state_hash"));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        printf("%-28s %s\n", rows[i][1],
               json_is_true(json_object_get(told, rows[i][0])) ? "the same" : "DIFFERENT");
    print_list("data with other content", json_object_get(told, "data_changed"));
}

static int finish_rerun(struct rerun *rerun, const struct args *args) {
    bool same;
    json_t *told = compare(rerun, &same);
    if (args->json)
        run_record_dump(json_incref(told));
    else
        print_rerun(told);
    bool program = json_is_true(json_object_get(told, "same_program"));
    bool data = json_array_size(json_object_get(told, "data_changed")) == 0;
    json_decref(told);
    if (args_has(args, "run")) {
        TRY(run_record_commit(&rerun->record));
        fprintf(stderr, "run: %s/%s\n", rerun->record.root, rerun->record.name);
    }
    if (same) return 0;
    return ERR_SET(ERR_CORRUPT, "the run came out otherwise than it was recorded%s%s",
                   data ? "" : "; its data are not what they were",
                   program ? "" : "; another program made it");
}

static int run_rerun(const struct args *args) {
    char root[RUN_STORE_PATH_SIZE], tape_root[4096], whole[4096];
    struct rerun rerun = {0};
    if (args->operand_count != 1) {
        ERR_SET(ERR_ARGUMENT, "give one run: fulmar runs rerun NAME");
        return STATUS_USAGE;
    }
    if (run_record_root(args, root, sizeof root) < 0) return STATUS_USAGE;
    if (args_has(args, "run") && run_store_check_name(args_get(args, "run", "")) < 0)
        return STATUS_USAGE;
    int rc = read_kept(root, args->operands[0], &rerun.kept);
    if (rc == 0) {
        const char *tape = args_get(args, "tape", run_record_text(rerun.kept.manifest, "tape"));
        // Both are meant from here, wherever the run was made.
        if (realpath(tape, tape_root) == NULL) snprintf(tape_root, sizeof tape_root, "%s", tape);
        if (realpath(root, whole) == NULL) snprintf(whole, sizeof whole, "%s", root);
        rc = go_there(&rerun.kept);
    }
    if (rc == 0) rc = make_again(&rerun, whole, args_get(args, "run", NULL), tape_root);
    if (rc == 0) rc = finish_rerun(&rerun, args);
    run_session_close(&rerun.session);
    run_record_end(&rerun.record);
    json_decref(rerun.now);
    close_kept(&rerun.kept);
    return rc == 0 ? STATUS_DONE : STATUS_FAILED;
}

static const struct option rerun_options[] = {
    {"runs", "DIR", NULL, "Where runs are kept; $FULMAR_RUNS or the user's data directory."},
    {"run", "NAME", NULL, "Keep the new run under this name; it is not kept by default."},
    {"tape", "DIR", NULL, "The tape; that of the run by default."},
};

const struct command command_runs_rerun = {
    .name = "runs rerun",
    .summary = "make a run once more and compare with what was recorded",
    .operands = "NAME",
    .details = "Reads the run's configuration, plays it on the tape as it is now, and compares "
               "state hash,\njournal and report. What differs fails, with what else changed since: "
               "data, program.",
    .example = "fulmar runs rerun trend-1",
    .options = rerun_options,
    .option_count = sizeof rerun_options / sizeof *rerun_options,
    .run = run_rerun,
};
