import { expect } from "chai";
import { parseEvent } from "../../../functions/src/events/schema.ts";
import { deviceState, eventDocument, type ReceivedEvent } from "../../../functions/src/firestore/documents.ts";
import { plain } from "../../support/plain.ts";
import { validEvent } from "../../support/validEvent.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
const NOW = Date.parse("2026-11-25T12:00:00Z");

function received(fields: object, receivedAt = NOW): ReceivedEvent {
	const parsed = parseEvent(validEvent("com.example.shop", fields));
	if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
	return { id: "id", event: parsed.event, receivedAt };
}

function stateOf(first: object, ...others: readonly object[]) {
	return plain(deviceState([received(first), ...others.map((fields) => received(fields))]));
}

describe("eventDocument", () => {
	it("holds the event and its times", () => {
		const event = received({ action: "set", timestamp: NOW - 1_234, metadata: { a: "b" } });
		expect(plain(eventDocument(event, 90))).to.deep.equal({
			...event.event,
			occurred_at: "2026-11-25T11:59:58.766Z",
			received_at: "2026-11-25T12:00:00.000Z",
			expire_at: "2027-02-24T11:59:58.766Z",
			counted_at: null,
		});
	});

	it("never expires where the retention is 0", () => {
		expect(eventDocument(received({}), 0)).to.have.property("expire_at", null);
	});

	it("names the version again where it tells of a failure or of the app's health, and only there", () => {
		const named = (action: string) => plain(eventDocument(received({ action, version_name: "1.2.3" }), 90));
		for (const action of ["set_fail", "download_manifest_file_fail", "app_crash", "webview_javascript_error"]) {
			expect(named(action), action).to.include({ failed_version_name: "1.2.3", version_name: "1.2.3" });
		}
		for (const action of ["set", "download_10", "ping", "noNew", "setChannel", "delete"]) {
			expect(named(action), action).not.to.have.property("failed_version_name");
		}
	});
});

describe("deviceState", () => {
	it("is what the newest event says, in whatever order the events come", () => {
		const events = [
			{ action: "app_moved_to_background", version_name: "1.1.0", timestamp: NOW - 1_000, custom_id: "new" },
			{ action: "ping", version_name: "1.0.0", timestamp: NOW - 3_000, custom_id: "old" },
			{ action: "set", version_name: "1.1.0", timestamp: NOW - 2_000 },
		] as const;
		const expected = {
			app_id: "com.example.shop",
			device_id: "0b5f3a52-6c1e-4a43-9d53-0d8f1d1c9a11",
			platform: "android",
			version_build: "3.4.0",
			version_code: "30400",
			version_os: "15",
			plugin_version: "8.51.14",
			is_prod: true,
			is_emulator: false,
			is_dev: false,
			custom_id: "new",
			version_name: "1.1.0",
			last_action: "app_moved_to_background",
			last_seen_at: "2026-11-25T12:00:00.000Z",
			active_on: "2026-11-25",
		};
		const [background, ping, set] = events;
		expect(stateOf(background, ping, set)).to.deep.equal(expected);
		expect(stateOf(ping, set, background)).to.deep.equal(expected);
		expect(stateOf(set, background, ping)).to.deep.equal(expected);
	});

	for (const action of ["set_fail", "update_fail", "download_10", "download_complete", "noNew", "set_next", "delete"]) {
		it(`leaves the version that runs as it is on ${action}`, () => {
			expect(stateOf({ action, version_name: "1.1.0" })).not.to.have.property("version_name");
			const running = stateOf(
				{ action: "ping", version_name: "1.0.0", timestamp: NOW - 2 },
				{ action, version_name: "1.1.0", timestamp: NOW - 1 },
			);
			expect(running).to.include({ version_name: "1.0.0", last_action: action });
		});
	}

	for (const action of ["set", "reset", "revert", "ping", "app_moved_to_foreground", "app_crash"]) {
		it(`takes the version of ${action} for the one that runs`, () => {
			expect(stateOf({ action, version_name: "1.1.0" })).to.have.property("version_name", "1.1.0");
		});

		it(`leaves it as it is when ${action} names none`, () => {
			expect(stateOf({ action, version_name: "" })).not.to.have.property("version_name");
		});
	}

	it("is of a development device where it is an emulator or not a production build", () => {
		expect(stateOf({ is_emulator: true })).to.have.property("is_dev", true);
		expect(stateOf({ is_prod: false })).to.have.property("is_dev", true);
		expect(stateOf({ is_prod: true, is_emulator: false })).to.have.property("is_dev", false);
	});

	it("is active on the day on which the request arrived, however late the events are", () => {
		const late = received({ timestamp: NOW - 20 * DAY_MS }, Date.parse("2026-11-25T23:59:59.999Z"));
		expect(plain(deviceState([late]))).to.include({
			active_on: "2026-11-25",
			last_seen_at: "2026-11-25T23:59:59.999Z",
		});
	});
});
