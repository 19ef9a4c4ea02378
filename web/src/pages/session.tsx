import { createEffect, createMemo, createSignal, For, type JSX, Match, on, Show, Suspense, Switch } from "solid-js";
import { createStore } from "solid-js/store";
import { may } from "../api/auth";
import { get, idempotencyKey, path, post } from "../api/client";
import type { Fill, Order, Position, Quote, RiskEvent, RunningStrategy, SessionView } from "../api/model";
import { ApiError, errorText } from "../api/problem";
import type { Bar, Mark } from "../charts/candles";
import { getBars, toBars, usedDecimals } from "../lib/bars";
import { commonAsk, emptyDraft } from "../lib/config";
import { formatDecimal, formatNumber, formatPercent, toNumber } from "../lib/decimal";
import { prefs } from "../lib/prefs";
import { go, query, setQuery } from "../lib/router";
import {
    ask,
    current,
    live,
    priceText,
    refreshSessions,
    seriesOf,
    sessions,
    symbolOf,
    viewAt,
    viewError,
} from "../lib/session";
import { formatMoment, inputToInstant, instantMs } from "../lib/time";
import { Button, confirm, createAction, say } from "../ui/act";
import { Badge, Change, Facts, Note, Progress, Side } from "../ui/figure";
import { Check, Field, Segments, Tabs, TextField } from "../ui/form";
import { Icon } from "../ui/icon";
import { createLoad, Empty, Failed, Fresh, Loading, Panel } from "../ui/load";
import { stateKind } from "../ui/shell";
import { type Column, Table } from "../ui/table";
import { CostFields, loadSeries, loadStrategies, Needs, SeriesPick, StrategyPick } from "./config";
import { Candles, EquityCurve } from "./parts";

const clock = (session: string, action: string, rest: Record<string, unknown> = {}): Promise<unknown> =>
    ask(session, "POST", "/clock", { action, ...rest });

const PACES: readonly (readonly [string, string])[] = [
    ["1", "Real time"],
    ["60", "60 ×"],
    ["3600", "An hour a second"],
    ["86400", "A day a second"],
    ["604800", "A week a second"],
    ["0", "As fast as it goes"],
];

export function paceText(pace: number): string {
    const known = PACES.find(([value]) => Number(value) === pace);
    return known ? known[1] : `${formatNumber(pace, 0)} ×`;
}

function Controls(props: { view: SessionView }): JSX.Element {
    const name = () => props.view.name;
    const running = () => props.view.state === "running" || props.view.state === "waiting";
    const done = () => (props.view.state === "ended" ? 1 : (props.view.progress ?? 0));
    return (
        <Panel
            title={
                <>
                    {props.view.name} <Badge kind={stateKind(props.view.state)}>{props.view.state}</Badge>
                </>
            }
            at={viewAt()}
            limitMs={5000}
            actions={
                <Show when={may("trader")}>
                    <Button
                        kind="small"
                        disabled={props.view.state === "ended"}
                        onClick={() => clock(name(), running() ? "pause" : "run")}
                        label={running() ? "Pause the data" : "Run the data"}
                    >
                        <Icon name={running() ? "pause" : "play"} /> {running() ? "Pause" : "Run"}
                    </Button>
                    <Button
                        kind="small"
                        disabled={running() || props.view.state === "ended"}
                        onClick={() => clock(name(), "step", { steps: 1 })}
                        label="One step of data"
                    >
                        <Icon name="step" /> Step
                    </Button>
                    <select
                        class="input small"
                        aria-label="Pace of the data"
                        onChange={(event) => {
                            const pace = Number(event.currentTarget.value);
                            void clock(name(), "pace", { pace }).catch((error: Error) => say("bad", error.message));
                        }}
                    >
                        <Show when={!PACES.some(([value]) => Number(value) === props.view.pace)}>
                            <option value={String(props.view.pace)} selected>
                                {paceText(props.view.pace)}
                            </option>
                        </Show>
                        <For each={PACES}>
                            {([value, label]) => (
                                <option value={value} selected={Number(value) === props.view.pace}>
                                    {label}
                                </option>
                            )}
                        </For>
                    </select>
                </Show>
            }
            footer={
                <>
                    <span>
                        Recorded data, paper money.{" "}
                        {props.view.durable ? "The journal is on the disk." : "The journal is being written."}
                    </span>
                    <Show when={props.view.state_hash}>
                        <span class="mono">state {props.view.state_hash}</span>
                    </Show>
                </>
            }
        >
            <div class="stack">
                <Facts
                    items={[
                        ["Equity", formatDecimal(props.view.account.equity, { places: 2 })],
                        [
                            "Since start",
                            <Change
                                percent
                                value={toNumber(props.view.account.equity) / toNumber(props.view.account.capital) - 1}
                            />,
                        ],
                        ["Cash", formatDecimal(props.view.account.cash, { places: 2 })],
                        ["Gross", formatDecimal(props.view.account.gross, { places: 2 })],
                        ["Data clock", formatMoment(props.view.clock, prefs().zone)],
                        ["Next", formatMoment(props.view.next, prefs().zone)],
                        [
                            "Lag",
                            props.view.lag_ms > 1500 ? (
                                <span class="warn">{formatNumber(props.view.lag_ms / 1000, 1)} s</span>
                            ) : (
                                "none"
                            ),
                        ],
                        ["Events", props.view.seq.toLocaleString("en-US")],
                    ]}
                />
                <Progress part={done()} label={`Data replayed: ${formatPercent(done(), 0)}`} />
            </div>
        </Panel>
    );
}

