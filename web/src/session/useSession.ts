import { type Auth, beforeAuthStateChanged, onIdTokenChanged } from "firebase/auth";
import { useEffect, useState } from "preact/hooks";

/** Who looks at the page. */
export type User = {
	readonly uid: string;
	readonly email: string | null;
	/** Operators read every app. */
	readonly isOperator: boolean;
};

export type Session =
	| { readonly state: "loading" }
	| { readonly state: "signed-out" }
	| { readonly state: "signed-in"; readonly user: User };

/** Who is signed in, as it changes. */
export function useSession(auth: Auth): Session {
	const [session, setSession] = useState<Session>({ state: "loading" });
	useEffect(() => {
		// The views are left before the right to read ends, so that none of them asks for something without it.
		const endBefore = beforeAuthStateChanged(auth, async (user) => {
			if (user !== null) return;
			setSession({ state: "signed-out" });
			await new Promise((left) => setTimeout(left));
		});
		const endAfter = onIdTokenChanged(auth, async (user) => {
			if (user === null) return setSession({ state: "signed-out" });
			const { claims } = await user.getIdTokenResult();
			const isOperator = claims["operator"] === true;
			setSession({ state: "signed-in", user: { uid: user.uid, email: user.email, isOperator } });
		});
		return () => {
			endBefore();
			endAfter();
		};
	}, [auth]);
	return session;
}
