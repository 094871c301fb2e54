import { expect } from "chai";
import fc from "fast-check";
import { OVERVIEW_COLUMNS } from "../../../metrics/overview.ts";
import {
	type Address,
	daysOfRange,
	formatAddress,
	overviewOf,
	parseAddress,
	TROUBLES,
} from "../../../web/src/address/address.ts";

describe("address", () => {
	it("leaves out what is as usual", () => {
		expect(formatAddress(overviewOf("com.example.shop"))).to.equal("?app=com.example.shop");
		expect(parseAddress("?app=com.example.shop")).to.deep.equal({
			...overviewOf("com.example.shop"),
			version: undefined,
			device: undefined,
			search: undefined,
			find: undefined,
			failure: undefined,
			reason: undefined,
			file: undefined,
			trouble: undefined,
			against: undefined,
			devices: undefined,
			platform: undefined,
			channel: undefined,
		});
	});

	it("survives the URL whatever names it holds", () => {
		const name = fc.option(
			fc.string({ minLength: 1, unit: "binary" }).filter((text) => text.isWellFormed()),
			{
				nil: undefined,
			},
		);
		const day = fc.constantFrom("2026-01-01", "2026-02-28");
		const addresses: fc.Arbitrary<Address> = fc.record({
			app: name,
			version: name,
			device: name.map((text) => text?.toLowerCase()),
			search: name,
			find: name,
			sort: fc.record({ by: fc.constantFrom(...OVERVIEW_COLUMNS), isAscending: fc.boolean() }),
			audience: fc.constantFrom("production" as const, "all" as const),
			range: fc.oneof(
				fc.record({ days: fc.integer({ min: 1, max: 366 }) }),
				fc.record({ from: day, to: fc.constant("2026-03-01") }),
			),
			failure: name,
			reason: fc.option(
				fc.string({ unit: "binary" }).filter((text) => text.isWellFormed()),
				{ nil: undefined },
			),
			file: name,
			trouble: fc.constantFrom(undefined, ...TROUBLES),
			against: name,
			devices: fc.option(fc.integer({ min: 1, max: 366 }), { nil: undefined }),
			platform: name,
			channel: name,
			hidden: fc.uniqueArray(fc.constantFrom("progress", "bundle", "failure")),
			more: fc.integer({ min: 0, max: 50 }),
		});
		fc.assert(
			fc.property(addresses, (address) => {
				expect(parseAddress(formatAddress(address))).to.deep.equal(address);
			}),
		);
	});

	it("takes nonsense for the usual", () => {
		const usual = parseAddress("");
		for (const query of [
			"?days=0",
			"?days=abc",
			"?days=9999",
			"?from=2026-01-02&to=2026-01-01",
			"?from=2026-99-99&to=x",
		]) {
			expect(parseAddress(query).range).to.deep.equal(usual.range);
		}
		expect(parseAddress("?more=-1&dev=yes")).to.include({ more: 0, audience: "production" });
		expect(parseAddress("?sort=-nothing").sort).to.deep.equal(usual.sort);
		expect(parseAddress(`?app=${"a".repeat(256)}&device=`)).to.include({ app: undefined, device: undefined });
	});

	it("finds a device's id in whichever case it was pasted", () => {
		expect(parseAddress("?device=00AB-FF").device).to.equal("00ab-ff");
	});

	it("keeps showing much where it was asked for more than is possible", () => {
		const { more } = parseAddress("?more=50");
		expect(more).to.equal(50);
		expect(parseAddress("?more=51").more).to.equal(more);
	});

	it("ends a range of days with today", () => {
		const now = Date.parse("2026-03-01T12:00:00Z");
		expect(daysOfRange({ days: 7 }, now)).to.deep.equal({ from: "2026-02-23", to: "2026-03-01" });
	});
});
