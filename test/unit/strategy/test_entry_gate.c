// SPDX-License-Identifier: Apache-2.0
#include "strategy/entry_gate.h"

#include <math.h>

#include "base/timestamp.h"
#include "harness.h"
#include "risk/rule.h"
#include "strategy/signal_parse.h"

struct row {
    const char *gate;
    const char *params; // "name=value name=value"
    double inputs[ENTRY_GATE_INPUTS_MAX];
    double side;
    const char *now;
    bool opens;
    double value, limit; // that are told; NaN: not looked at
};

static const struct row rows[] = {
    // regime: class, confidence
    {"regime", "", {0, 0.9}, 1, NULL, true, 0.9, 0},
    {"regime", "", {1, 0.9}, -1, NULL, true, 0.9, 0},
    {"regime", "", {2, 0.9}, 1, NULL, true, 0.9, 0},
    {"regime", "", {3, 0.9}, 1, NULL, false, 3, NAN},
    {"regime", "extreme=true low_trend=false", {3, 0.9}, 1, NULL, true, 0.9, 0},
    {"regime", "extreme=true low_trend=false", {0, 0.9}, 1, NULL, false, 0, NAN},
    {"regime", "confidence=0.6", {1, 0.6}, 1, NULL, true, 0.6, 0.6},
    {"regime", "confidence=0.6", {1, 0.59}, 1, NULL, false, 0.59, 0.6},
    {"regime", "", {NAN, NAN}, 1, NULL, false, NAN, NAN},
    // score: score, side
    {"score", "", {50, 1}, 1, NULL, true, 50, 50},
    {"score", "", {49.9, 1}, 1, NULL, false, 49.9, 50},
    {"score", "", {90, -1}, 1, NULL, false, 0, 50},
    {"score", "", {90, -1}, -1, NULL, true, 90, 50},
    {"score", "same_side=false", {90, -1}, 1, NULL, true, 90, 50},
    {"score", "min=0", {NAN, NAN}, 1, NULL, false, NAN, NAN},
    {"score", "min=0 same_side=false", {NAN, NAN}, 1, NULL, false, NAN, NAN},
    // session: New York on Monday, 2024-03-04, 14:30 to 21:00 UTC; a bar that ends at the open began before it
    {"session", "", {0}, 1, "2024-03-04T14:30:00Z", false, NAN, NAN},
    {"session", "", {0}, 1, "2024-03-04T14:31:00Z", true, NAN, NAN},
    {"session", "", {0}, 1, "2024-03-04T21:00:00Z", true, NAN, NAN},
    {"session", "", {0}, 1, "2024-03-04T21:01:00Z", false, NAN, NAN},
    {"session", "", {0}, 1, "2024-03-03T16:00:00Z", false, NAN, NAN}, // a Sunday
    {"session", "from=30m", {0}, 1, "2024-03-04T14:59:00Z", false, 1740, 1800},
    {"session", "from=30m", {0}, 1, "2024-03-04T15:00:00Z", true, NAN, NAN},
    {"session", "until=1h", {0}, 1, "2024-03-04T19:59:00Z", true, 3660, 3600},
    {"session", "until=1h", {0}, 1, "2024-03-04T20:00:00Z", false, 3600, 3600},
    {"session", "calendar=24/7 from=8h until=8h", {0}, 1, "2024-03-03T07:00:00Z", false, NAN, NAN},
    {"session", "calendar=24/7 from=8h until=8h", {0}, 1, "2024-03-03T08:00:00Z", true, NAN, NAN},
    {"session", "calendar=24/7 from=8h until=8h", {0}, 1, "2024-03-03T16:00:00Z", false, NAN, NAN},
    // timeframes: alignment, frames that are known
    {"timeframes", "", {0.2, 3}, 1, NULL, true, 0.2, 0.2},
    {"timeframes", "", {0.19, 3}, 1, NULL, false, 0.19, 0.2},
    {"timeframes", "", {-0.2, 3}, -1, NULL, true, 0.2, 0.2},
    {"timeframes", "", {0.9, 3}, -1, NULL, false, -0.9, 0.2},
    {"timeframes", "known=4", {0.9, 3}, 1, NULL, false, 3, 4},
    {"timeframes", "", {NAN, 0}, 1, NULL, false, 0, 1},
    {"timeframes", "min=-1", {NAN, NAN}, 1, NULL, false, NAN, NAN},
    // volatility: annual
    {"volatility", "", {1, 0}, 1, NULL, true, 1, 1},
    {"volatility", "", {1.01, 0}, 1, NULL, false, 1.01, 1},
    {"volatility", "min=0.1", {0.1, 0}, 1, NULL, true, 0.1, 1},
    {"volatility", "min=0.1", {0.09, 0}, -1, NULL, false, 0.09, 0.1},
    {"volatility", "", {NAN, 0}, 1, NULL, false, NAN, NAN},
};