// The bars up to the session's clock, with the fills on them.
function Chart(props: { view: SessionView; quote: Quote }): JSX.Element {
    const [bars, setBars] = createSignal<Bar[]>([]);
    const [fault, setFault] = createSignal<unknown>();
    const [decimals, setDecimals] = createSignal(2);
    const series = createMemo(() => seriesOf(props.view, props.quote.instrument));
    let asked = 0;
    let busy = false;

    async function load(): Promise<void> {
        const name = series();
        if (!name || busy) return;
        busy = true;
        asked = Date.now();
        try {
            // Up to what the session was told: its clock, or the latest bar where it was stepped.
            const end = Math.max(instantMs(props.view.clock) || 0, (instantMs(props.quote.bar_open) || 0) + 1000);
            const answer = await getBars(name, {
                ...(end > 0 ? { to: new Date(end).toISOString() } : {}),
                limit: 600,
                latest: true,
            });
            if (name === series()) {
                setDecimals(usedDecimals(answer, 10));
                setBars(toBars(answer));
            }
            setFault(undefined);
        } catch (error) {
            setFault(() => error);
        }
        busy = false;
    }

    createEffect(
        on(series, () => {
            setBars([]);
            void load();
        }),
    );
    createEffect(
        on(
            () => props.quote.bar_open,
            (open) => {
                const time = Math.floor(instantMs(open) / 1000);
                const list = bars();
                const last = list[list.length - 1];
                if (!last || !Number.isFinite(time) || time < last.time) {
                    if (!last && Date.now() - asked > 900) void load();
                    return;
                }
                const gap = list.length > 1 ? last.time - list[list.length - 2]!.time : 0;
                const next: Bar = {
                    time,
                    open: toNumber(props.quote.open),
                    high: toNumber(props.quote.high),
                    low: toNumber(props.quote.low),
                    close: toNumber(props.quote.close),
                    volume: toNumber(props.quote.volume),
                };
                if (time === last.time) setBars([...list.slice(0, -1), next]);
                else if (gap > 0 && time - last.time > 5 * gap) {
                    if (Date.now() - asked > 900) void load(); // the clock ran ahead of what was told
                } else setBars([...list.slice(-1500), next]);
            },
            { defer: true },
        ),
    );
    const marks = createMemo<Mark[]>(() => {
        const list = bars();
        const first = list[0]?.time ?? Number.POSITIVE_INFINITY;
        return props.view.fills
            .filter((fill) => fill.instrument === props.quote.instrument)
            .map((fill) => ({
                time: barTime(list, instantMs(fill.time) / 1000),
                side: fill.side === "buy" ? ("buy" as const) : ("sell" as const),
                text: formatDecimal(fill.qty, { trim: true }),
            }))
            .filter((mark) => mark.time >= first);
    });
    return (
        <Show
            when={bars().length > 0}
            fallback={
                <Show when={fault()} fallback={<Empty title="No bar before the session's clock yet" />}>
                    <Failed error={fault()} retry={() => void load()} />
                </Show>
            }
        >
            <Suspense fallback={<Loading lines={8} />}>
                <Candles
                    bars={bars()}
                    marks={marks()}
                    decimals={decimals()}
                    label={`Bars of ${props.quote.instrument} with fills`}
                    height={330}
                    follow
                    fit={props.quote.instrument}
                />
            </Suspense>
        </Show>
    );
}

// The bar in which an instant lies: the last that opened before it.
export function barTime(bars: readonly Bar[], seconds: number): number {
    let low = 0;
    let high = bars.length - 1;
    let found = Number.NEGATIVE_INFINITY;
    while (low <= high) {
        const middle = (low + high) >> 1;
        if (bars[middle]!.time <= seconds) {
            found = bars[middle]!.time;
            low = middle + 1;
        } else high = middle - 1;
    }
    return found;
}

