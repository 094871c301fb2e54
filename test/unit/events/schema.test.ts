import { expect } from "chai";
import { createEventSchema, parseEvent } from "../../../functions/src/events/schema.ts";
import { validEvent } from "../../support/validEvent.ts";

const schema = createEventSchema(new Set(["app_rated"]));

type Field = keyof typeof schema.in.shape;

/** What every field takes: a new field of the schema has no type here, and the table below does not compile. */
const FIELDS = {
	app_id: "required name",
	device_id: "required name",
	platform: "required name",
	action: "required name",
	version_name: "optional name",
	version_build: "required name",
	version_code: "required name",
	version_os: "required name",
	plugin_version: "required name",
	custom_id: "optional name",
	old_version_name: "optional name",
	is_prod: "flag",
	is_emulator: "flag",
	timestamp: "timestamp",
	metadata: "metadata",
	install_source: "optional name",
	channel: "optional name",
	defaultChannel: "optional name",
	key_id: "optional name",
	bundle_id: "optional name",
	message: "text",
} as const satisfies Record<Field, string>;

/** What an event holds of a field that is absent. */
const ABSENT: Readonly<Record<string, unknown>> = { version_name: "unknown", is_prod: true, is_emulator: false };

const LONE_SURROGATE = "a\ud83c";

/** The event that is made of a valid one with this value in a field, or what is wrong with it. */
function parse(field: Field, value: unknown): unknown {
	const event = { ...validEvent("com.example.shop"), [field]: value };
	const parsed = parseEvent(schema, JSON.parse(JSON.stringify(event)));
	return parsed.ok ? parsed.event : parsed.issues;
}

