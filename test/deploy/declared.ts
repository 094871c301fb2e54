import { execFile } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseEnv, promisify } from "node:util";
import type { GoogleProject, HostingConfig, Policy, Resource } from "./googleProject.ts";

/** What the built functions say of themselves, as the CLI reads it: firebase-functions' `runtime/manifest`. */
export type Manifest = {
	endpoints: Readonly<Record<string, Endpoint>>;
	params: readonly { name: string; type: string; default?: string | number }[];
	requiredRoles: readonly string[];
};

type Endpoint = {
	entryPoint: string;
	region: string;
	availableMemoryMb?: string | number | null;
	timeoutSeconds?: number | null;
	minInstances?: string | number | null;
	maxInstances?: string | number | null;
	concurrency?: string | number | null;
	cpu?: number;
	ingressSettings?: string | null;
	secretEnvironmentVariables?: readonly { key: string }[];
	httpsTrigger?: { invoker?: readonly string[] };
	eventTrigger?: {
		eventType: string;
		eventFilters: Readonly<Record<string, string>>;
		eventFilterPathPatterns: Readonly<Record<string, string>>;
		retry: boolean;
	};
	scheduleTrigger?: {
		schedule: string;
		timeZone?: string | null;
		retryConfig?: Readonly<Record<string, number | null>>;
	};
};

export type Settings = Readonly<Record<string, string>>;

/** A deployed function by what matters to whom runs it, whichever request said so. */
export type FunctionFacts = {
	region: string;
	runtime: unknown;
	entryPoint: unknown;
	memory: unknown;
	cpu: unknown;
	timeoutSeconds: unknown;
	minInstances: unknown;
	maxInstances: unknown;
	concurrency: unknown;
	ingress: unknown;
	serviceAccount: unknown;
	secrets: unknown;
	invokers: string[];
	trigger: unknown;
	schedule: unknown;
};

/** Loads the functions that a checkout has built. */
export async function readManifest(folder: string): Promise<Manifest> {
	const functions = path.join(folder, "functions");
	const file = path.join(folder, "manifest.json");
	await promisify(execFile)(
		process.execPath,
		[path.join(functions, "node_modules/firebase-functions/lib/bin/firebase-functions.js"), functions],
		{
			cwd: functions,
			env: { ...process.env, FUNCTIONS_CONTROL_API: "true", FUNCTIONS_MANIFEST_OUTPUT_PATH: file },
		},
	);
	return JSON.parse(await readFile(file, "utf8"));
}

/** What the settings of a checkout come to: those that were asked for, before those that were not. */
export function checkoutSettings(folder: string, projectId: string): Settings {
	const read = (name: string) => parseEnv(readFileSync(path.join(folder, "functions", name), "utf8"));
	return { ...read(".env"), ...read(`.env.${projectId}`) } as Settings;
}

/** The functions as the code declares them, with these settings. */
export function declaredFunctions(
	{ endpoints }: Manifest,
	settings: Settings,
	facts: { region: string; triggerRegion: string; runtime: string; serviceAccount: string },
): Record<string, FunctionFacts> {
	const value = (declared: string | number | null | undefined): string | undefined =>
		declared?.toString().replace(/\{\{ params\.(\w+) \}\}/g, (_, name) => settings[name] ?? `no ${name}`);
	const number = (declared: string | number | null | undefined) => (declared == null ? null : Number(value(declared)));
	return Object.fromEntries(
		Object.entries(endpoints).map(([id, endpoint]) => {
			const memory = number(endpoint.availableMemoryMb) ?? 256;
			const { eventTrigger, scheduleTrigger } = endpoint;
			return [
				id,
				{
					region: facts.region,
					runtime: facts.runtime,
					entryPoint: endpoint.entryPoint,
					memory: memory > 1_024 ? `${memory / 1_024}Gi` : `${memory}Mi`,
					cpu: String(endpoint.cpu ?? 1),
					timeoutSeconds: endpoint.timeoutSeconds ?? null,
					minInstances: number(endpoint.minInstances),
					maxInstances: number(endpoint.maxInstances),
					concurrency: number(endpoint.concurrency) ?? 80,
					ingress: endpoint.ingressSettings ?? null,
					serviceAccount: facts.serviceAccount,
					secrets: (endpoint.secretEnvironmentVariables ?? []).map(({ key }) => key),
					invokers: declaredInvokers(endpoint, facts.serviceAccount),
					trigger: eventTrigger && {
						eventType: eventTrigger.eventType,
						region: facts.triggerRegion,
						retry: eventTrigger.retry ? "RETRY_POLICY_RETRY" : "RETRY_POLICY_DO_NOT_RETRY",
						serviceAccount: facts.serviceAccount,
						filters: mapValues({ ...eventTrigger.eventFilters, ...eventTrigger.eventFilterPathPatterns }, value),
						patterns: Object.keys(eventTrigger.eventFilterPathPatterns),
					},
					schedule: scheduleTrigger && {
						schedule: scheduleTrigger.schedule,
						timeZone: scheduleTrigger.timeZone ?? "UTC",
						serviceAccount: facts.serviceAccount,
						...declaredRetries(scheduleTrigger.retryConfig),
					},
				} satisfies FunctionFacts,
			];
		}),
	);
}

