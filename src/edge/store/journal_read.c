// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/io.h"
#include "edge/store/journal_format.h"

struct journal_reader {
    char *path;
    const unsigned char *data;
    uint64_t size;
    uint64_t mapped;    // bytes of `data`
    uint64_t at;        // next byte to read
    uint64_t block_end; // of the block being read; == at between blocks
    uint64_t block_number;
    uint64_t next_seq; // the least sequence number that may come
    uint32_t record_crc;
    uint32_t block_left; // records
    int error;
    struct sha256 *sha;
    uint8_t digest[SHA256_SIZE];
};

static int corrupt(struct journal_reader *reader, uint64_t offset, const char *what) {
    reader->error = ERR_SET(ERR_CORRUPT, "%s: %s at byte %" PRIu64, reader->path, what, offset);
    return reader->error;
}

// A whole block of a later number, checked by its header's CRC, starts somewhere after `from`.
static bool later_block(const struct journal_reader *reader, uint64_t from) {
    const uint32_t magic = JOURNAL_BLOCK_MAGIC;
    struct journal_block block;
    for (uint64_t at = from; at + sizeof block <= reader->size; at++) {
        if (memcmp(reader->data + at, &magic, sizeof magic) != 0) continue;
        memcpy(&block, reader->data + at, sizeof block);
        if (block.crc == journal_block_crc(&block) && block.number > reader->block_number &&
            block.size <= reader->size - at - sizeof block)
            return true;
    }
    return false;
}

// The block at reader->at is not whole: a torn tail, unless something whole follows.
static int torn(struct journal_reader *reader, const char *what) {
    if (later_block(reader, reader->at + 1)) return corrupt(reader, reader->at, what);
    reader->error =
        ERR_SET(ERR_TRUNCATED,
                "%s: torn tail at byte %" PRIu64 " of %" PRIu64 " (%s); everything before is whole",
                reader->path, reader->at, reader->size, what);
    return reader->error;
}

static int check_preamble(struct journal_reader *reader) {
    struct journal_preamble preamble;
    if (reader->size < sizeof preamble)
        return ERR_SET(ERR_TRUNCATED, "%s: too short to be a journal", reader->path);
    memcpy(&preamble, reader->data, sizeof preamble);
    if (memcmp(preamble.magic, JOURNAL_MAGIC, sizeof preamble.magic) != 0)
        return ERR_SET(ERR_CORRUPT, "%s: not a journal (magic number)", reader->path);
    if (preamble.version != JOURNAL_VERSION)
        return ERR_SET(ERR_UNSUPPORTED, "%s: journal version %u, this program reads version %d",
                       reader->path, preamble.version, JOURNAL_VERSION);
    size_t padded = journal_padded(preamble.description_size);
    if (preamble.description_size > JOURNAL_DESCRIPTION_MAX)
        return ERR_SET(ERR_CORRUPT, "%s: description too long", reader->path);
    if (reader->size < sizeof preamble + padded)
        return ERR_SET(ERR_TRUNCATED, "%s: ends inside its description", reader->path);
    if (preamble.crc != journal_preamble_crc(&preamble, reader->data + sizeof preamble, padded))
        return ERR_SET(ERR_CORRUPT, "%s: preamble or description fails its checksum", reader->path);
    reader->at = sizeof preamble + padded;
    reader->block_end = reader->at;
    sha256(reader->data, reader->at, reader->digest);
    return 0;
}

// Maps the file as it is now, from `least` bytes on; a file of `least` bytes is not mapped.
static int map_file(const char *path, uint64_t least, const void **ret_data, uint64_t *ret_size) {
    int fd;
    uint64_t size;
    TRY(io_open(path, O_RDONLY, 0, &fd));
    int rc = io_size(fd, path, &size);
    if (rc == 0 && size > least) rc = io_map(fd, path, size, ret_data);
    (void)!io_close(fd, path);
    if (rc == 0) *ret_size = size;
    return rc;
}

int journal_open(const char *path, struct journal_reader **ret_reader) {
    struct journal_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL) return ERR_SET(ERR_NOMEM, "no memory to read a journal");
    int rc = 0;
    const void *data = NULL;
    reader->sha = sha256_new();
    reader->path = strdup(path);
    if (reader->sha == NULL || reader->path == NULL)
        rc = ERR_SET(ERR_NOMEM, "no memory to read a journal");
    if (rc == 0) rc = map_file(path, 0, &data, &reader->size);
    reader->data = data;
    reader->mapped = reader->size;
    if (rc == 0) rc = check_preamble(reader);
    if (rc < 0) {
        journal_reader_close(reader);
        return rc;
    }
    *ret_reader = reader;
    return 0;
}

