import { execFile } from "node:child_process";
import { globSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { findJava, installJava, javaRelease } from "../../scripts/emulators/java.mjs";

/** Where packages put each Java that a machine has: those of Linux, and of macOS. */
const INSTALLED = ["/usr/lib/jvm/*/bin", "/Library/Java/JavaVirtualMachines/*/Contents/Home/bin"];

/**
 * This process's environment with a Java of that release or a later one first on the path.
 *
 * @throws Error that says which Java is missing, and where it was looked for
 */
export async function environmentWithJava(oldest: number): Promise<NodeJS.ProcessEnv> {
	const { JAVA_HOME, PATH = "" } = process.env;
	const onPath = findJava(PATH, process.platform);
	const folders = [
		...(onPath === undefined ? [] : [path.dirname(onPath)]),
		...(JAVA_HOME === undefined ? [] : [path.join(JAVA_HOME, "bin")]),
		...globSync(INSTALLED),
	];
	for (const folder of folders) {
		const release = await releaseIn(folder);
		if (release === undefined || release < oldest) continue;
		return { ...process.env, PATH: [folder, PATH].join(path.delimiter) };
	}
	const looked = ["PATH", "JAVA_HOME", ...INSTALLED].join(", ");
	throw new Error(`There is no Java ${oldest} or later in ${looked}. ${installJava(oldest)}`);
}

async function releaseIn(folder: string): Promise<number | undefined> {
	const java = findJava(folder, process.platform);
	if (java === undefined) return undefined;
	// The command that macOS has where there is no Java fails.
	const { stderr } = await promisify(execFile)(java, ["-version"]).catch(() => ({ stderr: "" }));
	return javaRelease(stderr);
}
