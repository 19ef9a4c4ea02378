// What a person chose for this browser: no secret, nothing that the server needs.
import { createEffect, createRoot, createSignal } from "solid-js";
import type { Zone } from "./time";

export type Theme = "dark" | "light" | "system";
export type Palette = "teal" | "blue" | "east";
export type Density = "compact" | "normal";

interface Prefs {
    theme: Theme;
    palette: Palette;
    density: Density;
    zone: Zone;
    session: string;
    rail: boolean;
}

const KEY = "fulmar.prefs";
const DEFAULTS: Prefs = { theme: "dark", palette: "teal", density: "compact", zone: "utc", session: "", rail: true };

function stored(): Prefs {
    try {
        return { ...DEFAULTS, ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Prefs>) };
    } catch {
        return DEFAULTS;
    }
}

const [prefs, setPrefs] = createSignal<Prefs>(stored());

export { prefs };

export function setPref<K extends keyof Prefs>(key: K, value: Prefs[K]): void {
    const next = { ...prefs(), [key]: value };
    setPrefs(next);
    try {
        localStorage.setItem(KEY, JSON.stringify(next));
    } catch {
        // A browser that keeps nothing still works.
    }
}

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const [systemDark, setSystemDark] = createSignal(dark.matches);
dark.addEventListener("change", (event) => setSystemDark(event.matches));

export function isDark(): boolean {
    const theme = prefs().theme;
    return theme === "system" ? systemDark() : theme === "dark";
}

// The document's root carries the choice; the style sheets read it.
export function applyPrefs(): void {
    createRoot(() =>
        createEffect(() => {
            const root = document.documentElement;
            root.dataset.theme = isDark() ? "dark" : "light";
            root.dataset.palette = prefs().palette;
            root.dataset.density = prefs().density;
        }),
    );
}

// A colour of the theme, for canvases.
export function themeColour(name: string): string {
    return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
