// SPDX-License-Identifier: Apache-2.0
#include "talib.h"

#include <ctype.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "peer.h"

// The library's binary interface (TA-Lib 0.6, ta_abstract.h), as far as it is used here.
enum { PRICE_OPEN = 1, PRICE_HIGH = 2, PRICE_LOW = 4, PRICE_CLOSE = 8, PRICE_VOLUME = 16 };
enum input_kind { INPUT_PRICE, INPUT_REAL, INPUT_WHOLE };
enum option_kind { OPTION_REAL_RANGE, OPTION_REAL_LIST, OPTION_WHOLE_RANGE, OPTION_WHOLE_LIST };
enum output_kind { OUTPUT_REAL, OUTPUT_WHOLE };

struct function_info {
    const char *name, *group, *hint, *camel_name;
    int flags;
    unsigned inputs, options, outputs;
    const unsigned *handle;
};

struct input_info {
    enum input_kind kind;
    const char *name;
    int flags; // of a price: its columns
};

struct option_info {
    enum option_kind kind;
    const char *name;
    int flags;
    const char *display_name;
    const void *range; // begins with the least and the greatest value, int or double
    double def;
    const char *hint, *help_file;
};

struct output_info {
    enum output_kind kind;
    const char *name;
    int flags;
};

static struct {
    void *object;
    int (*initialize)(void);
    int (*shutdown)(void);
    const char *(*version)(void);
    int (*each)(void (*visit)(const struct function_info *, void *), void *context);
    int (*input)(const unsigned *, unsigned, const struct input_info **);
    int (*option)(const unsigned *, unsigned, const struct option_info **);
    int (*output)(const unsigned *, unsigned, const struct output_info **);
    int (*alloc)(const unsigned *, void **);
    int (*free)(void *);
    int (*set_price)(void *, unsigned, const double *, const double *, const double *,
                     const double *, const double *, const double *);
    int (*set_real)(void *, unsigned, const double *);
    int (*set_option_whole)(void *, unsigned, int);
    int (*set_option_real)(void *, unsigned, double);
    int (*set_output_whole)(void *, unsigned, int *);
    int (*set_output_real)(void *, unsigned, double *);
    int (*call)(const void *, int, int, int *, int *);
} library;

static const struct {
    const char *name;
    void *place;
} symbols[] = {
    {"TA_Initialize", &library.initialize},
    {"TA_Shutdown", &library.shutdown},
    {"TA_GetVersionString", &library.version},
    {"TA_ForEachFunc", &library.each},
    {"TA_GetInputParameterInfo", &library.input},
    {"TA_GetOptInputParameterInfo", &library.option},
    {"TA_GetOutputParameterInfo", &library.output},
    {"TA_ParamHolderAlloc", &library.alloc},
    {"TA_ParamHolderFree", &library.free},
    {"TA_SetInputParamPricePtr", &library.set_price},
    {"TA_SetInputParamRealPtr", &library.set_real},
    {"TA_SetOptInputParamInteger", &library.set_option_whole},
    {"TA_SetOptInputParamReal", &library.set_option_real},
    {"TA_SetOutputParamIntegerPtr", &library.set_output_whole},
    {"TA_SetOutputParamRealPtr", &library.set_output_real},
    {"TA_CallFunc", &library.call},
};

static struct talib_function functions[TALIB_FUNCTIONS_MAX];
static size_t function_count;

struct talib_call {
    void *holder;
};

// "optInFastK_Period" without "optIn" is "fastk_period", "outRealUpperBand" without both "upperband".
static void lower(char *ret_name, const char *name, const char *const *prefixes) {
    for (; *prefixes != NULL; prefixes++)
        if (strncmp(name, *prefixes, strlen(*prefixes)) == 0) name += strlen(*prefixes);
    size_t len = 0;
    for (; name[len] != '\0' && len + 1 < TALIB_NAME_SIZE; len++)
        ret_name[len] = (char)tolower((unsigned char)name[len]);
    ret_name[len] = '\0';
}

static void add_input(struct talib_function *function, const struct input_info *info, size_t reals,
                      size_t real_count) {
    static const char *const prices[] = {"open", "high", "low", "close", "volume"};
    if (info->kind == INPUT_PRICE) {
        for (int i = 0; i < 5; i++)
            if (info->flags & 1 << i) function->inputs[function->input_count++] = prices[i];
        return;
    }
    const char *name = real_count == 1 ? "close" : reals == 0 ? "high" : "low";
    if (strcmp(info->name, "inPeriods") == 0) name = "periods";
    if (strcmp(function->name, "mavp") == 0 && reals == 0) name = "close";
    function->inputs[function->input_count++] = name;
}

static void add_inputs(struct talib_function *function, unsigned count) {
    const struct input_info *info;
    size_t reals = 0, real_count = 0;
    for (unsigned i = 0; i < count; i++)
        if (library.input(function->handle, i, &info) == 0) real_count += info->kind == INPUT_REAL;
    for (unsigned i = 0; i < count; i++) {
        if (library.input(function->handle, i, &info) != 0) continue;
        add_input(function, info, reals, real_count);
        reals += info->kind == INPUT_REAL;
    }
}

