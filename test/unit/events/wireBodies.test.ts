import { expect } from "chai";
import { DEFAULT_MAX_BODY_BYTES } from "../../../functions/src/config.ts";
import { parseEvent } from "../../../functions/src/events/schema.ts";

/**
 * What each generation of the plugin sends, field by field as its code puts them together: `sendStats`, `createInfoObject`
 * and `sendStatsAsync` of `@capgo/capacitor-updater`, `makeRequest` of `@capgo/electron-updater`.
 */
const DEVICE = "0B5F3A52-6C1E-4A43-9D53-0D8F1D1C9A11";
const AT = 1_795_409_300_123;

const CORE = {
	platform: "android",
	device_id: DEVICE,
	app_id: "com.example.shop",
	version_build: "3.4.0",
	version_code: "30400",
	version_os: "15",
	version_name: "3.4.7",
};
const IOS = { ...CORE, platform: "ios", version_os: "18.6" };
const BUILD = { is_emulator: false, is_prod: true };

const BODIES: Readonly<Record<string, { readonly sent: object; readonly expected: object }>> = {
	"4.6.2, whose only fields these are": {
		sent: { ...IOS, action: "set", version_name: "builtin", plugin_version: "4.6.2" },
		expected: { version_name: "builtin", is_prod: true, is_emulator: false, device_id: DEVICE.toLowerCase() },
	},
	"4.20.0 and 7.0.0, without a custom id": {
		sent: { ...CORE, ...BUILD, action: "download_10", custom_id: "", plugin_version: "4.20.0" },
		expected: { custom_id: null },
	},
	"5.9.5 and 6.3.0 on Android": {
		sent: {
			...CORE,
			...BUILD,
			custom_id: "",
			plugin_version: "5.9.5",
			defaultChannel: "",
			action: "unzip_fail",
			old_version_name: "",
		},
		expected: { custom_id: null, defaultChannel: null },
	},
	"5.9.5 on iOS, which leaves out what is nil": {
		sent: {
			...IOS,
			...BUILD,
			custom_id: "",
			plugin_version: "5.9.5",
			defaultChannel: "",
			old_version_name: "",
			action: "reset",
		},
		expected: { action: "reset" },
	},
	"the queue of 8.43.1": {
		sent: {
			...CORE,
			...BUILD,
			custom_id: "till-7",
			plugin_version: "8.43.1",
			defaultChannel: "production",
			key_id: "MIIBCgKCAQEAyk0Y",
			old_version_name: "3.4.6",
			action: "set",
			timestamp: AT,
		},
		expected: { old_version_name: "3.4.6", key_id: "MIIBCgKCAQEAyk0Y", custom_id: "till-7", timestamp: AT },
	},
	"the queue of 8.51.23 on Android": {
		sent: {
			...CORE,
			...BUILD,
			custom_id: "",
			plugin_version: "8.51.23",
			install_source: "com.android.vending",
			defaultChannel: "",
			old_version_name: "",
			action: "app_killed_low_memory",
			timestamp: AT,
			metadata: {
				exit_reason: "low_memory",
				exit_reason_code: "3",
				exit_status: "0",
				exit_importance: "100",
				exit_timestamp: "1795409200123",
				pid: "4711",
				pss_kb: "0",
				rss_kb: "182044",
				process_name: "com.example.shop",
			},
		},
		expected: { install_source: "com.android.vending", custom_id: null, defaultChannel: null },
	},
	"the queue of 8.51.23 on iOS": {
		sent: {
			...IOS,
			...BUILD,
			custom_id: "",
			plugin_version: "8.51.23",
			install_source: "app_store",
			defaultChannel: "",
			old_version_name: "",
			action: "app_crash",
			timestamp: AT,
			metadata: {
				exit_reason: "unclean_foreground_exit",
				exit_source: "ios_session_marker",
				previous_session_id: DEVICE,
				session_started_at: "1795409100123",
			},
		},
		expected: { platform: "ios", action: "app_crash" },
	},
	"a failed download of 8.51.23 on Android, whose version is not sent": {
		sent: {
			...CORE,
			...BUILD,
			version_name: undefined,
			custom_id: "",
			plugin_version: "8.51.23",
			install_source: "",
			defaultChannel: "",
			old_version_name: "",
			action: "download_fail",
			timestamp: AT,
		},
		expected: { version_name: "unknown", install_source: null },
	},
	"8.51.23's download service, which knows neither key nor time": {
		sent: {
			...CORE,
			...BUILD,
			plugin_version: "unknown",
			install_source: "",
			version_name: "3.4.8:assets/index-BdX9.js",
			old_version_name: "",
			action: "download_manifest_file_fail",
			custom_id: "",
			defaultChannel: "",
			version_code: "",
		},
		expected: { version_name: "3.4.8", file: "assets/index-BdX9.js", plugin_version: "unknown", version_code: null },
	},
	"8.51.23's note that it was told to wait": {
		sent: {
			...CORE,
			...BUILD,
			custom_id: "",
			plugin_version: "8.51.23",
			install_source: "",
			defaultChannel: "",
			action: "rate_limit_reached",
			old_version_name: "",
		},
		expected: { action: "rate_limit_reached" },
	},
	"the Electron plugin 0.0.6": {
		sent: {
			...CORE,
			...BUILD,
			platform: "electron",
			version_os: "24.6.0",
			plugin_version: "0.0.1",
			defaultChannel: "",
			key_id: "",
			action: "download_fail",
			old_version_name: "",
			message: "Download failed: 404 Not Found",
		},
		expected: { platform: "electron", message: "Download failed: 404 Not Found", key_id: null },
	},
};

