import { readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { ROOT } from "../../../scripts/cli/steps.ts";
import { namesDatabase, withDatabase } from "../../../scripts/deploy/firebaseJsonDatabase.ts";

const written = readFileSync(path.join(ROOT, "firebase.json"), "utf8");

describe("the database in firebase.json", () => {
	it("is the default one here", () => {
		expect(namesDatabase(written, "(default)")).to.equal(true);
		expect(namesDatabase(written, "figures")).to.equal(false);
	});

	it("is changed, and nothing else", () => {
		const changed = withDatabase(written, "figures");
		expect(namesDatabase(changed, "figures")).to.equal(true);
		expect(withDatabase(changed, "(default)")).to.equal(written);
		const { firestore, ...rest } = JSON.parse(changed);
		expect(rest).to.deep.equal((({ firestore: _, ...others }) => others)(JSON.parse(written)));
		expect(firestore).to.deep.equal({ ...JSON.parse(written).firestore, database: "figures" });
	});

	it("is the default one where none is named, and may be one of several", () => {
		expect(namesDatabase('{"firestore": {"rules": "a.rules"}}', "(default)")).to.equal(true);
		const several = '{"firestore": [{"database": "(default)"}, {"database": "figures"}]}';
		expect(namesDatabase(several, "figures")).to.equal(true);
		expect(withDatabase(several, "others")).to.equal(several);
	});
});
