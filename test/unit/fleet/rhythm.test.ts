import { expect } from "chai";
import type { Happening } from "../../../scripts/fleet/happening.ts";
import { Random } from "../../../scripts/fleet/random.ts";
import { sendAlone, sendCollected } from "../../../scripts/fleet/rhythm.ts";

const ALWAYS = 1;
const NEVER = 0;

function happening(at: number, more: Partial<Happening> = {}): Happening {
	return {
		at,
		action: "app_launch_start",
		version: "1.0.0",
		about: "1.0.0",
		isCharged: false,
		process: 1,
		isOffline: false,
		isOfService: false,
		...more,
	};
}

function collected(happenings: readonly Happening[], lostShare: number) {
	const sendings = [...sendCollected(happenings, lostShare, new Random("rhythm"))];
	return sendings.map(({ sentAt, delivered, fresh }) => [sentAt, delivered.map(at), fresh.map(at)]);
}

function at(happening: Happening): number {
	return happening.at;
}

describe("the rhythm of a plugin that collects events", () => {
	it("sends once a second what came meanwhile, from the first event of the process on", () => {
		const happenings = [10_300, 10_900, 11_200, 11_299, 14_000].map((time) => happening(time));
		expect(collected(happenings, NEVER)).to.deep.equal([
			[11_300, [], [10_300, 10_900, 11_200, 11_299]],
			[14_300, [], [14_000]],
		]);
	});

	it("starts the second anew in each process", () => {
		expect(collected([happening(0), happening(5_700, { process: 2 })], NEVER)).to.deep.equal([
			[1_000, [], [0]],
			[6_700, [], [5_700]],
		]);
	});

	it("sends again in front of what is new what a lost answer left unclear, until it is answered", () => {
		expect(collected([happening(0), happening(5_100)], ALWAYS)).to.deep.equal([
			[1_000, [], [0]],
			[6_000, [0], [5_100]],
			[7_000, [0, 5_100], []],
		]);
	});

	it("keeps what happens offline for the next process, or for the end", () => {
		const offline = [happening(0, { isOffline: true }), happening(4_000, { isOffline: true })];
		expect(collected([...offline, happening(9_000, { process: 2 })], NEVER)).to.deep.equal([
			[10_000, [], [0, 4_000, 9_000]],
		]);
		expect(collected(offline, NEVER)).to.deep.equal([[5_000, [], [0, 4_000]]]);
	});

	it("sends nothing for nothing", () => {
		expect(collected([], ALWAYS)).to.deep.equal([]);
	});
});

describe("the rhythm of events that are not collected", () => {
	const alone = (happenings: readonly Happening[], lostShare: number) =>
		[...sendAlone(happenings, ({ action, version }) => `${action} ${version}`, lostShare, new Random("alone"))].map(
			({ sentAt, delivered, fresh }) => [sentAt, delivered.length, fresh.length],
		);

	it("sends each at once, and loses what happens offline", () => {
		const happenings = [happening(100), happening(200, { action: "set" }), happening(300, { isOffline: true })];
		expect(alone(happenings, NEVER)).to.deep.equal([
			[100, 0, 1],
			[200, 0, 1],
		]);
	});

	it("sends the same once more after a lost answer, but for what may really happen twice", () => {
		const happenings = [happening(100, { action: "set" }), happening(200, { action: "app_moved_to_foreground" })];
		expect(alone(happenings, ALWAYS)).to.deep.equal([
			[100, 0, 1],
			[250, 1, 0],
			[200, 0, 1],
		]);
	});

	it("has no repeat that a server would take for one that was sent again", () => {
		const twice = (action: Happening["action"]) => [happening(100, { action }), happening(900_000, { action })];
		expect(alone(twice("set"), NEVER)).to.have.length(1);
		expect(alone(twice("app_moved_to_foreground"), NEVER)).to.have.length(2);
	});
});
