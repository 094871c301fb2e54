import { expect } from "chai";
import { ACTIONS } from "../../../functions/src/events/actions.ts";
import { DEVICE_FIELDS, EVENT_FIELDS, parseEvent } from "../../../functions/src/events/schema.ts";
import { validEvent } from "../../support/validEvent.ts";

/** What every field takes. */
const FIELDS = {
	app_id: "name",
	device_id: "name",
	platform: "name",
	action: "name",
	version_name: "version",
	file: "not taken",
	old_version_name: "version",
	version_build: "device field",
	version_code: "device field",
	version_os: "device field",
	plugin_version: "device field",
	custom_id: "device field",
	install_source: "device field",
	channel: "device field",
	defaultChannel: "device field",
	key_id: "device field",
	is_prod: "flag",
	is_emulator: "flag",
	timestamp: "timestamp",
	metadata: "metadata",
	bundle_id: "description",
	message: "description",
} as const;

type Field = keyof typeof FIELDS;

/** What an event holds of a field that is absent. */
const ABSENT: Readonly<Record<string, unknown>> = { version_name: "unknown", is_prod: true, is_emulator: false };

const LONE_SURROGATE = "a\ud83c";

const ABOUT_A_FILE: readonly string[] = [
	"download_manifest_file_fail",
	"download_manifest_checksum_fail",
	"download_manifest_brotli_fail",
	"manifest_path_fail",
];

/** The event that is made of a valid one with this value in a field, or what is wrong with it. */
function parse(field: Field, value: unknown): unknown {
	const event = { ...validEvent("com.example.shop"), [field]: value };
	const parsed = parseEvent(JSON.parse(JSON.stringify(event)));
	return parsed.ok ? parsed.event : parsed.issues;
}

