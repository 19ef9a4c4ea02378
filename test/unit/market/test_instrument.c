// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "market/instrument.h"

struct tables {
    struct arena arena;
    struct instruments instruments;
};

static int set_up(void **state) {
    struct tables *tables = calloc(1, sizeof *tables);
    assert_ok(arena_init(&tables->arena, 1 << 16));
    assert_ok(instruments_init(&tables->instruments, &tables->arena, 3, 2));
    *state = tables;
    return 0;
}

static int tear_down(void **state) {
    struct tables *tables = *state;
    arena_fini(&tables->arena);
    free(tables);
    return 0;
}

static void currencies_are_added_once(void **state) {
    struct instruments *all = &((struct tables *)*state)->instruments;
    assert_int_equal(instruments_add_currency(all, "USD", 6), 0);
    assert_int_equal(instruments_add_currency(all, "BTC", 10), 1);
    assert_int_equal(instruments_add_currency(all, "USD", 6), 0);
    assert_int_equal(instruments_add_currency(all, "USD", 4), ERR_ARGUMENT);
    assert_int_equal(instruments_add_currency(all, "EUR", 6), ERR_FULL);
    assert_int_equal(instruments_add_currency(all, "", 6), ERR_ARGUMENT);
    assert_int_equal(instruments_add_currency(all, "LONGCODE", 6), ERR_ARGUMENT);
    assert_int_equal(instruments_add_currency(all, "JPY", 19), ERR_ARGUMENT);
    assert_int_equal(instruments_add_currency(all, "JPY", -1), ERR_ARGUMENT);
    assert_int_equal(all->currency_count, 2);
}

static void instruments_are_found_by_venue_and_symbol(void **state) {
    struct instruments *all = &((struct tables *)*state)->instruments;
    int usd = instruments_add_currency(all, "USD", 6);
    struct instrument item;
    instrument_defaults(&item, ASSET_EQUITY, "AAPL", (uint32_t)usd);
    assert_int_equal(instruments_add(all, &item), 0);
    assert_int_equal(instruments_add(all, &item), ERR_EXISTS);
    memcpy(item.venue, "sim", 4);
    assert_int_equal(instruments_add(all, &item), 1);
    assert_int_equal(instruments_find(all, NULL, "AAPL"), 0);
    assert_int_equal(instruments_find(all, "", "AAPL"), 0);
    assert_int_equal(instruments_find(all, "sim", "AAPL"), 1);
    assert_int_equal(instruments_find(all, "other", "AAPL"), -1);
    assert_int_equal(instruments_find(all, NULL, "AAP"), -1);
    memcpy(item.symbol, "IBM\0", 5);
    assert_int_equal(instruments_add(all, &item), 2);
    memcpy(item.symbol, "SPY\0", 5);
    assert_int_equal(instruments_add(all, &item), ERR_FULL);
    assert_string_equal(instruments_get(all, 2)->symbol, "IBM");
}

static void each_class_has_its_usual_steps(void **state) {
    const struct {
        enum asset_class asset;
        int32_t price_decimals, qty_decimals;
        uint32_t calendar;
    } rows[] = {
        {ASSET_EQUITY, 4, 0, CALENDAR_XNYS}, {ASSET_CRYPTO, 8, 8, CALENDAR_24_7},
        {ASSET_FOREX, 8, 8, CALENDAR_24_7},  {ASSET_FUTURE, 4, 0, CALENDAR_24_7},
        {ASSET_INDEX, 4, 0, CALENDAR_XNYS},
    };
    struct instruments *all = &((struct tables *)*state)->instruments;
    int usd = instruments_add_currency(all, "USD", 6);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct instrument item;
        instrument_defaults(&item, rows[i].asset, "X", (uint32_t)usd);
        assert_int_equal(item.price_decimals, rows[i].price_decimals);
        assert_int_equal(item.qty_decimals, rows[i].qty_decimals);
        assert_int_equal(item.calendar, rows[i].calendar);
        assert_int_equal(item.tick.m, 1);
        all->count = 0;
        assert_int_equal(instruments_add(all, &item), 0);
    }
}

static void the_scale_joins_instrument_and_currency(void **state) {
    struct instruments *all = &((struct tables *)*state)->instruments;
    struct instrument item;
    instrument_defaults(&item, ASSET_FUTURE, "ES",
                        (uint32_t)instruments_add_currency(all, "USD", 6));
    item.multiplier = 505;
    item.multiplier_decimals = 1;
    int index = instruments_add(all, &item);
    struct notional_scale scale = instrument_scale(all, (uint32_t)index);
    money_t money;
    // 4800.25 x 2 contracts x 50.5 = 484,825.25
    assert_ok(decimal_notional(PRICE(48002500), QTY(2), &scale, ROUND_EXACT, &money));
    assert_int_equal((int64_t)money.m, 484825250000);
}

// A row a field, each just outside its range.
static void a_field_out_of_range_is_refused(void **state) {
    struct instruments *all = &((struct tables *)*state)->instruments;
    int usd = instruments_add_currency(all, "USD", 6);
    struct instrument good, bad[16];
    instrument_defaults(&good, ASSET_EQUITY, "AAPL", (uint32_t)usd);
    for (size_t i = 0; i < 16; i++) bad[i] = good;
    bad[0].tick = PRICE(0);
    bad[1].lot = QTY(0);
    bad[2].lot = QTY(2);
    bad[3].notional_min = -1;
    bad[4].multiplier = 0;
    bad[5].multiplier_decimals = 19;
    bad[6].price_decimals = -1;
    bad[7].qty_decimals = 19;
    bad[8].currency = 1;
    bad[9].asset = ASSET_CLASS_COUNT;
    bad[10].calendar = CALENDAR_COUNT;
    bad[11].symbol[0] = '\0';
    memset(bad[12].symbol, 'A', SYMBOL_SIZE);
    bad[13].symbol[10] = 'x'; // after the NUL
    memset(bad[14].venue, 'V', VENUE_NAME_SIZE);
    instrument_defaults(&bad[15], ASSET_EQUITY, "A-SYMBOL-THAT-IS-32-BYTES-LONG-!", (uint32_t)usd);
    for (size_t i = 0; i < 16; i++) {
        assert_int_equal(instruments_add(all, &bad[i]), ERR_ARGUMENT);
        assert_true(strlen(err_story()) > 10);
    }
    assert_int_equal(instruments_add(all, &bad[2]), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "AAPL: qty_min 1 is outside 2.."));
    assert_int_equal(instruments_add(all, &good), 0);
}

static void asset_classes_have_names(void **state) {
    for (int i = 0; i < ASSET_CLASS_COUNT; i++)
        assert_int_equal(asset_class_find(asset_class_name((enum asset_class)i)), i);
    assert_int_equal(asset_class_find("bond"), -1);
    assert_null(asset_class_name(ASSET_CLASS_COUNT));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(currencies_are_added_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(instruments_are_found_by_venue_and_symbol, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(each_class_has_its_usual_steps, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_scale_joins_instrument_and_currency, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_field_out_of_range_is_refused, set_up, tear_down),
        cmocka_unit_test(asset_classes_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
