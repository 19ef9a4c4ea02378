// SPDX-License-Identifier: Apache-2.0
#include "app/run/run_record.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/run/run_manifest.h"
#include "base/hash.h"
#include "base/io.h"

enum { NAMES_TRIED = 1000 };

int run_record_root(const struct args *args, char *ret_path, size_t size) {
    return command_data_root(args, "runs", "FULMAR_RUNS", ret_path, size);
}

static int64_t wall_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

// "run-1f3a9c2e", then "run-1f3a9c2e-2": equal configurations begin alike.
static int begin_unnamed(struct run_record *record) {
    uint64_t hash = hash64(0, text_string(&record->config), record->config.len);
    for (int i = 1; i < NAMES_TRIED; i++) {
        char number[16] = "";
        if (i > 1) snprintf(number, sizeof number, "-%d", i);
        snprintf(record->name, sizeof record->name, "run-%08x%s", (unsigned)hash, number);
        int rc = run_store_begin(record->root, record->name, &record->draft);
        if (rc != ERR_EXISTS) return rc;
    }
    return ERR_SET(ERR_EXISTS, "%s holds %d runs of this configuration; name this one: --run NAME",
                   record->root, NAMES_TRIED - 1);
}

int run_record_begin(struct run_record *record, const char *root, const char *name,
                     const char *tape_root, const struct run_config *config) {
    record->root = root;
    record->tape_root = tape_root;
    record->began_ns = wall_ns();
    text_init(&record->config, RUN_CONFIG_MAX);
    text_init(&record->call, 1 << 20);
    TRY(run_config_write(config, &record->config));
    if (name == NULL) {
        TRY(begin_unnamed(record));
    } else {
        TRY(run_store_begin(root, name, &record->draft));
        snprintf(record->name, sizeof record->name, "%s", name);
    }
    snprintf(record->journal, sizeof record->journal, "%s/" RUN_RECORD_JOURNAL,
             run_store_draft_path(record->draft));
    return 0;
}

static int write_log(const struct run_record *record, struct run_session *session,
                     const char *path) {
    struct text text;
    text_init(&text, RUN_LOG_MAX);
    text_printf(&text, "%s\n\n%s", text_string(&record->call), text_string(&session->log));
    text_add(&text, "\n");
    report_summary(run_report_get(session->report), &text);
    int rc = text_error(&text);
    if (rc < 0) ERR_SET(rc, "%s: the log does not fit", path);
    if (rc == 0) rc = io_write_file(path, text_string(&text), text.len);
    text_fini(&text);
    return rc;
}

static int write_manifest(struct run_record *record, struct run_session *session,
                          const char *path) {
    json_t *manifest = NULL;
    int rc = run_manifest_make(record, session, &manifest);
    char *text = rc == 0 ? json_dumps(manifest, JSON_INDENT(2) | JSON_PRESERVE_ORDER) : NULL;
    if (rc == 0 && text == NULL) rc = ERR_SET(ERR_NOMEM, "no memory for the manifest of a run");
    if (rc == 0) rc = io_write_file(path, text, strlen(text));
    free(text);
    json_decref(manifest);
    return rc;
}

int run_record_write(struct run_record *record, struct run_session *session) {
    const char *folder = run_store_draft_path(record->draft);
    char path[RUN_STORE_PATH_SIZE + 32];
#define FILE_OF(name_) (snprintf(path, sizeof path, "%s/%s", folder, name_), path)
    TRY(io_write_file(FILE_OF(RUN_RECORD_CONFIG), text_string(&record->config),
                      record->config.len));
    TRY(run_report_page(session->report, FILE_OF("report.html")));
    TRY(run_report_tables(session->report, FILE_OF("tables")));
    TRY(run_report_save_json(session->report, FILE_OF(RUN_RECORD_REPORT)));
    TRY(write_log(record, session, FILE_OF("log.txt")));
    return write_manifest(record, session, FILE_OF(RUN_RECORD_MANIFEST));
#undef FILE_OF
}

int run_record_commit(struct run_record *record) {
    struct run_store_draft *draft = record->draft;
    record->draft = NULL;
    return run_store_commit(draft);
}

int run_record_keep(struct run_record *record, struct run_session *session) {
    if (session->result.stopped)
        return ERR_SET(ERR_INTERRUPTED, "the run was interrupted: nothing is kept as '%s'",
                       record->name);
    TRY(run_record_write(record, session));
    return run_record_commit(record);
}

void run_record_end(struct run_record *record) {
    run_store_abandon(record->draft);
    record->draft = NULL;
    text_fini(&record->config);
    text_fini(&record->call);
}

int run_record_path(const char *root, const char *name, const char *file,
                    char ret_path[RUN_STORE_PATH_SIZE]) {
    char folder[RUN_STORE_PATH_SIZE];
    TRY(run_store_find(root, name, folder));
    int len = snprintf(ret_path, RUN_STORE_PATH_SIZE, "%s/%s", folder, file);
    if (len < 0 || len >= RUN_STORE_PATH_SIZE)
        return ERR_SET(ERR_RANGE, "%s: the path is too long", folder);
    return 0;
}

int run_record_json(const char *root, const char *name, const char *file, json_t **ret_object) {
    char path[RUN_STORE_PATH_SIZE], *text;
    size_t size;
    json_error_t error;
    TRY(run_record_path(root, name, file, path));
    TRY(io_read_file(path, RUN_RECORD_FILE_MAX, &text, &size));
    json_t *object = json_loadb(text, size, 0, &error);
    free(text);
    if (!json_is_object(object)) {
        json_decref(object);
        return ERR_SET(ERR_PARSE, "%s:%d: not the JSON that a run has: %s", path,
                       object == NULL ? error.line : 1, object == NULL ? error.text : "no object");
    }
    *ret_object = object;
    return 0;
}

int run_record_read(const char *root, const char *name, json_t **ret_manifest) {
    json_t *manifest;
    TRY(run_record_json(root, name, RUN_RECORD_MANIFEST, &manifest));
    const char *format = json_string_value(json_object_get(manifest, "format"));
    if (format == NULL || strcmp(format, RUN_MANIFEST_FORMAT) != 0) {
        int rc =
            ERR_SET(ERR_UNSUPPORTED,
                    "run '%s': its manifest is '%s', and this program knows " RUN_MANIFEST_FORMAT,
                    name, format != NULL ? format : "of no format");
        json_decref(manifest);
        return rc;
    }
    *ret_manifest = manifest;
    return 0;
}

const char *run_record_text(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

void run_record_dump(json_t *object) {
    json_dumpf(object, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    putchar('\n');
    json_decref(object);
}

int run_record_replace(const char *root, const char *name, const json_t *manifest) {
    char path[RUN_STORE_PATH_SIZE];
    TRY(run_record_path(root, name, RUN_RECORD_MANIFEST, path));
    char *text = json_dumps(manifest, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    if (text == NULL) return ERR_SET(ERR_NOMEM, "no memory for the manifest of a run");
    int rc = io_write_file(path, text, strlen(text));
    free(text);
    return rc;
}
