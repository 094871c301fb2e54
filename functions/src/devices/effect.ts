import { actionKind, failureOf } from "../events/actions.ts";
import { opensUpdate, versionNamed } from "../events/attribution.ts";
import { UNKNOWN_VERSION } from "../events/bundleVersion.ts";
import { exitedAt, isCrash, sessionStartedAt } from "../events/crashes.ts";

/**
 * What an event does to its device.
 *
 * - `none`: it says nothing of a release.
 * - `opened`: the release that it names is on its way to the device.
 * - `downloaded`: the release that it names arrived.
 * - `installed`: the device installed the release that it names, and runs it.
 * - `returned`: the device went back to the release that it names.
 * - `runs`: the device runs the release that it names; with `crashedAt`, the app crashed at that time.
 * - `rolled back`: the release that it names was installed and given up.
 * - `failed`: an update failed before it was installed; as a `download`, its bundle never arrived. The event names the
 *   release that failed (`target`), the one that runs instead (`running`), or nobody can tell which (`none`).
 */
export type Effect =
	| { readonly kind: "none" | "opened" | "downloaded" | "installed" | "returned" | "rolled back" }
	| { readonly kind: "runs"; readonly crashedAt?: number | undefined }
	| {
			readonly kind: "failed";
			readonly what: "download" | "update";
			readonly names: "running" | "target" | "none";
			/** Whether it may be a check for an update that failed, before there was one to download. */
			readonly mayBeCheck: boolean;
	  };

/** What tells the effect of an event. */
export type EffectiveEvent = {
	readonly action: string;
	readonly platform: string;
	readonly plugin_version?: string | null | undefined;
	readonly version_name: string;
	readonly timestamp?: number | undefined;
	readonly metadata?: Readonly<Record<string, string>> | undefined;
};

const NONE: Effect = { kind: "none" };

/**
 * Decides what an event does to its device.
 *
 * @param occurredAt When it happened, in milliseconds since the epoch.
 */
export function effectOf(event: EffectiveEvent, occurredAt: number): Effect {
	const { action, version_name: version } = event;
	switch (actionKind(action)) {
		case "install":
			if (version === UNKNOWN_VERSION) return NONE;
			return { kind: action === "set" ? "installed" : "returned" };
		case "lifecycle":
		case "health":
			return version === UNKNOWN_VERSION ? NONE : { kind: "runs", crashedAt: crashedAt(event, occurredAt) };
		case "bundle":
			return bundleEffect(event);
		case "progress":
			if (opensUpdate(event)) return { kind: "opened" };
			return versionNamed(event) === "target" ? { kind: "downloaded" } : NONE;
		case "failure":
			return failureEffect(event);
		case "refusal":
		case "channel":
		case "custom":
			return NONE;
	}
}

function bundleEffect(event: EffectiveEvent): Effect {
	if (versionNamed(event) !== "target") return NONE;
	switch (event.action) {
		case "get":
			return { kind: "opened" };
		case "set_next":
			return { kind: "downloaded" };
		default:
			// What is deleted or replaced was tried before.
			return NONE;
	}
}

function failureEffect(event: EffectiveEvent): Effect {
	const what = failureOf(event.action);
	if (what === undefined) return NONE;
	if (event.action === "update_fail") return { kind: "rolled back" };
	return { kind: "failed", what, names: versionNamed(event), mayBeCheck: event.action === "download_fail" };
}

/** The first events of a start are sent within this time, in milliseconds. */
const START_MS = 60_000;

/**
 * When the app crashed that an event tells of. iOS tells at the next start, and only when the session began that ended so:
 * the crash lies between. What began to run at that next start, by an update from the store, is not what crashed.
 */
function crashedAt(event: EffectiveEvent, occurredAt: number): number | undefined {
	if (!isCrash(event)) return undefined;
	const sessionAt = sessionStartedAt(event);
	return exitedAt(event) ?? (sessionAt === undefined ? occurredAt : Math.max(sessionAt, occurredAt - START_MS));
}
