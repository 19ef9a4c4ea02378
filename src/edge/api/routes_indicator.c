// SPDX-License-Identifier: Apache-2.0
// An indicator over a series of bars, at the width that a chart shows them: the stretches of /chart with the same
// `from` and width are the rows here. It is computed on a worker, from rows before the first that is asked for on, so
// that what looks back has something to look at.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/jout.h"
#include "base/timestamp.h"
#include "edge/api/api_state.h"
#include "edge/api/routes.h"
#include "quant/indicator/indicator.h"

enum {
    ROWS = 1000,
    ROWS_MAX = 20000,
    WARM_ROWS = 20000, // before the first row, beside ten times what the indicator looks back
    BLOCKS_MAX = 200,  // that are read to find rows in a series with holes
    COLUMNS = 5
};

static const struct field value_fields[] = {
    {"name", FIELD_STRING, FIELD_REQUIRED, .help = "Of the output."},
    {"values", FIELD_ANY, FIELD_REQUIRED | FIELD_LIST, .items = ROWS_MAX,
     .help = "A number for each row; null where it is not defined."},
};
static OBJECT(value_object, "IndicatorOutput", value_fields, "An output of an indicator.");
static const struct field setting_fields[] = {
    {"name", FIELD_STRING, FIELD_REQUIRED, .form = &form_word, .help = "Of the parameter."},
    {"value", FIELD_STRING, FIELD_REQUIRED, .help = "As text."},
};
static OBJECT(setting_object, "IndicatorSetting", setting_fields, "A parameter that was used.");
static const struct field study_fields[] = {
    {"series", FIELD_STRING, FIELD_REQUIRED, .help = "VENUE/SYMBOL/kind."},
    {"indicator", FIELD_STRING, FIELD_REQUIRED, .form = &form_word, .help = "Its name."},
    {"frame_s", FIELD_INTEGER, FIELD_REQUIRED, .help = "Seconds of a row."},
    {"params", FIELD_OBJECT, FIELD_REQUIRED | FIELD_LIST, .of = &setting_object,
     .help = "All parameters."},
    {"warm_rows", FIELD_INTEGER, FIELD_REQUIRED, .help = "Rows before the first that it has seen."},
    {"open_ns", FIELD_INTEGER, FIELD_REQUIRED | FIELD_LIST, .items = ROWS_MAX,
     .help = "Where a row begins."},
    {"outputs", FIELD_OBJECT, FIELD_REQUIRED | FIELD_LIST, .of = &value_object,
     .help = "What it gives; numbers of rows count from the first row of the answer."},
    {"next", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .form = &form_time,
     .help = "`from` of what follows; null at the end."},
};
static OBJECT(study_object, "IndicatorValues", study_fields, "An indicator over a series.");

static bool check_settings(const char *text, size_t len) {
    for (size_t at = 0; at <= len;) {
        size_t name = at;
        while (at < len && text[at] != '=' && text[at] != ',') at++;
        if (at == len || text[at] != '=' || !form_word.check(text + name, at - name)) return false;
        size_t value = ++at;
        for (; at < len && text[at] != ','; at++)
            if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.+-",
                       text[at]) == NULL)
                return false;
        if (at == value || at == len) return at > value;
        at++;
    }
    return false;
}
static const struct form form_settings = {
    "settings", "^[a-z][a-z0-9_]{0,63}=[A-Za-z0-9_.+-]+(,[a-z][a-z0-9_]{0,63}=[A-Za-z0-9_.+-]+)*$",
    "is parameters like timeperiod=14,matype=ema", "timeperiod=14", check_settings};

static const struct field study_query[] = {
    {"params", FIELD_STRING, 0, .form = &form_settings, .max = 500,
     .help = "Parameters by name; the others have their defaults."},
    {"frame", FIELD_STRING, 0, .form = &form_length,
     .help = "Of a row: a multiple of the series' own, which it is by default."},
    {"from", FIELD_STRING, 0, .form = &form_time, .help = "The first instant; the series' first."},
    {"to", FIELD_STRING, 0, .form = &form_time, .example = "\"2019-01-01T00:00:00Z\"",
     .help = "The instant behind the last; the series' end."},
    {"limit", FIELD_INTEGER, 0, .min = 1, .max = ROWS_MAX, .help = "Rows of an answer; 1000."},
    {"latest", FIELD_BOOLEAN, 0, .help = "Of more rows the latest, not the earliest."},
};

