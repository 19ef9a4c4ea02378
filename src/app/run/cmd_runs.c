// SPDX-License-Identifier: Apache-2.0
// fulmar runs list|show|tag|rm: runs that were kept.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/commands.h"
#include "app/run/run_record.h"

#define RUNS_OPTION                                                                                \
    { "runs", "DIR", NULL, "Where runs are kept; $FULMAR_RUNS or the user's data directory." }

static double statistic(const json_t *manifest, const char *key) {
    return json_number_value(json_object_get(json_object_get(manifest, "statistics"), key));
}

static bool has_tag(const json_t *manifest, const char *tag) {
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(manifest, "tags"), i, one) {
        if (strcmp(json_string_value(one) != NULL ? json_string_value(one) : "", tag) == 0)
            return true;
    }
    return false;
}

static void add_tags(const json_t *manifest, struct text *out) {
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(manifest, "tags"), i, one) {
        text_printf(out, "%s%s", i > 0 ? "," : "",
                    json_string_value(one) != NULL ? json_string_value(one) : "?");
    }
}

struct listing {
    const char *root;
    const char *tag; // NULL: all
    struct table *table;
    json_t *rows;
    size_t count;
};

static void cell(struct table *table, const char *format, const json_t *manifest, const char *key,
                 double unit) {
    const json_t *value = json_object_get(json_object_get(manifest, "statistics"), key);
    if (json_is_number(value))
        table_cell(table, format, json_number_value(value) * unit);
    else
        table_cell(table, "-");
}

static void add_row(struct listing *listing, const char *name, const json_t *manifest) {
    struct table *table = listing->table;
    const json_t *strategies = json_object_get(manifest, "strategies");
    const char *first = json_string_value(json_array_get(strategies, 0));
    struct text tags;
    text_init(&tags, 4096);
    add_tags(manifest, &tags);
    table_cell(table, "%s", name);
    table_cell(table, "%.16s", run_record_text(manifest, "made"));
    cell(table, "%.2f %%", manifest, "total_return", 100);
    cell(table, "%.2f", manifest, "sharpe", 1);
    cell(table, "%.2f %%", manifest, "max_drawdown", 100);
    cell(table, "%.0f", manifest, "trades", 1);
    table_cell(table, "%s", run_record_text(manifest, "state_hash"));
    table_cell(table, "%.40s%s", first != NULL ? first : "",
               json_array_size(strategies) > 1 ? ", ..." : "");
    table_cell(table, "%s", text_string(&tags));
    text_fini(&tags);
}

// A folder of another make is no reason to show none of the rest.
static int list_one(void *self, const char *name) {
    struct listing *listing = self;
    json_t *manifest;
    if (run_record_read(listing->root, name, &manifest) < 0) {
        fprintf(stderr, "left out: %s\n", err_story());
        err_clear();
        return 0;
    }
    if (listing->tag == NULL || has_tag(manifest, listing->tag)) {
        listing->count++;
        if (listing->table != NULL) add_row(listing, name, manifest);
        json_object_set_new(manifest, "name", json_string(name));
        if (listing->rows != NULL) json_array_append(listing->rows, manifest);
    }
    json_decref(manifest);
    return 0;
}

static int run_list_runs(const struct args *args) {
    char root[RUN_STORE_PATH_SIZE];
    struct table table;
    if (args->operand_count > 0) {
        ERR_SET(ERR_ARGUMENT, "runs list takes no operand; fulmar runs show NAME shows one");
        return STATUS_USAGE;
    }
    if (run_record_root(args, root, sizeof root) < 0) return STATUS_USAGE;
    struct listing listing = {.root = root,
                              .tag = args_get(args, "tag", NULL),
                              .rows = args->json ? json_array() : NULL,
                              .table = args->json ? NULL : &table};
    if (!args->json)
        table_init(&table, "run|made, UTC|>return|>Sharpe|>max drawdown|>trades|state hash|"
                           "strategies|tags");
    struct run_store_visitor visitor = {list_one, &listing};
    int rc = run_store_list(root, &visitor);
    if (args->json)
        run_record_dump(json_pack("{s:s,s:o}", "directory", root, "runs", listing.rows));
    else if (listing.count > 0)
        table_print(&table, stdout);
    else
        text_fini(&table.cells);
    if (rc == 0 && listing.count == 0 && !args->json)
        fprintf(stderr, "no run%s%s in %s; fulmar backtest --run NAME keeps one\n",
                listing.tag != NULL ? " with the tag " : "", listing.tag != NULL ? listing.tag : "",
                root);
    return rc == 0 ? STATUS_DONE : STATUS_FAILED;
}

