// SPDX-License-Identifier: Apache-2.0
// A series' manifest.json: the instrument, the partitions and where they came from. Its rename
// commits.
//
// The text is a pure function of the content, so that an import that changes nothing writes the
// same bytes.
#ifndef FULMAR_EDGE_STORE_TAPE_MANIFEST_H
#define FULMAR_EDGE_STORE_TAPE_MANIFEST_H

#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "edge/store/tape.h"
#include "edge/store/tape_partition.h"

enum { TAPE_SOURCE_NAME_SIZE = 128, TAPE_IMPORTER_SIZE = 24, TAPE_FAULTS_SIZE = 1024 };

struct tape_partition {
    int64_t key; // tape_key.number
    uint64_t count;
    int64_t first_ns;
    int64_t last_ns;
    int32_t price_decimals; // of the file: equal to the meta's once committed
    int32_t qty_decimals;
    uint32_t header_crc;
    uint32_t reserved;
    char file[TAPE_FILE_SIZE];
};

// One file that was imported into the series.
struct tape_import {
    char source[TAPE_SOURCE_NAME_SIZE]; // the file's name without its directory
    char sha256[SHA256_TEXT_SIZE];      // of the file's bytes
    char importer[TAPE_IMPORTER_SIZE];
    uint64_t rows;                 // data rows of the file that named this series
    uint64_t accepted;             // rows of them that were sound
    char faults[TAPE_FAULTS_SIZE]; // "gap=12 duplicate=1", in the order of the kinds; "" when none
};

struct tape_manifest {
    struct tape_series series;
    struct tape_meta meta;
    struct tape_partition *partitions; // by key, rising
    uint32_t partition_count;
    struct tape_import *imports; // oldest first
    uint32_t import_count;
};

// Reads <dir>/manifest.json. ERR_NOT_FOUND where there is none; ERR_CORRUPT, ERR_UNSUPPORTED,
// ERR_IO. On success the caller ends with tape_manifest_fini.
int tape_manifest_read(const char *dir, struct tape_manifest *ret_manifest) MUST_USE;
void tape_manifest_fini(struct tape_manifest *manifest);

// SHA-256 of what the series holds: the instrument's decimals and each partition's name, which is made of its content,
// rows and header. Where it came from is not in it. Returns the rows.
uint64_t tape_manifest_digest(const struct tape_manifest *manifest,
                              char ret_text[SHA256_TEXT_SIZE]);

// Replaces <dir>/manifest.json unless it has these bytes.
int tape_manifest_write(const char *dir, const struct tape_manifest *manifest) MUST_USE;

#endif
