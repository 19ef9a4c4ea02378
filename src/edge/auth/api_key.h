// SPDX-License-Identifier: Apache-2.0
// API keys: for programs that come in without a person.
//
// A key is "fk_" id "_" secret, shown once. Of a key that is sent along (Authorization: Bearer) SHA-256 of the secret
// is kept; of one that signs its requests the secret itself, sealed, because signing needs it on both sides: such a key
// is never accepted as a bearer, since it never has to leave its machine.
//
// A signed request has the headers
//     X-Fulmar-Key        the key's id
//     X-Fulmar-Timestamp  milliseconds since 1970, within 30 s of the server's clock
//     X-Fulmar-Nonce      16 to 64 of [A-Za-z0-9_-], never twice with a key
//     X-Fulmar-Signature  64 hex digits: HMAC-SHA-256 with the key's secret (its text, 43 characters) over these lines,
//                         each ended by \n but the last: FULMAR1, timestamp, nonce, method, target as sent (path and
//                         query), hex SHA-256 of the body
#ifndef FULMAR_EDGE_AUTH_API_KEY_H
#define FULMAR_EDGE_AUTH_API_KEY_H

#include "edge/auth/expiry_set.h"
#include "edge/auth/ip_rule.h"
#include "edge/auth/principal.h"

enum {
    API_KEY_SECRET_LEN = 43, // base64url of 32 bytes
    API_KEY_TEXT_SIZE = 3 + SECRET_ID_SIZE - 1 + 1 + API_KEY_SECRET_LEN + 1,
    API_KEY_NONCE_MIN = 16,
    API_KEY_NONCE_MAX = 64,
    API_KEY_NAME_MAX = 64
};
#define API_KEY_WINDOW_NS INT64_C(30000000000)

// What a server knows of a key.
struct api_key {
    int64_t id;
    int64_t tenant_id;
    int64_t user_id;
    char public_id[SECRET_ID_SIZE];
    uint32_t scopes;
    bool is_signing;
    uint8_t check[SECRET_SIZE]; // SHA-256 of the secret's text; of a signing key the secret's bytes
    struct ip_list from;        // empty: from anywhere
    int64_t expires_ns;         // 0: never
    int64_t revoked_ns;         // 0: it is not
};

enum key_verdict {
    KEY_VALID,
    KEY_MALFORMED,
    KEY_UNKNOWN,
    KEY_FORGED,   // the secret or the signature
    KEY_UNSIGNED, // a signing key that was sent along
    KEY_REVOKED,
    KEY_EXPIRED,
    KEY_ADDRESS, // not from there
    KEY_STALE,   // the timestamp
    KEY_REPLAYED,
    KEY_FULL, // too many nonces within the window: try again later
};
const char *key_verdict_name(enum key_verdict verdict);

// A new id and secret: the text to show, and what is to be kept of it (public_id and check are set).
void api_key_new(bool is_signing, struct api_key *ret_key, char ret_text[API_KEY_TEXT_SIZE]);

// The id of a key's text; false: it is no key's.
bool api_key_read_id(const char *text, size_t len, char ret_id[SECRET_ID_SIZE]);

// `key` NULL: no such key (takes as long). Address and times are checked after the secret.
enum key_verdict api_key_check_bearer(const struct api_key *key, const char *text, size_t len,
                                      const struct ip *address, int64_t now_ns);

struct signed_request {
    const char *timestamp; // the headers; NULL is missing
    const char *nonce;
    const char *signature;
    const char *method;
    const char *target;
    const void *body;
    size_t body_size;
};
// Nonces of valid requests are kept in `nonces` until their window is over.
enum key_verdict api_key_check_signed(const struct api_key *key,
                                      const struct signed_request *request,
                                      const struct ip *address, struct expiry_set *nonces,
                                      int64_t now_ns);

// What a client does: the 64 hex digits for the text of a secret. ret_signature holds 65 bytes.
void api_key_sign(const char secret[API_KEY_SECRET_LEN + 1], const struct signed_request *request,
                  char *ret_signature);

#endif
