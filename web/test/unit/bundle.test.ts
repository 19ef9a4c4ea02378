import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
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
        assert.ok(!/<[a-z][^<>]* style=/.test(text), `${name} has a style in its mark-up`);
        assert.ok(!/@import|url\(\s*["']?(https?:)?\/\//.test(text), `${name} fetches from elsewhere`);
        assert.ok(!/\bimport\(\s*["']https?:/.test(text), `${name} imports from elsewhere`);
    }
});

test("every file of text has its compressed form beside it, with the same content", { skip: missing }, () => {
    const names = readdirSync(join(DIST, "assets")).filter((name) => /\.(js|css)$/.test(name));
    assert.ok(names.length > 10);
    for (const name of names) assert.ok(existsSync(join(DIST, "assets", `${name}.gz`)), name);
});
