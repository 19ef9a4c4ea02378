// SPDX-License-Identifier: Apache-2.0
// The manifest of a run that is kept: app/run/run_record.h has where it stands, docs/runs.md what it holds.
#ifndef FULMAR_APP_RUN_RUN_MANIFEST_H
#define FULMAR_APP_RUN_RUN_MANIFEST_H

#include "app/run/run_record.h"

#define RUN_MANIFEST_FORMAT "fulmar-run-1"

// Of a session that was played and whose other files stand in the draft. The caller's reference.
int run_manifest_make(const struct run_record *record, const struct run_session *session,
                      json_t **ret_manifest) MUST_USE;

// SHA-256 of the program that runs; "" where the system does not tell.
void run_manifest_program(char ret_text[SHA256_TEXT_SIZE]);
// Members of what a configuration reads: series of the tape and files, each with its digest.
int run_manifest_data(const struct run_config *config, const char *tape_root,
                      json_t **ret_rows) MUST_USE;

#endif
