// SPDX-License-Identifier: Apache-2.0
#include "app/yaml_fault.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/params.h"

enum { FIELDS_MAX = 64, PATH_SIZE = 256, SHOWN_MAX = 64, SENTENCE_SIZE = 1024 };

struct walk {
    const char *name;
    yaml_document_t document;
    char path[PATH_SIZE]; // "strategies[0].params", of the value that is looked at
};

static int syntax_tell(const char *name, const char *text, size_t size,
                       const yaml_parser_t *parser);
static size_t line_of(const char *text, size_t size, const yaml_parser_t *parser);
static int tell(const struct walk *walk, const yaml_node_t *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static int value_check(struct walk *walk, yaml_node_t *node, const cyaml_schema_value_t *schema);
static int number_check(struct walk *walk, const yaml_node_t *node,
                        const cyaml_schema_value_t *schema);
static int text_check(struct walk *walk, const yaml_node_t *node,
                      const cyaml_schema_value_t *schema);
static int list_check(struct walk *walk, yaml_node_t *node, const cyaml_schema_value_t *schema);
static int mapping_check(struct walk *walk, yaml_node_t *node, const cyaml_schema_value_t *schema);
static int pair_check(struct walk *walk, const yaml_node_pair_t *pair,
                      const cyaml_schema_field_t *fields, uint64_t *seen);
static int key_refuse(const struct walk *walk, const yaml_node_t *key,
                      const cyaml_schema_field_t *fields);

int yaml_fault(const char *name, const char *text, size_t size,
               const cyaml_schema_value_t *schema) {
    struct walk walk = {.name = name};
    yaml_parser_t parser;
    if (yaml_parser_initialize(&parser) == 0) return ERR_SET(ERR_NOMEM, "no memory for %s", name);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
    int rc = 0;
    if (yaml_parser_load(&parser, &walk.document) == 0) {
        rc = syntax_tell(name, text, size, &parser);
    } else {
        yaml_node_t *root = yaml_document_get_root_node(&walk.document);
        if (root != NULL) rc = value_check(&walk, root, schema);
        yaml_document_delete(&walk.document);
    }
    yaml_parser_delete(&parser);
    return rc;
}

static yaml_node_t *entry_of(yaml_document_t *document, const yaml_node_t *node, const char *key,
                             size_t len) {
    if (node->type != YAML_MAPPING_NODE) return NULL;
    for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
         pair < node->data.mapping.pairs.top; pair++) {
        const yaml_node_t *name = yaml_document_get_node(document, pair->key);
        if (name->type == YAML_SCALAR_NODE && name->data.scalar.length == len &&
            memcmp(name->data.scalar.value, key, len) == 0)
            return yaml_document_get_node(document, pair->value);
    }
    return NULL;
}

static yaml_node_t *item_of(yaml_document_t *document, const yaml_node_t *node, size_t index) {
    if (node->type != YAML_SEQUENCE_NODE) return NULL;
    const yaml_node_item_t *first = node->data.sequence.items.start;
    if (index >= (size_t)(node->data.sequence.items.top - first)) return NULL;
    return yaml_document_get_node(document, first[index]);
}

size_t yaml_fault_line(const char *text, size_t size, const char *path) {
    yaml_document_t document;
    yaml_parser_t parser;
    size_t line = 0;
    if (yaml_parser_initialize(&parser) == 0) return 0;
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
    if (yaml_parser_load(&parser, &document) != 0) {
        yaml_node_t *node = yaml_document_get_root_node(&document);
        while (node != NULL && *path != '\0') {
            char *end;
            size_t len = strcspn(path += *path == '.', ".[");
            if (*path == '[') {
                node = item_of(&document, node, strtoul(path + 1, &end, 10));
                path = *end == ']' ? end + 1 : end;
            } else {
                node = entry_of(&document, node, path, len);
                path += len;
            }
        }
        if (node != NULL) line = node->start_mark.line + 1;
        yaml_document_delete(&document);
    }
    yaml_parser_delete(&parser);
    return line;
}

