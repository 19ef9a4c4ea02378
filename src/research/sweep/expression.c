// SPDX-License-Identifier: Apache-2.0
#include "research/sweep/expression.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/params.h"

enum op {
    OP_NUMBER,
    OP_NAME,
    OP_OR,
    OP_AND,
    OP_NOT,
    OP_LESS,
    OP_LESS_EQUAL,
    OP_GREATER,
    OP_GREATER_EQUAL,
    OP_EQUAL,
    OP_UNEQUAL,
    OP_ADD,
    OP_SUBTRACT,
    OP_MULTIPLY,
    OP_DIVIDE,
    OP_REMAINDER,
    OP_NEGATE
};

// Binary operators by strength; a longer spelling stands before one that it begins with.
static const struct {
    const char *word;
    uint32_t level;
    enum op op;
} operators[] = {
    {"||", 0, OP_OR},
    {"or", 0, OP_OR},
    {"&&", 1, OP_AND},
    {"and", 1, OP_AND},
    {"<=", 2, OP_LESS_EQUAL},
    {"<", 2, OP_LESS},
    {">=", 2, OP_GREATER_EQUAL},
    {">", 2, OP_GREATER},
    {"==", 2, OP_EQUAL},
    {"!=", 2, OP_UNEQUAL},
    {"+", 3, OP_ADD},
    {"-", 3, OP_SUBTRACT},
    {"*", 4, OP_MULTIPLY},
    {"/", 4, OP_DIVIDE},
    {"%", 4, OP_REMAINDER},
};
enum { LEVEL_COMPARISON = 2, LEVEL_UNARY = 5 };

struct parser {
    const char *what;
    const char *text;
    const char *at;
    const char *const *names;
    size_t name_count;
    struct expression *out;
    uint32_t depth;
};

static int parse_level(struct parser *parser, uint32_t level);

static int column(const struct parser *parser) {
    return (int)(parser->at - parser->text) + 1;
}

static void skip_blanks(struct parser *parser) {
    while (isspace((unsigned char)*parser->at)) parser->at++;
}

static bool is_word(char c) {
    return isalnum((unsigned char)c) || c == '_';
}

// Whether the text goes on with a token; a token of letters ends where a word does.
static bool follows(struct parser *parser, const char *token) {
    skip_blanks(parser);
    size_t len = strlen(token);
    if (strncmp(parser->at, token, len) != 0) return false;
    return !is_word(token[0]) || !is_word(parser->at[len]);
}

static bool accept(struct parser *parser, const char *token) {
    if (!follows(parser, token)) return false;
    parser->at += strlen(token);
    return true;
}

static int add(struct parser *parser, enum op op, uint32_t name, double number) {
    struct expression *out = parser->out;
    if (out->count == EXPRESSION_STEPS_MAX)
        return ERR_SET(ERR_FULL, "%s: '%s' has more than %d parts", parser->what, parser->text,
                       EXPRESSION_STEPS_MAX);
    out->steps[out->count++] =
        (struct expression_step){.op = (uint32_t)op, .name = name, .number = number};
    return 0;
}

static int expected(const struct parser *parser, const char *thing) {
    if (*parser->at == '\0')
        return ERR_SET(ERR_PARSE, "%s: '%s' ends where %s is missing", parser->what, parser->text,
                       thing);
    return ERR_SET(ERR_PARSE, "%s: '%s': column %d is '%c', not %s", parser->what, parser->text,
                   column(parser), *parser->at, thing);
}

static int parse_number(struct parser *parser) {
    char *end;
    double number = strtod(parser->at, &end);
    if (end == parser->at || is_word(*end) || !isfinite(number))
        return expected(parser, "a number");
    parser->at = end;
    return add(parser, OP_NUMBER, 0, number);
}

static int parse_name(struct parser *parser) {
    size_t len = 0;
    while (is_word(parser->at[len])) len++;
    for (size_t i = 0; i < parser->name_count; i++) {
        const char *name = parser->names[i];
        if (strlen(name) != len || memcmp(name, parser->at, len) != 0) continue;
        parser->at += len;
        return add(parser, OP_NAME, (uint32_t)i, 0);
    }
    char word[64];
    size_t kept = len < sizeof word ? len : sizeof word - 1;
    memcpy(word, parser->at, kept);
    word[kept] = '\0';
    const char *near = nearest_name(word, parser->names, parser->name_count);
    return ERR_SET(ERR_NOT_FOUND, "%s: '%s': column %d: there is no '%s'%s%s%s", parser->what,
                   parser->text, column(parser), word, near != NULL ? "; did you mean " : "",
                   near != NULL ? near : "", near != NULL ? "?" : "");
}

static int parse_atom(struct parser *parser) {
    if (accept(parser, "(")) {
        TRY(parse_level(parser, 0));
        return accept(parser, ")") ? 0 : expected(parser, "')'");
    }
    skip_blanks(parser);
    if (isdigit((unsigned char)*parser->at) || *parser->at == '.') return parse_number(parser);
    if (is_word(*parser->at)) return parse_name(parser);
    return expected(parser, "a number, a name or '('");
}

