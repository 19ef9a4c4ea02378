// SPDX-License-Identifier: Apache-2.0
#include "edge/auth/password_policy.h"

#include <stdint.h>
#include <string.h>

#include "base/hash.h"
#include "common_passwords.h"

enum { PROBES = 8, BITS_LOG2 = 20, CORE_MIN = 4, DISTINCT_MIN = 5, RUN_MIN = 5 };
_Static_assert(sizeof common_passwords == (1u << BITS_LOG2) / 8, "the filter has 2^20 bits");

bool password_is_common(const char *word, size_t len) {
    uint8_t digest[SHA256_SIZE];
    sha256(word, len, digest);
    for (int i = 0; i < PROBES; i++) {
        uint32_t bit;
        memcpy(&bit, digest + 4 * i, 4);
        bit &= (1u << BITS_LOG2) - 1;
        if ((common_passwords[bit / 8] & (1u << (bit % 8))) == 0) return false;
    }
    return true;
}

// How many characters valid UTF-8 has; -1 for what is not valid, or has control characters.
static int count_characters(const unsigned char *at, size_t len) {
    int count = 0;
    for (size_t i = 0; i < len; count++) {
        unsigned char first = at[i];
        size_t more = first < 0x80 ? 0 : first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
        if (first < 0x20 || first == 0x7f || (first >= 0x80 && first < 0xc2) || first > 0xf4 ||
            more >= len - i)
            return -1;
        for (size_t k = 1; k <= more; k++)
            if ((at[i + k] & 0xc0) != 0x80) return -1;
        unsigned char second = more > 0 ? at[i + 1] : 0x80;
        if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
            (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f))
            return -1;
        i += more + 1;
    }
    return count;
}

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static char undisguise(char c) {
    static const char from[] = "4@310!5$7+8", to[] = "aaeioissttb";
    const char *at = c == '\0' ? NULL : strchr(from, c);
    return at == NULL ? c : to[at - from];
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c & 0x80) != 0;
}

// The word without digits and signs around it.
static bool core_is_common(const char *word, size_t len) {
    while (len > 0 && !is_letter(*word)) word++, len--;
    while (len > 0 && !is_letter(word[len - 1])) len--;
    return len >= CORE_MIN && password_is_common(word, len);
}

// A shorter word over and over, the last time perhaps not to its end.
static size_t period(const char *word, size_t len) {
    size_t shift = 1;
    while (shift < len && memcmp(word, word + shift, len - shift) != 0) shift++;
    return shift;
}

// Characters that follow their neighbour in one of these rows, forwards or backwards, or are it.
static bool in_row(char a, char b) {
    static const char *const rows[] = {"abcdefghijklmnopqrstuvwxyz",
                                       "01234567890",
                                       "qwertyuiop[]",
                                       "asdfghjkl;'",
                                       "zxcvbnm,./",
                                       "!@#$%^&*()_+"};
    if (a == b) return true;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *at = strchr(rows[i], a);
        if (a == '\0' || at == NULL || b == '\0') continue;
        if (at[1] == b || (at > rows[i] && at[-1] == b)) return true;
    }
    return false;
}

// Whether at least three quarters of the word are such rows.
static bool is_rows(const char *word, size_t len) {
    size_t covered = 0, run = 1;
    for (size_t i = 1; i <= len; i++) {
        if (i < len && in_row(word[i - 1], word[i])) {
            run++;
            continue;
        }
        if (run >= RUN_MIN) covered += run;
        run = 1;
    }
    return covered * 4 >= len * 3;
}

static size_t count_distinct(const char *word, size_t len) {
    bool seen[256] = {false};
    size_t count = 0;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)word[i];
        count += !seen[c];
        seen[c] = true;
    }
    return count;
}

// Whether a name makes up more than half of the word.
static bool is_mostly(const char *word, size_t len, const char *name) {
    char small[PASSWORD_BYTES_MAX];
    size_t size = strlen(name), left = len;
    if (size < CORE_MIN || size > len) return false;
    for (size_t i = 0; i < size; i++) small[i] = lower(name[i]);
    for (size_t i = 0; i + size <= len;) {
        bool here = memcmp(word + i, small, size) == 0;
        left -= here ? size : 0;
        i += here ? size : 1;
    }
    return left * 2 < len;
}

static bool is_easy(const char *word, size_t len) {
    char plain[PASSWORD_BYTES_MAX];
    for (size_t i = 0; i < len; i++) plain[i] = undisguise(word[i]);
    size_t unit = period(word, len);
    return password_is_common(word, len) || password_is_common(plain, len) ||
           core_is_common(word, len) || core_is_common(plain, len) ||
           (unit * 2 <= len && (unit < DISTINCT_MIN + 1 || core_is_common(word, unit) ||
                                password_is_common(word, unit)));
}

int password_policy_check(const char *password, size_t len, const char *user) {
    char word[PASSWORD_BYTES_MAX];
    if (len > PASSWORD_BYTES_MAX)
        return ERR_SET(ERR_ARGUMENT, "the password is longer than %d bytes", PASSWORD_BYTES_MAX);
    int count = count_characters((const unsigned char *)password, len);
    if (count < 0)
        return ERR_SET(ERR_ARGUMENT, "the password has control characters or is not UTF-8");
    if (count < PASSWORD_CHARS_MIN)
        return ERR_SET(ERR_ARGUMENT, "the password has fewer than %d characters",
                       PASSWORD_CHARS_MIN);
    for (size_t i = 0; i < len; i++) word[i] = lower(password[i]);
    if (count_distinct(word, len) < DISTINCT_MIN)
        return ERR_SET(ERR_ARGUMENT, "the password repeats a few characters");
    if (is_rows(word, len))
        return ERR_SET(ERR_ARGUMENT, "the password follows the keyboard or the alphabet");
    if (is_mostly(word, len, user) || is_mostly(word, len, "fulmar"))
        return ERR_SET(ERR_ARGUMENT, "the password is little more than a name");
    if (is_easy(word, len))
        return ERR_SET(ERR_ARGUMENT, "the password is one of those that are tried first");
    return 0;
}
