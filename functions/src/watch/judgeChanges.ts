import { type DocumentSnapshot, FieldValue, type Firestore, Timestamp } from "@google-cloud/firestore";
import { DAY_MS } from "../events/time.ts";
import { isRefused } from "../firestore/grpcStatus.ts";
import { pagesOf } from "../firestore/pages.ts";
import { appPath, COLLECTIONS, verdictPath, verdictsPath, versionPath } from "../firestore/paths.ts";
import type { DayCounts } from "../releases/cohorts.ts";
import { judgeAmong, type ReleaseRecord } from "../releases/judgeAmong.ts";
import type { Verdict } from "../releases/judgeRate.ts";
import { limitsOf } from "../releases/limits.ts";
import { productionDevices } from "../releases/productionDevices.ts";
import { isRelease } from "../releases/releaseBefore.ts";
import { inOrderOfAppearance, replacedBadRelease } from "../releases/replacement.ts";
import { newsOf } from "../releases/standingVerdict.ts";
import type { Alert } from "./alert.ts";
import { addAlert } from "./alertDocument.ts";
import { type JudgedVersion, millisOf, readVerdict, verdictDocument } from "./verdictDocument.ts";

/** Counters that a commit writes while a run reads may be missed by it: the next run looks so far back, in milliseconds. */
export const OVERLAP_MS = 60_000;

/** Versions that are read at a time. */
const PAGE_SIZE = 300;

/** Releases of an app among which the one before is looked for: the newest ones. */
const MAX_RELEASES_TO_COMPARE = 100;

/** A device has a day to get a bundle: so long after its UTC day a cohort is judged by that. */
const DELIVERY_DAYS = 2;

/** An app with changes, as its document tells. */
export type ChangedApp = { readonly appId: string; readonly limits: unknown };

/**
 * Judges the versions of an app whose counters changed since they were judged, and those that are due, and writes each
 * verdict down. A verdict that worsens, or comes back to healthy, writes an alert in the same commit, under the precondition
 * that nobody else judged the version meanwhile: so each change is told once, however many runs see it.
 *
 * Reads: the versions that changed, their verdicts and their changed days; the verdicts of the 100 newest releases.
 *
 * @param since Versions whose counters changed after this moment are looked at. Milliseconds since the epoch.
 * @param due Versions that are to be judged though nothing changed.
 * @param now Milliseconds since the epoch.
 * @returns How many verdicts were written.
 */
export async function judgeApp(
	db: Firestore,
	{ appId, limits }: ChangedApp,
	{ since, due, now }: { readonly since: number; readonly due: readonly string[]; readonly now: number },
): Promise<number> {
	let written = 0;
	for await (const versions of changedVersions(db, appId, since, due)) {
		const judgeable = versions.filter(({ version }) => isRelease(version));
		if (judgeable.length === 0) continue;
		const changed = await Promise.all(judgeable.map((version) => readChanges(db, appId, version)));
		const releases = mergeReleases(await newestReleases(db, appId), changed);
		// In the order in which they appeared, so that a release that replaces a bad one knows that it is bad.
		for (const release of changed.toSorted(inOrderOfAppearance)) {
			const verdict = await judgeAndWrite(db, appId, release, releases, { limits, now });
			releases.set(release.version, { ...release, standing: { ...release.standing, verdict } });
			written += 1;
		}
	}
	return written;
}

/** Another run may judge the same version at the same moment: after so many refusals the next run is left to see to it. */
const MAX_ATTEMPTS = 5;

/**
 * Judges a release and writes its verdict. Where another run judged it meanwhile, it is read and judged again: this run may
 * have seen what that one didn't.
 */
