// The bars up to the session's clock, with the fills on them.
import { createEffect, createMemo, createSignal, type JSX, on, Show, Suspense } from "solid-js";
import type { Quote, SessionView } from "../../api/model";
import type { Bar, Mark } from "../../charts/candles";
import { barTime, getBars, toBars, usedDecimals } from "../../lib/bars";
import { formatDecimal, toNumber } from "../../lib/decimal";
import { seriesOf } from "../../lib/session";
import { instantMs } from "../../lib/time";
import { Empty, Failed, Loading } from "../../ui/load";
import { Candles } from "../parts";

export function Chart(props: { view: SessionView; quote: Quote }): JSX.Element {
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
