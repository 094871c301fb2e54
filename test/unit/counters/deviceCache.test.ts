import { expect } from "chai";
import { createDeviceCache } from "../../../functions/src/counters/deviceCache.ts";

const DEVICE = { device: undefined, updateTime: undefined };

describe("createDeviceCache", () => {
	it("remembers a device for two seconds after it was read or written last", () => {
		let time = 1_000;
		const cache = createDeviceCache(() => time);
		cache.set("a", DEVICE);
		time += 1_999;
		expect(cache.get("a")).to.equal(DEVICE);
		cache.set("a", DEVICE);
		time += 1_999;
		expect(cache.get("a")).to.equal(DEVICE);
		time += 1;
		expect(cache.get("a")).to.equal(undefined);
	});

	it("forgets the device first that was quiet the longest, beyond 5,000", () => {
		const cache = createDeviceCache(() => 0);
		cache.set("quiet", DEVICE);
		cache.set("busy", DEVICE);
		for (let number = 0; number < 4_998; number += 1) cache.set(`other ${number}`, DEVICE);
		cache.set("busy", DEVICE);
		cache.set("one more", DEVICE);
		expect(cache.get("quiet")).to.equal(undefined);
		expect(cache.get("busy")).to.equal(DEVICE);
	});

	it("keeps a contended device so for ten minutes", () => {
		let time = 0;
		const cache = createDeviceCache(() => time);
		cache.setContended("a");
		time += 600_000 - 1;
		expect(cache.isContended("a")).to.equal(true);
		expect(cache.isContended("b")).to.equal(false);
		time += 1;
		expect(cache.isContended("a")).to.equal(false);
	});
});