static int syntax_tell(const char *name, const char *text, size_t size,
                       const yaml_parser_t *parser) {
    if (parser->error == YAML_MEMORY_ERROR) return ERR_SET(ERR_NOMEM, "no memory for %s", name);
    const char *problem = parser->problem != NULL ? parser->problem : "it cannot be read";
    size_t line = line_of(text, size, parser), at = parser->problem_mark.index;
    bool tab = parser->error == YAML_SCANNER_ERROR && at < size && text[at] == '\t';
    if (tab)
        return ERR_SET(ERR_PARSE, "%s:%zu: not YAML: a tab; YAML indents by spaces", name, line);
    if (parser->context == NULL)
        return ERR_SET(ERR_PARSE, "%s:%zu: not YAML: %s", name, line, problem);
    return ERR_SET(ERR_PARSE, "%s:%zu: not YAML: %s, %s that begins in line %zu", name, line,
                   problem, parser->context, parser->context_mark.line + 1);
}

// The reader, which looks at the bytes, tells where by the byte alone.
static size_t line_of(const char *text, size_t size, const yaml_parser_t *parser) {
    if (parser->error != YAML_READER_ERROR) return parser->problem_mark.line + 1;
    size_t line = 1;
    for (size_t i = 0; i < size && i < parser->problem_offset; i++) line += text[i] == '\n';
    return line;
}

static int tell(const struct walk *walk, const yaml_node_t *node, const char *format, ...) {
    char sentence[SENTENCE_SIZE];
    va_list list;
    va_start(list, format);
    vsnprintf(sentence, sizeof sentence, format, list);
    va_end(list);
    return ERR_SET(ERR_PARSE, "%s:%zu: %s%s%s", walk->name, node->start_mark.line + 1, walk->path,
                   walk->path[0] != '\0' ? ": " : "", sentence);
}

static int value_check(struct walk *walk, yaml_node_t *node, const cyaml_schema_value_t *schema) {
    switch (schema->type) {
    case CYAML_STRING:
        return text_check(walk, node, schema);
    case CYAML_INT:
    case CYAML_UINT:
        return number_check(walk, node, schema);
    case CYAML_SEQUENCE:
        return list_check(walk, node, schema);
    case CYAML_MAPPING:
        return mapping_check(walk, node, schema);
    default:
        return 0;
    }
}

static int scalar_check(struct walk *walk, const yaml_node_t *node) {
    if (node->type == YAML_SCALAR_NODE) return 0;
    return tell(walk, node, "is one value, not a %s",
                node->type == YAML_SEQUENCE_NODE ? "list" : "mapping");
}

static int text_check(struct walk *walk, const yaml_node_t *node,
                      const cyaml_schema_value_t *schema) {
    TRY(scalar_check(walk, node));
    if (node->data.scalar.length >= schema->string.min) return 0;
    return tell(walk, node, "is empty; it is a name");
}

static int number_check(struct walk *walk, const yaml_node_t *node,
                        const cyaml_schema_value_t *schema) {
    TRY(scalar_check(walk, node));
    const char *word = (const char *)node->data.scalar.value;
    bool is_signed = schema->type == CYAML_INT;
    int bits = (int)schema->data_size * 8;
    long long most = (long long)(UINT64_MAX >> (64 - bits + (is_signed || bits == 64)));
    long long least = is_signed ? -most - 1 : 0;
    char *end;
    errno = 0;
    long long value = strtoll(word, &end, 0);
    bool whole = end != word && *end == '\0' && errno == 0 && value >= least && value <= most;
    if (whole) return 0;
    return tell(walk, node, "'%.*s' is not a whole number from %lld to %lld", SHOWN_MAX, word,
                least, most);
}

