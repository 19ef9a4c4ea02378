// SPDX-License-Identifier: Apache-2.0
#include "app/run/run_manifest.h"

#include <dirent.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/timestamp.h"
#include "edge/store/tape_manifest.h"

static const char *const headlines[] = {
    "start_equity", "end_equity",    "net_profit",     "total_return", "cagr",
    "volatility",   "sharpe",        "sortino",        "max_drawdown", "trades",
    "hit_rate",     "profit_factor", "time_in_market", "fees"};

void run_manifest_program(char ret_text[SHA256_TEXT_SIZE]) {
    if (run_store_digest("/proc/self/exe", ret_text) == 0) return;
    ret_text[0] = '\0';
    err_clear();
}

static int add_series(const char *tape_root, const char *word, json_t *rows) {
    struct tape_series series;
    struct tape_manifest manifest;
    char dir[TAPE_PATH_SIZE], name[TAPE_NAME_SIZE], digest[SHA256_TEXT_SIZE];
    TRY(tape_find(tape_root, word, &series));
    tape_series_print(&series, name);
    TRY(tape_series_path(tape_root, &series, dir));
    TRY(tape_manifest_read(dir, &manifest));
    uint64_t count = tape_manifest_digest(&manifest, digest);
    tape_manifest_fini(&manifest);
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row) {
        if (strcmp(run_record_text(row, "series"), name) == 0)
            return 0; // the benchmark is data too
    }
    json_array_append_new(rows, json_pack("{s:s,s:I,s:s}", "series", name, "rows",
                                          (json_int_t)count, "sha256", digest));
    return 0;
}

// A configuration's word may name a file: "SYMBOL=FILE,MAP", "file=FILE", a plug-in's path.
static int add_files(const char *words, json_t *rows) {
    char *copy = words != NULL ? strdup(words) : NULL, *rest = NULL;
    int rc = 0;
    if (copy == NULL) return 0;
    for (char *word = strtok_r(copy, "=,", &rest); rc == 0 && word != NULL;
         word = strtok_r(NULL, "=,", &rest)) {
        struct stat status;
        char digest[SHA256_TEXT_SIZE];
        if (stat(word, &status) != 0 || !S_ISREG(status.st_mode)) continue;
        rc = run_store_digest(word, digest);
        if (rc == 0)
            json_array_append_new(rows, json_pack("{s:s,s:s}", "file", word, "sha256", digest));
    }
    free(copy);
    return rc;
}

static int add_list(const char *const *list, uint32_t count, json_t *rows) {
    for (uint32_t i = 0; i < count; i++) TRY(add_files(list[i], rows));
    return 0;
}

static int add_model(const struct run_model *model, json_t *rows) {
    return model == NULL ? 0 : add_list(model->params, model->params_count, rows);
}

static int add_data(const struct run_config *config, const char *tape_root, json_t *rows) {
    for (uint32_t i = 0; i < config->data_count; i++)
        TRY(add_series(tape_root, config->data[i], rows));
    if (config->benchmark != NULL) TRY(add_series(tape_root, config->benchmark, rows));
    for (uint32_t i = 0; i < config->rates_count; i++) {
        const char *series = strchr(config->rates[i], '=');
        if (series != NULL) TRY(add_series(tape_root, series + 1, rows));
    }
    for (uint32_t i = 0; i < config->strategies_count; i++)
        if (strchr(config->strategies[i].strategy, '/') != NULL)
            TRY(add_files(config->strategies[i].strategy, rows));
    TRY(add_list(config->actions, config->actions_count, rows));
    TRY(add_list(config->funding, config->funding_count, rows));
    return add_model(config->latency, rows);
}

int run_manifest_data(const struct run_config *config, const char *tape_root, json_t **ret_rows) {
    json_t *rows = json_array();
    int rc = add_data(config, tape_root, rows);
    if (rc < 0)
        json_decref(rows);
    else
        *ret_rows = rows;
    return rc;
}

static int add_file(const char *folder, const char *name, json_t *rows) {
    char path[RUN_STORE_PATH_SIZE + 512], digest[SHA256_TEXT_SIZE];
    struct stat status;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    TRY(run_store_digest(path, digest));
    if (stat(path, &status) != 0) return ERR_SET(ERR_IO, "cannot look at %s", path);
    json_array_append_new(rows, json_pack("{s:s,s:I,s:s}", "name", name, "bytes",
                                          (json_int_t)status.st_size, "sha256", digest));
    return 0;
}

