import { expect } from "chai";
import { reportCommand } from "../../../scripts/cli/reportCommand.ts";

describe("the command that simulate ends with", () => {
	for (const [where, url, target] of [
		["a suite on its standard ports", "http://127.0.0.1:5001/demo-statistics/us-central1/stats", "--emulator"],
		["its Hosting emulator", "http://localhost:5000/stats", "--emulator"],
		[
			"a suite on other ports",
			"http://127.0.0.1:5011/demo/us-central1/stats",
			"  (after the variables that npm start printed)",
		],
		["a real project", "https://my-project.web.app/stats?secret=x", "--project your-project"],
	] as const) {
		it(`reads ${where}`, () => {
			expect(reportCommand(url, "a.b")).to.equal(`npm run report -- --app a.b ${target}`);
		});
	}
});
