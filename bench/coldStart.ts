import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import type { Figure } from "./figures.ts";
import { type Bench, type Measure, measureInRounds } from "./rounds.ts";

const FUNCTIONS = path.join(import.meta.dirname, "../functions");

/** A load takes a fraction of a second, and varies more than the other figures do. */
const MIN_ROUNDS = 15;

const LOAD_BUILT_FUNCTIONS = `await import("./lib/index.js");`;

/** What no such module can do without: the same kinds of functions, with nothing behind them. */
const DECLARE_THE_SAME_FUNCTIONS = `
const { onRequest } = await import("firebase-functions/https");
const { onDocumentCreated } = await import("firebase-functions/firestore");
const { onSchedule } = await import("firebase-functions/scheduler");
onRequest({ region: "us-central1" }, (request, response) => { response.json({ status: "ok" }); });
onDocumentCreated({ document: "apps/{app}/devices/{device}/events/{event}", retry: true }, async () => {});
onSchedule({ schedule: "every 10 minutes", region: "us-central1" }, async () => {});`;

/** How long a new Node process takes to load the built functions. */
export function measureColdStart(bench: Bench): Promise<readonly Figure[]> {
	const designs = {
		"built functions": measureLoad(LOAD_BUILT_FUNCTIONS),
		"bare declarations": measureLoad(DECLARE_THE_SAME_FUNCTIONS),
	};
	const rounds = Math.max(MIN_ROUNDS, bench.rounds);
	return measureInRounds({ ...bench, rounds }, "coldStart", [{ name: "load in a new process", designs }], {
		warmUp: true,
	});
}

function measureLoad(code: string): Measure {
	const timed = `const start = performance.now();${code}\nconsole.log(performance.now() - start);process.exit();`;
	return async () => {
		const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", timed], {
			cwd: FUNCTIONS,
			env: { ...process.env, METADATA_SERVER_DETECTION: "none" },
		});
		return { ms: Number(stdout) };
	};
}
