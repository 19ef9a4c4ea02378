import { createEffect, createMemo, createSignal, For, type JSX, on, Show } from "solid-js";
import { createStore, type SetStoreFunction } from "solid-js/store";
import { idempotencyKey, post } from "../api/client";
import type { Job, Param } from "../api/model";
import {
    backtestAsk,
    commandLine,
    emptyDraft,
    emptyWindows,
    sweepAsk,
    type WindowsDraft,
    walkforwardAsk,
} from "../lib/config";
import { go, query, setQuery } from "../lib/router";
import { inputToInstant } from "../lib/time";
import { createAction } from "../ui/act";
import { Note } from "../ui/figure";
import { Segments, SelectField, TextField } from "../ui/form";
import { Panel } from "../ui/load";
import { CostFields, loadSeries, loadStrategies, Needs, SeriesPick, StrategyPick } from "./config";
import { defaultsOf } from "./parts";

interface Axis {
    from: string;
    to: string;
    step: string;
}

function axisCount(axis: Axis): number {
    const [from, to, step] = [Number(axis.from), Number(axis.to), Number(axis.step)];
    if (!(step > 0) || !(to >= from)) return Number.NaN;
    return Math.floor((to - from) / step + 1e-9) + 1;
}

function SweepAxes(props: {
    params: readonly Param[];
    axes: Record<string, Axis>;
    set: (name: string, axis: Axis | null) => void;
}): JSX.Element {
    const free = () =>
        props.params.filter((param) => (param.type === "int" || param.type === "real") && !props.axes[param.name]);
    return (
        <div class="stack">
            <SelectField
                label="Search over"
                value=""
                onInput={(name) => {
                    const param = props.params.find((one) => one.name === name);
                    if (!param) return;
                    const middle = Number(param.default) || 1;
                    const whole = param.type === "int";
                    props.set(name, {
                        from: String(whole ? Math.max(param.min ?? 1, Math.round(middle / 2)) : middle / 2),
                        to: String(whole ? Math.min(param.max ?? 1e9, Math.round(middle * 2)) : middle * 2),
                        step: String(whole ? Math.max(1, Math.round(middle / 4)) : middle / 4),
                    });
                }}
                options={[
                    ["", "Choose a parameter"],
                    ...free().map((param) => [param.name, `${param.name} (${param.default})`] as const),
                ]}
            />
            <For each={Object.entries(props.axes)}>
                {([name, axis]) => (
                    <div class="stack">
                        <div class="row">
                            <h3 class="grow">
                                {name}: {Number.isNaN(axisCount(axis)) ? "?" : axisCount(axis)} values
                            </h3>
                            <button type="button" class="btn quiet small" onClick={() => props.set(name, null)}>
                                Take away
                            </button>
                        </div>
                        <div class="form-grid">
                            <For each={["from", "to", "step"] as const}>
                                {(part) => (
                                    <TextField
                                        label={part.charAt(0).toUpperCase() + part.slice(1)}
                                        number
                                        value={axis[part]}
                                        onInput={(value) => props.set(name, { ...axis, [part]: value })}
                                    />
                                )}
                            </For>
                        </div>
                    </div>
                )}
            </For>
        </div>
    );
}

const SUBMIT = { backtest: "Run the backtest", sweep: "Search", walkforward: "Walk forward" } as const;
const DURATION = /^\d+(ns|us|ms|s|m|h|d|w)$/;

function windowsFault(windows: WindowsDraft): string | null {
    for (const name of ["train", "test", "purge", "embargo"] as const)
        if (windows[name] && !DURATION.test(windows[name])) return `The ${name} stretch is a duration like 365d.`;
    const whole = (text: string, least: number, most: number) =>
        /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most;
    if (windows.method === "combinatorial") {
        if (!whole(windows.groups, 3, 20)) return "Groups are 3 to 20.";
        if (!whole(windows.testGroups, 1, Number(windows.groups) - 1)) return "Fewer groups are tested than there are.";
    } else if (windows.windows && !whole(windows.windows, 1, 1000)) return "Windows are 1 to 1,000, or as many as fit.";
    return null;
}

