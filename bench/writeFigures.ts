import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { runCommand } from "../scripts/cli/command.ts";
import { ROOT } from "../scripts/cli/steps.ts";
import { DOCUMENTS, withFigures } from "./figureBlocks.ts";
import { readLastRun } from "./lastRun.ts";

const USAGE = `Writes the figures of bench/lastRun.json into ${DOCUMENTS.join(", ")}.

Usage: npm run figures

"npm run bench" and "npm run bench:dashboard" measure them. A test compares the documents with the file.`;

await runCommand({ usage: USAGE, options: {}, run: main });

async function main(): Promise<number> {
	const lastRun = await readLastRun();
	for (const document of DOCUMENTS) {
		const file = path.join(ROOT, document);
		const markdown = await readFile(file, "utf8");
		const written = withFigures(markdown, lastRun);
		if (written === markdown) continue;
		await writeFile(file, written);
		console.log(`Wrote the figures of ${document}.`);
	}
	return 0;
}
