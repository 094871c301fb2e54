import { expect } from "chai";
import { createGroupCommit } from "../../../functions/src/firestore/groupCommit.ts";

/** A commit of several items is followed by a pause of twice its duration, of at most 10 ms. */
const OPTIONS = { maxItems: 3, maxInFlight: 1, pauseAfter: (durationMs: number) => Math.min(2 * durationMs, 10) };

/** A world in which time passes only where a commit or a pause takes it, and each commit waits until the test ends it. */
function createWorld() {
	const groups: (readonly string[])[] = [];
	const startedAt: number[] = [];
	const pauses: number[] = [];
	const running: { readonly resolve: () => void; readonly reject: (reason: Error) => void }[] = [];
	let time = 1_000;

	const add = createGroupCommit<string>({
		...OPTIONS,
		commit(items) {
			groups.push(items);
			startedAt.push(time);
			const { promise, resolve, reject } = Promise.withResolvers<void>();
			running.push({ resolve, reject });
			return promise;
		},
		now: () => time,
		sleep: async (milliseconds) => {
			pauses.push(milliseconds);
			time += milliseconds;
		},
	});

	return {
		add,
		groups,
		startedAt,
		pauses,
		running,
		/** Ends the oldest commit that runs, so many milliseconds later. */
		async finish(tookMs = 0, failure?: Error): Promise<void> {
			time += tookMs;
			const commit = running.shift();
			if (!commit) throw new Error("No commit is running.");
			if (failure) commit.reject(failure);
			else commit.resolve();
			await nextTurn();
		},
	};
}

/** Lets everything run that is ready to run. */
async function nextTurn(): Promise<void> {
	for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
}

describe("createGroupCommit", () => {
	it("commits a lone item at once, and resolves only when it is committed", async () => {
		const world = createWorld();
		let isDone = false;
		const added = world.add("a").then(() => {
			isDone = true;
		});
		await nextTurn();
		expect(world.groups).to.deep.equal([["a"]]);
		expect(isDone).to.equal(false);
		await world.finish();
		await added;
		expect(world.pauses).to.deep.equal([]);
	});

	it("commits lone items one after the other without a pause", async () => {
		const world = createWorld();
		for (const item of ["a", "b", "c"]) {
			const added = world.add(item);
			await nextTurn();
			await world.finish(1);
			await added;
		}
		expect(world.groups).to.deep.equal([["a"], ["b"], ["c"]]);
		expect(world.pauses).to.deep.equal([]);
	});

	it("commits together what arrives in the same turn", async () => {
		const world = createWorld();
		const added = Promise.all([world.add("a"), world.add("b")]);
		await nextTurn();
		await world.finish();
		await added;
		expect(world.groups).to.deep.equal([["a", "b"]]);
	});

	it("gathers the next group while one is in flight, and never has two in flight", async () => {
		const world = createWorld();
		const first = world.add("a");
		await nextTurn();
		const others = [world.add("b"), world.add("c")];
		await nextTurn();
		expect(world.groups).to.deep.equal([["a"]]);
		await world.finish();
		await first;
		expect(world.groups).to.deep.equal([["a"], ["b", "c"]]);
		expect(world.running).to.have.length(1);
		await world.finish();
		await Promise.all(others);
	});

	it("pauses after a commit of several items, by the time that it took", async () => {
		const world = createWorld();
		const added = [world.add("a"), world.add("b")];
		await nextTurn();
		added.push(world.add("c"));
		await world.finish(4);
		await world.finish(4);
		await Promise.all(added);
		expect(world.startedAt).to.deep.equal([1_000, 1_012]);
		expect(world.pauses).to.deep.equal([8]);
	});

	it("doesn't sleep where the pause is none", async () => {
		const world = createWorld();
		const added = [world.add("a"), world.add("b")];
		await nextTurn();
		await world.finish(0);
		await Promise.all(added);
		expect(world.pauses).to.deep.equal([]);
	});

	it("doesn't pause while a whole group waits", async () => {
		const busy = createWorld();
		const added = ["a", "b", "c", "d", "e", "f", "g"].map((item) => busy.add(item));
		await nextTurn();
		for (let commit = 0; commit < 3; commit += 1) await busy.finish(1);
		await Promise.all(added);
		expect(busy.groups).to.deep.equal([["a", "b", "c"], ["d", "e", "f"], ["g"]]);
		expect(busy.startedAt).to.deep.equal([1_000, 1_001, 1_004]);
		expect(busy.pauses).to.deep.equal([2]);
	});

	it("ends a pause when a whole group waits", async () => {
		const groups: (readonly string[])[] = [];
		const add = createGroupCommit<string>({
			...OPTIONS,
			pauseAfter: () => 1,
			commit: async (items) => void groups.push(items),
			now: () => 0,
			sleep: () => new Promise<never>(() => {}),
		});
		await Promise.all([add("a"), add("b")]);
		const others = [add("c"), add("d")];
		await nextTurn();
		expect(groups).to.deep.equal([["a", "b"]]);
		await Promise.all([...others, add("e")]);
		expect(groups).to.deep.equal([
			["a", "b"],
			["c", "d", "e"],
		]);
	});

	it("rejects the items of a group that fails, and no other", async () => {
		const world = createWorld();
		const outcomes: string[] = [];
		const add = (item: string) =>
			world.add(item).then(
				() => outcomes.push(`${item} committed`),
				(error: Error) => outcomes.push(`${item} ${error.message}`),
			);
		const first = add("a");
		await nextTurn();
		const others = [add("b"), add("c")];
		await world.finish();
		await world.finish(20, new Error("refused"));
		const last = add("d");
		await nextTurn();
		await world.finish();
		await Promise.all([first, ...others, last]);
		expect(outcomes).to.deep.equal(["a committed", "b refused", "c refused", "d committed"]);
	});
});
