import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import type { TestCounts } from "./countingReporter.ts";
import { buildFunctions, ROOT, runTool, seconds, step, TOOLS, ToolError } from "./steps.ts";
import { stopSignals } from "./stopSignals.ts";
import { type Suite, startSuite } from "./suite/suite.ts";
import { SuiteError } from "./suite/suiteError.ts";

const USAGE = `Builds, checks types and style, and runs the tests against emulators that it starts itself.

Usage: npm test
       npm test -- --only unit         one folder of test/; unit needs no emulators
       npm test -- --grep counts       every other argument goes to mocha
       npm test -- test/unit/a.test.ts`;

/** The folder of tests that need no emulators. */
const WITHOUT_SUITE = "unit";

const start = performance.now();
const { only, help, mochaArgs } = readArguments(process.argv.slice(2));
if (help) {
	console.log(USAGE);
} else {
	process.exitCode = await main();
}

async function main(): Promise<number> {
	const signal = stopSignals();
	try {
		await step("Build the functions", buildFunctions);
		const [checks, suite] = await Promise.all([runChecks(), startSuiteFor(only, signal)]);
		const tests = await testWith(suite, signal);
		console.log(`All in ${seconds(start)}`);
		if (tests.counts !== undefined) {
			console.log(`${tests.counts.passed} passed, ${tests.counts.failed} failed`);
		}
		return tests.exitCode || (checks ? 0 : 1);
	} catch (error) {
		if (signal.aborted) return 130;
		if (error instanceof SuiteError || error instanceof ToolError) {
			console.error(error.message);
			return 1;
		}
		throw error;
	}
}
