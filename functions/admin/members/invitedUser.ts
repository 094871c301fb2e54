import type { Auth, UserRecord } from "firebase-admin/auth";

/** The user who is to get access, or why it can't be given. */
export type InvitedUser =
	| { readonly ok: true; readonly user: UserRecord }
	| { readonly ok: false; readonly reason: "email_not_verified" };

/**
 * Finds the user with an email address, or creates one who has not signed in yet, so that people can be let in before
 * they first come.
 *
 * A user who signed up with an address but never showed that it is theirs could be anybody: such a user is refused. One
 * that was created here has no way to sign in of their own until the address' owner signs in.
 */
export async function findOrInviteUser(auth: Auth, email: string): Promise<InvitedUser> {
	const user = (await findUser(auth, email)) ?? (await auth.createUser({ email }));
	const isUnproven = !user.emailVerified && user.providerData.length > 0;
	return isUnproven ? { ok: false, reason: "email_not_verified" } : { ok: true, user };
}

/** The user with an email address, if there is one. */
export async function findUser(auth: Auth, email: string): Promise<UserRecord | undefined> {
	const { users } = await auth.getUsers([{ email }]);
	return users[0];
}