const ORDER_TYPES = ["market", "limit", "stop", "stop_limit"] as const;
type OrderType = (typeof ORDER_TYPES)[number];

function Ticket(props: { view: SessionView; instrument: Quote | undefined }): JSX.Element {
    const [side, setSide] = createSignal<"buy" | "sell">("buy");
    const [type, setType] = createSignal<OrderType>("market");
    const [tif, setTif] = createSignal("gtc");
    const [qty, setQty] = createSignal("");
    const [limit, setLimit] = createSignal("");
    const [stop, setStop] = createSignal("");
    const [reduceOnly, setReduceOnly] = createSignal(false);
    const [answer, setAnswer] = createSignal<{ kind: string; text: string } | null>(null);
    let key = idempotencyKey();
    const fresh = () => {
        key = idempotencyKey();
        setAnswer(null);
    };
    const needsLimit = () => type() === "limit" || type() === "stop_limit";
    const needsStop = () => type() === "stop" || type() === "stop_limit";
    const price = () => (needsLimit() ? limit() : (props.instrument?.last ?? ""));
    const notional = createMemo(() => toNumber(qty()) * toNumber(price()));
    const share = () => notional() / toNumber(props.view.account.equity);
    const ready = () =>
        props.instrument !== undefined &&
        toNumber(qty()) > 0 &&
        (!needsLimit() || toNumber(limit()) > 0) &&
        (!needsStop() || toNumber(stop()) > 0);

    const place = createAction(async () => {
        const instrument = props.instrument;
        if (!instrument) return;
        setAnswer(null);
        const [venue = "", symbol = ""] = instrument.instrument.split("/");
        try {
            const result = await ask(
                props.view.name,
                "POST",
                "/orders",
                {
                    venue,
                    symbol,
                    side: side(),
                    type: type(),
                    tif: tif(),
                    qty: qty().trim(),
                    ...(needsLimit() ? { limit_price: limit().trim() } : {}),
                    ...(needsStop() ? { stop_price: stop().trim() } : {}),
                    ...(reduceOnly() ? { reduce_only: true } : {}),
                },
                { idempotencyKey: key },
            );
            setAnswer(
                result.outcome === "shrunk"
                    ? {
                          kind: "warn",
                          text: `Order ${result.order ?? ""} placed, made smaller by ${result.rule ?? "a rule"} (limit ${formatNumber(result.limit, 4)})`,
                      }
                    : { kind: "ok", text: `Order ${result.order ?? ""} placed` },
            );
            key = idempotencyKey();
            setQty("");
        } catch (error) {
            setAnswer({ kind: "bad", text: errorText(error) });
            if (!(error instanceof ApiError && error.offline)) key = idempotencyKey();
        }
    });

    return (
        <Panel title={`Order ${symbolOf(props.instrument?.instrument) ?? ""}`}>
            <form
                class="ticket"
                onSubmit={(event) => {
                    event.preventDefault();
                    if (ready()) void place.run();
                }}
                onInput={fresh}
            >
                <Segments
                    wide
                    label="Side"
                    value={side()}
                    onInput={(value) => {
                        setSide(value);
                        fresh();
                    }}
                    options={[
                        ["buy", "Buy", "up-on"],
                        ["sell", "Sell", "down-on"],
                    ]}
                />
                <div class="two">
                    <Field label="Type">
                        {(id) => (
                            <select
                                id={id}
                                class="input"
                                onChange={(event) => setType(event.currentTarget.value as OrderType)}
                            >
                                <For each={ORDER_TYPES}>
                                    {(one) => (
                                        <option value={one} selected={one === type()}>
                                            {one.replace("_", " ")}
                                        </option>
                                    )}
                                </For>
                            </select>
                        )}
                    </Field>
                    <Field label="Good">
                        {(id) => (
                            <select id={id} class="input" onChange={(event) => setTif(event.currentTarget.value)}>
                                <For each={["gtc", "day", "ioc", "fok"]}>
                                    {(one) => (
                                        <option value={one} selected={one === tif()}>
                                            {one}
                                        </option>
                                    )}
                                </For>
                            </select>
                        )}
                    </Field>
                </div>
                <TextField label="Quantity" number value={qty()} onInput={setQty} required />
                <Show when={needsLimit()}>
                    <TextField
                        label="Limit"
                        unit={props.view.account.currency}
                        number
                        value={limit()}
                        onInput={setLimit}
                        required
                    />
                </Show>
                <Show when={needsStop()}>
                    <TextField
                        label="Stop"
                        unit={props.view.account.currency}
                        number
                        value={stop()}
                        onInput={setStop}
                        required
                    />
                </Show>
                <div class="row">
                    <Check label="Only reduce" checked={reduceOnly()} onInput={setReduceOnly} />
                    <span class="grow" />
                    <Show when={props.instrument?.last}>
                        <button
                            type="button"
                            class="btn quiet small"
                            onClick={() => setLimit(props.instrument?.last ?? "")}
                        >
                            Last {formatDecimal(props.instrument?.last)}
                        </button>
                    </Show>
                </div>
                <dl class="pairs">
                    <dt>Worth about</dt>
                    <dd>{Number.isFinite(notional()) ? formatDecimal(notional().toFixed(2)) : "–"}</dd>
                    <dt>Of equity</dt>
                    <dd class={share() > 1 ? "warn" : ""}>
                        {Number.isFinite(share()) ? formatPercent(share(), 1) : "–"}
                    </dd>
                    <dt>Held now</dt>
                    <dd>{formatDecimal(props.instrument?.position, { trim: true })}</dd>
                </dl>
                <Show when={answer()}>{(said) => <Note kind={said().kind}>{said().text}</Note>}</Show>
                <button
                    type="submit"
                    class={`btn ${side() === "buy" ? "buy" : "sell"}`}
                    disabled={!ready() || place.busy() || !props.view.manual}
                    data-testid="place"
                >
                    {side() === "buy" ? "Buy" : "Sell"} {qty()} {symbolOf(props.instrument?.instrument)}
                </button>
                <Show when={!props.view.manual}>
                    <span class="faint">This session takes no orders by hand.</span>
                </Show>
            </form>
        </Panel>
    );
}

