// SPDX-License-Identifier: Apache-2.0
#include "edge/auth/principal.h"

#include <string.h>

static const char *const role_names[ROLE_COUNT] = {"none", "viewer", "trader", "admin"};
static const char *const scope_names[SCOPE_COUNT] = {"read", "trade", "run", "risk", "admin"};

const char *role_name(enum role role) {
    return (unsigned)role < ROLE_COUNT ? role_names[role] : role_names[ROLE_NONE];
}

static int find_name(const char *const *names, int first, int count, const char *text, size_t len) {
    for (int i = first; i < count; i++)
        if (strlen(names[i]) == len && memcmp(names[i], text, len) == 0) return i;
    return -1;
}

int role_find(const char *name, size_t len) {
    return find_name(role_names, ROLE_VIEWER, ROLE_COUNT, name, len);
}

uint32_t role_scopes(enum role role) {
    switch (role) {
    case ROLE_VIEWER:
        return SCOPE_READ;
    case ROLE_TRADER:
        return SCOPE_READ | SCOPE_TRADE | SCOPE_RUN | SCOPE_RISK;
    case ROLE_ADMIN:
        return SCOPE_ALL;
    default:
        return 0;
    }
}

size_t scope_print(char buf[SCOPE_TEXT_SIZE], uint32_t scopes) {
    size_t len = 0;
    for (int i = 0; i < SCOPE_COUNT; i++) {
        if ((scopes & (1u << i)) == 0) continue;
        if (len > 0) buf[len++] = ' ';
        size_t word = strlen(scope_names[i]);
        memcpy(buf + len, scope_names[i], word);
        len += word;
    }
    buf[len] = '\0';
    return len;
}

int scope_parse(const char *text, size_t len, uint32_t *ret_scopes) {
    uint32_t scopes = 0;
    size_t at = 0;
    while (at < len) {
        const char *blank = memchr(text + at, ' ', len - at);
        size_t word = blank == NULL ? len - at : (size_t)(blank - (text + at));
        int found = find_name(scope_names, 0, SCOPE_COUNT, text + at, word);
        if (found < 0 || (scopes & (1u << found)) != 0) return ERR_PARSE;
        scopes |= 1u << found;
        at += word + (blank != NULL);
        if (blank != NULL && at == len) return ERR_PARSE; // a blank behind the last word
    }
    *ret_scopes = scopes;
    return 0;
}
