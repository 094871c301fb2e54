import { expect } from "chai";
import { isRelease, type KnownVersion, releaseBefore } from "../../../functions/src/releases/releaseBefore.ts";

const at = (day: number, hour = 12) => Date.parse(`2026-03-${String(day).padStart(2, "0")}T00:00Z`) + hour * 3_600_000;

const known = (version: string, day: number | null, more: Partial<KnownVersion> = {}): KnownVersion => ({
	version,
	firstInstalledAt: day === null ? null : at(day),
	firstEventAt: day === null ? null : at(day, 11),
	devices: 1_000,
	isHidden: false,
	isFailing: false,
	...more,
});

const previous = (version: string, ...versions: KnownVersion[]) => releaseBefore(version, versions)?.version ?? null;

describe("the release before", () => {
	const line = [known("3.4.5", 1), known("3.4.6", 8), known("3.4.7", 15)];

	it("is the one that appeared last, in whatever order they are listed", () => {
		expect(previous("3.4.7", ...line)).to.equal("3.4.6");
		expect(previous("3.4.7", ...line.toReversed())).to.equal("3.4.6");
		expect(previous("3.4.6", ...line)).to.equal("3.4.5");
	});

	it("is none for the first release, and for what isn't known or has not appeared", () => {
		expect(previous("3.4.5", ...line)).to.equal(null);
		expect(previous("3.4.9", ...line)).to.equal(null);
		expect(previous("3.4.8", ...line, known("3.4.8", null))).to.equal(null);
	});

	it("does not go by names", () => {
		expect(previous("hotfix", known("9.9.9", 1), known("1.0.0", 2), known("hotfix", 3))).to.equal("1.0.0");
	});

	it("is never builtin or an update that isn't named, which have none themselves", () => {
		const others = [known("builtin", 14), known("unknown", 14)];
		expect(previous("3.4.7", ...line, ...others)).to.equal("3.4.6");
		expect(previous("builtin", ...line, ...others)).to.equal(null);
		expect(previous("unknown", ...line, ...others)).to.equal(null);
		expect(["builtin", "unknown", "3.4.7"].map(isRelease)).to.deep.equal([false, false, true]);
	});

	it("is never a hidden one", () => {
		expect(previous("3.4.7", ...line, known("3.4.6-test", 10, { isHidden: true }))).to.equal("3.4.6");
	});

	it("is not a hotfix of a few devices, nor one of the same day", () => {
		expect(previous("3.4.7", ...line, known("3.4.6-shop-12", 14, { devices: 12 }))).to.equal("3.4.6");
		expect(previous("3.4.7", ...line, { ...known("3.4.6-1", 15), firstInstalledAt: at(15, 1) })).to.equal("3.4.6");
	});

	it("is a hotfix that everybody got", () => {
		expect(previous("3.4.7", ...line, known("3.4.6-1", 9, { devices: 950 }))).to.equal("3.4.6-1");
	});

	it("is the newest with 200 devices, however many an older one has gathered", () => {
		const old = known("1.0.0", 1, { devices: 100_000 });
		expect(previous("3.4.7", old, known("3.4.6", 8, { devices: 200 }), known("3.4.7", 15))).to.equal("3.4.6");
		expect(previous("3.4.7", old, known("3.4.6", 8, { devices: 199 }), known("3.4.7", 15))).to.equal("1.0.0");
	});

	it("is found in an app of few devices too", () => {
		const few = line.map((version, index) => ({ ...version, devices: [20, 9, 3][index] ?? 0 }));
		expect(previous("3.4.7", ...few)).to.equal("3.4.6");
	});

	it("stays what it is when devices go back to an old version", () => {
		const rolledBack = line.map((version) => (version.version === "3.4.5" ? { ...version, devices: 5_000 } : version));
		expect(previous("3.4.7", ...rolledBack)).to.equal("3.4.6");
		expect(previous("3.4.5", ...rolledBack)).to.equal(null);
	});

	it("is not the one that was withdrawn because it failed, unless all failed", () => {
		const next = known("3.4.8", 17);
		const withdrawn = [...line.slice(0, 2), known("3.4.7", 15, { isFailing: true })];
		expect(previous("3.4.8", ...withdrawn, next)).to.equal("3.4.6");
		const allFailed = withdrawn.map((version) => ({ ...version, isFailing: true }));
		expect(previous("3.4.8", ...allFailed, next)).to.equal("3.4.7");
	});

	it("is not one of 500 made-up versions of one device each", () => {
		const madeUp = Array.from({ length: 500 }, (_, index) => known(`x${index}`, 10, { devices: 1 }));
		expect(previous("3.4.7", ...line, ...madeUp)).to.equal("3.4.6");
	});

	it("goes by the first event where nothing was ever installed", () => {
		const ran = { ...known("3.4.6", 8), firstInstalledAt: null };
		expect(previous("3.4.7", known("3.4.5", 1), ran, known("3.4.7", 15))).to.equal("3.4.6");
	});
});
