// SPDX-License-Identifier: Apache-2.0
// The text of a file, whatever wraps it: plain, .gz, .xz, .zst (one stream) or .zip (entries),
// recognised by content.
//
// It is handed out as blocks of whole lines in bounded memory. The file's SHA-256 is taken on the
// way.
#ifndef FULMAR_EDGE_STORE_IMPORT_INPUT_H
#define FULMAR_EDGE_STORE_IMPORT_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"

enum {
    INPUT_BLOCK_SIZE = 1 << 20,
    INPUT_LINE_MAX = INPUT_BLOCK_SIZE, // a longer line is an error
    INPUT_PADDING = 16                 // readable zero bytes after each block
};

struct import_input;

// ERR_NOT_FOUND, ERR_IO, ERR_NOMEM.
int import_input_open(const char *path, struct import_input **ret_input) MUST_USE;
void import_input_close(struct import_input *input); // NULL is fine

// Goes to the next entry (of a plain file or stream: the one there is). ERR_END after the last (no
// story); ERR_CORRUPT, ERR_TRUNCATED.
int import_input_next_entry(struct import_input *input) MUST_USE;
// Its name: the entry's in a zip, else the file's without the directory and the suffix of the
// packer.
const char *import_input_entry_name(const struct import_input *input);

bool import_input_is_zip(const struct import_input *input);

// The next block of whole lines of the entry; the last line may lack its newline. It is valid until
// the next call. ERR_END after the last (no story); ERR_CORRUPT, ERR_TRUNCATED; ERR_FULL for a line
// that is too long.
int import_input_read(struct import_input *input, const char **ret_data, size_t *ret_size) MUST_USE;

// Like import_input_read but the block is handed out again by the next read. For sniffing.
int import_input_peek(struct import_input *input, const char **ret_data, size_t *ret_size) MUST_USE;

// For files that are not text: all bytes that are at hand, INPUT_BLOCK_SIZE of them unless the entry ends before, after
// `taken` bytes of those handed out last are dropped (0 at first). Valid until the next call; ERR_END when nothing is
// left (no story), and import_input_read's other errors. A peek before the first call is forgotten.
int import_input_bytes(struct import_input *input, size_t taken, const char **ret_data,
                       size_t *ret_size) MUST_USE;

const char *import_input_path(const struct import_input *input);
uint64_t import_input_bytes_read(const struct import_input *input); // of the file so far
uint64_t import_input_bytes_text(const struct import_input *input); // unpacked so far

// Reads what is left of the file and gives the digest of all of it.
int import_input_digest(struct import_input *input, char ret_text[SHA256_TEXT_SIZE]) MUST_USE;

#endif
