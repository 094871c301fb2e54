import type { QueryDocumentSnapshot } from "@google-cloud/firestore";
import { expect } from "chai";
import { createCountHandler } from "../../../functions/src/counters/handler.ts";
import { logs } from "../../../functions/src/logs.ts";

describe("createCountHandler", () => {
	const failures: unknown[] = [];
	const quiet = { ...logs, countingFailed: (cause: unknown) => failures.push(cause) };
	const handle = createCountHandler({ count: () => Promise.resolve(), logs: quiet });

	for (const [what, snapshot] of [
		["no document", undefined],
		["a document that doesn't exist", { exists: false, ref: { path: "apps/a/devices/secret/events/e" } }],
	] as const) {
		it(`refuses a delivery of ${what}, tells why, and throws nothing that names it`, async () => {
			failures.length = 0;
			const outcome = await handle(snapshot as unknown as QueryDocumentSnapshot).catch((error: unknown) => error);
			expect(failures.map(String)).to.deep.equal(["Error: The delivery can't be read: it holds no document."]);
			expect(outcome).to.be.an("error").with.property("message", "The event could not be counted yet.");
			expect(outcome).not.to.have.property("cause");
		});
	}
});