describe("The schema of an event", () => {
	it("has a test for every field", () => {
		expect(EVENT_FIELDS).to.have.members(Object.keys(FIELDS));
		const deviceFields = Object.entries(FIELDS).filter(([, kind]) => kind === "device field");
		expect([...DEVICE_FIELDS]).to.have.members(deviceFields.map(([field]) => field));
	});

	for (const [name, kind] of Object.entries(FIELDS)) {
		const field = name as Field;
		describe(field, () => {
			switch (kind) {
				case "name":
					itIsRequired(field);
					itIsAString(field);
					itIsAName(field);
					break;
				case "version":
					itMayBeAbsent(field);
					itIsAString(field);
					itIsAName(field);
					itShowsAllItsCharacters(field);
					break;
				case "device field":
					itMayBeCleared(field);
					itNeverCostsTheEvent(field, 255);
					break;
				case "description":
					itMayBeAbsent(field);
					itNeverCostsTheEvent(field, field === "message" ? 1_024 : 255);
					break;
				case "not taken":
					it("is not taken from a client", () => {
						expect(parse(field, "x")).to.have.property("app_id", "com.example.shop").and.not.have.property(field);
					});
					break;
				case "flag":
					itMayBeAbsent(field);
					itIsAFlag(field);
					break;
				case "timestamp":
				case "metadata":
					itMayBeAbsent(field);
			}
		});
	}

	describe("timestamp", () => {
		it("takes any number, and cuts what is below a millisecond", () => {
			expect(parse("timestamp", 1_795_409_300_123)).to.have.property("timestamp", 1_795_409_300_123);
			expect(parse("timestamp", 1_795_409_300_123.9)).to.have.property("timestamp", 1_795_409_300_123);
			for (const zero of [0, -0.5, 0.5]) expect(parse("timestamp", zero)).to.have.deep.property("timestamp", 0);
			expect(parse("timestamp", -1)).to.have.property("timestamp", -1);
			expect(parse("timestamp", 1e300)).to.have.property("timestamp", 1e300);
		});

		it("refuses a number that JavaScript takes for infinite", () => {
			const text = JSON.stringify(validEvent("com.example.shop")).replace("{", '{"timestamp":1e999,');
			const parsed = parseEvent(JSON.parse(text));
			const message = "must be a number: milliseconds since 1970-01-01";
			expect(parsed).to.deep.equal({ ok: false, issues: [{ path: "timestamp", message }] });
		});

		for (const value of ["1795409300123", "2026-11-25T12:00:00Z", true, {}, [1]]) {
			it(`refuses ${JSON.stringify(value)}`, () => {
				const message = "must be a number: milliseconds since 1970-01-01";
				expect(parse("timestamp", value)).to.deep.equal([{ path: "timestamp", message }]);
			});
		}
	});

	describe("metadata", () => {
		it("takes an object of strings, and makes strings of numbers and flags", () => {
			expect(parse("metadata", { url: "https://x", code: 404, fatal: false })).to.have.deep.property("metadata", {
				url: "https://x",
				code: "404",
				fatal: "false",
			});
		});

		it("leaves out entries that are null, empty or without a name", () => {
			const metadata = { a: null, b: "", "": "x", c: "x" };
			expect(parse("metadata", metadata)).to.have.deep.property("metadata", { c: "x" });
		});

		it("keeps the first 32 entries", () => {
			const entries = Array.from({ length: 40 }, (_, index) => [`key${index}`, "x"]);
			const kept = Object.fromEntries(entries.slice(0, 32));
			expect(parse("metadata", Object.fromEntries(entries))).to.have.deep.property("metadata", kept);
		});

		it("cuts values to 1,024 characters, and a stack to 2,048", () => {
			const long = "x".repeat(5_000);
			const cut = { message: "x".repeat(1_024), stack: "x".repeat(2_048) };
			expect(parse("metadata", { message: long, stack: long })).to.have.deep.property("metadata", cut);
		});

		it("takes names that Firestore's field paths would have to quote", () => {
			const metadata = { "a.b": "x", "[*]/~": "x", "`\\`": "x", "🎉": "x", __a: "x", constructor: "x" };
			expect(parse("metadata", metadata)).to.have.deep.property("metadata", metadata);
		});

		for (const value of ["text", 42, true, [], ["a"], {}, { a: null }, { a: {} }]) {
			it(`is left out where it is ${JSON.stringify(value)}`, () => {
				expect(parse("metadata", value)).not.to.have.property("metadata");
			});
		}

		const unusable = ["k".repeat(65), LONE_SURROGATE, "__proto__", "____", "__id7__", "__a\nb__", ""];
		for (const key of unusable) {
			it(`leaves out what is named ${JSON.stringify(key)}`, () => {
				const metadata = JSON.stringify({ [key]: "x", kept: "x" }).replace('""', JSON.stringify(key));
				expect(parse("metadata", JSON.parse(metadata))).to.have.deep.property("metadata", { kept: "x" });
			});
		}

		for (const value of [{}, [], ["a"], { a: "b" }, null, ""]) {
			it(`leaves out ${JSON.stringify(value)} within it`, () => {
				expect(parse("metadata", { key: value, kept: "x" })).to.have.deep.property("metadata", { kept: "x" });
			});
		}

		it("takes a name of 64 characters", () => {
			expect(parse("metadata", { ["k".repeat(64)]: "x" })).to.have.deep.property("metadata", { ["k".repeat(64)]: "x" });
		});
	});

	describe("device_id and platform", () => {
		it("are lowercase, whatever case the plugin sends", () => {
			expect(parse("device_id", "0B5F3A52-6C1E")).to.have.property("device_id", "0b5f3a52-6c1e");
			expect(parse("platform", "iOS")).to.have.property("platform", "ios");
		});
	});

	describe("version_name of a failure about a file", () => {
		const composite = {
			"1.2.3": { version_name: "1.2.3" },
			"1.2.3:assets/main.js": { version_name: "1.2.3", file: "assets/main.js" },
			"1.2.3:a:b": { version_name: "1.2.3", file: "a:b" },
			"1.2.3:": { version_name: "1.2.3" },
			":assets/main.js": { version_name: "unknown", file: "assets/main.js" },
			":": { version_name: "unknown" },
		};
		for (const [sent, expected] of Object.entries(composite)) {
			it(`takes ${JSON.stringify(sent)} for ${JSON.stringify(expected)}`, () => {
				for (const action of ABOUT_A_FILE) {
					const parsed = parseEvent(validEvent("com.example.shop", { action, version_name: sent }));
					const event = parsed.ok ? parsed.event : undefined;
					expect(event).to.include(expected);
					if (!("file" in expected)) expect(event).not.to.have.property("file");
				}
			});
		}

		it("takes a file of any name and length, and keeps 1,024 characters of it", () => {
			const sent = { action: "manifest_path_fail", version_name: `${"1".repeat(255)}:\u200b${"x".repeat(5_000)}` };
			const parsed = parseEvent(validEvent("com.example.shop", sent));
			const expected = { version_name: "1".repeat(255), file: `\u200b${"x".repeat(1_023)}` };
			expect(parsed.ok && parsed.event).to.include(expected);
		});

		it("is split for no other action", () => {
			const others = Object.keys(ACTIONS).filter((action) => !ABOUT_A_FILE.includes(action));
			for (const action of others) {
				const parsed = parseEvent(validEvent("com.example.shop", { action, version_name: "1:2" }));
				expect(parsed.ok && parsed.event, action)
					.to.include({ version_name: "1:2" })
					.and.not.have.property("file");
			}
			expect(parse("old_version_name", "1:2")).to.have.property("old_version_name", "1:2");
		});
	});

	describe("action", () => {
		it("is taken where its name is well formed, known or not", () => {
			for (const action of ["set", "app_rated", "reboot", "SET", "constructor", "a".repeat(64)]) {
				expect(parse("action", action)).to.have.property("action", action);
			}
		});

		const message = "must be 1 to 64 letters, digits and underscores, a letter first";
		for (const action of ["actions.set", "__proto__", "set/get", "1st", "é", "a".repeat(65)]) {
			it(`refuses ${JSON.stringify(action)}`, () => {
				expect(parse("action", action)).to.deep.equal([{ path: "action", message }]);
			});
		}
	});

	it("drops fields that it does not know", () => {
		const parsed = parseEvent({ ...validEvent("com.example.shop"), versionBuild: "1", actions: {}, "": 1 });
		expect(parsed).to.deep.equal(parseEvent(validEvent("com.example.shop")));
	});

	it("names every field that is wrong", () => {
		const parsed = parseEvent({ is_prod: "yes", timestamp: "now" });
		const required = Object.entries(FIELDS).filter(([, kind]) => kind === "name");
		const wrong = [...required.map(([field]) => field), "is_prod", "timestamp"];
		expect(parsed).to.have.property("ok", false);
		expect("issues" in parsed && parsed.issues.map(({ path }) => path)).to.have.members(wrong);
	});

	for (const input of [undefined, null, 42, "event", true, []]) {
		it(`refuses ${JSON.stringify(input)}, which is no object`, () => {
			const issues = [{ path: "", message: "an event must be a JSON object" }];
			expect(parseEvent(input)).to.deep.equal({ ok: false, issues });
		});
	}
});