static void choose(struct entry_gate_choice *choice, const char *name, const char *text) {
    int index = entry_gate_find(name);
    assert_true(index >= 0);
    const struct entry_gate *gate = entry_gate_at((size_t)index);
    choice->gate = (uint32_t)index;
    params_defaults(gate->params, gate->param_count, choice->params);
    for (int used = 0; *text != '\0'; text += used) {
        char param[32], value[32];
        assert_int_equal(sscanf(text, " %31[a-z_]=%31s %n", param, value, &used), 2);
        assert_ok(params_set(gate->params, gate->param_count, param, value, choice->params));
    }
}

static void a_gate_opens_as_its_row_says(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *row = &rows[i];
        struct entry_gate_choice choice = {0};
        struct entry_view view = {.inputs = row->inputs, .side = row->side};
        struct entry_verdict verdict = {-7, -7};
        choose(&choice, row->gate, row->params);
        assert_ok(entry_gate_check(&choice));
        if (row->now != NULL) assert_ok(timestamp_parse(row->now, strlen(row->now), &view.now_ns));
        bool opens = entry_gate_at(choice.gate)->opens(&view, choice.params, &verdict);
        bool told = isnan(row->value) || verdict.value == row->value;
        told = told && (isnan(row->limit) || verdict.limit == row->limit);
        if (opens != row->opens || !told)
            fail_msg("row %zu, %s %s: opens %d, %g against %g", i, row->gate, row->params, opens,
                     verdict.value, verdict.limit);
    }
}

static void a_gate_that_cannot_open_is_refused(void **state) {
    (void)state;
    struct entry_gate_choice choice = {0};
    choose(&choice, "regime", "low_trend=false range=false high_trend=false");
    assert_int_equal(entry_gate_check(&choice), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "regime"));
    choose(&choice, "volatility", "min=2");
    assert_int_equal(entry_gate_check(&choice), ERR_ARGUMENT);
    choose(&choice, "score", "");
    choice.params[0] = 101;
    assert_int_equal(entry_gate_check(&choice), ERR_RANGE);
}

// The registry is in order, the names of refusals are its names, and every input is a spec that can be read.
static void the_registry_is_whole(void **state) {
    (void)state;
    assert_int_equal(entry_gate_count(), VETO_GATE_END - VETO_GATE);
    for (size_t i = 0; i < entry_gate_count(); i++) {
        const struct entry_gate *gate = entry_gate_at(i);
        char name[64];
        struct param table[PARAMS_MAX + 2];
        double values[PARAMS_MAX + 2];
        size_t count = gate->param_count;
        snprintf(name, sizeof name, "gate_%s", gate->name);
        assert_string_equal(engine_veto_name(VETO_GATE + (uint32_t)i), name);
        assert_int_equal(entry_gate_find(gate->name), i);
        if (i > 0) assert_true(strcmp(entry_gate_at(i - 1)->name, gate->name) < 0);
        memcpy(table, gate->params, count * sizeof *table);
        params_defaults(gate->params, count, values);
        table[count] = (struct param){.name = "frame"};
        values[count++] = 60;
        table[count] = (struct param){.name = "periods"};
        values[count++] = 525600;
        struct signal_terms terms = {table, count, values};
        struct signal_spec spec;
        for (size_t k = 0; k < gate->input_count; k++)
            assert_ok(signal_parse(gate->inputs[k], &terms, &spec));
    }
    assert_int_equal(entry_gate_find("no_such"), -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_gate_opens_as_its_row_says),
        cmocka_unit_test(a_gate_that_cannot_open_is_refused),
        cmocka_unit_test(the_registry_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
