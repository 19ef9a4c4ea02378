// SPDX-License-Identifier: Apache-2.0
#include "app/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/params.h"
#include "base/timestamp.h"

static const struct option *option_find(const struct command *command, const char *name,
                                        size_t len) {
    for (size_t i = 0; i < command->option_count; i++) {
        const struct option *option = &command->options[i];
        if (strlen(option->name) == len && memcmp(option->name, name, len) == 0) return option;
    }
    return NULL;
}

static int option_unknown(const struct command *command, const char *word, size_t len) {
    char name[64];
    const char *names[64];
    size_t count = 0;
    snprintf(name, sizeof name, "%.*s", (int)len, word);
    for (size_t i = 0; i < command->option_count && count < 62; i++)
        names[count++] = command->options[i].name;
    names[count++] = "json";
    names[count++] = "help";
    const char *near = nearest_name(name, names, count);
    return near == NULL ? ERR_SET(ERR_ARGUMENT, "%s has no option --%s; see fulmar %s --help",
                                  command->name, name, command->name)
                        : ERR_SET(ERR_ARGUMENT, "%s has no option --%s; did you mean --%s?",
                                  command->name, name, near);
}

static int add_option(struct args *args, const char *name, const char *value) {
    if (args->count == ARGS_MAX)
        return ERR_SET(ERR_ARGUMENT, "more than %d options were given", ARGS_MAX);
    args->names[args->count] = name;
    args->values[args->count++] = value;
    return 0;
}

// Takes argv[*index], which begins with "--", and its value if it has one.
static int parse_option(const struct command *command, int argc, char **argv, int *index,
                        struct args *args) {
    const char *word = argv[*index] + 2;
    const char *equals = strchr(word, '=');
    size_t len = equals != NULL ? (size_t)(equals - word) : strlen(word);
    if (len == 4 && memcmp(word, "help", 4) == 0) {
        args->help = true;
        return 0;
    }
    if (len == 4 && memcmp(word, "json", 4) == 0) {
        args->json = true;
        return 0;
    }
    const struct option *option = option_find(command, word, len);
    if (option == NULL) return option_unknown(command, word, len);
    if (option->arg == NULL) {
        if (equals != NULL)
            return ERR_SET(ERR_ARGUMENT, "--%s is a flag and takes no value", option->name);
        return add_option(args, option->name, "");
    }
    if (equals != NULL) return add_option(args, option->name, equals + 1);
    if (*index + 1 >= argc)
        return ERR_SET(ERR_ARGUMENT, "--%s needs a value: --%s %s", option->name, option->name,
                       option->arg);
    *index += 1;
    return add_option(args, option->name, argv[*index]);
}

int args_parse(const struct command *command, int argc, char **argv, struct args *ret_args) {
    memset(ret_args, 0, sizeof *ret_args);
    ret_args->command = command;
    bool only_operands = false;
    for (int i = 0; i < argc; i++) {
        if (!only_operands && strcmp(argv[i], "--") == 0) {
            only_operands = true;
        } else if (!only_operands && strcmp(argv[i], "-h") == 0) {
            ret_args->help = true;
        } else if (!only_operands && argv[i][0] == '-' && argv[i][1] == '-') {
            TRY(parse_option(command, argc, argv, &i, ret_args));
        } else if (!only_operands && argv[i][0] == '-' && argv[i][1] != '\0') {
            return ERR_SET(ERR_ARGUMENT, "'%s' is no option; long options begin with --", argv[i]);
        } else {
            if (ret_args->operand_count == ARGS_MAX)
                return ERR_SET(ERR_ARGUMENT, "more than %d operands were given", ARGS_MAX);
            ret_args->operands[ret_args->operand_count++] = argv[i];
        }
    }
    if (ret_args->operand_count > 0 && command->operands[0] == '\0' && !ret_args->help)
        return ERR_SET(ERR_ARGUMENT,
                       "%s takes no operand, but '%s' was given; see fulmar %s --help",
                       command->name, ret_args->operands[0], command->name);
    return 0;
}

const char *args_get(const struct args *args, const char *name, const char *fallback) {
    CHECK(option_find(args->command, name, strlen(name)) != NULL);
    for (size_t i = args->count; i-- > 0;)
        if (strcmp(args->names[i], name) == 0) return args->values[i];
    return fallback;
}

