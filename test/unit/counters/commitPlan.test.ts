import { expect } from "chai";
import { MAX_EXTRA_ACTIONS } from "../../../functions/src/config.ts";
import {
	type CommitPlan,
	isTooLarge,
	MAX_COMMIT_BYTES,
	MAX_INCREMENTS_PER_DOCUMENT,
	newDevicesIn,
	planBytes,
	planCommit,
	type StoredDevice,
} from "../../../functions/src/counters/commitPlan.ts";
import { MAX_EVENTS_PER_COMMIT } from "../../../functions/src/counters/countEvents.ts";
import { countedMark } from "../../../functions/src/counters/countedMark.ts";
import type { NewDevices } from "../../../functions/src/counters/newDevices.ts";
import { devicePathOf, type StoredEvent } from "../../../functions/src/counters/storedEvent.ts";
import type { Device } from "../../../functions/src/devices/device.ts";
import { deviceDocumentFields } from "../../../functions/src/devices/deviceDocument.ts";
import { FLAGS } from "../../../functions/src/devices/flags.ts";
import { ACTIONS } from "../../../functions/src/events/actions.ts";
import { fullDevice, longestName } from "../../support/fullDevice.ts";
import { receivedEvent } from "../../support/receivedEvent.ts";
import { uncountedEvent } from "../../support/uncountedEvent.ts";

/** Firestore's own limits: https://firebase.google.com/docs/firestore/quotas */
const FIRESTORE = { transforms: 500, commitBytes: 10 * 2 ** 20, documentBytes: 2 ** 20, idBytes: 1_500 } as const;

const APP = "com.example.worst";
const MIDNIGHT = Date.parse("2026-11-25T00:00:00Z");
const TODAY = "2026-11-26";
const HOUR_MS = 60 * 60 * 1_000;

const RULES = { countedAs: (action: string) => action, deviceRetentionDays: 400 };

function event(fields: object, id: string): StoredEvent {
	return uncountedEvent(receivedEvent(APP, fields, { id, receivedAt: MIDNIGHT + 24 * HOUR_MS - 1 }));
}

function devicesOf(events: readonly StoredEvent[], device: Device | undefined): ReadonlyMap<string, StoredDevice> {
	return new Map(events.map((event) => [devicePathOf(event), { device, updateTime: event.receivedTime }]));
}

/** Room for every device. */
function roomFor(events: readonly StoredEvent[], devices: ReadonlyMap<string, StoredDevice>): NewDevices {
	return { day: TODAY, ofApps: newDevicesIn(events, devices) };
}

/** The plans of the commits into which events are halved, as counting halves them. */
function halved(events: readonly StoredEvent[], devices: ReadonlyMap<string, StoredDevice>): readonly CommitPlan[] {
	const plan = planCommit(events, devices, roomFor(events, devices), RULES);
	if (!isTooLarge(plan) || events.length === 1) return [plan];
	const middle = Math.ceil(events.length / 2);
	return [...halved(events.slice(0, middle), devices), ...halved(events.slice(middle), devices)];
}

/** Increments of each document, and one transform for its time. */
function mostTransforms(plan: CommitPlan): number {
	return 1 + Math.max(...[...plan.counters.values()].map(({ fields }) => fields.size));
}

describe("The transforms of a document in one commit", () => {
	const extraActions = Array.from({ length: MAX_EXTRA_ACTIONS }, (_, index) => `extra_${index}`);
	const actions = [...Object.keys(ACTIONS), ...extraActions];

	/** A full group of one version and day: every action, every flag in every hour, of development builds and others. */
	const events = Array.from({ length: MAX_EVENTS_PER_COMMIT }, (_, index) =>
		event(
			{
				device_id: `device-${index}`,
				action: actions[index % actions.length],
				platform: "ios",
				is_prod: index % 7 !== 0,
				timestamp: MIDNIGHT + (index % 24) * HOUR_MS,
			},
			`event-${index}`,
		),
	);

	it("would be more than Firestore takes, were a full group always one commit", () => {
		const ofActions = 2 * (actions.length + 1);
		const ofFlags = 2 * FLAGS.length;
		const ofHours = 24 * FLAGS.length;
		expect(1 + ofActions + ofFlags + ofHours + 1).to.be.above(FIRESTORE.transforms);
	});

	it("stay below it, since what would exceed it is halved", () => {
		expect(MAX_INCREMENTS_PER_DOCUMENT + 1).to.be.at.most(FIRESTORE.transforms);
		const plans = halved(events, devicesOf(events, undefined));
		expect(Math.max(...plans.map(mostTransforms)))
			.to.be.above(100)
			.and.at.most(FIRESTORE.transforms);
		expect(plans.reduce((sum, { events }) => sum + events.length, 0)).to.equal(events.length);
	});

	it("are halved where they would be one too many, and not before", () => {
		const plan = (fields: number): CommitPlan => ({
			events: [],
			devices: [],
			newDevices: { day: TODAY, ofApps: new Map() },
			counters: new Map([
				[
					"apps/app/versions/1.0.0",
					{
						identity: {},
						firstReceivedAt: event({}, "event").receivedTime,
						fields: new Map(Array.from({ length: fields }, (_, index) => [`actions.a${index}`, 1])),
					},
				],
			]),
		});
		expect(isTooLarge(plan(FIRESTORE.transforms - 1))).to.equal(false);
		expect(isTooLarge(plan(FIRESTORE.transforms))).to.equal(true);
	});
});

