import { expect } from "chai";
import { createTurns } from "../../../functions/src/ingest/turns.ts";

describe("createTurns", () => {
	/** Work that ends when it is told to, and tells when it began. */
	function work(began: string[], name: string) {
		const { promise, resolve, reject } = Promise.withResolvers<string>();
		const start = () => {
			began.push(name);
			return promise;
		};
		return { start, end: () => resolve(name), fail: () => reject(new Error(name)) };
	}

	const settle = () => new Promise((resolve) => setImmediate(resolve));

	it("does so many at a time, and the others in the order in which they came", async () => {
		const inTurn = createTurns(2);
		const began: string[] = [];
		const [a, b, c, d] = [work(began, "a"), work(began, "b"), work(began, "c"), work(began, "d")];
		const results = [a, b, c, d].map(({ start }) => inTurn(start));
		await settle();
		expect(began).to.deep.equal(["a", "b"]);
		b.end();
		await settle();
		expect(began).to.deep.equal(["a", "b", "c"]);
		for (const { end } of [a, c, d]) end();
		expect(await Promise.all(results)).to.deep.equal(["a", "b", "c", "d"]);
	});

	it("hands on the turn of work that failed", async () => {
		const inTurn = createTurns(1);
		const began: string[] = [];
		const failing = work(began, "failing");
		const next = work(began, "next");
		const failed = inTurn(failing.start).catch((error: Error) => error.message);
		const done = inTurn(next.start);
		failing.fail();
		next.end();
		expect(await failed).to.equal("failing");
		expect(await done).to.equal("next");
	});

	it("has all its turns again once the work is done", async () => {
		const inTurn = createTurns(1);
		await inTurn(async () => "one");
		expect(await inTurn(async () => "two")).to.equal("two");
	});
});
