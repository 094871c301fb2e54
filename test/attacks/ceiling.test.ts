import { expect } from "chai";
import { BilledOperations } from "../../bench/billedOperations.ts";
import { type Answers, httpPost, sendLoad } from "../../bench/load.ts";
import { dollarsPerMillionEvents, PRICES } from "../../bench/prices.ts";
import { readStoredEvent } from "../../functions/src/counters/storedEvent.ts";
import { appPath, COLLECTIONS, versionPath } from "../../functions/src/firestore/paths.ts";
import { type FirestoreProxy, startFirestoreProxy } from "../../scripts/emulators/firestoreProxy.ts";
import { type HostedFunction, hostFunction } from "../../scripts/emulators/hostedFunction.ts";
import { counting, readEvents } from "../support/countDirectly.ts";
import { DECLARED_SETTINGS } from "../support/declaredSettings.ts";
import { openThroughProxy } from "../support/openThroughProxy.ts";
import { isSoak } from "../support/soak.ts";
import { suite } from "../support/suite.ts";
import { validEvent } from "../support/validEvent.ts";

const PROJECT = `demo-ceiling-${process.pid}`;
const SECRET = "a-secret";

/** The bounds under attack: smaller than the default ones, so that they are reached. */
const APP_BOUND = isSoak ? 4_000 : 400;
const DEVICE_BOUND = APP_BOUND / 10;
const VERSION_BOUND = APP_BOUND / 20;

/** The default bounds, for which the price is told. */
const DEFAULT_APP_BOUND = Number(DECLARED_SETTINGS.get("MAX_APP_EVENTS_PER_DAY"));
const DEFAULT_DEVICE_BOUND = Number(DECLARED_SETTINGS.get("MAX_DEVICE_EVENTS_PER_DAY"));
const DEFAULT_NEW_DEVICE_BOUND = Number(DECLARED_SETTINGS.get("MAX_NEW_DEVICES_PER_DAY"));

/** The same part of the app's bound as by default, so that an event costs what it does by default. */
const NEW_DEVICE_BOUND = (APP_BOUND * DEFAULT_NEW_DEVICE_BOUND) / DEFAULT_APP_BOUND;

/** Events that are sent, in bounds of the app. */
const SENT = 2;

const INSTANCES = 2;
const IN_FLIGHT = 8;

/** Events that `countEvent` counts in one commit. */
const COUNTED_TOGETHER = 80;

/** Somebody who sends what they make up, and what they know. */
type Attacker = {
	readonly name: string;
	/** Whether it is tried at full size only. */
	readonly isSoakOnly?: true;
	readonly secret: string;
	/** What `ALLOWED_APPS` holds. */
	readonly allowed: "named" | "all";
	/** Whether they know the app's id, which stands in the shipped app, or make one up for each event. */
	readonly knowsApp: boolean;
	readonly eventsPerRequest: number;
	/** What bounds them by default, where it isn't the app's bound. */
	readonly defaultBound?: number;
	readonly event: (sequence: number) => object;
};

const device = (sequence: number) => `00000000-0000-4000-8000-${String(sequence).padStart(12, "0")}`;

