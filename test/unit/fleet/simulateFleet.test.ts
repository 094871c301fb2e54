import { expect } from "chai";
import { eventId } from "../../../functions/src/events/eventId.ts";
import { type Event, parseEvent } from "../../../functions/src/events/schema.ts";
import { DAY_MS } from "../../../functions/src/events/time.ts";
import { PLUGIN_MIXES, PLUGINS } from "../../../scripts/fleet/device.ts";
import { expectedDevices } from "../../../scripts/fleet/expectedDevices.ts";
import { RELEASE_PLANS, type Release } from "../../../scripts/fleet/releases.ts";
import {
	type FleetOptions,
	inArrays,
	type SimulatedRequest,
	simulateDevice,
	simulateFleet,
	USUAL_DAY,
} from "../../../scripts/fleet/simulateFleet.ts";

const NOW = Date.parse("2026-11-25T12:00:00Z");
const FLEET: FleetOptions = {
	seed: 1,
	devices: 250,
	days: 7,
	now: NOW,
	appId: "com.example.shop",
	resentShare: 0.05,
};

function bodiesOf({ body }: Pick<SimulatedRequest, "body">): readonly Record<string, unknown>[] {
	return [body].flat();
}

function parse(body: unknown): Event {
	const parsed = parseEvent(body);
	if (!parsed.ok) throw new Error(`${JSON.stringify(parsed.issues)} in ${JSON.stringify(body)}`);
	return parsed.event;
}

/** What tells a repeat: an event with a timestamp has an id of its content; of others, all that is sent. */
function identityOf(event: Event): string {
	return event.timestamp === undefined ? JSON.stringify(event) : (eventId(event, NOW)?.id ?? "");
}

/** Without a timestamp these may really happen again. */
function mayRepeat({ action, timestamp }: Event): boolean {
	return timestamp === undefined && action.startsWith("app_moved_to_");
}

