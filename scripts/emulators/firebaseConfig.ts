import { LOOPBACK } from "../cli/addresses.ts";
import type { Ports } from "./ports.ts";

export type Emulator = "functions" | "firestore" | "auth" | "hosting";

/** The part of firebase.json that a suite replaces. The rest is passed on as it is. */
export type FirebaseConfig = {
	functions: readonly Readonly<Record<string, unknown>>[];
	hosting: Hosting;
	emulators?: Readonly<Record<string, unknown>>;
};

type Hosting = Readonly<Record<string, unknown>> & {
	readonly rewrites: readonly Rewrite[];
	readonly headers?: readonly HeaderRule[];
};

type HeaderRule = { readonly source: string; readonly headers: readonly { key: string; value: string }[] };

type Rewrite = Readonly<Record<string, unknown>> & { readonly function?: Readonly<Record<string, unknown>> };

/**
 * The project's firebase.json for one suite: its own ports, its own copy of the functions.
 *
 * @param functionsSource the folder of the functions' copy, relative to the project's
 * @param region where the functions run, if there are any: the Hosting emulator looks for them in us-central1 unless a
 * rewrite names another one
 */
export function suiteConfig(
	config: FirebaseConfig,
	emulators: readonly Emulator[],
	ports: Ports,
	functionsSource: string,
	region: string | undefined,
	withUi: boolean,
): FirebaseConfig {
	const listening = (name: keyof Ports) => ({ host: LOOPBACK, port: ports[name] });
	return {
		...config,
		functions: config.functions.map((codebase) => ({ ...codebase, source: functionsSource })),
		hosting: {
			...config.hosting,
			rewrites: config.hosting.rewrites.map((rewrite) => inRegion(rewrite, region)),
			...(config.hosting.headers && { headers: config.hosting.headers.map(allowingEmulators) }),
		},
		emulators: {
			singleProjectMode: true,
			...Object.fromEntries(emulators.map((name) => [name, listening(name)])),
			...(emulators.includes("firestore") && {
				firestore: { ...listening("firestore"), websocketPort: ports.firestoreWebsocket },
			}),
			hub: listening("hub"),
			logging: listening("logging"),
			eventarc: listening("eventarc"),
			tasks: listening("tasks"),
			ui: { enabled: withUi, ...listening("ui") },
		},
	};
}

function inRegion(rewrite: Rewrite, region: string | undefined): Rewrite {
	if (rewrite.function === undefined || region === undefined) return rewrite;
	return { ...rewrite, function: { ...rewrite.function, region } };
}

/** Lets the page connect to the emulators, which the deployed page has no business with. */
function allowingEmulators({ source, headers }: HeaderRule): HeaderRule {
	const loopback = `http://${LOOPBACK}:* http://localhost:*`;
	const allowing = (policy: string) => policy.replace(/connect-src [^;]*/, (sources) => `${sources} ${loopback}`);
	return {
		source,
		headers: headers.map(({ key, value }) => ({
			key,
			value: key === "Content-Security-Policy" ? allowing(value) : value,
		})),
	};
}
