// SPDX-License-Identifier: Apache-2.0
// The secrets file: what the server knows and the database does not. Made at the first start, mode 0600, 32 random
// bytes a line; there is no default for any of them. One that others may read, that is short, no random bytes by the
// look of them (a sample from a page, a word), or that occurs twice is refused, and so the server does not start.
//
//     # Fulmar's secrets. Whoever reads this can be anyone.
//     pepper PImgXDmk...       of password hashes; changing it voids every password
//     seal ...                 of second factors and signing keys in the database
//     audit ...                of the heads of the audit chains
//     token k1 ...             signs tokens; further ones only verify
#ifndef FULMAR_EDGE_AUTH_SECRETS_H
#define FULMAR_EDGE_AUTH_SECRETS_H

#include "edge/auth/token.h"

struct secrets {
    struct secret_key pepper;
    struct secret_key seal;
    struct secret_key audit;
    struct token_keys tokens;
};

// Reads the file; makes it where it is missing (*ret_made). ERR_DENIED for a mode, an owner or a kind of file that will
// not do; ERR_CORRUPT for what is in it; ERR_IO, ERR_NOT_FOUND (its folder).
int secrets_open(const char *path, struct secrets *ret_secrets, bool *ret_made) MUST_USE;

// Puts a new token key first and keeps the one before, so that tokens of today go on; older ones go. The file is
// replaced whole. As secrets_open.
int secrets_rotate(const char *path, struct secrets *ret_secrets) MUST_USE;

// Any bytes as the text of a secrets file: ERR_CORRUPT names the line.
int secrets_parse(const char *text, size_t size, struct secrets *ret_secrets) MUST_USE;

void secrets_wipe(struct secrets *secrets);

#endif