function reasonOf(order: Order): string {
    return order.live || order.reason === "none" ? "" : order.reason.replace(/_/g, " ");
}

function orderColumns(name: () => string, liveOnly: boolean): Column<Order>[] {
    return [
        { id: "order", head: "Order", get: (row) => row.order, number: true },
        {
            id: "created",
            head: "Sent",
            get: (row) => row.created,
            cell: (row) => formatMoment(row.created, prefs().zone),
            small: false,
        },
        { id: "instrument", head: "Instrument", get: (row) => row.instrument },
        { id: "strategy", head: "By", get: (row) => row.strategy, small: false },
        { id: "side", head: "Side", get: (row) => row.side, cell: (row) => <Side side={row.side} /> },
        { id: "type", head: "Type", get: (row) => row.type, cell: (row) => row.type.replace("_", " "), small: false },
        {
            id: "qty",
            head: "Quantity",
            get: (row) => row.qty,
            cell: (row) => formatDecimal(row.qty, { trim: true }),
            right: true,
            number: true,
        },
        {
            id: "filled",
            head: "Filled",
            get: (row) => row.filled,
            cell: (row) => formatDecimal(row.filled, { trim: true }),
            right: true,
            number: true,
            small: false,
        },
        {
            id: "price",
            head: "Price",
            get: (row) => row.limit_price ?? row.stop_price ?? row.average,
            cell: (row) => priceText(row.instrument, row.limit_price ?? row.stop_price ?? row.average),
            right: true,
            number: true,
        },
        {
            id: "state",
            head: "State",
            get: (row) => row.state,
            cell: (row) => (
                <Badge
                    kind={row.state === "unknown" ? "bad" : row.state === "filled" ? "ok" : ""}
                    title={reasonOf(row) ?? ""}
                >
                    {row.state.replace("_", " ")}
                    {reasonOf(row) ? `: ${reasonOf(row)}` : ""}
                </Badge>
            ),
        },
        ...(liveOnly
            ? [
                  {
                      id: "act",
                      head: "",
                      get: () => "",
                      fixed: true,
                      cell: (row: Order) => (
                          <Show when={may("trader")}>
                              <Button
                                  kind="small danger"
                                  label={`Cancel order ${row.order}`}
                                  onClick={() => ask(name(), "DELETE", path`/orders/${row.order}`)}
                              >
                                  Cancel
                              </Button>
                          </Show>
                      ),
                  },
              ]
            : []),
    ];
}

