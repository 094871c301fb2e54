import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseEnv, promisify } from "node:util";
import { ExplainedError } from "../cli/explainedError.ts";

/** A setting as firebase-functions/params declares it, in the manifest that the functions give of themselves. */
export type DeclaredParam = {
	name: string;
	type: "string" | "int" | "float" | "boolean" | "list" | "secret";
	default?: string | number | boolean | string[];
};

export type SettingValues = Readonly<Record<string, string>>;

/**
 * Copies the built functions into a folder of the suite's own, with a value for every setting: each suite has its own
 * settings.
 *
 * The emulator asks for a setting that no dotenv file names, its default notwithstanding, and can't be told not to
 * (firebase-tools 14.27 and 15.34, `discoverTriggers`): so the defaults are written out.
 *
 * @returns the value of each setting, secrets included
 * @throws ExplainedError when the functions don't load, or a setting has no value
 */
export async function copyFunctions(
	source: string,
	target: string,
	given: SettingValues,
	environment: NodeJS.ProcessEnv,
): Promise<SettingValues> {
	const { settings, secrets } = settingValues(await copyBuild(source, target, environment), given);
	await writeFile(path.join(target, ".env"), dotenv(settings));
	await writeFile(path.join(target, ".secret.local"), dotenv(secrets));
	return { ...settings, ...secrets };
}

/**
 * Copies the built functions into a folder where a build that runs meanwhile changes nothing under those who run them. The
 * emulator takes the manifest from `functions.yaml` where there is one, which saves loading the functions twice.
 *
 * @returns the settings that they declare
 * @throws ExplainedError when the functions don't load
 */
export async function copyBuild(
	source: string,
	target: string,
	environment: NodeJS.ProcessEnv,
): Promise<readonly DeclaredParam[]> {
	await mkdir(target, { recursive: true });
	await cp(path.join(source, "lib"), path.join(target, "lib"), { recursive: true });
	await cp(path.join(source, "package.json"), path.join(target, "package.json"));
	await symlink(path.join(source, "node_modules"), path.join(target, "node_modules"), "junction");
	return declaredParams(target, path.join(target, "functions.yaml"), environment);
}

/** The settings in the dotenv files that the emulator reads from the functions' folder. */
export async function localSettings(functionsFolder: string, projectId: string): Promise<SettingValues> {
	const names = [".env", `.env.${projectId}`, ".env.local", ".secret.local"];
	const files = names.map((name) => path.join(functionsFolder, name)).filter((file) => existsSync(file));
	const values = await Promise.all(files.map(async (file) => parseEnv(await readFile(file, "utf8"))));
	return Object.assign({}, ...values);
}

/** Loads the functions once, in a process of their own, and lets them write what they declare to a file. */
async function declaredParams(
	functionsFolder: string,
	manifestFile: string,
	environment: NodeJS.ProcessEnv,
): Promise<DeclaredParam[]> {
	const command = path.join(functionsFolder, "node_modules/firebase-functions/lib/bin/firebase-functions.js");
	try {
		await promisify(execFile)(process.execPath, [command, functionsFolder], {
			cwd: functionsFolder,
			env: {
				...environment,
				FUNCTIONS_CONTROL_API: "true",
				FUNCTIONS_MANIFEST_OUTPUT_PATH: manifestFile,
				METADATA_SERVER_DETECTION: "none",
			},
		});
	} catch (error) {
		const output = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : String(error);
		throw new ExplainedError(`The functions failed to load. Correct this and start again:\n${output}`);
	}
	// firebase-tools 14.27 refuses a manifest that says which roles the functions need; its emulator gives none.
	const { requiredRoles: _, ...manifest }: { params?: DeclaredParam[]; requiredRoles?: string[] } = JSON.parse(
		await readFile(manifestFile, "utf8"),
	);
	await writeFile(manifestFile, JSON.stringify(manifest));
	return manifest.params ?? [];
}

/**
 * A value for each declared setting, the given one or its default, and every other given value as it is: code may read
 * the environment without declaring it.
 *
 * @throws ExplainedError for a setting with neither
 */
export function settingValues(
	params: readonly DeclaredParam[],
	given: SettingValues,
): { settings: SettingValues; secrets: SettingValues } {
	const settings: Record<string, string> = { ...given };
	const secrets: Record<string, string> = {};
	for (const param of params) {
		const value = given[param.name] ?? defaultValue(param);
		if (value === undefined) {
			const file = param.type === "secret" ? ".secret.local" : ".env.local";
			throw new ExplainedError(`The setting ${param.name} has no value. Write it to functions/${file}.`);
		}
		if (param.type === "secret") {
			delete settings[param.name];
			secrets[param.name] = value;
		} else {
			settings[param.name] = value;
		}
	}
	return { settings, secrets };
}

function defaultValue({ default: value }: DeclaredParam): string | undefined {
	return Array.isArray(value) ? JSON.stringify(value) : value?.toString();
}

/** The text of a dotenv file. A JSON string and a quoted value of the CLI's dotenv dialect escape alike. */
export function dotenv(values: SettingValues): string {
	return Object.entries(values)
		.map(([name, value]) => `${name}=${JSON.stringify(value)}\n`)
		.join("");
}
