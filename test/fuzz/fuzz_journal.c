// SPDX-License-Identifier: Apache-2.0
// The journal's reader and the printing of what it reads. Every input is read twice: as it is, and with its
// checksums and digests put right, so that the checks behind them are reached.
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "app/event_print.h"
#include "base/check.h"
#include "base/io.h"
#include "edge/store/journal_format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_MAX = 1 << 20 };

// What is printed for machines is JSON, whatever the event holds.
static void print_event(const struct event_header *event) {
    char *line = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&line, &size);
    CHECK(out != NULL);
    event_print(event, false, out);
    fflush(out);
    size_t human = size;
    event_print(event, true, out);
    fclose(out);
    json_t *json = json_loads(line + human, JSON_DECODE_INT_AS_REAL, NULL);
    CHECK(json != NULL);
    json_decref(json);
    free(line);
}

static void read_journal(const uint8_t *data, size_t size) {
    char path[64];
    int fd = memfd_create("journal", 0);
    CHECK(fd >= 0);
    CHECK(io_write(fd, "memfd", data, size) == 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    struct journal_reader *reader;
    if (journal_open(path, &reader) == 0) {
        const struct event_header *event;
        uint64_t last_seq = 0;
        int rc;
        while ((rc = journal_next(reader, &event)) > 0) {
            CHECK(event->seq >= last_seq);
            last_seq = event->seq;
            print_event(event);
        }
        CHECK(rc == 0 || rc == ERR_TRUNCATED || rc == ERR_CORRUPT);
        CHECK(rc != 0 || journal_offset(reader) == journal_size(reader));
        CHECK(journal_next(reader, &event) == rc);
        journal_reader_close(reader);
    } else {
        CHECK(err_story()[0] != '\0');
    }
    err_clear();
    close(fd);
}

// As many whole records as there are; each gets its CRC.
static uint32_t mend_records(uint8_t *records, uint32_t size) {
    uint32_t at = 0, crc = 0, count = 0;
    struct journal_record record;
    while (size - at >= sizeof record) {
        memcpy(&record, records + at, sizeof record);
        if (record.size > size - at - sizeof record) break;
        crc = crc32c(crc, records + at + sizeof record, record.size);
        record.crc = crc;
        memcpy(records + at, &record, sizeof record);
        at += (uint32_t)sizeof record + record.size;
        count++;
    }
    return count;
}

static void mend_blocks(uint8_t *data, size_t size, size_t at, uint8_t digest[SHA256_SIZE]) {
    struct sha256 *sha = sha256_new();
    struct journal_block block;
    CHECK(sha != NULL);
    for (uint64_t number = 0; size - at >= sizeof block; number++) {
        memcpy(&block, data + at, sizeof block);
        if (block.size > size - at - sizeof block)
            block.size = (uint32_t)(size - at - sizeof block);
        uint8_t *records = data + at + sizeof block;
        uint32_t count = mend_records(records, block.size);
        block.magic = JOURNAL_BLOCK_MAGIC;
        block.number = number;
        if (number % 4 != 3) block.count = count;
        block.crc = journal_block_crc(&block);
        journal_chain(sha, digest, &block, records, block.digest);
        memcpy(digest, block.digest, SHA256_SIZE);
        memcpy(data + at, &block, sizeof block);
        at += sizeof block + block.size;
    }
    sha256_free(sha);
}

static void mend(uint8_t *data, size_t size) {
    struct journal_preamble preamble;
    uint8_t digest[SHA256_SIZE];
    if (size < sizeof preamble) return;
    memcpy(&preamble, data, sizeof preamble);
    memcpy(preamble.magic, JOURNAL_MAGIC, sizeof preamble.magic);
    preamble.version = JOURNAL_VERSION;
    size_t padded = journal_padded(preamble.description_size);
    if (padded > size - sizeof preamble) preamble.description_size = (uint32_t)(padded = 0);
    preamble.crc = journal_preamble_crc(&preamble, data + sizeof preamble, padded);
    memcpy(data, &preamble, sizeof preamble);
    sha256(data, sizeof preamble + padded, digest);
    mend_blocks(data, size, sizeof preamble + padded, digest);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > INPUT_MAX) return 0;
    read_journal(data, size);
    uint8_t *mended = malloc(size > 0 ? size : 1);
    CHECK(mended != NULL);
    memcpy(mended, data, size);
    mend(mended, size);
    read_journal(mended, size);
    free(mended);
    return 0;
}
