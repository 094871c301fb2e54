import { FieldValue, type Firestore } from "@google-cloud/firestore";
import * as z from "zod";
import { utcDay } from "../events/eventTime.ts";
import { DAY_MS } from "../events/time.ts";
import { encodeDocumentId } from "../firestore/documentId.ts";
import { appPath, INTAKE_DOCUMENT } from "../firestore/paths.ts";

/** What the instances of `stats` took of an app on a UTC day, or add to it. */
export type Taken = { readonly events: number; readonly newVersions: number };

/** What all instances know of each other, and what operators told them. */
export type Intake = {
	/** Whether nothing of an app is stored. */
	readonly isPaused: (appId: string) => boolean;
	/** What was taken of an app on the day that was asked for. */
	readonly takenOf: (appId: string) => Taken;
	/** Days of which nobody asks any more. */
	readonly pastDays: readonly string[];
};

/** What an instance adds. */
export type IntakeSums = {
	readonly taken: ReadonlyMap<string, Taken>;
	/** By the app: how many of its events were dropped. */
	readonly dropped: ReadonlyMap<string, number>;
	readonly pastDays: readonly string[];
};

export const NOTHING_TAKEN: Taken = { events: 0, newVersions: 0 };

const count = z.number().catch(0);
const schema = z.object({
	paused: z.record(z.string(), z.unknown()).catch({}),
	days: z
		.record(z.string(), z.record(z.string(), z.object({ events: count, new_versions: count }).catch(noCounts)))
		.catch({}),
});

/** Reads the intake. One read, however many apps there are. */
export async function readIntake(db: Firestore, day: string): Promise<Intake> {
	const { paused, days } = schema.parse((await db.doc(INTAKE_DOCUMENT).get()).data() ?? {});
	const ofDay = new Map(Object.entries(days[day] ?? {}));
	return {
		isPaused: (appId) => Object.hasOwn(paused, encodeDocumentId(appId)),
		takenOf: (appId) => {
			const taken = ofDay.get(encodeDocumentId(appId));
			return taken === undefined ? NOTHING_TAKEN : { events: taken.events, newVersions: taken.new_versions };
		},
		// Yesterday's may still be added to: an instance's clock may be a little behind.
		pastDays: Object.keys(days).filter((known) => known < utcDay(Date.parse(day) - DAY_MS)),
	};
}

/** Adds what an instance took, and notes on the apps what was dropped. One commit. */
export async function addToIntake(db: Firestore, day: string, { taken, dropped, pastDays }: IntakeSums): Promise<void> {
	const batch = db.batch();
	if (taken.size > 0) {
		const ofDay = [...taken].map(([appId, { events, newVersions }]) => {
			const sums = { events: FieldValue.increment(events), new_versions: FieldValue.increment(newVersions) };
			return [encodeDocumentId(appId), sums] as const;
		});
		const past = pastDays.map((pastDay) => [pastDay, FieldValue.delete()] as const);
		const days = { [day]: Object.fromEntries(ofDay), ...Object.fromEntries(past) };
		batch.set(db.doc(INTAKE_DOCUMENT), { days }, { merge: true });
	}
	for (const [appId, events] of dropped) {
		const note = { app_id: appId, dropped: { [day]: FieldValue.increment(events) } };
		batch.set(db.doc(appPath(appId)), note, { merge: true });
	}
	await batch.commit();
}

function noCounts() {
	return { events: 0, new_versions: 0 };
}
