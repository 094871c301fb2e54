import type { DocumentData, Firestore, QueryDocumentSnapshot } from "@google-cloud/firestore";
import { ACTION_NAME } from "../../functions/src/events/actions.ts";
import { appPath, COLLECTIONS, devicePath } from "../../functions/src/firestore/paths.ts";

/** Every field that ingest may give an event. `docs/data-model.md` tells them. */
const EVENT_FIELDS = new Set(
	[
		"app_id device_id platform action version_name version_build version_code version_os plugin_version is_prod",
		"is_emulator custom_id old_version_name timestamp metadata install_source channel defaultChannel key_id bundle_id",
		"message file failed_version_name occurred_at received_at expire_at counted_at",
	]
		.join(" ")
		.split(" "),
);

/**
 * The documents that an attack got into a place, or gave a field, which their app and device don't allow; each with what
 * is wrong. It looks at everything that is stored.
 */
export async function misplacedDocuments(db: Firestore): Promise<readonly string[]> {
	const collections = await db.listCollections();
	const strange = collections.map(({ id }) => id).filter((id) => id !== COLLECTIONS.apps);
	const problems = strange.map((id) => `${id}: there should be no such collection`);
	for (const [group, problemOf] of Object.entries(PROBLEMS)) {
		for await (const snapshot of db.collectionGroup(group).stream()) {
			const document = snapshot as unknown as QueryDocumentSnapshot;
			const problem = problemOf(document.data(), document.ref.path);
			if (problem !== undefined) problems.push(`${document.ref.path}: ${problem}`);
		}
	}
	return problems;
}

const PROBLEMS: Readonly<Record<string, (document: DocumentData, path: string) => string | undefined>> = {
	apps: ({ app_id }, path) => (path === appPath(app_id) ? undefined : `is the app ${app_id}`),

	devices: ({ app_id, device_id }, path) =>
		path === devicePath(app_id, device_id) ? undefined : `is the device ${device_id} of ${app_id}`,

	events: (event, path) => {
		const parent = `${devicePath(event["app_id"], event["device_id"])}/events/`;
		if (!path.startsWith(parent) || path.slice(parent.length).includes("/")) return `belongs below ${parent}`;
		const unknown = Object.keys(event).filter((field) => !EVENT_FIELDS.has(field));
		return unknown.length > 0 ? `has the fields ${unknown}` : undefined;
	},

	versions: counterProblem,

	days: counterProblem,
};

function counterProblem({ actions = {}, dev_actions = {}, ...fields }: DocumentData): string | undefined {
	const names = [...Object.keys(actions), ...Object.keys(dev_actions)];
	const strange = [
		...names.filter((name) => !ACTION_NAME.test(name)),
		...Object.keys(fields).filter(
			(field) => !/^(app_id|version_name|day|events|first_event_at|last_event_at)$/.test(field),
		),
	];
	return strange.length > 0 ? `counts ${strange}` : undefined;
}