static const struct option list_options[] = {
    RUNS_OPTION,
    {"tag", "TAG", NULL, "Only those with this tag."},
};

const struct command command_runs_list = {
    .name = "runs list",
    .summary = "list the runs that were kept",
    .operands = "",
    .example = "fulmar runs list\nfulmar runs list --tag paper --json",
    .options = list_options,
    .option_count = sizeof list_options / sizeof *list_options,
    .run = run_list_runs,
};

// Whether a file is what the manifest says; a word for it.
static const char *look_at(const char *root, const char *name, const json_t *file) {
    char path[RUN_STORE_PATH_SIZE], digest[SHA256_TEXT_SIZE];
    if (run_record_path(root, name, run_record_text(file, "name"), path) < 0 ||
        run_store_digest(path, digest) < 0) {
        err_clear();
        return "missing";
    }
    return strcmp(digest, run_record_text(file, "sha256")) == 0 ? "as written" : "CHANGED";
}

static bool check_files(const char *root, const char *name, json_t *manifest) {
    size_t i;
    json_t *file;
    bool whole = true;
    json_array_foreach(json_object_get(manifest, "files"), i, file) {
        const char *word = look_at(root, name, file);
        json_object_set_new(file, "now", json_string(word));
        whole = whole && strcmp(word, "as written") == 0;
    }
    json_object_set_new(manifest, "whole", json_boolean(whole));
    return whole;
}

static void line(const char *label, const char *value) {
    printf("%-12s %s\n", label, value);
}

static void print_lists(const json_t *manifest) {
    size_t i;
    json_t *one;
    char count[32];
    json_array_foreach(json_object_get(manifest, "strategies"), i, one) {
        line(i == 0 ? "strategies" : "",
             json_string_value(one) != NULL ? json_string_value(one) : "");
    }
    json_array_foreach(json_object_get(manifest, "data"), i, one) {
        const char *file = run_record_text(one, "file");
        printf("%-12s %s  %.16s", i == 0 ? "data" : "",
               file[0] != '\0' ? file : run_record_text(one, "series"),
               run_record_text(one, "sha256"));
        if (file[0] == '\0')
            printf("  %s rows", thousands(count, json_integer_value(json_object_get(one, "rows"))));
        putchar('\n');
    }
    json_array_foreach(json_object_get(manifest, "files"), i, one) {
        printf("%-12s %-24s %14s bytes  %.16s  %s\n", i == 0 ? "files" : "",
               run_record_text(one, "name"),
               thousands(count, json_integer_value(json_object_get(one, "bytes"))),
               run_record_text(one, "sha256"), run_record_text(one, "now"));
    }
}

static void print_manifest(const char *root, const char *name, const json_t *manifest) {
    struct text tags;
    text_init(&tags, 4096);
    add_tags(manifest, &tags);
    printf("%-12s %s/%s\n", "run", root, name);
    line("title", run_record_text(manifest, "title"));
    line("tags", tags.len > 0 ? text_string(&tags) : "none");
    line("made", run_record_text(manifest, "made"));
    const json_t *program = json_object_get(manifest, "program");
    printf("%-12s fulmar %s  %.16s\n", "program", run_record_text(program, "version"),
           run_record_text(program, "sha256"));
    line("call", run_record_text(manifest, "call"));
    line("directory", run_record_text(manifest, "directory"));
    line("tape", run_record_text(manifest, "tape"));
    line("state hash", run_record_text(manifest, "state_hash"));
    line("journal", run_record_text(manifest, "journal"));
    printf("%-12s return %.2f %%, Sharpe %.2f, max drawdown %.2f %%, %.0f trades\n", "result",
           100 * statistic(manifest, "total_return"), statistic(manifest, "sharpe"),
           100 * statistic(manifest, "max_drawdown"), statistic(manifest, "trades"));
    print_lists(manifest);
    text_fini(&tags);
}

static int one_name(const struct args *args, const char **ret_name) {
    if (args->operand_count != 1)
        return ERR_SET(ERR_ARGUMENT, "give one run: fulmar %s NAME", args->command->name);
    *ret_name = args->operands[0];
    return 0;
}

static int run_show(const struct args *args) {
    char root[RUN_STORE_PATH_SIZE];
    const char *name;
    json_t *manifest;
    if (one_name(args, &name) < 0 || run_record_root(args, root, sizeof root) < 0)
        return STATUS_USAGE;
    if (run_record_read(root, name, &manifest) < 0) return STATUS_FAILED;
    bool whole = check_files(root, name, manifest);
    if (args->json) {
        json_object_set_new(manifest, "name", json_string(name));
        run_record_dump(manifest);
    } else {
        print_manifest(root, name, manifest);
        json_decref(manifest);
    }
    if (whole) return STATUS_DONE;
    ERR_SET(ERR_CORRUPT, "run '%s': files of it are missing or not as they were written", name);
    return STATUS_FAILED;
}

