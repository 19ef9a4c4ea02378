// What all files of flows share: the list, in the order in which it is filled, and a few words.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

export const flows = [];

// A flow: what a person does, with what must be seen. Without `wide` it belongs to the quick set of ./dev test.
export const flow = (name, run, more = {}) => flows.push({ name, run, ...more });

export const ok = (value, words) => assert.ok(value, words);

export const row = (person, words) => person.page.locator("tbody tr", { hasText: words }).first();

export async function download(person, act) {
    const [file] = await Promise.all([person.page.waitForEvent("download"), act()]);
    return { name: file.suggestedFilename(), text: readFileSync(await file.path(), "utf8") };
}

// Whether what is drawn on a canvas has more than a few colours.
export const painted = (locator) =>
    locator.evaluate((canvas) => {
        const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
        return new Set(pixels).size > 20;
    });
