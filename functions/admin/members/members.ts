import type { Firestore } from "@google-cloud/firestore";
import type { Auth } from "firebase-admin/auth";
import { z } from "zod";
import { memberPath, membersPath } from "../../src/firestore/paths.ts";
import { findOrInviteUser, type InvitedUser } from "./invitedUser.ts";

/** What a member may do: `firestore.rules` gives each role its meaning. */
export const roleSchema = z.enum(["viewer", "admin"]);

export type Role = z.output<typeof roleSchema>;

/** An email address as people type it, in the one form in which it is stored and compared. */
export const emailSchema = z.string().trim().toLowerCase().pipe(z.email());

/** One member of an app, as people see it. */
export type Member = { readonly email: string; readonly role: string };

/**
 * Lets a user read an app, at once. Adding a member again sets their role.
 *
 * @param email As {@link emailSchema} gives it.
 * @param now When they became a member, if they weren't one.
 */
export async function addMember(
	{ db, auth }: { readonly db: Firestore; readonly auth: Auth },
	{ appId, email, role }: { readonly appId: string; readonly email: string; readonly role: Role },
	now: Date,
): Promise<InvitedUser> {
	const invited = await findOrInviteUser(auth, email);
	if (!invited.ok) return invited;
	const { uid } = invited.user;
	const document = db.doc(memberPath(appId, uid));
	const existing = await document.get();
	await document.set({ uid, app_id: appId, email, role, added_at: existing.get("added_at") ?? now });
	return invited;
}

/**
 * Takes an app away from the members with an email address, at once. It needs no user: theirs may be deleted already.
 *
 * @returns How many members that were: 0 when nobody has the address.
 */
export async function removeMember(db: Firestore, appId: string, email: string): Promise<number> {
	const members = await db.collection(membersPath(appId)).get();
	const removed = members.docs.filter((member) => member.get("email") === email);
	await Promise.all(removed.map(({ ref }) => ref.delete()));
	return removed.length;
}

/** The members of an app, by email address. */
export async function listMembers(db: Firestore, appId: string): Promise<readonly Member[]> {
	const members = await db.collection(membersPath(appId)).get();
	return members.docs
		.map((member) => ({ email: String(member.get("email")), role: String(member.get("role")) }))
		.sort((a, b) => a.email.localeCompare(b.email));
}
