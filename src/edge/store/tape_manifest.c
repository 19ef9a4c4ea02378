// SPDX-License-Identifier: Apache-2.0
#include "edge/store/tape_manifest.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/text.h"

enum { FORMAT_VERSION = 1, ITEMS_MAX = 1000000 };
static const size_t MANIFEST_BYTES_MAX = (size_t)1 << 30;

static int decode(json_t *root, struct tape_manifest *manifest);
static int decode_series(json_t *root, struct tape_manifest *manifest);
static int decode_instrument(json_t *root, struct tape_meta *meta);
static int decode_partitions(json_t *root, struct tape_manifest *manifest);
static int decode_imports(json_t *root, struct tape_manifest *manifest);
static int get_int(json_t *object, const char *name, int64_t min, int64_t max, int64_t *ret_value);
static int get_text(json_t *object, const char *name, size_t size, char *ret_text);
static json_t *encode(const struct tape_manifest *manifest);
static json_t *encode_instrument(const struct tape_meta *meta);
static json_t *encode_partitions(const struct tape_manifest *manifest);
static json_t *encode_imports(const struct tape_manifest *manifest);
static int write_if_changed(const char *path, const char *text, size_t size);

int tape_manifest_read(const char *dir, struct tape_manifest *ret_manifest) {
    char path[TAPE_PATH_SIZE + 16];
    char *data;
    size_t size;
    json_error_t error;
    snprintf(path, sizeof path, "%s/manifest.json", dir);
    TRY(io_read_file(path, MANIFEST_BYTES_MAX, &data, &size));
    json_t *root = json_loadb(data, size, JSON_REJECT_DUPLICATES, &error);
    free(data);
    if (root == NULL) return ERR_SET(ERR_CORRUPT, "%s:%d: %s", path, error.line, error.text);
    struct tape_manifest manifest = {0};
    int rc = decode(root, &manifest);
    json_decref(root);
    if (rc < 0) {
        tape_manifest_fini(&manifest);
        return ERR_APPEND(rc, "in %s", path);
    }
    *ret_manifest = manifest;
    return 0;
}

void tape_manifest_fini(struct tape_manifest *manifest) {
    free(manifest->partitions);
    free(manifest->imports);
    *manifest = (struct tape_manifest){0};
}

uint64_t tape_manifest_digest(const struct tape_manifest *manifest,
                              char ret_text[SHA256_TEXT_SIZE]) {
    const struct instrument *instrument = &manifest->meta.instrument;
    uint8_t digest[SHA256_SIZE];
    uint64_t rows = 0;
    struct text text;
    text_init(&text, (size_t)256 * (manifest->partition_count + 1));
    text_printf(&text, "%d %d\n", instrument->price_decimals, instrument->qty_decimals);
    for (uint32_t i = 0; i < manifest->partition_count; i++) {
        const struct tape_partition *partition = &manifest->partitions[i];
        text_printf(&text, "%s %" PRIu64 " %08" PRIx32 "\n", partition->file, partition->count,
                    partition->header_crc);
        rows += partition->count;
    }
    sha256(text_string(&text), text.len, digest);
    sha256_print(ret_text, digest);
    text_fini(&text);
    return rows;
}

