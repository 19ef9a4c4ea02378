import assert from "node:assert/strict";
import test from "node:test";
import { csvCell, csvText } from "../../src/lib/csv";
import { justBefore } from "../../src/lib/explain";
import { formatAge, formatInstant, formatMoment, inputToInstant, instantMs } from "../../src/lib/time";

test("nanoseconds of today become milliseconds without a detour through doubles", () => {
    assert.equal(instantMs("1767225600123456789"), 1767225600123);
    assert.equal(instantMs("2026-01-01T00:00:00.123456789Z"), 1767225600123);
    assert.ok(Number.isNaN(instantMs("0")));
    assert.ok(Number.isNaN(instantMs(null)));
});

test("an instant is written in UTC with what fits the need", () => {
    const at = "1587133805123000000";
    assert.equal(formatInstant(at, "second", "utc"), "2020-04-17 14:30:05");
    assert.equal(formatInstant(at, "time", "utc"), "14:30:05");
    assert.equal(formatInstant(undefined, "date", "utc"), "–");
    assert.equal(formatInstant("9223372036854775807", "date", "utc"), "2262-04-11");
    assert.equal(formatMoment("1587081600000000000", "utc"), "2020-04-17");
    assert.equal(formatMoment(at, "utc"), "2020-04-17 14:30:05");
});

test("ages are short", () => {
    assert.equal(formatAge(400), "400 ms");
    assert.equal(formatAge(4200), "4.2 s");
    assert.equal(formatAge(65_000), "65 s");
    assert.equal(formatAge(3 * 3_600_000), "3 h");
    assert.equal(formatAge(-5), "0 ms");
});

test("what a person types becomes an instant or nothing", () => {
    assert.equal(inputToInstant("2020-04-17"), "2020-04-17T00:00:00Z");
    assert.equal(inputToInstant("2020-04-17 14:30"), "2020-04-17T14:30:00Z");
    assert.equal(inputToInstant("17.4.2020"), null);
    assert.equal(inputToInstant("2020-13-45"), null);
});

test("a cell that a spreadsheet would compute is text, a number stays one", () => {
    assert.equal(csvCell("=1+1"), "'=1+1");
    assert.equal(csvCell("@SUM(A1)"), "'@SUM(A1)");
    assert.equal(csvCell("-12.5"), "-12.5");
    assert.equal(csvCell("-cmd"), "'-cmd");
    assert.equal(csvCell('a"b,c'), '"a""b,c"');
    assert.equal(csvText(["a"], [["x\ny"]]), 'a\r\n"x\ny"\r\n');
});

test("the instant before one is a nanosecond earlier", () => {
    assert.equal(justBefore("1990-03-14T21:00:00Z"), "1990-03-14T20:59:59.999999999Z");
    assert.equal(justBefore("2024-01-01T00:00:00.5Z"), "2024-01-01T00:00:00.499999999Z");
    assert.equal(justBefore("2024-01-01T00:00:00.000000001Z"), "2024-01-01T00:00:00.000000000Z");
    assert.equal(justBefore("never"), "never");
});