const ALL_ATTACKERS: readonly Attacker[] = [
	{
		name: "URL and app id, no secret",
		secret: "guessed",
		allowed: "named",
		knowsApp: true,
		eventsPerRequest: 1,
		event: (sequence) => ({ device_id: device(sequence) }),
	},
	{
		name: "URL and secret, made-up app ids",
		secret: SECRET,
		allowed: "named",
		knowsApp: false,
		eventsPerRequest: 1,
		event: (sequence) => ({ device_id: device(sequence) }),
	},
	{
		name: "the same, with ALLOWED_APPS all",
		isSoakOnly: true,
		secret: SECRET,
		allowed: "all",
		knowsApp: false,
		eventsPerRequest: 1,
		event: (sequence) => ({ device_id: device(sequence) }),
	},
	{
		name: "one device",
		secret: SECRET,
		allowed: "named",
		knowsApp: true,
		eventsPerRequest: 1,
		defaultBound: DEFAULT_DEVICE_BOUND * (APP_BOUND / DEVICE_BOUND),
		event: (sequence) => ({ device_id: device(1), action: "update_fail", timestamp: Date.now() - sequence }),
	},
	{
		name: "made-up devices, an event a request",
		secret: SECRET,
		allowed: "named",
		knowsApp: true,
		eventsPerRequest: 1,
		event: (sequence) => ({ device_id: device(sequence), action: "update_fail" }),
	},
	{
		name: "made-up devices, arrays of 100",
		isSoakOnly: true,
		secret: SECRET,
		allowed: "named",
		knowsApp: true,
		eventsPerRequest: 100,
		event: (sequence) => ({ device_id: device(sequence), action: "update_fail" }),
	},
	{
		name: "made-up versions and devices",
		secret: SECRET,
		allowed: "named",
		knowsApp: true,
		eventsPerRequest: 1,
		event: (sequence) => ({ device_id: device(sequence), action: "set", version_name: `9.${sequence}.0` }),
	},
	{
		name: "made-up actions",
		isSoakOnly: true,
		secret: SECRET,
		allowed: "named",
		knowsApp: true,
		eventsPerRequest: 1,
		event: (sequence) => ({ device_id: device(sequence), action: `made_up_${sequence}` }),
	},
	{
		name: "large events, arrays of 100",
		isSoakOnly: true,
		secret: SECRET,
		allowed: "named",
		knowsApp: true,
		eventsPerRequest: 100,
		event: (sequence) => ({
			device_id: device(sequence),
			action: "update_fail",
			metadata: Object.fromEntries(Array.from({ length: 10 }, (_, key) => [`key_${key}`, "x".repeat(1_000)])),
		}),
	},
];

const ATTACKERS = ALL_ATTACKERS.filter(({ isSoakOnly = false }) => isSoak || !isSoakOnly);

