// A position of several options: its legs, what it pays, risks and is worth, now and after a what-if.
import { createMemo, For, type JSX, Show, Suspense } from "solid-js";
import { post } from "../../api/client";
import type { OptionPosition } from "../../api/model";
import { formatNumber, formatPercent } from "../../lib/decimal";
import { type Leg, legsText, parseLegs, payoffSpots, SHAPE_NAMES, shapeLegs } from "../../lib/options";
import { query, setQuery } from "../../lib/router";
import { Change, Facts, Note } from "../../ui/figure";
import { SelectField, TextField } from "../../ui/form";
import { Icon } from "../../ui/icon";
import { createLoad, Empty, Loading, Panel, Shown } from "../../ui/load";
import { Table } from "../../ui/table";
import { Lines } from "../parts";

const text = (name: string, otherwise: string): string => query().get(name) ?? otherwise;
const isNumber = (value: string): boolean => /^-?(\d+\.?\d*|\.\d+)$/.test(value.trim());

const INPUTS = [
    ["spot", "Spot", "100", "of the underlying now"],
    ["days", "Days", "30", "to expiry"],
    ["vol", "Volatility %", "25", "a year"],
    ["rate", "Rate %", "0", "a year, continuous"],
    ["later", "What if: days later", "0", ""],
    ["more", "What if: volatility points", "0", "higher or lower"],
] as const;

const value = (name: (typeof INPUTS)[number][0]): string => text(name, INPUTS.find(([one]) => one === name)?.[2] ?? "");

function Legs(props: { legs: readonly Leg[]; set: (legs: readonly Leg[]) => void }): JSX.Element {
    const put = (index: number, change: Partial<Leg>) =>
        props.set(props.legs.map((leg, at) => (at === index ? { ...leg, ...change } : leg)));
    return (
        <div class="stack">
            <For each={props.legs.map((_, index) => index)}>
                {(index) => {
                    const leg = () => props.legs[index]!;
                    return (
                        <div class="leg">
                            <TextField
                                label="Quantity"
                                number
                                value={String(leg().quantity)}
                                onInput={(typed) => /^-?\d+$/.test(typed) && put(index, { quantity: Number(typed) })}
                            />
                            <SelectField
                                label="Of"
                                value={leg().type}
                                onInput={(typed) => put(index, { type: typed as Leg["type"] })}
                                options={[
                                    ["call", "call"],
                                    ["put", "put"],
                                    ["share", "share"],
                                ]}
                            />
                            <TextField
                                label="Strike"
                                number
                                disabled={leg().type === "share"}
                                value={leg().type === "share" ? "" : String(leg().strike)}
                                onInput={(typed) =>
                                    isNumber(typed) && Number(typed) > 0 && put(index, { strike: Number(typed) })
                                }
                            />
                            <TextField
                                label={leg().type === "share" ? "Cost" : "Premium"}
                                number
                                placeholder="by the model"
                                value={leg().premium}
                                onInput={(typed) => (typed === "" || isNumber(typed)) && put(index, { premium: typed })}
                            />
                            <button
                                type="button"
                                class="btn quiet"
                                aria-label={`Take leg ${index + 1} away`}
                                onClick={() => props.set(props.legs.filter((_, at) => at !== index))}
                            >
                                <Icon name="close" />
                            </button>
                        </div>
                    );
                }}
            </For>
            <Show when={props.legs.length === 0}>
                <Empty title="No leg yet">
                    <span>Choose a position, add a leg, or take prices from the chain.</span>
                </Empty>
            </Show>
        </div>
    );
}

const bound = (worth: number | "unlimited"): JSX.Element =>
    worth === "unlimited" ? "unlimited" : <Change value={worth} places={2} />;

const then = (profit: number | number[] | undefined): number | null =>
    profit === undefined ? null : typeof profit === "number" ? profit : (profit[0] ?? null);

function Result(props: { position: OptionPosition }): JSX.Element {
    const one = () => props.position;
    const points = () => one().payoff;
    const hasThen = () => points().some((point) => point.profit_then !== undefined);
    const shown = (number: number | undefined, places: number) => formatNumber(number ?? null, places);
    return (
        <div class="stack">
            <Facts
                items={[
                    [
                        one().net_debit >= 0 ? "Costs" : "Brings in",
                        formatNumber(Math.abs(one().net_debit), 2),
                        "Net debit or credit, a unit",
                    ],
                    ["Greatest profit", bound(one().max_profit)],
                    ["Greatest loss", bound(one().max_loss)],
                    [
                        "Breaks even at",
                        one()
                            .breakevens.map((at) => formatNumber(at, 2))
                            .join(", ") || "nowhere",
                    ],
                    [
                        "Chance of profit",
                        formatPercent(one().probability_of_profit ?? null, 1),
                        "Under the lognormal law",
                    ],
                    ["Deposit", shown(one().margin?.deposit, 2), "By the rules of Cboe and Regulation T, estimated"],
                ]}
            />
            <Suspense fallback={<Loading lines={8} />}>
                <Lines
                    label="Profit by the price of the underlying"
                    height={320}
                    plainX
                    times={points().map((point) => point.spot)}
                    xFormat={(at) => formatNumber(at, at < 20 ? 1 : 0)}
                    format={(profit) => formatNumber(profit, 2)}
                    curves={[
                        { name: "At expiry", values: points().map((point) => point.profit), width: 1.8 },
                        ...(hasThen()
                            ? [
                                  {
                                      name: `After ${value("later")} days`,
                                      values: points().map((point) => then(point.profit_then)),
                                      colour: "series-2",
                                      dash: [6, 4],
                                  },
                              ]
                            : []),
                    ]}
                    zero
                />
            </Suspense>
            <Facts
                items={[
                    ["Worth now", shown(one().value, 3)],
                    ["Delta", shown(one().delta, 3)],
                    ["Gamma", shown(one().gamma, 4)],
                    ["Vega", shown(one().vega, 3), "For volatility higher by 1, that is by 100 points"],
                    ["Theta", shown(one().theta, 3), "A year"],
                    ["Rho", shown(one().rho, 3)],
                ]}
            />
            <details>
                <summary class="dim">The pay-off as a table</summary>
                <Table
                    name="payoff"
                    label="Pay-off"
                    rows={points()}
                    search={false}
                    maxHeight={300}
                    columns={[
                        { id: "spot", head: "Price", get: (row) => row.spot, right: true },
                        {
                            id: "profit",
                            head: "At expiry",
                            get: (row) => row.profit,
                            cell: (row) => <Change value={row.profit} places={2} />,
                            right: true,
                        },
                        {
                            id: "then",
                            head: "What if",
                            get: (row) => then(row.profit_then),
                            cell: (row) => <Change value={then(row.profit_then)} places={2} />,
                            right: true,
                        },
                    ]}
                />
            </details>
        </div>
    );
}

