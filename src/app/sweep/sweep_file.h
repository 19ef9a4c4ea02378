// SPDX-License-Identifier: Apache-2.0
// The results of a search in a file: columns in blocks, appended as they are known. docs/sweep.md has the layout.
//
//   file   = preamble (64 bytes), description (text, padded with zeros to 16 bytes), block*
//   block  = header (32 bytes), columns: for each of sweep_file_columns, in order, `count` values back to back
//
// Numbers are little-endian. A block's CRC-32C covers its header (with crc 0) and its columns. Blocks are in order of
// trials and each but the last holds `unit` of them, so that the same search makes the same bytes, whoever worked on
// it in which order, and however often it was killed between.
//
// Opening a file that is there goes on with it: its description must be the same; whole blocks are read, a torn or
// faulty tail is cut off.
#ifndef FULMAR_APP_SWEEP_SWEEP_FILE_H
#define FULMAR_APP_SWEEP_SWEEP_FILE_H

#include "research/sweep/score.h"

struct sweep_row {
    struct score_result result;
    uint64_t point; // of the space
    uint64_t reserved;
};

struct sweep_file_preamble {
    char magic[8]; // "FULMARW\n"
    uint32_t version;
    uint32_t description_size; // without padding
    uint64_t trials;           // of the whole search
    uint32_t unit;             // trials of a block
    uint32_t columns;
    uint32_t crc; // of this struct with crc 0, and the padded description
    uint32_t reserved;
    uint64_t reserved2[3];
};
_Static_assert(sizeof(struct sweep_file_preamble) == 64, "file format");

struct sweep_file_block {
    uint32_t magic; // SWEEP_FILE_BLOCK
    uint32_t crc;
    uint64_t first; // trial
    uint32_t count;
    uint32_t size; // of the columns
    uint64_t reserved;
};
_Static_assert(sizeof(struct sweep_file_block) == 32, "file format");

enum { SWEEP_FILE_VERSION = 1, SWEEP_FILE_BLOCK = 0x4b4c4257 /* "WBLK" */ };
enum sweep_file_type { SWEEP_U64, SWEEP_F64, SWEEP_I128 };

struct sweep_file_column {
    const char *name;
    enum sweep_file_type type;
    size_t offset; // in struct sweep_row
};
extern const struct sweep_file_column sweep_file_columns[];
size_t sweep_file_column_count(void);

struct sweep_file;

// Creates the file, or goes on with it: *ret_done are the trials that it holds, which are in rows[0 .. *ret_done).
// ERR_EXISTS with a story: it is of another search, or no such file; ERR_IO, ERR_NOMEM.
int sweep_file_open(const char *path, const char *description, uint64_t trials, uint32_t unit,
                    struct sweep_row *rows, struct sweep_file **ret_file,
                    uint64_t *ret_done) MUST_USE;
// Appends a block of the next trials; synced to the disk once a second.
int sweep_file_append(struct sweep_file *file, const struct sweep_row *rows,
                      uint32_t count) MUST_USE;
int sweep_file_close(struct sweep_file *file) MUST_USE; // NULL is fine

#endif