int tape_manifest_write(const char *dir, const struct tape_manifest *manifest) {
    char path[TAPE_PATH_SIZE + 16];
    snprintf(path, sizeof path, "%s/manifest.json", dir);
    json_t *root = encode(manifest);
    char *text = root == NULL ? NULL : json_dumps(root, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
    json_decref(root);
    if (text == NULL) return ERR_SET(ERR_NOMEM, "no memory for %s", path);
    int rc = write_if_changed(path, text, strlen(text));
    free(text);
    return rc;
}

static int write_if_changed(const char *path, const char *text, size_t size) {
    char *old = NULL;
    size_t old_size = 0;
    int rc = io_read_file(path, MANIFEST_BYTES_MAX, &old, &old_size);
    bool same = rc == 0 && old_size == size && memcmp(old, text, size) == 0;
    free(old);
    if (same) return 0;
    if (rc < 0) err_clear();
    return io_write_file(path, text, size);
}

static int decode(json_t *root, struct tape_manifest *manifest) {
    int64_t version = 0;
    char format[16];
    TRY(get_text(root, "format", sizeof format, format));
    TRY(get_int(root, "version", 0, INT32_MAX, &version));
    if (strcmp(format, "fulmar-tape") != 0) return ERR_SET(ERR_CORRUPT, "format '%s'", format);
    if (version != FORMAT_VERSION)
        return ERR_SET(ERR_UNSUPPORTED, "manifest version %" PRId64 ", this program reads %d",
                       version, FORMAT_VERSION);
    TRY(decode_series(root, manifest));
    TRY(decode_instrument(json_object_get(root, "instrument"), &manifest->meta));
    memcpy(manifest->meta.instrument.venue, manifest->series.venue, VENUE_NAME_SIZE);
    memcpy(manifest->meta.instrument.symbol, manifest->series.symbol, SYMBOL_SIZE);
    TRY(decode_partitions(json_object_get(root, "partitions"), manifest));
    return decode_imports(json_object_get(root, "imports"), manifest);
}

static int decode_series(json_t *root, struct tape_manifest *manifest) {
    char name[TAPE_NAME_SIZE];
    int64_t flags = 0;
    TRY(get_text(root, "series", sizeof name, name));
    TRY(get_int(root, "bar_flags", 0, UINT32_MAX, &flags));
    TRY(tape_series_parse(name, &manifest->series));
    manifest->meta.bar_flags = (uint32_t)flags;
    return 0;
}

// Manifests of before there were inverse contracts do not tell it.
static int get_payoff(json_t *object, uint32_t *ret_payoff) {
    char name[16];
    if (json_object_get(object, "payoff") == NULL) return 0;
    TRY(get_text(object, "payoff", sizeof name, name));
    int payoff = payoff_find(name);
    if (payoff < 0) return ERR_SET(ERR_CORRUPT, "payoff '%s' does not exist", name);
    *ret_payoff = (uint32_t)payoff;
    return 0;
}

static int decode_instrument(json_t *object, struct tape_meta *meta) {
    struct instrument *to = &meta->instrument;
    char asset[16];
    int64_t price_decimals = 0, qty_decimals = 0, multiplier_decimals = 0, calendar = 0;
    TRY(get_text(object, "asset", sizeof asset, asset));
    int asset_index = asset_class_find(asset);
    if (asset_index < 0) return ERR_SET(ERR_CORRUPT, "asset class '%s' does not exist", asset);
    TRY(get_text(object, "currency", sizeof meta->currency, meta->currency));
    TRY(get_int(object, "calendar", 0, CALENDAR_COUNT - 1, &calendar));
    TRY(get_int(object, "price_decimals", 0, DECIMALS_MAX, &price_decimals));
    TRY(get_int(object, "qty_decimals", 0, DECIMALS_MAX, &qty_decimals));
    TRY(get_int(object, "tick", 1, INT64_MAX, &to->tick.m));
    TRY(get_int(object, "lot", 1, INT64_MAX, &to->lot.m));
    TRY(get_int(object, "qty_min", 1, INT64_MAX, &to->qty_min.m));
    TRY(get_int(object, "notional_min", 0, INT64_MAX, &to->notional_min));
    TRY(get_int(object, "multiplier", 1, INT64_MAX, &to->multiplier));
    TRY(get_int(object, "multiplier_decimals", 0, DECIMALS_MAX, &multiplier_decimals));
    TRY(get_payoff(object, &to->payoff));
    to->asset = (uint32_t)asset_index;
    to->calendar = (uint32_t)calendar;
    to->price_decimals = (int32_t)price_decimals;
    to->qty_decimals = (int32_t)qty_decimals;
    to->multiplier_decimals = (int32_t)multiplier_decimals;
    to->currency = UINT32_MAX;
    return 0;
}

static int decode_partitions(json_t *array, struct tape_manifest *manifest) {
    size_t count = json_array_size(array);
    if (!json_is_array(array) || count > ITEMS_MAX)
        return ERR_SET(ERR_CORRUPT, "'partitions' is no list of files");
    manifest->partitions = calloc(count + 1, sizeof *manifest->partitions);
    if (manifest->partitions == NULL)
        return ERR_SET(ERR_NOMEM, "no memory for %zu partitions", count);
    for (size_t i = 0; i < count; i++) {
        json_t *item = json_array_get(array, i);
        struct tape_partition *to = &manifest->partitions[i];
        int64_t rows = 0, crc = 0;
        TRY(get_text(item, "file", sizeof to->file, to->file));
        TRY(get_int(item, "key", INT32_MIN, INT32_MAX, &to->key));
        TRY(get_int(item, "count", 1, INT64_MAX, &rows));
        TRY(get_int(item, "first_ns", INT64_MIN, INT64_MAX, &to->first_ns));
        TRY(get_int(item, "last_ns", INT64_MIN, INT64_MAX, &to->last_ns));
        TRY(get_int(item, "header_crc", 0, UINT32_MAX, &crc));
        bool ordered = i == 0 || to->key > manifest->partitions[i - 1].key;
        if (!ordered || strchr(to->file, '/') != NULL)
            return ERR_SET(ERR_CORRUPT, "partition %zu is out of place", i);
        to->count = (uint64_t)rows;
        to->header_crc = (uint32_t)crc;
        to->price_decimals = manifest->meta.instrument.price_decimals;
        to->qty_decimals = manifest->meta.instrument.qty_decimals;
        manifest->partition_count++;
    }
    return 0;
}

static int decode_imports(json_t *array, struct tape_manifest *manifest) {
    size_t count = json_array_size(array);
    if (!json_is_array(array) || count > ITEMS_MAX)
        return ERR_SET(ERR_CORRUPT, "'imports' is no list of sources");
    manifest->imports = calloc(count + 1, sizeof *manifest->imports);
    if (manifest->imports == NULL) return ERR_SET(ERR_NOMEM, "no memory for %zu imports", count);
    for (size_t i = 0; i < count; i++) {
        json_t *item = json_array_get(array, i);
        struct tape_import *to = &manifest->imports[i];
        int64_t rows = 0, accepted = 0;
        TRY(get_text(item, "source", sizeof to->source, to->source));
        TRY(get_text(item, "sha256", sizeof to->sha256, to->sha256));
        TRY(get_text(item, "importer", sizeof to->importer, to->importer));
        TRY(get_text(item, "faults", sizeof to->faults, to->faults));
        TRY(get_int(item, "rows", 0, INT64_MAX, &rows));
        TRY(get_int(item, "accepted", 0, INT64_MAX, &accepted));
        to->rows = (uint64_t)rows;
        to->accepted = (uint64_t)accepted;
        manifest->import_count++;
    }
    return 0;
}

static int get_int(json_t *object, const char *name, int64_t min, int64_t max, int64_t *ret_value) {
    json_t *value = json_object_get(object, name);
    if (!json_is_integer(value)) return ERR_SET(ERR_CORRUPT, "'%s' is no integer", name);
    int64_t number = json_integer_value(value);
    if (number < min || number > max)
        return ERR_SET(ERR_CORRUPT, "'%s' is %" PRId64 ", outside [%" PRId64 ", %" PRId64 "]", name,
                       number, min, max);
    *ret_value = number;
    return 0;
}

static int get_text(json_t *object, const char *name, size_t size, char *ret_text) {
    json_t *value = json_object_get(object, name);
    if (!json_is_string(value)) return ERR_SET(ERR_CORRUPT, "'%s' is no text", name);
    if (json_string_length(value) >= size) return ERR_SET(ERR_CORRUPT, "'%s' is too long", name);
    memset(ret_text, 0, size);
    memcpy(ret_text, json_string_value(value), json_string_length(value));
    return 0;
}

static json_t *encode(const struct tape_manifest *manifest) {
    char name[TAPE_NAME_SIZE];
    tape_series_print(&manifest->series, name);
    return json_pack("{s:s,s:i,s:s,s:I,s:o,s:o,s:o}", "format", "fulmar-tape", "version",
                     FORMAT_VERSION, "series", name, "bar_flags",
                     (json_int_t)manifest->meta.bar_flags, "instrument",
                     encode_instrument(&manifest->meta), "partitions", encode_partitions(manifest),
                     "imports", encode_imports(manifest));
}

static json_t *encode_instrument(const struct tape_meta *meta) {
    const struct instrument *from = &meta->instrument;
    return json_pack(
        "{s:s,s:s,s:i,s:i,s:i,s:I,s:I,s:I,s:I,s:I,s:i,s:s}", "asset", asset_class_name(from->asset),
        "currency", meta->currency, "calendar", (int)from->calendar, "price_decimals",
        (int)from->price_decimals, "qty_decimals", (int)from->qty_decimals, "tick",
        (json_int_t)from->tick.m, "lot", (json_int_t)from->lot.m, "qty_min",
        (json_int_t)from->qty_min.m, "notional_min", (json_int_t)from->notional_min, "multiplier",
        (json_int_t)from->multiplier, "multiplier_decimals", (int)from->multiplier_decimals,
        "payoff", payoff_name((enum payoff)from->payoff));
}

static json_t *encode_partitions(const struct tape_manifest *manifest) {
    json_t *array = json_array();
    for (uint32_t i = 0; i < manifest->partition_count; i++) {
        const struct tape_partition *from = &manifest->partitions[i];
        json_t *item = json_pack(
            "{s:s,s:I,s:I,s:I,s:I,s:I}", "file", from->file, "key", (json_int_t)from->key, "count",
            (json_int_t)from->count, "first_ns", (json_int_t)from->first_ns, "last_ns",
            (json_int_t)from->last_ns, "header_crc", (json_int_t)from->header_crc);
        if (json_array_append_new(array, item) < 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

static json_t *encode_imports(const struct tape_manifest *manifest) {
    json_t *array = json_array();
    for (uint32_t i = 0; i < manifest->import_count; i++) {
        const struct tape_import *from = &manifest->imports[i];
        json_t *item =
            json_pack("{s:s,s:s,s:s,s:I,s:I,s:s}", "source", from->source, "sha256", from->sha256,
                      "importer", from->importer, "rows", (json_int_t)from->rows, "accepted",
                      (json_int_t)from->accepted, "faults", from->faults);
        if (json_array_append_new(array, item) < 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}
