import { memberPath } from "../../functions/src/firestore/paths.ts";
import { DEMO_APP, DEMO_USERS, type DemoUser } from "../../shared/demoUsers.ts";
import { LOOPBACK } from "../cli/addresses.ts";
import type { Ports } from "./ports.ts";

type Emulators = { projectId: string; auth: string; firestore: string };

// Both emulators take this instead of an administrator's credentials.
const HEADERS = { Authorization: "Bearer owner", "Content-Type": "application/json" };

/**
 * Creates the users with whom the dashboard is tried, and makes the member one.
 *
 * It speaks to the emulators alone: their REST APIs need no client library and can't be a real project's.
 */
export async function createDemoUsers(projectId: string, ports: Ports, now: Date): Promise<void> {
	const emulators = {
		projectId,
		auth: `http://${LOOPBACK}:${ports.auth}`,
		firestore: `http://${LOOPBACK}:${ports.firestore}`,
	};
	await Promise.all(DEMO_USERS.map((user) => createDemoUser(emulators, user, now)));
}

async function createDemoUser(emulators: Emulators, user: DemoUser, now: Date): Promise<void> {
	const { uid, email, password, role } = user;
	const accounts = `${emulators.auth}/identitytoolkit.googleapis.com/v1/projects/${emulators.projectId}/accounts`;
	await send("POST", accounts, { localId: uid, email, password, emailVerified: true });
	switch (role) {
		case "member":
			return createMember(emulators, user, now);
		case "operator": {
			const customAttributes = JSON.stringify({ operator: true });
			return send("POST", `${accounts}:update`, { localId: uid, customAttributes });
		}
		case "stranger":
			return;
	}
}

function createMember({ projectId, firestore }: Emulators, { uid, email }: DemoUser, now: Date): Promise<void> {
	const documents = `${firestore}/v1/projects/${projectId}/databases/(default)/documents`;
	return send("PATCH", `${documents}/${memberPath(DEMO_APP, uid)}`, {
		fields: {
			uid: { stringValue: uid },
			app_id: { stringValue: DEMO_APP },
			email: { stringValue: email },
			role: { stringValue: "viewer" },
			added_at: { timestampValue: now.toISOString() },
		},
	});
}

async function send(method: string, url: string, body: object): Promise<void> {
	const response = await fetch(url, { method, headers: HEADERS, body: JSON.stringify(body) });
	if (!response.ok) throw new Error(`${method} ${url} was answered with ${response.status}: ${await response.text()}`);
}
