// Some things ask for a fresh proof that the person is there: a code, or the password of who has no second factor.
import { createSignal, type JSX, Show } from "solid-js";
import { me, stepUp } from "../api/auth";
import { onStepUp } from "../api/client";
import { errorText } from "../api/problem";
import { Dialog } from "./act";
import { Note } from "./figure";
import { TextField } from "./form";

const [asked, setAsked] = createSignal<((proven: boolean) => void) | null>(null);

onStepUp(
    () =>
        new Promise((resolve) => {
            setAsked(() => (proven: boolean) => {
                setAsked(null);
                resolve(proven);
            });
        }),
);

export function Proof(): JSX.Element {
    const [proof, setProof] = createSignal("");
    const [fault, setFault] = createSignal<string | null>(null);
    async function give(answer: (proven: boolean) => void): Promise<void> {
        try {
            await stepUp(proof());
            setProof("");
            setFault(null);
            answer(true);
        } catch (error) {
            setFault(errorText(error));
        }
    }
    return (
        <Show when={asked()}>
            {(answer) => (
                <Dialog title="Is it still you?" onClose={() => answer()(false)}>
                    <form
                        class="form"
                        onSubmit={(event) => {
                            event.preventDefault();
                            void give(answer());
                        }}
                    >
                        <TextField
                            label={me()?.factor_set ? "Code of your second factor" : "Your password"}
                            type={me()?.factor_set ? "text" : "password"}
                            autocomplete={me()?.factor_set ? "one-time-code" : "current-password"}
                            value={proof()}
                            onInput={setProof}
                            hint="What you asked for needs a fresh proof; it holds for some minutes"
                            required
                            autofocus
                        />
                        <Show when={fault()}>
                            <Note kind="bad">{fault()}</Note>
                        </Show>
                        <button type="submit" class="btn primary">
                            Go on
                        </button>
                    </form>
                </Dialog>
            )}
        </Show>
    );
}