describe("simulateFleet", () => {
	const requests = simulateFleet(FLEET);
	const events = requests.flatMap(bodiesOf).map(parse);

	it("makes the same requests for the same options, byte for byte", () => {
		expect(JSON.stringify(simulateFleet(FLEET))).to.equal(JSON.stringify(requests));
	});

	it("makes other requests for another seed", () => {
		const ids = new Set(simulateFleet({ ...FLEET, seed: 2, devices: 50 }).map(({ deviceId }) => deviceId));
		expect(requests.filter(({ deviceId }) => ids.has(deviceId))).to.deep.equal([]);
	});

	it("leaves devices as they are when the fleet grows, and makes each alone as well", () => {
		const small = simulateFleet({ ...FLEET, devices: 20 });
		const ids = new Set(small.map(({ deviceId }) => deviceId));
		expect(requests.filter(({ deviceId }) => ids.has(deviceId))).to.deep.equal(small);
		const third = simulateDevice(FLEET, 2);
		expect(third).to.have.length.above(5);
		expect(small.filter(({ deviceId }) => deviceId === third[0]?.deviceId)).to.deep.equal(third);
	});

	it("makes as many devices as asked for, with 30 to 60 events each on the average", () => {
		expect(new Set(requests.map(({ deviceId }) => deviceId)).size).to.equal(FLEET.devices);
		expect(events.length / FLEET.devices).to.be.within(30, 60);
	});

	it("spreads the events over the days of the rollout, and none lies in the future", () => {
		for (const days of [1, 7, 29]) {
			const fleet = simulateFleet({ ...FLEET, days, devices: 100 });
			const timestamps = fleet.flatMap(bodiesOf).flatMap((body) => parse(body).timestamp ?? []);
			expect(Math.min(...timestamps)).to.be.at.least(NOW - days * DAY_MS);
			expect(Math.max(...timestamps)).to.be.at.most(NOW);
			expect(Math.max(...timestamps) - Math.min(...timestamps)).to.be.greaterThan(days * DAY_MS * 0.8);
		}
	});

	it("sends in the order of time, each device's events in the order in which they happened", () => {
		const sentAt = requests.map((request) => request.sentAt);
		expect(sentAt).to.deep.equal(sentAt.toSorted((a, b) => a - b));
		const fresh = requests.filter(({ repeated }) => repeated === 0);
		for (const deviceRequests of Map.groupBy(fresh, ({ deviceId }) => deviceId).values()) {
			const timestamps = deviceRequests.flatMap(bodiesOf).flatMap((body) => parse(body).timestamp ?? []);
			expect(timestamps).to.deep.equal(timestamps.toSorted((a, b) => a - b));
		}
	});

	it("says of each request what the server can read from its body", () => {
		const noisy = new Set(PLUGINS.filter((plugin) => plugin.sendsNoUpdateAsFailure).map(({ version }) => version));
		const isNoise = ({ action, plugin_version }: Event) =>
			action === "download_fail" && noisy.has(plugin_version ?? "");
		const sent = new Set<string>();
		for (const request of requests) {
			const parsed = bodiesOf(request).map(parse);
			const fresh = parsed.filter((event) => mayRepeat(event) || !sent.has(identityOf(event)));
			const kept = fresh.filter((event) => !isNoise(event));
			for (const event of parsed) sent.add(identityOf(event));

			expect(request.repeated).to.equal(parsed.length - fresh.length);
			expect(request.noise).to.equal(fresh.length - kept.length);
			expect(request.counted.map(({ about, ...counted }) => counted)).to.deep.equal(kept.map(readCountedEvent));
			expect(parsed.every((event) => event.device_id === request.deviceId)).to.equal(true);
		}
	});

	it("has the clients and the cases that a server must cope with", () => {
		const cases: Readonly<Record<string, boolean>> = {
			"an upper-case device id": sent((body) => /"device_id":"[^"]*[A-F]/.test(body)),
			"an empty version": sent((body) => body.includes('"version_name":""')),
			"no flags": sent((body) => !body.includes('"is_prod"')),
			"an emulator": have((event) => event.is_emulator),
			"a development build": have((event) => !event.is_prod),
			"a failure about one file": have(({ file }) => file === "assets/main.js"),
			"a custom id": have((event) => event.custom_id !== undefined),
			"an empty custom id": sent((body) => body.includes('"custom_id":""')),
			"a channel": have((event) => event.channel === "beta"),
			"a crash that Android dates": have(({ metadata }) => metadata?.["exit_timestamp"] !== undefined),
			"a crash that iOS doesn't date": have(
				(event) => event.action === "app_crash" && event.metadata?.["exit_source"] === "ios_session_marker",
			),
			"a rollback that is noticed in a later process": have(({ action }) => action === "app_launch_timeout"),
			"a message": have((event) => event.message !== undefined),
			"an array that holds single events' repeats": requests.some(
				({ repeated, counted }) => repeated > 0 && counted.length > 0,
			),
			"a single that is sent again": requests.some(({ body, repeated }) => !Array.isArray(body) && repeated === 1),
			"a single of the newest plugin": requests.some(
				({ body }) => !Array.isArray(body) && parse(body).plugin_version === "8.51.23",
			),
			noise: requests.some(({ noise }) => noise > 0),
		};
		function have(matches: (event: Event) => boolean): boolean {
			return events.some(matches);
		}
		function sent(matches: (body: string) => boolean): boolean {
			return requests.some(({ body }) => matches(JSON.stringify(body)));
		}
		expect(Object.keys(cases).filter((name) => !cases[name])).to.deep.equal([]);

		expect(new Set(events.map(({ platform }) => platform))).to.deep.equal(new Set(["android", "ios", "electron"]));
		expect(new Set(events.map((event) => event.plugin_version))).to.deep.equal(
			new Set(PLUGINS.map(({ version }) => version)),
		);
		expect(new Set(events.map((event) => event.version_name))).to.deep.equal(
			new Set(["builtin", "3.3.2", "3.4.0", "1.0.0", "1.1.0", "1.2.0", "1.2.1", "unknown"]),
		);
	});

	it("sends nothing twice when no answer is lost", () => {
		const withoutLoss = simulateFleet({ ...FLEET, resentShare: 0 });
		expect(withoutLoss.every(({ repeated }) => repeated === 0)).to.equal(true);
	});

	it("has only the plugins that are asked for", () => {
		const singles = simulateFleet({ ...FLEET, devices: 100, plugins: PLUGIN_MIXES.singles });
		expect(singles.every(({ body }) => !Array.isArray(body))).to.equal(true);
		const newest = simulateFleet({ ...FLEET, devices: 100, plugins: PLUGIN_MIXES.newest });
		expect(new Set(newest.flatMap(bodiesOf).map((body) => body["plugin_version"]))).to.deep.equal(new Set(["8.51.23"]));
	});
});

