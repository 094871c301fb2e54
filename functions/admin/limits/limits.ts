import { FieldValue, type Firestore, Timestamp } from "@google-cloud/firestore";
import { appPath } from "../../src/firestore/paths.ts";
import { type Limits, limitsOf, type RateName } from "../../src/releases/limits.ts";
import { limitsSchema } from "../../src/releases/limitsSchema.ts";
import { rejudgeApp } from "../rejudge.ts";

/** Limits that are set, and what is wrong with those that can't be. */
export type LimitsChange =
	| { readonly ok: true; readonly limits: Limits; readonly rejudged: number }
	| { readonly ok: false; readonly problems: readonly string[] };

/** The limits that hold for an app, and which of them were set for it. */
export async function readLimits(
	db: Firestore,
	appId: string,
): Promise<{ readonly limits: Limits; readonly own: readonly string[] }> {
	const stored: unknown = (await db.doc(appPath(appId)).get()).get("limits");
	const own = typeof stored === "object" && stored !== null ? Object.keys(stored) : [];
	return { limits: limitsOf(stored), own };
}

/** Sets limits of an app; those that aren't named stay. The schedule judges its releases by them in its next run. */
export async function setLimits(
	db: Firestore,
	appId: string,
	limits: Partial<Record<RateName, number>>,
	now: Date,
): Promise<LimitsChange> {
	const parsed = limitsSchema.safeParse(limits);
	if (!parsed.success) {
		return {
			ok: false,
			problems: parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`.trim()),
		};
	}
	await db.doc(appPath(appId)).set({ app_id: appId, limits }, { merge: true });
	return changed(db, appId, now);
}

/** Gives an app the default limits again. */
export async function resetLimits(db: Firestore, appId: string, now: Date): Promise<LimitsChange> {
	await db.doc(appPath(appId)).set({ app_id: appId, limits: FieldValue.delete() }, { merge: true });
	return changed(db, appId, now);
}

async function changed(db: Firestore, appId: string, now: Date): Promise<LimitsChange> {
	const rejudged = await rejudgeApp(db, appId, Timestamp.fromDate(now));
	const { limits } = await readLimits(db, appId);
	return { ok: true, limits, rejudged };
}
