import { expect } from "chai";
import fc from "fast-check";
import { decodeDocumentId, encodeDocumentId } from "../../../functions/src/firestore/documentId.ts";

/** Names of every kind, those above all that Firestore forbids as an id. */
const name = fc.oneof(
	fc.string({ unit: "binary", minLength: 1, maxLength: 255 }),
	fc.string({
		unit: fc.constantFrom("/", ".", "_", "%", "2", "F", "E", "5", "0", "A", "🎉", "\u0000", "\n", " "),
		minLength: 1,
	}),
);

describe("encodeDocumentId", () => {
	const ids = {
		"com.example.shop": "com.example.shop",
		"1.2.3": "1.2.3",
		"1.2.3-beta+5": "1.2.3-beta+5",
		"0b5f3a52-6c1e-4a43-9d53-0d8f1d1c9a11": "0b5f3a52-6c1e-4a43-9d53-0d8f1d1c9a11",
		"a b": "a b",
		"🎉": "🎉",
		"a/b": "a%2Fb",
		"/": "%2F",
		"a%2Fb": "a%252Fb",
		"100%": "100%25",
		".": "%2E",
		"..": "%2E%2E",
		"...": "...",
		__x__: "%5F_x__",
		____: "%5F___",
		"__a/b__": "%5F_a%2Fb__",
		"__\n__": "%5F_%0A__",
		"a\u0000\t\u001f\u007fb": "a%00%09%1F%7Fb",
		"%0A": "%250A",
		constructor: "%63onstructor",
		toString: "%74oString",
		__proto__x: "__proto__x",
		___: "___",
		__x: "__x",
	};
	for (const [name, id] of Object.entries(ids)) {
		it(`makes ${JSON.stringify(id)} of ${JSON.stringify(name)}, and back`, () => {
			expect(encodeDocumentId(name)).to.equal(id);
			expect(decodeDocumentId(id)).to.equal(name);
		});
	}

	it("makes an id that Firestore takes of every name, and the name of the id again", () => {
		fc.assert(
			fc.property(name, (name) => {
				fc.pre(Buffer.byteLength(name) <= 500);
				const id = encodeDocumentId(name);
				expect(id).not.to.match(/^\.{1,2}$|^__.*__$/);
				expect([...id].filter((character) => character === "/" || character < " " || character === "\u007f")).to.be
					.empty;
				expect(Buffer.byteLength(id)).to.be.within(1, 1_500);
				expect(decodeDocumentId(id)).to.equal(name);
			}),
			{ numRuns: 2_000 },
		);
	});

	it("makes no id that every object has as a key", () => {
		for (const name of Object.getOwnPropertyNames(Object.prototype)) {
			const id = encodeDocumentId(name);
			expect(id in {}, id).to.equal(false);
			expect(decodeDocumentId(id)).to.equal(name);
		}
	});

	it("takes a name of 1,500 bytes and refuses one of 1,501", () => {
		expect(encodeDocumentId("é".repeat(750))).to.have.length(750);
		expect(() => encodeDocumentId(`${"é".repeat(750)}x`)).to.throw(RangeError, "longer than 1500 bytes");
		expect(() => encodeDocumentId("/".repeat(501))).to.throw(RangeError, "longer than 1500 bytes");
	});

	it("refuses an empty name, and one that is not valid Unicode", () => {
		expect(() => encodeDocumentId("")).to.throw(RangeError, "can't be empty");
		expect(() => encodeDocumentId("a\ud83c")).to.throw(RangeError, "valid Unicode");
	});
});

describe("decodeDocumentId", () => {
	it("leaves an id that somebody made by hand as it is where it decodes to nothing", () => {
		for (const id of ["100%", "%GG", "%E0%A4", "%", "%2f"]) expect(decodeDocumentId(id)).to.equal(id);
	});
});
