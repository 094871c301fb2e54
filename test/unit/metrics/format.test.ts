import { expect } from "chai";
import { formatAgo, formatDevices, formatShortCount, quantity } from "../../../metrics/format.ts";

describe("format", () => {
	it("counts time in the largest unit that fits", () => {
		const second = 1_000;
		const ages = {
			2: "just now",
			40: "40 seconds ago",
			3599: "59 minutes ago",
			7200: "2 hours ago",
			86400: "yesterday",
		};
		for (const [seconds, text] of Object.entries(ages)) {
			expect(formatAgo(0, Number(seconds) * second)).to.equal(text);
		}
	});

	it("says just now of what a fast clock dates ahead", () => {
		expect(formatAgo(60_000, 0)).to.equal("just now");
	});

	it("counts one device as one", () => {
		expect([0, 1, 1_204].map(formatDevices)).to.deep.equal(["0 devices", "1 device", "1,204 devices"]);
	});

	it("is in the singular for one of anything only", () => {
		expect([0, 1, 2, 20_000].map((count) => quantity(count, "events"))).to.deep.equal([
			"0 events",
			"1 event",
			"2 events",
			"20,000 events",
		]);
	});

	it("shortens large counts only", () => {
		expect(formatShortCount(9_999)).to.equal("9,999");
		expect(formatShortCount(12_345)).to.equal("12.3K");
	});
});
