// SPDX-License-Identifier: Apache-2.0
// One partition file of a tape: a 4 KiB header and then the columns, each int64, each aligned to 64
// bytes.
//
// The header names the count of rows, their decimals and a CRC-32C of each column and of itself, so
// a partition can be judged without its manifest. This is a file format: fields are never moved.
#ifndef FULMAR_EDGE_STORE_TAPE_PARTITION_H
#define FULMAR_EDGE_STORE_TAPE_PARTITION_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "edge/store/tape.h"

enum {
    TAPE_HEADER_SIZE = 4096,
    TAPE_COLUMN_ALIGN = 64,
    TAPE_VERSION = 1,
    TAPE_FILE_SIZE = 64 // bytes that hold a partition's file name
};

struct tape_header {
    char magic[8]; // "FULTAPE\n"
    uint32_t version;
    uint32_t header_size;
    uint32_t kind; // enum tape_kind
    uint32_t frame_s;
    int32_t price_decimals;
    int32_t qty_decimals;
    uint32_t column_count;
    uint32_t reserved;
    uint64_t count;   // rows
    int64_t first_ns; // of column 0, the first row
    int64_t last_ns;  // of the known-at column (close_ns, ts_ns), the last row
    uint64_t column_offset[TAPE_COLUMNS_MAX];
    uint32_t column_crc[TAPE_COLUMNS_MAX];
    uint32_t reserved2;
    uint32_t header_crc; // over these bytes with header_crc 0
};
_Static_assert(sizeof(struct tape_header) == 168, "tape format");
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the tape is read in place");

// Rows in memory that grow to a limit: what a partition is written from.
struct tape_rows {
    int64_t *column[TAPE_COLUMNS_MAX];
    uint32_t column_count;
    uint64_t count;
    uint64_t cap;
};

void tape_rows_init(struct tape_rows *rows, enum tape_kind kind);
void tape_rows_fini(struct tape_rows *rows);
int tape_rows_reserve(struct tape_rows *rows, uint64_t count) MUST_USE; // ERR_NOMEM, ERR_FULL

uint32_t tape_column_count(enum tape_kind kind);
uint32_t tape_known_column(enum tape_kind kind);  // close_ns of bars, else column 0
uint32_t tape_price_columns(enum tape_kind kind); // bit mask of the columns at price decimals
uint32_t tape_qty_columns(enum tape_kind kind);   // ... at quantity decimals

// Multiplies the columns up to new, not smaller, decimals; what a feed's status and fault records say stays. ERR_RANGE:
// a value would not fit; rows are untouched.
int tape_rows_rescale(struct tape_rows *rows, enum tape_kind kind, int price_steps,
                      int qty_steps) MUST_USE;

// A partition file that is mapped read-only.
struct tape_map {
    const struct tape_header *header; // NULL: not mapped
    size_t size;
};
const int64_t *tape_map_column(const struct tape_map *map, uint32_t column);

// Maps a file and checks its header against its size. ERR_NOT_FOUND, ERR_IO, ERR_CORRUPT.
int tape_map_open(const char *path, struct tape_map *ret_map) MUST_USE;
void tape_map_close(struct tape_map *map);

// Reads every column: checksums, the order of rows, a feed's records. ERR_CORRUPT; `path` is for the story.
int tape_map_verify(const struct tape_map *map, const char *path) MUST_USE;

// Writes rows (> 0 of them) as <dir>/<key>-<hash>.tape unless that file, whose name is its content,
// is there. ret_name: the file's name. The header that was written goes to ret_header.
int tape_partition_write(const char *dir, const char *key, const struct tape_series *series,
                         int price_decimals, int qty_decimals, const struct tape_rows *rows,
                         char ret_name[TAPE_FILE_SIZE], struct tape_header *ret_header) MUST_USE;

// Bytes of a partition file of so many rows.
uint64_t tape_file_bytes(enum tape_kind kind, uint64_t count);

// The partition that an instant falls in, and the instants [lo, hi) that share it.
struct tape_key {
    int64_t number; // day or month since 1970; 0 where one partition holds all
    int64_t lo_ns;
    int64_t hi_ns;
};
struct tape_key tape_key_of(const struct tape_series *series, int64_t ts_ns);
void tape_key_print(const struct tape_series *series, int64_t number, char buf[16]);

#endif
