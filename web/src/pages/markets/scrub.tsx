// A place in a recording: by dragging, by keys, or by typing an instant.
import { createSignal, type JSX } from "solid-js";
import { prefs } from "../../lib/prefs";
import { formatInstant, instantMs } from "../../lib/time";

const STEPS = 1000;

export function Scrub(props: {
    label: string;
    first: string;
    last: string;
    at: string | null; // null: the end
    onInput: (at: string | null) => void;
}): JSX.Element {
    const from = () => instantMs(props.first);
    const to = () => instantMs(props.last);
    const place = () => {
        const at = props.at ? instantMs(props.at) : to();
        return Math.round(((at - from()) / (to() - from() || 1)) * STEPS);
    };
    const [held, setHeld] = createSignal<number | null>(null);
    const ms = (step: number) => from() + ((to() - from()) * step) / STEPS;
    const text = () =>
        held() === null && !props.at
            ? `${formatInstant(props.last, "ms", prefs().zone)} (the end)`
            : formatInstant(new Date(ms(held() ?? place())).toISOString(), "ms", prefs().zone);
    return (
        <label class="row grow scrub">
            <span class="dim nowrap">{props.label}</span>
            <input
                class="grow"
                type="range"
                min="0"
                max={STEPS}
                value={place()}
                aria-valuetext={text()}
                onInput={(event) => setHeld(Number(event.currentTarget.value))}
                onChange={(event) => {
                    const step = Number(event.currentTarget.value);
                    setHeld(null);
                    props.onInput(step >= STEPS ? null : new Date(ms(step)).toISOString());
                }}
            />
            <span class="num nowrap">{text()}</span>
        </label>
    );
}
