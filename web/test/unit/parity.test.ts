// biome-ignore-all lint/suspicious/noTemplateCurlyInString: sources are quoted here, which have templates
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

const holes = (text: string): string => text.replace(/\$\{[^}]*\}/g, "{}");

interface Question {
    method: string;
    path: string;
    where: string;
}

// Calls whose method is their own name, and those that say it first.
const PLAIN: Record<string, string> = { get: "GET", getSlow: "GET", getAll: "GET", post: "POST", fetchBlob: "GET" };
const GENERIC = "(?:<(?:[^<>()]|<[^<>()]*>)*>)?";
const ADDRESS = String.raw`(?:path\x60([^\x60]+)\x60|"(\/[^"]+)"|\x60\$\{path\x60([^\x60]+)\x60\}(\/[^\x60]+)\x60|\x60\$\{seriesPath\([^)]*\)\}(\/[^\x60]+)\x60|\x60\$\{base(?:\(\))?\}(\/[^\x60]+)\x60)`;

// Every question that a source asks the server: its method and its address as a pattern, "/runs/{}/tags".
export function questionsOf(text: string, where: string): Question[] {
    const found: Question[] = [];
    const bases = [...text.matchAll(/const base = (?:\(\) => )?path`([^`]+)`/g)].map((match) => match[1]!);
    const add = (method: string, match: RegExpMatchArray, from: number): void => {
        const [plain, quoted, base, end, series, ofBase] = match.slice(from, from + 6);
        if (series) found.push({ method, path: `/series/{}/{}/{}${holes(series)}`, where });
        else if (ofBase)
            for (const one of bases) {
                const lists = ofBase === "/${list}" ? names.map((name) => `/${name}`) : [ofBase];
                for (const end of lists) found.push({ method, path: holes(one + end), where });
            }
        else found.push({ method, path: holes(plain ?? quoted ?? base! + end!), where });
    };
    // Of a list of names, each is asked for.
    const names = /const LISTS = \[([^\]]+)\]/.exec(text)?.[1]?.match(/\w+/g) ?? [];
    for (const [name, method] of Object.entries(PLAIN)) {
        for (const match of text.matchAll(new RegExp(String.raw`\b${name}${GENERIC}\(\s*${ADDRESS}`, "g")))
            add(method, match, 1);
    }
    for (const match of text.matchAll(new RegExp(String.raw`\bcall${GENERIC}\(\s*"([A-Z]+)",\s*${ADDRESS}`, "g")))
        add(match[1]!, match, 2);
    // Of a session, its name apart from the rest.
    const ofSession = new RegExp(
        String.raw`\bask${GENERIC}\([^"\x60]*"([A-Z]+)",\s*(?:path\x60|")(\/[^"\x60]*)?["\x60]`,
        "g",
    );
    for (const match of text.matchAll(ofSession))
        found.push({ method: match[1]!, path: `/sessions/{}${holes(match[2] ?? "")}`, where });
    return found;
}

function sources(folder: string): string[] {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        const name = join(folder, entry.name);
        if (entry.isDirectory()) return sources(name);
        return /\.tsx?$/.test(entry.name) && !entry.name.endsWith(".d.ts") ? [name] : [];
    });
}

// Those who hand an address on, instead of asking themselves.
const HANDS_ON = /\/(client|stream|token|session)\.ts$/;

const asked = (): Question[] =>
    sources(join(process.cwd(), "src"))
        .filter((name) => !HANDS_ON.test(name) || name.endsWith("lib/session.ts"))
        .flatMap((name) => questionsOf(readFileSync(name, "utf8"), name));

interface Operations {
    [path: string]: Record<string, unknown>;
}

function known(): Set<string> {
    const document = JSON.parse(readFileSync(join(process.cwd(), "openapi.json"), "utf8")) as { paths: Operations };
    const operations = new Set<string>();
    for (const [path, methods] of Object.entries(document.paths)) {
        const plain = path.replace(/^\/api\/v1/, "").replace(/\{[^}]*\}/g, "{}");
        for (const method of Object.keys(methods)) operations.add(`${method.toUpperCase()} ${plain}`);
    }
    return operations;
}

test("questions are found in whatever way they are written", () => {
    const text = [
        'get<{ items: A<B>[] }>("/runs", {}, signal)',
        "getSlow<Book>(\n    path`/series/${a}/${b}/feed/book`,",
        'call("PUT", path`/runs/${name}/tags`, { body })',
        "get<X>(`${path`/sessions/${s}`}/positions`, {})",
        "get<Chart>(`${seriesPath(name)}/chart`, wish)",
        'await ask(view.name, "PUT", "/risk/limits", body)',
        'ask<void>(name, "DELETE", "")',
        "const base = () => path`/sessions/${n}`; getSlow<T>(`${base()}/risk/tail`, {})",
    ].join("\n");
    assert.deepEqual(
        questionsOf(text, "")
            .map((one) => `${one.method} ${one.path}`)
            .sort(),
        [
            "DELETE /sessions/{}",
            "GET /runs",
            "GET /series/{}/{}/feed/book",
            "GET /series/{}/{}/{}/chart",
            "GET /sessions/{}/positions",
            "GET /sessions/{}/risk/tail",
            "PUT /runs/{}/tags",
            "PUT /sessions/{}/risk/limits",
        ],
    );
});

test("what the page asks for stands in the API's description, by that method", () => {
    const operations = known();
    const questions = asked();
    assert.ok(questions.length > 40, `only ${questions.length} were found`);
    for (const one of ["POST /sessions/{}/clock", "GET /sessions/{}/positions", "GET /series/{}/{}/{}/chart"])
        assert.ok(
            questions.some((question) => `${question.method} ${question.path}` === one),
            `${one} was not found`,
        );
    const strange = questions.filter((one) => !operations.has(`${one.method} ${one.path}`));
    assert.deepEqual(
        strange.map((one) => `${one.method} ${one.path} in ${one.where}`),
        [],
    );
});
