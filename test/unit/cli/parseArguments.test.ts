import { expect } from "chai";
import { ExplainedError } from "../../../scripts/cli/explainedError.ts";
import { parseArguments } from "../../../scripts/cli/parseArguments.ts";

const OPTIONS = { app: { type: "string" }, emulator: { type: "boolean" } } as const;

describe("the command line", () => {
	const read = (args: readonly string[], allowPositionals: boolean, environment: NodeJS.ProcessEnv = {}) =>
		parseArguments({ args: [...args], options: OPTIONS, allowPositionals }, environment).values;

	it("is read as node:util does", () => {
		expect({ ...read(["--app", "a.b", "--emulator"], false) }).to.deep.equal({ app: "a.b", emulator: true });
	});

	for (const [args, allowPositionals, message] of [
		["--aap X", false, "Unknown option '--aap'. Try --help."],
		["--aap X", true, "Unknown option '--aap'. Try --help."],
		["--app", true, "Option '--app <value>' argument missing. Try --help."],
		["--app --emulator", true, "Option '--app' argument is ambiguous. Try --help."],
		["X", false, "Unexpected argument 'X'. Try --help."],
	] as const) {
		it(`explains ${args} where positionals are ${allowPositionals ? "allowed" : "not allowed"}`, () => {
			expect(() => read(args.split(" "), allowPositionals))
				.to.throw(ExplainedError)
				.with.property("message", message);
		});
	}

	it("tells where npm kept an option for itself what to write", () => {
		expect(() => read(["X"], false, { npm_lifecycle_event: "recount" })).to.throw(
			ExplainedError,
			"Unexpected argument 'X'. npm keeps options for itself that no -- stands before: write npm run recount -- --app …",
		);
	});
});
