// SPDX-License-Identifier: Apache-2.0
#include "edge/api/pages.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "page_assets_api.h"

enum { DEPTH_MAX = 8, PART_SIZE = 128 };

struct pages {
    int root_fd; // -1: none
};

static const struct {
    const char *end;
    const char *media;
} types[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
    {".webmanifest", "application/manifest+json"},
    {".wasm", "application/wasm"},
    {".map", "application/json"},
};

int pages_open(const char *root, struct pages **ret_pages) {
    struct pages *pages = calloc(1, sizeof *pages);
    if (pages == NULL) return ERR_SET(ERR_NOMEM, "no memory for pages");
    pages->root_fd = -1;
    if (root != NULL) {
        int rc = io_open(root, O_RDONLY | O_DIRECTORY, 0, &pages->root_fd);
        if (rc < 0) {
            free(pages);
            return ERR_APPEND(rc, "--web takes the folder of the dashboard");
        }
    }
    *ret_pages = pages;
    return 0;
}

void pages_close(struct pages *pages) {
    if (pages == NULL) return;
    if (pages->root_fd >= 0) (void)!io_close(pages->root_fd, "pages");
    free(pages);
}

static const char *media_of(const char *path) {
    const char *end = strrchr(path, '.');
    for (size_t i = 0; end != NULL && i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].end, end) == 0) return types[i].media;
    return NULL;
}

// Opens a file part by part, so that no link and no ".." leads elsewhere. -1: there is none.
static int open_below(int root_fd, const char *path) {
    int fd = dup(root_fd), depth = 0;
    while (fd >= 0 && *path == '/') {
        char part[PART_SIZE];
        size_t len = strcspn(++path, "/");
        bool last = path[len] == '\0';
        int next = -1;
        if (len > 0 && len < sizeof part && path[0] != '.' && ++depth <= DEPTH_MAX) {
            memcpy(part, path, len);
            part[len] = '\0';
            next =
                openat(fd, part,
                       O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | (last ? 0 : O_DIRECTORY));
        }
        close(fd);
        fd = next;
        path += len;
    }
    return fd;
}

static int read_open(int fd, struct text *out) {
    char block[1 << 16];
    size_t size = sizeof block;
    int rc = 0;
    while (rc == 0 && size == sizeof block && out->len < PAGES_FILE_MAX) {
        rc = io_read(fd, "a page", block, sizeof block, &size);
        if (rc == 0) text_add_bytes(out, block, size);
    }
    return rc;
}

static int read_file(const struct pages *pages, const char *path, struct text *out) {
    struct stat status;
    if (pages->root_fd < 0) return ERR_NOT_FOUND;
    int fd = open_below(pages->root_fd, path);
    if (fd < 0) return ERR_NOT_FOUND;
    int rc =
        fstat(fd, &status) == 0 && S_ISREG(status.st_mode) ? read_open(fd, out) : ERR_NOT_FOUND;
    close(fd);
    return rc;
}

// What stands in the program.
static const char *const *embedded_page(const char *path, const char **ret_media) {
    bool docs = strcmp(path, "/docs") == 0, script = strcmp(path, "/docs/docs.js") == 0;
    *ret_media = media_of(docs ? ".html" : path);
    if (docs) return docs_html;
    if (script) return docs_js;
    return strcmp(path, "/docs/docs.css") == 0 ? docs_css : NULL;
}

static void add_lines(const char *const *lines, struct text *out) {
    for (; *lines != NULL; lines++) text_add(out, *lines);
}

int pages_get(struct pages *pages, const char *path, struct page *ret_page, struct text *out) {
    const char *last = strrchr(path, '/');
    const char *media;
    const char *const *lines = embedded_page(path, &media);
    if (lines != NULL) {
        add_lines(lines, out);
        *ret_page = (struct page){media, false};
        return 0;
    }
    if (media_of(path) != NULL && read_file(pages, path, out) == 0) {
        *ret_page = (struct page){media_of(path), strncmp(path, "/assets/", 8) == 0};
        return 0;
    }
    bool address = last != NULL && strchr(last, '.') == NULL;
    if (address && read_file(pages, "/index.html", out) == 0) {
        *ret_page = (struct page){media_of(".html"), false};
        return 0;
    }
    if (strcmp(path, "/") == 0) {
        add_lines(home_html, out); // no dashboard is installed: what there is instead
        *ret_page = (struct page){media_of(".html"), false};
        return 0;
    }
    return ERR_SET(ERR_NOT_FOUND, "there is no page here");
}
