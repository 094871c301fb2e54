import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseEnv } from "node:util";
import { ROOT } from "./steps.ts";

/** Reads a setting as it was deployed to a project: from `functions/.env.PROJECT`, else from `functions/.env`. */
export function deployedSetting(project: string, name: string): string | undefined {
	const files = [`.env.${project}`, ".env"].map((file) => path.join(ROOT, "functions", file)).filter(existsSync);
	return files.map((file) => parseEnv(readFileSync(file, "utf8"))[name]).find((value) => value !== undefined);
}