function itIsRequired(field: Field): void {
	it("is required: missing, null and empty are refused alike", () => {
		const required = [{ path: field, message: "is required: send a string" }];
		for (const none of [undefined, null, "", " "]) expect(parse(field, none)).to.deep.equal(required);
	});
}

function itMayBeAbsent(field: Field): void {
	it("may be absent: missing, null and empty mean the same", () => {
		for (const none of [undefined, null, ""]) {
			expect(parse(field, none)).to.have.property("app_id", "com.example.shop");
			if (field in ABSENT) expect(parse(field, none)).to.have.property(field, ABSENT[field]);
			else expect(parse(field, none)).not.to.have.property(field);
		}
	});
}

function itMayBeCleared(field: Field): void {
	it("is cleared by null and by nothing but spaces, and left as it was where it is not sent", () => {
		for (const none of [null, "", " "]) expect(parse(field, none)).to.have.property(field, null);
		expect(parse(field, undefined)).to.have.property("app_id", "com.example.shop").and.not.have.property(field);
	});
}

function itNeverCostsTheEvent(field: Field, maxLength: number): void {
	it(`makes text of numbers and flags, and cuts to ${maxLength} characters`, () => {
		expect(parse(field, 42)).to.have.property(field, "42");
		expect(parse(field, true)).to.have.property(field, "true");
		expect(parse(field, "x".repeat(maxLength))).to.have.property(field, "x".repeat(maxLength));
		expect(parse(field, "x".repeat(5_000))).to.have.property(field, "x".repeat(maxLength));
	});

	it("stays valid Unicode where it is cut within a character, or came with half of one", () => {
		const cut = `${"x".repeat(maxLength - 1)}\ufffd`;
		expect(parse(field, `${"x".repeat(maxLength - 1)}🎉`)).to.have.property(field, cut);
		expect(parse(field, LONE_SURROGATE)).to.have.property(field, "a\ufffd");
	});

	for (const value of [{}, [], ["a"]]) {
		it(`is left out where it is ${JSON.stringify(value)}`, () => {
			expect(parse(field, value)).to.have.property("app_id", "com.example.shop").and.not.have.property(field);
		});
	}
}

