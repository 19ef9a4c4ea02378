// SPDX-License-Identifier: Apache-2.0
// Runs that were kept: what they were, what came of them, their files.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/jout.h"
#include "edge/api/api_state.h"
#include "edge/api/routes.h"

enum { FILE_MAX = 48 << 20, TAGS_MAX = 32 };

static const struct field data_fields[] = {
    {"series", FIELD_STRING, 0, .help = "Of the tape."},
    {"file", FIELD_STRING, 0, .max = 4096, .help = "Beside the tape."},
    {"rows", FIELD_INTEGER, 0, .help = "Of a series."},
    {"sha256", FIELD_STRING, FIELD_REQUIRED, .help = "Of its content."},
};
static OBJECT(data_object, "RunData", data_fields, "What a run read.");
static const struct field file_fields[] = {
    {"name", FIELD_STRING, FIELD_REQUIRED, .help = "Below the run's folder."},
    {"bytes", FIELD_INTEGER, FIELD_REQUIRED, .help = "Its size."},
    {"sha256", FIELD_STRING, FIELD_REQUIRED, .help = "Of its content."},
};
static OBJECT(file_object, "RunFile", file_fields, "A file of a run.");

#define SUMMARY_FIELDS                                                                             \
    {"name", FIELD_STRING, FIELD_REQUIRED, .form = &form_run, .help = "Its name."},                \
        {"title", FIELD_STRING, FIELD_REQUIRED, .max = 1000,                                       \
         .help = "What it is called on its report."},                                              \
        {"made", FIELD_STRING, FIELD_REQUIRED, .form = &form_time, .help = "When it began."},      \
        {"tags", FIELD_STRING, FIELD_REQUIRED | FIELD_LIST, .help = "Words that people gave it."}, \
        {"strategies", FIELD_STRING, FIELD_REQUIRED | FIELD_LIST, .max = 4096,                     \
         .help = "With their parameters."},                                                        \
        {"state_hash", FIELD_STRING, FIELD_REQUIRED, .help = "Of the engine at its end."},         \
        {"seconds", FIELD_NUMBER, FIELD_REQUIRED, .help = "That it took."},                        \
        {"events", FIELD_INTEGER, FIELD_REQUIRED, .help = "That the engine was told."}, {          \
        "statistics", FIELD_OBJECT, FIELD_REQUIRED, .of = &statistics_object,                      \
                                                    .help = "Headline figures."                    \
    }

static const struct object statistics_object = {
    .name = "RunStatistics",
    .help = "Figures by name: fractions (0.05 is 5 %), yearly where the name says so; null where "
            "undefined.",
    .open = true};
static const struct field summary_fields[] = {SUMMARY_FIELDS};
static OBJECT(summary_object, "RunSummary", summary_fields, "A run in a list.");
static const struct field page_fields[] = {
    {"items", FIELD_OBJECT, FIELD_REQUIRED | FIELD_LIST, .of = &summary_object,
     .help = "The page, newest first."},
    {"next", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .form = &form_cursor,
     .help = "The next page's cursor."},
};
static OBJECT(page_object, "RunPage", page_fields, "Runs that were kept.");
static const struct field list_query[] = {
    CALL_PAGE_FIELDS,
    {"tag", FIELD_STRING, 0, .form = &form_run, .help = "Those with a tag alone."},
    {"contains", FIELD_STRING, 0, .form = &form_line, .max = 64,
     .help = "Those whose name or title has this in it, without case."},
};

static const char *text_of(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

// A member as it stands in the manifest.
static void copy(const json_t *manifest, const char *key, const char *otherwise, struct text *out) {
    const json_t *value = json_object_get(manifest, key);
    char *words = value != NULL ? json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
    jout_key(out, key);
    jout_json(out, words != NULL ? words : otherwise);
    free(words);
}

static void print_summary(const struct run_entry *entry, struct text *out) {
    const json_t *manifest = entry->manifest;
    jout_key_string(out, "name", entry->name);
    jout_key_string(out, "title", text_of(manifest, "title"));
    jout_key_string(out, "made", text_of(manifest, "made"));
    copy(manifest, "tags", "[]", out);
    copy(manifest, "strategies", "[]", out);
    jout_key_string(out, "state_hash", text_of(manifest, "state_hash"));
    jout_key_real(out, "seconds", json_number_value(json_object_get(manifest, "seconds")));
    jout_key_int(out, "events", json_integer_value(json_object_get(manifest, "events")));
    copy(manifest, "statistics", "{}", out);
}

static bool has_tag(const json_t *manifest, const char *tag) {
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(manifest, "tags"), i, one) {
        if (json_is_string(one) && strcmp(json_string_value(one), tag) == 0) return true;
    }
    return false;
}

static bool is_wanted(const struct call *call, const struct run_entry *entry) {
    const char *tag = call_query(call, "tag"), *contains = call_query(call, "contains");
    if (tag != NULL && !has_tag(entry->manifest, tag)) return false;
    return contains == NULL || strcasestr(entry->name, contains) != NULL ||
           strcasestr(text_of(entry->manifest, "title"), contains) != NULL;
}

