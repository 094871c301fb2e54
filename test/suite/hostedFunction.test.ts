import { expect } from "chai";
import { hostFunction } from "../../scripts/emulators/hostedFunction.ts";
import { PROJECT_WITHOUT_TRIGGERS, suite } from "../support/suite.ts";

const options = { projectId: PROJECT_WITHOUT_TRIGGERS, firestoreHost: suite.firestoreHost };

describe("hostFunction", () => {
	it("takes requests on the loopback address until it is stopped", async () => {
		const stats = await hostFunction("stats", options);
		expect(stats.url).to.match(/^http:\/\/127\.0\.0\.1:\d+$/);
		expect((await fetch(stats.url)).status).to.equal(200);
		await stats.stop();
		const outcome = await fetch(stats.url).catch((error: unknown) => error);
		expect(outcome).to.be.instanceOf(TypeError).with.nested.property("cause.code", "ECONNREFUSED");
	});

	it("says why a function does not start", async () => {
		const outcome = await hostFunction("nothing", options).catch((error: unknown) => error);
		expect(outcome).to.be.an("error").with.property("message").that.includes('exports no "nothing".');
	});

	it("does not start a function with a wrong setting", async () => {
		const settings = { DEVICE_RETENTION_DAYS: "99999" };
		const outcome = await hostFunction("countEvent", { ...options, settings }).catch((error: unknown) => error);
		expect(outcome)
			.to.be.an("error")
			.with.property("message")
			.that.includes("Wrong settings: DEVICE_RETENTION_DAYS: Too big");
	});
});