describe("The size of one commit", () => {
	const worst = (index: number) =>
		event(
			{
				device_id: longestName(index),
				action: "update_fail",
				version_name: longestName(index),
				old_version_name: longestName(index + 1),
				is_prod: false,
				timestamp: MIDNIGHT + HOUR_MS,
			},
			`event-${index}`,
		);

	it("fits for one event, whatever its names and its device are", () => {
		const events = [worst(0)];
		const devices = devicesOf(events, fullDevice(MIDNIGHT));
		const plan = planCommit(events, devices, roomFor(events, devices), RULES);
		expect(plan.devices, "devices written").to.have.length(1);
		expect(planBytes(plan)).to.be.above(500_000);
		expect(isTooLarge(plan)).to.equal(false);
		expect(mostTransforms(plan)).to.be.below(FIRESTORE.transforms);
	});

	it("stays below Firestore's limit, since what would exceed it is halved", () => {
		expect(MAX_COMMIT_BYTES).to.be.below(FIRESTORE.commitBytes);
		const events = Array.from({ length: 24 }, (_, index) => worst(index));
		const devices = devicesOf(events, fullDevice(MIDNIGHT));
		const plans = halved(events, devices);
		expect(plans).to.have.length.above(1);
		expect(Math.max(...plans.map(planBytes))).to.be.at.most(MAX_COMMIT_BYTES);
		expect(plans.flatMap(({ events }) => events)).to.have.length(events.length);
	});
});

describe("Devices that are new", () => {
	const appPath = `apps/${APP}`;
	const versionPath = `${appPath}/versions/3.4.7`;
	const known = event({ device_id: "known", action: "set", timestamp: MIDNIGHT }, "known-1");
	const failures = ["one", "two", "three"].flatMap((device) =>
		[1, 2].map((time) =>
			event({ device_id: device, action: "download_fail", timestamp: MIDNIGHT + time }, `${device}-${time}`),
		),
	);
	const events = [...failures, known];
	const devices = new Map([...devicesOf(failures, undefined), ...devicesOf([known], fullDevice(MIDNIGHT))]);
	const planWith = (room: number) => planCommit(events, devices, { day: TODAY, ofApps: new Map([[APP, room]]) }, RULES);

	it("are told before a commit is planned, each once", () => {
		expect(newDevicesIn(events, devices)).to.deep.equal(new Map([[APP, 3]]));
		expect(newDevicesIn(events, new Map())).to.deep.equal(new Map());
	});

	it("are made as far as there is room, and counted on the day on which they are", () => {
		const plan = planWith(2);
		expect(plan.newDevices).to.deep.equal({ day: TODAY, ofApps: new Map([[APP, 2]]) });
		expect(plan.devices.map(({ path }) => path.split("/").at(-1))).to.deep.equal(["one", "two", "known"]);
		expect(plan.counters.get(appPath)?.fields).to.deep.equal(
			new Map([
				["events", 7],
				["untracked.2026-11-25", 2],
				[`new_devices.${TODAY}`, 2],
			]),
		);
	});

	it("beyond it leave their events as actions, of no release, no device and no failed check", () => {
		const [counted] = planWith(2).events.filter(({ event }) => event.id === "three-1");
		if (counted === undefined) throw new Error("The event is not counted.");
		const { counted_at, uncounted_since, ...mark } = countedMark(counted.event, counted.ledger, 0);
		expect(mark).to.deep.equal({ untracked: true });
		const version = planWith(0).counters.get(versionPath)?.fields;
		expect(version?.get("events")).to.equal(7);
		expect(version?.get("actions.download_fail")).to.equal(6);
		expect(version?.get("failed_checks")).to.equal(undefined);
		expect(planWith(3).counters.get(versionPath)?.fields.get("failed_checks")).to.equal(6);
	});

	it("change nothing of the app where there are none", () => {
		const plan = planCommit([known], devices, { day: TODAY, ofApps: new Map() }, RULES);
		expect(plan.devices).to.have.length(1);
		expect(plan.counters.get(appPath)?.fields).to.deep.equal(new Map([["events", 1]]));
	});
});

describe("A device's document", () => {
	it("stays below Firestore's size when the device did all it can with as many releases as it remembers", () => {
		const document = deviceDocumentFields(undefined, fullDevice(MIDNIGHT), 400);
		const bytes = document.reduce((sum, [path, value]) => sum + textBytes(path.join("")) + valueBytes(value), 0);
		expect(bytes + FIRESTORE.idBytes * 2)
			.to.be.above(500_000)
			.and.below(FIRESTORE.documentBytes);
	});
});

/** The size of a value as Firestore reckons it: https://firebase.google.com/docs/firestore/storage-size */
function valueBytes(value: unknown): number {
	if (value === null || value === undefined || typeof value === "boolean") return 1;
	if (typeof value === "string") return textBytes(value);
	if (typeof value === "number" || "nanoseconds" in Object(value)) return 8;
	if (Array.isArray(value)) return value.reduce((sum, item) => sum + valueBytes(item), 0);
	return Object.entries(value).reduce((sum, [name, field]) => sum + textBytes(name) + valueBytes(field), 32);
}

function textBytes(text: string): number {
	return Buffer.byteLength(text) + 1;
}