describe("the usual day of the newest plugin", () => {
	const requests = simulateFleet({ ...FLEET, ...USUAL_DAY, devices: 1_000 });
	const sizes = requests.map((request) => bodiesOf(request).length);
	const average = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

	it("has about 1.57 events a request, and never more than 6", () => {
		expect(average(sizes)).to.be.within(1.52, 1.62);
		expect(Math.max(...sizes)).to.be.at.most(6);
	});

	it("has 2 to 3 of them during an update", () => {
		const isOfUpdate = ({ body }: SimulatedRequest) =>
			Array.isArray(body) && JSON.stringify(body).includes('"download_');
		const ofUpdates = requests.filter(isOfUpdate).map((request) => bodiesOf(request).length);
		expect(average(ofUpdates)).to.be.within(2, 3);
	});

	it("has most returns to the app, and ways out of it, alone", () => {
		const isOfLifecycle = (body: Record<string, unknown>) => String(body["action"]).startsWith("app_moved_to_");
		const ofLifecycle = requests.filter((request) => bodiesOf(request).some(isOfLifecycle));
		const alone = ofLifecycle.filter((request) => bodiesOf(request).length === 1);
		expect(alone.length / ofLifecycle.length).to.be.above(0.6);
	});

	it("can be sent in arrays of another size, with the same events", () => {
		const arrays = inArrays(requests, 20);
		const ids = (bodies: readonly Pick<SimulatedRequest, "body">[]) =>
			bodies.flatMap(bodiesOf).map((b) => JSON.stringify(b));
		expect(ids(arrays).sort()).to.deep.equal(ids(requests).sort());
		expect(arrays.every((array) => bodiesOf(array).length <= 20)).to.equal(true);
		expect(arrays.filter((array) => bodiesOf(array).length < 20)).to.have.length.at.most(1_000);
		const devicesOf = (array: (typeof arrays)[number]) => new Set(bodiesOf(array).map((body) => body["device_id"]));
		expect(arrays.every((array) => devicesOf(array).size === 1)).to.equal(true);
	});
});

describe("a release plan", () => {
	const devicesOf = (releases: readonly Release[]) =>
		expectedDevices(simulateFleet({ ...FLEET, devices: 400, releases }), "2026-11-25")["1.2.0"]?.devices ?? {};

	/** How many of the devices that tried a release have a flag, in percent. */
	const percent = (plan: keyof typeof RELEASE_PLANS, flag: "failed" | "download_failed" | "crashed" | "installed") => {
		const { [flag]: count = 0, tried = 0 } = devicesOf(RELEASE_PLANS[plan]);
		expect(tried).to.be.above(100);
		return (count / tried) * 100;
	};

	it("that is good has few failures of any kind", () => {
		expect(percent("good", "failed")).to.be.below(5);
		expect(percent("good", "download_failed")).to.be.below(6);
		expect(percent("good", "crashed")).to.be.below(3);
	});

	for (const [plan, flag, least, most] of [
		["repaired", "failed", 30, 55],
		["bad", "failed", 22, 40],
		["bad", "crashed", 2, 10],
		["checksum", "failed", 35, 60],
		["download", "download_failed", 50, 75],
		["crash", "crashed", 25, 50],
		["narrow", "failed", 2, 8],
		["late", "failed", 10, 45],
	] as const) {
		it(`named ${plan} fails as it says`, () => {
			expect(percent(plan, flag)).to.be.within(least, most);
		});
	}

	it("hits only the devices that match", () => {
		const requests = simulateFleet({ ...FLEET, devices: 400, releases: RELEASE_PLANS.narrow });
		const failures = requests.flatMap(bodiesOf).filter(({ action }) => action === "update_fail");
		const ofNewest = failures.filter((body) => body["version_name"] === "1.2.0");
		const narrow = ofNewest.filter(
			(body) => body["version_os"] === "9" && body["version_build"] === "3.3.2" && body["platform"] === "android",
		);
		expect(narrow.length).to.be.above(5);
		// What goes wrong with any release hits others too.
		expect(ofNewest.length - narrow.length).to.be.below(8);
	});

	it("hits from its hour on", () => {
		const requests = simulateFleet({ ...FLEET, devices: 400, releases: RELEASE_PLANS.late });
		const begin = NOW - FLEET.days * DAY_MS * 0.15;
		const failed = requests
			.flatMap(bodiesOf)
			.filter((body) => body["action"] === "update_fail" && body["version_name"] === "1.2.0");
		const before = failed.filter(({ timestamp }) => timestamp !== undefined && Number(timestamp) < begin);
		expect(failed.length).to.be.above(20);
		expect(before.length).to.be.below(6);
	});
});

function readCountedEvent(event: Event) {
	const { action, version_name: version, old_version_name: oldVersion, is_emulator, is_prod, timestamp } = event;
	return {
		action,
		version,
		...(action === "set" && oldVersion !== undefined && oldVersion !== version && { replacedVersion: oldVersion }),
		isDev: is_emulator || !is_prod,
		...(timestamp !== undefined && { timestamp }),
	};
}
