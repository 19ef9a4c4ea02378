// SPDX-License-Identifier: Apache-2.0
// The fuzz targets as ordinary tests: every file of the corpus, then seeded mutations of each, go through
// LLVMFuzzerTestOneInput. One TAP line a file. A finding is a crash, a CHECK or a sanitizer's report.
//
//   fuzz_replay_NAME CORPUS_DIRECTORY [MUTATIONS_OF_EACH_FILE]
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/prng.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_MAX = 1 << 20, MUTATIONS_DEFAULT = 200, EDITS_MAX = 4, GROWTH_MAX = 64 };

static void flip_bit(struct prng *prng, uint8_t *data, size_t size) {
    data[prng_below(prng, size)] ^= (uint8_t)(1u << prng_below(prng, 8));
}

// Values at which lengths and counts go wrong.
static void set_word(struct prng *prng, uint8_t *data, size_t size) {
    static const uint32_t words[] = {0, 1, 7, 8, 0x7f, 0xff, 0xffff, 0x7fffffff, 0x80000000, ~0u};
    if (size < 4) return;
    uint32_t word = words[prng_below(prng, sizeof words / sizeof *words)];
    memcpy(data + prng_below(prng, size - 3), &word, sizeof word);
}

static size_t remove_span(struct prng *prng, uint8_t *data, size_t size) {
    size_t at = prng_below(prng, size), len = 1 + prng_below(prng, size - at);
    memmove(data + at, data + at + len, size - at - len);
    return size - len;
}

// A part of the input once more, somewhere else.
static size_t repeat_span(struct prng *prng, uint8_t *data, size_t size) {
    uint8_t span[GROWTH_MAX];
    size_t from = prng_below(prng, size), to = prng_below(prng, size);
    size_t len = 1 + prng_below(prng, size - from);
    if (len > GROWTH_MAX) len = GROWTH_MAX;
    memcpy(span, data + from, len);
    memmove(data + to + len, data + to, size - to);
    memcpy(data + to, span, len);
    return size + len;
}

// `data` has room for EDITS_MAX * GROWTH_MAX bytes more.
static size_t mutate(struct prng *prng, uint8_t *data, size_t size) {
    for (uint64_t edits = 1 + prng_below(prng, EDITS_MAX); edits > 0 && size > 0; edits--) {
        switch (prng_below(prng, 6)) {
        case 0:
            size = prng_below(prng, size); // truncate
            break;
        case 1:
            data[prng_below(prng, size)] = (uint8_t)prng_next(prng);
            break;
        case 2:
            set_word(prng, data, size);
            break;
        case 3:
            size = remove_span(prng, data, size);
            break;
        case 4:
            size = repeat_span(prng, data, size);
            break;
        default:
            flip_bit(prng, data, size);
        }
    }
    return size;
}

// From an exact-sized block, so that a byte read past the end is seen.
static void feed(const uint8_t *data, size_t size) {
    uint8_t *copy = malloc(size > 0 ? size : 1);
    if (copy == NULL) abort();
    memcpy(copy, data, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

static int run_file(const char *path, uint64_t seed, long mutations) {
    char *data;
    size_t size;
    TRY(io_read_file(path, INPUT_MAX, &data, &size));
    uint8_t *mutant = malloc(size + EDITS_MAX * GROWTH_MAX + 1);
    if (mutant == NULL) abort();
    struct prng prng;
    prng_seed(&prng, seed);
    feed((const uint8_t *)data, size);
    for (long i = 0; i < mutations; i++) {
        memcpy(mutant, data, size);
        feed(mutant, mutate(&prng, mutant, size));
    }
    free(mutant);
    free(data);
    return 0;
}

static int visible(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

int main(int argc, char **argv) {
    struct dirent **entries;
    int count = argc > 1 ? scandir(argv[1], &entries, visible, alphasort) : -1;
    long mutations = argc > 2 ? strtol(argv[2], NULL, 10) : MUTATIONS_DEFAULT;
    int failed = 0;
    if (count <= 0) {
        fprintf(stderr, "replay: give a directory with a corpus\n");
        return 2;
    }
    printf("1..%d\n", count);
    for (int i = 0; i < count; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", argv[1], entries[i]->d_name);
        int rc = run_file(path, (uint64_t)i + 1, mutations);
        printf("%s %d - %s and %ld mutations\n", rc == 0 ? "ok" : "not ok", i + 1,
               entries[i]->d_name, mutations);
        fflush(stdout);
        failed |= rc < 0;
        free(entries[i]);
    }
    free(entries);
    return failed;
}
