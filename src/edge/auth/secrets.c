// SPDX-License-Identifier: Apache-2.0
#include "edge/auth/secrets.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/io.h"
#include "base/text.h"
#include "edge/auth/codec.h"

enum { FILE_MAX = 4096, DISTINCT_MIN = 16, PATH_SIZE = 4096, KEY_LEN = BASE64URL_LEN(SECRET_SIZE) };

static const char *const names[] = {"pepper", "seal", "audit"};
enum { NAMES = sizeof names / sizeof *names };

static struct secret_key *named(struct secrets *secrets, int i) {
    return i == 0 ? &secrets->pepper : i == 1 ? &secrets->seal : &secrets->audit;
}

static int fault(int line, const char *what) {
    return ERR_SET(ERR_CORRUPT, "line %d: %s", line, what);
}

// 32 random bytes are never all of them letters, digits and signs, and have more than 16 values.
static bool looks_random(const struct secret_key *key) {
    bool seen[256] = {false};
    int distinct = 0, printable = 0;
    for (int i = 0; i < SECRET_SIZE; i++) {
        uint8_t byte = key->bytes[i];
        distinct += !seen[byte];
        seen[byte] = true;
        printable += byte >= 0x20 && byte < 0x7f;
    }
    return distinct >= DISTINCT_MIN && printable < SECRET_SIZE;
}

static int read_key(const char *text, size_t len, int line, struct secret_key *ret_key) {
    size_t size;
    if (base64url_decode(text, len, ret_key->bytes, SECRET_SIZE, &size) < 0 || size != SECRET_SIZE)
        return fault(line, "a secret is 32 bytes in base64url, 43 characters");
    if (!looks_random(ret_key))
        return fault(line, "this secret is no random bytes; remove the file, and one is made");
    return 0;
}

static int read_token_key(const char *text, size_t len, int line, struct token_keys *keys) {
    const char *blank = memchr(text, ' ', len);
    size_t kid = blank == NULL ? len : (size_t)(blank - text);
    if (blank == NULL || kid == 0 || kid >= TOKEN_KID_SIZE)
        return fault(line, "expected: token KEY-ID SECRET");
    for (size_t i = 0; i < kid; i++)
        if (!((text[i] >= 'a' && text[i] <= 'z') || (text[i] >= '0' && text[i] <= '9')))
            return fault(line, "a key's id has small letters and digits");
    if (keys->count == TOKEN_KEYS_MAX) return fault(line, "too many token keys");
    struct token_key *key = &keys->keys[keys->count];
    memcpy(key->kid, text, kid);
    key->kid[kid] = '\0';
    for (size_t i = 0; i < keys->count; i++)
        if (strcmp(keys->keys[i].kid, key->kid) == 0)
            return fault(line, "this key's id is there already");
    TRY(read_key(blank + 1, len - kid - 1, line, &key->key));
    keys->count++;
    return 0;
}

static int read_line(const char *text, size_t len, int line, struct secrets *secrets,
                     unsigned *seen) {
    if (len == 0 || text[0] == '#') return 0;
    const char *blank = memchr(text, ' ', len);
    size_t word = blank == NULL ? len : (size_t)(blank - text);
    if (blank == NULL) return fault(line, "expected a name, a blank and a secret");
    if (word == 5 && memcmp(text, "token", 5) == 0)
        return read_token_key(blank + 1, len - word - 1, line, &secrets->tokens);
    for (int i = 0; i < NAMES; i++) {
        if (strlen(names[i]) != word || memcmp(names[i], text, word) != 0) continue;
        if ((*seen & (1u << i)) != 0) return fault(line, "this secret is there already");
        *seen |= 1u << i;
        return read_key(blank + 1, len - word - 1, line, named(secrets, i));
    }
    return fault(line, "no secret has this name; there are: pepper, seal, audit, token");
}

