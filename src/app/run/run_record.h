// SPDX-License-Identifier: Apache-2.0
// What is kept of a run in its folder (edge/store/run_store.h):
//
//   manifest.json   what it was: name, tags, when, program, data and files with their digests, headline figures
//   config.yaml     the configuration as it was given, options over it: what a rerun reads
//   run.journal     every event; fulmar explain and fulmar journal replay read it
//   report.html, report.json, tables/*.csv
//   log.txt         the call, what was told, the summary
//
// All but manifest.json and log.txt are the same bytes whenever the same run is made again.
#ifndef FULMAR_APP_RUN_RUN_RECORD_H
#define FULMAR_APP_RUN_RUN_RECORD_H

#include <jansson.h>

#include "app/command.h"
#include "app/run/run_session.h"
#include "edge/store/run_store.h"

#define RUN_RECORD_MANIFEST "manifest.json"
#define RUN_RECORD_CONFIG "config.yaml"
#define RUN_RECORD_JOURNAL "run.journal"
#define RUN_RECORD_REPORT "report.json"

enum { RUN_RECORD_FILE_MAX = 1 << 30, RUN_RECORD_TAGS_MAX = 32 };

// A run that is being made.
struct run_record {
    struct run_store_draft *draft;
    const char *root;
    const char *tape_root;
    char name[RUN_STORE_NAME_MAX + 1];
    char journal[RUN_STORE_PATH_SIZE + 16];
    struct text config; // YAML as it was given
    struct text call;   // the command line
    int64_t began_ns;
};

// Where runs are kept: --runs, else $FULMAR_RUNS, else the XDG data directory. Writes at most size bytes.
int run_record_root(const struct args *args, char *ret_path, size_t size) MUST_USE;

// Begins the folder. `name` NULL: one from the configuration, with a number behind it when it is taken. Strings outlive
// the record, which is zero before. Errors as run_store_begin; run_record_end on failure as well.
int run_record_begin(struct run_record *record, const char *root, const char *name,
                     const char *tape_root, const struct run_config *config) MUST_USE;
// All files of a session that was played; the run's folder is there when it returns 0. ERR_INTERRUPTED keeps nothing of
// a run that was.
int run_record_keep(struct run_record *record, struct run_session *session) MUST_USE;
// The files alone, for who looks at them before it keeps or gives up.
int run_record_write(struct run_record *record, struct run_session *session) MUST_USE;
int run_record_commit(struct run_record *record) MUST_USE;
void run_record_end(struct run_record *record); // gives up what was not committed

// The manifest of a run that was kept; its own reference. ERR_NOT_FOUND, ERR_PARSE.
int run_record_read(const char *root, const char *name, json_t **ret_manifest) MUST_USE;
// A file of it, as JSON.
int run_record_json(const char *root, const char *name, const char *file,
                    json_t **ret_object) MUST_USE;
int run_record_path(const char *root, const char *name, const char *file,
                    char ret_path[RUN_STORE_PATH_SIZE]) MUST_USE;
// A member that is text; "" where there is none.
const char *run_record_text(const json_t *object, const char *key);
// On stdout, as --json prints it. Takes the reference.
void run_record_dump(json_t *object);
// Replaces the manifest: tags.
int run_record_replace(const char *root, const char *name, const json_t *manifest) MUST_USE;

#endif
