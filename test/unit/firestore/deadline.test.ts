import { setTimeout } from "node:timers/promises";
import { expect } from "chai";
import { DeadlineExceeded, withinDeadline } from "../../../functions/src/firestore/deadline.ts";

describe("withinDeadline", () => {
	it("resolves and rejects as the work does", async () => {
		const failure = new Error("no quota");
		expect(await withinDeadline(() => Promise.resolve("done"), 1_000)).to.equal("done");
		expect(await withinDeadline(() => Promise.reject(failure), 1_000).catch((error: unknown) => error)).to.equal(
			failure,
		);
	});

	it("rejects when the work takes too long, and lets a late failure pass", async () => {
		const work = setTimeout(30).then(() => Promise.reject(new Error("late")));
		const outcome = await withinDeadline(() => work, 10).catch((error: unknown) => error);
		expect(outcome).to.be.instanceOf(DeadlineExceeded).with.property("message", "Firestore did not answer in 10 ms.");
		await setTimeout(30);
	});

	it("tells the work at the deadline, and not where it ends in time", async () => {
		const signals: AbortSignal[] = [];
		const takes = (milliseconds: number) => (signal: AbortSignal) => {
			signals.push(signal);
			return setTimeout(milliseconds);
		};
		await withinDeadline(takes(1), 20);
		await withinDeadline(takes(60), 20).catch(() => {});
		await setTimeout(30);
		expect(signals.map(({ aborted }) => aborted)).to.deep.equal([false, true]);
	});
});
