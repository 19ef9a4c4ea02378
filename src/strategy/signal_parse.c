// SPDX-License-Identifier: Apache-2.0
#include "strategy/signal_parse.h"

#include <string.h>

#include "base/check.h"
#include "base/timestamp.h"

enum { WORD_SIZE = 64, FRAME_S_MAX = 366 * 86400, NAMES_MAX = 512 };

static const char *const column_names[COLUMN_COUNT] = {"open",  "high",   "low",
                                                       "close", "volume", "time"};

struct reader {
    const char *text;
    const char *at;
    const char *word_at; // where the latest word began
    char word[WORD_SIZE];
    const struct signal_terms *terms;
    struct signal_spec *spec; // of an indicator; NULL: a feature is read
    const char *name;         // of the indicator or the feature, with its table of arguments
    const struct param *table;
    size_t table_count;
    double *args;
    uint32_t columns;
    uint32_t positional;
    uint32_t given; // bit i: argument i was given
};

// `PLACE` begins every story: the text and the column of the fault.
#define PLACE "\"%s\", column %d: "
#define PLACE_ARGS(reader_, at_) (reader_)->text, (int)((at_) - (reader_)->text) + 1

static int read_name(struct reader *reader);
static int read_feature(struct reader *reader, struct signal_feature *feature);
static int read_end(struct reader *reader);
static int read_items(struct reader *reader);
static int read_item(struct reader *reader);
static int read_column(struct reader *reader, int column);
static int read_argument(struct reader *reader);
static int read_output(struct reader *reader);
static int read_frame(struct reader *reader);
static int finish(struct reader *reader);
static int read_word(struct reader *reader, const char *stops);
static int find_term(struct reader *reader, const char *name, double *ret_value);
static int column_find(const char *name);
static void skip_blanks(struct reader *reader);

int signal_parse(const char *text, const struct signal_terms *terms, struct signal_spec *ret_spec) {
    struct signal_spec spec = {0};
    struct reader reader = {.text = text, .at = text, .terms = terms, .spec = &spec};
    TRY(read_name(&reader));
    reader.name = spec.indicator->name;
    reader.table = spec.indicator->params;
    reader.table_count = spec.indicator->param_count;
    reader.args = spec.args;
    params_defaults(reader.table, reader.table_count, spec.args);
    TRY(read_items(&reader));
    TRY(read_output(&reader));
    TRY(read_frame(&reader));
    TRY(read_end(&reader));
    TRY(finish(&reader));
    *ret_spec = spec;
    return 0;
}

int signal_parse_feature(const char *text, const struct signal_terms *terms,
                         struct signal_feature *ret_feature) {
    struct signal_feature feature = {0};
    struct reader reader = {.text = text, .at = text, .terms = terms, .args = feature.args};
    TRY(read_feature(&reader, &feature));
    skip_blanks(&reader);
    if (*reader.at == '(') TRY(read_items(&reader));
    skip_blanks(&reader);
    if (*reader.at == '.') {
        reader.at++;
        TRY(read_word(&reader, "(),.@="));
        int output = micro_output(feature.micro, reader.word);
        if (output < 0)
            return ERR_SET(ERR_NOT_FOUND, PLACE "%s has no output \"%s\"",
                           PLACE_ARGS(&reader, reader.word_at), reader.name, reader.word);
        feature.output = (uint32_t)output;
    }
    TRY(read_end(&reader));
    int rc = params_check(reader.table, reader.table_count, reader.name, feature.args);
    if (rc < 0) return ERR_APPEND(rc, "in \"%s\", column %d", PLACE_ARGS(&reader, text));
    *ret_feature = feature;
    return 0;
}

static int read_feature(struct reader *reader, struct signal_feature *feature) {
    const char *word = reader->word, *names[NAMES_MAX];
    size_t count = micro_count() < NAMES_MAX ? micro_count() : NAMES_MAX;
    TRY(read_word(reader, "(),.@="));
    feature->micro = micro_find(word);
    if (feature->micro == NULL) {
        for (size_t i = 0; i < count; i++) names[i] = micro_at(i)->name;
        const char *nearest = nearest_name(word, names, count);
        return ERR_SET(ERR_NOT_FOUND, PLACE "there is no feature of a book \"%s\"%s%s%s",
                       PLACE_ARGS(reader, reader->word_at), word,
                       nearest ? "; did you mean \"" : "", nearest ? nearest : "",
                       nearest ? "\"?" : "");
    }
    reader->name = feature->micro->name;
    reader->table = feature->micro->params;
    reader->table_count = feature->micro->param_count;
    params_defaults(reader->table, reader->table_count, feature->args);
    return 0;
}