async function judgeAndWrite(
	db: Firestore,
	appId: string,
	release: Release,
	releases: ReadonlyMap<string, Release>,
	at: { readonly limits: unknown; readonly now: number },
): Promise<Verdict> {
	let latest = release;
	for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
		const known = new Map(releases).set(latest.version, latest);
		const judged = judge(appId, latest, known, at);
		if (await writeVerdict(db, latest, judged, at.now)) return judged.judgement.verdict;
		const snapshot = await db.doc(versionPath(appId, release.version)).get();
		latest = await readChanges(db, appId, { version: release.version, snapshot });
	}
	throw new Error("A version was judged by others again and again.");
}

/**
 * The judgement of a version as of now, with what its counters say beyond the stored verdict. Nothing is written.
 *
 * @param now Milliseconds since the epoch.
 */
export async function judgeNow(
	db: Firestore,
	{ appId, limits }: ChangedApp,
	version: string,
	now: number,
): Promise<JudgedVersion> {
	const snapshot = await db.doc(versionPath(appId, version)).get();
	const release = await readChanges(db, appId, { version, snapshot });
	const releases = mergeReleases(await newestReleases(db, appId), [release]);
	return judge(appId, release, releases, { limits, now });
}

type ChangedVersion = { readonly version: string; readonly snapshot: DocumentSnapshot };

/** The versions whose counters changed, those that changed last first, page by page; and then those that are due. */
async function* changedVersions(
	db: Firestore,
	appId: string,
	since: number,
	due: readonly string[],
): AsyncGenerator<readonly ChangedVersion[]> {
	const changed = db
		.collection(`${appPath(appId)}/${COLLECTIONS.versions}`)
		.where("last_event_at", ">=", Timestamp.fromMillis(Math.max(0, since)))
		.orderBy("last_event_at", "desc");
	const found = new Set<string>();
	for await (const { docs } of pagesOf(changed, PAGE_SIZE)) {
		for (const { ref } of docs) found.add(ref.path);
		yield docs.flatMap(namedVersion);
	}
	const others = due.map((version) => versionPath(appId, version)).filter((path) => !found.has(path));
	if (others.length === 0) return;
	const snapshots = await db.getAll(...others.map((path) => db.doc(path)));
	// A version that is gone would be due for ever.
	const gone = snapshots.filter(({ exists }) => !exists).map(({ ref }) => ref.id);
	const verdicts = db.collection(verdictsPath(appId));
	await Promise.all(gone.map((id) => verdicts.doc(id).delete()));
	yield snapshots.flatMap(namedVersion);
}

function namedVersion(snapshot: DocumentSnapshot): readonly ChangedVersion[] {
	const version: unknown = snapshot.get("version_name");
	return typeof version === "string" ? [{ version, snapshot }] : [];
}

/** A version with what is known of it now. */
type Release = ReleaseRecord & {
	/** The bad release whose place it took, as people were told; null where it took none's. */
	readonly replaces: string | null;
	/** The verdict's document as it was read; undefined where it needn't be. */
	readonly verdictSnapshot?: DocumentSnapshot;
	/** The moment as of which its counters were read, in milliseconds since the epoch. */
	readonly readAt: number;
};

async function readChanges(db: Firestore, appId: string, { version, snapshot }: ChangedVersion): Promise<Release> {
	const verdictSnapshot = await db.doc(verdictPath(appId, version)).get();
	const stored = readVerdict(verdictSnapshot.data());
	const days = await db
		.collection(`${versionPath(appId, version)}/${COLLECTIONS.days}`)
		.where("last_event_at", ">=", Timestamp.fromMillis(Math.max(0, stored.judgedAt - OVERLAP_MS)))
		.get();
	const changed = days.docs.map((day): DayCounts => ({ day: day.id, devices: productionDevices(day.data()) }));
	const cohorts = new Map([...stored.cohorts, ...changed].map((cohort) => [cohort.day, cohort]));
	return {
		version,
		cohorts: [...cohorts.values()].filter(({ devices }) => (devices.tried ?? 0) > 0),
		standing: stored,
		replaces: stored.replaces,
		verdictSnapshot,
		isHidden: snapshot.get("hidden") === true,
		firstEventAt: millisOf(snapshot.get("first_event_at")),
		readAt: days.readTime.toMillis(),
	};
}

