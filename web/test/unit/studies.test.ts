import assert from "node:assert/strict";
import test from "node:test";
import type { OptionSurface } from "../../src/api/model";
import { withNumbers } from "../../src/lib/decimal";
import {
    legsText,
    parseLegs,
    payoffSpots,
    SHAPE_NAMES,
    shapeLegs,
    strikeStep,
    surfaceGrid,
} from "../../src/lib/options";
import { alignValues, onPrice, parseWishes, wishesText } from "../../src/lib/studies";

test("indicators come out of an address as they went in", () => {
    const text = "sma:timeperiod=200;bbands:timeperiod=20,nbdevup=2.5;rsi";
    assert.deepEqual(parseWishes(text)[1], { name: "bbands", params: { timeperiod: "20", nbdevup: "2.5" } });
    assert.equal(wishesText(parseWishes(text)), text);
    assert.deepEqual(parseWishes(null), []);
    assert.equal(parseWishes("a;b;c;d;e;f;g;h;i;j").length, 8);
});

test("a bar has the latest value within it, and none of another bar's", () => {
    const ns = (seconds: number) => seconds * 1e9;
    const bars = [0, 100, 300];
    const times = [0, 50, 100, 150, 250, 300].map(ns);
    const values = [1, 2, 3, null, 5, 6];
    assert.deepEqual(alignValues(bars, 100, times, values), [2, 5, 6]);
    // A value before the first bar is not its; a bar that has none is a gap.
    assert.deepEqual(alignValues([100, 200], 100, [ns(10), ns(120)], [9, 4]), [4, null]);
    assert.deepEqual(alignValues([], 100, times, values), []);
});

test("averages stand over the bars, oscillators below", () => {
    assert.ok(onPrice({ name: "sma", group: "overlap" }) && onPrice({ name: "vwap", group: "volume" }));
    assert.ok(!onPrice({ name: "rsi", group: "momentum" }) && !onPrice({ name: "obv", group: "volume" }));
});

test("legs come out of an address as they went in, and what is none is left out", () => {
    const text = "1:call:100:5;-2:put:95.5;1:share:99";
    assert.equal(legsText(parseLegs(text)), text);
    assert.deepEqual(parseLegs("x:call:100;1:fall:100;1:call:-3;1.5:put:3"), []);
    assert.deepEqual(parseLegs(null), []);
});

test("positions by name are what their names say", () => {
    assert.equal(legsText(shapeLegs("Iron condor", 100)), "1:put:90;-1:put:95;-1:call:105;1:call:110");
    assert.equal(legsText(shapeLegs("Straddle", 647)), "1:call:650;1:put:650");
    for (const name of SHAPE_NAMES) assert.ok(shapeLegs(name, 42).length > 0, name);
    assert.deepEqual([strikeStep(100), strikeStep(645), strikeStep(42), strikeStep(0.5)], [5, 50, 2.5, 0.025]);
});

test("a pay-off has the strikes and the spot among its prices, rising", () => {
    const spots = payoffSpots(parseLegs("1:call:100;-1:call:110"), 103);
    for (const one of [100, 103, 110]) assert.ok(spots.includes(one));
    assert.ok(spots.every((one, index) => index === 0 || one > spots[index - 1]!));
    assert.ok(spots[0]! > 0 && spots[0]! < 100 && spots.at(-1)! > 110);
    assert.ok(spots.length <= 64 && payoffSpots(shapeLegs("Iron condor", 100), 100).length > 50);
    assert.deepEqual(payoffSpots([], 0), []);
});

test("a surface's grid goes as far as all expiries reach, between their points by a line", () => {
    const slice = (expiry: string, years: number, width: number) => ({
        expiry,
        fitted: true,
        points: 3,
        years,
        forward: 100,
        grid: [-1, 0, 1].map((side) => ({
            strike: 100 * Math.exp(side * width),
            k: side * width,
            vol: 0.2 + 0.1 * Math.abs(side),
            variance: 0,
            local_vol: 0,
            density: 0,
        })),
    });
    const surface = { slices: [slice("a", 1, 0.5), slice("b", 0.25, 0.5)] } as unknown as OptionSurface;
    const grid = surfaceGrid(surface, 5);
    assert.deepEqual(grid.x, [-0.5, -0.25, 0, 0.25, 0.5]);
    assert.deepEqual(
        grid.rows[0]?.vols.map((vol) => Number(vol.toFixed(9))),
        [0.3, 0.25, 0.2, 0.25, 0.3],
    );
    assert.deepEqual(
        grid.rows[1]?.vols.map((vol) => Number(vol.toFixed(9))),
        [0.25, 0.225, 0.2, 0.225, 0.25],
    );
    assert.deepEqual(surfaceGrid({ slices: [] } as unknown as OptionSurface).rows, []);
});

test("decimals that are texts become numbers, other texts stay", () => {
    assert.deepEqual(withNumbers({ a: "1.50", b: ["x", "2"], c: null, d: "2024-01-02", e: true }), {
        a: 1.5,
        b: ["x", 2],
        c: null,
        d: "2024-01-02",
        e: true,
    });
});
