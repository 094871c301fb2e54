import { expect } from "chai";
import { newAppId } from "../support/appIds.ts";
import { dbWithoutTriggers, readApp } from "../support/database.ts";
import { countStoredEvents } from "../support/deliveries.ts";
import { host } from "../support/hosts.ts";
import { expectAnswer, post } from "../support/post.ts";
import { validEvent } from "../support/validEvent.ts";

const HOUR_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * HOUR_MS;

const midnight = Date.parse(day(Date.now()));

describe("The day of an event", () => {
	it("is the UTC day on which it happened, to the millisecond, in whatever order events come", async () => {
		const lastOfDay = midnight - 1;
		const timestamps = [
			midnight,
			lastOfDay,
			midnight - DAY_MS,
			lastOfDay - DAY_MS,
			midnight - DAY_MS + 1,
			lastOfDay - 1,
		];
		expect(await daysOf(timestamps)).to.deep.equal({
			[day(midnight)]: 1,
			[day(midnight - DAY_MS)]: 4,
			[day(midnight - 2 * DAY_MS)]: 1,
		});
	});

	it("is a day long ago for what a device kept for weeks", async () => {
		const longAgo = Date.now() - 29 * DAY_MS;
		expect(await daysOf([longAgo])).to.deep.equal({ [day(longAgo)]: 1 });
	});

	it("is the day of its arrival where the timestamp can't be true, or is missing", async () => {
		const now = Date.now();
		const implausible = [0, -1, now / 1_000, now * 1_000, now + 2 * HOUR_MS, now - 31 * DAY_MS, 1e300, -1e300, 1.5];
		expect(await daysOf([...implausible, undefined])).to.deep.equal({ [day(now)]: implausible.length + 1 });
	});

	it("keeps the time to the millisecond, and what the client sent beside it", async () => {
		const app = newAppId();
		const startedAt = Date.now();
		const plausible = startedAt - HOUR_MS;
		await send(app, [plausible + 0.75, 12]);
		const events = Object.entries(await readApp(dbWithoutTriggers, app, startedAt)).filter(([path]) =>
			/events/.test(path),
		);
		const times = events.map(([, event]) => [event?.["timestamp"], event?.["occurred_at"], event?.["expire_at"]]);
		expect(times).to.have.deep.members([
			[plausible, new Date(plausible).toISOString(), new Date(plausible + 91 * DAY_MS).toISOString()],
			[12, "now", "now + 91 days"],
		]);
	});
});

/** Sends an event for each timestamp, and counts them. Resolves to the events of each day. */
async function daysOf(timestamps: readonly (number | undefined)[]): Promise<Record<string, unknown>> {
	const app = newAppId();
	await send(app, timestamps);
	await countStoredEvents(app);
	const documents = await readApp(dbWithoutTriggers, app, 0);
	expect(documents[`apps/${app}/versions/3.4.7`]).to.deep.include({ events: timestamps.length });
	const days = Object.values(documents).filter((document) => document?.["day"] !== undefined);
	return Object.fromEntries(days.map((document) => [document?.["day"], document?.["events"]]));
}

async function send(app: string, timestamps: readonly (number | undefined)[]): Promise<void> {
	const { url } = await host("stats");
	const events = timestamps.map((timestamp) => validEvent(app, { timestamp }));
	const results = events.map((_, index) => ({ index, status: "ok" }));
	expectAnswer(await post(url, events), 200, { status: "ok", results });
}

function day(milliseconds: number): string {
	return new Date(milliseconds).toISOString().slice(0, 10);
}
