// The form that starts a session on paper.
import { createSignal, type JSX, Show } from "solid-js";
import { createStore } from "solid-js/store";
import { post } from "../../api/client";
import { commonAsk, emptyDraft } from "../../lib/config";
import { go } from "../../lib/router";
import { refreshSessions } from "../../lib/session";
import { inputToInstant } from "../../lib/time";
import { createAction } from "../../ui/act";
import { Note } from "../../ui/figure";
import { Check, SelectField, TextField } from "../../ui/form";
import { Panel } from "../../ui/load";
import { CostFields, loadSeries, loadStrategies, Needs, SeriesPick, StrategyPick } from "../config";
import { PACES } from "./pace";

export function NewSession(props: { first: boolean }): JSX.Element {
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
                                <SelectField
                                    label="Pace"
                                    hint="It can be changed at any time"
                                    value={pace()}
                                    onInput={setPace}
                                    options={PACES}
                                />
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
