// SPDX-License-Identifier: Apache-2.0
#include "edge/store/import_input.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/io.h"

enum { RAW_SIZE = 1 << 18, NAME_SIZE = 256, ENTRIES_MAX = 1 << 20, GZIP_WINDOW = 15 + 16 };

struct import_input {
    const char *path;
    struct archive *archive; // xz, zstd and zip
    z_stream *gzip;          // libarchive does not verify a gzip member's checksum; zlib does
    struct sha256 *sha;
    char *raw;   // the file's bytes, RAW_SIZE
    char *block; // text, INPUT_BLOCK_SIZE and INPUT_PADDING
    size_t raw_size;
    size_t used;  // text in the block
    size_t whole; // ... of it in whole lines, handed out
    uint64_t bytes_read;
    uint64_t bytes_text;
    uint64_t entries;
    int fd;
    int raw_error; // of reading the file inside libarchive
    bool raw_kept; // raw holds bytes that nobody took yet
    bool raw_end;
    bool entry_end;
    bool member_end; // of a gzip stream
    bool zip;
    bool peeked;
    char entry[NAME_SIZE];
};

static int raw_fill(struct import_input *input);
static int unpacking_start(struct import_input *input);
static int gzip_start(struct import_input *input);
static int gzip_read(struct import_input *input, char *to, size_t size, size_t *ret_size);
static int archive_start(struct import_input *input);
static ssize_t archive_source(struct archive *archive, void *self, const void **ret_data);
static int archive_failure(struct import_input *input);
static int entry_header(struct import_input *input);
static int text_fill(struct import_input *input);
static int block_fill(struct import_input *input);
static int text_read(struct import_input *input, char *to, size_t size, size_t *ret_size);
static int plain_read(struct import_input *input, char *to, size_t size, size_t *ret_size);
static bool is_archive(const char *data, size_t size, bool *ret_zip);
static void name_of_path(const char *path, char buf[NAME_SIZE]);

int import_input_open(const char *path, struct import_input **ret_input) {
    struct import_input *input = calloc(1, sizeof *input);
    if (input == NULL) return ERR_SET(ERR_NOMEM, "no memory to read %s", path);
    input->path = path;
    input->fd = -1;
    input->raw = malloc(RAW_SIZE);
    input->block = calloc(1, INPUT_BLOCK_SIZE + INPUT_PADDING);
    input->sha = sha256_new();
    int rc = 0;
    if (input->raw == NULL || input->block == NULL || input->sha == NULL)
        rc = ERR_SET(ERR_NOMEM, "no memory to read %s", path);
    if (rc == 0) rc = io_open(path, O_RDONLY, 0, &input->fd);
    if (rc == 0) rc = raw_fill(input);
    if (rc == 0) rc = unpacking_start(input);
    if (rc < 0) {
        import_input_close(input);
        return rc;
    }
    *ret_input = input;
    return 0;
}

void import_input_close(struct import_input *input) {
    if (input == NULL) return;
    if (input->archive != NULL) archive_read_free(input->archive);
    if (input->gzip != NULL) inflateEnd(input->gzip);
    free(input->gzip);
    if (input->fd >= 0) (void)close(input->fd);
    if (input->sha != NULL) sha256_free(input->sha);
    free(input->raw);
    free(input->block);
    free(input);
}

int import_input_next_entry(struct import_input *input) {
    input->used = input->whole = 0;
    input->entry_end = false;
    input->peeked = false;
    if (input->archive != NULL) return entry_header(input);
    if (input->entries++ > 0) return ERR_END;
    name_of_path(input->path, input->entry);
    return 0;
}

const char *import_input_entry_name(const struct import_input *input) {
    return input->entry;
}

bool import_input_is_zip(const struct import_input *input) {
    return input->zip;
}

int import_input_read(struct import_input *input, const char **ret_data, size_t *ret_size) {
    if (!input->peeked) TRY(text_fill(input));
    input->peeked = false;
    *ret_data = input->block;
    *ret_size = input->whole;
    return 0;
}

int import_input_peek(struct import_input *input, const char **ret_data, size_t *ret_size) {
    TRY(import_input_read(input, ret_data, ret_size));
    input->peeked = true;
    return 0;
}

int import_input_bytes(struct import_input *input, size_t taken, const char **ret_data,
                       size_t *ret_size) {
    input->whole = taken;
    input->peeked = false;
    TRY(block_fill(input));
    *ret_data = input->block;
    *ret_size = input->whole = input->used;
    return 0;
}

const char *import_input_path(const struct import_input *input) {
    return input->path;
}

uint64_t import_input_bytes_read(const struct import_input *input) {
    return input->bytes_read;
}