function itIsAString(field: Field): void {
	for (const value of [42, true, {}, [], ["a"]]) {
		it(`refuses ${JSON.stringify(value)}`, () => {
			expect(parse(field, value)).to.deep.include({ path: field, message: "must be a string" });
		});
	}
}

function itIsAName(field: Field): void {
	it("takes 255 characters and refuses 256", () => {
		if (field !== "action") expect(parse(field, "x".repeat(255))).to.have.property(field, "x".repeat(255));
		const tooLong = { path: field, message: "must be at most 255 characters long" };
		expect(parse(field, "x".repeat(256))).to.deep.include(tooLong);
	});

	it("is trimmed", () => {
		expect(parse(field, "  ios\n")).to.have.property(field, "ios");
	});

	it("refuses half of a surrogate pair", () => {
		const message = "must be valid Unicode: it holds half of a surrogate pair";
		expect(parse(field, LONE_SURROGATE)).to.deep.include({ path: field, message });
	});
}

function itShowsAllItsCharacters(field: Field): void {
	const message = "must hold no control, zero-width or direction characters: remove them";
	for (const code of [
		0x00, 0x0a, 0x7f, 0x85, 0xad, 0x61c, 0x115f, 0x200b, 0x200d, 0x200f, 0x2028, 0x202e, 0x2066, 0xfe0f, 0xfeff,
	]) {
		it(`refuses U+${code.toString(16).toUpperCase().padStart(4, "0")}, which nobody sees`, () => {
			expect(parse(field, `1.0${String.fromCodePoint(code)}.0`)).to.deep.equal([{ path: field, message }]);
		});
	}

	it("takes what people see", () => {
		for (const version of ["1.0.0-beta.1+5", "v1 (ünï)", "版本 1", "גרסה 1", "🎉"]) {
			expect(parse(field, version)).to.have.property(field, version);
		}
	});
}

function itIsAFlag(field: Field): void {
	it("takes true and false", () => {
		expect(parse(field, true)).to.have.property(field, true);
		expect(parse(field, false)).to.have.property(field, false);
	});

	for (const value of ["true", 1, 0, {}, []]) {
		it(`refuses ${JSON.stringify(value)}`, () => {
			expect(parse(field, value)).to.deep.equal([{ path: field, message: "must be true or false" }]);
		});
	}
}