/** The releases that are known from before, newest first. */
async function newestReleases(db: Firestore, appId: string): Promise<readonly Release[]> {
	const verdicts = db.collection(verdictsPath(appId));
	const { docs } = await verdicts.orderBy("appeared_on", "desc").limit(MAX_RELEASES_TO_COMPARE).get();
	return docs.map((snapshot) => {
		const stored = readVerdict(snapshot.data());
		return {
			version: String(snapshot.get("version_name")),
			cohorts: stored.cohorts,
			standing: stored,
			isHidden: false,
			replaces: stored.replaces,
			firstEventAt: stored.firstEventAt,
			readAt: stored.judgedAt,
		};
	});
}

function mergeReleases(known: readonly Release[], changed: readonly Release[]): Map<string, Release> {
	return new Map([...known, ...changed].map((release) => [release.version, release]));
}

function judge(
	appId: string,
	release: Release,
	releases: ReadonlyMap<string, Release>,
	{ limits, now }: { readonly limits: unknown; readonly now: number },
): JudgedVersion {
	const { version, cohorts, isHidden, firstEventAt, readAt } = release;
	const judgement = judgeAmong(release, releases, limitsOf(limits), now);
	const matures = cohorts.map(({ day }) => Date.parse(day) + DELIVERY_DAYS * DAY_MS).filter((time) => time > now);
	const rejudgeAt = matures.length === 0 ? null : Math.min(...matures);
	const replaces = replacesBy(release, judgement.verdict, releases);
	return { appId, version, cohorts, judgement, isHidden, replaces, firstEventAt, rejudgeAt, judgedAt: readAt };
}

/** The bad release whose place a release takes that becomes healthy now, or took when it did. */
function replacesBy(
	{ version, standing, replaces }: Release,
	verdict: Verdict,
	releases: ReadonlyMap<string, Release>,
): string | null {
	const becomesHealthy = verdict === "healthy" && standing.verdict !== "healthy";
	return replaces ?? (becomesHealthy ? replacedBadRelease(version, [...releases.values()]) : null);
}

/**
 * Writes a verdict, and the alert that it calls for.
 *
 * @returns false when another run judged the version meanwhile: then it has told, too.
 */
async function writeVerdict(db: Firestore, release: Release, judged: JudgedVersion, now: number): Promise<boolean> {
	const { appId, version } = judged;
	const { verdictSnapshot } = release;
	const ref = db.doc(verdictPath(appId, version));
	const batch = db.batch();
	const fields = verdictDocument(judged);
	if (verdictSnapshot?.updateTime) {
		const absent = { appeared_on: FieldValue.delete() };
		batch.update(ref, { ...absent, ...fields }, { lastUpdateTime: verdictSnapshot.updateTime });
	} else {
		batch.create(ref, fields);
	}
	const alert = judged.isHidden ? undefined : alertOf(release, judged);
	if (alert) addAlert(db, batch, appId, alert, now);
	try {
		await batch.commit();
		return true;
	} catch (error) {
		if (isRefused(error)) return false;
		throw error;
	}
}

function alertOf(before: Release, { version, judgement, cohorts, replaces }: JudgedVersion): Alert | undefined {
	const { verdict, family, since } = judgement;
	const isReplacement = replaces !== null && before.replaces === null;
	if (newsOf(before.standing.verdict, verdict) === undefined && !isReplacement) return undefined;
	const devices = cohorts.reduce((sum, { devices }) => sum + (devices.tried ?? 0), 0);
	const sentence = isReplacement ? `${judgement.sentence} It replaces ${replaces}, which is bad.` : judgement.sentence;
	const verdictBefore = before.standing.verdict ?? null;
	return { kind: "release", version, verdict, verdictBefore, family, since, devices, replaces, sentence };
}