function positionColumns(): Column<Position>[] {
    return [
        { id: "instrument", head: "Instrument", get: (row) => row.instrument },
        { id: "strategy", head: "Strategy", get: (row) => row.strategy },
        {
            id: "qty",
            head: "Quantity",
            get: (row) => row.qty,
            cell: (row) => formatDecimal(row.qty, { trim: true }),
            right: true,
            number: true,
        },
        {
            id: "entry",
            head: "Entry",
            get: (row) => row.entry,
            cell: (row) => priceText(row.instrument, row.entry),
            right: true,
            number: true,
            small: false,
        },
        {
            id: "last",
            head: "Last",
            get: (row) => row.last,
            cell: (row) => priceText(row.instrument, row.last),
            right: true,
            number: true,
        },
        {
            id: "value",
            head: "Value",
            get: (row) => row.value,
            cell: (row) => formatDecimal(row.value, { places: 2 }),
            right: true,
            number: true,
        },
        {
            id: "open",
            head: "Open",
            get: (row) => row.open,
            cell: (row) => <Change value={row.open} places={2} />,
            right: true,
            number: true,
        },
        {
            id: "realised",
            head: "Realised",
            get: (row) => row.realised,
            cell: (row) => <Change value={row.realised} places={2} />,
            right: true,
            number: true,
        },
        {
            id: "fees",
            head: "Fees",
            get: (row) => row.fees,
            cell: (row) => formatDecimal(row.fees, { places: 2 }),
            right: true,
            number: true,
            small: false,
        },
        {
            id: "opened",
            head: "Since",
            get: (row) => row.opened,
            cell: (row) => formatMoment(row.opened, prefs().zone),
            small: false,
        },
    ];
}

const FILL_COLUMNS: Column<Fill>[] = [
    { id: "at", head: "Time", get: (row) => row.time, cell: (row) => formatMoment(row.time, prefs().zone) },
    { id: "instrument", head: "Instrument", get: (row) => row.instrument },
    { id: "strategy", head: "Strategy", get: (row) => row.strategy, small: false },
    { id: "side", head: "Side", get: (row) => row.side, cell: (row) => <Side side={row.side} /> },
    {
        id: "qty",
        head: "Quantity",
        get: (row) => row.qty,
        cell: (row) => formatDecimal(row.qty, { trim: true }),
        right: true,
        number: true,
    },
    {
        id: "price",
        head: "Price",
        get: (row) => row.price,
        cell: (row) => priceText(row.instrument, row.price),
        right: true,
        number: true,
    },
    {
        id: "fee",
        head: "Fee",
        get: (row) => row.fee,
        cell: (row) => formatDecimal(row.fee, { places: 4 }),
        right: true,
        number: true,
        small: false,
    },
    { id: "order", head: "Order", get: (row) => row.order, right: true, number: true, small: false },
    { id: "liquidity", head: "As", get: (row) => row.liquidity, small: false },
];

export const WATCH_COLUMNS: Column<RiskEvent>[] = [
    { id: "at", head: "Time", get: (row) => row.time, cell: (row) => formatMoment(row.time, prefs().zone) },
    {
        id: "kind",
        head: "Word",
        get: (row) => row.kind,
        cell: (row) => <Badge kind={row.kind === "breaker" ? "bad" : "warn"}>{row.kind}</Badge>,
    },
    { id: "rule", head: "Rule", get: (row) => row.rule || row.code },
    { id: "verdict", head: "Verdict", get: (row) => row.verdict },
    { id: "instrument", head: "Instrument", get: (row) => row.instrument },
    { id: "strategy", head: "Strategy", get: (row) => row.strategy, small: false },
    { id: "value", head: "Value", get: (row) => row.value, cell: (row) => formatNumber(row.value, 4), right: true },
    { id: "limit", head: "Limit", get: (row) => row.limit, cell: (row) => formatNumber(row.limit, 4), right: true },
];

function instrumentColumns(): Column<Quote>[] {
    return [
        { id: "symbol", head: "Instrument", get: (row) => row.instrument, cell: (row) => symbolOf(row.instrument) },
        {
            id: "last",
            head: "Last",
            get: (row) => row.last,
            cell: (row) => priceText(row.instrument, row.last),
            right: true,
            number: true,
        },
        {
            id: "position",
            head: "Held",
            get: (row) => row.position,
            cell: (row) => formatDecimal(row.position, { trim: true }),
            right: true,
            number: true,
        },
    ];
}

