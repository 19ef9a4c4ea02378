// SPDX-License-Identifier: Apache-2.0
// Messages of one instrument's feed become records of its series: numbers at its decimals, gaps in the venue's
// numbering, books that cross or are not what the venue's checksum says.
//
// All messages are kept in the order of receipt. A fault is a record of its own, before the message that
// shows a gap and after the one that leaves a book crossed or wrong.
#ifndef FULMAR_EDGE_STORE_IMPORT_STREAM_H
#define FULMAR_EDGE_STORE_IMPORT_STREAM_H

#include "edge/store/import_job.h"
#include "market/wire.h"

struct import_stream;

void import_stream_close(struct import_stream *stream); // NULL is fine

// ERR_NOMEM and what the writer fails with; faults of the message are counted.
int import_stream_take(struct import_job *job, struct import_target *target,
                       const struct wire_message *message, int64_t receipt_ns) MUST_USE;

// The connection was opened anew, or messages of it were lost: before the next message of the series there is a gap.
int import_stream_break(struct import_target *target) MUST_USE;

#endif
