import {
	browserPopupRedirectResolver,
	GoogleAuthProvider,
	signInWithEmailAndPassword,
	signInWithPopup,
} from "firebase/auth";
import { useState } from "preact/hooks";
import { DEMO_USERS, type DemoUser } from "../../../shared/demoUsers.ts";
import { Logo } from "../ui/Logo.tsx";
import type { Backend } from "./backend.ts";
import "./session.css";

/** Asks who it is: with Google, or on the emulator as one of the demo users. */
export function SignIn({ backend }: { readonly backend: Backend }) {
	const [problem, setProblem] = useState<string | null>(null);
	const attempt = (signIn: () => Promise<unknown>) => () => {
		setProblem(null);
		signIn().catch((error: unknown) => setProblem(problemOf(error)));
	};
	return (
		<main class="sign-in">
			<div class="card sign-in-card">
				<Logo size={44} />
				<h1>Update statistics</h1>
				<p class="muted">See at a glance whether a release is healthy.</p>
				{backend.isEmulated ? (
					<DemoSignIn signIn={(user) => attempt(() => signInAs(backend, user))} />
				) : (
					<button type="button" class="button primary wide" onClick={attempt(() => signInWithGoogle(backend))}>
						Sign in with Google
					</button>
				)}
				{problem && (
					<p class="problem" role="alert">
						{problem}
					</p>
				)}
			</div>
		</main>
	);
}

function DemoSignIn({ signIn }: { readonly signIn: (user: DemoUser) => () => void }) {
	return (
		<>
			{DEMO_USERS.map((user) => (
				<button
					key={user.uid}
					type="button"
					class={`button wide ${user.role === "member" ? "primary" : ""}`}
					onClick={signIn(user)}
				>
					Sign in as {user.name}
				</button>
			))}
			<p class="muted small">These users exist on the local Auth emulator alone. A deployed page asks for Google.</p>
		</>
	);
}

function signInAs({ auth }: Backend, { email, password }: DemoUser): Promise<unknown> {
	return signInWithEmailAndPassword(auth, email, password);
}

function signInWithGoogle({ auth }: Backend): Promise<unknown> {
	return signInWithPopup(auth, new GoogleAuthProvider(), browserPopupRedirectResolver);
}

function problemOf(error: unknown): string {
	const code = error instanceof Error && "code" in error ? String(error.code) : "";
	switch (code) {
		case "auth/popup-closed-by-user":
		case "auth/cancelled-popup-request":
			return "The sign-in window was closed. Try again.";
		case "auth/popup-blocked":
			return "The browser blocked the sign-in window. Allow pop-ups for this page and try again.";
		case "auth/operation-not-allowed":
			return "Google sign-in is off: switch it on in the Firebase console, under Authentication.";
		case "auth/unauthorized-domain":
			return "This domain may not sign users in: add it in the Firebase console, under Authentication, Settings.";
		case "auth/user-not-found":
		case "auth/invalid-credential":
			return "The local suite has no such user: start it again with `npm start`.";
		default:
			return `Signing in failed: ${error instanceof Error ? error.message : "unknown error"}`;
	}
}