static int read_end(struct reader *reader) {
    skip_blanks(reader);
    if (*reader->at == '\0') return 0;
    return ERR_SET(ERR_PARSE, PLACE "\"%s\" is left over after the spec",
                   PLACE_ARGS(reader, reader->at), reader->at);
}

static int read_name(struct reader *reader) {
    const char *word = reader->word;
    TRY(read_word(reader, "(),.@="));
    reader->spec->indicator = indicator_find(word);
    if (reader->spec->indicator != NULL) return 0;
    const char *names[NAMES_MAX];
    size_t count = 0;
    for (; count < indicator_count() && count < NAMES_MAX; count++)
        names[count] = indicator_at(count)->name;
    const char *nearest = nearest_name(word, names, count);
    return ERR_SET(ERR_NOT_FOUND, PLACE "there is no indicator \"%s\"%s%s%s",
                   PLACE_ARGS(reader, reader->word_at), word, nearest ? "; did you mean \"" : "",
                   nearest ? nearest : "", nearest ? "\"?" : "");
}

// "(" [ item { "," item } ] ")"
static int read_items(struct reader *reader) {
    skip_blanks(reader);
    if (*reader->at != '(')
        return ERR_SET(ERR_PARSE, PLACE "want \"(\" after the indicator's name",
                       PLACE_ARGS(reader, reader->at));
    reader->at++;
    skip_blanks(reader);
    bool more = *reader->at != ')';
    while (more) {
        TRY(read_word(reader, "(),@"));
        TRY(read_item(reader));
        more = *reader->at == ',';
        if (more) reader->at++;
    }
    if (*reader->at != ')')
        return ERR_SET(ERR_PARSE, PLACE "want \",\" or \")\"", PLACE_ARGS(reader, reader->at));
    reader->at++;
    return 0;
}

// A column's name is a column until the first argument came. Another word there is a column misspelt, but for
// the arguments that are words themselves.
static int read_item(struct reader *reader) {
    const char *word = reader->word;
    if (reader->spec == NULL) return read_argument(reader);
    const struct indicator *indicator = reader->spec->indicator;
    int column = column_find(word);
    if (column >= 0 && reader->given == 0) return read_column(reader, column);
    bool letter = (word[0] >= 'a' && word[0] <= 'z') || (word[0] >= 'A' && word[0] <= 'Z');
    bool words = indicator->param_count > 0 && (indicator->params[0].type == PARAM_ENUM ||
                                                indicator->params[0].type == PARAM_BOOL);
    if (letter && reader->given == 0 && !words && strchr(word, '=') == NULL)
        return ERR_SET(ERR_NOT_FOUND,
                       PLACE
                       "there is no column \"%s\"; want open, high, low, close, volume or time",
                       PLACE_ARGS(reader, reader->word_at), word);
    return read_argument(reader);
}

static int read_column(struct reader *reader, int column) {
    const struct indicator *indicator = reader->spec->indicator;
    if (reader->columns == indicator->input_count)
        return ERR_SET(ERR_ARGUMENT, PLACE "%s reads %zu column%s, not more",
                       PLACE_ARGS(reader, reader->word_at), indicator->name, indicator->input_count,
                       indicator->input_count == 1 ? "" : "s");
    reader->spec->columns[reader->columns++] = (uint8_t)column;
    return 0;
}

// number | $parameter | name=value
static int read_argument(struct reader *reader) {
    char *word = reader->word;
    char *value = strchr(word, '=');
    int index;
    if (value != NULL) {
        *value++ = '\0';
        index = params_find(reader->table, reader->table_count, word);
        if (index < 0)
            return ERR_SET(ERR_NOT_FOUND, PLACE "%s has no argument \"%s\"",
                           PLACE_ARGS(reader, reader->word_at), reader->name, word);
    } else {
        value = word;
        index = (int)reader->positional++;
        if ((size_t)index >= reader->table_count)
            return ERR_SET(ERR_ARGUMENT, PLACE "%s takes %zu argument%s, \"%s\" is one too many",
                           PLACE_ARGS(reader, reader->word_at), reader->name, reader->table_count,
                           reader->table_count == 1 ? "" : "s", word);
    }
    const char *name = reader->table[index].name;
    if (reader->given & (1U << index))
        return ERR_SET(ERR_ARGUMENT, PLACE "%s is given twice", PLACE_ARGS(reader, reader->word_at),
                       name);
    reader->given |= 1U << index;
    if (value[0] == '$') return find_term(reader, value + 1, &reader->args[index]);
    int rc = params_set(reader->table, reader->table_count, name, value, reader->args);
    if (rc == 0) return 0;
    return ERR_APPEND(rc, "in \"%s\", column %d", PLACE_ARGS(reader, reader->word_at));
}