function mapValues<From, To>(object: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> {
	return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, map(value)]));
}

function declaredInvokers(
	{ httpsTrigger, scheduleTrigger }: Endpoint,
	serviceAccount: string,
): FunctionFacts["invokers"] {
	if (scheduleTrigger) return [`serviceAccount:${serviceAccount}`];
	// Without a word on who may call it, the CLI opens an HTTPS function to everybody.
	const invoker = httpsTrigger && (httpsTrigger.invoker ?? ["public"]);
	return (invoker ?? []).filter((who) => who !== "private").map((who) => (who === "public" ? "allUsers" : who));
}

/** Cloud Scheduler takes seconds as text: https://cloud.google.com/scheduler/docs/reference/rest/v1/RetryConfig */
function declaredRetries(retryConfig: Readonly<Record<string, number | null>> = {}) {
	const set = Object.entries(retryConfig).filter(([, value]) => value !== null);
	const named = set.map(([name, value]) =>
		name.endsWith("Seconds") ? [name.replace("Seconds", "Duration"), `${value}s`] : [name, value],
	);
	return named.length > 0 ? { retryConfig: Object.fromEntries(named) } : {};
}

/** The functions as a project has them. */
export function deployedFunctions(project: GoogleProject): Record<string, FunctionFacts> {
	return Object.fromEntries(
		Object.values(project.functions).map((deployed) => {
			const [, , , region = "", , id = ""] = deployed.name.split("/");
			const { buildConfig, serviceConfig, eventTrigger } = deployed as Resource & {
				buildConfig: Record<string, unknown>;
				serviceConfig: Record<string, unknown> & { service: string };
				eventTrigger?: Record<string, unknown> & {
					eventFilters: { attribute: string; value: string; operator?: string }[];
				};
			};
			const job = project.schedules[
				`projects/${project.id}/locations/${region}/jobs/firebase-schedule-${id}-${region}`
			] as unknown as
				| { schedule: string; timeZone: string; httpTarget: { oidcToken: object }; retryConfig?: object }
				| undefined;
			return [
				id,
				{
					region,
					runtime: buildConfig["runtime"],
					entryPoint: buildConfig["entryPoint"],
					memory: serviceConfig["availableMemory"],
					cpu: serviceConfig["availableCpu"],
					timeoutSeconds: serviceConfig["timeoutSeconds"] ?? null,
					minInstances: serviceConfig["minInstanceCount"] ?? null,
					maxInstances: serviceConfig["maxInstanceCount"] ?? null,
					concurrency: serviceConfig["maxInstanceRequestConcurrency"],
					ingress: serviceConfig["ingressSettings"] ?? null,
					serviceAccount: serviceConfig["serviceAccountEmail"],
					secrets: ((serviceConfig["secretEnvironmentVariables"] ?? []) as { secret: string }[]).map(
						({ secret }) => secret,
					),
					invokers: membersOf(project.invokers[serviceConfig.service], "roles/run.invoker"),
					trigger: eventTrigger && {
						eventType: eventTrigger["eventType"],
						region: eventTrigger["triggerRegion"],
						retry: eventTrigger["retryPolicy"],
						serviceAccount: eventTrigger["serviceAccountEmail"],
						filters: Object.fromEntries(eventTrigger.eventFilters.map(({ attribute, value }) => [attribute, value])),
						patterns: eventTrigger.eventFilters
							.filter(({ operator }) => operator === "match-path-pattern")
							.map(({ attribute }) => attribute),
					},
					schedule: job && {
						schedule: job.schedule,
						timeZone: job.timeZone,
						serviceAccount: (job.httpTarget.oidcToken as { serviceAccountEmail: string }).serviceAccountEmail,
						...(job.retryConfig && { retryConfig: job.retryConfig }),
					},
				} satisfies FunctionFacts,
			];
		}),
	);
}

/** The variables of a deployed function. */
export function environmentOf(project: GoogleProject, id: string): Record<string, string> {
	return serviceOf<{ environmentVariables: Record<string, string> }>(project, id).environmentVariables;
}

