// SPDX-License-Identifier: Apache-2.0
// The journal: every event of a run in one append-only file. State is a fold over its inputs; its outputs
// are there to be compared on replay.
//
//   file   = preamble, description, block*
//   preamble (64 bytes): magic, version, sizes, run id, CRC-32C of preamble and description
//   description: text (the run's configuration), padded with zeros to 8 bytes
//   block  = header (80 bytes), records; at most JOURNAL_BLOCK_MAX bytes
//   header: magic, sizes, first sequence number, CRC-32C, SHA-256 chain
//   record = { size, crc } (8 bytes), event (a multiple of 8 bytes)
//
// A record's CRC-32C covers the CRC before it and the event, so records cannot be reordered, dropped or
// moved within a block. A block's digest is SHA-256(previous digest, header without digest, records), the
// first one's previous digest being that of preamble and description: to change one bit of history is to change every
// digest after it, and the last one, printed with the report, names the whole.
//
// Reading tells a torn tail (the file ends inside its last block: what precedes is whole, ERR_TRUNCATED)
// from corruption (something whole follows: ERR_CORRUPT with the offset). It never skips a fault.
//
// The writer fills a block in memory and writes it when it is full or on journal_flush. After a failed write or
// sync it stays failed: what reached the disk is unknown, and a second sync could lie.
#ifndef FULMAR_EDGE_STORE_JOURNAL_H
#define FULMAR_EDGE_STORE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "market/event.h"
#include "market/source.h"

enum {
    JOURNAL_VERSION = 1,
    JOURNAL_BLOCK_MAX = 64 << 10,
    JOURNAL_DESCRIPTION_MAX = 16 << 20,
};

struct journal_preamble {
    char magic[8]; // "FULMARJ\n"
    uint32_t version;
    uint32_t description_size; // without padding
    uint64_t run_id;
    uint32_t crc; // of this struct with crc 0, and the padded description
    uint32_t reserved;
    uint64_t reserved2[4];
};
_Static_assert(sizeof(struct journal_preamble) == 64, "file format");

struct journal_block {
    uint32_t magic;  // JOURNAL_BLOCK_MAGIC
    uint32_t size;   // of the records
    uint32_t count;  // of the records, > 0
    uint32_t crc;    // of this struct with crc and digest 0
    uint64_t number; // from 0
    uint64_t first_seq;
    uint64_t last_seq;
    uint64_t reserved;
    uint8_t digest[SHA256_SIZE];
};
_Static_assert(sizeof(struct journal_block) == 80, "file format");

struct journal_record {
    uint32_t size; // of the event
    uint32_t crc;
};

// Writing.
struct journal_writer;

// Creates the file; ERR_EXISTS when there is one: a journal is never overwritten. The description is any text
// (the run's configuration), at most JOURNAL_DESCRIPTION_MAX bytes.
int journal_create(const char *path, uint64_t run_id, const char *description, size_t size,
                   struct journal_writer **ret_writer) MUST_USE;
// Goes on with a file that `reader` has read to its end, or to its torn tail, which is cut off; what is left is synced.
// ERR_STATE where the reader stands somewhere else.
struct journal_reader;
int journal_continue(const char *path, const struct journal_reader *reader,
                     struct journal_writer **ret_writer) MUST_USE;
// Copies the event. Writes to the disk when a block is full.
int journal_append(struct journal_writer *writer, const struct event_header *event) MUST_USE;
struct event_sink journal_sink(struct journal_writer *writer);
// Ends the block and writes it; with `durable`, syncs it too.
int journal_flush(struct journal_writer *writer, bool durable) MUST_USE;
// Flushes durably, closes and frees, whatever the result. The digest is that of the last block.
int journal_close(struct journal_writer *writer, uint8_t ret_digest[SHA256_SIZE]) MUST_USE;

// Reading.

// Maps the file and checks preamble and description. ERR_NOT_FOUND, ERR_IO, ERR_CORRUPT, ERR_TRUNCATED,
// ERR_UNSUPPORTED (a later version).
int journal_open(const char *path, struct journal_reader **ret_reader) MUST_USE;
void journal_reader_close(struct journal_reader *reader);
uint64_t journal_run_id(const struct journal_reader *reader);
const char *journal_description(const struct journal_reader *reader, size_t *ret_size);

// The next event, checked; it lives until the reader closes. 1; 0 at the end; ERR_TRUNCATED at a torn tail;
// ERR_CORRUPT. After an error every further call gives it again.
int journal_next(struct journal_reader *reader, const struct event_header **ret_event) MUST_USE;

// Looks for what was written since: after the end and after a torn tail journal_next goes on where it stood. Events
// that were given out before are gone. 1: the file has grown; 0. ERR_CORRUPT when it became shorter than what was read;
// ERR_IO.
int journal_refresh(struct journal_reader *reader) MUST_USE;

// Where the reader stands: bytes of the file consumed, and the digest of the last whole block.
uint64_t journal_offset(const struct journal_reader *reader);
uint64_t journal_size(const struct journal_reader *reader);
const uint8_t *journal_digest(const struct journal_reader *reader);
uint64_t journal_blocks(const struct journal_reader *reader); // whole ones that were read
// Whether it has read all that there is, or all before a torn tail.
bool journal_at_end(const struct journal_reader *reader);

#endif
