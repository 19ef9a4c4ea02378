import assert from "node:assert/strict";
import test from "node:test";
import type { Strategy } from "../../src/api/model";
import { backtestAsk, changedParams, commandLine, emptyDraft, sweepAsk } from "../../src/lib/config";

const param = (name: string, type: Strategy["params"][number]["type"], value: string) => ({
    name,
    type,
    unit: "",
    default: value,
    min: null,
    max: null,
    choices: [],
    help: "",
});
const strategies: Strategy[] = [
    {
        name: "sma_cross",
        summary: "",
        scope: "instrument",
        inputs: [],
        params: [param("fast", "int", "20"), param("slow", "int", "50"), param("sides", "enum", "long")],
    },
];
const draft = () => ({
    ...emptyDraft(),
    name: "a",
    data: ["LOCAL/ALFA/bar-1d"],
    strategies: [{ strategy: "sma_cross", params: { fast: "10", slow: "50", sides: "both" }, share: "" }],
});

test("only parameters that differ from their defaults are sent, each with its type", () => {
    assert.deepEqual(changedParams(strategies[0], { fast: "10", slow: "50", sides: "both" }), {
        fast: 10,
        sides: "both",
    });
});

test("a backtest's request has what the form has and nothing else", () => {
    assert.deepEqual(backtestAsk({ ...draft(), from: "2015-02-01", feeBps: "0" }, strategies), {
        run: "a",
        data: ["LOCAL/ALFA/bar-1d"],
        strategies: [{ name: "sma_cross", params: { fast: 10, sides: "both" } }],
        capital: "100000",
        slippage: "fixed:bps=5",
        from: "2015-02-01T00:00:00Z",
    });
});

test("a sweep holds fast what is not searched", () => {
    const ask = sweepAsk(draft(), strategies, { fast: { from: "5", to: "25", step: "5" } }, "sharpe");
    assert.deepEqual(ask.space, [
        { param: "fast", values: "5:25:5" },
        { param: "sides", values: "both" },
    ]);
    assert.equal(ask.strategy, "sma_cross");
});

test("the command line says the same, quoted for a shell", () => {
    const text = commandLine({ ...draft(), data: ["LOCAL/A'B/bar-1d"] }, strategies);
    assert.ok(text.includes("--strategy sma_cross:fast=10,sides=both"), text);
    assert.ok(text.includes(`--data 'LOCAL/A'\\''B/bar-1d'`), text);
});