static void add_option(struct talib_function *function, unsigned index) {
    const struct option_info *info;
    struct talib_param *param = &function->params[function->param_count++];
    if (library.option(function->handle, index, &info) != 0) return;
    lower(param->name, info->name, (const char *const[]){"optIn", NULL});
    param->real = info->kind == OPTION_REAL_RANGE || info->kind == OPTION_REAL_LIST;
    param->def = info->def;
    if (info->kind == OPTION_REAL_RANGE) param->min = *(const double *)info->range;
    if (info->kind == OPTION_WHOLE_RANGE) param->min = *(const int *)info->range;
}

static void add_output(struct talib_function *function, unsigned index) {
    const struct output_info *info;
    size_t i = function->output_count++;
    if (library.output(function->handle, index, &info) != 0) return;
    lower(function->outputs[i], info->name, (const char *const[]){"out", "Real", "Integer", NULL});
    function->whole[i] = info->kind == OUTPUT_WHOLE;
}

static void add_function(const struct function_info *info, void *context) {
    if (function_count == TALIB_FUNCTIONS_MAX) return;
    struct talib_function *function = &functions[function_count++];
    lower(function->name, info->name, (const char *const[]){NULL});
    function->handle = info->handle;
    add_inputs(function, info->inputs);
    for (unsigned i = 0; i < info->options && i < TALIB_PARAMS_MAX; i++) add_option(function, i);
    for (unsigned i = 0; i < info->outputs && i < TALIB_COLUMNS_MAX; i++) add_output(function, i);
    if (function->output_count == 1) strcpy(function->outputs[0], "value");
}

static int by_name(const void *a, const void *b) {
    const struct talib_function *x = a, *y = b;
    return strcmp(x->name, y->name);
}

static bool load(const char *path) {
    library.object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    for (size_t i = 0; library.object != NULL && i < sizeof symbols / sizeof *symbols; i++) {
        void *symbol = dlsym(library.object, symbols[i].name);
        memcpy(symbols[i].place, &symbol, sizeof symbol);
        if (symbol != NULL) continue;
        fprintf(stderr, "%s: no %s\n", path, symbols[i].name);
        talib_close();
        return false;
    }
    if (library.object == NULL) fprintf(stderr, "%s: %s\n", path, dlerror());
    return library.object != NULL;
}

bool talib_open(const char **ret_version) {
    json_t *object = bench_peer("talib_library", (const char *const[]){NULL});
    if (object == NULL) return false;
    bool good = load(json_string_value(json_object_get(object, "library")));
    json_decref(object);
    if (!good || library.initialize() != 0) return false;
    function_count = 0;
    library.each(add_function, NULL);
    qsort(functions, function_count, sizeof *functions, by_name);
    *ret_version = library.version();
    return true;
}

void talib_close(void) {
    if (library.object == NULL) return;
    if (library.shutdown != NULL) library.shutdown();
    dlclose(library.object);
    library.object = NULL;
}

size_t talib_count(void) {
    return function_count;
}

const struct talib_function *talib_at(size_t index) {
    return &functions[index];
}

static const double *price(const struct talib_function *function, const double *const *columns,
                           const char *name) {
    for (size_t i = 0; i < function->input_count; i++)
        if (strcmp(function->inputs[i], name) == 0) return columns[i];
    return NULL;
}

static bool bind_inputs(struct talib_call *call, const struct talib_function *function,
                        const double *const *columns) {
    const struct input_info *info;
    bool good = true;
    size_t column = 0;
    for (unsigned i = 0; library.input(function->handle, i, &info) == 0; i++) {
        if (info->kind == INPUT_REAL) {
            good = good && library.set_real(call->holder, i, columns[column++]) == 0;
            continue;
        }
        // Open interest, which nothing reads, stands last.
        good = good &&
               library.set_price(call->holder, i, price(function, columns, "open"),
                                 price(function, columns, "high"), price(function, columns, "low"),
                                 price(function, columns, "close"),
                                 price(function, columns, "volume"), NULL) == 0;
    }
    return good;
}

struct talib_call *talib_bind(const struct talib_function *function, const double *params,
                              const double *const *columns, struct talib_result *result) {
    struct talib_call *call = malloc(sizeof *call);
    if (call == NULL || library.alloc(function->handle, &call->holder) != 0) {
        free(call);
        return NULL;
    }
    bool good = bind_inputs(call, function, columns);
    for (unsigned i = 0; i < function->param_count; i++)
        good = good && (function->params[i].real
                            ? library.set_option_real(call->holder, i, params[i])
                            : library.set_option_whole(call->holder, i, (int)params[i])) == 0;
    for (unsigned i = 0; i < function->output_count; i++)
        good = good && (function->whole[i]
                            ? library.set_output_whole(call->holder, i, result->wholes[i])
                            : library.set_output_real(call->holder, i, result->reals[i])) == 0;
    if (good) return call;
    talib_unbind(call);
    return NULL;
}

bool talib_call(struct talib_call *call, size_t count, struct talib_result *ret_result) {
    int first = 0, made = 0;
    if (library.call(call->holder, 0, (int)count - 1, &first, &made) != 0) return false;
    ret_result->first = made > 0 ? (size_t)first : count;
    ret_result->count = (size_t)made;
    return true;
}

void talib_unbind(struct talib_call *call) {
    library.free(call->holder);
    free(call);
}
