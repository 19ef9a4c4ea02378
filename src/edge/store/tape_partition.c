// SPDX-License-Identifier: Apache-2.0
#include "edge/store/tape_partition.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/decimal.h"
#include "base/hash.h"
#include "base/io.h"
#include "base/timestamp.h"
#include "market/feed.h"

static const char MAGIC[8] = {'F', 'U', 'L', 'T', 'A', 'P', 'E', '\n'};
static const uint64_t ROWS_MAX = UINT64_C(1) << 31;
enum { FEED_WHAT = 5 }; // column of a feed

// Bit masks name columns: bit i is column i.
static const struct {
    uint32_t columns, known, price, qty;
} SHAPES[TAPE_KIND_END] = {
    [TAPE_BARS] = {7, 1, 0x3c, 0x40},   [TAPE_MIDS] = {7, 1, 0x3c, 0x40},
    [TAPE_TRADES] = {5, 0, 0x02, 0x04}, [TAPE_QUOTES] = {5, 0, 0x0a, 0x14},
    [TAPE_FEED] = {6, 0, 0x04, 0x08},
};

static uint64_t column_offset(uint64_t count, uint32_t column);
static struct tape_header header_of(const struct tape_series *series, int price_decimals,
                                    int qty_decimals, const struct tape_rows *rows);
static int header_check(const struct tape_header *header, uint64_t size, const char *path);
static uint32_t header_crc(const struct tape_header *header);
static int file_write(const char *path, const struct tape_header *header,
                      const struct tape_rows *rows);
static int columns_write(int fd, const char *path, const struct tape_header *header,
                         const struct tape_rows *rows);
static int is_whole(const char *path, const struct tape_header *header);
static int order_check(const struct tape_map *map, const char *path);
static int feed_check(const struct tape_map *map, const char *path);
static bool is_by_day(const struct tape_series *series);

uint32_t tape_column_count(enum tape_kind kind) {
    return SHAPES[kind].columns;
}

uint32_t tape_known_column(enum tape_kind kind) {
    return SHAPES[kind].known;
}

uint32_t tape_price_columns(enum tape_kind kind) {
    return SHAPES[kind].price;
}

uint32_t tape_qty_columns(enum tape_kind kind) {
    return SHAPES[kind].qty;
}

void tape_rows_init(struct tape_rows *rows, enum tape_kind kind) {
    *rows = (struct tape_rows){.column_count = tape_column_count(kind)};
}

void tape_rows_fini(struct tape_rows *rows) {
    for (uint32_t i = 0; i < rows->column_count; i++) free(rows->column[i]);
    *rows = (struct tape_rows){.column_count = rows->column_count};
}

int tape_rows_reserve(struct tape_rows *rows, uint64_t count) {
    if (count <= rows->cap) return 0;
    if (count > ROWS_MAX)
        return ERR_SET(ERR_FULL, "a partition holds at most %" PRIu64 " rows", ROWS_MAX);
    uint64_t cap = rows->cap == 0 ? 512 : rows->cap;
    while (cap < count) cap *= 2;
    for (uint32_t i = 0; i < rows->column_count; i++) {
        int64_t *grown = realloc(rows->column[i], cap * sizeof(int64_t));
        if (grown == NULL)
            return ERR_SET(ERR_NOMEM, "no memory for %" PRIu64 " rows of a partition", cap);
        rows->column[i] = grown;
    }
    rows->cap = cap;
    return 0;
}

int tape_rows_rescale(struct tape_rows *rows, enum tape_kind kind, int price_steps, int qty_steps) {
    CHECK(price_steps >= 0 && qty_steps >= 0);
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < rows->column_count; i++) {
            bool price = (tape_price_columns(kind) >> i & 1) != 0;
            bool qty = (tape_qty_columns(kind) >> i & 1) != 0;
            int steps = price ? price_steps : qty ? qty_steps : 0;
            if (steps == 0) continue;
            int64_t factor = decimal_pow10(steps);
            int64_t most = INT64_MAX / factor;
            int64_t *column = rows->column[i];
            for (uint64_t k = 0; k < rows->count; k++) {
                // The number of a status or a fault is no quantity.
                if (qty && kind == TAPE_FEED && !feed_has_amount(rows->column[FEED_WHAT][k]))
                    continue;
                if (pass == 1)
                    column[k] *= factor;
                else if (column[k] > most || column[k] < -most)
                    return ERR_SET(ERR_RANGE, "a value is too large for %d more decimals", steps);
            }
        }
    }
    return 0;
}

const int64_t *tape_map_column(const struct tape_map *map, uint32_t column) {
    DCHECK(column < map->header->column_count);
    return (const int64_t *)((const char *)map->header + map->header->column_offset[column]);
}

int tape_map_open(const char *path, struct tape_map *ret_map) {
    int fd;
    uint64_t size = 0;
    const void *data = NULL;
    TRY(io_open(path, O_RDONLY, 0, &fd));
    int rc = io_size(fd, path, &size);
    if (rc == 0 && size < TAPE_HEADER_SIZE)
        rc = ERR_SET(ERR_CORRUPT, "%s: %" PRIu64 " bytes are no tape partition", path, size);
    if (rc == 0) rc = io_map(fd, path, size, &data);
    int closed = io_close(fd, path);
    TRY(rc);
    CHECK(data != NULL);
    rc = closed < 0 ? closed : header_check(data, size, path);
    if (rc < 0) {
        io_unmap(data, size);
        return rc;
    }
    *ret_map = (struct tape_map){data, size};
    return 0;
}

