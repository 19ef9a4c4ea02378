// SPDX-License-Identifier: Apache-2.0
#include "app/risk/risk_output.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/params.h"

static const struct param number = {.type = PARAM_REAL};

int risk_output_levels(const struct args *args, struct risk_levels *ret) {
    *ret = (struct risk_levels){{0.99}, 1};
    for (size_t i = 0; args_nth(args, "level", i) != NULL; i++) {
        const char *word = args_nth(args, "level", i);
        char *end;
        if (i == RISK_LEVELS_MAX)
            return ERR_SET(ERR_ARGUMENT, "--level is given more than %d times", RISK_LEVELS_MAX);
        ret->list[i] = strtod(word, &end);
        if (end == word || *end != '\0' || !(ret->list[i] >= 0.5 && ret->list[i] < 1))
            return ERR_SET(ERR_ARGUMENT, "--level is a number within [0.5, 1), not '%s'", word);
        ret->count = i + 1;
    }
    return 0;
}

void risk_output_number(struct text *out, double value) {
    if (isfinite(value))
        params_print_value(&number, value, out);
    else
        text_add(out, "null");
}

void risk_output_item(struct text *out, bool json, bool first, const char *key, double value) {
    if (json)
        text_printf(out, "%s\"%s\":", first ? "" : ",", key);
    else
        text_printf(out, "%-40s ", key);
    risk_output_number(out, value);
    if (!json) text_add_char(out, '\n');
}

void risk_output_array(struct text *out, const char *key, const double *values, size_t count) {
    text_printf(out, ",\"%s\":[", key);
    for (size_t i = 0; i < count; i++) {
        if (i > 0) text_add_char(out, ',');
        risk_output_number(out, values[i]);
    }
    text_add_char(out, ']');
}

void risk_output_names(struct text *out, const char *key, const char *const *names, size_t count) {
    text_printf(out, ",\"%s\":[", key);
    for (size_t i = 0; i < count; i++) {
        if (i > 0) text_add_char(out, ',');
        risk_output_string(out, names[i]);
    }
    text_add_char(out, ']');
}

void risk_output_string(struct text *out, const char *string) {
    text_add_char(out, '"');
    for (; *string != '\0'; string++) {
        if (*string == '"' || *string == '\\') text_add_char(out, '\\');
        if ((unsigned char)*string < ' ')
            text_printf(out, "\\u%04x", (unsigned)*string);
        else
            text_add_char(out, *string);
    }
    text_add_char(out, '"');
}

void risk_output_warnings(const struct args *args, const struct text *lines, struct text *out) {
    bool any = false;
    for (const char *line = text_string(lines); *line != '\0'; any = true) {
        size_t size = strcspn(line, "\n");
        char *copy = strndup(line, size);
        if (copy == NULL) return;
        fprintf(stderr, "fulmar %s: %s\n", args->command->name, copy);
        if (args->json) {
            text_add(out, any ? "," : ",\"warnings\":[");
            risk_output_string(out, copy);
        }
        free(copy);
        line += size + (line[size] == '\n');
    }
    if (any && args->json) text_add_char(out, ']');
}

int risk_output_print(struct text *text, int rc) {
    if (rc == 0 && text_error(text) < 0)
        rc = ERR_SET(text_error(text), "no memory for the results");
    if (rc == 0) fwrite(text_string(text), 1, text->len, stdout);
    text_fini(text);
    return rc;
}
