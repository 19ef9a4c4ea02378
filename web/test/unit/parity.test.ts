import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

const holes = (text: string): string => text.replace(/\$\{[^}]*\}/g, "{}");

// Every address that the page asks for, as patterns: "/runs/{}/tags".
function asked(folder: string): Map<string, string> {
    const found = new Map<string, string>();
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
        const name = join(folder, entry.name);
        if (entry.isDirectory()) {
            for (const [path, where] of asked(name)) found.set(path, where);
            continue;
        }
        if (!/\.tsx?$/.test(entry.name) || entry.name.endsWith(".d.ts") || entry.name === "client.ts") continue;
        const text = readFileSync(name, "utf8");
        for (const match of text.matchAll(/path`([^`]+)`/g)) found.set(holes(match[1]!), name);
        for (const match of text.matchAll(
            /(?:get|getSlow|getAll|post|call|fetchBlob)(?:<[^()]*>)?\(\s*(?:"[A-Z]+",\s*)?"(\/[^"]+)"/g,
        ))
            found.set(match[1]!, name);
        // Those of a session or of a series whose end is written apart from its beginning.
        for (const match of text.matchAll(/\bask(?:<[^()]*>)?\([^"`]*"[A-Z]+",\s*(?:path`|")(\/[^"`]+)["`]/g))
            found.set(`/sessions/{}${holes(match[1]!)}`, name);
        for (const match of text.matchAll(/\$\{path`([^`]+)`\}(\/[^`]+)`/g))
            found.set(holes(match[1]! + match[2]!), name);
        for (const match of text.matchAll(/\$\{seriesPath\([^)]*\)\}(\/[^`]+)`/g))
            found.set(`/series/{}/{}/{}${holes(match[1]!)}`, name);
    }
    return found;
}

test("what the page asks for stands in the API's description", () => {
    const document = JSON.parse(readFileSync(join(process.cwd(), "openapi.json"), "utf8"));
    const known = Object.keys(document.paths as Record<string, unknown>).map((path) =>
        path.replace(/^\/api\/v1/, "").replace(/\{[^}]*\}/g, "{}"),
    );
    const paths = asked(join(process.cwd(), "src"));
    assert.ok(paths.size > 15, `only ${paths.size} were found`);
    for (const one of ["/sessions/{}/clock", "/sessions/{}/positions", "/series/{}/{}/{}/chart"])
        assert.ok(paths.has(one), `${one} was not found`);
    const strange = [...paths].filter(([path]) => !known.some((one) => one === path || one.endsWith(path)));
    assert.deepEqual(
        strange.map(([path, where]) => `${path} in ${where}`),
        [],
    );
});
