import { expect } from "chai";
import { deviceFields, eventDocument, isDevEvent } from "../../../functions/src/firestore/documents.ts";
import { plain } from "../../support/plain.ts";
import { receivedEvent } from "../../support/receivedEvent.ts";

const NOW = Date.parse("2026-11-25T12:00:00Z");

function received(fields: object) {
	return receivedEvent("com.example.shop", fields, { id: "id", receivedAt: NOW });
}

describe("eventDocument", () => {
	it("holds the event, its times, and where the sweep finds it", () => {
		const event = received({ action: "set", timestamp: NOW - 1_234, metadata: { a: "b" } });
		expect(plain(eventDocument(event, 90))).to.deep.equal({
			...event.event,
			occurred_at: "2026-11-25T11:59:58.766Z",
			received_at: "2026-11-25T12:00:00.000Z",
			expire_at: "2027-02-24T11:59:58.766Z",
			counted_at: null,
			uncounted_since: "27 2026-11-25T12:00",
		});
	});

	it("never expires where the retention is 0", () => {
		expect(eventDocument(received({}), 0)).to.have.property("expire_at", null);
	});

	it("holds what else its request told of bundles on their way, where that is anything", () => {
		expect(eventDocument({ ...received({}), targets: ["3.4.8"] }, 90)).to.deep.include({ request_targets: ["3.4.8"] });
		expect(eventDocument({ ...received({}), targets: [] }, 90)).not.to.have.property("request_targets");
	});

	it("says nothing yet of what counting decides", () => {
		const failure = eventDocument(received({ action: "update_fail" }), 90);
		expect(failure).not.to.have.any.keys("release", "firsts", "lost", "tried_on", "failed_version_name");
	});
});

describe("isDevEvent", () => {
	it("is true of an emulator, and of a build that is not for production", () => {
		expect(isDevEvent({ is_prod: true, is_emulator: true })).to.equal(true);
		expect(isDevEvent({ is_prod: false, is_emulator: false })).to.equal(true);
		expect(isDevEvent({ is_prod: true, is_emulator: false })).to.equal(false);
	});
});

describe("deviceFields", () => {
	it("are what an event tells of its device, and nothing of what happened", () => {
		const { event } = received({
			custom_id: "till-7",
			message: "x",
			bundle_id: "b",
			metadata: { a: "b" },
			timestamp: NOW,
		});
		expect(deviceFields(event)).to.deep.equal({
			app_id: "com.example.shop",
			device_id: "0b5f3a52-6c1e-4a43-9d53-0d8f1d1c9a11",
			platform: "android",
			version_build: "3.4.0",
			version_code: "30400",
			version_os: "15",
			plugin_version: "8.51.14",
			is_prod: true,
			is_emulator: false,
			custom_id: "till-7",
		});
	});

	it("keep apart what is cleared and what is not sent", () => {
		const { event } = received({ custom_id: "", channel: null });
		const fields = deviceFields(event);
		expect(fields).to.include({ custom_id: null, channel: null });
		expect(fields).not.to.have.property("key_id");
	});

	it("leave out what somebody changed by hand to something else", () => {
		expect(deviceFields({ platform: 7, channel: { a: 1 }, custom_id: "x" })).to.deep.equal({ custom_id: "x" });
	});
});