static int list_check(struct walk *walk, yaml_node_t *node, const cyaml_schema_value_t *schema) {
    const cyaml_schema_value_t *entry = schema->sequence.entry;
    if (node->type != YAML_SEQUENCE_NODE && entry->type == CYAML_MAPPING)
        return tell(walk, node, "is a list whose entries begin with '- %s: '",
                    entry->mapping.fields->key);
    if (node->type != YAML_SEQUENCE_NODE) return tell(walk, node, "is a list, as in [a, b]");
    const yaml_node_item_t *first = node->data.sequence.items.start;
    size_t count = (size_t)(node->data.sequence.items.top - first), len = strlen(walk->path);
    if (count < schema->sequence.min || count > schema->sequence.max)
        return tell(walk, node, "is a list of %zu; it may have %u to %u entries", count,
                    schema->sequence.min, schema->sequence.max);
    for (size_t i = 0; i < count; i++) {
        snprintf(walk->path + len, PATH_SIZE - len, "[%zu]", i);
        TRY(value_check(walk, yaml_document_get_node(&walk->document, first[i]), entry));
    }
    walk->path[len] = '\0';
    return 0;
}

static int mapping_check(struct walk *walk, yaml_node_t *node, const cyaml_schema_value_t *schema) {
    const cyaml_schema_field_t *fields = schema->mapping.fields;
    uint64_t seen = 0;
    if (node->type != YAML_MAPPING_NODE)
        return tell(walk, node, "a mapping stands here, as in '%s: '", fields->key);
    for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
         pair < node->data.mapping.pairs.top; pair++)
        TRY(pair_check(walk, pair, fields, &seen));
    for (int i = 0; fields[i].key != NULL && i < FIELDS_MAX; i++)
        if ((fields[i].value.flags & CYAML_FLAG_OPTIONAL) == 0 && (seen >> i & 1) == 0)
            return tell(walk, node, "the key '%s' is missing", fields[i].key);
    return 0;
}

static int pair_check(struct walk *walk, const yaml_node_pair_t *pair,
                      const cyaml_schema_field_t *fields, uint64_t *seen) {
    const yaml_node_t *key = yaml_document_get_node(&walk->document, pair->key);
    size_t len = strlen(walk->path);
    int i = 0;
    if (key->type != YAML_SCALAR_NODE) return tell(walk, key, "a key is one word");
    const char *word = (const char *)key->data.scalar.value;
    while (fields[i].key != NULL && strcmp(fields[i].key, word) != 0) i++;
    if (fields[i].key == NULL) return key_refuse(walk, key, fields);
    if (i >= FIELDS_MAX) return 0;
    if ((*seen >> i & 1) != 0) return tell(walk, key, "the key '%s' is there a second time", word);
    *seen |= UINT64_C(1) << i;
    snprintf(walk->path + len, PATH_SIZE - len, "%s%s", len > 0 ? "." : "", word);
    TRY(value_check(walk, yaml_document_get_node(&walk->document, pair->value), &fields[i].value));
    walk->path[len] = '\0';
    return 0;
}

static int key_refuse(const struct walk *walk, const yaml_node_t *key,
                      const cyaml_schema_field_t *fields) {
    const char *names[FIELDS_MAX], *word = (const char *)key->data.scalar.value;
    char all[SENTENCE_SIZE / 2] = "";
    size_t count = 0, len = 0;
    for (; fields[count].key != NULL && count < FIELDS_MAX; count++) {
        names[count] = fields[count].key;
        int more =
            snprintf(all + len, sizeof all - len, "%s%s", count > 0 ? ", " : "", names[count]);
        if ((size_t)more < sizeof all - len) len += (size_t)more;
    }
    const char *near = nearest_name(word, names, count);
    if (near != NULL)
        return tell(walk, key, "there is no key '%.*s'; did you mean %s?", SHOWN_MAX, word, near);
    return tell(walk, key, "there is no key '%.*s'; there are %s", SHOWN_MAX, word, all);
}
