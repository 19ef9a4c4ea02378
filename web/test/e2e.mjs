// The page in a real browser on a real server, end to end. The output is TAP.
//
//     node test/e2e.mjs [--quick] [--shots FOLDER] [NAME]
//
// --quick leaves out what takes long (every page at every width in both themes); NAME keeps the flows whose name holds
// it. FULMAR_PROGRAM is the program; without one, or without a browser, the tests are skipped and say so.
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { flows } from "./flow.mjs";
import "./flows.mjs";
import "./flows-analysis.mjs";
import "./flows-hostile.mjs";
import { Person } from "./page.mjs";
import { findChromium, findProgram, WEB, World } from "./world.mjs";

const words = process.argv.slice(2);
const quick = words.includes("--quick");
const shots = words.includes("--shots") ? words[words.indexOf("--shots") + 1] : null;
const wanted = words.filter((word, index) => !word.startsWith("--") && words[index - 1] !== "--shots");

function skip(reason) {
    console.log(`1..1\nok 1 - the page in a browser # SKIP ${reason}`);
    process.exit(0);
}

const program = findProgram();
const browserPath = findChromium();
if (!existsSync(join(WEB, "dist/index.html"))) skip("the dashboard was not built (./dev web)");
if (!program) skip("the program was not built");
if (!browserPath) skip("there is no chromium (./dev deps web test)");

const chosen = flows.filter(
    (flow) => (!quick || !flow.wide) && (wanted.length === 0 || wanted.some((word) => flow.name.includes(word))),
);
console.log(`1..${chosen.length}`);
const world = new World(program);
let failed = 0;
let browser;
try {
    world.makeData();
    world.makeRecording();
    world.makeRun("first", "Trend on two", "sma_cross:fast=20,slow=60");
    world.makeRun("second", "Reversion on two", "mean_reversion");
    await world.serve();
    // In a container there is no sandbox to be had for root; nobody but this test gives the browser pages.
    browser = await chromium.launch({
        executablePath: browserPath,
        args: ["--disable-gpu", "--disable-dev-shm-usage", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
    });
    world.browser = browser;
    let number = 0;
    for (const flow of chosen) {
        number++;
        const began = Date.now();
        let fault = null;
        let person;
        try {
            person = await world.enter(Person, flow);
            await flow.run(person, { world, shots });
            if (person.faults.length > 0) fault = new Error(`the page complains: ${person.faults.join("\n")}`);
        } catch (error) {
            fault = error;
        }
        if (fault) {
            failed++;
            await person?.page.screenshot({ path: `/tmp/e2e-failed-${number}.png` }).catch(() => {});
        }
        if (person) await world.leave(person, flow).catch(() => {});
        console.log(`${fault ? "not ok" : "ok"} ${number} - ${flow.name}`);
        if (process.env.TIMES) console.log(`# ${Date.now() - began} ms`);
        if (fault) console.log(String(fault.stack ?? fault).replace(/^/gm, "# "));
    }
} catch (error) {
    failed++;
    console.log(`not ok - the world of the tests could not be made\n${String(error.stack).replace(/^/gm, "# ")}`);
} finally {
    if (process.env.KEEP_LOG) writeFileSync(process.env.KEEP_LOG, world.log ?? "");
    await browser?.close();
    await world.close();
}
process.exit(failed > 0 ? 1 : 0);
