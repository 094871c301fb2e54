import { LOOPBACK, type Ports } from "./ports.ts";

export type Emulator = "functions" | "firestore" | "auth" | "hosting";

/** The part of firebase.json that a suite replaces. The rest is passed on as it is. */
export type FirebaseConfig = {
	functions: readonly Readonly<Record<string, unknown>>[];
	emulators?: Readonly<Record<string, unknown>>;
};

/**
 * The project's firebase.json for one suite: its own ports, its own copy of the functions.
 * @param functionsSource the folder of the functions' copy, relative to the project's
 */
export function suiteConfig(
	config: FirebaseConfig,
	emulators: readonly Emulator[],
	ports: Ports,
	functionsSource: string,
	withUi: boolean,
): FirebaseConfig {
	const listening = (name: keyof Ports) => ({ host: LOOPBACK, port: ports[name] });
	return {
		...config,
		functions: config.functions.map((codebase) => ({ ...codebase, source: functionsSource })),
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