static int not_hidden(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

static int add_files_of(const char *folder, json_t *rows) {
    static const char *const names[] = {RUN_RECORD_CONFIG, RUN_RECORD_JOURNAL, "report.html",
                                        RUN_RECORD_REPORT, "log.txt"};
    char path[RUN_STORE_PATH_SIZE + 16], name[512];
    struct dirent **tables;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) TRY(add_file(folder, names[i], rows));
    snprintf(path, sizeof path, "%s/tables", folder);
    int count = scandir(path, &tables, not_hidden, alphasort);
    if (count < 0) return ERR_SET(ERR_IO, "cannot list %s", path);
    int rc = 0;
    for (int i = 0; i < count; i++) {
        snprintf(name, sizeof name, "tables/%s", tables[i]->d_name);
        if (rc == 0) rc = add_file(folder, name, rows);
        free(tables[i]);
    }
    free(tables);
    return rc;
}

static json_t *instant(int64_t ts_ns) {
    char at[TIMESTAMP_TEXT_SIZE];
    timestamp_print(at, sizeof at, ts_ns);
    return json_string(at);
}

static json_t *statistics(const struct report *report) {
    json_t *object = json_object();
    for (size_t i = 0; i < sizeof headlines / sizeof *headlines; i++) {
        double value = report_statistic(report, headlines[i]);
        json_object_set_new(object, headlines[i], isfinite(value) ? json_real(value) : json_null());
    }
    return object;
}

static json_t *strategies(const struct run_config *config) {
    json_t *list = json_array();
    for (uint32_t i = 0; i < config->strategies_count; i++) {
        const struct run_strategy *strategy = &config->strategies[i];
        struct text words;
        text_init(&words, 1 << 16);
        text_add(&words, strategy->strategy);
        for (uint32_t k = 0; k < strategy->params_count; k++)
            text_printf(&words, " %s", strategy->params[k]);
        json_array_append_new(list, json_string(text_string(&words)));
        text_fini(&words);
    }
    return list;
}

static json_t *program(void) {
    char digest[SHA256_TEXT_SIZE];
    run_manifest_program(digest);
    return json_pack("{s:s,s:s}", "version", FULMAR_VERSION, "sha256", digest);
}

static void set_result(const struct run_session *session, json_t *manifest) {
    char digest[SHA256_TEXT_SIZE];
    sha256_print(digest, session->journal_digest);
    json_object_set_new(manifest, "run_id", json_sprintf("%016" PRIx64, session->run->id));
    json_object_set_new(manifest, "state_hash",
                        json_sprintf("%016" PRIx64, session->result.state_hash));
    json_object_set_new(manifest, "journal", json_string(digest));
    json_object_set_new(manifest, "events", json_integer((json_int_t)session->result.inputs));
    json_object_set_new(manifest, "seconds", json_real(session->seconds));
    json_object_set_new(manifest, "statistics", statistics(run_report_get(session->report)));
}

static int fill(const struct run_record *record, const struct run_session *session,
                json_t *manifest) {
    const struct run_config *config = session->run->config;
    char here[4096], tape[4096];
    if (getcwd(here, sizeof here) == NULL) here[0] = '\0';
    if (realpath(record->tape_root, tape) == NULL)
        snprintf(tape, sizeof tape, "%s", record->tape_root);
    json_object_set_new(manifest, "format", json_string(RUN_MANIFEST_FORMAT));
    json_object_set_new(manifest, "title",
                        json_string(config->name != NULL ? config->name : "Backtest"));
    json_object_set_new(manifest, "tags", json_array());
    json_object_set_new(manifest, "made", instant(record->began_ns));
    json_object_set_new(manifest, "program", program());
    json_object_set_new(manifest, "call", json_string(text_string(&record->call)));
    json_object_set_new(manifest, "directory", json_string(here));
    json_object_set_new(manifest, "tape", json_string(tape));
    json_object_set_new(manifest, "strategies", strategies(config));
    json_t *data, *files = json_array();
    int rc = run_manifest_data(config, record->tape_root, &data);
    if (rc == 0) json_object_set_new(manifest, "data", data);
    set_result(session, manifest);
    json_object_set_new(manifest, "files", files);
    return rc < 0 ? rc : add_files_of(run_store_draft_path(record->draft), files);
}

int run_manifest_make(const struct run_record *record, const struct run_session *session,
                      json_t **ret_manifest) {
    json_t *manifest = json_object();
    int rc = fill(record, session, manifest);
    if (rc < 0)
        json_decref(manifest);
    else
        *ret_manifest = manifest;
    return rc;
}