struct study {
    struct call *call;
    const struct indicator *indicator;
    double params[PARAMS_MAX];
    const struct instrument *instrument;
    const struct pyramid *pyramid;
    int64_t first, last; // of the series
    int64_t from, to;    // of the answer; rows begin at from + k * width
    int64_t width;
    size_t limit;
    struct pyramid_row *block; // [ROWS_MAX]
    double *memory;            // columns and outputs
    const double *inputs[INDICATOR_INPUTS_MAX];
    double *outputs[INDICATOR_OUTPUTS_MAX];
    int64_t *opens;
    size_t warm, count, max; // rows before the answer's first, and all
};

static int read_params(struct study *study) {
    const struct indicator *indicator = study->indicator;
    char words[512], *rest = NULL;
    const char *given = call_query(study->call, "params");
    params_defaults(indicator->params, indicator->param_count, study->params);
    snprintf(words, sizeof words, "%s", given != NULL ? given : "");
    for (char *word = strtok_r(words, ",", &rest); word != NULL;
         word = strtok_r(NULL, ",", &rest)) {
        char *equals = strchr(word, '=');
        *equals = '\0';
        int rc =
            params_set(indicator->params, indicator->param_count, word, equals + 1, study->params);
        if (rc < 0) return call_fail(study->call, 422, NULL, "params: %s", err_story());
    }
    if (indicator_check(indicator, study->params) == 0) return 0;
    return call_fail(study->call, 422, NULL, "params: %s", err_story());
}

static int column_of(const char *input) {
    static const char *const names[COLUMNS] = {"open", "high", "low", "close", "volume"};
    for (int i = 0; i < COLUMNS; i++)
        if (strcmp(names[i], input) == 0) return i;
    return -1;
}

// Instants near the end of what 64 bits hold stay far from it.
#define FRAME_MAX_NS (3660 * NS_PER_DAY)

static int choose_frame(struct study *study, const struct tape_series *series) {
    const char *frame = call_query(study->call, "frame");
    int64_t own = series->frame_s * NS_PER_S;
    study->width = own;
    if (frame != NULL) (void)!duration_parse(frame, strlen(frame), &study->width);
    if (study->width > 0 && study->width <= FRAME_MAX_NS && study->width % own == 0) return 0;
    return call_refuse(study->call, "frame",
                       "is a multiple of the series' own, %u s, of at most 3660 days",
                       series->frame_s);
}

static int choose_time(struct study *study, int64_t own) {
    struct call *call = study->call;
    study->from = call_query_time(call, "from", study->first);
    study->to = call_query_time(call, "to", study->last + 1);
    if (study->from >= study->to) return call_refuse(call, "to", "is behind from");
    if (study->from < study->first) study->from = study->first;
    if (study->from > study->last + 1) study->from = study->last + 1; // nothing is behind it
    if (study->to > study->last + 1) study->to = study->last + 1;
    study->from -= ((study->from % own) + own) % own;
    if (study->to <= study->from) study->to = study->from + 1; // nothing is in it
    return 0;
}

// The rows of so many widths from `from` on, those that are not empty.
static size_t read_block(const struct study *study, int64_t from, int64_t widths) {
    return (size_t)pyramid_read(study->pyramid, from, from + widths * study->width, (int)widths,
                                study->block);
}

static int64_t widths_between(const struct study *study, int64_t from, int64_t to) {
    return (to - from + study->width - 1) / study->width;
}