static int parse_unary(struct parser *parser) {
    if (accept(parser, "-")) {
        TRY(parse_level(parser, LEVEL_UNARY));
        return add(parser, OP_NEGATE, 0, 0);
    }
    return parse_atom(parser);
}

// "not" stands between "and" and the comparisons: not a < b is not (a < b).
static int parse_not(struct parser *parser) {
    TRY(parse_level(parser, LEVEL_COMPARISON));
    return add(parser, OP_NOT, 0, 0);
}

static bool accept_not(struct parser *parser) {
    if (accept(parser, "not")) return true;
    return !follows(parser, "!=") && accept(parser, "!");
}

static bool accept_operator(struct parser *parser, uint32_t level, enum op *ret_op) {
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        if (operators[i].level != level || !accept(parser, operators[i].word)) continue;
        *ret_op = operators[i].op;
        return true;
    }
    return false;
}

static int parse_operators(struct parser *parser, uint32_t level) {
    enum op op, next;
    TRY(parse_level(parser, level + 1));
    while (accept_operator(parser, level, &op)) {
        TRY(parse_level(parser, level + 1));
        TRY(add(parser, op, 0, 0));
        const char *before = parser->at;
        if (level == LEVEL_COMPARISON && accept_operator(parser, level, &next)) {
            parser->at = before;
            return ERR_SET(ERR_PARSE,
                           "%s: '%s': column %d: comparisons do not chain; write a < b and b < c",
                           parser->what, parser->text, column(parser));
        }
    }
    return 0;
}

static int parse_level(struct parser *parser, uint32_t level) {
    if (parser->depth++ > EXPRESSION_DEPTH_MAX * LEVEL_UNARY)
        return ERR_SET(ERR_FULL, "%s: '%s' is nested too deep", parser->what, parser->text);
    int rc;
    if (level == LEVEL_COMPARISON && accept_not(parser))
        rc = parse_not(parser);
    else
        rc = level == LEVEL_UNARY ? parse_unary(parser) : parse_operators(parser, level);
    parser->depth--;
    return rc;
}

// How many values the steps keep at most.
static uint32_t values_kept(const struct expression *expression) {
    uint32_t now = 0, most = 0;
    for (uint32_t i = 0; i < expression->count; i++) {
        uint32_t op = expression->steps[i].op;
        if (op == OP_NUMBER || op == OP_NAME) now++;
        if (op != OP_NUMBER && op != OP_NAME && op != OP_NOT && op != OP_NEGATE) now--;
        most = now > most ? now : most;
    }
    return most;
}

int expression_parse(const char *what, const char *text, const char *const *names,
                     size_t name_count, struct expression *ret_expression) {
    struct expression out = {.count = 0};
    struct parser parser = {.what = what,
                            .text = text,
                            .at = text,
                            .names = names,
                            .name_count = name_count,
                            .out = &out};
    TRY(parse_level(&parser, 0));
    skip_blanks(&parser);
    if (*parser.at != '\0') return expected(&parser, "an operator");
    if (values_kept(&out) > EXPRESSION_DEPTH_MAX)
        return ERR_SET(ERR_FULL, "%s: '%s' is nested too deep", what, text);
    *ret_expression = out;
    return 0;
}

static double binary(uint32_t op, double a, double b) {
    switch (op) {
    case OP_OR:
        return a != 0 || b != 0;
    case OP_AND:
        return a != 0 && b != 0;
    case OP_LESS:
        return a < b;
    case OP_LESS_EQUAL:
        return a <= b;
    case OP_GREATER:
        return a > b;
    case OP_GREATER_EQUAL:
        return a >= b;
    case OP_EQUAL:
        return a == b;
    case OP_UNEQUAL:
        return a < b || a > b;
    case OP_ADD:
        return a + b;
    case OP_SUBTRACT:
        return a - b;
    case OP_MULTIPLY:
        return a * b;
    case OP_DIVIDE:
        return a / b;
    default:
        return fmod(a, b);
    }
}

double expression_value(const struct expression *expression, const double *values) {
    double stack[EXPRESSION_DEPTH_MAX + 1];
    uint32_t top = 0;
    for (uint32_t i = 0; i < expression->count; i++) {
        const struct expression_step *step = &expression->steps[i];
        if (step->op == OP_NUMBER) {
            stack[top++] = step->number;
        } else if (step->op == OP_NAME) {
            stack[top++] = values[step->name];
        } else if (step->op == OP_NOT) {
            stack[top - 1] = stack[top - 1] == 0;
        } else if (step->op == OP_NEGATE) {
            stack[top - 1] = -stack[top - 1];
        } else {
            top--;
            stack[top - 1] = binary(step->op, stack[top - 1], stack[top]);
        }
    }
    CHECK(top == 1);
    return stack[0];
}

bool expression_holds(const struct expression *expression, const double *values) {
    double value = expression_value(expression, values);
    return value < 0 || value > 0;
}
