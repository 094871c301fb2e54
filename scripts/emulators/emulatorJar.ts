import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, realpath, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { ExplainedError } from "../cli/explainedError.ts";
import { launcherJar } from "./launcherJar.ts";

/** The variable with which firebase-tools is told of another jar than its own. */
export const JAR_VARIABLE = "FIRESTORE_EMULATOR_BINARY_PATH";

const CLOUD_CLI_JAR = "platform/cloud-firestore-emulator/cloud-firestore-emulator.jar";

/** Where the Firestore emulator comes from. Only `download` has no jar yet: firebase-tools fetches its own. */
export type EmulatorJar = { source: "environment" | "cache" | "cloud-cli"; path: string } | { source: "download" };

/**
 * The first Firestore emulator of: the one that the environment names, the one that firebase-tools has fetched before,
 * the one that the Cloud CLI brings. What another version of firebase-tools has fetched is passed over: it may not know the
 * options that this one gives it (15 gives `--database-edition`), or may need a newer Java.
 *
 * @param fetched the file that is there once firebase-tools has fetched its own
 * @param launcherFolder where a launcher for the Cloud CLI's jar may be written
 * @throws ExplainedError when the environment names a file that is not there
 */
export async function findEmulatorJar(
	environment: NodeJS.ProcessEnv,
	fetched: string,
	launcherFolder: string,
): Promise<EmulatorJar> {
	const named = environment[JAR_VARIABLE];
	if (named) {
		if (!existsSync(named)) {
			throw new ExplainedError(`${JAR_VARIABLE} is ${named}, but there is no such file. Correct or unset it.`);
		}
		return { source: "environment", path: named };
	}
	if (existsSync(fetched)) return { source: "cache", path: fetched };
	const cloudCliJar = await findCloudCliJar(environment);
	if (cloudCliJar !== undefined) {
		return { source: "cloud-cli", path: await writeLauncher(cloudCliJar, launcherFolder) };
	}
	return { source: "download" };
}

async function findCloudCliJar(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
	const gcloud = (environment["PATH"] ?? "")
		.split(path.delimiter)
		.map((folder) => path.join(folder, "gcloud"))
		.find((file) => existsSync(file));
	if (gcloud === undefined) return undefined;
	// Most often gcloud is a link into the Cloud CLI's folder. Asking gcloud itself takes seconds, so that comes last.
	const linked = path.join(path.dirname(path.dirname(await realpath(gcloud))), CLOUD_CLI_JAR);
	if (existsSync(linked)) return linked;
	const told = path.join(await cloudCliFolder(gcloud), CLOUD_CLI_JAR);
	return existsSync(told) ? told : undefined;
}

async function cloudCliFolder(gcloud: string): Promise<string> {
	try {
		const { stdout } = await promisify(execFile)(gcloud, ["info", "--format=value(installation.sdk_root)"]);
		return stdout.trim();
	} catch {
		return "";
	}
}

/** Writes the launcher under its final name in one step, as another suite may be starting from it. */
async function writeLauncher(emulatorJar: string, folder: string): Promise<string> {
	const launcher = path.join(folder, "firestore-emulator-launcher.jar");
	const unfinished = `${launcher}.${randomUUID()}`;
	await mkdir(folder, { recursive: true });
	await writeFile(unfinished, launcherJar(emulatorJar));
	await rename(unfinished, launcher);
	return launcher;
}
