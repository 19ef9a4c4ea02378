// The strategies of a session, and what starts and stops them.
import { type JSX, Show } from "solid-js";
import { may } from "../../api/auth";
import { path } from "../../api/client";
import type { RunningStrategy, SessionView } from "../../api/model";
import { formatPercent } from "../../lib/decimal";
import { ask } from "../../lib/session";
import { Button, confirm } from "../../ui/act";
import { changeColumn, moneyColumn } from "../../ui/columns";
import { Badge } from "../../ui/figure";
import { Empty } from "../../ui/load";
import { Table } from "../../ui/table";

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
                moneyColumn("equity", "Equity", (row: RunningStrategy) => row.equity),
                changeColumn("realised", "Realised", (row: RunningStrategy) => row.realised),
                changeColumn("open", "Open", (row: RunningStrategy) => row.open),
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
