import { setTimeout } from "node:timers/promises";
import { expect } from "chai";
import { withinDeadline } from "../../../functions/src/firestore/deadline.ts";

describe("withinDeadline", () => {
	it("resolves and rejects as the work does", async () => {
		const failure = new Error("no quota");
		expect(await withinDeadline(Promise.resolve("done"), 1_000)).to.equal("done");
		expect(await withinDeadline(Promise.reject(failure), 1_000).catch((error: unknown) => error)).to.equal(failure);
	});

	it("rejects when the work takes too long, and lets a late failure pass", async () => {
		const work = setTimeout(30).then(() => Promise.reject(new Error("late")));
		const outcome = await withinDeadline(work, 10).catch((error: unknown) => error);
		expect(outcome).to.be.an("error").with.property("message", "Firestore did not answer in 10 ms.");
		await setTimeout(30);
	});
});
