// SPDX-License-Identifier: Apache-2.0
#include "store_kit.h"

#include "base/timestamp.h"

static void a_year_of_minutes(void **state) {
    static const struct {
        const char *name, *series;
        uint64_t rows, gaps;
        int64_t longest_minutes;
        int64_t first[6]; // open, high, low, close, volume; times 10^8
    } ROWS[] = {
        // 1514764800000,13763,13753,13788,13752.18233851,5.13326771
        {"data/crypto_bars/bitfinex_btcusd_1m_2018.csv.xz",
         "BITFINEX/BTCUSD/bar-1m",
         520499,
         3992,
         68,
         {1376300000000, 1378800000000, 1375218233851, 1375300000000, 513326771}},
        // 1514764800000,225.68,225.15,225.68,225.09,51.07750912
        {"data/crypto_bars/bitfinex_ltcusd_1m_2018.csv.xz",
         "BITFINEX/LTCUSD/bar-1m",
         427263,
         56326,
         182,
         {22568000000, 22568000000, 22509000000, 22515000000, 5107750912}},
    };
    struct kit *kit = *state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct import_report report;
        kit_import(kit, harness_shared(ROWS[i].name), NULL, 0, &report);
        assert_int_equal(report.rows, ROWS[i].rows);
        assert_int_equal(report.accepted, ROWS[i].rows);
        assert_int_equal(report.notes[IMPORT_GAP], ROWS[i].gaps);
        assert_int_equal(report.gap_longest_ns, ROWS[i].longest_minutes * NS_PER_MIN);
        import_report_fini(&report);
        struct tape *tape = kit_open(kit, ROWS[i].series);
        assert_ok(tape_verify(tape));
        assert_int_equal(tape_count(tape), ROWS[i].rows);
        assert_int_equal(tape_partition_count(tape), 12);
        assert_int_equal(tape_gaps(tape).count, ROWS[i].gaps);
        assert_int_equal(tape_meta(tape)->instrument.price_decimals, 8);
        assert_int_equal(tape_meta(tape)->instrument.qty_decimals, 8);
        assert_string_equal(tape_meta(tape)->currency, "USD");
        struct tape_bars bars = tape_bars(tape, 0);
        assert_int_equal(bars.open[0], ROWS[i].first[0]);
        assert_int_equal(bars.high[0], ROWS[i].first[1]);
        assert_int_equal(bars.low[0], ROWS[i].first[2]);
        assert_int_equal(bars.close[0], ROWS[i].first[3]);
        assert_int_equal(bars.volume[0], ROWS[i].first[4]);
        tape_close(tape);
    }
}

static void the_order_of_columns_is_seen_without_the_name(void **state) {
    struct kit *kit = *state;
    struct import_report report;
    static const char TEXT[] = "1514764800000,13763,13753,13788,13752,5\n"
                               "1514764860000,13763,13772,13773,13741,15\n"
                               "1514764920000,13774,13742,13777,13741,16.9e-1\n";
    kit_import(kit, kit_text(kit, "BTCUSD.csv", TEXT), NULL, 0, &report);
    assert_int_equal(report.accepted, 3);
    import_report_fini(&report);
    struct tape *tape = kit_open(kit, "BITFINEX/BTCUSD/bar-1m");
    assert_int_equal(tape_bars(tape, 0).high[0], 13788);
    assert_int_equal(tape_bars(tape, 0).close[0], 13753);
    assert_int_equal(tape_bars(tape, 0).volume[2], 169);
    tape_close(tape);
}

static void the_usual_order_is_not_taken_for_it(void **state) {
    struct kit *kit = *state;
    struct import_report report;
    static const char TEXT[] = "1514764800000,13763,13788,13752,13753,5\n"
                               "1514764860000,13763,13773,13741,13772,15\n"
                               "1514764920000,13774,13777,13741,13742,16\n";
    kit_import(kit, kit_text(kit, "BTCUSD.csv", TEXT), NULL, 0, &report);
    assert_string_equal(report.series[0].series.venue, "LOCAL");
    assert_int_equal(report.accepted, 3);
    import_report_fini(&report);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_year_of_minutes, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(the_order_of_columns_is_seen_without_the_name, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(the_usual_order_is_not_taken_for_it, kit_setup,
                                        kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