export function Builder(): JSX.Element {
    const legs = createMemo(() => parseLegs(query().get("legs")));
    const set = (next: readonly Leg[]) => setQuery({ legs: legsText(next) || null });
    const bad = () => {
        const wrong = INPUTS.find(([name]) => !isNumber(value(name)));
        if (wrong) return `${wrong[1]} is no number.`;
        if (!(Number(value("spot")) > 0)) return "The spot is above 0.";
        if (!(Number(value("days")) > 0)) return "The days to expiry are above 0.";
        if (!(Number(value("vol")) > 0)) return "The volatility is above 0.";
        if (Number(value("later")) < 0 || Number(value("later")) >= Number(value("days")))
            return "The days of the what-if are fewer than those to expiry.";
        return null;
    };
    const body = createMemo(() =>
        bad() || legs().length === 0
            ? null
            : JSON.stringify({
                  legs: legs().map((leg) => ({
                      quantity: leg.quantity,
                      type: leg.type,
                      ...(leg.type === "share" ? {} : { strike: leg.strike }),
                      ...(leg.premium ? { premium: Number(leg.premium) } : {}),
                  })),
                  spot: Number(value("spot")),
                  days: Number(value("days")),
                  vol: Number(value("vol")) / 100,
                  rate: Number(value("rate")) / 100,
                  later: [Number(value("later"))],
                  vol_change: [Number(value("more")) / 100],
                  spots: payoffSpots(legs(), Number(value("spot"))),
              }),
    );
    const load = createLoad(body, (text, signal) =>
        post<OptionPosition>("/options/strategy", JSON.parse(text) as unknown, { signal }),
    );
    return (
        <div class="grid">
            <Panel class="c5" title="Legs">
                <div class="stack">
                    <div class="form-grid">
                        <SelectField
                            label="Begin with"
                            value=""
                            onInput={(name) => name && set(shapeLegs(name, Number(value("spot")) || 100))}
                            options={[["", "Choose a position"], ...SHAPE_NAMES.map((name) => [name, name] as const)]}
                        />
                        <div class="field">
                            <span class="label">&nbsp;</span>
                            <button
                                type="button"
                                class="btn"
                                onClick={() =>
                                    set([
                                        ...legs(),
                                        {
                                            quantity: 1,
                                            type: "call",
                                            strike: Number(value("spot")) || 100,
                                            premium: "",
                                        },
                                    ])
                                }
                            >
                                <Icon name="plus" /> Add a leg
                            </button>
                        </div>
                    </div>
                    <Legs legs={legs()} set={set} />
                    <div class="form-grid">
                        <For each={INPUTS}>
                            {([name, label, otherwise, hint]) => (
                                <TextField
                                    label={label}
                                    number
                                    value={text(name, otherwise)}
                                    hint={hint}
                                    onInput={(typed) => setQuery({ [name]: typed })}
                                />
                            )}
                        </For>
                    </div>
                    <Show when={bad()}>
                        <Note kind="warn">{bad()}</Note>
                    </Show>
                    <details>
                        <summary class="dim">The same on the command line</summary>
                        <pre class="note">
                            {[
                                "fulmar option strategy",
                                ...legsText(legs())
                                    .split(";")
                                    .filter(Boolean)
                                    .map((leg) => `--leg ${leg}`),
                                `--spot ${value("spot")} --days ${value("days")}`,
                                `--vol ${Number(value("vol")) / 100} --rate ${Number(value("rate")) / 100}`,
                            ].join(" \\\n    ")}
                        </pre>
                    </details>
                </div>
            </Panel>
            <Panel class="c7" title="Pay-off" at={load.at()} limitMs={3_600_000}>
                <Show when={body()} fallback={<Empty title="Legs make a pay-off" />}>
                    <Shown load={load} lines={10}>
                        {(one) => <Result position={one()} />}
                    </Shown>
                </Show>
            </Panel>
        </div>
    );
}
