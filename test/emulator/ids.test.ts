import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { appPath, dayPath, devicePath, versionPath } from "../../functions/src/firestore/paths.ts";
import { newAppId } from "../support/appIds.ts";
import { dbWithoutTriggers, readApp } from "../support/database.ts";
import { countStoredEvents } from "../support/deliveries.ts";
import { host } from "../support/hosts.ts";
import { expectAnswer, post } from "../support/post.ts";
import { validEvent } from "../support/validEvent.ts";

/** Names that Firestore can't take as an id, or that look like one that it can't. */
const NAMES = [
	"a/b",
	"/",
	"//",
	".",
	"..",
	"...",
	"__x__",
	"____",
	"__",
	"%2F",
	"a%2Fb",
	"100%",
	"%5F_x__",
	"🎉",
	"é".repeat(255),
	"/".repeat(255),
	"constructor",
	"toString",
	"hasOwnProperty",
	"__proto__",
	"__defineGetter__",
	"ﬀ ß İ",
];

/** They can stand in an id of an app or a device, but not in a version's name, where they would forge a look-alike. */
const CONTROL_CHARACTERS = ["a\nb", "\u0000", "a\u007fb"];

describe("Names that Firestore can't take as they are", () => {
	for (const name of NAMES) {
		const shown = JSON.stringify(name.length > 20 ? `${name.slice(0, 5)}…` : name);

		it(`are stored, counted and read back as a device and as versions: ${shown}`, async () => {
			const app = newAppId();
			const startedAt = Date.now();
			const other = name === "1.2.3" ? "1.2.4" : "1.2.3";
			const events = [
				validEvent(app, { device_id: name, version_name: name, old_version_name: other, timestamp: startedAt }),
				validEvent(app, { device_id: name, version_name: other, old_version_name: name, timestamp: startedAt + 1 }),
			];
			// One after the other: the second one meets a device that knows the name.
			for (const event of events) await storeAndCount(app, [event]);

			const documents = await readApp(dbWithoutTriggers, app, startedAt);
			const today = new Date(startedAt).toISOString().slice(0, 10);
			const device = name.toLowerCase();
			expect(documents[devicePath(app, device)]).to.include({ app_id: app, device_id: device, version_name: other });
			const counter = { app_id: app, version_name: name, events: 1, actions: { set: 1, uninstall: 1 } };
			expect(documents[versionPath(app, name)]).to.deep.include(counter);
			expect(documents[dayPath(app, name, today)]).to.deep.include({ ...counter, day: today });
			const stored = Object.entries(documents).filter(([path]) => path.includes("/events/"));
			expect(stored.map(([, event]) => [event?.["device_id"], event?.["version_name"]])).to.have.deep.members([
				[device, name],
				[device, other],
			]);
			expect(Object.keys(documents), "no document besides").to.have.length(8);
		});

		it(`are stored, counted and read back as an app: ${shown}`, async () => {
			const version = randomUUID();
			await storeAndCount(name, [validEvent(name, { version_name: version })]);
			const app = await dbWithoutTriggers.doc(appPath(name)).get();
			expect(app.get("app_id")).to.equal(name);
			const counter = await dbWithoutTriggers.doc(versionPath(name, version)).get();
			expect(counter.data()).to.deep.include({ app_id: name, version_name: version, actions: { set: 1 } });
		});
	}

	for (const name of CONTROL_CHARACTERS) {
		const shown = JSON.stringify(name);

		it(`are stored, counted and read back as an app and a device: ${shown}`, async () => {
			const app = `${newAppId()}${name}`;
			await storeAndCount(app, [validEvent(app, { device_id: name })]);
			const device = await dbWithoutTriggers.doc(devicePath(app, name)).get();
			expect(device.data()).to.include({ app_id: app, device_id: name, version_name: "3.4.7" });
			const counter = await dbWithoutTriggers.doc(versionPath(app, "3.4.7")).get();
			expect(counter.data()).to.deep.include({ app_id: app, actions: { set: 1 } });
		});

		it(`are refused with a clear error as a version: ${shown}`, async () => {
			const { url } = await host("stats");
			const message = "must hold no control, zero-width or direction characters: remove them";
			expectAnswer(await post(url, validEvent(newAppId(), { version_name: name })), 400, {
				status: "error",
				error: "invalid_event",
				message: `version_name ${message}`,
				issues: [{ path: "version_name", message }],
			});
		});
	}

	it("are refused with a clear error where they are longer than an id can be: 1,501 bytes", async () => {
		const { url } = await host("stats");
		const issue = (path: string) => ({ path, message: "must be at most 255 characters long" });
		const longName = "x".repeat(1_501);
		const event = validEvent(longName, { device_id: longName, version_name: longName });
		expectAnswer(await post(url, event), 400, {
			status: "error",
			error: "invalid_event",
			message: ["app_id", "device_id", "version_name"].map((field) => `${field} ${issue(field).message}`).join("; "),
			issues: [issue("app_id"), issue("device_id"), issue("version_name")],
		});
	});

	it("are refused with a clear error where they are not valid Unicode", async () => {
		const { url } = await host("stats");
		const message = "must be valid Unicode: it holds half of a surrogate pair";
		const body = JSON.stringify(validEvent(newAppId(), { device_id: "HALF" })).replace("HALF", "\\ud83c");
		expectAnswer(await post(url, body), 400, {
			status: "error",
			error: "invalid_event",
			message: `device_id ${message}`,
			issues: [{ path: "device_id", message }],
		});
	});
});

async function storeAndCount(app: string, events: readonly object[]): Promise<void> {
	const { url } = await host("stats");
	const results = events.map((_, index) => ({ index, status: "ok" }));
	expectAnswer(await post(url, events), 200, { status: "ok", results });
	await countStoredEvents(app);
}
