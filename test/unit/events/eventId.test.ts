import { expect } from "chai";
import { contentEventId } from "../../../functions/src/events/eventId.ts";
import { createEventSchema, type Event, parseEvent } from "../../../functions/src/events/schema.ts";
import { validEvent } from "../../support/validEvent.ts";

const schema = createEventSchema(new Set());
const AT = 1_795_409_300_123;

/** Every field that an event can have. */
const whole = validEvent("com.example.shop", {
	timestamp: AT,
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

function idOf(input: object): string {
	return contentEventId(eventOf(input));
}

function eventOf(input: object): Event {
	const parsed = parseEvent(schema, input);
	if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
	return parsed.event;
}

describe("contentEventId", () => {
	it("stays what it is: another id would store again what clients send again", () => {
		expect(idOf(validEvent("com.example.shop", { timestamp: AT }))).to.equal("f8fa5800e61bca76517cd8cfe1af4ed5");
		expect(idOf(whole)).to.equal("f690635bdbffe33cdc35d0d6eab78a64");
	});

	it("doesn't depend on the order of fields, the case of the device id, or how a client says none", () => {
		const reversed = Object.fromEntries(Object.entries({ ...whole, metadata: { a: "1", b: "2" } }).reverse());
		expect(idOf(reversed)).to.equal(idOf(whole));
		expect(idOf({ ...whole, device_id: String(whole["device_id"]).toUpperCase() })).to.equal(idOf(whole));
		const event = validEvent("com.example.shop", { timestamp: AT });
		expect(idOf({ ...event, channel: "", metadata: null, is_prod: true, unknown: 1 })).to.equal(idOf(event));
	});

	for (const field of Object.keys(eventOf(whole))) {
		it(`differs when ${field} differs`, () => {
			const other = { ...eventOf(whole), [field]: "other" } as Event;
			expect(contentEventId(other)).not.to.equal(idOf(whole));
		});
	}

	it("differs when a field moves into another", () => {
		const event = validEvent("com.example.shop", { timestamp: AT });
		expect(idOf({ ...event, channel: "x" })).not.to.equal(idOf({ ...event, custom_id: "x" }));
		expect(idOf({ ...event, metadata: { a: "x" } })).not.to.equal(idOf({ ...event, metadata: { b: "x" } }));
	});
});
