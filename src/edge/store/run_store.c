// SPDX-License-Identifier: Apache-2.0
#include "edge/store/run_store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/params.h"

enum { DEPTH_MAX = 4, NAMES_MAX = 4096, BLOCK_SIZE = 1 << 14, TRIES_MAX = 16 };
static const char DRAFT_END[] = ".draft";

struct run_store_draft {
    int lock_fd; // of the folder itself
    char path[RUN_STORE_PATH_SIZE];
    char target[RUN_STORE_PATH_SIZE];
    char name[RUN_STORE_NAME_MAX + 1];
};

int run_store_check_name(const char *name) {
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    size_t len = strlen(name);
    if (len > 0 && len <= RUN_STORE_NAME_MAX && strspn(name, letters) == len && name[0] != '.' &&
        name[0] != '-')
        return 0;
    return ERR_SET(ERR_ARGUMENT,
                   "'%s' is no name of a run: up to %d letters, digits, points, dashes and lines "
                   "below, not beginning with a point or a dash",
                   name, RUN_STORE_NAME_MAX);
}

static int join(char *ret_path, const char *root, const char *before, const char *name,
                const char *after) {
    int len = snprintf(ret_path, RUN_STORE_PATH_SIZE, "%s/%s%s%s", root, before, name, after);
    if (len < 0 || len >= RUN_STORE_PATH_SIZE)
        return ERR_SET(ERR_RANGE, "%s: the path is too long", root);
    return 0;
}

static int sys_fail(const char *what, const char *path) {
    return ERR_SET(errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "cannot %s %s: %s", what, path,
                   strerror(errno));
}

static bool is_folder(const char *path) {
    struct stat status;
    return lstat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

// What is done to each file and folder of a tree: a folder after what is in it.
typedef int (*tree_step)(const char *path, bool folder);

static int walk(const char *path, int depth, tree_step step) {
    if (!is_folder(path)) return step(path, false);
    if (depth == DEPTH_MAX) return ERR_SET(ERR_RANGE, "%s: folders too deep for a run", path);
    DIR *folder = opendir(path);
    if (folder == NULL) return sys_fail("open", path);
    int rc = 0;
    struct dirent *entry;
    while (rc == 0 && (entry = readdir(folder)) != NULL) {
        char child[RUN_STORE_PATH_SIZE];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        rc = join(child, path, "", entry->d_name, "");
        if (rc == 0) rc = walk(child, depth + 1, step);
    }
    closedir(folder);
    return rc < 0 ? rc : step(path, true);
}

static int remove_one(const char *path, bool folder) {
    if (!folder) return io_remove(path);
    return rmdir(path) == 0 ? 0 : sys_fail("remove", path);
}

static int sync_one(const char *path, bool folder) {
    int fd;
    TRY(io_open(path, folder ? O_RDONLY | O_DIRECTORY : O_RDONLY, 0, &fd));
    int rc = io_sync(fd, path), closed = io_close(fd, path);
    return rc < 0 ? rc : closed;
}

static int lock_folder(const char *path, int *ret_fd) {
    int fd;
    TRY(io_open(path, O_RDONLY | O_DIRECTORY, 0, &fd));
    if (flock(fd, LOCK_EX | LOCK_NB) == 0 && is_folder(path)) {
        *ret_fd = fd;
        return 0;
    }
    (void)!io_close(fd, path);
    return ERR_SET(ERR_EXISTS, "%s is another process's", path);
}

static bool is_draft(const char *name) {
    size_t len = strlen(name), end = sizeof DRAFT_END - 1;
    return name[0] == '.' && len > end && strcmp(name + len - end, DRAFT_END) == 0;
}

// What cannot be removed now is tried again by the next writer.
static void sweep(const char *root) {
    DIR *folder = opendir(root);
    struct dirent *entry;
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        char path[RUN_STORE_PATH_SIZE];
        int fd;
        if (!is_draft(entry->d_name) || join(path, root, "", entry->d_name, "") < 0 ||
            lock_folder(path, &fd) < 0)
            continue;
        (void)!walk(path, 0, remove_one);
        (void)!io_close(fd, path);
    }
    if (folder != NULL) closedir(folder);
    err_clear();
}

