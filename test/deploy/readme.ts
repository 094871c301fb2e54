import { readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "../../scripts/cli/steps.ts";

/** The rows of a table in the README, by its header's first cell. */
function table(header: string): string[][] {
	const lines = readFileSync(path.join(ROOT, "README.md"), "utf8").split("\n");
	const start = lines.findIndex((line) => line.startsWith(`| ${header} |`) || line.trim().startsWith(`| ${header} |`));
	const rows = lines.slice(start + 2);
	const end = rows.findIndex((line) => !line.trim().startsWith("|"));
	return rows.slice(0, end).map((row) =>
		row
			.trim()
			.replace(/^\| | \|$/g, "")
			.split(" | ")
			.map((cell) => cell.trim()),
	);
}

/** The settings that the README documents, with their defaults in its words. */
export function documentedSettings(): Record<string, string> {
	return Object.fromEntries(table("setting").map(([name = "", value = ""]) => [plain(name), plain(value)]));
}

/** What a first deployment asks, as the README says: a part of each question. */
export function documentedQuestions(): string[] {
	return table("it asks").map(([question = ""]) => plain(question));
}

function plain(cell: string): string {
	return cell.replaceAll("`", "");
}
