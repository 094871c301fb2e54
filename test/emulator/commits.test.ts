import type { Firestore } from "@google-cloud/firestore";
import { expect } from "chai";
import { MAX_COMMIT_BYTES, newDevicesIn, planBytes, planCommit } from "../../functions/src/counters/commitPlan.ts";
import { MAX_EVENTS_PER_COMMIT } from "../../functions/src/counters/countEvents.ts";
import { devicePathOf } from "../../functions/src/counters/storedEvent.ts";
import { deviceDocumentFields, nestedFields } from "../../functions/src/devices/deviceDocument.ts";
import { ACTIONS } from "../../functions/src/events/actions.ts";
import type { ReceivedEvent } from "../../functions/src/firestore/documents.ts";
import { devicePath } from "../../functions/src/firestore/paths.ts";
import { storeTogether } from "../../functions/src/ingest/storeEvents.ts";
import type { AnsweredCall } from "../../scripts/emulators/firestoreProxy.ts";
import { valuesOf } from "../../scripts/emulators/protobuf.ts";
import { newAppId } from "../support/appIds.ts";
import { counting, readEvents } from "../support/countDirectly.ts";
import { fullDevice, longestName } from "../support/fullDevice.ts";
import { openThroughProxy } from "../support/openThroughProxy.ts";
import { receivedEvent } from "../support/receivedEvent.ts";
import { storedCounters } from "../support/storedCounters.ts";
import { uncountedEvent } from "../support/uncountedEvent.ts";

/** More the emulator takes and production refuses: https://firebase.google.com/docs/firestore/quotas */
const MOST_TRANSFORMS = 500;

const HOUR_MS = 60 * 60 * 1_000;
const MIDNIGHT = Math.floor(Date.now() / (24 * HOUR_MS)) * 24 * HOUR_MS - 24 * HOUR_MS;

describe("A commit of counting, as Firestore gets it,", () => {
	let commits: Buffer[] = [];
	let db: Firestore;
	let close: () => Promise<void>;

	before(async () => {
		const onAnswered = ({ method, requests }: AnsweredCall) => {
			if (method === "Commit") commits.push(...requests);
		};
		({ db, close } = await openThroughProxy(`demo-commits-${process.pid}`, () => ({ kind: "passed" }), onAnswered));
	});
	after(() => close());

	/** Stores events, and counts them in one group. Resolves to the commits that it took. */
	async function countTogether(appId: string, events: readonly ReceivedEvent[]): Promise<readonly Buffer[]> {
		for (const event of events) await storeTogether(db, [[event]], 90);
		const stored = await readEvents(db, appId);
		commits = [];
		await counting(db)(stored);
		return commits;
	}

	it("transforms no document more often than production allows, whatever is counted", async () => {
		const appId = newAppId();
		const actions = Object.keys(ACTIONS);
		const events = Array.from({ length: MAX_EVENTS_PER_COMMIT }, (_, index) =>
			receivedEvent(appId, {
				device_id: `device-${index}`,
				platform: "ios",
				action: actions[index % actions.length],
				is_prod: index % 7 !== 0,
				timestamp: MIDNIGHT + (index % 24) * HOUR_MS + index,
			}),
		);
		const transforms = (await countTogether(appId, events)).flatMap((commit) => transformsOf(commit));
		expect(Math.max(...transforms))
			.to.be.above(200)
			.and.at.most(MOST_TRANSFORMS);
		expect((await storedCounters(db, appId))[""]).to.deep.equal({ events: MAX_EVENTS_PER_COMMIT });
	});

	it("comes about though the client refuses to write an event as it was delivered", async () => {
		const appId = newAppId();
		const events = Array.from({ length: 5 }, (_, index) => receivedEvent(appId, { device_id: `device-${index}` }));
		await storeTogether(db, [events], 90);
		const [first, ...others] = await readEvents(db, appId);
		if (first === undefined) throw new Error("Nothing was stored.");
		await counting(db)([Object.assign({}, first, { updateTime: {} }), ...others]);
		expect((await storedCounters(db, appId))[""]).to.deep.equal({ events: events.length });
	});

	/** Events whose names take as many bytes as they can, of devices that have as much behind them as they can, or nothing. */
	const LARGEST = {
		"4 devices of the largest size": { events: 4, device: fullDevice(MIDNIGHT - HOUR_MS) },
		"100 new devices": { events: 100, device: undefined },
	};
	for (const [what, { events, device }] of Object.entries(LARGEST)) {
		it(`is no larger than it was reckoned to be: ${what}`, async () => {
			const appId = newAppId();
			const received = Array.from({ length: events }, (_, index) =>
				receivedEvent(appId, {
					device_id: longestName(index),
					action: "update_fail",
					version_name: longestName(index),
					custom_id: longestName(index),
					timestamp: MIDNIGHT + index,
				}),
			);
			if (device) {
				const document = nestedFields(deviceDocumentFields(undefined, device, 400));
				for (const { event } of received) await db.doc(devicePath(appId, event.device_id)).set(document);
			}
			const sizes = (await countTogether(appId, received)).map(({ length }) => length);

			const stored = received.map(uncountedEvent);
			const devices = new Map(stored.map((event) => [devicePathOf(event), { device, updateTime: undefined }]));
			const room = { day: "2026-11-26", ofApps: newDevicesIn(stored, devices) };
			const reckoned = planBytes(
				planCommit(stored, devices, room, { countedAs: (action) => action, deviceRetentionDays: 400 }),
			);
			expect(Math.max(...sizes))
				.to.be.above(reckoned / 3)
				.and.at.most(reckoned);
			expect(reckoned).to.be.below(MAX_COMMIT_BYTES);
			expect((await storedCounters(db, appId))[""]).to.deep.equal({ events });
		});
	}
});

/** How often each document is transformed in a commit. */
function transformsOf(commit: Buffer): readonly number[] {
	// CommitRequest { repeated Write writes = 2 }, Write { repeated FieldTransform update_transforms = 7 }
	return valuesOf(commit, 2).map((write) => valuesOf(write, 7).length);
}