static int new_path(struct run_store_draft *draft, const char *root, int attempt) {
    char after[64];
    snprintf(after, sizeof after, ".%ld.%d%s", (long)getpid(), attempt, DRAFT_END);
    return join(draft->path, root, ".", draft->name, after);
}

// Between its making and its locking another process may sweep it away.
static int make_locked(struct run_store_draft *draft, const char *root) {
    for (int attempt = 0; attempt < TRIES_MAX; attempt++) {
        TRY(new_path(draft, root, attempt));
        if (is_folder(draft->path)) continue;
        TRY(io_make_dirs(draft->path));
        if (lock_folder(draft->path, &draft->lock_fd) == 0) return 0;
    }
    return ERR_SET(ERR_IO, "%s: cannot make a folder to write a run in", root);
}

static int taken(const char *name, const char *root) {
    return ERR_SET(ERR_EXISTS, "there is a run '%s' in %s; take another name, or fulmar runs rm %s",
                   name, root, name);
}

static int begin(struct run_store_draft *draft, const char *root, const char *name) {
    draft->lock_fd = -1;
    snprintf(draft->name, sizeof draft->name, "%s", name);
    TRY(join(draft->target, root, "", name, ""));
    TRY(io_make_dirs(root));
    sweep(root);
    if (is_folder(draft->target)) return taken(name, root);
    return make_locked(draft, root);
}

int run_store_begin(const char *root, const char *name, struct run_store_draft **ret_draft) {
    TRY(run_store_check_name(name));
    struct run_store_draft *draft = calloc(1, sizeof *draft);
    if (draft == NULL) return ERR_SET(ERR_NOMEM, "no memory for a run's folder");
    int rc = begin(draft, root, name);
    if (rc < 0)
        free(draft);
    else
        *ret_draft = draft;
    return rc;
}

const char *run_store_draft_path(const struct run_store_draft *draft) {
    return draft->path;
}

void run_store_abandon(struct run_store_draft *draft) {
    if (draft == NULL) return;
    if (is_folder(draft->path)) (void)!walk(draft->path, 0, remove_one);
    (void)!io_close(draft->lock_fd, draft->path);
    free(draft);
}

int run_store_commit(struct run_store_draft *draft) {
    int rc = walk(draft->path, 0, sync_one);
    if (rc == 0 && rename(draft->path, draft->target) != 0) {
        if (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR)
            rc = ERR_SET(ERR_EXISTS, "there is a run '%s' already; take another name", draft->name);
        else
            rc = sys_fail("rename", draft->path);
    }
    if (rc == 0) rc = io_sync_parent(draft->target);
    run_store_abandon(draft); // its folder has another name now, or is of no use
    return rc;
}

// Names of a root, sorted.
struct names {
    char (*items)[RUN_STORE_NAME_MAX + 1];
    size_t count;
};

static int by_name(const void *left, const void *right) {
    return strcmp(left, right);
}

static int read_names(const char *root, struct names *ret_names) {
    *ret_names = (struct names){.items = calloc(NAMES_MAX, sizeof *ret_names->items)};
    if (ret_names->items == NULL) return ERR_SET(ERR_NOMEM, "no memory for the names of runs");
    DIR *folder = opendir(root);
    if (folder == NULL && errno == ENOENT) return 0;
    if (folder == NULL) return sys_fail("open", root);
    struct dirent *entry;
    int rc = 0;
    while (rc == 0 && (entry = readdir(folder)) != NULL) {
        char path[RUN_STORE_PATH_SIZE];
        if (run_store_check_name(entry->d_name) < 0 ||
            join(path, root, "", entry->d_name, "") < 0 || !is_folder(path))
            continue;
        if (ret_names->count == NAMES_MAX)
            rc = ERR_SET(ERR_FULL, "%s: more than %d runs", root, NAMES_MAX);
        else
            memcpy(ret_names->items[ret_names->count++], entry->d_name, strlen(entry->d_name) + 1);
    }
    closedir(folder);
    if (rc == 0) err_clear();
    qsort(ret_names->items, ret_names->count, sizeof *ret_names->items, by_name);
    return rc;
}