// Where so many rows before an instant begin, at most BLOCKS_MAX blocks back; not before `least`.
static int64_t go_back(const struct study *study, int64_t from, int64_t least, size_t rows) {
    for (int block = 0; block < BLOCKS_MAX && from > least && rows > 0; block++) {
        int64_t widths = widths_between(study, least, from);
        if (widths > ROWS_MAX) widths = ROWS_MAX;
        int64_t begin = from - widths * study->width;
        size_t got = read_block(study, begin, widths);
        if (got >= rows) return study->block[got - rows].from_ns;
        rows -= got;
        from = begin;
    }
    return from;
}

static void skip_to_latest(struct study *study) {
    int64_t end = study->from + widths_between(study, study->from, study->to) * study->width;
    study->from = go_back(study, end, study->from, study->limit);
}

static int make_room(struct study *study) {
    const struct indicator *indicator = study->indicator;
    size_t columns = COLUMNS + indicator->output_count;
    study->memory = malloc(columns * study->max * sizeof *study->memory);
    study->opens = malloc(study->max * sizeof *study->opens);
    if (study->memory == NULL || study->opens == NULL)
        return ERR_SET(ERR_NOMEM, "no memory for an indicator");
    for (size_t i = 0; i < indicator->input_count; i++) {
        int column = column_of(indicator->inputs[i]);
        if (column < 0)
            return call_fail(study->call, 422, NULL, "%s reads a column '%s', which bars have not",
                             indicator->name, indicator->inputs[i]);
        study->inputs[i] = study->memory + (size_t)column * study->max;
    }
    for (size_t i = 0; i < indicator->output_count; i++)
        study->outputs[i] = study->memory + (COLUMNS + i) * study->max;
    return 0;
}

static void take_rows(struct study *study, size_t got) {
    double price = pow(10, -study->instrument->price_decimals);
    double qty = pow(10, -study->instrument->qty_decimals);
    for (size_t i = 0; i < got && study->count < study->max; i++) {
        const struct pyramid_row *row = &study->block[i];
        double values[COLUMNS] = {(double)row->open * price, (double)row->high * price,
                                  (double)row->low * price, (double)row->close * price,
                                  (double)row->volume * qty};
        if (row->from_ns < study->from) study->warm++;
        if (study->count >= study->warm + study->limit) return;
        for (size_t k = 0; k < COLUMNS; k++)
            study->memory[k * study->max + study->count] = values[k];
        study->opens[study->count++] = row->from_ns;
    }
}

// Rows from `at` on, until there are enough or the end. Returns where the next one begins; 0: there is none.
static int64_t read_rows(struct study *study, int64_t at) {
    while (at < study->to) {
        int64_t widths = widths_between(study, at, study->to);
        if (widths > ROWS_MAX) widths = ROWS_MAX;
        size_t got = read_block(study, at, widths), before = study->count;
        take_rows(study, got);
        if (study->count - before < got) return study->block[study->count - before].from_ns;
        at += widths * study->width;
    }
    return 0;
}

static int compute(struct study *study) {
    const struct indicator *indicator = study->indicator;
    void *state = malloc(indicator->state_size(study->params));
    if (state == NULL) return ERR_SET(ERR_NOMEM, "no memory for an indicator");
    indicator_batch(indicator, study->params, state, study->inputs, study->count, study->outputs);
    free(state);
    for (size_t i = 0; i < indicator->output_count && indicator->gives_rows; i++)
        for (size_t row = 0; row < study->count; row++)
            study->outputs[i][row] -= (double)study->warm;
    return 0;
}

static void print_settings(const struct study *study, struct text *out) {
    jout_key(out, "params");
    jout_array(out);
    for (size_t i = 0; i < study->indicator->param_count; i++) {
        const struct param *row = &study->indicator->params[i];
        struct text value;
        text_init(&value, 256);
        params_print_value(row, study->params[i], &value);
        jout_object(out);
        jout_key_string(out, "name", row->name);
        jout_key_string(out, "value", text_string(&value));
        jout_end_object(out);
        text_fini(&value);
    }
    jout_end_array(out);
}