uint64_t import_input_bytes_text(const struct import_input *input) {
    return input->bytes_text;
}

int import_input_digest(struct import_input *input, char ret_text[SHA256_TEXT_SIZE]) {
    uint8_t digest[SHA256_SIZE];
    while (!input->raw_end) TRY(raw_fill(input));
    sha256_final(input->sha, digest);
    sha256_print(ret_text, digest);
    return 0;
}

static int raw_fill(struct import_input *input) {
    size_t size = 0;
    TRY(io_read(input->fd, input->path, input->raw, RAW_SIZE, &size));
    sha256_update(input->sha, input->raw, size);
    input->raw_size = size;
    input->raw_kept = size > 0;
    input->raw_end = size < RAW_SIZE;
    input->bytes_read += size;
    return 0;
}

static int unpacking_start(struct import_input *input) {
    if (input->raw_size >= 2 && memcmp(input->raw, "\x1f\x8b", 2) == 0) return gzip_start(input);
    return is_archive(input->raw, input->raw_size, &input->zip) ? archive_start(input) : 0;
}

static int gzip_start(struct import_input *input) {
    z_stream *gzip = calloc(1, sizeof *gzip);
    if (gzip == NULL || inflateInit2(gzip, GZIP_WINDOW) != Z_OK) {
        free(gzip);
        return ERR_SET(ERR_NOMEM, "no memory to unpack %s", input->path);
    }
    input->gzip = gzip;
    return 0;
}

static int gzip_read(struct import_input *input, char *to, size_t size, size_t *ret_size) {
    z_stream *gzip = input->gzip;
    gzip->next_out = (unsigned char *)to;
    gzip->avail_out = (unsigned)size;
    while (gzip->avail_out == size) {
        if (gzip->avail_in == 0) {
            if (!input->raw_kept && !input->raw_end) TRY(raw_fill(input));
            gzip->next_in = (unsigned char *)input->raw;
            gzip->avail_in = input->raw_kept ? (unsigned)input->raw_size : 0;
            input->raw_kept = false;
        }
        if (gzip->avail_in == 0 && input->member_end) break;
        if (gzip->avail_in == 0)
            return ERR_SET(ERR_TRUNCATED, "%s ends inside its gzip stream", input->path);
        if (input->member_end && inflateReset(gzip) != Z_OK)
            return ERR_SET(ERR_CORRUPT, "%s cannot be unpacked", input->path);
        int rc = inflate(gzip, Z_NO_FLUSH);
        input->member_end = rc == Z_STREAM_END;
        if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
            return ERR_SET(ERR_CORRUPT, "%s cannot be unpacked: %s", input->path,
                           gzip->msg == NULL ? "damaged gzip stream" : gzip->msg);
    }
    *ret_size = size - gzip->avail_out;
    input->entry_end = *ret_size == 0;
    return 0;
}

static int archive_start(struct import_input *input) {
    struct archive *archive = input->archive = archive_read_new();
    if (archive == NULL) return ERR_SET(ERR_NOMEM, "no memory to unpack %s", input->path);
    int rc = ARCHIVE_OK;
    if (input->zip) {
        rc |= archive_read_support_format_zip_streamable(archive);
    } else {
        rc |= archive_read_support_filter_xz(archive);
        rc |= archive_read_support_filter_zstd(archive);
        rc |= archive_read_support_format_raw(archive);
        rc |= archive_read_support_format_empty(archive);
    }
    if (rc != ARCHIVE_OK)
        return ERR_SET(ERR_UNSUPPORTED, "this libarchive cannot unpack %s", input->path);
    if (archive_read_open(archive, input, NULL, archive_source, NULL) != ARCHIVE_OK)
        return archive_failure(input);
    return 0;
}

static ssize_t archive_source(struct archive *archive, void *self, const void **ret_data) {
    struct import_input *input = self;
    if (!input->raw_kept && !input->raw_end) {
        input->raw_error = raw_fill(input);
        if (input->raw_error < 0) {
            archive_set_error(archive, EIO, "%s", "the file cannot be read");
            return -1;
        }
    }
    *ret_data = input->raw;
    ssize_t size = input->raw_kept ? (ssize_t)input->raw_size : 0;
    input->raw_kept = false;
    return size;
}

static int archive_failure(struct import_input *input) {
    if (input->raw_error < 0) return ERR_APPEND(input->raw_error, "while unpacking");
    const char *words = archive_error_string(input->archive);
    if (words == NULL) words = "unknown error";
    bool ends_early =
        input->raw_end &&
        (strcasestr(words, "truncated") != NULL || strcasestr(words, "end of file") != NULL ||
         strcasestr(words, "no progress") != NULL || strcasestr(words, "end-of-file") != NULL);
    return ERR_SET(ends_early ? ERR_TRUNCATED : ERR_CORRUPT, "%s cannot be unpacked: %s",
                   input->path, words);
}

