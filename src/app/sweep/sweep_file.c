// SPDX-License-Identifier: Apache-2.0
#include "app/sweep/sweep_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "app/terminal.h"
#include "base/hash.h"
#include "base/io.h"

enum { ALIGN = 16 };
#define SYNC_NS 1000000000
static const char magic[8] = {'F', 'U', 'L', 'M', 'A', 'R', 'W', '\n'};

#define RESULT(member) offsetof(struct sweep_row, result.member)
const struct sweep_file_column sweep_file_columns[] = {
    {"point", SWEEP_U64, offsetof(struct sweep_row, point)},
    {"equity", SWEEP_I128, RESULT(equity)},
    {"fees", SWEEP_I128, RESULT(fees)},
    {"total_return", SWEEP_F64, RESULT(total_return)},
    {"cagr", SWEEP_F64, RESULT(cagr)},
    {"volatility", SWEEP_F64, RESULT(volatility)},
    {"sharpe", SWEEP_F64, RESULT(sharpe)},
    {"sortino", SWEEP_F64, RESULT(sortino)},
    {"calmar", SWEEP_F64, RESULT(calmar)},
    {"max_drawdown", SWEEP_F64, RESULT(max_drawdown)},
    {"skew", SWEEP_F64, RESULT(skew)},
    {"kurtosis", SWEEP_F64, RESULT(kurtosis)},
    {"time_in_market", SWEEP_F64, RESULT(time_in_market)},
    {"hit_rate", SWEEP_F64, RESULT(hit_rate)},
    {"profit_factor", SWEEP_F64, RESULT(profit_factor)},
    {"expectancy", SWEEP_F64, RESULT(expectancy)},
    {"days", SWEEP_U64, RESULT(days)},
    {"trades", SWEEP_U64, RESULT(trades)},
    {"fills", SWEEP_U64, RESULT(fills)},
    {"fills_hash", SWEEP_U64, RESULT(fills_hash)},
    {"engine", SWEEP_U64, RESULT(engine)},
};

struct sweep_file {
    char *path;
    unsigned char *buffer; // a whole block
    uint64_t next;         // trial of the next block
    uint64_t at;           // offset in the file
    int64_t synced_ns;
    int fd;
    uint32_t unit;
};

size_t sweep_file_column_count(void) {
    return sizeof sweep_file_columns / sizeof *sweep_file_columns;
}

static size_t width(enum sweep_file_type type) {
    return type == SWEEP_I128 ? 16 : 8;
}

static size_t row_size(void) {
    size_t size = 0;
    for (size_t i = 0; i < sweep_file_column_count(); i++)
        size += width(sweep_file_columns[i].type);
    return size;
}

static uint32_t block_crc(const struct sweep_file_block *header, const void *columns) {
    struct sweep_file_block plain = *header;
    plain.crc = 0;
    return crc32c(crc32c(0, &plain, sizeof plain), columns, header->size);
}

// Rows to columns, or back.
static void transpose(unsigned char *columns, struct sweep_row *rows, uint32_t count, bool back) {
    for (size_t c = 0; c < sweep_file_column_count(); c++) {
        const struct sweep_file_column *column = &sweep_file_columns[c];
        size_t size = width(column->type);
        for (uint32_t i = 0; i < count; i++, columns += size) {
            unsigned char *cell = (unsigned char *)&rows[i] + column->offset;
            memcpy(back ? cell : columns, back ? columns : cell, size);
        }
    }
}

static void make_preamble(struct text *out, const char *description, uint64_t trials,
                          uint32_t unit) {
    struct sweep_file_preamble preamble = {
        .version = SWEEP_FILE_VERSION,
        .description_size = (uint32_t)strlen(description),
        .trials = trials,
        .unit = unit,
        .columns = (uint32_t)sweep_file_column_count(),
    };
    memcpy(preamble.magic, magic, sizeof magic);
    text_add_bytes(out, &preamble, sizeof preamble);
    text_add(out, description);
    while (text_error(out) == 0 && out->len % ALIGN != 0) text_add_bytes(out, "", 1);
    if (text_error(out) < 0) return;
    preamble.crc = crc32c(0, out->data, out->len);
    memcpy(out->data, &preamble, sizeof preamble);
}