static int read_output(struct reader *reader) {
    skip_blanks(reader);
    if (*reader->at != '.') return 0;
    reader->at++;
    const char *word = reader->word;
    TRY(read_word(reader, "(),.@="));
    int output = indicator_output(reader->spec->indicator, word);
    if (output < 0)
        return ERR_SET(ERR_NOT_FOUND, PLACE "%s has no output \"%s\"",
                       PLACE_ARGS(reader, reader->word_at), reader->spec->indicator->name, word);
    reader->spec->output = (uint32_t)output;
    return 0;
}

static int read_frame(struct reader *reader) {
    skip_blanks(reader);
    if (*reader->at != '@') return 0;
    reader->at++;
    const char *word = reader->word;
    TRY(read_word(reader, "(),.@="));
    double seconds = 0;
    if (word[0] == '$') {
        TRY(find_term(reader, word + 1, &seconds));
    } else {
        int64_t ns;
        int rc = duration_parse(word, strlen(word), &ns);
        if (rc < 0)
            return ERR_SET(rc, PLACE "\"%s\" is no frame; want 5m, 1h, 1d or a $parameter",
                           PLACE_ARGS(reader, reader->word_at), word);
        seconds = (double)ns / (double)NS_PER_S;
    }
    if (!(seconds >= 1 && seconds <= FRAME_S_MAX) || seconds != (double)(uint32_t)seconds)
        return ERR_SET(ERR_RANGE, PLACE "a frame is a whole number of seconds up to a year",
                       PLACE_ARGS(reader, reader->word_at));
    reader->spec->frame_s = (uint32_t)seconds;
    return 0;
}

// Columns that were not said are the indicator's own.
static int finish(struct reader *reader) {
    struct signal_spec *spec = reader->spec;
    const struct indicator *indicator = spec->indicator;
    if (reader->columns != 0 && reader->columns != indicator->input_count)
        return ERR_SET(ERR_ARGUMENT, PLACE "%s reads %zu columns: name them all, or none",
                       PLACE_ARGS(reader, reader->text), indicator->name, indicator->input_count);
    for (size_t i = 0; reader->columns == 0 && i < indicator->input_count; i++) {
        int column = column_find(indicator->inputs[i]);
        if (column < 0)
            return ERR_SET(ERR_ARGUMENT, PLACE "%s reads \"%s\", which bars have not: name columns",
                           PLACE_ARGS(reader, reader->text), indicator->name, indicator->inputs[i]);
        spec->columns[i] = (uint8_t)column;
    }
    int rc = indicator_check(indicator, spec->args);
    return rc < 0 ? ERR_APPEND(rc, "in \"%s\", column %d", PLACE_ARGS(reader, reader->text)) : 0;
}

// A word reaches to the next of `stops`; blanks around it do not belong to it.
static int read_word(struct reader *reader, const char *stops) {
    skip_blanks(reader);
    const char *begin = reader->at;
    reader->at += strcspn(begin, stops);
    size_t len = (size_t)(reader->at - begin);
    while (len > 0 && begin[len - 1] == ' ') len--;
    reader->word_at = begin;
    if (len == 0) return ERR_SET(ERR_PARSE, PLACE "a word is missing", PLACE_ARGS(reader, begin));
    if (len >= WORD_SIZE)
        return ERR_SET(ERR_PARSE, PLACE "a word of over %d characters", PLACE_ARGS(reader, begin),
                       WORD_SIZE - 1);
    memcpy(reader->word, begin, len);
    reader->word[len] = '\0';
    return 0;
}

static int find_term(struct reader *reader, const char *name, double *ret_value) {
    const struct signal_terms *terms = reader->terms;
    int index = params_find(terms->params, terms->param_count, name);
    if (index < 0)
        return ERR_SET(ERR_NOT_FOUND, PLACE "the strategy has no parameter \"%s\"",
                       PLACE_ARGS(reader, reader->word_at), name);
    *ret_value = terms->values[index];
    return 0;
}

static int column_find(const char *name) {
    for (int i = 0; i < COLUMN_COUNT; i++)
        if (strcmp(column_names[i], name) == 0) return i;
    return -1;
}

static void skip_blanks(struct reader *reader) {
    while (*reader->at == ' ') reader->at++;
}
