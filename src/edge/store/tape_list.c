// SPDX-License-Identifier: Apache-2.0
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "edge/store/tape.h"
#include "edge/store/tape_manifest.h"

static const size_t CANDIDATES_BYTES_MAX = 2048;

struct search {
    const char *text;
    struct tape_series found;
    unsigned count;
    struct text candidates;
};

// A walk may be narrowed to what a text can name: of a thousand series one manifest is read, not all.
struct walk {
    const struct tape_visitor *visitor;
    const char *text; // NULL: all
    size_t root_len;
};

static int walk_dir(const struct walk *walk, const char *dir, int depth);
static bool wanted(const struct walk *walk, const char *path, int depth);
static void unescape(const char *path, char *buf, size_t size);
static int visit_series(const char *dir, const struct tape_visitor *visitor);
static int names_of(const char *dir, struct dirent ***ret_names);
static int by_bytes(const struct dirent **a, const struct dirent **b);
static int search_visit(void *self, const struct tape_series *series);
static bool names_series(const char *text, const char *name);

int tape_list(const char *root, const struct tape_visitor *visitor) {
    struct walk walk = {.visitor = visitor};
    return walk_dir(&walk, root, 0);
}

int tape_find(const char *root, const char *text, struct tape_series *ret_series) {
    struct search search = {.text = text};
    text_init(&search.candidates, CANDIDATES_BYTES_MAX);
    struct tape_visitor visitor = {search_visit, &search};
    struct walk walk = {.visitor = &visitor, .text = text, .root_len = strlen(root)};
    int rc = walk_dir(&walk, root, 0);
    if (rc == 0 && search.count == 0)
        rc = ERR_SET(ERR_NOT_FOUND, "no series '%s' on the tape %s; `fulmar data info` lists them",
                     text, root);
    if (rc == 0 && search.count > 1)
        rc = ERR_SET(ERR_ARGUMENT, "'%s' names %u series: %s", text, search.count,
                     text_string(&search.candidates));
    text_fini(&search.candidates);
    if (rc == 0) *ret_series = search.found;
    return rc;
}

// Depth 0 is the root, 1 a venue, 2 a symbol, 3 a series.
static int walk_dir(const struct walk *walk, const char *dir, int depth) {
    if (depth == 3) return visit_series(dir, walk->visitor);
    struct dirent **names;
    int count = names_of(dir, &names);
    int rc = count < 0 ? count : 0;
    for (int i = 0; i < count; i++) {
        char path[TAPE_PATH_SIZE];
        struct stat status;
        int len = snprintf(path, sizeof path, "%s/%s", dir, names[i]->d_name);
        bool usable = rc == 0 && names[i]->d_name[0] != '.' && len < (int)sizeof path &&
                      wanted(walk, path, depth + 1);
        if (usable && stat(path, &status) == 0 && S_ISDIR(status.st_mode))
            rc = walk_dir(walk, path, depth + 1);
        free(names[i]);
    }
    if (count >= 0) free(names);
    return rc;
}

// A venue always; a symbol or a series when the text names it or something in it.
static bool wanted(const struct walk *walk, const char *path, int depth) {
    char name[TAPE_PATH_SIZE];
    if (walk->text == NULL || depth < 2) return true;
    unescape(path + walk->root_len + 1, name, sizeof name);
    if (depth == 3) return names_series(walk->text, name);
    const char *symbol = strchr(name, '/') + 1;
    const char *starts[] = {name, symbol};
    for (int i = 0; i < 2; i++) {
        size_t len = strlen(starts[i]);
        bool prefix = strncmp(walk->text, starts[i], len) == 0;
        if (prefix && (walk->text[len] == '/' || walk->text[len] == '\0')) return true;
    }
    return false;
}

// The names that tape_series_path() escaped.
static void unescape(const char *path, char *buf, size_t size) {
    size_t used = 0;
    while (*path != '\0' && used + 1 < size) {
        unsigned byte = (unsigned char)*path;
        bool escaped = *path == '%' && sscanf(path + 1, "%2x", &byte) == 1;
        path += escaped ? 3 : 1;
        buf[used++] = (char)byte;
    }
    buf[used] = '\0';
}

static int visit_series(const char *dir, const struct tape_visitor *visitor) {
    struct tape_manifest manifest;
    int rc = tape_manifest_read(dir, &manifest);
    if (rc == ERR_NOT_FOUND) { // an import that did not come to its commit
        err_clear();
        return 0;
    }
    if (rc < 0) return rc;
    rc = visitor->visit(visitor->self, &manifest.series);
    tape_manifest_fini(&manifest);
    return rc;
}

static int names_of(const char *dir, struct dirent ***ret_names) {
    int count = scandir(dir, ret_names, NULL, by_bytes);
    if (count >= 0) return count;
    if (errno != ENOENT) return ERR_SET(ERR_IO, "cannot list %s: %s", dir, strerror(errno));
    *ret_names = NULL;
    return 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int search_visit(void *self, const struct tape_series *series) {
    struct search *search = self;
    char name[TAPE_NAME_SIZE];
    tape_series_print(series, name);
    if (!names_series(search->text, name)) return 0;
    if (search->count++ > 0) text_add(&search->candidates, ", ");
    text_add(&search->candidates, name);
    search->found = *series;
    return 0;
}

// Whether `text` is a run of whole parts of "VENUE/SYMBOL/kind" that includes the symbol.
static bool names_series(const char *text, const char *name) {
    const char *symbol = strchr(name, '/') + 1;
    size_t len = strlen(text);
    const char *starts[] = {name, symbol};
    for (int i = 0; i < 2; i++) {
        const char *end = starts[i] + len;
        bool prefix = strncmp(starts[i], text, len) == 0 && (*end == '/' || *end == '\0');
        if (prefix && end > symbol) return true;
    }
    return false;
}