function Windows(props: { draft: WindowsDraft; set: SetStoreFunction<WindowsDraft> }): JSX.Element {
    const parts = () => props.draft.method === "combinatorial";
    return (
        <Panel title="Windows">
            <div class="stack">
                <Segments
                    label="How the past is cut"
                    value={props.draft.method}
                    onInput={(value) => props.set("method", value)}
                    options={[
                        ["rolling", "Rolling"],
                        ["anchored", "Growing"],
                        ["combinatorial", "Combinatorial"],
                    ]}
                />
                <p class="dim">
                    {parts()
                        ? "The data is cut in groups; parameters are chosen on all but some of them, for every choice of those."
                        : "In each window parameters are chosen on the train stretch and lived by on the test stretch behind it."}
                </p>
                <div class="form-grid">
                    <Show
                        when={parts()}
                        fallback={
                            <>
                                <TextField
                                    label="Windows"
                                    number
                                    value={props.draft.windows}
                                    hint="Empty: as many as fit"
                                    onInput={(value) => props.set("windows", value)}
                                />
                                <TextField
                                    label="Train"
                                    placeholder="1460d"
                                    value={props.draft.train}
                                    hint="Empty: four times the test"
                                    onInput={(value) => props.set("train", value)}
                                />
                                <TextField
                                    label="Test"
                                    placeholder="365d"
                                    value={props.draft.test}
                                    hint="Empty: what the windows leave"
                                    onInput={(value) => props.set("test", value)}
                                />
                            </>
                        }
                    >
                        <TextField
                            label="Groups"
                            number
                            value={props.draft.groups}
                            onInput={(value) => props.set("groups", value)}
                        />
                        <TextField
                            label="Tested at a time"
                            number
                            value={props.draft.testGroups}
                            onInput={(value) => props.set("testGroups", value)}
                        />
                        <TextField
                            label="Embargo"
                            placeholder="5d"
                            value={props.draft.embargo}
                            hint="Left out after a test"
                            onInput={(value) => props.set("embargo", value)}
                        />
                    </Show>
                    <TextField
                        label="Purge"
                        placeholder="5d"
                        value={props.draft.purge}
                        hint="Left out before a test"
                        onInput={(value) => props.set("purge", value)}
                    />
                </div>
            </div>
        </Panel>
    );
}

