import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";
import solid from "vite-plugin-solid";

// Beside each file of text its gzip form: the server sends it where the client takes it.
function gzipped(): Plugin {
    return {
        name: "gzipped",
        apply: "build",
        closeBundle() {
            for (const entry of readdirSync("dist", { recursive: true, encoding: "utf8" })) {
                if (!/\.(js|css|html|svg)$/.test(entry)) continue;
                const file = join("dist", entry);
                writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
            }
        },
    };
}

// The program serves what this writes. No inline script or style: the page's policy refuses both.
export default defineConfig({
    plugins: [solid(), gzipped()],
    build: {
        target: "es2022",
        outDir: "dist",
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        chunkSizeWarningLimit: 1200,
        reportCompressedSize: false,
    },
    server: {
        port: 5173,
        proxy: {
            "/api": { target: process.env.FULMAR_URL ?? "http://127.0.0.1:8000", ws: true },
            "/health": process.env.FULMAR_URL ?? "http://127.0.0.1:8000",
            "/metrics": process.env.FULMAR_URL ?? "http://127.0.0.1:8000",
        },
    },
});
