import { expect } from "chai";
import { CliLog } from "../../../scripts/emulators/cliLog.ts";

describe("the CLI's log", () => {
	it("puts lines together from pieces, without colours", () => {
		const log = new CliLog();
		for (const piece of ["\u001b[32m✔\u001b[39m  fir", "st\r\nsecond\nthi"]) {
			log.write(piece);
		}
		expect(log.lines).to.deep.equal(["✔  first", "second"]);
	});

	it("passes lines on until that is ended", () => {
		const log = new CliLog();
		const heard: string[] = [];
		log.write("before\n");
		const end = log.onLine((line) => heard.push(line));
		log.write("one\ntwo\n");
		end();
		log.write("after\n");
		expect(heard).to.deep.equal(["one", "two"]);
	});

	it("has a tail of the last lines that say something", () => {
		const log = new CliLog();
		log.write("one\ntwo\n\n  \nthree\n");
		expect(log.tail(2)).to.equal("two\nthree");
	});
});