// Reads whole blocks; the first that is not whole, and what follows, is cut off.
static int read_blocks(struct sweep_file *file, struct sweep_row *rows, uint64_t trials) {
    struct sweep_file_block header;
    size_t got;
    while (file->next < trials) {
        TRY(io_read_at(file->fd, file->path, &header, sizeof header, file->at, &got));
        uint64_t left = trials - file->next;
        uint32_t count = left < file->unit ? (uint32_t)left : file->unit;
        if (got < sizeof header || header.magic != SWEEP_FILE_BLOCK || header.first != file->next ||
            header.count != count || header.size != count * row_size())
            break;
        TRY(io_read_at(file->fd, file->path, file->buffer, header.size, file->at + sizeof header,
                       &got));
        if (got < header.size || header.crc != block_crc(&header, file->buffer)) break;
        transpose(file->buffer, rows + file->next, count, true);
        file->next += count;
        file->at += sizeof header + header.size;
    }
    return io_truncate(file->fd, file->path, file->at);
}

// Whether the file begins with these bytes; a shorter one that is a beginning of them counts as empty.
static int check_head(struct sweep_file *file, const struct text *head, bool *ret_empty) {
    size_t got;
    unsigned char *bytes = malloc(head->len);
    if (bytes == NULL) return ERR_SET(ERR_NOMEM, "no memory for the head of %s", file->path);
    int rc = io_read_at(file->fd, file->path, bytes, head->len, 0, &got);
    bool same = rc == 0 && memcmp(bytes, head->data, got) == 0;
    bool ours = rc == 0 && got >= sizeof magic && memcmp(bytes, magic, sizeof magic) == 0;
    free(bytes);
    TRY(rc);
    *ret_empty = got < head->len;
    if (same) return 0;
    return ERR_SET(ERR_EXISTS, "%s is there and is %s; remove it or name another file", file->path,
                   ours ? "of another search (other parameters, data, costs or program)"
                        : "no result of a search");
}

static int open_file(struct sweep_file *file, const struct text *head, uint64_t trials,
                     struct sweep_row *rows) {
    bool empty;
    TRY(io_open(file->path, O_RDWR | O_CREAT, 0666, &file->fd));
    TRY(check_head(file, head, &empty));
    if (empty) {
        TRY(io_write_at(file->fd, file->path, head->data, head->len, 0));
        TRY(io_sync_parent(file->path));
    }
    file->at = head->len;
    return read_blocks(file, rows, trials);
}

int sweep_file_open(const char *path, const char *description, uint64_t trials, uint32_t unit,
                    struct sweep_row *rows, struct sweep_file **ret_file, uint64_t *ret_done) {
    struct sweep_file *file = calloc(1, sizeof *file);
    if (file == NULL) return ERR_SET(ERR_NOMEM, "no memory for %s", path);
    *file = (struct sweep_file){
        .path = strdup(path), .buffer = malloc(unit * row_size()), .fd = -1, .unit = unit};
    struct text head;
    text_init(&head, 8 << 20);
    make_preamble(&head, description, trials, unit);
    int rc = file->path == NULL || file->buffer == NULL || text_error(&head) < 0
                 ? ERR_SET(ERR_NOMEM, "no memory for %s", path)
                 : open_file(file, &head, trials, rows);
    text_fini(&head);
    if (rc < 0) {
        (void)!sweep_file_close(file);
        return rc;
    }
    *ret_file = file;
    *ret_done = file->next;
    return 0;
}

int sweep_file_append(struct sweep_file *file, const struct sweep_row *rows, uint32_t count) {
    struct sweep_file_block header = {.magic = SWEEP_FILE_BLOCK,
                                      .first = file->next,
                                      .count = count,
                                      .size = (uint32_t)(count * row_size())};
    transpose(file->buffer, (struct sweep_row *)rows, count, false);
    header.crc = block_crc(&header, file->buffer);
    TRY(io_write_at(file->fd, file->path, &header, sizeof header, file->at));
    TRY(io_write_at(file->fd, file->path, file->buffer, header.size, file->at + sizeof header));
    int64_t now_ns = monotonic_ns();
    if (now_ns - file->synced_ns >= SYNC_NS) {
        TRY(io_sync_data(file->fd, file->path));
        file->synced_ns = now_ns;
    }
    file->at += sizeof header + header.size; // what failed until here is written over
    file->next += count;
    return 0;
}

int sweep_file_close(struct sweep_file *file) {
    if (file == NULL) return 0;
    int rc = 0;
    if (file->fd >= 0) {
        rc = io_sync_data(file->fd, file->path);
        int closed = io_close(file->fd, file->path);
        if (rc == 0) rc = closed;
    }
    free(file->buffer);
    free(file->path);
    free(file);
    return rc;
}