static const struct option show_options[] = {RUNS_OPTION};

const struct command command_runs_show = {
    .name = "runs show",
    .summary = "show a run that was kept, and check its files",
    .operands = "NAME",
    .details = "Prints what the run was made of and what came of it, and holds each file against "
               "the digest\nthat was taken when it was written: a changed or missing one fails.",
    .example = "fulmar runs show trend-1",
    .options = show_options,
    .option_count = sizeof show_options / sizeof *show_options,
    .run = run_show,
};

static int set_tags(const struct args *args, json_t *manifest) {
    json_t *tags = json_object_get(manifest, "tags");
    for (size_t i = 1; i < args->operand_count; i++) {
        const char *tag = args->operands[i];
        TRY(run_store_check_name(tag));
        size_t k;
        json_t *one;
        bool remove = args_has(args, "remove"), found = has_tag(manifest, tag);
        if (remove && !found) return ERR_SET(ERR_NOT_FOUND, "the run has no tag '%s'", tag);
        json_array_foreach(tags, k, one) {
            if (remove && json_is_string(one) && strcmp(json_string_value(one), tag) == 0) {
                json_array_remove(tags, k);
                break;
            }
        }
        if (remove || found) continue;
        if (json_array_size(tags) >= RUN_RECORD_TAGS_MAX)
            return ERR_SET(ERR_FULL, "a run has at most %d tags", RUN_RECORD_TAGS_MAX);
        json_array_append_new(tags, json_string(tag));
    }
    return 0;
}

static int run_tag(const struct args *args) {
    char root[RUN_STORE_PATH_SIZE];
    json_t *manifest;
    if (args->operand_count < 2) {
        ERR_SET(ERR_ARGUMENT, "give a run and its tags: fulmar runs tag NAME TAG...");
        return STATUS_USAGE;
    }
    if (run_record_root(args, root, sizeof root) < 0) return STATUS_USAGE;
    const char *name = args->operands[0];
    if (run_record_read(root, name, &manifest) < 0) return STATUS_FAILED;
    int rc = set_tags(args, manifest);
    if (rc == 0) rc = run_record_replace(root, name, manifest);
    if (rc == 0 && args->json)
        run_record_dump(
            json_pack("{s:s,s:O}", "name", name, "tags", json_object_get(manifest, "tags")));
    json_decref(manifest);
    if (rc == ERR_ARGUMENT) return STATUS_USAGE;
    return rc == 0 ? STATUS_DONE : STATUS_FAILED;
}

static const struct option tag_options[] = {
    RUNS_OPTION,
    {"remove", NULL, NULL, "Take the tags away instead."},
};

const struct command command_runs_tag = {
    .name = "runs tag",
    .summary = "give a run tags, or take them away",
    .operands = "NAME TAG...",
    .example = "fulmar runs tag trend-1 paper candidate\nfulmar runs tag trend-1 paper --remove",
    .options = tag_options,
    .option_count = sizeof tag_options / sizeof *tag_options,
    .run = run_tag,
};

static int run_rm(const struct args *args) {
    char root[RUN_STORE_PATH_SIZE], path[RUN_STORE_PATH_SIZE];
    if (args->operand_count == 0) {
        ERR_SET(ERR_ARGUMENT, "give the runs to remove: fulmar runs rm NAME...");
        return STATUS_USAGE;
    }
    if (run_record_root(args, root, sizeof root) < 0) return STATUS_USAGE;
    // All or none: a name that is wrong removes nothing.
    for (size_t i = 0; i < args->operand_count; i++)
        if (run_store_find(root, args->operands[i], path) < 0) return STATUS_FAILED;
    json_t *removed = json_array();
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < args->operand_count; i++) {
        rc = run_store_remove(root, args->operands[i]);
        if (rc == 0) json_array_append_new(removed, json_string(args->operands[i]));
    }
    if (rc == 0 && args->json) run_record_dump(json_pack("{s:O}", "removed", removed));
    json_decref(removed);
    return rc == 0 ? STATUS_DONE : STATUS_FAILED;
}

static const struct option rm_options[] = {RUNS_OPTION};

const struct command command_runs_rm = {
    .name = "runs rm",
    .summary = "remove runs that were kept, with their files",
    .operands = "NAME...",
    .example = "fulmar runs rm trend-1",
    .options = rm_options,
    .option_count = sizeof rm_options / sizeof *rm_options,
    .run = run_rm,
};