function Desk(props: { view: SessionView }): JSX.Element {
    const tab = () => query().get("tab") ?? "positions";
    const instrument = createMemo(() => {
        const wanted = query().get("instrument");
        return (
            props.view.quotes.find((one) => one.instrument === wanted) ??
            props.view.quotes.find((one) => toNumber(one.position) !== 0) ??
            props.view.quotes[0]
        );
    });
    const flat = createLoad(
        () => (tab() === "positions" && query().get("all") === "1" ? props.view.name : null),
        (session, signal) =>
            get<{ items: Position[] }>(`${path`/sessions/${session}`}/positions`, { flat: true }, signal),
        { everyMs: 2000 },
    );
    const held = createMemo(() => flat.data()?.items ?? props.view.positions.filter((one) => toNumber(one.qty) !== 0));
    const ended = createLoad(
        () => (tab() === "ended" ? props.view.name : null),
        (session, signal) =>
            get<{ items: Order[] }>(`${path`/sessions/${session}`}/orders`, { state: "ended" }, signal),
        { everyMs: 2000 },
    );
    const working = createMemo(() => props.view.orders.filter((one) => one.live));
    const name = () => props.view.name;
    return (
        <div class="desk">
            <div class="stack">
                <Panel
                    title={symbolOf(instrument()?.instrument) ?? "Chart"}
                    flush={false}
                    actions={
                        <Show when={instrument() && seriesOf(props.view, instrument()!.instrument)} keyed>
                            {(name) => (
                                <a
                                    class="btn quiet small"
                                    href={`/markets/${name.split("/").map(encodeURIComponent).join("/")}`}
                                >
                                    Open in markets
                                </a>
                            )}
                        </Show>
                    }
                >
                    <Show when={instrument()} fallback={<Empty title="No instrument" />}>
                        {(one) => <Chart view={props.view} quote={one()} />}
                    </Show>
                </Panel>
                <section class="panel">
                    <header>
                        <Tabs
                            label="Blotter"
                            value={tab()}
                            onInput={(value) => setQuery({ tab: value })}
                            tabs={[
                                { id: "positions", label: "Positions", count: held().length },
                                { id: "orders", label: "Orders", count: working().length },
                                { id: "fills", label: "Fills" },
                                { id: "ended", label: "Ended orders" },
                                { id: "strategies", label: "Strategies", count: props.view.strategies.length },
                                { id: "words", label: "Risk words" },
                                { id: "equity", label: "Equity" },
                            ]}
                        />
                        <span class="spacer" />
                        <Fresh at={viewAt()} limitMs={5000} />
                    </header>
                    <div class="panel-body flush" role="tabpanel" aria-label={tab()}>
                        <Switch>
                            <Match when={tab() === "positions"}>
                                <Table
                                    name="positions"
                                    label="Positions"
                                    rows={held()}
                                    columns={positionColumns()}
                                    maxHeight={360}
                                    onRow={(row) => setQuery({ instrument: row.instrument })}
                                    tools={
                                        <Check
                                            label="with closed"
                                            checked={query().get("all") === "1"}
                                            onInput={(value) => setQuery({ all: value ? "1" : null })}
                                        />
                                    }
                                    empty={<Empty title="Nothing is held" />}
                                />
                            </Match>
                            <Match when={tab() === "orders"}>
                                <Table
                                    name="orders"
                                    label="Live orders"
                                    rows={working()}
                                    columns={orderColumns(name, true)}
                                    maxHeight={360}
                                    empty={<Empty title="No live order" />}
                                    tools={
                                        <Show when={may("trader") && working().length > 0}>
                                            <Button
                                                kind="small danger"
                                                onClick={async () => {
                                                    if (
                                                        !(await confirm(
                                                            "Cancel all orders?",
                                                            `All ${working().length} live orders of ${name()} are canceled. Strategies go on and may send new ones.`,
                                                            "Cancel them",
                                                        ))
                                                    )
                                                        return;
                                                    for (const order of [...working()])
                                                        await ask(name(), "DELETE", path`/orders/${order.order}`).catch(
                                                            () => {},
                                                        );
                                                }}
                                            >
                                                Cancel all
                                            </Button>
                                        </Show>
                                    }
                                />
                            </Match>
                            <Match when={tab() === "fills"}>
                                <Table
                                    name="fills"
                                    label="Latest fills"
                                    rows={props.view.fills}
                                    columns={FILL_COLUMNS}
                                    maxHeight={360}
                                    empty={<Empty title="No fill yet" />}
                                />
                            </Match>
                            <Match when={tab() === "ended"}>
                                <Table
                                    name="ended"
                                    label="Orders that ended"
                                    rows={ended.data()?.items ?? []}
                                    columns={orderColumns(name, false)}
                                    maxHeight={360}
                                    empty={<Empty title="None ended yet" />}
                                />
                            </Match>
                            <Match when={tab() === "strategies"}>
                                <StrategyTable view={props.view} />
                            </Match>
                            <Match when={tab() === "words"}>
                                <Table
                                    name="words"
                                    label="Words of rules and breakers"
                                    rows={props.view.events}
                                    columns={WATCH_COLUMNS}
                                    maxHeight={360}
                                    empty={<Empty title="No rule has refused or halted anything" />}
                                />
                            </Match>
                            <Match when={tab() === "equity"}>
                                <div class="panel-body">
                                    <EquityCurve session={name()} height={280} />
                                </div>
                            </Match>
                        </Switch>
                    </div>
                </section>
            </div>
            <div class="stack">
                <Show when={may("trader")}>
                    <Ticket view={props.view} instrument={instrument()} />
                </Show>
                <Panel title="Instruments" at={viewAt()} limitMs={5000} flush>
                    <Table
                        plain
                        name="instruments"
                        label="Instruments"
                        rows={props.view.quotes}
                        columns={instrumentColumns()}
                        maxHeight={420}
                        onRow={(row) => setQuery({ instrument: row.instrument })}
                        selected={(row) => row.instrument === symbolOf(instrument()?.instrument)}
                    />
                </Panel>
            </div>
        </div>
    );
}

