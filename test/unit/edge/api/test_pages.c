// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include <ftw.h>
#include <sys/stat.h>

#include "base/io.h"
#include "edge/api/pages.h"

static char folder[64];

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk) {
    (void)status;
    (void)kind;
    (void)walk;
    return remove(path);
}

static void put(const char *name, const char *content) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_ok(io_write_file(path, content, strlen(content)));
}

static int set_up(void **state) {
    char path[256];
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/fulmar_pages_XXXXXX");
    if (mkdtemp(folder) == NULL) return -1;
    snprintf(path, sizeof path, "%s/web/assets", folder);
    assert_ok(io_make_dirs(path));
    put("secret.js", "secret");
    put("web/index.html", "<!doctype html>page");
    put("web/.hidden.js", "hidden");
    put("web/assets/a.js", "plain");
    put("web/assets/a.js.gz", "packed");
    snprintf(path, sizeof path, "%s/web/link.js", folder);
    return symlink("../secret.js", path);
}

static int tear_down(void **state) {
    (void)state;
    return nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void files_are_those_below_the_folder(void **state) {
    (void)state;
    static const struct {
        const char *path;
        bool gzip;
        const char *content; // NULL: not found
    } rows[] = {
        {"/assets/a.js", false, "plain"},
        {"/assets/a.js", true, "packed"},
        {"/", false, "<!doctype html>page"},
        {"/research/runs/x", false, "<!doctype html>page"}, // an address of the dashboard's own
        {"/assets/b.js", false, NULL},
        {"/link.js", false, NULL},
        {"/.hidden.js", false, NULL},
        {"/../secret.js", false, NULL},
        {"/assets/../index.html", false, NULL},
        {"//etc/passwd.js", false, NULL},
        {"/assets", false, "<!doctype html>page"},
        {"/assets/a.unknown", false, NULL},
    };
    struct pages *pages;
    char root[256];
    snprintf(root, sizeof root, "%s/web", folder);
    assert_ok(pages_open(root, &pages));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct page page;
        struct text out;
        text_init(&out, PAGES_FILE_MAX);
        int rc = pages_get(pages, rows[i].path, rows[i].gzip, &page, &out);
        if ((rc == 0) != (rows[i].content != NULL)) fail_msg("%s: %d", rows[i].path, rc);
        if (rc == 0) assert_string_equal(text_string(&out), rows[i].content);
        if (rc == 0) assert_int_equal(page.gzip, rows[i].gzip);
        text_fini(&out);
    }
    pages_close(pages);
}

static void without_a_folder_the_program_has_pages(void **state) {
    (void)state;
    static const char *const paths[] = {"/", "/docs", "/docs/docs.js", "/docs/docs.css"};
    struct pages *pages;
    assert_ok(pages_open(NULL, &pages));
    for (size_t i = 0; i < 4; i++) {
        struct page page;
        struct text out;
        text_init(&out, PAGES_FILE_MAX);
        assert_ok(pages_get(pages, paths[i], false, &page, &out));
        assert_non_null(page.media);
        assert_true(out.len > 100);
        assert_null(strstr(text_string(&out), "<script>")); // no policy of ours lets it run
        text_fini(&out);
    }
    pages_close(pages);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(files_are_those_below_the_folder, set_up, tear_down),
        cmocka_unit_test(without_a_folder_the_program_has_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