static int entry_header(struct import_input *input) {
    struct archive_entry *entry;
    do {
        int rc = archive_read_next_header(input->archive, &entry);
        if (rc == ARCHIVE_EOF) return ERR_END;
        if (rc != ARCHIVE_OK) return archive_failure(input);
        if (++input->entries > ENTRIES_MAX)
            return ERR_SET(ERR_FULL, "%s has more than %d entries", input->path, ENTRIES_MAX);
    } while (input->zip && archive_entry_filetype(entry) != AE_IFREG);
    if (!input->zip) {
        // Too little of it for its filter to know it: then it would be handed out as it is.
        if (archive_filter_code(input->archive, 0) == ARCHIVE_FILTER_NONE)
            return ERR_SET(ERR_TRUNCATED, "%s ends inside its header", input->path);
        name_of_path(input->path, input->entry);
        return 0;
    }
    const char *name = archive_entry_pathname(entry);
    name_of_path(name == NULL ? input->path : name, input->entry);
    return 0;
}

// Whole lines: the last one that the block cuts is kept for the next.
static int text_fill(struct import_input *input) {
    TRY(block_fill(input));
    input->whole = input->used;
    if (input->entry_end) return 0;
    const char *last = memrchr(input->block, '\n', input->used);
    if (last == NULL)
        return ERR_SET(ERR_FULL, "%s has a line of more than %d bytes", input->path,
                       INPUT_LINE_MAX);
    input->whole = (size_t)(last - input->block) + 1;
    return 0;
}

// Drops what was handed out, keeps the rest and fills up behind it.
static int block_fill(struct import_input *input) {
    size_t kept = input->used - input->whole;
    memmove(input->block, input->block + input->whole, kept);
    input->used = kept;
    input->whole = 0;
    while (!input->entry_end && input->used < INPUT_BLOCK_SIZE) {
        size_t got = 0;
        TRY(text_read(input, input->block + input->used, INPUT_BLOCK_SIZE - input->used, &got));
        input->used += got;
        input->bytes_text += got;
    }
    memset(input->block + input->used, 0, INPUT_PADDING);
    return input->used == 0 ? ERR_END : 0;
}

static int text_read(struct import_input *input, char *to, size_t size, size_t *ret_size) {
    if (input->gzip != NULL) return gzip_read(input, to, size, ret_size);
    if (input->archive == NULL) return plain_read(input, to, size, ret_size);
    la_ssize_t got = archive_read_data(input->archive, to, size);
    if (got < 0) return archive_failure(input);
    input->entry_end = got == 0;
    *ret_size = (size_t)got;
    return 0;
}

static int plain_read(struct import_input *input, char *to, size_t size, size_t *ret_size) {
    if (input->raw_kept) {
        // Peeked at by open: at most RAW_SIZE, less than a block.
        memcpy(to, input->raw, input->raw_size);
        input->raw_kept = false;
        input->entry_end = input->raw_end;
        *ret_size = input->raw_size;
        return 0;
    }
    TRY(io_read(input->fd, input->path, to, size, ret_size));
    sha256_update(input->sha, to, *ret_size);
    input->bytes_read += *ret_size;
    input->entry_end = input->raw_end = *ret_size < size;
    return 0;
}

static bool is_archive(const char *data, size_t size, bool *ret_zip) {
    static const struct {
        const char *magic;
        size_t size;
        bool zip;
    } KINDS[] = {{"\xfd"
                  "7zXZ\0",
                  6, false},
                 {"\x28\xb5\x2f\xfd", 4, false},
                 {"PK\3\4", 4, true},
                 {"PK\5\6", 4, true}};
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
        if (size < KINDS[i].size || memcmp(data, KINDS[i].magic, KINDS[i].size) != 0) continue;
        *ret_zip = KINDS[i].zip;
        return true;
    }
    return false;
}

static void name_of_path(const char *path, char buf[NAME_SIZE]) {
    static const char *const SUFFIXES[] = {".gz", ".xz", ".zst", ".zip"};
    const char *slash = strrchr(path, '/');
    snprintf(buf, NAME_SIZE, "%s", slash == NULL ? path : slash + 1);
    size_t len = strlen(buf);
    for (size_t i = 0; i < sizeof SUFFIXES / sizeof SUFFIXES[0]; i++) {
        size_t suffix = strlen(SUFFIXES[i]);
        if (len > suffix && strcmp(buf + len - suffix, SUFFIXES[i]) == 0) {
            buf[len - suffix] = '\0';
            return;
        }
    }
}
