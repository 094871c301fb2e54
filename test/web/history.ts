import { judgeHistory } from "../../scripts/fleet/judgeHistory.ts";
import { releaseHistory, writeAll } from "../../scripts/fleet/releaseHistory.ts";
import { DEMO_USERS } from "../../shared/demoUsers.ts";
import { addMember, db, RUN } from "./suite.ts";

/** An app with a longer history than a test could send. Tests only look at it. */
export const HISTORY_APP = `com.example.history.${RUN}`;

/** Its newest release, which fails; the one before it; and its oldest one, which the overview doesn't list at first. */
export const NEWEST = "4.2.4";
export const OLDER = "4.1.9";
export const OLDEST = "4.0.1";

const SIZE = {
	appId: HISTORY_APP,
	versions: 24,
	days: 30,
	devices: 2_500,
	/** More than a release's page lists at first. */
	failures: 70,
	newestAge: 2,
};

let written: Promise<void> | undefined;

/** Writes the history, once for all tests, and has it judged. */
export function writeHistory(): Promise<void> {
	written ??= write();
	return written;
}

async function write(): Promise<void> {
	const now = Date.now();
	await writeAll(db, releaseHistory(db, SIZE, now));
	await judgeHistory(db, HISTORY_APP, now);
	await letMemberRead(HISTORY_APP);
}

/** Makes the demo member, as whom tests open the page, a member of apps. */
export async function letMemberRead(...apps: readonly string[]): Promise<void> {
	const [member] = DEMO_USERS;
	if (member === undefined) throw new Error("There is no demo member.");
	for (const app of apps) await addMember(app, member.uid, member.email);
}