static void print_study(const struct study *study, const struct tape_series *series, int64_t next,
                        struct text *out) {
    char name[TAPE_NAME_SIZE];
    tape_series_print(series, name);
    jout_object(out);
    jout_key_string(out, "series", name);
    jout_key_string(out, "indicator", study->indicator->name);
    jout_key_int(out, "frame_s", study->width / NS_PER_S);
    print_settings(study, out);
    jout_key_int(out, "warm_rows", (int64_t)study->warm);
    jout_key(out, "open_ns");
    jout_array(out);
    for (size_t row = study->warm; row < study->count; row++) jout_int(out, study->opens[row]);
    jout_end_array(out);
    jout_key(out, "outputs");
    jout_array(out);
    for (size_t i = 0; i < study->indicator->output_count; i++) {
        jout_object(out);
        jout_key_string(out, "name", study->indicator->outputs[i]);
        jout_key(out, "values");
        jout_array(out);
        for (size_t row = study->warm; row < study->count; row++)
            jout_real(out, study->outputs[i][row]);
        jout_end_array(out);
        jout_end_object(out);
    }
    jout_end_array(out);
    jout_key_time(out, "next", next);
    jout_end_object(out);
}

static int find_series(struct study *study, struct tape_series *ret_series) {
    struct call *call = study->call;
    struct tape *tape;
    struct pyramid *pyramid;
    char name[TAPE_NAME_SIZE + 128];
    snprintf(name, sizeof name, "%s/%s/%s", call_param(call, "venue"), call_param(call, "symbol"),
             call_param(call, "kind"));
    if (tape_series_parse(name, ret_series) < 0)
        return ERR_SET(ERR_NOT_FOUND, "there is no series %s", name);
    if (ret_series->frame_s == 0)
        return call_fail(call, 422, NULL, "indicators are computed over bars; %s has none", name);
    int rc = tape_cache_pyramid(call->worker->tapes, ret_series, &tape, &pyramid);
    if (rc == ERR_NOT_FOUND)
        return ERR_SET(ERR_NOT_FOUND, "there is no series %s on the tape", name);
    TRY(rc);
    study->instrument = &tape_meta(tape)->instrument;
    study->pyramid = pyramid;
    study->first = tape_first_ns(tape);
    study->last = tape_last_ns(tape);
    if (tape_count(tape) > 0) return 0;
    return call_fail(call, 422, NULL, "%s has no bars", name);
}

static int work_out(struct study *study, struct tape_series *series) {
    struct call *call = study->call;
    TRY(find_series(study, series));
    TRY(read_params(study));
    TRY(choose_frame(study, series));
    TRY(choose_time(study, series->frame_s * NS_PER_S));
    study->limit = (size_t)call_query_int(call, "limit", ROWS);
    study->block = malloc(ROWS_MAX * sizeof *study->block);
    if (study->block == NULL) return ERR_SET(ERR_NOMEM, "no memory for an indicator");
    if (call_query_bool(call, "latest", false)) skip_to_latest(study);
    size_t warm = WARM_ROWS + 10 * study->indicator->lookback(study->params);
    study->max = warm + study->limit;
    TRY(make_room(study));
    int64_t begin = go_back(study, study->from, study->first, warm);
    int64_t next = read_rows(study, begin);
    TRY(compute(study));
    print_study(study, series, next, &call->out);
    return 0;
}

static int get_indicator_values(struct call *call) {
    const char *name = call_param(call, "indicator");
    struct study study = {.call = call, .indicator = indicator_find(name)};
    struct tape_series series;
    if (study.indicator == NULL) return ERR_SET(ERR_NOT_FOUND, "there is no indicator '%s'", name);
    int rc = work_out(&study, &series);
    free(study.block);
    free(study.memory);
    free(study.opens);
    return rc;
}

const struct route route_get_indicator_values = {
    .method = "GET",
    .path = "/api/v1/series/{venue}/{symbol}/{kind}/indicators/{indicator}",
    .id = "get_indicator_values",
    .tag = "Market data",
    .summary = "An indicator over a series of bars.",
    .role = ROUTE_VIEWER,
    .scope = "read",
    .rate = "market_data",
    .flags = ROUTE_WORKER,
    ROUTE_QUERY(study_query),
    .response = &study_object,
    .status = 200,
    .handle = get_indicator_values,
};
