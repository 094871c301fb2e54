import { defineConfig } from "vite";

export default defineConfig({
	root: import.meta.dirname,
	oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
	build: {
		outDir: "dist",
		emptyOutDir: true,
		target: "es2024",
		// The manifest tells the size test which files the first view loads.
		manifest: true,
	},
});
