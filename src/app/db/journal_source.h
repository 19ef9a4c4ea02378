// SPDX-License-Identifier: Apache-2.0
// What a journal says of itself, for a projection of it: the run is built anew from its description, as a replay does.
#ifndef FULMAR_APP_DB_JOURNAL_SOURCE_H
#define FULMAR_APP_DB_JOURNAL_SOURCE_H

#include "edge/sql/projector.h"

// Fills in all but tenant, names, kind, path and run id. What it points to lives until journal_source_close. Errors as
// replay_open.
int journal_source_open(struct journal_reader *reader, const char *path,
                        struct projection_config *ret_config, void **ret_hold) MUST_USE;
void journal_source_close(void *hold); // NULL is fine

// The same for a projector.
struct projector_source journal_source(void);

#endif
