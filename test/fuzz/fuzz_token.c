// SPDX-License-Identifier: Apache-2.0
// What strangers send to be let in: tokens as they are, and with a header and a signature of ours around their claims,
// so that the reader of claims is reached.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "edge/auth/codec.h"
#include "edge/auth/token.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NOW = 1800000000 };
static const struct token_keys keys = {.keys = {{"k1", {{7, 8, 9}}}}, .count = 1};

static void judge(const char *text, size_t len) {
    for (int type = 0; type < TOKEN_TYPE_COUNT; type++) {
        struct token_claims claims;
        char again[TOKEN_TEXT_SIZE];
        if (token_verify(&keys, text, len, (enum token_type)type, NOW, &claims) != TOKEN_VALID)
            continue;
        // What passes says what we could have written.
        CHECK(claims.user_id > 0 && claims.tenant_id > 0 && claims.session_id > 0);
        CHECK(claims.role > ROLE_NONE && claims.role < ROLE_COUNT && (int)claims.type == type);
        CHECK(claims.expires_s > NOW && claims.issued_s <= NOW + TOKEN_SKEW_S);
        CHECK(token_issue(&keys, &claims, again) > 0);
        struct token_claims back;
        CHECK(token_verify(&keys, again, strlen(again), (enum token_type)type, NOW, &back) ==
              TOKEN_VALID);
        CHECK(back.user_id == claims.user_id && back.expires_s == claims.expires_s &&
              back.role == claims.role);
    }
}

static void judge_signed(const uint8_t *data, size_t size) {
    static const char header[] = "{\"alg\":\"HS256\",\"kid\":\"k1\",\"typ\":\"JWT\"}";
    char text[2048];
    uint8_t mac[HMAC_SIZE];
    if (size > 700) return;
    size_t len = base64url_encode(text, header, sizeof header - 1);
    text[len++] = '.';
    len += base64url_encode(text + len, data, size);
    hmac_sha256(&keys.keys[0].key, text, len, NULL, 0, mac);
    text[len++] = '.';
    len += base64url_encode(text + len, mac, sizeof mac);
    judge(text, len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    judge((const char *)data, size);
    judge_signed(data, size);
    return 0;
}
