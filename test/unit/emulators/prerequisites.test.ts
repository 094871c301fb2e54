import { expect } from "chai";
import { ExplainedError } from "../../../scripts/cli/explainedError.ts";
import { checkPaths } from "../../../scripts/emulators/prerequisites.ts";

const PATHS = ["/home/me/statistics", "/home/größe/firestore.jar"];

describe("paths that Java has to read", () => {
	it("may hold any letters where it knows them, or does not tell", () => {
		for (const encoding of ["UTF-8", "Cp1252", undefined]) expect(() => checkPaths(PATHS, encoding)).not.to.throw();
	});

	it("may hold English letters in every locale", () => {
		expect(() => checkPaths(["/home/me/statistics (2)~"], "ANSI_X3.4-1968")).not.to.throw();
	});

	it("are named when they hold others in a locale of ASCII", () => {
		for (const encoding of ["ANSI_X3.4-1968", "US-ASCII"]) {
			expect(() => checkPaths(PATHS, encoding)).to.throw(ExplainedError, "/home/größe/firestore.jar");
		}
	});
});
