import type { Auth } from "firebase-admin/auth";
import { findOrInviteUser, findUser, type InvitedUser } from "./invitedUser.ts";

/** Users read at a time; the most that Firebase Auth gives. */
const PAGE_SIZE = 1_000;

/** The custom claim that `firestore.rules` reads. */
const CLAIM = "operator";

/** Lets a user read every app of the project, from their next sign-in or token refresh on. */
export async function addOperator(auth: Auth, email: string): Promise<InvitedUser> {
	const invited = await findOrInviteUser(auth, email);
	if (!invited.ok) return invited;
	const { uid, customClaims } = invited.user;
	await auth.setCustomUserClaims(uid, { ...customClaims, [CLAIM]: true });
	return invited;
}

/**
 * Takes that away again. A token that was given out before is valid until it expires, for an hour at most; it is not
 * renewed.
 *
 * @returns Whether the user was an operator.
 */
export async function removeOperator(auth: Auth, email: string): Promise<boolean> {
	const user = await findUser(auth, email);
	if (user?.customClaims?.[CLAIM] !== true) return false;
	const { [CLAIM]: _removed, ...claims } = user.customClaims;
	await auth.setCustomUserClaims(user.uid, claims);
	await auth.revokeRefreshTokens(user.uid);
	return true;
}

/** The email addresses of the operators. It reads every user of the project: claims can't be searched. */
export async function listOperators(auth: Auth): Promise<readonly string[]> {
	const operators: string[] = [];
	let pageToken: string | undefined;
	do {
		const page = await auth.listUsers(PAGE_SIZE, pageToken);
		for (const { uid, email, customClaims } of page.users) {
			if (customClaims?.[CLAIM] === true) operators.push(email ?? uid);
		}
		pageToken = page.pageToken;
	} while (pageToken !== undefined);
	return operators.sort();
}
