// SPDX-License-Identifier: Apache-2.0
#include "edge/store/dbn.h"

#include <inttypes.h>
#include <string.h>

enum {
    PRELUDE = 8,
    FIXED = 100, // the header before its lists
    SCHEMA_AT = 16,
    LIMITS_AT = 18, // start, end, limit; in version 1 the count of records
    SYMBOL_SIZE_V1 = 22,
    VERSION_MAX = 3,
    LENGTH_UNIT = 4
};

// What is left of the header while its lists are read.
struct lists {
    struct dbn_reader *reader;
    uint64_t left;
    size_t symbol_size;
};

static int bytes_need(struct dbn_reader *reader, size_t count, const uint8_t **ret_bytes);
static int lists_take(struct lists *lists, size_t count, const uint8_t **ret_bytes);
static int lists_skip(struct lists *lists, uint64_t count);
static int list_u32(struct lists *lists, uint32_t *ret_value);
static int list_symbol(struct lists *lists, char ret_text[DBN_SYMBOL_SIZE + 1]);
static int lists_read(struct lists *lists, const struct dbn_mappings *mappings);
static int mapping_read(struct lists *lists, const struct dbn_mappings *mappings);

int dbn_open(struct import_input *input, const struct dbn_mappings *mappings,
             struct dbn_reader *ret_reader, struct dbn_header *ret_header) {
    struct dbn_reader reader = {.input = input};
    struct dbn_header header = {0};
    struct lists lists = {.reader = &reader};
    const uint8_t *at;
    uint32_t length;
    int rc = bytes_need(&reader, PRELUDE, &at);
    if (rc == ERR_END) return ERR_SET(ERR_TRUNCATED, "%s is empty", import_input_path(input));
    TRY(rc);
    if (memcmp(at, "DBN", 3) != 0)
        return ERR_SET(ERR_CORRUPT, "%s is not DBN", import_input_path(input));
    header.version = at[3];
    if (header.version == 0 || header.version > VERSION_MAX)
        return ERR_SET(ERR_UNSUPPORTED, "%s is DBN of version %u; known are 1 to %d",
                       import_input_path(input), header.version, VERSION_MAX);
    memcpy(&length, at + 4, sizeof length);
    reader.taken += PRELUDE;
    lists.left = length;
    TRY(lists_take(&lists, FIXED, &at));
    memcpy(header.dataset, at, DBN_DATASET_SIZE);
    memcpy(&header.schema, at + SCHEMA_AT, sizeof header.schema);
    size_t types = LIMITS_AT + (header.version == 1 ? 4 : 3) * sizeof(uint64_t);
    header.stype_in = at[types];
    header.stype_out = at[types + 1];
    uint16_t symbol_size = SYMBOL_SIZE_V1;
    if (header.version > 1) memcpy(&symbol_size, at + types + 3, sizeof symbol_size);
    if (symbol_size == 0 || symbol_size > DBN_SYMBOL_SIZE)
        return ERR_SET(ERR_CORRUPT, "%s: symbols of %u bytes", import_input_path(input),
                       symbol_size);
    lists.symbol_size = symbol_size;
    TRY(lists_read(&lists, mappings));
    TRY(lists_skip(&lists, lists.left));
    *ret_reader = reader;
    *ret_header = header;
    return 0;
}

int dbn_next(struct dbn_reader *reader, union dbn_record *ret_record, size_t *ret_size) {
    const uint8_t *at;
    if (reader->taken == reader->size) TRY(bytes_need(reader, 1, &at));
    TRY(bytes_need(reader, sizeof(struct dbn_head), &at));
    size_t length = at[0] * (size_t)LENGTH_UNIT;
    if (length < sizeof(struct dbn_head))
        return ERR_SET(ERR_CORRUPT, "%s: a record of %zu bytes, less than its head",
                       import_input_path(reader->input), length);
    TRY(bytes_need(reader, length, &at));
    size_t size = length < sizeof *ret_record ? length : sizeof *ret_record;
    memset((uint8_t *)ret_record + size, 0, sizeof *ret_record - size);
    memcpy(ret_record, at, size);
    *ret_size = size;
    reader->taken += length;
    return 0;
}

// So many bytes in one piece, not taken yet. ERR_END where not one is left.
static int bytes_need(struct dbn_reader *reader, size_t count, const uint8_t **ret_bytes) {
    if (reader->size - reader->taken < count) {
        const char *data;
        TRY(import_input_bytes(reader->input, reader->taken, &data, &reader->size));
        reader->data = (const uint8_t *)data;
        reader->taken = 0;
        if (reader->size < count)
            return ERR_SET(ERR_TRUNCATED, "%s ends inside its %s", import_input_path(reader->input),
                           count == PRELUDE ? "header" : "last record");
    }
    *ret_bytes = reader->data + reader->taken;
    return 0;
}

static int lists_take(struct lists *lists, size_t count, const uint8_t **ret_bytes) {
    const char *path = import_input_path(lists->reader->input);
    if (count > lists->left)
        return ERR_SET(ERR_CORRUPT, "%s: the lists of its header are longer than the header", path);
    int rc = bytes_need(lists->reader, count, ret_bytes);
    if (rc == ERR_END || rc == ERR_TRUNCATED)
        return ERR_SET(ERR_TRUNCATED, "%s ends inside its header", path);
    TRY(rc);
    lists->reader->taken += count;
    lists->left -= count;
    return 0;
}

static int lists_skip(struct lists *lists, uint64_t count) {
    enum { STEP = 4096 };
    const uint8_t *at;
    while (count > 0) {
        size_t step = count < STEP ? (size_t)count : STEP;
        TRY(lists_take(lists, step, &at));
        count -= step;
    }
    return 0;
}

static int list_u32(struct lists *lists, uint32_t *ret_value) {
    const uint8_t *at;
    TRY(lists_take(lists, sizeof *ret_value, &at));
    memcpy(ret_value, at, sizeof *ret_value);
    return 0;
}

static int list_symbol(struct lists *lists, char ret_text[DBN_SYMBOL_SIZE + 1]) {
    const uint8_t *at;
    TRY(lists_take(lists, lists->symbol_size, &at));
    memset(ret_text, 0, DBN_SYMBOL_SIZE + 1);
    memcpy(ret_text, at, lists->symbol_size);
    return 0;
}

// A definition of the schema that is never there, symbols, those found in part, those not found, mappings.
static int lists_read(struct lists *lists, const struct dbn_mappings *mappings) {
    enum { SYMBOL_LISTS = 3 };
    uint32_t count;
    TRY(list_u32(lists, &count));
    TRY(lists_skip(lists, count));
    for (int i = 0; i < SYMBOL_LISTS; i++) {
        TRY(list_u32(lists, &count));
        TRY(lists_skip(lists, count * (uint64_t)lists->symbol_size));
    }
    TRY(list_u32(lists, &count));
    while (count-- > 0) TRY(mapping_read(lists, mappings));
    return 0;
}

static int mapping_read(struct lists *lists, const struct dbn_mappings *mappings) {
    struct dbn_mapping mapping;
    uint32_t count;
    TRY(list_symbol(lists, mapping.symbol));
    TRY(list_u32(lists, &count));
    while (count-- > 0) {
        TRY(list_u32(lists, &mapping.start));
        TRY(list_u32(lists, &mapping.end));
        TRY(list_symbol(lists, mapping.name));
        TRY(mappings->take(mappings->self, &mapping));
    }
    return 0;
}
