import { expect } from "chai";
import { GRPC_STATUS } from "../../../functions/src/firestore/grpcStatus.ts";
import { retryTransient } from "../../../functions/src/firestore/retryTransient.ts";

describe("retryTransient", () => {
	it("does what fails for a moment again, after growing delays", async () => {
		const { work, attempts } = failing(3, GRPC_STATUS.aborted);
		const { options, slept } = world();
		expect(await retryTransient(work, options)).to.equal("done");
		expect(attempts()).to.equal(4);
		expect(slept()).to.deep.equal([25, 100, 400]);
	});

	it("gives up after four attempts, with the last failure", async () => {
		const { work, attempts } = failing(10, GRPC_STATUS.unavailable);
		const outcome = await retryTransient(work, world().options).catch((error: unknown) => error);
		expect(outcome).to.have.property("code", GRPC_STATUS.unavailable);
		expect(attempts()).to.equal(4);
	});

	for (const status of ["notFound", "alreadyExists", "failedPrecondition"] as const) {
		it(`lets ${status} through at once: the same work would be refused again`, async () => {
			const { work, attempts } = failing(10, GRPC_STATUS[status]);
			const outcome = await retryTransient(work, world().options).catch((error: unknown) => error);
			expect(outcome).to.have.property("code", GRPC_STATUS[status]);
			expect(attempts()).to.equal(1);
		});
	}

	it("doesn't try again what nobody waits for any more", async () => {
		const { work, attempts } = failing(10, GRPC_STATUS.unavailable);
		const controller = new AbortController();
		const sleep = async () => controller.abort();
		const options = { sleep, random: () => 0.5, signal: controller.signal };
		for (const expected of [1, 2]) {
			const outcome = await retryTransient(work, options).catch((error: unknown) => error);
			expect(outcome).to.have.property("code", GRPC_STATUS.unavailable);
			expect(attempts()).to.equal(expected);
		}
	});
});

/** Work that fails so many times before it is done. */
function failing(times: number, code: number) {
	let attempts = 0;
	return {
		attempts: () => attempts,
		work: async () => {
			attempts += 1;
			if (attempts <= times) throw Object.assign(new Error("refused"), { code });
			return "done";
		},
	};
}

function world() {
	const slept: number[] = [];
	const sleep = async (milliseconds: number) => slept.push(milliseconds);
	return { options: { sleep, random: () => 0.5 }, slept: () => slept };
}
