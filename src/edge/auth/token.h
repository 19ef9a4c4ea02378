// SPDX-License-Identifier: Apache-2.0
// Signed tokens: JSON Web Tokens (RFC 7519) with HMAC-SHA-256, of our own making alone (RFC 8725).
//
// A token is header.claims.signature. There is one header a key, {"alg":"HS256","kid":"...","typ":"JWT"}, and it is
// compared as bytes: a token cannot choose an algorithm, bring a key or point to one. The signature is checked before
// anything of the claims is read. Claims are read strictly: every one that the type has, none twice, none unknown,
// integers without a fraction; base64url in its one spelling. What is wrong with a token is a verdict without numbers:
// nobody learns of a signature that would have been right.
#ifndef FULMAR_EDGE_AUTH_TOKEN_H
#define FULMAR_EDGE_AUTH_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "edge/auth/principal.h"

enum {
    TOKEN_KEYS_MAX = 4,
    TOKEN_KID_SIZE = 17,
    TOKEN_TEXT_SIZE = 1024,   // of any token, its NUL included
    TOKEN_SKEW_S = 5,         // how far another machine's clock may be ahead
    TOKEN_ACCESS_S = 30 * 60, // lifetimes
    TOKEN_REFRESH_S = 7 * 24 * 3600,
    TOKEN_PENDING_S = 5 * 60
};

enum token_type {
    TOKEN_ACCESS,
    TOKEN_REFRESH, // good for a successor, once
    TOKEN_PENDING, // the password was right, the second factor is yet to come
    TOKEN_TYPE_COUNT
};

struct token_key {
    char kid[TOKEN_KID_SIZE]; // 1 to 16 of [a-z0-9]
    struct secret_key key;
};

// The first key signs; the others are on their way out and only verify.
struct token_keys {
    struct token_key keys[TOKEN_KEYS_MAX];
    size_t count; // >= 1
};

struct token_claims {
    enum token_type type;
    int64_t user_id;
    int64_t tenant_id;
    int64_t version; // of the user's tokens: an older one is void
    enum role role;
    bool second_factor;
    int64_t session_id;
    char id[SECRET_ID_SIZE]; // jti
    int64_t step_up_s;       // 0: never
    int64_t issued_s;        // seconds since 1970
    int64_t expires_s;
};

enum token_verdict {
    TOKEN_VALID,
    TOKEN_MALFORMED,   // not three canonical parts, or too long
    TOKEN_UNKNOWN_KEY, // no header of ours
    TOKEN_FORGED,      // the signature
    TOKEN_BAD_CLAIMS,  // signed by us, but not of the form that we write
    TOKEN_WRONG_PLACE, // issuer or audience
    TOKEN_WRONG_TYPE,
    TOKEN_EXPIRED,
    TOKEN_NOT_YET, // issued or valid only later
};

// Writes the token; returns its length. CHECKs that ids and times are in range. The same claims and key give the same
// token.
size_t token_issue(const struct token_keys *keys, const struct token_claims *claims,
                   char ret_text[TOKEN_TEXT_SIZE]);

// ret_claims is written when the verdict is TOKEN_VALID. Any bytes may be given.
enum token_verdict token_verify(const struct token_keys *keys, const char *text, size_t len,
                                enum token_type type, int64_t now_s,
                                struct token_claims *ret_claims);

// A word for logs and counters: "expired".
const char *token_verdict_name(enum token_verdict verdict);

#endif
