// SPDX-License-Identifier: Apache-2.0
// The small texts of identity: addresses and networks, scopes, keys, codes, rates, the secrets file, passwords,
// escapes. What is taken prints as it was read; what is written out holds nothing of what it must not.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "edge/auth/api_key.h"
#include "edge/auth/codec.h"
#include "edge/auth/escape.h"
#include "edge/auth/password_policy.h"
#include "edge/auth/rate_limit.h"
#include "edge/auth/secrets.h"
#include "edge/auth/totp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_addresses(const char *text, size_t size) {
    struct ip ip, again;
    struct ip_network network, back;
    struct ip_list list;
    char printed[IP_NETWORK_TEXT_SIZE];
    if (ip_parse(text, size, &ip) == 0) {
        size_t len = ip_print(printed, &ip);
        CHECK(ip_parse(printed, len, &again) == 0 && ip_equal(&ip, &again));
    }
    if (ip_network_parse(text, size, &network) == 0) {
        size_t len = ip_network_print(printed, &network);
        CHECK(ip_network_parse(printed, len, &back) == 0 && back.bits == network.bits);
        CHECK(ip_within(&network.base, &network) || network.bits < 96);
    }
    if (ip_list_parse(text, &list) == 0) CHECK(list.count <= IP_LIST_MAX);
}

static void read_words(const char *text, size_t size) {
    uint32_t scopes;
    char printed[SCOPE_TEXT_SIZE], id[SECRET_ID_SIZE];
    uint8_t bytes[512];
    size_t got;
    struct rate_rules rules;
    struct secret_key key = {{1}};
    if (scope_parse(text, size, &scopes) == 0) CHECK(scope_print(printed, scopes) == size);
    (void)api_key_read_id(text, size, id);
    (void)!recovery_code_digest(&key, text, size, bytes);
    (void)totp_verify((const uint8_t *)"01234567890123456789", text, size, 1, -1);
    rate_rules_init(&rules);
    (void)!rate_rules_change(&rules, text);
    if (size <= 600 && base64url_decode(text, size, bytes, sizeof bytes, &got) == 0) {
        char again[700];
        CHECK(base64url_encode(again, bytes, got) == size && memcmp(again, text, size) == 0);
    }
    struct secrets secrets;
    (void)!secrets_parse(text, size, &secrets);
    (void)!password_policy_check(text, size, "margaret");
    err_clear();
}

static void write_out(const char *text, size_t size) {
    struct text out;
    text_init(&out, 16 * size + 64);
    escape_html(&out, text, size);
    CHECK(text_error(&out) == 0 && strpbrk(text_string(&out), "<>\"'\r\n\x1b") == NULL);
    text_clear(&out);
    escape_log(&out, text, size);
    for (const char *c = text_string(&out); *c != '\0'; c++)
        CHECK((unsigned char)*c >= 0x20 && *c != 0x7f);
    text_clear(&out);
    escape_chat(&out, text, size);
    CHECK(text_error(&out) == 0 && strpbrk(text_string(&out), "<>\n") == NULL);
    text_clear(&out);
    escape_csv(&out, text, size);
    CHECK(text_error(&out) == 0 &&
          (out.len == 0 || strchr("=@\t\r", text_string(&out)[0]) == NULL));
    text_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = malloc(size + 1); // many of them take C strings
    CHECK(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    read_addresses(text, size);
    read_words(text, size);
    write_out(text, size);
    free(text);
    return 0;
}
