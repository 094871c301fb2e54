import { expect } from "chai";
import fc from "fast-check";
import { MAX_EVENTS_PER_COMMIT } from "../../functions/src/counters/countEvents.ts";
import { readStoredEvent } from "../../functions/src/counters/storedEvent.ts";
import { decodeDocumentId } from "../../functions/src/firestore/documentId.ts";
import { eventDocument, type ReceivedEvent } from "../../functions/src/firestore/documents.ts";
import { COLLECTIONS, devicePath } from "../../functions/src/firestore/paths.ts";
import { type StoreContext, storeAccepted } from "../../functions/src/ingest/storeAccepted.ts";
import { storeTogether } from "../../functions/src/ingest/storeEvents.ts";
import { type AcceptanceRules, validate } from "../../functions/src/ingest/validate.ts";
import { counting } from "../support/countDirectly.ts";
import { dbWithoutTriggers as db } from "../support/database.ts";
import { plain } from "../support/plain.ts";
import { isSoak } from "../support/soak.ts";
import { validEvent } from "../support/validEvent.ts";

const RETENTION_DAYS = 90;

/** Values that are tried. */
const VALUES = isSoak ? 3_000 : 150;

/** All arrives at one moment, so that an event without a timestamp is known again by one id. */
const NOW = Date.now();

/** An event with every field that the schema knows. */
const wholeEvent: Readonly<Record<string, unknown>> = validEvent("com.example.any", {
	old_version_name: "3.4.6",
	is_prod: true,
	is_emulator: false,
	timestamp: Date.now(),
	metadata: { url: "https://x" },
	custom_id: "customer-17",
	install_source: "play_store",
	channel: "beta",
	defaultChannel: "production",
	key_id: "MIIBCgKC",
	bundle_id: "V1StGXR8",
	message: "no space left",
});

/** Text of every kind: half characters, control characters, paths, reserved names, what is too long. */
const text = fc.oneof(
	fc.string({ unit: "binary" }),
	fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }),
	fc.constantFrom(".", "..", "/", "__x__", "__proto__", "%2F", "1.2.3:a/b", ":", "constructor", "\u0000", "\ud83c"),
	fc.integer({ min: 240, max: 2_000 }).map((length) => "🎉/é".repeat(length).slice(0, length)),
);

const value = fc.oneof(
	text,
	fc.double(),
	fc.integer(),
	fc.boolean(),
	fc.constant(null),
	fc.dictionary(text, fc.oneof(text, fc.double(), fc.boolean(), fc.constant(null))),
	fc.jsonValue({ maxDepth: 3 }),
);

/** A valid event, some fields of which hold something else, or are missing, and some fields that it shouldn't have. */
const corruptedEvent = fc
	.tuple(
		fc.dictionary(fc.constantFrom(...Object.keys(wholeEvent)), value, { maxKeys: 3 }),
		fc.subarray(Object.keys(wholeEvent), { maxLength: 2 }),
		fc.dictionary(text, value, { maxKeys: 2 }),
	)
	.map(([corrupted, missing, unknown]) => {
		const fields = Object.entries({ ...unknown, ...wholeEvent, ...corrupted });
		return Object.fromEntries(fields.filter(([field]) => !missing.includes(field)));
	});

const body = fc.oneof(
	{ weight: 3, arbitrary: corruptedEvent },
	{ weight: 3, arbitrary: fc.array(corruptedEvent, { maxLength: 6 }) },
	{ weight: 1, arbitrary: fc.array(fc.jsonValue(), { maxLength: 6 }) },
	{ weight: 1, arbitrary: fc.dictionary(text, value) },
);

describe("Any JSON value", () => {
	it("is answered with a 200 or a 400, and what is stored of it is read back, decoded and counted @soak", async function () {
		this.timeout(VALUES * 400);

		const all: ReceivedEvent[] = [];
		await fc.assert(
			fc.asyncProperty(body, async (value) => {
				const stored = await expectAnswered(JSON.parse(JSON.stringify(value)));
				for (const event of stored) await expectReadBack(event);
				all.push(...stored);
			}),
			{ numRuns: VALUES },
		);
		expect(all, "events that were valid after all").to.have.length.above(VALUES / 6);
		await expectCounted(all);
	});
});

/** Resolves to the events that were stored. */
async function expectAnswered(json: object): Promise<readonly ReceivedEvent[]> {
	let stored: readonly ReceivedEvent[] = [];
	const context: AcceptanceRules & StoreContext = {
		allowedApps: new Set(),
		ignoredActions: new Set(),
		maxEvents: 500,
		now: () => NOW,
		newEventId: () => db.collection("events").doc().id,
		store: async (events) => {
			stored = events;
			await storeTogether(db, [events], RETENTION_DAYS);
		},
	};
	const answer = await storeAccepted(validate(json, context), context);
	expect(answer.status).to.be.oneOf([200, 400]);
	expect(JSON.parse(JSON.stringify(answer.body))).to.have.property("status", answer.status === 200 ? "ok" : "error");
	return stored;
}

async function expectReadBack(received: ReceivedEvent): Promise<void> {
	const { app_id: appId, device_id: deviceId } = received.event;
	const snapshot = await db.doc(pathOf(received)).get();
	const [, app = "", , device = ""] = snapshot.ref.path.split("/");
	expect([app, device].map(decodeDocumentId)).to.deep.equal([appId, deviceId]);
	// The same content may be stored and counted since an earlier request.
	const { counted_at, uncounted_since, request_targets, expire_at, ...kept } = eventDocument(received, RETENTION_DAYS);
	expect(plain(snapshot.data())).to.deep.include(plain(kept));
	expect(readStoredEvent(snapshot)).to.have.property("ok", true);
}

async function expectCounted(stored: readonly ReceivedEvent[]): Promise<void> {
	const refs = [...new Set(stored.map(pathOf))].map((path) => db.doc(path));
	const read = (await db.getAll(...refs)).map(readStoredEvent);
	const events = read.flatMap((event) => (event.ok ? [event.event] : []));
	const count = counting(db);
	for (let start = 0; start < events.length; start += MAX_EVENTS_PER_COMMIT) {
		await count(events.slice(start, start + MAX_EVENTS_PER_COMMIT));
	}
	const counted = await db.getAll(...refs);
	expect(counted.filter((snapshot) => !snapshot.get("counted_at"))).to.be.empty;
}

function pathOf({ id, event }: ReceivedEvent): string {
	return `${devicePath(event.app_id, event.device_id)}/${COLLECTIONS.events}/${id}`;
}
