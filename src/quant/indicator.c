// SPDX-License-Identifier: Apache-2.0
#include "quant/indicator.h"

#include <string.h>

#include "base/check.h"
#include "quant/indicator_list.h"

#define DECLARE(name) extern const struct indicator indicator_##name;
INDICATOR_LIST(DECLARE)

#define ENTRY(name) &indicator_##name,
static const struct indicator *const indicators[] = {INDICATOR_LIST(ENTRY)};

const struct indicator *indicator_find(const char *name) {
    for (size_t i = 0; i < indicator_count(); i++)
        if (strcmp(indicators[i]->name, name) == 0) return indicators[i];
    return NULL;
}

size_t indicator_count(void) {
    return sizeof indicators / sizeof *indicators;
}

const struct indicator *indicator_at(size_t index) {
    CHECK(index < indicator_count());
    return indicators[index];
}

int indicator_output(const struct indicator *indicator, const char *name) {
    for (size_t i = 0; i < indicator->output_count; i++)
        if (strcmp(indicator->outputs[i], name) == 0) return (int)i;
    return -1;
}

int indicator_check(const struct indicator *indicator, const double *params) {
    for (size_t i = 0; i < indicator->param_count; i++) {
        const struct param *row = &indicator->params[i];
        double value = params[i];
        if (!(value >= row->min && value <= row->max))
            return ERR_SET(ERR_RANGE, "%s: %s must be from %.15g to %.15g, not %.15g",
                           indicator->name, row->name, row->min, row->max, value);
        if (row->type != PARAM_REAL && value != floor(value))
            return ERR_SET(ERR_RANGE, "%s: %s must be a whole number, not %.15g", indicator->name,
                           row->name, value);
    }
    const char *fault = indicator->fault != NULL ? indicator->fault(params) : NULL;
    return fault != NULL ? ERR_SET(ERR_ARGUMENT, "%s: %s", indicator->name, fault) : 0;
}

void indicator_batch(const struct indicator *indicator, const double *params, void *state,
                     const double *const *inputs, size_t count, double *const *ret_outputs) {
    CHECK(indicator->input_count <= INDICATOR_INPUTS_MAX);
    CHECK(indicator->output_count <= INDICATOR_OUTPUTS_MAX);
    indicator->init(state, params);
    for (size_t row = 0; row < count; row++) {
        double in[INDICATOR_INPUTS_MAX];
        double out[INDICATOR_OUTPUTS_MAX];
        for (size_t i = 0; i < indicator->input_count; i++) in[i] = inputs[i][row];
        indicator_apply(indicator, state, in, out);
        for (size_t i = 0; i < indicator->output_count; i++) ret_outputs[i][row] = out[i];
    }
}