void journal_reader_close(struct journal_reader *reader) {
    if (reader->data != NULL) io_unmap(reader->data, reader->mapped);
    sha256_free(reader->sha);
    free(reader->path);
    free(reader);
}

// Checks the block at reader->at as a whole, so that no event of a faulty one is ever given out.
static int open_block(struct journal_reader *reader) {
    struct journal_block block;
    uint8_t digest[SHA256_SIZE];
    if (reader->size - reader->at < sizeof block) return torn(reader, "a block header is cut");
    memcpy(&block, reader->data + reader->at, sizeof block);
    if (block.magic != JOURNAL_BLOCK_MAGIC || block.crc != journal_block_crc(&block))
        return torn(reader, "a block header fails its checksum");
    if (block.number != reader->block_number || block.count == 0 ||
        block.size > JOURNAL_BLOCK_MAX || block.first_seq < reader->next_seq)
        return corrupt(reader, reader->at, "a block is out of order");
    if (block.size > reader->size - reader->at - sizeof block)
        return torn(reader, "a block is cut");
    const unsigned char *records = reader->data + reader->at + sizeof block;
    journal_chain(reader->sha, reader->digest, &block, records, digest);
    if (memcmp(digest, block.digest, SHA256_SIZE) != 0)
        return torn(reader, "a block fails its digest");
    memcpy(reader->digest, digest, SHA256_SIZE);
    reader->at += sizeof block;
    reader->block_end = reader->at + block.size;
    reader->block_left = block.count;
    reader->block_number++;
    reader->record_crc = 0;
    return 0;
}

int journal_next(struct journal_reader *reader, const struct event_header **ret_event) {
    if (UNLIKELY(reader->error < 0)) return reader->error;
    if (reader->at == reader->block_end) {
        if (reader->at == reader->size) return 0;
        TRY(open_block(reader));
    }
    struct journal_record record;
    uint64_t left = reader->block_end - reader->at;
    if (left < sizeof record) return corrupt(reader, reader->at, "a record is cut");
    memcpy(&record, reader->data + reader->at, sizeof record);
    if (record.size < sizeof(struct event_header) || record.size % 8 != 0 ||
        record.size > left - sizeof record || record.size > EVENT_SIZE_MAX)
        return corrupt(reader, reader->at, "a record has an impossible size");
    const unsigned char *bytes = reader->data + reader->at + sizeof record;
    const struct event_header *event = (const void *)bytes;
    reader->record_crc = crc32c(reader->record_crc, bytes, record.size);
    if (reader->record_crc != record.crc)
        return corrupt(reader, reader->at, "a record fails its checksum");
    if (event->size != record.size || event->seq < reader->next_seq || reader->block_left == 0)
        return corrupt(reader, reader->at, "a record contradicts its event");
    reader->next_seq = event->seq;
    reader->block_left--;
    reader->at += sizeof record + record.size;
    if (reader->at == reader->block_end && reader->block_left != 0)
        return corrupt(reader, reader->at, "a block has fewer records than it says");
    *ret_event = event;
    return 1;
}

int journal_refresh(struct journal_reader *reader) {
    const void *data = NULL;
    uint64_t size;
    if (reader->error < 0 && reader->error != ERR_TRUNCATED) return reader->error;
    TRY(map_file(reader->path, reader->size, &data, &size));
    if (size < reader->at)
        return corrupt(reader, size, "it became shorter than what was read, and ends");
    reader->error = 0; // a tail that was torn may be whole now
    if (data == NULL) {
        if (size < reader->size) reader->size = size;
        return 0;
    }
    io_unmap(reader->data, reader->mapped);
    reader->data = data;
    reader->size = reader->mapped = size;
    return 1;
}

uint64_t journal_run_id(const struct journal_reader *reader) {
    struct journal_preamble preamble;
    memcpy(&preamble, reader->data, sizeof preamble);
    return preamble.run_id;
}

const char *journal_description(const struct journal_reader *reader, size_t *ret_size) {
    struct journal_preamble preamble;
    memcpy(&preamble, reader->data, sizeof preamble);
    *ret_size = preamble.description_size;
    return (const char *)reader->data + sizeof preamble;
}

uint64_t journal_offset(const struct journal_reader *reader) {
    return reader->at;
}

uint64_t journal_size(const struct journal_reader *reader) {
    return reader->size;
}

const uint8_t *journal_digest(const struct journal_reader *reader) {
    return reader->digest;
}

uint64_t journal_blocks(const struct journal_reader *reader) {
    return reader->block_number;
}

bool journal_at_end(const struct journal_reader *reader) {
    bool between = reader->at == reader->block_end;
    return between &&
           (reader->error == ERR_TRUNCATED || (reader->error == 0 && reader->at == reader->size));
}
