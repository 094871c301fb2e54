import { once } from "node:events";
import { connect } from "node:net";
import { openAuth } from "../../functions/admin/members/authClient.ts";
import { ExplainedError } from "./explainedError.ts";
import type { Target } from "./target.ts";

const SIGN_IN = "gcloud auth application-default login";

const CONNECT_TIMEOUT_MS = 2_000;

/**
 * Does a command's work on a target that can be reached. An emulator that isn't there and missing credentials are noticed
 * beforehand: the Firestore client tries an emulator for most of a minute, and leaves the promise that fails without
 * credentials to nobody, which ends the process with a stack trace.
 *
 * @param environment Where the SDKs look for credentials.
 * @throws ExplainedError when the target can't be reached, where the cause is known.
 */
export async function onTarget<T>(target: Target, environment: NodeJS.ProcessEnv, work: () => Promise<T>): Promise<T> {
	if (target.emulatorHosts.length === 0) await checkCredentials(target, environment);
	else await Promise.all(target.emulatorHosts.map((host) => checkEmulator(host, target)));
	try {
		return await work();
	} catch (error) {
		throw explainAccess(error, target);
	}
}

async function checkEmulator(host: string, target: Target): Promise<void> {
	const { hostname, port } = new URL(`http://${host}`);
	const socket = connect({ host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || 80) });
	try {
		await once(socket, "connect", { signal: AbortSignal.timeout(CONNECT_TIMEOUT_MS) });
	} catch {
		throw notRunning(host, target);
	} finally {
		socket.destroy();
	}
}

async function checkCredentials(target: Target, environment: NodeJS.ProcessEnv): Promise<void> {
	// Whether this is a machine of Google Cloud is seen on the machine itself: a question to the network may hang.
	environment["METADATA_SERVER_DETECTION"] ??= "bios-only";
	try {
		await openAuth(target.projectId).app.options.credential?.getAccessToken();
	} catch (error) {
		const explained = explainAccess(error, target);
		if (explained instanceof ExplainedError) throw explained;
		throw new ExplainedError(`Signing in failed: ${messageOf(error)}. Run ${SIGN_IN}, and try again.`);
	}
}

/**
 * Explains why a project could not be reached.
 *
 * @param error What a Firebase SDK threw.
 * @returns An ExplainedError where the cause is known, else the error itself.
 */
export function explainAccess(error: unknown, target: Target): unknown {
	const { description, emulatorHosts } = target;
	const message = messageOf(error);
	const [, fileProblem] = message.match(/GOOGLE_APPLICATION_CREDENTIALS environment variable: (.*)/) ?? [];
	if (fileProblem !== undefined) {
		return new ExplainedError(
			`GOOGLE_APPLICATION_CREDENTIALS names no file with credentials: ${fileProblem}. ` +
				`Correct it, or unset it and run ${SIGN_IN}.`,
		);
	}
	if (/could not load the default credentials|invalid_grant|reauth/i.test(message)) {
		return new ExplainedError(`You are not signed in to the ${description}: run ${SIGN_IN}.`);
	}
	if (/permission.denied|insufficient permission/i.test(message)) {
		return new ExplainedError(
			`You may not change the ${description}: ask its owner for the roles that SECURITY.md names.`,
		);
	}
	if (/ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|UNAVAILABLE/.test(message)) {
		const [host] = emulatorHosts;
		if (host !== undefined) return notRunning(host, target);
		return new ExplainedError(`Can't reach the ${description}: ${message}. Is this machine online? Then try again.`);
	}
	return error;
}

function notRunning(host: string, { projectId }: Target): ExplainedError {
	return new ExplainedError(`Can't reach the emulator at ${host}, project ${projectId}. Is it running? Try npm start.`);
}

function messageOf(error: unknown): string {
	return (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
}
