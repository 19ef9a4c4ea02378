// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/io.h"
#include "edge/store/journal_format.h"

struct journal_writer {
    char *path;
    int fd;
    int error; // the first failure; every later call gives it
    struct sha256 *sha;
    uint32_t record_crc; // of the latest record
    struct journal_block block;
    uint8_t previous[SHA256_SIZE];
    unsigned char bytes[sizeof(struct journal_block) + JOURNAL_BLOCK_MAX]; // header room, records
};

static void free_writer(struct journal_writer *writer) {
    sha256_free(writer->sha);
    free(writer->path);
    free(writer);
}

static int write_preamble(struct journal_writer *writer, uint64_t run_id, const char *description,
                          size_t size) {
    size_t padded = journal_padded(size);
    size_t total = sizeof(struct journal_preamble) + padded;
    unsigned char *bytes = calloc(1, total);
    if (bytes == NULL) return ERR_SET(ERR_NOMEM, "no memory for the journal's description");
    struct journal_preamble preamble = {.magic = JOURNAL_MAGIC,
                                        .version = JOURNAL_VERSION,
                                        .description_size = (uint32_t)size,
                                        .run_id = run_id};
    memcpy(bytes + sizeof preamble, description, size);
    preamble.crc = journal_preamble_crc(&preamble, bytes + sizeof preamble, padded);
    memcpy(bytes, &preamble, sizeof preamble);
    sha256(bytes, total, writer->previous);
    int rc = io_write(writer->fd, writer->path, bytes, total);
    free(bytes);
    return rc;
}

int journal_create(const char *path, uint64_t run_id, const char *description, size_t size,
                   struct journal_writer **ret_writer) {
    if (size > JOURNAL_DESCRIPTION_MAX)
        return ERR_SET(ERR_ARGUMENT, "the run's description has %zu bytes, over %d", size,
                       JOURNAL_DESCRIPTION_MAX);
    struct journal_writer *writer = calloc(1, sizeof *writer);
    if (writer == NULL) return ERR_SET(ERR_NOMEM, "no memory for the journal's buffer");
    writer->sha = sha256_new();
    writer->path = strdup(path);
    int rc = writer->sha == NULL || writer->path == NULL
                 ? ERR_SET(ERR_NOMEM, "no memory for the journal's buffer")
                 : io_open(path, O_WRONLY | O_CREAT | O_EXCL, 0666, &writer->fd);
    if (rc < 0) {
        free_writer(writer);
        return rc == ERR_EXISTS
                   ? ERR_APPEND(rc, "a journal is never overwritten; name another file")
                   : rc;
    }
    rc = write_preamble(writer, run_id, description, size);
    if (rc == 0) rc = io_sync_parent(path);
    if (rc < 0) {
        (void)!io_close(writer->fd, path);
        (void)!io_remove(path);
        free_writer(writer);
        return rc;
    }
    *ret_writer = writer;
    return 0;
}

// The file as far as it was read, no further.
static int open_end(struct journal_writer *writer, const struct journal_reader *reader) {
    uint64_t end = journal_offset(reader);
    TRY(io_open(writer->path, O_WRONLY | O_APPEND, 0, &writer->fd));
    int rc = end < journal_size(reader) ? io_truncate(writer->fd, writer->path, end) : 0;
    if (rc == 0) rc = io_sync(writer->fd, writer->path);
    if (rc < 0) (void)!io_close(writer->fd, writer->path);
    return rc;
}

int journal_continue(const char *path, const struct journal_reader *reader,
                     struct journal_writer **ret_writer) {
    if (!journal_at_end(reader))
        return ERR_SET(ERR_STATE, "%s: it was not read to its end, and cannot be continued", path);
    struct journal_writer *writer = calloc(1, sizeof *writer);
    if (writer == NULL) return ERR_SET(ERR_NOMEM, "no memory for the journal's buffer");
    writer->sha = sha256_new();
    writer->path = strdup(path);
    writer->block.number = journal_blocks(reader);
    memcpy(writer->previous, journal_digest(reader), SHA256_SIZE);
    int rc = writer->sha == NULL || writer->path == NULL
                 ? ERR_SET(ERR_NOMEM, "no memory for the journal's buffer")
                 : open_end(writer, reader);
    if (rc < 0) {
        free_writer(writer);
        return rc;
    }
    *ret_writer = writer;
    return 0;
}

static int write_block(struct journal_writer *writer) {
    struct journal_block *block = &writer->block;
    if (block->count == 0) return 0;
    unsigned char *records = writer->bytes + sizeof *block;
    block->magic = JOURNAL_BLOCK_MAGIC;
    block->crc = journal_block_crc(block);
    journal_chain(writer->sha, writer->previous, block, records, block->digest);
    memcpy(writer->bytes, block, sizeof *block);
    int rc = io_write(writer->fd, writer->path, writer->bytes, sizeof *block + block->size);
    memcpy(writer->previous, block->digest, SHA256_SIZE);
    *block = (struct journal_block){.number = block->number + 1};
    return rc;
}

int journal_append(struct journal_writer *writer, const struct event_header *event) {
    if (UNLIKELY(writer->error < 0)) return writer->error;
    uint32_t size = event->size;
    CHECK(size >= sizeof *event && size % 8 == 0);
    struct journal_block *block = &writer->block;
    if (block->size + sizeof(struct journal_record) + size > JOURNAL_BLOCK_MAX) {
        writer->error = write_block(writer);
        if (writer->error < 0) return writer->error;
    }
    if (block->count++ == 0) {
        block->first_seq = event->seq;
        writer->record_crc = 0;
    }
    unsigned char *at = writer->bytes + sizeof *block + block->size;
    writer->record_crc = crc32c(writer->record_crc, event, size);
    struct journal_record record = {.size = size, .crc = writer->record_crc};
    memcpy(at, &record, sizeof record);
    memcpy(at + sizeof record, event, size);
    block->size += (uint32_t)sizeof record + size;
    block->last_seq = event->seq;
    return 0;
}

static int sink_put(void *self, const struct event_header *event) {
    return journal_append(self, event);
}

struct event_sink journal_sink(struct journal_writer *writer) {
    return (struct event_sink){.put = sink_put, .self = writer};
}

int journal_flush(struct journal_writer *writer, bool durable) {
    if (writer->error < 0) return writer->error;
    writer->error = write_block(writer);
    if (writer->error == 0 && durable) writer->error = io_sync_data(writer->fd, writer->path);
    return writer->error;
}

int journal_close(struct journal_writer *writer, uint8_t ret_digest[SHA256_SIZE]) {
    int rc = journal_flush(writer, true);
    int closed = io_close(writer->fd, writer->path);
    if (rc == 0) rc = closed;
    if (rc == 0) memcpy(ret_digest, writer->previous, SHA256_SIZE);
    free_writer(writer);
    return rc;
}
