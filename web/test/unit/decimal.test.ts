import assert from "node:assert/strict";
import test from "node:test";
import {
    addDecimal,
    compareDecimal,
    decimalText,
    formatDecimal,
    formatPercent,
    formatShort,
    multiplyDecimal,
    parseDecimal,
    rescale,
    signOf,
    toNumber,
} from "../../src/lib/decimal";

const of = (text: string) => parseDecimal(text)!;

test("decimals are added exactly where doubles are not", () => {
    assert.equal(decimalText(addDecimal(of("0.1"), of("0.2"))), "0.3");
    assert.equal(decimalText(addDecimal(of("9007199254740993"), of("0.01"))), "9007199254740993.01");
    assert.equal(decimalText(multiplyDecimal(of("-1.05"), of("100.1"))), "-105.105");
});

test("rounding for display is half away from zero on both sides of it", () => {
    assert.equal(formatDecimal("0.125", { places: 2 }), "0.13");
    assert.equal(formatDecimal("-0.125", { places: 2 }), "\u22120.13");
    assert.equal(formatDecimal("-0.001", { places: 2 }), "0.00");
    assert.equal(decimalText(rescale(of("1.5"), 4)), "1.5000");
});

test("thousands are grouped and the fraction is not", () => {
    assert.equal(formatDecimal("1234567.123456"), "1,234,567.123456");
    assert.equal(formatDecimal("-1000"), "\u22121,000");
    assert.equal(formatDecimal("999"), "999");
    assert.equal(formatDecimal("2.500", { trim: true }), "2.5");
    assert.equal(formatDecimal("2.000", { trim: true, sign: true }), "+2");
});

test("what is no number is shown as none", () => {
    for (const text of [null, undefined, "", "NaN", "1e5", "--1", "1,5", "0x10", ".5", "5."]) {
        assert.equal(formatDecimal(text), "–", String(text));
    }
    assert.ok(Number.isNaN(toNumber("x")));
});

test("signs and order come from the exact value", () => {
    assert.equal(signOf("-0.00"), 0);
    assert.equal(signOf("-0.000000000000000001"), -1);
    assert.equal(compareDecimal(of("1.10"), of("1.1")), 0);
    assert.equal(compareDecimal(of("-2"), of("-1.99")), -1);
});

test("short forms keep three figures", () => {
    assert.equal(formatShort("1254000"), "1.25M");
    assert.equal(formatShort("-98765.4"), "\u221298.8k");
    assert.equal(formatShort("950"), "950");
    assert.equal(formatShort("12000000000"), "12.00B".replace("12.00", "12.0"));
});

test("ratios become percentages without binary noise", () => {
    assert.equal(formatPercent("0.07"), "7.00%");
    assert.equal(formatPercent(0.1 + 0.2), "30.00%");
    assert.equal(formatPercent("-0.1234", 1, true), "\u221212.3%");
    assert.equal(formatPercent(1e-7, 2), "0.00%");
});
