import { expect } from "chai";
import fc from "fast-check";
import { ACTIONS, actionKind } from "../../../functions/src/events/actions.ts";
import { type EventId, eventId } from "../../../functions/src/events/eventId.ts";
import { type Event, parseEvent } from "../../../functions/src/events/schema.ts";
import { validEvent } from "../../support/validEvent.ts";

const AT = 1_795_409_300_123;

/** Every field that an event can have. */
const whole = validEvent("com.example.shop", {
	timestamp: AT,
	action: "download_manifest_file_fail",
	version_name: "3.4.7:main.js",
	old_version_name: "3.4.6",
	custom_id: "customer-17",
	metadata: { b: "2", a: "1" },
	install_source: "play_store",
	channel: "beta",
	defaultChannel: "production",
	key_id: "MIIBCgKC",
	bundle_id: "V1StGXR8",
	message: "no space left",
	is_prod: false,
	is_emulator: true,
});

function eventOf(input: object): Event {
	const parsed = parseEvent(input);
	if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
	return parsed.event;
}

function idOf(input: object, receivedAt = AT): string | undefined {
	return eventId(eventOf(input), receivedAt)?.id;
}

describe("The id of an event with a timestamp", () => {
	it("stays what it is, whenever it arrives: another id would store again what clients send again", () => {
		const id = { id: "5458f97ba448946b6d454ac81b73164f" };
		expect(eventId(eventOf(validEvent("com.example.shop", { timestamp: AT })), AT)).to.deep.equal(id);
		expect(eventId(eventOf(validEvent("com.example.shop", { timestamp: AT })), AT + 1e9)).to.deep.equal(id);
		expect(eventId(eventOf(whole), AT)).to.deep.equal({ id: "380d0bda0db9c8bf6e90c7c55b00bf55" });
	});

	it("doesn't depend on the order of fields, the case of the device id, or on what is dropped", () => {
		const reversed = Object.fromEntries(Object.entries({ ...whole, metadata: { a: "1", b: "2" } }).reverse());
		expect(idOf(reversed)).to.equal(idOf(whole));
		expect(idOf({ ...whole, device_id: String(whole["device_id"]).toUpperCase() })).to.equal(idOf(whole));
		const event = validEvent("com.example.shop", { timestamp: AT });
		expect(idOf({ ...event, message: "", metadata: null, is_prod: true, unknown: 1 })).to.equal(idOf(event));
	});

	for (const field of Object.keys(eventOf(whole))) {
		it(`differs when ${field} differs`, () => {
			const other: Event = Object.assign(eventOf(whole), { [field]: field === "timestamp" ? 1 : "other" });
			expect(eventId(other, AT)?.id).not.to.equal(idOf(whole));
		});
	}

	it("differs when a field moves into another, and when it is cleared", () => {
		const event = validEvent("com.example.shop", { timestamp: AT });
		expect(idOf({ ...event, channel: "x" })).not.to.equal(idOf({ ...event, custom_id: "x" }));
		expect(idOf({ ...event, metadata: { a: "x" } })).not.to.equal(idOf({ ...event, metadata: { b: "x" } }));
		expect(idOf({ ...event, custom_id: "" })).not.to.equal(idOf(event));
	});
});

describe("The id of an event without a timestamp", () => {
	const event = eventOf(validEvent("com.example.shop"));

	/** Whether an event of the second id is known to be the one that was stored under the first. */
	const isKnown = (first: EventId | undefined, second: EventId | undefined) =>
		first !== undefined && second !== undefined && [second.id, second.earlierId].includes(first.id);

	it("knows what is sent again within 30 seconds, and nothing after two minutes and a half", () => {
		const arrival = fc.integer({ min: 0, max: 4e12 });
		const within = fc.integer({ min: 0, max: 30_000 });
		fc.assert(
			fc.property(arrival, within, (at, later) => isKnown(eventId(event, at), eventId(event, at + later))),
			{
				examples: [
					[119_999, 30_000],
					[0, 30_000],
					[119_999, 1],
				],
			},
		);
		fc.assert(
			fc.property(
				arrival,
				fc.integer({ min: 150_000, max: 1e9 }),
				(at, later) => !isKnown(eventId(event, at), eventId(event, at + later)),
			),
		);
	});

	it("asks for an earlier one in the first 30 seconds of a window only", () => {
		expect(eventId(event, 120_000)).to.have.property("earlierId", eventId(event, 0)?.id);
		expect(eventId(event, 149_999)).to.have.property("earlierId", eventId(event, 0)?.id);
		expect(eventId(event, 150_000)).not.to.have.property("earlierId");
	});

	it("differs when the content differs, and from that of an event with the window's number for a timestamp", () => {
		expect(idOf(validEvent("com.example.shop", { version_name: "1" }))).not.to.equal(
			idOf(validEvent("com.example.shop")),
		);
		const stamped = { ...event, timestamp: Math.floor(AT / 120_000) };
		expect(eventId(stamped, AT)?.id).not.to.equal(eventId(event, AT)?.id);
	});

	it("is none where the action may happen again: what the app goes through, and what nobody knows", () => {
		const repeats = new Set(["lifecycle", "health", "custom"]);
		for (const action of [...Object.keys(ACTIONS), "app_rated", "new_fail"]) {
			const isUnknowable = eventId({ ...event, action }, AT) === undefined;
			expect(isUnknowable, action).to.equal(repeats.has(actionKind(action)));
			expect(eventId({ ...event, action, timestamp: AT }, AT), action).to.have.property("id");
		}
	});
});
