import { defineConfig } from "vite";
import { DEFAULT_DATABASE } from "../functions/src/config.ts";
import { deployedSetting } from "../scripts/cli/deployedSetting.ts";

/** Before a deployment the Firebase CLI names the project; the emulators' page reads the default database. */
function databaseId(mode: string): string {
	const project = mode === "deployment" ? process.env["GCLOUD_PROJECT"] : undefined;
	return (project && deployedSetting(project, "DATABASE_ID")) || DEFAULT_DATABASE;
}

export default defineConfig(({ mode }) => ({
	root: import.meta.dirname,
	define: { DATABASE_ID: JSON.stringify(databaseId(mode)) },
	oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
	build: {
		outDir: "dist",
		emptyOutDir: true,
		target: "es2024",
		// The manifest tells the size test which files the first view loads.
		manifest: true,
	},
}));