static int list_runs(struct call *call) {
    struct tenant_runs *mine;
    struct call_page page;
    TRY(api_runs(call, &mine));
    struct run_index *runs = mine->index;
    TRY(call_page_begin(call, &page));
    page.falling = true;
    for (size_t i = run_index_count(runs); i-- > 0 && !page.more;) {
        const struct run_entry *entry = run_index_at(runs, i);
        if (!is_wanted(call, entry) || !call_page_take(&page, entry->key)) continue;
        jout_object(&call->out);
        print_summary(entry, &call->out);
        jout_end_object(&call->out);
    }
    call_page_end(call, &page);
    return 0;
}

const struct route route_list_runs = {
    .method = "GET",
    .path = "/api/v1/runs",
    .id = "list_runs",
    .tag = "Runs",
    .summary = "Runs that were kept, newest first.",
    .role = ROUTE_VIEWER,
    .scope = "read",
    .rate = "read",
    .flags = ROUTE_WORKER,
    ROUTE_QUERY(list_query),
    .response = &page_object,
    .status = 200,
    .handle = list_runs,
};

static const struct field run_fields[] = {
    SUMMARY_FIELDS,
    {"run_id", FIELD_STRING, FIELD_REQUIRED, .help = "Number of its configuration."},
    {"journal", FIELD_STRING, FIELD_REQUIRED, .help = "Digest of its journal."},
    {"call", FIELD_STRING, FIELD_REQUIRED, .max = 65536, .help = "The command line."},
    {"version", FIELD_STRING, FIELD_REQUIRED, .help = "Of the program."},
    {"data", FIELD_OBJECT, FIELD_REQUIRED | FIELD_LIST, .of = &data_object, .items = 65536,
     .help = "What it read."},
    {"files", FIELD_OBJECT, FIELD_REQUIRED | FIELD_LIST, .of = &file_object,
     .help = "What it wrote."},
};
static OBJECT(run_object, "Run", run_fields, "A run that was kept.");

static int find_run(struct call *call, struct tenant_runs **ret_runs,
                    const struct run_entry **ret_entry) {
    return api_find_run(call, call_param(call, "run"), ret_runs, ret_entry);
}

static void print_run(const struct run_entry *entry, struct text *out) {
    const json_t *manifest = entry->manifest;
    jout_object(out);
    print_summary(entry, out);
    jout_key_string(out, "run_id", text_of(manifest, "run_id"));
    jout_key_string(out, "journal", text_of(manifest, "journal"));
    jout_key_string(out, "call", text_of(manifest, "call"));
    jout_key_string(out, "version", text_of(json_object_get(manifest, "program"), "version"));
    copy(manifest, "data", "[]", out);
    copy(manifest, "files", "[]", out);
    jout_end_object(out);
}

static int get_run(struct call *call) {
    struct tenant_runs *runs;
    const struct run_entry *entry;
    TRY(find_run(call, &runs, &entry));
    print_run(entry, &call->out);
    return 0;
}

const struct route route_get_run = {
    .method = "GET",
    .path = "/api/v1/runs/{run}",
    .id = "get_run",
    .tag = "Runs",
    .summary = "A run: what it was made of, and what came of it.",
    .role = ROUTE_VIEWER,
    .scope = "read",
    .rate = "read",
    .flags = ROUTE_WORKER,
    .response = &run_object,
    .status = 200,
    .handle = get_run,
};

static int read_file(struct call *call) {
    char *data;
    size_t size;
    int rc = io_read_file(call->path, FILE_MAX, &data, &size);
    if (rc == ERR_NOT_FOUND)
        return ERR_SET(ERR_NOT_FOUND, "run '%s' has no %s", call_param(call, "run"),
                       strrchr(call->path, '/') + 1);
    TRY(rc);
    text_add_bytes(&call->out, data, size);
    free(data);
    return 0;
}

static int send_file(struct call *call, const char *file, const char *media) {
    struct tenant_runs *runs;
    const struct run_entry *entry;
    char path[RUN_STORE_PATH_SIZE];
    TRY(find_run(call, &runs, &entry));
    TRY(run_index_path(runs->index, entry->name, file, path));
    call->path = strdup(path);
    if (call->path == NULL) return ERR_SET(ERR_NOMEM, "no memory for a path");
    call->then = read_file;
    call->media = media;
    return 0;
}

static const struct object report_object = {
    .name = "Report", .help = "The report of a run, as docs/report.md describes it.", .open = true};

static int get_run_report(struct call *call) {
    return send_file(call, "report.json", NULL);
}

const struct route route_get_run_report = {
    .method = "GET",
    .path = "/api/v1/runs/{run}/report",
    .id = "get_run_report",
    .tag = "Runs",
    .summary = "The report of a run: statistics, curves, tables.",
    .role = ROUTE_VIEWER,
    .scope = "read",
    .rate = "report",
    .flags = ROUTE_WORKER,
    .response = &report_object,
    .status = 200,
    .handle = get_run_report,
};