bool args_has(const struct args *args, const char *name) {
    return args_get(args, name, NULL) != NULL;
}

const char *args_nth(const struct args *args, const char *name, size_t index) {
    CHECK(option_find(args->command, name, strlen(name)) != NULL);
    for (size_t i = 0; i < args->count; i++)
        if (strcmp(args->names[i], name) == 0 && index-- == 0) return args->values[i];
    return NULL;
}

int args_size(const struct args *args, const char *name, uint64_t *ret_bytes) {
    const char *text = args_get(args, name, NULL);
    char *end;
    if (text == NULL) return 0;
    double number = strtod(text, &end);
    double unit = *end == 'G'   ? 1024.0 * 1024 * 1024
                  : *end == 'M' ? 1024.0 * 1024
                  : *end == 'K' ? 1024.0
                                : 1;
    if (unit > 1) end++;
    if (end == text || *end != '\0' || !(number * unit >= 1 << 20) || number * unit > 1e15)
        return ERR_SET(ERR_ARGUMENT, "--%s: '%s' is not a size such as 512M or 2G", name, text);
    *ret_bytes = (uint64_t)(number * unit);
    return 0;
}

int args_duration(const struct args *args, const char *name, int64_t *ret_ns) {
    const char *value = args_get(args, name, NULL);
    if (value == NULL) return 0;
    if (duration_parse(value, strlen(value), ret_ns) < 0)
        return ERR_SET(ERR_ARGUMENT, "--%s: '%s' is not a duration such as 90s, 5m, 1h or 1d", name,
                       value);
    return 0;
}

int args_instant(const struct args *args, const char *name, int64_t *ret_ns) {
    const char *value = args_get(args, name, NULL);
    if (value == NULL) return 0;
    if (timestamp_parse(value, strlen(value), ret_ns) < 0)
        return ERR_SET(ERR_ARGUMENT,
                       "--%s: '%s' is not an instant such as 2018-01-31 or 2018-01-31T09:30:00Z",
                       name, value);
    return 0;
}

int args_int(const struct args *args, const char *name, long min, long max, long *ret_value) {
    const char *value = args_get(args, name, NULL);
    if (value == NULL) return 0;
    char *end;
    errno = 0;
    long number = strtol(value, &end, 10);
    if (errno != 0 || end == value || *end != '\0' || number < min || number > max)
        return ERR_SET(ERR_ARGUMENT, "--%s: '%s' is not a whole number from %ld to %ld", name,
                       value, min, max);
    *ret_value = number;
    return 0;
}

int args_real(const struct args *args, const char *name, double min, double max,
              double *ret_value) {
    const char *value = args_get(args, name, NULL);
    if (value == NULL) return 0;
    char *end;
    double number = strtod(value, &end);
    if (end == value || *end != '\0' || !(number >= min && number <= max))
        return ERR_SET(ERR_ARGUMENT, "--%s: '%s' is not a number from %g to %g", name, value, min,
                       max);
    *ret_value = number;
    return 0;
}

int command_data_root(const struct args *args, const char *option, const char *variable,
                      char *ret_path, size_t size) {
    const char *given = args_get(args, option, NULL);
    if (given == NULL) given = getenv(variable);
    const char *data = getenv("XDG_DATA_HOME");
    const char *home = getenv("HOME");
    int len;
    if (given != NULL && given[0] != '\0')
        len = snprintf(ret_path, size, "%s", given);
    else if (data != NULL && data[0] != '\0')
        len = snprintf(ret_path, size, "%s/fulmar/%s", data, option);
    else if (home != NULL && home[0] != '\0')
        len = snprintf(ret_path, size, "%s/.local/share/fulmar/%s", home, option);
    else
        return ERR_SET(ERR_NOT_FOUND, "no home directory for the %s; give --%s DIR", option,
                       option);
    if (len < 0 || (size_t)len >= size)
        return ERR_SET(ERR_ARGUMENT, "the %s directory's path is too long", option);
    return 0;
}

int command_tape_root(const struct args *args, char *ret_path, size_t size) {
    return command_data_root(args, "tape", "FULMAR_TAPE", ret_path, size);
}
