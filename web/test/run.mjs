// Bundles the tests of the client's logic and runs them; the output is TAP.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(fileURLToPath(import.meta.url));
const out = mkdtempSync(join(tmpdir(), "fulmar-web-"));
const tests = readdirSync(join(root, "unit")).filter((name) => name.endsWith(".test.ts"));
let status = 1;
try {
    await build({
        stdin: {
            contents: tests.map((name) => `import "./unit/${name}";`).join("\n"),
            resolveDir: root,
            loader: "ts",
        },
        bundle: true,
        platform: "node",
        format: "esm",
        target: "node18",
        outfile: join(out, "tests.mjs"),
        logLevel: "warning",
    });
    const run = spawnSync(process.execPath, ["--test-reporter=tap", join(out, "tests.mjs")], { encoding: "utf8" });
    // Node's TAP has details between the lines; the results are enough, and what a failure says.
    process.stdout.write(run.stdout);
    process.stderr.write(run.stderr);
    status = run.status ?? 1;
} finally {
    rmSync(out, { recursive: true, force: true });
}
process.exit(status);
