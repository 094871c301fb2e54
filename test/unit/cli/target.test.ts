import { expect } from "chai";
import { chooseTarget } from "../../../scripts/cli/target.ts";

const FIRESTORE = "FIRESTORE_EMULATOR_HOST";
const AUTH = "FIREBASE_AUTH_EMULATOR_HOST";

describe("the target of a command", () => {
	it("is a real project only when it is named", () => {
		const environment = {};
		const target = chooseTarget({ project: "my-project" }, ["firestore"], environment);
		expect(target).to.deep.include({ projectId: "my-project", emulatorHosts: [] });
		expect(environment).to.deep.equal({ DATABASE_ID: "(default)" });
		expect(() => chooseTarget({}, ["firestore"], {})).to.throw("--project");
	});

	it("is the emulators that the environment names", () => {
		const environment = { [FIRESTORE]: "127.0.0.1:1", GCLOUD_PROJECT: "demo-mine" };
		const target = chooseTarget({}, ["firestore"], environment);
		expect(target).to.deep.equal({
			projectId: "demo-mine",
			description: "emulator at 127.0.0.1:1, project demo-mine",
			emulatorHosts: ["127.0.0.1:1"],
		});
	});

	it("is the standard ports with --emulator, but for what the environment names", () => {
		const environment: Record<string, string> = { [FIRESTORE]: "127.0.0.1:1" };
		const target = chooseTarget({ emulator: true }, ["firestore", "auth"], environment);
		expect(target.emulatorHosts).to.deep.equal(["127.0.0.1:1", "127.0.0.1:9099"]);
		expect(environment).to.include({ [FIRESTORE]: "127.0.0.1:1", [AUTH]: "127.0.0.1:9099" });
	});

	it("is never half an emulator and half a project", () => {
		const environment = { [FIRESTORE]: "127.0.0.1:1" };
		expect(() => chooseTarget({ project: "my-project" }, ["firestore"], environment)).to.throw(`${FIRESTORE} is set`);
		expect(() => chooseTarget({}, ["firestore", "auth"], environment)).to.throw(`${AUTH} is not set`);
		expect(() => chooseTarget({ project: "my-project", emulator: true }, ["firestore"], {})).to.throw("not both");
	});
});