void tape_map_close(struct tape_map *map) {
    if (map->header != NULL) io_unmap(map->header, map->size);
    *map = (struct tape_map){0};
}

int tape_map_verify(const struct tape_map *map, const char *path) {
    const struct tape_header *header = map->header;
    for (uint32_t i = 0; i < header->column_count; i++) {
        uint32_t crc = crc32c(0, tape_map_column(map, i), header->count * sizeof(int64_t));
        if (crc != header->column_crc[i])
            return ERR_SET(ERR_CORRUPT,
                           "%s: column %" PRIu32 " has checksum %08" PRIx32
                           ", its header says %08" PRIx32,
                           path, i, crc, header->column_crc[i]);
    }
    TRY(order_check(map, path));
    return header->kind == TAPE_FEED ? feed_check(map, path) : 0;
}

int tape_partition_write(const char *dir, const char *key, const struct tape_series *series,
                         int price_decimals, int qty_decimals, const struct tape_rows *rows,
                         char ret_name[TAPE_FILE_SIZE], struct tape_header *ret_header) {
    CHECK(rows->count > 0);
    char path[TAPE_PATH_SIZE];
    struct tape_header header = header_of(series, price_decimals, qty_decimals, rows);
    uint64_t hash = hash64(0, &header, sizeof header);
    snprintf(ret_name, TAPE_FILE_SIZE, "%s-%016" PRIx64 ".tape", key, hash);
    if (snprintf(path, sizeof path, "%s/%s", dir, ret_name) >= (int)sizeof path)
        return ERR_SET(ERR_RANGE, "the path of partition %s is too long", ret_name);
    int whole = is_whole(path, &header);
    if (whole == 0) TRY(file_write(path, &header, rows));
    *ret_header = header;
    return 0;
}

uint64_t tape_file_bytes(enum tape_kind kind, uint64_t count) {
    return column_offset(count, tape_column_count(kind));
}

struct tape_key tape_key_of(const struct tape_series *series, int64_t ts_ns) {
    int32_t date = date_of_ns(ts_ns);
    if (is_by_day(series))
        return (struct tape_key){date, date_to_ns(date), date_to_ns(date) + NS_PER_DAY};
    if (series->frame_s >= 3600) return (struct tape_key){0, INT64_MIN, INT64_MAX};
    struct civil_date civil = date_to_civil(date);
    int32_t first = date_from_civil(civil.year, civil.month, 1);
    int32_t next = first + date_days_in_month(civil.year, civil.month);
    int64_t month = (int64_t)(civil.year - 1970) * 12 + civil.month - 1;
    return (struct tape_key){month, date_to_ns(first), date_to_ns(next)};
}

void tape_key_print(const struct tape_series *series, int64_t number, char buf[16]) {
    if (is_by_day(series)) {
        date_print(buf, 16, (int32_t)number);
    } else if (series->frame_s >= 3600) {
        memcpy(buf, "all", 4);
    } else {
        int64_t year = 1970 + (number >= 0 ? number / 12 : -((11 - number) / 12));
        unsigned month = (unsigned)(number - (year - 1970) * 12) + 1;
        snprintf(buf, 16, "%04u-%02u", (unsigned)year % 10000, month % 100);
    }
}

// Ticks and feeds, whose frame is 0, and bars of seconds.
static bool is_by_day(const struct tape_series *series) {
    return series->frame_s < 60;
}

static uint64_t column_offset(uint64_t count, uint32_t column) {
    uint64_t bytes = count * sizeof(int64_t);
    uint64_t stride = (bytes + TAPE_COLUMN_ALIGN - 1) / TAPE_COLUMN_ALIGN * TAPE_COLUMN_ALIGN;
    return TAPE_HEADER_SIZE + column * stride;
}

static struct tape_header header_of(const struct tape_series *series, int price_decimals,
                                    int qty_decimals, const struct tape_rows *rows) {
    struct tape_header header = {.version = TAPE_VERSION,
                                 .header_size = TAPE_HEADER_SIZE,
                                 .kind = series->kind,
                                 .frame_s = series->frame_s,
                                 .price_decimals = price_decimals,
                                 .qty_decimals = qty_decimals,
                                 .column_count = rows->column_count,
                                 .count = rows->count,
                                 .first_ns = rows->column[0][0]};
    memcpy(header.magic, MAGIC, sizeof MAGIC);
    header.last_ns = rows->column[tape_known_column(series->kind)][rows->count - 1];
    for (uint32_t i = 0; i < rows->column_count; i++) {
        header.column_offset[i] = column_offset(rows->count, i);
        header.column_crc[i] = crc32c(0, rows->column[i], rows->count * sizeof(int64_t));
    }
    header.header_crc = header_crc(&header);
    return header;
}