export function StrategyTable(props: { view: SessionView }): JSX.Element {
    const name = () => props.view.name;
    const act = (row: RunningStrategy, action: string): Promise<unknown> =>
        ask(
            name(),
            "POST",
            path`/strategies/${row.instance}/command`,
            action === "resume" && row.paused === "breaker" ? { action, reason: 1 } : { action },
        );
    return (
        <Table
            name="session-strategies"
            label="Strategies of the session"
            rows={props.view.strategies}
            columns={[
                {
                    id: "name",
                    head: "Strategy",
                    get: (row) => row.name,
                    cell: (row) => (
                        <a href={`/strategies?session=${encodeURIComponent(name())}&at=${row.instance}`}>{row.name}</a>
                    ),
                },
                {
                    id: "mode",
                    head: "State",
                    get: (row) => row.mode,
                    cell: (row) => (
                        <Badge kind={row.paused !== "no" ? "warn" : row.mode === "running" ? "ok" : ""}>
                            {row.paused !== "no" ? `paused (${row.paused})` : row.mode}
                        </Badge>
                    ),
                },
                {
                    id: "equity",
                    head: "Equity",
                    get: (row) => row.equity,
                    cell: (row) => formatDecimal(row.equity, { places: 2 }),
                    right: true,
                    number: true,
                },
                {
                    id: "realised",
                    head: "Realised",
                    get: (row) => row.realised,
                    cell: (row) => <Change value={row.realised} places={2} />,
                    right: true,
                    number: true,
                },
                {
                    id: "open",
                    head: "Open",
                    get: (row) => row.open,
                    cell: (row) => <Change value={row.open} places={2} />,
                    right: true,
                    number: true,
                },
                { id: "orders", head: "Orders", get: (row) => row.orders, right: true, small: false },
                { id: "fills", head: "Fills", get: (row) => row.fills, right: true, small: false },
                {
                    id: "weight",
                    head: "Last target",
                    get: (row) => row.decided_weight,
                    cell: (row) =>
                        row.decided ? `${formatPercent(row.decided_weight, 1)} ${row.decided_instrument ?? ""}` : "–",
                    right: true,
                    small: false,
                },
                {
                    id: "act",
                    head: "",
                    get: () => "",
                    fixed: true,
                    cell: (row) => (
                        <Show when={may("trader")}>
                            <span class="row nowrap">
                                <Show
                                    when={row.mode === "running" || row.mode === "draining"}
                                    fallback={
                                        <Button
                                            kind="small"
                                            label={`Start ${row.name}`}
                                            onClick={() => act(row, "start")}
                                        >
                                            Start
                                        </Button>
                                    }
                                >
                                    <Button
                                        kind="small"
                                        label={`${row.paused === "no" ? "Pause" : "Resume"} ${row.name}`}
                                        title="Paused, only what reduces its positions leaves"
                                        onClick={() => act(row, row.paused === "no" ? "pause" : "resume")}
                                    >
                                        {row.paused === "no" ? "Pause" : "Resume"}
                                    </Button>
                                    <Button
                                        kind="small"
                                        label={`Drain ${row.name}`}
                                        title="It closes what it holds, then stops"
                                        disabled={row.mode === "draining"}
                                        onClick={() => act(row, "drain")}
                                    >
                                        Drain
                                    </Button>
                                    <Button
                                        kind="small danger"
                                        label={`Stop ${row.name}`}
                                        onClick={async () => {
                                            const why =
                                                "It decides no more and its orders are canceled. What it holds stays until you close it or start it again.";
                                            if (await confirm(`Stop ${row.name}?`, why, "Stop it"))
                                                await act(row, "stop");
                                        }}
                                    >
                                        Stop
                                    </Button>
                                </Show>
                            </span>
                        </Show>
                    ),
                },
            ]}
            empty={<Empty title="No strategy trades here" />}
        />
    );
}

