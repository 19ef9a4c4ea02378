import type { JSX } from "solid-js";
import { Note } from "../ui/figure";

export default function People(): JSX.Element {
    return (
        <div class="page">
            <h1>People and keys</h1>
            <Note>…</Note>
        </div>
    );
}