describe("the ceiling of the bill @soak", function () {
	this.timeout(0);
	const operations = new BilledOperations();
	const apps = ATTACKERS.map((_, index) => `com.example.ceiling.${index}`);
	const bystander = "com.example.bystander";
	let proxy: FirestoreProxy;
	let instances: Readonly<Record<Attacker["allowed"], readonly HostedFunction[]>>;
	let counter: Awaited<ReturnType<typeof openThroughProxy>>;
	let isCounting = false;
	const lines: string[] = [];

	before(async () => {
		proxy = await startFirestoreProxy(
			suite.firestoreHost,
			() => ({ kind: "passed" }),
			(call) => operations.add(call),
		);
		const settings = {
			STATS_SECRETS: SECRET,
			MAX_APP_EVENTS_PER_DAY: String(APP_BOUND),
			MAX_DEVICE_EVENTS_PER_DAY: String(DEVICE_BOUND),
			MAX_NEW_VERSIONS_PER_DAY: String(VERSION_BOUND),
		};
		const start = (ALLOWED_APPS: string) => {
			const options = { projectId: PROJECT, firestoreHost: proxy.host, settings: { ...settings, ALLOWED_APPS } };
			return Promise.all(Array.from({ length: INSTANCES }, () => hostFunction("stats", options)));
		};
		instances = { named: await start([...apps, bystander].join(",")), all: isSoak ? await start("all") : [] };
		counter = await openThroughProxy(
			PROJECT,
			() => ({ kind: "passed" }),
			(call) => {
				if (isCounting) operations.add(call);
			},
		);
	});

	after(async () => {
		await Promise.all([...instances.named, ...instances.all].map((instance) => instance.stop()));
		await proxy.stop();
		await counter.close();
		console.log(
			[
				"      attacker",
				"stored of sent",
				"new devices",
				"$/million stored",
				"$/day at the default bound",
				"$/million beyond it",
			].join(" | "),
		);
		for (const line of lines) console.log(`      ${line}`);
	});

	ATTACKERS.forEach((attacker, index) => {
		it(`holds against ${attacker.name}`, async () => {
			const appId = apps[index] ?? "";
			const sent = SENT * APP_BOUND;
			operations.reset();
			const answers = await send(attacker, appId, 0, sent);
			const taken = { reads: operations.reads, writes: operations.writes };
			const stored = await storedOf(appId);

			operations.reset();
			const beyond = await send(attacker, appId, sent, sent + APP_BOUND);
			const dropped = { reads: operations.reads, writes: operations.writes };
			const storedBeyond = (await storedOf(appId)) - stored;
			const counted = await count(appId);
			report(attacker, { sent, stored, taken, counted, answers, dropped, beyond });

			const isAllowed = attacker.knowsApp || attacker.allowed === "all";
			const isLetIn = attacker.secret === SECRET && isAllowed;
			const status = attacker.secret !== SECRET ? 401 : isAllowed ? 200 : 403;
			expect(new Set([...answers.statuses, ...beyond.statuses])).to.deep.equal(new Set([status]));
			const overshoot = INSTANCES * (APP_BOUND / 100 + IN_FLIGHT * attacker.eventsPerRequest);
			expect(stored).to.be.within(isLetIn ? DEVICE_BOUND : 0, isLetIn ? APP_BOUND + overshoot : 0);
			// An instance that was behind may store a little yet.
			expect(storedBeyond).to.be.lessThan(APP_BOUND / 20);
			if (isLetIn) expect(dropped.writes).to.be.lessThan(APP_BOUND / 10);
			else expect([dropped.writes, taken.writes]).to.deep.equal([0, 0]);
		});
	});

	it("leaves one device's flood to that device, and not to its app", async () => {
		const index = ATTACKERS.findIndex(({ name }) => name === "one device");
		const appId = apps[index] ?? "";
		const before = await storedOf(appId);
		expect(before).to.be.lessThan(APP_BOUND / 2);
		const answer = await post(instances.named[0], [validEvent(appId, { device_id: device(2) })]);
		expect(answer).to.equal(200);
		expect(await storedOf(appId)).to.equal(before + 1);
	});

	it("lets no made-up version become one of its own beyond its bound", async () => {
		const appId = apps[ATTACKERS.findIndex(({ name }) => name.startsWith("made-up versions"))] ?? "";
		const names = new Set((await readEvents(counter.db, appId)).map(({ version }) => version));
		expect(names).to.include("other");
		expect(names.size).to.be.within(VERSION_BOUND, 2 * VERSION_BOUND + INSTANCES * IN_FLIGHT + 1);
	});

	it("lets no more made-up devices come into being than a day's, and says how many events are of others", async () => {
		const appId = apps[ATTACKERS.findIndex(({ name }) => name.startsWith("made-up devices"))] ?? "";
		const devices = await devicesOf(appId);
		expect(devices).to.be.within(NEW_DEVICE_BOUND, NEW_DEVICE_BOUND + INSTANCES * COUNTED_TOGETHER);
		const counters = await counter.db.getAll(
			counter.db.doc(appPath(appId)),
			counter.db.doc(versionPath(appId, String(validEvent(appId)["version_name"]))),
		);
		const [app, version] = counters.map((document) => document.data() ?? {});
		const stored = await storedOf(appId);
		expect(version?.["actions"]).to.deep.equal({ update_fail: stored });
		expect(version?.["devices"]).to.include({ tried: devices, failed: devices });
		expect(Object.values(app?.["new_devices"])).to.deep.equal([devices]);
		expect(Object.values(app?.["untracked"])).to.deep.equal([stored - devices]);
	});

	it("stores every event of another app meanwhile", async () => {
		const events = Array.from({ length: 20 }, (_, index) => validEvent(bystander, { device_id: device(index) }));
		for (const event of events) expect(await post(instances.named[1], event)).to.equal(200);
		expect(await storedOf(bystander)).to.equal(events.length);
	});

	async function send(attacker: Attacker, appId: string, from: number, to: number): Promise<Answers> {
		const { secret, allowed, knowsApp, eventsPerRequest, event } = attacker;
		const bodies: Buffer[] = [];
		for (let next = from; next < to; next += eventsPerRequest) {
			const events = Array.from({ length: eventsPerRequest }, (_, index) => {
				const sequence = next + index;
				const app = knowsApp ? appId : `${appId}.${sequence}`;
				return validEvent(app, event(sequence));
			});
			bodies.push(Buffer.from(JSON.stringify(eventsPerRequest === 1 ? events[0] : events)));
		}
		const requests = bodies.map((body) => httpPost("/", { "x-stats-secret": secret }, body));
		const sent = await Promise.all(
			instances[allowed].map(({ url }, instance) =>
				sendLoad({
					url,
					requests: requests.filter((_, index) => index % INSTANCES === instance),
					inFlight: IN_FLIGHT,
					seconds: Number.POSITIVE_INFINITY,
				}),
			),
		);
		return joined(sent);
	}

	/** Counts what is stored, as `countEvent` does, and tells the operations that it takes. */
	async function count(appId: string) {
		const { docs } = await eventsOf(appId).get();
		const stored = docs.map(readStoredEvent).flatMap((read) => (read.ok ? [read.event] : []));
		operations.reset();
		isCounting = true;
		const counters = Array.from({ length: INSTANCES }, () =>
			counting(counter.db, { maxNewDevicesPerDay: NEW_DEVICE_BOUND }),
		);
		const groups = Array.from({ length: Math.ceil(stored.length / COUNTED_TOGETHER) }, (_, index) =>
			stored.slice(index * COUNTED_TOGETHER, (index + 1) * COUNTED_TOGETHER),
		);
		for (const [index, group] of groups.entries()) await counters[index % INSTANCES]?.(group);
		isCounting = false;
		return { reads: operations.reads, writes: operations.writes, devices: await devicesOf(appId) };
	}

	async function storedOf(appId: string): Promise<number> {
		return (await eventsOf(appId).count().get()).data().count;
	}

	async function devicesOf(appId: string): Promise<number> {
		return (await allOf(COLLECTIONS.devices, appId).count().get()).data().count;
	}

	function eventsOf(appId: string) {
		return allOf(COLLECTIONS.events, appId);
	}

	/** The documents of an app, and of those that are made up from its id. */
	function allOf(collection: string, appId: string) {
		const documents = counter.db.collectionGroup(collection);
		return documents.where("app_id", ">=", appId).where("app_id", "<=", `${appId}.~`);
	}

	function report(attacker: Attacker, run: Run): void {
		const { sent, stored, taken, counted, answers, dropped, beyond } = run;
		const perMillionBeyond = perMillion({ ...dropped, requests: beyond.statuses.length }, APP_BOUND);
		const beyondText = `${perMillionBeyond.toFixed(2)} (${(beyond.statuses.length / beyond.seconds).toFixed(0)} requests/s)`;
		if (stored === 0) {
			lines.push([attacker.name, `0 of ${sent}`, "0", "–", "0", beyondText].join(" | "));
			return;
		}
		const requestsOfStored = (answers.statuses.length * stored) / sent;
		const dollars = dollarsPerMillionEvents({
			write: (taken.writes + counted.writes) / stored,
			read: (taken.reads + counted.reads) / stored,
			deletion: 1 + counted.devices / stored,
			request: 1 + requestsOfStored / stored,
		});
		const storedADay = (stored / APP_BOUND) * (attacker.defaultBound ?? DEFAULT_APP_BOUND);
		const perDay = (dollars * storedADay) / 1e6;
		const told = [`${stored} of ${sent}`, String(counted.devices), dollars.toFixed(2), perDay.toFixed(2), beyondText];
		lines.push([attacker.name, ...told].join(" | "));
	}
});

type Sums = { readonly reads: number; readonly writes: number };

type Run = {
	readonly sent: number;
	readonly stored: number;
	readonly taken: Sums;
	readonly counted: Sums & { readonly devices: number };
	readonly answers: Answers;
	readonly dropped: Sums;
	readonly beyond: Answers;
};

function perMillion({ reads, writes, requests }: Sums & { readonly requests: number }, events: number): number {
	const prices = PRICES["us-central1"];
	return (prices.read * reads + prices.write * writes + prices.request * requests) / events;
}

function joined(all: readonly Answers[]): Answers {
	return {
		statuses: all.flatMap(({ statuses }) => statuses),
		latencies: all.flatMap(({ latencies }) => latencies),
		seconds: Math.max(...all.map(({ seconds }) => seconds)),
	};
}

async function post(instance: HostedFunction | undefined, body: unknown): Promise<number> {
	const headers = { "x-stats-secret": SECRET };
	const response = await fetch(instance?.url ?? "", { method: "POST", headers, body: JSON.stringify(body) });
	await response.arrayBuffer();
	return response.status;
}