/** The versions of the secrets that a deployed function was given. */
export function secretVersionsOf(project: GoogleProject, id: string): string[] {
	const { secretEnvironmentVariables: secrets } = serviceOf<{ secretEnvironmentVariables: { version: string }[] }>(
		project,
		id,
	);
	return secrets.map(({ version }) => version);
}

function serviceOf<T>(project: GoogleProject, id: string): T {
	const deployed = Object.values(project.functions).find(({ name }) => name.endsWith(`/functions/${id}`));
	if (deployed === undefined) throw new Error(`There is no function ${id}.`);
	return deployed["serviceConfig"] as T;
}

export function membersOf(policy: Policy | undefined, role: string): string[] {
	return policy?.bindings.find((binding) => binding.role === role)?.members ?? [];
}

export function rolesOf(policy: Policy, member: string): string[] {
	return policy.bindings.filter(({ members }) => members.includes(member)).map(({ role }) => role);
}

type IndexFile = {
	indexes: { collectionGroup: string; queryScope: string; fields: { fieldPath: string }[] }[];
	fieldOverrides: { collectionGroup: string; fieldPath: string; ttl?: boolean; indexes: object[] }[];
};

/** The indexes and field overrides of `firestore.indexes.json`, each one a line of text. */
export function declaredIndexes(folder: string): string[] {
	const { indexes, fieldOverrides }: IndexFile = readJson(folder, "firestore.indexes.json");
	return [
		...indexes.map(({ collectionGroup, queryScope, fields }) => JSON.stringify([collectionGroup, queryScope, fields])),
		...fieldOverrides.map(({ collectionGroup, fieldPath, ttl = false, indexes: single }) =>
			JSON.stringify([collectionGroup, fieldPath, ttl, single.map(inOrder)]),
		),
	].sort();
}

/** The databases that have indexes and field settings. */
export function indexedDatabases({ indexes, fields }: GoogleProject): string[] {
	return [...new Set([...indexes, ...fields].map(({ name }) => name.split("/")[3] ?? ""))];
}

/** Those that a project has. Firestore ends each index with the document's name by itself. */
export function deployedIndexes({ indexes, fields }: GoogleProject): string[] {
	const groupOf = ({ name }: Resource) => name.split("/")[5];
	return [
		...indexes.map((index) => {
			const named = (index["fields"] as { fieldPath: string }[]).filter(({ fieldPath }) => fieldPath !== "__name__");
			return JSON.stringify([groupOf(index), index["queryScope"], named]);
		}),
		...fields.map((field) => {
			const { indexes: single = [] } = field["indexConfig"] as {
				indexes?: { queryScope: string; fields: { fieldPath: string }[] }[];
			};
			const settings = single.map(({ queryScope, fields: [first] }) => {
				const { fieldPath: _, ...mode } = first ?? { fieldPath: "" };
				return inOrder({ queryScope, ...mode });
			});
			return JSON.stringify([groupOf(field), field.name.split("/").at(-1), "ttlConfig" in field, settings]);
		}),
	].sort();
}

function inOrder(index: object): object {
	return Object.fromEntries(Object.entries(index).sort(([a], [b]) => a.localeCompare(b)));
}

type FirebaseJson = {
	functions: readonly { runtime: string }[];
	hosting: {
		rewrites: { source: string; function: { functionId: string } }[];
		headers: { source: string; headers: { key: string; value: string }[] }[];
	};
};

export function declaredRuntime(folder: string): string {
	return readJson<FirebaseJson>(folder, "firebase.json").functions[0]?.runtime ?? "";
}

/** What Hosting is told to do, as `firebase.json` says, with the functions in this region. */
export function declaredHosting(folder: string, region: string): HostingConfig {
	const { rewrites, headers } = readJson<FirebaseJson>(folder, "firebase.json").hosting;
	return {
		rewrites: rewrites.map(({ source, function: { functionId } }) => ({
			glob: source,
			run: { serviceId: functionId.toLowerCase(), region },
		})),
		headers: headers.map(({ source, headers: list }) => ({
			glob: source,
			headers: Object.fromEntries(list.map(({ key, value }) => [key, value])),
		})),
	};
}

/** The files of the built page, as paths on the site. */
export function pageFiles(folder: string): string[] {
	const files = globSync("**/*.*", { cwd: path.join(folder, "web/dist") }).filter((file) => !/(^|\/)\./.test(file));
	return files.map((file) => `/${file}`).sort();
}

export function readJson<T>(folder: string, file: string): T {
	return JSON.parse(readFileSync(path.join(folder, file), "utf8"));
}
