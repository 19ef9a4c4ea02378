// The desk: the chart with what the session holds, sends and says, and the order ticket beside it.
import { createMemo, type JSX, Match, Show, Switch } from "solid-js";
import { may } from "../../api/auth";
import { get, path } from "../../api/client";
import type { Order, Position, SessionView } from "../../api/model";
import { toNumber } from "../../lib/decimal";
import { query, setQuery } from "../../lib/router";
import { seriesOf, symbolOf, viewAt } from "../../lib/session";
import { Tabs } from "../../ui/form";
import { createLoad, Empty, Fresh, Panel } from "../../ui/load";
import { EquityCurve } from "../parts";
import { Chart } from "./chart";
import { Fills } from "./fills";
import { Instruments } from "./instruments";
import { EndedOrders, WorkingOrders } from "./orders";
import { Positions } from "./positions";
import { StrategyTable } from "./strategies";
import { Ticket } from "./ticket";
import { Words } from "./words";

export function Desk(props: { view: SessionView }): JSX.Element {
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
                                <Positions rows={held()} />
                            </Match>
                            <Match when={tab() === "orders"}>
                                <WorkingOrders session={name()} rows={working()} />
                            </Match>
                            <Match when={tab() === "fills"}>
                                <Fills session={name()} rows={props.view.fills} />
                            </Match>
                            <Match when={tab() === "ended"}>
                                <EndedOrders session={name()} rows={ended.data()?.items ?? []} />
                            </Match>
                            <Match when={tab() === "strategies"}>
                                <StrategyTable view={props.view} />
                            </Match>
                            <Match when={tab() === "words"}>
                                <Words session={name()} rows={props.view.events} />
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
                <Instruments view={props.view} instrument={instrument()} />
            </div>
        </div>
    );
}