static int header_check(const struct tape_header *header, uint64_t size, const char *path) {
    if (memcmp(header->magic, MAGIC, sizeof MAGIC) != 0)
        return ERR_SET(ERR_CORRUPT, "%s is not a tape partition", path);
    if (header->version != TAPE_VERSION)
        return ERR_SET(ERR_UNSUPPORTED, "%s has tape version %" PRIu32 ", this program reads %d",
                       path, header->version, TAPE_VERSION);
    if (header->header_crc != header_crc(header))
        return ERR_SET(ERR_CORRUPT, "%s: the header's checksum is wrong", path);
    bool sound = header->header_size == TAPE_HEADER_SIZE && header->kind > 0 &&
                 header->kind < TAPE_KIND_END && header->count > 0 && header->count <= ROWS_MAX &&
                 header->column_count == SHAPES[header->kind].columns &&
                 header->price_decimals >= 0 && header->price_decimals <= DECIMALS_MAX &&
                 header->qty_decimals >= 0 && header->qty_decimals <= DECIMALS_MAX;
    if (!sound) return ERR_SET(ERR_CORRUPT, "%s: the header contradicts itself", path);
    for (uint32_t i = 0; i < header->column_count; i++)
        if (header->column_offset[i] != column_offset(header->count, i))
            return ERR_SET(ERR_CORRUPT, "%s: column %" PRIu32 " is out of place", path, i);
    if (size != column_offset(header->count, header->column_count))
        return ERR_SET(ERR_CORRUPT, "%s has %" PRIu64 " bytes where %" PRIu64 " rows take %" PRIu64,
                       path, size, header->count,
                       column_offset(header->count, header->column_count));
    return 0;
}

static uint32_t header_crc(const struct tape_header *header) {
    struct tape_header copy = *header;
    copy.header_crc = 0;
    return crc32c(0, &copy, sizeof copy);
}

// 1 when the file is there with these very bytes; 0 when it is to be written.
static int is_whole(const char *path, const struct tape_header *header) {
    struct tape_map map;
    if (tape_map_open(path, &map) < 0) {
        err_clear();
        return 0;
    }
    bool same = memcmp(map.header, header, sizeof *header) == 0;
    int whole = same && tape_map_verify(&map, path) == 0;
    if (!whole) err_clear();
    tape_map_close(&map);
    return whole;
}

static int file_write(const char *path, const struct tape_header *header,
                      const struct tape_rows *rows) {
    int fd;
    TRY(io_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666, &fd));
    int rc = columns_write(fd, path, header, rows);
    // The disk begins now, so that the sync before the commit has less to wait for; a hint, no more.
    if (rc == 0) (void)sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
    int closed = io_close(fd, path);
    return rc < 0 ? rc : closed;
}

// In one call: see io_write_parts. Nothing is written to what an iovec points to.
static int columns_write(int fd, const char *path, const struct tape_header *header,
                         const struct tape_rows *rows) {
    static const char zeros[TAPE_HEADER_SIZE];
    struct iovec parts[2 + 2 * TAPE_COLUMNS_MAX];
    int count = 0;
    uint64_t bytes = rows->count * sizeof(int64_t);
    uint64_t padding = column_offset(rows->count, 1) - TAPE_HEADER_SIZE - bytes;
    parts[count++] = (struct iovec){(void *)(uintptr_t)header, sizeof *header};
    parts[count++] = (struct iovec){(void *)(uintptr_t)zeros, TAPE_HEADER_SIZE - sizeof *header};
    for (uint32_t i = 0; i < rows->column_count; i++) {
        parts[count++] = (struct iovec){rows->column[i], bytes};
        parts[count++] = (struct iovec){(void *)(uintptr_t)zeros, padding};
    }
    return io_write_parts(fd, path, parts, count);
}

static int order_check(const struct tape_map *map, const char *path) {
    const struct tape_header *header = map->header;
    bool bars = header->kind == TAPE_BARS || header->kind == TAPE_MIDS;
    const int64_t *first = tape_map_column(map, 0);
    const int64_t *known = tape_map_column(map, tape_known_column(header->kind));
    uint64_t last = header->count - 1;
    for (uint64_t i = 0; i < last; i++)
        if (known[i] > known[i + 1] || first[i] > first[i + 1] ||
            (bars && first[i] == first[i + 1]))
            return ERR_SET(ERR_CORRUPT, "%s: row %" PRIu64 " is out of order", path, i + 1);
    if (first[0] != header->first_ns || known[last] != header->last_ns)
        return ERR_SET(ERR_CORRUPT, "%s: the header's first and last times are wrong", path);
    return 0;
}

static int feed_check(const struct tape_map *map, const char *path) {
    for (uint64_t i = 0; i < map->header->count; i++) {
        struct feed_record record = {.price = tape_map_column(map, 2)[i],
                                     .qty = tape_map_column(map, 3)[i],
                                     .what = tape_map_column(map, FEED_WHAT)[i]};
        if (!feed_record_valid(&record))
            return ERR_SET(ERR_CORRUPT, "%s: row %" PRIu64 " is no record of a feed", path, i);
    }
    return 0;
}