int run_store_list(const char *root, const struct run_store_visitor *visitor) {
    struct names names;
    int rc = read_names(root, &names);
    for (size_t i = 0; rc == 0 && i < names.count; i++)
        rc = visitor->visit(visitor->self, names.items[i]);
    free(names.items);
    return rc < 0 ? rc : 0;
}

static int no_such(const char *root, const char *name) {
    struct names names;
    const char *list[NAMES_MAX];
    int rc = read_names(root, &names);
    for (size_t i = 0; rc == 0 && i < names.count; i++) list[i] = names.items[i];
    const char *near = rc == 0 ? nearest_name(name, list, names.count) : NULL;
    rc = ERR_SET(ERR_NOT_FOUND, "there is no run '%s' in %s; %s%s", name, root,
                 near != NULL ? "did you mean " : "fulmar runs list shows what there is",
                 near != NULL ? near : "");
    free(names.items);
    return rc;
}

int run_store_find(const char *root, const char *name, char ret_path[RUN_STORE_PATH_SIZE]) {
    char path[RUN_STORE_PATH_SIZE];
    TRY(run_store_check_name(name));
    TRY(join(path, root, "", name, ""));
    if (!is_folder(path)) return no_such(root, name);
    memcpy(ret_path, path, sizeof path);
    return 0;
}

// Out of sight first: the rename is what removes it.
static int bury(const char *root, const char *name, char *ret_grave) {
    char path[RUN_STORE_PATH_SIZE];
    struct run_store_draft grave;
    TRY(run_store_find(root, name, path));
    snprintf(grave.name, sizeof grave.name, "%s", name);
    int attempt = 0;
    do TRY(new_path(&grave, root, attempt++));
    while (is_folder(grave.path));
    if (rename(path, grave.path) != 0) return sys_fail("rename", path);
    memcpy(ret_grave, grave.path, sizeof grave.path);
    return io_sync_parent(path);
}

int run_store_remove(const char *root, const char *name) {
    char grave[RUN_STORE_PATH_SIZE];
    int fd;
    TRY(bury(root, name, grave));
    if (lock_folder(grave, &fd) < 0) { // somebody else is sweeping it away
        err_clear();
        return 0;
    }
    int rc = walk(grave, 0, remove_one), closed = io_close(fd, grave);
    return rc < 0 ? rc : closed;
}

static int digest_of(int fd, const char *path, struct sha256 *sha,
                     char ret_text[SHA256_TEXT_SIZE]) {
    uint8_t digest[SHA256_SIZE];
    char block[BLOCK_SIZE];
    size_t size = sizeof block;
    while (size == sizeof block) {
        TRY(io_read(fd, path, block, sizeof block, &size));
        sha256_update(sha, block, size);
    }
    sha256_final(sha, digest);
    sha256_print(ret_text, digest);
    return 0;
}

int run_store_digest(const char *path, char ret_text[SHA256_TEXT_SIZE]) {
    int fd;
    TRY(io_open(path, O_RDONLY, 0, &fd));
    struct sha256 *sha = sha256_new();
    int rc = sha == NULL ? ERR_SET(ERR_NOMEM, "no memory for a digest")
                         : digest_of(fd, path, sha, ret_text);
    sha256_free(sha);
    int closed = io_close(fd, path);
    return rc < 0 ? rc : closed;
}
