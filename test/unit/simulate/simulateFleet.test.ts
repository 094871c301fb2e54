import { expect } from "chai";
import { eventId } from "../../../functions/src/events/eventId.ts";
import { isPluginNoise } from "../../../functions/src/events/pluginNoise.ts";
import { type Event, parseEvent } from "../../../functions/src/events/schema.ts";
import {
	DAY_MS,
	type FleetOptions,
	type SimulatedRequest,
	simulateFleet,
} from "../../../scripts/simulate/simulateFleet.ts";

const NOW = Date.parse("2026-11-25T12:00:00Z");
const FLEET: FleetOptions = {
	seed: 1,
	devices: 500,
	days: 7,
	now: NOW,
	appId: "com.example.shop",
	resentShare: 0.05,
};

function bodiesOf({ body }: SimulatedRequest): readonly unknown[] {
	return Array.isArray(body) ? body : [body];
}

function parse(body: unknown): Event {
	const parsed = parseEvent(body);
	if (!parsed.ok) throw new Error(`${JSON.stringify(parsed.issues)} in ${JSON.stringify(body)}`);
	return parsed.event;
}

/** The id of an event with a timestamp. */
function idOf(event: Event): string {
	return eventId(event, NOW)?.id ?? "";
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

	it("leaves devices as they are when the fleet grows", () => {
		const small = simulateFleet({ ...FLEET, devices: 20 });
		const ids = new Set(small.map(({ deviceId }) => deviceId));
		expect(requests.filter(({ deviceId }) => ids.has(deviceId))).to.deep.equal(small);
	});

	it("makes as many devices as asked for, with 15 to 40 events each on the average", () => {
		expect(new Set(requests.map(({ deviceId }) => deviceId)).size).to.equal(FLEET.devices);
		expect(events.length / FLEET.devices).to.be.within(15, 40);
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
		const stored = new Set<string>();
		for (const request of requests) {
			const parsed = bodiesOf(request).map(parse);
			const fresh = parsed.filter((event) => event.timestamp === undefined || !stored.has(idOf(event)));
			const kept = fresh.filter((event) => !isPluginNoise(event));
			for (const event of parsed) stored.add(idOf(event));

			expect(request.repeated).to.equal(parsed.length - fresh.length);
			expect(request.noise).to.equal(fresh.length - kept.length);
			expect(request.counted).to.deep.equal(kept.map(readCountedEvent));
			expect(parsed.every((event) => event.device_id === request.deviceId)).to.equal(true);
		}
	});

	it("has the clients and the cases that a server must cope with", () => {
		const have = (matches: (event: Event) => boolean) => events.some(matches);
		const sent = (matches: (body: string) => boolean) => requests.some(({ body }) => matches(JSON.stringify(body)));

		expect(new Set(events.map(({ platform }) => platform))).to.deep.equal(new Set(["android", "ios", "electron"]));
		expect(new Set(events.map((event) => event.plugin_version))).to.deep.equal(
			new Set(["8.51.14", "7.36.1", "6.14.10", "5.9.0", "4.6.2", "0.0.1"]),
		);
		expect(new Set(events.map((event) => event.version_name))).to.deep.equal(
			new Set(["builtin", "1.0.0", "1.1.0", "1.2.0", "1.2.1", "unknown"]),
		);
		expect(
			sent((body) => /"device_id":"[^"]*[A-F]/.test(body)),
			"an upper-case device id",
		).to.equal(true);
		expect(
			sent((body) => body.includes('"version_name":""')),
			"an empty version",
		).to.equal(true);
		expect(
			sent((body) => !body.includes('"is_prod"')),
			"no flags",
		).to.equal(true);
		expect(
			have((event) => event.is_emulator),
			"an emulator",
		).to.equal(true);
		expect(
			have((event) => !event.is_prod),
			"a development build",
		).to.equal(true);
		expect(
			have((event) => event.file === "assets/main.js"),
			"a failure about one file",
		).to.equal(true);
		expect(have((event) => event.action === "decrypt_fail" && event.metadata !== undefined)).to.equal(true);
		expect(
			have((event) => event.custom_id !== undefined),
			"a custom id",
		).to.equal(true);
		expect(
			have((event) => event.channel === "beta"),
			"a channel",
		).to.equal(true);
		expect(
			have((event) => event.action === "app_crash"),
			"a crash",
		).to.equal(true);
		expect(
			have((event) => event.message !== undefined),
			"a message",
		).to.equal(true);
		expect(
			requests.some(({ noise }) => noise > 0),
			"noise",
		).to.equal(true);
		expect(requests.some(({ repeated, counted }) => repeated > 0 && counted.length > 0)).to.equal(true);
	});

	it("has a bad release that devices roll back", () => {
		const share = (version: string) => {
			const ofVersion = events.filter((event) => event.version_name === version);
			const installs = ofVersion.filter(({ action }) => action === "set").length;
			return ofVersion.filter(({ action }) => action === "update_fail").length / installs;
		};
		expect(share("1.2.0")).to.be.greaterThan(0.2);
		expect(share("1.1.0")).to.be.lessThan(0.05);
		expect(events.some((event) => event.action === "reset" && event.old_version_name === "1.2.0")).to.equal(true);
	});

	it("sends nothing twice when no answer is lost", () => {
		const withoutLoss = simulateFleet({ ...FLEET, resentShare: 0 });
		expect(withoutLoss.every(({ repeated }) => repeated === 0)).to.equal(true);
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
