import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { gzipSync } from "node:zlib";

// Run from web/.
const DIST = join(process.cwd(), "dist");
const INITIAL_MAX = 150 * 1024;

// What the browser fetches before the first page is there: what index.html names, and what that imports at once.
function initialFiles(): string[] {
    const html = readFileSync(join(DIST, "index.html"), "utf8");
    const queue = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map((match) => match[1]!);
    const seen = new Set<string>();
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
        if (seen.has(name)) continue;
        seen.add(name);
        const text = readFileSync(join(DIST, name), "utf8");
        for (const match of text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) queue.push(`assets/${match[1]}`);
    }
    return [...seen];
}

const missing = existsSync(join(DIST, "index.html")) ? false : "the dashboard was not built (./dev web)";

function newest(folder: string): number {
    return Math.max(
        0,
        ...readdirSync(folder, { withFileTypes: true }).map((entry) => {
            const name = join(folder, entry.name);
            return entry.isDirectory() ? newest(name) : statSync(name).mtimeMs;
        }),
    );
}

// What is skipped is counted as skipped, and a bundle of other sources than these proves nothing.
test("what was built is of these sources", { skip: missing }, () => {
    const built = statSync(join(DIST, "index.html")).mtimeMs;
    assert.ok(newest(join(process.cwd(), "src")) <= built, "a source is newer than dist: ./dev web builds it");
});

test("the first page needs at most 150 KB of JavaScript, compressed", { skip: missing }, () => {
    const sizes = initialFiles().map((name) => gzipSync(readFileSync(join(DIST, name)), { level: 9 }).length);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    assert.ok(total > 10_000, `${total} bytes: nothing was found`);
    assert.ok(total <= INITIAL_MAX, `${total} bytes`);
});

test("nothing that is built names another host or holds a style that the policy refuses", { skip: missing }, () => {
    for (const name of readdirSync(join(DIST, "assets"))) {
        if (!/\.(js|css)$/.test(name)) continue;
        const text = readFileSync(join(DIST, "assets", name), "utf8");
        // ECharts brings templates of tooltips, which the surface has none of; the flows see what the policy refuses.
        if (!name.startsWith("surface-"))
            assert.ok(!/<[a-z][^<>]* style=/.test(text), `${name} has a style in its mark-up`);
        assert.ok(!/@import\s*(url|["'])|url\(\s*["']?(https?:)?\/\//.test(text), `${name} fetches from elsewhere`);
        assert.ok(!/\bimport\(\s*["']https?:/.test(text), `${name} imports from elsewhere`);
    }
});

test("every file of text has its compressed form beside it, with the same content", { skip: missing }, () => {
    const names = readdirSync(join(DIST, "assets")).filter((name) => /\.(js|css)$/.test(name));
    assert.ok(names.length > 10);
    for (const name of names) assert.ok(existsSync(join(DIST, "assets", `${name}.gz`)), name);
});