describe("The schema takes what is really sent:", () => {
	for (const [generation, { sent, expected }] of Object.entries(BODIES)) {
		it(`by ${generation}`, () => {
			const body = JSON.parse(JSON.stringify(sent));
			const parsed = parseEvent(body);
			if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
			expect(parsed.event).to.deep.include(expected);
			expect(parsed.event).not.to.have.property("old_version_name", "");
			if ("metadata" in body) expect(parsed.event.metadata).to.deep.equal(body.metadata);
		});
	}
});

describe("A full queue of the longest events", () => {
	/** The longest value that the plugin lets through, by its key: `buildWebViewErrorMetadata` of 8.51.23. */
	const LONGEST = {
		error_type: 64,
		message: 1_024,
		source: 512,
		line: 32,
		column: 32,
		stack: 2_048,
		tag_name: 64,
		href: 512,
		user_agent: 256,
		session_id: 128,
		duration_ms: 32,
		page_started_at: 64,
		previous_session_id: 128,
		previous_href: 512,
		previous_started_at: 64,
		previous_updated_at: 64,
	};

	/** `MAX_PENDING_STATS`. */
	const QUEUED = 200;

	const metadata = Object.fromEntries(Object.entries(LONGEST).map(([key, length]) => [key, "語".repeat(length)]));
	const event = {
		...CORE,
		...BUILD,
		custom_id: "語".repeat(255),
		version_name: "語".repeat(255),
		plugin_version: "8.51.23",
		install_source: "com.android.vending",
		defaultChannel: "語".repeat(255),
		key_id: "MIIBCgKCAQEAyk0Y",
		old_version_name: "",
		action: "webview_javascript_error",
		metadata,
		timestamp: AT,
	};

	it("fits into one request by default", () => {
		const bytes = Buffer.byteLength(JSON.stringify(Array(QUEUED).fill(event)));
		expect(bytes).to.be.at.most(DEFAULT_MAX_BODY_BYTES);
	});

	it("is kept whole", () => {
		const parsed = parseEvent(event);
		expect(parsed.ok && parsed.event.metadata).to.deep.equal(metadata);
	});
});
