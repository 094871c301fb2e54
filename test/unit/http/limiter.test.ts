import { expect } from "chai";
import { createLimiter } from "../../../functions/src/http/limiter.ts";

describe("createLimiter", () => {
	const { signal } = new AbortController();

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
		const inTurn = createLimiter(2);
		const began: string[] = [];
		const [a, b, c, d] = [work(began, "a"), work(began, "b"), work(began, "c"), work(began, "d")];
		const results = [a, b, c, d].map(({ start }) => inTurn(start, signal));
		await settle();
		expect(began).to.deep.equal(["a", "b"]);
		b.end();
		await settle();
		expect(began).to.deep.equal(["a", "b", "c"]);
		for (const { end } of [a, c, d]) end();
		expect(await Promise.all(results)).to.deep.equal(["a", "b", "c", "d"]);
	});

	it("hands on the turn of work that failed", async () => {
		const inTurn = createLimiter(1);
		const began: string[] = [];
		const failing = work(began, "failing");
		const next = work(began, "next");
		const failed = inTurn(failing.start, signal).catch((error: Error) => error.message);
		const done = inTurn(next.start, signal);
		failing.fail();
		next.end();
		expect(await failed).to.equal("failing");
		expect(await done).to.equal("next");
	});

	it("has all its turns again once the work is done", async () => {
		const inTurn = createLimiter(1);
		await inTurn(async () => "one", signal);
		expect(await inTurn(async () => "two", signal)).to.equal("two");
	});

	it("lets go work whose signal is aborted before its turn came, and gives the turn to the next", async () => {
		const inTurn = createLimiter(1);
		const began: string[] = [];
		const [first, left, next] = [work(began, "first"), work(began, "left"), work(began, "next")];
		const controller = new AbortController();
		const results = [inTurn(first.start, signal), inTurn(left.start, controller.signal), inTurn(next.start, signal)];
		const outcome = results[1]?.catch((error: unknown) => error);
		const reason = new Error("too late");
		controller.abort(reason);
		expect(await outcome).to.equal(reason);
		for (const { end } of [first, next]) end();
		expect(await Promise.all([results[0], results[2]])).to.deep.equal(["first", "next"]);
		expect(began).to.deep.equal(["first", "next"]);
	});

	it("begins nothing whose signal is aborted, and takes no turn for it", async () => {
		const inTurn = createLimiter(1);
		const began: string[] = [];
		const late = await inTurn(work(began, "late").start, AbortSignal.abort("late")).catch((reason: unknown) => reason);
		expect(late).to.equal("late");
		expect(await inTurn(async () => "next", signal)).to.equal("next");
		expect(began).to.deep.equal([]);
	});
});
