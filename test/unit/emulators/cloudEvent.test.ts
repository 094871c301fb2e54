import { expect } from "chai";
import { createdEvent } from "../../../scripts/emulators/cloudEvent.ts";
import captured from "../../fixtures/createdEvent.json" with { type: "json" };

describe("The CloudEvent of the tests", () => {
	it("is, byte for byte, the one that the Firestore emulator sent", () => {
		const event = createdEvent("demo-x", "a0b2b885-eeea-4079-937f-f26ec698427b", {
			path: "apps/com.example.shop/devices/0b5f3a52-6c1e-4a43-9d53-0d8f1d1c9a11/events/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
			createTime: { seconds: 1_795_614_388, nanoseconds: 940_718_000 },
			updateTime: { seconds: 1_795_614_388, nanoseconds: 940_718_000 },
			fields: {
				app_id: "com.example.shop",
				device_id: "0b5f3a52-6c1e-4a43-9d53-0d8f1d1c9a11",
				platform: "android",
				action: "set",
				version_build: "3.4.0",
				version_code: "30400",
				version_os: "15",
				plugin_version: "8.51.14",
				is_prod: true,
				is_emulator: false,
				timestamp: 1_795_614_388_774,
				metadata: { a: "b", url: "https://x" },
				install_source: "play_store",
				version_name: "3.4.7",
				old_version_name: "3.4.6",
				occurred_at: { seconds: 1_795_614_388, nanoseconds: 774_000_000 },
				received_at: { seconds: 1_795_614_388, nanoseconds: 777_000_000 },
				expire_at: { seconds: 1_803_476_788, nanoseconds: 774_000_000 },
				counted_at: null,
			},
		});
		expect(event.headers).to.deep.equal(captured.headers);
		expect(Buffer.from(event.body).toString("base64")).to.equal(captured.body);
	});
});