// One secret for two uses is half a secret.
static int check_distinct(struct secrets *secrets) {
    const struct secret_key *all[NAMES + TOKEN_KEYS_MAX];
    size_t count = 0;
    for (int i = 0; i < NAMES; i++) all[count++] = named(secrets, i);
    for (size_t i = 0; i < secrets->tokens.count; i++) all[count++] = &secrets->tokens.keys[i].key;
    for (size_t i = 0; i < count; i++)
        for (size_t k = i + 1; k < count; k++)
            if (secret_equal(all[i], all[k], sizeof *all[i]))
                return ERR_SET(ERR_CORRUPT, "one secret stands for two things");
    return 0;
}

int secrets_parse(const char *text, size_t size, struct secrets *ret_secrets) {
    struct secrets secrets;
    unsigned seen = 0;
    memset(&secrets, 0, sizeof secrets);
    for (size_t at = 0, line = 1; at < size; line++) {
        const char *end = memchr(text + at, '\n', size - at);
        size_t len = end == NULL ? size - at : (size_t)(end - (text + at));
        TRY(read_line(text + at, len, (int)line, &secrets, &seen));
        at += len + 1;
    }
    for (int i = 0; i < NAMES; i++)
        if ((seen & (1u << i)) == 0)
            return ERR_SET(ERR_CORRUPT, "the secret '%s' is missing", names[i]);
    if (secrets.tokens.count == 0) return ERR_SET(ERR_CORRUPT, "there is no token key");
    TRY(check_distinct(&secrets));
    *ret_secrets = secrets;
    secrets_wipe(&secrets);
    return 0;
}

void secrets_wipe(struct secrets *secrets) {
    secret_wipe(secrets, sizeof *secrets);
}

static void print(const struct secrets *secrets, struct text *out) {
    char key[KEY_LEN + 1];
    struct secrets copy = *secrets;
    text_add(
        out,
        "# Fulmar's secrets. Whoever reads this can be anyone; keep a copy where only you can.\n");
    for (int i = 0; i < NAMES; i++) {
        base64url_encode(key, named(&copy, i)->bytes, SECRET_SIZE);
        text_printf(out, "%s %s\n", names[i], key);
    }
    for (size_t i = 0; i < copy.tokens.count; i++) {
        base64url_encode(key, copy.tokens.keys[i].key.bytes, SECRET_SIZE);
        text_printf(out, "token %s %s\n", copy.tokens.keys[i].kid, key);
    }
    secrets_wipe(&copy);
    secret_wipe(key, sizeof key);
}

static void generate(struct secrets *ret_secrets) {
    memset(ret_secrets, 0, sizeof *ret_secrets);
    for (int i = 0; i < NAMES; i++) do
            secret_random(named(ret_secrets, i)->bytes, SECRET_SIZE);
        while (!looks_random(named(ret_secrets, i)));
    ret_secrets->tokens.count = 1;
    memcpy(ret_secrets->tokens.keys[0].kid, "k1", 3);
    do secret_random(ret_secrets->tokens.keys[0].key.bytes, SECRET_SIZE);
    while (!looks_random(&ret_secrets->tokens.keys[0].key));
}

// Never readable by others, not even for a moment; whole or not there.
static int write_new(const char *path, const char *target, const struct text *text) {
    int fd;
    TRY(io_open(path, O_WRONLY | O_CREAT | O_EXCL, 0600, &fd));
    int rc = io_write(fd, path, text->data, text->len);
    if (rc == 0) rc = io_sync(fd, path);
    int closed = io_close(fd, path);
    if (rc == 0) rc = closed;
    if (rc == 0 && strcmp(path, target) != 0) rc = io_rename(path, target);
    if (rc == 0) rc = io_sync_parent(target);
    if (rc < 0) (void)unlink(path);
    return rc;
}

