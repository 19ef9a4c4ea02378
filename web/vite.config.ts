import { defineConfig } from "vite";
import solid from "vite-plugin-solid";

// The program serves what this writes. No inline script or style: the page's policy refuses both.
export default defineConfig({
    plugins: [solid()],
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
        },
    },
});