function NewSession(props: { first: boolean }): JSX.Element {
    const strategies = loadStrategies();
    const series = loadSeries();
    const [draft, setDraft] = createStore(emptyDraft());
    const [pace, setPace] = createSignal("86400");
    const [paused, setPaused] = createSignal(false);
    const bad = () => {
        if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(draft.name))
            return "Give it a name of letters, digits, dots and dashes.";
        if (draft.data.length === 0) return "Choose the data.";
        if (draft.strategies.length === 0) return "Choose a strategy.";
        if (draft.from && !inputToInstant(draft.from)) return "From is not a date like 2010-01-04.";
        if (draft.to && !inputToInstant(draft.to)) return "To is not a date like 2010-01-04.";
        return null;
    };
    const start = createAction(async () => {
        await post("/sessions", {
            name: draft.name,
            ...commonAsk(draft, strategies.data() ?? []),
            pace: Number(pace()),
            paused: paused(),
        });
        await refreshSessions();
        go(`/session/${encodeURIComponent(draft.name)}`);
    });
    return (
        <Needs a={strategies} b={series}>
            {(strategyList, seriesList) => (
                <div class="grid">
                    <Panel class="c7" title={props.first ? "Start your first session" : "New session"}>
                        <div class="form">
                            <TextField
                                label="Name"
                                value={draft.name}
                                onInput={(value) => setDraft("name", value)}
                                placeholder="trend-1"
                                hint="Its journal is kept under this name"
                            />
                            <SeriesPick
                                series={seriesList()}
                                chosen={draft.data}
                                onInput={(data) => setDraft("data", data)}
                            />
                            <CostFields draft={draft} set={setDraft} />
                            <div class="form-grid">
                                <Field label="Pace" hint="It can be changed at any time">
                                    {(id) => (
                                        <select
                                            id={id}
                                            class="input"
                                            onChange={(event) => setPace(event.currentTarget.value)}
                                        >
                                            <For each={PACES}>
                                                {([value, label]) => (
                                                    <option value={value} selected={value === pace()}>
                                                        {label}
                                                    </option>
                                                )}
                                            </For>
                                        </select>
                                    )}
                                </Field>
                                <Check label="Begin paused" checked={paused()} onInput={setPaused} />
                            </div>
                        </div>
                    </Panel>
                    <div class="c5 stack">
                        <Panel title="Strategies">
                            <StrategyPick strategies={strategyList()} draft={draft} set={setDraft} />
                        </Panel>
                        <Show when={bad()}>
                            <Note>{bad()}</Note>
                        </Show>
                        <div class="row">
                            <button
                                type="button"
                                class="btn primary"
                                disabled={bad() !== null || start.busy()}
                                onClick={() => void start.run()}
                                data-testid="start-session"
                            >
                                Start on paper
                            </button>
                        </div>
                    </div>
                </div>
            )}
        </Needs>
    );
}

export default function SessionPage(props: { params: Record<string, string> }): JSX.Element {
    const making = () => !props.params.name && (query().get("new") === "1" || sessions()?.length === 0);
    createEffect(() => {
        if (!props.params.name && !making() && current()) go(`/session/${encodeURIComponent(current())}`, true);
    });
    const view = () => (live.view && live.view.name === props.params.name ? live.view : null);
    const remove = async () => {
        const name = props.params.name ?? "";
        if (
            !(await confirm(
                `End the session ${name}?`,
                "Its orders are canceled and its threads stop. The journal stays on the disk.",
                "End it",
            ))
        )
            return;
        await ask<void>(name, "DELETE", "");
        await refreshSessions();
        go("/");
    };
    return (
        <div class="page">
            <div class="page-head">
                <h1>{making() ? "New session" : "Session"}</h1>
                <For each={making() ? [] : (sessions() ?? [])}>
                    {(one) => (
                        <a
                            class={`btn small ${one.name === props.params.name ? "primary" : ""}`}
                            href={`/session/${encodeURIComponent(one.name)}`}
                            aria-current={one.name === props.params.name ? "page" : undefined}
                        >
                            {one.name}
                        </a>
                    )}
                </For>
                <span class="grow" />
                <Show when={!making() && may("trader")}>
                    <a class="btn small" href="/session?new=1">
                        <Icon name="plus" /> New session
                    </a>
                    <Button kind="small danger" onClick={remove}>
                        End session
                    </Button>
                </Show>
            </div>
            <Show when={making()}>
                <NewSession first={sessions()?.length === 0} />
            </Show>
            <Show when={!making()}>
                <Show
                    when={view()}
                    fallback={
                        <Show when={viewError()} fallback={<Loading lines={10} />}>
                            <Failed error={viewError()} />
                        </Show>
                    }
                >
                    {(session) => (
                        <>
                            <Controls view={session()} />
                            <Desk view={session()} />
                        </>
                    )}
                </Show>
            </Show>
        </div>
    );
}
