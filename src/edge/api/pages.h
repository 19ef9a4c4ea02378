// SPDX-License-Identifier: Apache-2.0
// Files that a browser is given: the dashboard from a folder, and the page of the API's description, which stands in the
// program. A path is looked up below the folder, never beside it: links are not followed, and no part of it begins with
// a point. What is no file and has no extension is the dashboard's index.html, whose own addresses they are.
#ifndef FULMAR_EDGE_API_PAGES_H
#define FULMAR_EDGE_API_PAGES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/text.h"

enum { PAGES_FILE_MAX = 16 << 20 };

struct pages;

// root NULL: only what stands in the program. ERR_IO, ERR_NOT_FOUND for a folder that is none.
int pages_open(const char *root, struct pages **ret_pages) MUST_USE;
void pages_close(struct pages *pages); // NULL is fine

struct page {
    const char *media;
    bool lasting; // its name changes with its content: it may be kept for good
};
// The bytes of a decoded path. ERR_NOT_FOUND.
int pages_get(struct pages *pages, const char *path, struct page *ret_page,
              struct text *out) MUST_USE;

#endif