export default function NewRun(): JSX.Element {
    const strategies = loadStrategies();
    const series = loadSeries();
    const [draft, setDraft] = createStore(emptyDraft());
    const [axes, setAxes] = createSignal<Record<string, Axis>>({});
    const [objective, setObjective] = createSignal("sharpe");
    const [windows, setWindows] = createStore(emptyWindows());
    type Kind = "backtest" | "sweep" | "walkforward";
    const kind = (): Kind => {
        const wanted = query().get("kind");
        return wanted === "sweep" || wanted === "walkforward" ? wanted : "backtest";
    };
    const searches = () => kind() !== "backtest";
    createEffect(
        on(
            () => strategies.data(),
            (list) => {
                const wanted = list?.find((one) => one.name === query().get("strategy"));
                if (wanted && draft.strategies.length === 0)
                    setDraft("strategies", [{ strategy: wanted.name, params: defaultsOf(wanted.params), share: "" }]);
            },
        ),
    );
    const points = createMemo(() => Object.values(axes()).reduce((product, axis) => product * axisCount(axis), 1));
    const bad = () => {
        if (draft.name && !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(draft.name))
            return "The name has letters, digits, dots and dashes.";
        if (kind() === "backtest" && !draft.name) return "Give the run a name.";
        if (draft.data.length === 0) return "Choose the data.";
        if (draft.strategies.length === 0) return "Choose a strategy.";
        if (draft.from && !inputToInstant(draft.from)) return "From is not a date like 2010-01-04.";
        if (draft.to && !inputToInstant(draft.to)) return "To is not a date like 2010-01-04.";
        if (searches() && Object.keys(axes()).length === 0) return "Choose a parameter to search over.";
        if (searches() && !(points() >= 1 && points() <= 1000)) return "The steps make no grid of 1 to 1,000 points.";
        return kind() === "walkforward" ? windowsFault(windows) : null;
    };
    let key = idempotencyKey();
    const submit = createAction(async () => {
        const list = strategies.data() ?? [];
        const options = { idempotencyKey: key };
        const job =
            kind() === "backtest"
                ? await post<Job>("/jobs/backtests", backtestAsk(draft, list), options)
                : kind() === "sweep"
                  ? await post<Job>("/jobs/sweeps", sweepAsk(draft, list, axes(), objective()), options)
                  : await post<Job>(
                        "/jobs/walkforwards",
                        walkforwardAsk(draft, list, axes(), objective(), windows),
                        options,
                    );
        key = idempotencyKey();
        go(`/research/job/${job.job}`);
    });
    return (
        <div class="page">
            <div class="page-head">
                <a class="btn quiet small" href="/research">
                    Research
                </a>
                <h1>New run</h1>
                <Segments
                    label="Kind of run"
                    value={kind()}
                    onInput={(value) => setQuery({ kind: value === "backtest" ? null : value })}
                    options={[
                        ["backtest", "Backtest"],
                        ["sweep", "Parameter sweep"],
                        ["walkforward", "Walk-forward"],
                    ]}
                />
            </div>
            <Needs a={strategies} b={series}>
                {(strategyList, seriesList) => (
                    <div class="grid">
                        <Panel class="c7" title="Data and money">
                            <div class="form">
                                <TextField
                                    label="Name"
                                    value={draft.name}
                                    onInput={(value) => setDraft("name", value)}
                                    placeholder="trend-1"
                                    hint="The run is kept under it, with all that it takes to repeat it"
                                />
                                <SeriesPick
                                    series={seriesList()}
                                    chosen={draft.data}
                                    onInput={(data) => setDraft("data", data)}
                                />
                                <CostFields draft={draft} set={setDraft} />
                            </div>
                        </Panel>
                        <div class="c5 stack">
                            <Panel title={searches() ? "Strategy" : "Strategies"}>
                                <StrategyPick
                                    strategies={strategyList()}
                                    draft={draft}
                                    set={setDraft}
                                    single={searches()}
                                />
                            </Panel>
                            <Show when={searches()}>
                                <Panel
                                    title={
                                        Object.keys(axes()).length === 0
                                            ? "Grid"
                                            : `Grid of ${Number.isNaN(points()) ? "?" : points().toLocaleString("en-US")} points`
                                    }
                                >
                                    <div class="stack">
                                        <SweepAxes
                                            params={
                                                strategyList().find((one) => one.name === draft.strategies[0]?.strategy)
                                                    ?.params ?? []
                                            }
                                            axes={axes()}
                                            set={(name, axis) => {
                                                const next = { ...axes() };
                                                if (axis) next[name] = axis;
                                                else delete next[name];
                                                setAxes(next);
                                            }}
                                        />
                                        <SelectField
                                            label="Look for the best"
                                            value={objective()}
                                            onInput={setObjective}
                                            options={[
                                                ["sharpe", "Sharpe"],
                                                ["sortino", "Sortino"],
                                                ["calmar", "Calmar"],
                                                ["total_return", "Return"],
                                            ]}
                                        />
                                    </div>
                                </Panel>
                            </Show>
                            <Show when={kind() === "walkforward"}>
                                <Windows draft={windows} set={setWindows} />
                            </Show>
                            <Show when={bad()}>
                                <Note>{bad()}</Note>
                            </Show>
                            <div class="row">
                                <button
                                    type="button"
                                    class="btn primary"
                                    disabled={bad() !== null || submit.busy()}
                                    data-testid="submit-run"
                                    onClick={() => void submit.run()}
                                >
                                    {SUBMIT[kind()]}
                                </button>
                            </div>
                            <Show when={kind() === "backtest"}>
                                <details>
                                    <summary class="dim">The same on the command line</summary>
                                    <pre class="note">{commandLine(draft, strategyList())}</pre>
                                </details>
                            </Show>
                        </div>
                    </div>
                )}
            </Needs>
        </div>
    );
}