describe("The schema of an event", () => {
	it("has a test for every field", () => {
		expect(Object.keys(schema.in.shape)).to.have.members(Object.keys(FIELDS));
	});

	for (const [name, kind] of Object.entries(FIELDS)) {
		const field = name as Field;
		describe(field, () => {
			switch (kind) {
				case "required name":
					itIsRequired(field);
					itIsAString(field);
					itIsAName(field);
					break;
				case "optional name":
					itMayBeAbsent(field);
					itIsAString(field);
					itIsAName(field);
					break;
				case "text":
					itMayBeAbsent(field);
					itIsAString(field);
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
			const parsed = parseEvent(schema, JSON.parse(text));
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

	describe("message", () => {
		it("is cut to 1,024 characters", () => {
			expect(parse("message", "x".repeat(1_024))).to.have.property("message", "x".repeat(1_024));
			expect(parse("message", "x".repeat(5_000))).to.have.property("message", "x".repeat(1_024));
		});

		it("stays valid Unicode where it is cut within a character, or came with half of one", () => {
			expect(parse("message", `${"x".repeat(1_023)}🎉`)).to.have.property("message", `${"x".repeat(1_023)}\ufffd`);
			expect(parse("message", LONE_SURROGATE)).to.have.property("message", "a\ufffd");
		});
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

		it("cuts values to 1,024 characters", () => {
			const cut = { stack: "x".repeat(1_024) };
			expect(parse("metadata", { stack: "x".repeat(5_000) })).to.have.deep.property("metadata", cut);
		});

		it("takes names that Firestore's field paths would have to quote", () => {
			const metadata = { "a.b": "x", "[*]/~": "x", "`\\`": "x", "🎉": "x", __a: "x", constructor: "x" };
			expect(parse("metadata", metadata)).to.have.deep.property("metadata", metadata);
		});

		for (const value of ["text", 42, true, [], ["a"]]) {
			it(`refuses ${JSON.stringify(value)}`, () => {
				expect(parse("metadata", value)).to.deep.equal([{ path: "metadata", message: "must be an object of strings" }]);
			});
		}

		for (const value of [{}, [], ["a"], { a: "b" }]) {
			it(`refuses ${JSON.stringify(value)} within it`, () => {
				expect(parse("metadata", { key: value })).to.deep.equal([
					{ path: "metadata", message: "must hold strings only" },
				]);
			});
		}

		it("refuses a name of 65 characters, and takes one of 64", () => {
			expect(parse("metadata", { ["k".repeat(64)]: "x" })).to.have.deep.property("metadata", { ["k".repeat(64)]: "x" });
			const message = "has a key that is longer than 64 characters: shorten it";
			expect(parse("metadata", { ["k".repeat(65)]: "x" })).to.deep.equal([{ path: "metadata", message }]);
		});

		it("refuses a name that is not valid Unicode", () => {
			const message = "has a key that is not valid Unicode";
			expect(parse("metadata", { [LONE_SURROGATE]: "x" })).to.deep.equal([{ path: "metadata", message }]);
		});

		for (const name of ["__proto__", "____", "__id7__", "__a\nb__"]) {
			it(`refuses the name ${JSON.stringify(name)}, which Firestore reserves`, () => {
				const event = JSON.stringify({ ...validEvent("com.example.shop"), metadata: { name: "x" } });
				const parsed = parseEvent(schema, JSON.parse(event.replace('"name"', JSON.stringify(name))));
				const message = "has a key that starts and ends with two underscores: rename it";
				expect(parsed).to.deep.equal({ ok: false, issues: [{ path: "metadata", message }] });
			});
		}
	});

	describe("device_id and platform", () => {
		it("are lowercase, whatever case the plugin sends", () => {
			expect(parse("device_id", "0B5F3A52-6C1E")).to.have.property("device_id", "0b5f3a52-6c1e");
			expect(parse("platform", "iOS")).to.have.property("platform", "ios");
		});
	});

	describe("version_name", () => {
		const composite = {
			"1.2.3": { version_name: "1.2.3" },
			builtin: { version_name: "builtin" },
			"1.2.3:assets/main.js": { version_name: "1.2.3", file: "assets/main.js" },
			"1.2.3:a:b": { version_name: "1.2.3", file: "a:b" },
			"1.2.3:": { version_name: "1.2.3" },
			":assets/main.js": { version_name: "unknown", file: "assets/main.js" },
			":": { version_name: "unknown" },
		};
		for (const [sent, expected] of Object.entries(composite)) {
			it(`takes ${JSON.stringify(sent)} for ${JSON.stringify(expected)}`, () => {
				const event = parse("version_name", sent);
				expect(event).to.include(expected);
				if (!("file" in expected)) expect(event).not.to.have.property("file");
			});
		}

		it("of the replaced bundle is the version before the colon", () => {
			expect(parse("old_version_name", "1.2.2:x.js")).to.have.property("old_version_name", "1.2.2");
		});
	});

	describe("action", () => {
		const message = "is not a known action: add it to the EXTRA_ACTIONS setting to accept it";
		for (const action of ["reboot", "SET", "set ", "actions.set", "constructor", "__proto__", "toString", "set/get"]) {
			it(`refuses ${JSON.stringify(action)}, which is in no list`, () => {
				expect(parse("action", action)).to.deep.equal([{ path: "action", message }]);
			});
		}

		it("takes an operator's own", () => {
			expect(parse("action", "app_rated")).to.have.property("action", "app_rated");
		});
	});

	it("drops fields that it does not know", () => {
		const parsed = parseEvent(schema, { ...validEvent("com.example.shop"), versionBuild: "1", actions: {}, "": 1 });
		expect(parsed).to.deep.equal(parseEvent(schema, validEvent("com.example.shop")));
	});

	it("names every field that is wrong", () => {
		const parsed = parseEvent(schema, { is_prod: "yes", timestamp: "now" });
		const required = Object.entries(FIELDS).filter(([, kind]) => kind === "required name");
		const wrong = [...required.map(([field]) => field), "is_prod", "timestamp"];
		expect(parsed).to.have.property("ok", false);
		expect("issues" in parsed && parsed.issues.map(({ path }) => path)).to.have.members(wrong);
	});

	for (const input of [undefined, null, 42, "event", true, []]) {
		it(`refuses ${JSON.stringify(input)}, which is no object`, () => {
			const issues = [{ path: "", message: "an event must be a JSON object" }];
			expect(parseEvent(schema, input)).to.deep.equal({ ok: false, issues });
		});
	}
});

function itIsRequired(field: Field): void {
	it("is required: missing, null and empty are refused alike", () => {
		const required = [{ path: field, message: "is required: send a string" }];
		for (const none of [undefined, null, ""]) expect(parse(field, none)).to.deep.equal(required);
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

	it("refuses half of a surrogate pair", () => {
		const message = "must be valid Unicode: it holds half of a surrogate pair";
		expect(parse(field, LONE_SURROGATE)).to.deep.include({ path: field, message });
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
