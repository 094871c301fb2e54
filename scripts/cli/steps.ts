import { execFile } from "node:child_process";
import path from "node:path";
import { promisify, styleText } from "node:util";
import { ExplainedError } from "./explainedError.ts";

export const ROOT = path.join(import.meta.dirname, "../..");

/** The project's own tools, as the files that Node runs: they work whether or not npm has set the PATH. */
export const TOOLS = {
	tsc: path.join(ROOT, "node_modules/typescript/bin/tsc"),
	rolldown: path.join(ROOT, "node_modules/rolldown/bin/cli.mjs"),
	biome: path.join(ROOT, "node_modules/@biomejs/biome/bin/biome"),
	mocha: path.join(ROOT, "node_modules/mocha/bin/mocha.js"),
	vite: path.join(ROOT, "node_modules/vite/bin/vite.js"),
} as const;

const TOOL_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Prints that a step begins, then whether it worked and how long it took. */
export async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
	console.log(styleText("dim", `… ${title}`));
	const start = performance.now();
	try {
		const result = await work();
		console.log(`${styleText("green", "✔")} ${title}  ${seconds(start)}`);
		return result;
	} catch (error) {
		console.log(`${styleText("red", "✖")} ${title}  ${seconds(start)}`);
		throw error;
	}
}

/** The time since `start`, a value of `performance.now()`, for people. */
export function seconds(start: number): string {
	return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}

/**
 * Runs a tool in the project's folder.
 *
 * @throws ExplainedError with the tool's output when it finds something to correct
 */
export async function runTool(tool: "tsc" | "rolldown" | "vite" | "biome", args: readonly string[]): Promise<void> {
	try {
		await promisify(execFile)(process.execPath, [TOOLS[tool], ...args], { cwd: ROOT, maxBuffer: TOOL_OUTPUT_BYTES });
	} catch (error) {
		if (error instanceof Error && "stdout" in error && "stderr" in error) {
			throw new ExplainedError(`${error.stdout}${error.stderr}`.trim());
		}
		throw error;
	}
}

/** Checks the functions' types and bundles them to `functions/lib`. */
export async function buildFunctions(): Promise<void> {
	await Promise.all([runTool("tsc", ["-p", "functions"]), bundleFunctions()]);
}

/** Bundles the functions to `functions/lib`, whatever their types. */
export function bundleFunctions(): Promise<void> {
	return runTool("rolldown", ["-c", path.join(ROOT, "functions/rolldown.config.js")]);
}

/** Bundles the dashboard to `web/dist`, which Hosting serves. Its types are checked by themselves. */
export function buildDashboard(): Promise<void> {
	return runTool("vite", ["build", "web", "--logLevel", "error"]);
}