static const struct field page_query[] = {
    {"ticket", FIELD_STRING, 0, .form = &form_cursor, .max = 64,
     .help = "Of POST /api/v1/stream/ticket, in place of a header: for a tab of its own."},
};

static int get_run_page(struct call *call) {
    return send_file(call, "report.html", NULL);
}

const struct route route_get_run_page = {
    .method = "GET",
    .path = "/api/v1/runs/{run}/report.html",
    .id = "get_run_page",
    .tag = "Runs",
    .summary = "The report of a run as one page.",
    .role = ROUTE_VIEWER,
    .scope = "read",
    .rate = "report",
    .flags = ROUTE_TICKET | ROUTE_WORKER,
    ROUTE_QUERY(page_query),
    .media = "text/html; charset=utf-8",
    .status = 200,
    .handle = get_run_page,
};

// The name that a browser is to save an answer by; both parts are of letters that need no quoting.
static void offer_as(struct call *call, const char *run, const char *file) {
    char words[RUN_STORE_NAME_MAX + 160];
    snprintf(words, sizeof words, "attachment; filename=\"%s-%s\"", run, file);
    call_header(call, "Content-Disposition", words);
}

static int get_run_table(struct call *call) {
    char file[96];
    snprintf(file, sizeof file, "tables/%s.csv", call_param(call, "table"));
    TRY(send_file(call, file, NULL));
    offer_as(call, call_param(call, "run"), strrchr(file, '/') + 1);
    return 0;
}

const struct route route_get_run_table = {
    .method = "GET",
    .path = "/api/v1/runs/{run}/tables/{table}",
    .id = "get_run_table",
    .tag = "Runs",
    .summary = "A table of a run's report as CSV: trades, equity, orders and others.",
    .role = ROUTE_VIEWER,
    .scope = "read",
    .rate = "report",
    .flags = ROUTE_WORKER,
    .media = "text/csv; charset=utf-8",
    .status = 200,
    .handle = get_run_table,
};

static const struct field file_query[] = {
    {"name", FIELD_STRING, FIELD_REQUIRED, .choices = "config.yaml|log.txt|manifest.json",
     .help = "Which."},
};

static int get_run_file(struct call *call) {
    const char *name = call_query(call, "name");
    TRY(send_file(call, name, NULL));
    offer_as(call, call_param(call, "run"), name);
    return 0;
}

const struct route route_get_run_file = {
    .method = "GET",
    .path = "/api/v1/runs/{run}/file",
    .id = "get_run_file",
    .tag = "Runs",
    .summary = "A file of a run: its configuration, log or manifest.",
    .role = ROUTE_VIEWER,
    .scope = "read",
    .rate = "report",
    .flags = ROUTE_WORKER,
    ROUTE_QUERY(file_query),
    .media = "text/plain; charset=utf-8",
    .status = 200,
    .handle = get_run_file,
};

static const struct field tags_fields[] = {
    {"tags", FIELD_STRING, FIELD_REQUIRED | FIELD_LIST, .form = &form_run, .items = TAGS_MAX,
     .example = "\"candidate\"", .help = "All that it is to have."},
};
static OBJECT(tags_object, "RunTags", tags_fields, "The tags of a run.");

static int tag_run(struct call *call) {
    struct tenant_runs *runs;
    const struct run_entry *entry;
    char path[RUN_STORE_PATH_SIZE];
    TRY(find_run(call, &runs, &entry));
    TRY(run_index_path(runs->index, entry->name, "manifest.json", path));
    json_t *manifest = json_deep_copy(entry->manifest);
    json_object_set(manifest, "tags", json_object_get(call->body, "tags"));
    char *text = json_dumps(manifest, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    int rc = text != NULL ? io_write_file(path, text, strlen(text))
                          : ERR_SET(ERR_NOMEM, "no memory for a manifest");
    free(text);
    json_decref(manifest);
    TRY(rc);
    run_index_forget(runs->index);
    TRY(find_run(call, &runs, &entry));
    print_run(entry, &call->out);
    return 0;
}

const struct route route_tag_run = {
    .method = "PUT",
    .path = "/api/v1/runs/{run}/tags",
    .id = "tag_run",
    .tag = "Runs",
    .summary = "Gives a run its tags, in place of those it had.",
    .role = ROUTE_TRADER,
    .scope = "run",
    .rate = "session",
    .flags = ROUTE_WORKER,
    .request = &tags_object,
    .response = &run_object,
    .status = 200,
    .handle = tag_run,
};

static int remove_run(struct call *call) {
    struct tenant_runs *runs;
    const struct run_entry *entry;
    TRY(find_run(call, &runs, &entry));
    TRY(run_store_remove(runs->root, entry->name));
    run_index_forget(runs->index);
    return 0;
}

const struct route route_remove_run = {
    .method = "DELETE",
    .path = "/api/v1/runs/{run}",
    .id = "remove_run",
    .tag = "Runs",
    .summary = "Removes a run with its files.",
    .role = ROUTE_TRADER,
    .scope = "run",
    .rate = "session",
    .flags = ROUTE_WORKER,
    .status = 204,
    .handle = remove_run,
};