static int write_secrets(const char *path, const char *target, const struct secrets *secrets) {
    struct text text;
    text_init(&text, FILE_MAX);
    print(secrets, &text);
    int rc = text_error(&text);
    if (rc == 0) rc = write_new(path, target, &text);
    if (text.data != NULL) secret_wipe(text.data, text.len);
    text_fini(&text);
    return rc;
}

static int check_file(int fd, const char *path) {
    struct stat status;
    if (fstat(fd, &status) != 0)
        return ERR_SET(ERR_IO, "cannot look at %s: %s", path, strerror(errno));
    if (!S_ISREG(status.st_mode)) return ERR_SET(ERR_DENIED, "%s is no file", path);
    if (status.st_uid != geteuid() && status.st_uid != 0)
        return ERR_SET(ERR_DENIED, "%s is another user's", path);
    if ((status.st_mode & 077) != 0)
        return ERR_SET(ERR_DENIED, "%s may be read or written by others (mode %04o); chmod 600 %s",
                       path, (unsigned)(status.st_mode & 07777), path);
    return 0;
}

static int read_open(int fd, const char *path, struct secrets *ret_secrets) {
    char text[FILE_MAX];
    size_t size;
    TRY(check_file(fd, path));
    TRY(io_read(fd, path, text, sizeof text, &size));
    int rc = size == sizeof text ? ERR_SET(ERR_CORRUPT, "the file is too long")
                                 : secrets_parse(text, size, ret_secrets);
    secret_wipe(text, sizeof text);
    return rc < 0 ? ERR_APPEND(rc, "%s", path) : 0;
}

int secrets_open(const char *path, struct secrets *ret_secrets, bool *ret_made) {
    int fd, rc = io_open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0, &fd);
    if (rc == 0) {
        rc = read_open(fd, path, ret_secrets);
        int closed = io_close(fd, path);
        *ret_made = false;
        return rc < 0 ? rc : closed;
    }
    struct stat is;
    if (rc != ERR_NOT_FOUND && lstat(path, &is) == 0 && S_ISLNK(is.st_mode))
        return ERR_SET(ERR_DENIED, "%s is a link; secrets are a file of their own", path);
    if (rc != ERR_NOT_FOUND) return rc;
    struct secrets secrets;
    generate(&secrets);
    rc = write_secrets(path, path, &secrets);
    if (rc == 0) {
        *ret_secrets = secrets;
        *ret_made = true;
        err_clear();
    }
    secrets_wipe(&secrets);
    return rc;
}

// k1, k2, ...: the first number that none of them has.
static void name_key(struct token_keys *keys, char ret_kid[TOKEN_KID_SIZE]) {
    for (unsigned number = 1;; number++) {
        bool taken = false;
        snprintf(ret_kid, TOKEN_KID_SIZE, "k%u", number);
        for (size_t i = 0; i < keys->count; i++)
            taken = taken || strcmp(keys->keys[i].kid, ret_kid) == 0;
        if (!taken) return;
    }
}

int secrets_rotate(const char *path, struct secrets *ret_secrets) {
    struct secrets secrets;
    char draft[PATH_SIZE];
    bool made;
    int len = snprintf(draft, sizeof draft, "%s.%ld.tmp", path, (long)getpid());
    if (len < 0 || len >= PATH_SIZE) return ERR_SET(ERR_RANGE, "%s: the path is too long", path);
    TRY(secrets_open(path, &secrets, &made));
    struct token_key key;
    memset(&key, 0, sizeof key);
    name_key(&secrets.tokens, key.kid);
    do secret_random(key.key.bytes, SECRET_SIZE);
    while (!looks_random(&key.key));
    secrets.tokens.keys[1] = secrets.tokens.keys[0];
    secrets.tokens.keys[0] = key;
    secrets.tokens.count = 2;
    int rc = write_secrets(draft, path, &secrets);
    if (rc == 0) *ret_secrets = secrets;
    secrets_wipe(&secrets);
    secret_wipe(&key, sizeof key);
    return rc;
}
