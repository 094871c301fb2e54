import { UNKNOWN_VERSION } from "../../functions/src/events/bundleVersion.ts";
import { DAY_MS } from "../../functions/src/events/time.ts";
import { builtinName, type Device } from "./device.ts";
import { evidenceOf, type SimulatedAction } from "./evidence.ts";
import type { Happening } from "./happening.ts";
import type { Random } from "./random.ts";
import { canHit, type Fault, type FaultKind, USUAL_FAULTS } from "./releases.ts";

/** How an earlier process of the app ended. */
export type Exit = {
	readonly action: SimulatedAction;
	/** Milliseconds since the epoch. */
	readonly at: number;
	/** Android's importance of the process at that moment: 100 is what a person looks at, 400 what nobody does. */
	readonly importance: number;
	/** When the process began, in milliseconds since the epoch. */
	readonly processStartedAt: number;
};

/** A crash later than this after the device began to run a release is not the release's. */
const CHARGED_MS = DAY_MS;

/** An app has started within this time. */
const START_MS = 60_000;

/** A less important process that the system ends to gain memory has not crashed. */
const IMPORTANT = 200;

type Details = Partial<Omit<Happening, "at" | "action" | "version" | "process" | "isOffline">>;

/** A device while it lives. */
export class Life {
	readonly device: Device;
	readonly random: Random;
	/** The device's clock, in milliseconds since the epoch. */
	at = 0;
	isOffline = false;
	/** The bundle that the device runs, as its plugin calls it. */
	running: string;
	/** The processes of the app so far. */
	process = 0;
	/** When the present one began, in milliseconds since the epoch. */
	processStartedAt = 0;
	/** The highest step of a download that this process reported, in percent. */
	reportedPercent = 0;
	/** Whether an update failed in this process: then the plugin doesn't try again before the next one. */
	hasFailedInProcess = false;
	#exits: Exit[] = [];
	/** What was tried, but neither arrived nor failed for good. */
	readonly #underWay = new Set<string>();
	readonly #arrived = new Set<string>();
	/** Since when each bundle was run. */
	readonly #begun = new Map<string, number>();
	/** Bundles that the device came back to, or can come back to after a rollback. */
	readonly #runsAgain = new Set<string>();
	readonly #failed = new Map<string, FaultKind>();
	/** Whether a fault hits the device, once that is known: the same fault hits it again. */
	readonly #hits = new Map<Fault, boolean>();

	constructor(device: Device, random: Random) {
		this.device = device;
		this.random = random;
		this.running = builtinName(device);
	}

	/** Updates that were tried, but neither arrived nor failed for good. */
	get underWay(): number {
		return this.#underWay.size;
	}

	/** Whether the device reported anything of a release before. */
	hasMet(version: string): boolean {
		return this.#underWay.has(version) || this.#arrived.has(version);
	}

	/** Whether the device would update to a release. After a rollback most leave it. */
	wants(version: string): boolean {
		const failure = this.#failed.get(version);
		if (version === this.running) return false;
		return failure === undefined || this.random.chance(failure === "rollback" ? 0.25 : 0.8);
	}

	/** What will go wrong with an update, if anything. */
	meet(faults: readonly Fault[]): FaultKind | undefined {
		const fault = [...faults, ...USUAL_FAULTS].find(
			(candidate) => canHit(candidate, this.device) && this.#isHit(candidate),
		);
		return fault?.kind;
	}

	#isHit(fault: Fault): boolean {
		const isUsual = USUAL_FAULTS.includes(fault);
		const isHit = this.#hits.get(fault) ?? this.random.chance(fault.rate);
		if (!isUsual) this.#hits.set(fault, isHit);
		return isHit;
	}

	/** Remembers how an update ended. */
	remember(version: string, failure: FaultKind | undefined): void {
		if (failure === undefined) this.#failed.delete(version);
		else this.#failed.set(version, failure);
		this.hasFailedInProcess = failure !== undefined;
	}

	startProcess(): void {
		this.process += 1;
		this.processStartedAt = this.at;
		this.reportedPercent = 0;
		this.hasFailedInProcess = false;
	}

	fallBack(version: string): void {
		this.#runsAgain.add(this.running).add(version);
		this.running = version;
	}

	addExit(exit: Omit<Exit, "processStartedAt">): void {
		this.#exits.push({ ...exit, processStartedAt: this.processStartedAt });
	}

	takeExits(): Exit[] {
		const exits = this.#exits;
		this.#exits = [];
		return exits;
	}

	/** Whether the running release is to be charged with an exit that is reported now. */
	charges({ at, importance, action, processStartedAt }: Exit): boolean {
		if (action === "app_killed_low_memory" && importance > IMPORTANT) return false;
		const begunAt = this.#begun.get(this.running);
		// iOS only says when the process began that ended so, at the start of the next one.
		const toldAt = this.device.plugin.platform === "ios" ? Math.max(processStartedAt, this.at - START_MS) : at;
		return begunAt !== undefined && toldAt >= begunAt && toldAt - begunAt <= CHARGED_MS;
	}

	describeExit({ action, at, importance, processStartedAt }: Exit): Readonly<Record<string, string>> {
		if (this.device.plugin.platform === "ios") {
			return {
				exit_reason: "unclean_foreground_exit",
				exit_source: "ios_session_marker",
				session_started_at: String(processStartedAt),
			};
		}
		return {
			exit_reason: action.slice("app_".length),
			exit_importance: String(importance),
			exit_timestamp: String(at),
			process_name: "com.example.shop",
		};
	}

	/** Whether the device ran its bundle before, and another one between. */
	get runsAgain(): boolean {
		return this.#runsAgain.has(this.running);
	}

	pass(leastMs: number, mostMs: number): void {
		this.at += this.random.integer(leastMs, mostMs);
	}

	/** Reports something, by default about the bundle that is named. */
	happen(action: SimulatedAction, version: string, details: Details = {}): Happening {
		this.at += 1;
		const happening = {
			isCharged: false,
			isOfService: false,
			...details,
			...this.#named(action, version, details.about === undefined ? version : details.about),
			at: this.at,
			action,
			process: this.process,
			isOffline: this.isOffline,
		};
		this.#note(happening);
		return happening;
	}

	/** What the plugin names, and what can be known of it: some name the running bundle whatever they report. */
	#named(action: SimulatedAction, version: string, about: string | null): Pick<Happening, "version" | "about"> {
		if (!this.device.plugin.namesOnlyRunning || version === this.running) return { version, about };
		const isFailedUpdate = evidenceOf(action).includes("failed");
		return { version: this.running, about: isFailedUpdate ? UNKNOWN_VERSION : null };
	}

	#note({ about, action, at }: Happening): void {
		if (about === null || about === UNKNOWN_VERSION) return;
		const shown = evidenceOf(action);
		if ((shown.includes("ran") || action === "set") && !this.#begun.has(about)) this.#begun.set(about, at);
		const hasArrived = shown.length > 0 && !shown.includes("download_failed");
		if (hasArrived) this.#arrived.add(about);
		if (this.#arrived.has(about)) this.#underWay.delete(about);
		else this.#underWay.add(about);
	}
}
