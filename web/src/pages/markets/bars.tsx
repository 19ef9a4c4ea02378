// Bars of a series at any zoom, with indicators and a session's fills on them.
import { batch, createEffect, createMemo, createSignal, For, type JSX, on, onCleanup, Show, Suspense } from "solid-js";
import { get } from "../../api/client";
import type { Indicator } from "../../api/model";
import { errorText } from "../../api/problem";
import { BARS_MAX, type Bar, type Mark } from "../../charts/candles";
import { barTime, chartBars, getChart, getSeries, getStudy, secondsToInstant, usedDecimals } from "../../lib/bars";
import { formatDecimal } from "../../lib/decimal";
import { query, setQuery } from "../../lib/router";
import { live } from "../../lib/session";
import { type Study, wishesText, wishText } from "../../lib/studies";
import { formatAge, instantMs } from "../../lib/time";
import { Note } from "../../ui/figure";
import { Segments } from "../../ui/form";
import { createLoad, Failed, Loading, Panel } from "../../ui/load";
import { Candles } from "../parts";
import { StudyPick, wishes } from "./studies";

const POINTS = 2000;
const ROWS_MAX = 20_000; // of a series' own bars: above, indicators are of the chart's stretches

export function BarsView(props: { name: string }): JSX.Element {
    const series = createLoad(() => props.name, getSeries);
    const [range, setRange] = createSignal<{ from?: string; to?: string }>({});
    const [bars, setBars] = createSignal<Bar[]>([]);
    const [frame, setFrame] = createSignal(0);
    const [decimals, setDecimals] = createSignal(2);
    const [fault, setFault] = createSignal<unknown>();
    const [at, setAt] = createSignal(Number.NaN);
    const [stretch, setStretch] = createSignal<{ from: string; to: string; frame: string | null } | null>(null);
    let turn = 0;
    let whole = { from: 0, to: 0 }; // what is loaded, in seconds

    async function load(wish: { from?: string; to?: string }): Promise<void> {
        const mine = ++turn;
        try {
            const answer = await getChart(props.name, { ...wish, points: POINTS });
            if (mine !== turn) return;
            const list = chartBars(answer).slice(-BARS_MAX);
            whole = { from: list[0]?.time ?? 0, to: list[list.length - 1]?.time ?? 0 };
            setFrame(Math.max(answer.frame_s, answer.width_ns / 1e9));
            setRange(wish);
            setDecimals(usedDecimals(answer, series.data()?.price_decimals ?? 8));
            batch(() => {
                setBars(list);
                const wider = answer.width_ns > answer.frame_s * 1e9 && answer.source_rows > ROWS_MAX;
                setStretch({ from: answer.from, to: answer.to, frame: wider ? `${answer.width_ns / 1e9}s` : null });
                setAt(Date.now());
            });
            setFault(undefined);
        } catch (error) {
            if (mine === turn) setFault(() => error);
        }
    }

    createEffect(
        on(
            () => props.name,
            () => {
                setBars([]);
                void load({});
            },
        ),
    );

    // Zoomed in to less than a third of what is loaded, or panned beyond it: the server has finer bars, or others.
    function onRange(from: number, to: number): void {
        const own = series.data();
        if (!own || bars().length === 0) return;
        const span = to - from;
        const loaded = whole.to - whole.from;
        const finer = frame() > own.frame_s && span < loaded / 3;
        const wider = span > loaded * 0.98 && range().from !== undefined;
        const beyond =
            (from < whole.from - frame() && instantMs(own.first) / 1000 < whole.from - frame()) ||
            (to > whole.to + frame() && instantMs(own.last) / 1000 > whole.to + 2 * frame());
        if (!finer && !wider && !beyond) return;
        void load({ from: secondsToInstant(Math.floor(from - span)), to: secondsToInstant(Math.ceil(to + span)) });
    }

    const marks = createMemo<Mark[]>(() => {
        const own = series.data();
        if (query().get("fills") !== "1" || !live.view || !own) return [];
        const list = bars();
        return live.view.fills
            .filter((fill) => fill.instrument === `${own.venue}/${own.symbol}`)
            .map((fill) => ({
                time: barTime(list, instantMs(fill.time) / 1000),
                side: fill.side === "buy" ? ("buy" as const) : ("sell" as const),
                text: formatDecimal(fill.qty, { trim: true }),
            }))
            .filter((mark) => Number.isFinite(mark.time));
    });

    const preset = (days: number | null) => {
        const own = series.data();
        if (!own?.last) return;
        if (days === null) void load({});
        else
            void load({
                from: secondsToInstant(Math.floor(instantMs(own.last) / 1000 - days * 86_400)),
                to: secondsToInstant(Math.ceil(instantMs(own.last) / 1000) + 1),
            });
        setFit((n) => n + 1);
    };
    const [fit, setFit] = createSignal(0);

    // The indicators of the address, over the stretch that is drawn.
    const indicators = createLoad(
        () => true,
        async (_key, signal) => (await get<{ items: Indicator[] }>("/indicators", {}, signal)).items,
    );
    const [studies, setStudies] = createSignal<Study[]>([]);
    const [studyFaults, setStudyFaults] = createSignal<Record<string, string>>({});
    createEffect(
        on([() => wishesText(wishes()), stretch, indicators.data], ([text, now, known]) => {
            const mine = wishes();
            if (!text || !now || !known) {
                setStudies([]);
                setStudyFaults({});
                return;
            }
            const abort = new AbortController();
            onCleanup(() => abort.abort());
            const list = bars();
            const times = list.map((bar) => bar.time);
            void Promise.allSettled(
                mine.map(async (wish) => {
                    const meta = known.find((one) => one.name === wish.name);
                    if (!meta) throw new Error(`there is no indicator ${wish.name}`);
                    return getStudy(props.name, wish, meta, { ...now, times, frameS: frame() }, abort.signal);
                }),
            ).then((answers) => {
                if (abort.signal.aborted || list !== bars()) return;
                const failed: Record<string, string> = {};
                answers.forEach((answer, index) => {
                    if (answer.status === "rejected") failed[wishText(mine[index]!)] = errorText(answer.reason);
                });
                batch(() => {
                    setStudies(answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : [])));
                    setStudyFaults(failed);
                });
            });
        }),
    );
    const panes = () => studies().filter((study) => !study.onPrice).length;

    return (
        <div class="stack">
            <Panel
                title={props.name.split("/")[1] ?? props.name}
                at={at()}
                limitMs={3_600_000}
                actions={
                    <>
                        <Segments
                            label="Range"
                            value=""
                            onInput={(value) => preset(value === "all" ? null : Number(value))}
                            options={[
                                ["7", "1W"],
                                ["31", "1M"],
                                ["366", "1Y"],
                                ["1827", "5Y"],
                                ["all", "All"],
                            ]}
                        />
                        <label class="check nowrap hide-small">
                            <input
                                type="checkbox"
                                checked={query().get("fills") === "1"}
                                onChange={(event) => setQuery({ fills: event.currentTarget.checked ? "1" : null })}
                            />
                            Fills of {live.view?.name ?? "the session"}
                        </label>
                    </>
                }
                footer={
                    <span>
                        {bars().length.toLocaleString("en-US")} bars of{" "}
                        {frame() ? formatAge(frame() * 1000) : "their own length"} from the tape; zoom for finer ones
                    </span>
                }
            >
                <StudyPick indicators={indicators.data() ?? []} faults={studyFaults()} />
                <For each={Object.entries(studyFaults())}>
                    {([name, words]) => (
                        <Note kind="warn">
                            {name}: {words}
                        </Note>
                    )}
                </For>
                <Show
                    when={bars().length > 0}
                    fallback={
                        <Show when={fault()} fallback={<Loading lines={10} />}>
                            <Failed error={fault()} retry={() => void load({})} />
                        </Show>
                    }
                >
                    <Suspense fallback={<Loading lines={10} />}>
                        <Candles
                            bars={bars()}
                            marks={marks()}
                            decimals={decimals()}
                            label={`Bars of ${props.name}`}
                            studies={studies()}
                            height={440 + 110 * panes()}
                            onRange={onRange}
                            fit={`${props.name}${fit()}`}
                        />
                    </Suspense>
                </Show>
            </Panel>
        </div>
    );
}
