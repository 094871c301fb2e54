import type { DocumentData, Firestore, QueryDocumentSnapshot } from "@google-cloud/firestore";
import { ALL_APPS } from "../../functions/src/config.ts";
import { FLAGS } from "../../functions/src/devices/flags.ts";
import { ACTION_NAME } from "../../functions/src/events/actions.ts";
import { appPath, COLLECTIONS, devicePath, INTAKE_DOCUMENT } from "../../functions/src/firestore/paths.ts";

/** Every field that ingest and counting may give an event. `docs/data-model.md` tells them. */
const EVENT_FIELDS = new Set(
	[
		"app_id device_id platform action version_name version_build version_code version_os plugin_version is_prod",
		"is_emulator custom_id old_version_name timestamp metadata install_source channel defaultChannel key_id bundle_id",
		"message file failed_version_name occurred_at received_at expire_at counted_at",
		"sent_version_name uncounted_since request_targets counted_as release failed_check untracked firsts lost tried_on tried_as_dev",
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
	const strange = collections.map(({ id }) => id).filter((id) => id !== COLLECTIONS.apps && id !== "system");
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

	system: ({ days = {} }, path) => {
		if (path !== INTAKE_DOCUMENT) return "nothing of ours writes here";
		// Every app is accepted: they are added up under one name.
		const names = Object.values<object>(days).flatMap(Object.keys);
		return names.every((name) => name === ALL_APPS) ? undefined : `holds ${names.join(", ")}`;
	},

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

function counterProblem(document: DocumentData): string | undefined {
	const { actions = {}, dev_actions = {}, devices = {}, dev_devices = {}, hours = {}, ...fields } = document;
	const names = [...Object.keys(actions), ...Object.keys(dev_actions)];
	const flags = [devices, dev_devices, ...Object.values(hours)].flatMap((counts) => Object.keys(Object(counts)));
	const strange = [
		...names.filter((name) => !ACTION_NAME.test(name)),
		...flags.filter((flag) => !FLAGS.some((known) => known === flag)),
		...Object.keys(hours).filter((hour) => !/^([01]\d|2[0-3])$/.test(hour)),
		...Object.keys(fields).filter(
			(field) => !/^(app_id|version_name|day|events|failed_checks|first_event_at|last_event_at)$/.test(field),
		),
	];
	return strange.length > 0 ? `counts ${strange}` : undefined;
}
