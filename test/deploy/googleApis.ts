import { createHash } from "node:crypto";
import type { GoogleProject, HostingConfig, Policy, Resource } from "./googleProject.ts";

/** A request that the CLI sent, by the real name of the API: `cloudfunctions.googleapis.com`. */
export type Call = {
	method: string;
	host: string;
	path: string;
	query: Record<string, string>;
	/** JSON where it was JSON, base64 where it was something else. */
	body: unknown;
	status: number;
};

/** An API that answers with an error, for as many requests as said. The path is a regular expression. */
export type Refusal = {
	host: string;
	method: string;
	path: string;
	times: number;
	status: number;
	message: string;
	/**
	 * Not the request fails but the operation that it starts, for a function with an event trigger, and what it should have
	 * made is left in this state.
	 */
	operation?: "leaves the function" | "leaves the function without its trigger";
};

export type Answer = { status: number; body: unknown };

type Request = Pick<Call, "method" | "host" | "path" | "query" | "body">;

type Route = readonly [
	method: string,
	host: string,
	path: RegExp,
	answer: (project: GoogleProject, groups: Readonly<Record<string, string>>, request: Request) => Answer,
];

const ok = (body: unknown = {}): Answer => ({ status: 200, body });

const notFound = (what: string): Answer => failed(404, `${what} was not found.`, "NOT_FOUND");

const found = (body: unknown, what: string): Answer => (body === undefined ? notFound(what) : ok(body));

/** An operation that has ended by the time that somebody asks for it. */
const done = (response: unknown): Answer => ok({ name: "operations/done", done: true, response });

export function failed(status: number, message: string, reason = statusName(status)): Answer {
	return { status, body: { error: { code: status, message, status: reason } } };
}

function statusName(status: number): string {
	return { 400: "FAILED_PRECONDITION", 403: "PERMISSION_DENIED", 404: "NOT_FOUND" }[status] ?? "UNAVAILABLE";
}

const CONSOLE = "(?<project>[^/:]+)";

function at(pattern: string): RegExp {
	return new RegExp(`^${pattern.replaceAll("PROJECT", CONSOLE)}$`);
}

const withBody = <T>(body: unknown): T => body as T;

/**
 * What a deployment asks of Google, one line a method, after the REST references of the APIs (for example
 * https://cloud.google.com/functions/docs/reference/rest). What stands in no line is answered with 501, and a test fails.
 */
const ROUTES: readonly Route[] = [
	["POST", "www", at("/oauth2/v3/token"), () => ok({ access_token: "made-up", expires_in: 3_600, scope: "any" })],

	[
		"POST",
		"cloudresourcemanager",
		at("/v1/projects/PROJECT:testIamPermissions"),
		(_project, _groups, { body }) => ok({ permissions: withBody<{ permissions: string[] }>(body).permissions }),
	],
	["POST", "cloudresourcemanager", at("/v1/projects/PROJECT:getIamPolicy"), (project) => ok(project.policy)],
	[
		"POST",
		"cloudresourcemanager",
		at("/v1/projects/PROJECT:setIamPolicy"),
		(project, _groups, { body }) => {
			project.policy = withBody<{ policy: Policy }>(body).policy;
			return ok(project.policy);
		},
	],
	[
		"GET",
		"cloudresourcemanager",
		at("/v1/projects/PROJECT"),
		({ id, number }) => ok({ projectId: id, projectNumber: number, name: id, lifecycleState: "ACTIVE" }),
	],

	[
		"GET",
		"firebase",
		at("/v1beta1/projects/PROJECT"),
		({ id, number }) => ok({ projectId: id, projectNumber: number, resources: { hostingSite: id }, state: "ACTIVE" }),
	],
	["GET", "firebase", at("/v1beta1/projects/PROJECT/adminSdkConfig"), ({ id }) => ok({ projectId: id })],

	[
		"GET",
		"serviceusage",
		at("/v1/projects/PROJECT/services/(?<api>[^/:]+)"),
		({ disabledApis }, { api = "" }) => ok({ state: disabledApis.includes(api) ? "DISABLED" : "ENABLED" }),
	],
	[
		"POST",
		"serviceusage",
		at("/v1/projects/PROJECT/services/(?<api>[^/:]+):enable"),
		(project, { api }) => {
			project.disabledApis = project.disabledApis.filter((name) => name !== api);
			return done({});
		},
	],
	["POST", "serviceusage", at("/v1beta1/projects/PROJECT/services/[^/:]+:generateServiceIdentity"), () => done({})],

	[
		"GET",
		"compute",
		at("/compute/v1/projects/PROJECT"),
		({ number }) => ok({ defaultServiceAccount: `${number}-compute@developer.gserviceaccount.com` }),
	],

	[
		"GET",
		"iam",
		at("/v1/projects/PROJECT/serviceAccounts/(?<email>[^/:]+)"),
		({ serviceAccounts }, { email = "" }) =>
			serviceAccounts.includes(email) ? ok({ name: email, email }) : notFound(`The service account ${email}`),
	],
	[
		"POST",
		"iam",
		at("/v1/projects/PROJECT/serviceAccounts"),
		(project, _groups, { body }) => {
			const email = `${withBody<{ accountId: string }>(body).accountId}@${project.id}.iam.gserviceaccount.com`;
			project.serviceAccounts.push(email);
			return ok({ name: email, email });
		},
	],
	["GET", "iam", at("/v1/(?<role>roles/.+)"), (_project, { role }) => ok({ name: role, title: role })],

	[
		"GET",
		"firestore",
		at("/v1/projects/PROJECT/databases/(?<database>[^/]+)"),
		({ id, databases }, { database = "" }) =>
			found(
				databases[database] && {
					name: `projects/${id}/databases/${database}`,
					type: "FIRESTORE_NATIVE",
					databaseEdition: "STANDARD",
					...databases[database],
				},
				`The database ${database}`,
			),
	],
	[
		"POST",
		"firestore",
		at("/v1/projects/PROJECT/databases"),
		(project, _groups, { query, body }) => {
			const { databaseId = "" } = query;
			project.databases[databaseId] = { locationId: withBody<{ locationId: string }>(body).locationId };
			return done(project.databases[databaseId]);
		},
	],
	["GET", "firestore", at("/v1/operations/done"), () => done({})],
	[
		"GET",
		"firestore",
		at("/v1/(?<database>projects/[^/]+/databases/[^/]+)/collectionGroups/-/indexes"),
		({ indexes }, { database }) => ok({ indexes: indexes.filter(({ name }) => name.startsWith(`${database}/`)) }),
	],
	[
		"GET",
		"firestore",
		at("/v1/(?<database>projects/[^/]+/databases/[^/]+)/collectionGroups/-/fields"),
		({ fields }, { database }) => ok({ fields: fields.filter(({ name }) => name.startsWith(`${database}/`)) }),
	],
	[
		"POST",
		"firestore",
		at("/v1/(?<name>projects/.+/collectionGroups/[^/]+/indexes)"),
		(project, { name }, { body }) => {
			const { fields, ...index } = withBody<{ fields: { fieldPath: string; order?: string }[] }>(body);
			const order = fields.findLast((field) => field.order)?.order ?? "ASCENDING";
			const named = fields.at(-1)?.fieldPath === "__name__" ? fields : [...fields, { fieldPath: "__name__", order }];
			project.indexes.push({ ...index, fields: named, name: `${name}/${project.indexes.length + 1}` });
			return done({});
		},
	],
	[
		"PATCH",
		"firestore",
		at("/v1/(?<name>projects/.+/collectionGroups/[^/]+/fields/[^/]+)"),
		(project, { name = "" }, { body }) => {
			project.fields = [...project.fields.filter((field) => field.name !== name), { ...withBody<object>(body), name }];
			return done({ name });
		},
	],

	["POST", "firebaserules", at("/v1/projects/PROJECT:test"), () => ok({ testResults: [] })],
	["GET", "firebaserules", at("/v1/projects/PROJECT/releases"), ({ releases }) => ok({ releases })],
	[
		"POST",
		"firebaserules",
		at("/v1/projects/PROJECT/rulesets"),
		(project, _groups, { body }) => {
			const name = `projects/${project.id}/rulesets/${project.rulesets.length + 1}`;
			project.rulesets.push({ ...withBody<object>(body), name });
			return ok({ name });
		},
	],
	[
		"GET",
		"firebaserules",
		at("/v1/(?<name>projects/[^/]+/rulesets/[^/]+)"),
		({ rulesets }, { name = "" }) =>
			found(
				rulesets.find((ruleset) => ruleset.name === name),
				name,
			),
	],
	[
		"PATCH",
		"firebaserules",
		at("/v1/(?<name>projects/[^/]+/releases/.+)"),
		(project, { name = "" }, { body }) => {
			const release = project.releases.find((existing) => existing.name === name);
			if (release === undefined) return notFound(name);
			Object.assign(release, withBody<{ release: object }>(body).release);
			return ok(release);
		},
	],
	[
		"POST",
		"firebaserules",
		at("/v1/projects/PROJECT/releases"),
		(project, _groups, { body }) => {
			const release = withName({ ...withBody<object>(body), createTime: new Date(0).toISOString() });
			project.releases.push(release);
			return ok(release);
		},
	],

	["GET", "cloudfunctions", at("/v1/projects/PROJECT/locations/-/functions"), () => ok({ functions: [] })],
	[
		"GET",
		"cloudfunctions",
		at("/v2/projects/PROJECT/locations/-/functions"),
		({ functions }) => ok({ functions: Object.values(functions) }),
	],
	[
		"POST",
		"cloudfunctions",
		at("/v2/projects/PROJECT/locations/(?<region>[^/]+)/functions:generateUploadUrl"),
		({ number }, { region }) =>
			ok({
				uploadUrl: "http://storage.googleapis.com/upload/source.zip?GoogleAccessId=made-up",
				storageSource: { bucket: `gcf-v2-uploads-${number}-${region}`, object: "source.zip" },
			}),
	],
	[
		"POST",
		"cloudfunctions",
		at("/v2/(?<parent>projects/[^/]+/locations/[^/]+)/functions"),
		(project, { parent }, { query, body }) =>
			putFunction(project, `${parent}/functions/${query["functionId"]}`, withBody(body)),
	],
	[
		"PATCH",
		"cloudfunctions",
		at("/v2/(?<name>projects/[^/]+/locations/[^/]+/functions/[^/]+)"),
		(project, { name = "" }, { body }) =>
			project.functions[name] ? putFunction(project, name, withBody(body)) : notFound(name),
	],
	[
		"DELETE",
		"cloudfunctions",
		at("/v2/(?<name>projects/[^/]+/locations/[^/]+/functions/[^/]+)"),
		(project, { name = "" }) => {
			delete project.functions[name];
			return done({});
		},
	],
	[
		"GET",
		"cloudfunctions",
		at("/v2/operations/failed-(?<message>.+)"),
		(_project, { message = "" }) =>
			ok({ done: true, error: { code: 9, message: Buffer.from(message, "base64url").toString() } }),
	],
	[
		"GET",
		"cloudfunctions",
		at("/v2/operations/(?<name>.+)"),
		(project, { name = "" }) => done(project.functions[Buffer.from(name, "base64url").toString()] ?? {}),
	],
	["GET", "cloudbilling", at("/v1/projects/PROJECT/billingInfo"), () => ok({ billingEnabled: true })],
	["GET", "firebaseextensions", at("/v1beta/projects/PROJECT/instances"), () => ok({ instances: [] })],
	["GET", "runtimeconfig", at("/v1beta1/projects/PROJECT/configs"), () => ok({ configs: [] })],
	["PUT", "storage", at("/upload/source.zip"), () => ok()],

	[
		"GET",
		"run",
		at("/v1/(?<name>projects/.+/services/[^/:]+):getIamPolicy"),
		({ invokers }, { name = "" }) => ok(invokers[name] ?? { bindings: [] }),
	],
	[
		"POST",
		"run",
		at("/v1/(?<name>projects/.+/services/[^/:]+):setIamPolicy"),
		(project, { name = "" }, { body }) => {
			project.invokers[name] = withBody<{ policy: Policy }>(body).policy;
			return ok(project.invokers[name]);
		},
	],

	[
		"GET",
		"cloudscheduler",
		at("/v1/(?<name>projects/.+/jobs/[^/]+)"),
		({ schedules }, { name = "" }) => found(schedules[name], name),
	],
	[
		"POST",
		"cloudscheduler",
		at("/v1/projects/.+/jobs"),
		(project, _groups, { body }) => {
			const job = withName(withBody(body));
			project.schedules[job.name] = job;
			return ok(job);
		},
	],
	[
		"PATCH",
		"cloudscheduler",
		at("/v1/(?<name>projects/.+/jobs/[^/]+)"),
		(project, { name = "" }, { body }) => {
			project.schedules[name] = withName(withBody(body));
			return ok(project.schedules[name]);
		},
	],
	[
		"DELETE",
		"cloudscheduler",
		at("/v1/(?<name>projects/.+/jobs/[^/]+)"),
		(project, { name = "" }) => {
			delete project.schedules[name];
			return ok();
		},
	],
	[
		"PUT",
		"pubsub",
		at("/v1/(?<name>projects/[^/]+/topics/[^/]+)"),
		(project, { name = "" }) => {
			project.topics.push(name);
			return ok({ name });
		},
	],

	[
		"GET",
		"secretmanager",
		at("/v1/projects/PROJECT/secrets/(?<secret>[^/:]+)"),
		({ id, secrets }, { secret = "" }) =>
			found(
				secrets[secret] && {
					name: `projects/${id}/secrets/${secret}`,
					labels: secrets[secret].labels,
					replication: {},
				},
				`The secret ${secret}`,
			),
	],
	[
		"POST",
		"secretmanager",
		at("/v1/projects/PROJECT/secrets"),
		(project, _groups, { query, body }) => {
			const { secretId = "" } = query;
			const { labels } = withBody<{ labels: unknown }>(body);
			project.secrets[secretId] = { labels, policy: { bindings: [] }, versions: [] };
			return ok({ name: `projects/${project.id}/secrets/${secretId}`, labels, replication: {} });
		},
	],
	[
		"PATCH",
		"secretmanager",
		at("/v1/projects/PROJECT/secrets/(?<secret>[^/:]+)"),
		({ id }, { secret }) => ok({ name: `projects/${id}/secrets/${secret}` }),
	],
	[
		"POST",
		"secretmanager",
		at("/v1/projects/PROJECT/secrets/(?<secret>[^/:]+):addVersion"),
		({ id, secrets }, { secret = "" }, { body }) => {
			const { data } = withBody<{ payload: { data: string } }>(body).payload;
			// https://cloud.google.com/secret-manager/docs/reference/rest/v1/SecretPayload: no version is empty in practice.
			if (data === "") return failed(400, "The payload is empty.");
			const count = secrets[secret]?.versions.push({ value: Buffer.from(data, "base64").toString(), state: "ENABLED" });
			return ok({ name: `projects/${id}/secrets/${secret}/versions/${count}`, state: "ENABLED" });
		},
	],
	[
		"GET",
		"secretmanager",
		at("/v1/projects/PROJECT/secrets/(?<secret>[^/:]+)/versions/(?<version>[^/:]+)"),
		({ id, secrets }, { secret = "", version = "" }) => {
			const versions = secrets[secret]?.versions ?? [];
			const number = version === "latest" ? versions.length : Number(version);
			const state = versions[number - 1]?.state;
			return found(state && { name: `projects/${id}/secrets/${secret}/versions/${number}`, state }, "The version");
		},
	],
	[
		"GET",
		"secretmanager",
		at("/v1/projects/PROJECT/secrets/(?<secret>[^/:]+)/versions"),
		({ id, secrets }, { secret = "" }) =>
			ok({
				versions: secrets[secret]?.versions.map(({ state }, index) => ({
					name: `projects/${id}/secrets/${secret}/versions/${index + 1}`,
					state,
				})),
			}),
	],
	[
		"GET",
		"secretmanager",
		at("/v1/projects/PROJECT/secrets"),
		({ id, secrets }) =>
			ok({
				secrets: Object.entries(secrets).map(([name, { labels }]) => ({
					name: `projects/${id}/secrets/${name}`,
					labels,
				})),
			}),
	],
	[
		"POST",
		"secretmanager",
		at("/v1/projects/PROJECT/secrets/(?<secret>[^/:]+)/versions/(?<version>[^/:]+):destroy"),
		({ secrets }, { secret = "", version }) => {
			const destroyed = secrets[secret]?.versions[Number(version) - 1];
			if (destroyed) destroyed.state = "DESTROYED";
			return ok();
		},
	],
	[
		"GET",
		"secretmanager",
		at("/v1/projects/PROJECT/secrets/(?<secret>[^/:]+):getIamPolicy"),
		({ secrets }, { secret = "" }) => found(secrets[secret]?.policy, `The secret ${secret}`),
	],
	[
		"POST",
		"secretmanager",
		at("/v1/projects/PROJECT/secrets/(?<secret>[^/:]+):setIamPolicy"),
		({ secrets }, { secret = "" }, { body }) => {
			const { policy } = withBody<{ policy: Policy }>(body);
			Object.assign(secrets[secret] ?? {}, { policy });
			return ok(policy);
		},
	],

	[
		"GET",
		"artifactregistry",
		at("/v1/(?<name>projects/.+/repositories/[^/]+)"),
		({ repositories }, { name = "" }) => ok(repositories[name] ?? { name }),
	],
	[
		"PATCH",
		"artifactregistry",
		at("/v1/(?<name>projects/.+/repositories/[^/]+)"),
		(project, { name = "" }, { body }) => {
			project.repositories[name] = withName(withBody(body));
			return ok(project.repositories[name]);
		},
	],

	[
		"GET",
		"firebasehosting",
		at("/v1beta1/projects/PROJECT/sites/(?<site>[^/]+)"),
		({ id }, { site }) =>
			ok({ name: `projects/${id}/sites/${site}`, type: "DEFAULT_SITE", defaultUrl: `https://${site}.web.app` }),
	],
	[
		"POST",
		"firebasehosting",
		at("/v1beta1/projects/[^/]+/sites/(?<site>[^/]+)/versions"),
		({ hosting }, { site }) => {
			const name = `projects/-/sites/${site}/versions/${hosting.versions.length + 1}`;
			hosting.versions.push({ name, status: "CREATED", files: {} });
			return ok({ name });
		},
	],
	[
		"POST",
		"firebasehosting",
		at("/v1beta1/(?<name>projects/.+/versions/[^/:]+):populateFiles"),
		({ hosting }, { name }, { body }) => {
			const { files } = withBody<{ files: Record<string, string> }>(body);
			const version = hosting.versions.find((existing) => versionOf(existing.name) === versionOf(name));
			if (version === undefined) return notFound("The version");
			const known = new Set(hosting.versions.flatMap((existing) => Object.values(existing.files)));
			Object.assign(version.files, files);
			return ok({
				uploadUrl: `http://upload-firebasehosting.googleapis.com/upload/${name}/files`,
				uploadRequiredHashes: Object.values(files).filter((hash) => !known.has(hash)),
			});
		},
	],
	[
		"POST",
		"upload-firebasehosting",
		at("/upload/.+/files/(?<hash>[0-9a-f]{64})"),
		(_project, { hash }, { body }) => {
			const uploaded = createHash("sha256")
				.update(Buffer.from(String(body), "base64"))
				.digest("hex");
			return uploaded === hash ? ok() : failed(400, "The content hash doesn't match.");
		},
	],
	[
		"PATCH",
		"firebasehosting",
		at("/v1beta1/(?<name>projects/.+/versions/[^/]+)"),
		({ hosting }, { name }, { body }) => {
			const version = hosting.versions.find((existing) => versionOf(existing.name) === versionOf(name));
			if (version === undefined) return notFound("The version");
			Object.assign(version, withBody<{ status: string; config: HostingConfig }>(body), { name: version.name });
			return ok(version);
		},
	],
	[
		"POST",
		"firebasehosting",
		at("/v1beta1/projects/[^/]+/sites/[^/]+/channels/live/releases"),
		({ hosting }, _groups, { query }) => {
			hosting.released.push(query["versionName"] ?? "");
			return ok({ name: "releases/live" });
		},
	],
];

/** Answers a request, and changes the project as Google would. */
export function answerOf(project: GoogleProject, request: Request, refusals: Refusal[]): Answer {
	const api = request.host.replace(/\.googleapis\.com$/, "");
	const refusal = refusals.find(
		({ host, method, path, times, operation }) =>
			times > 0 &&
			host === api &&
			method === request.method &&
			new RegExp(path).test(request.path) &&
			(operation === undefined || "eventTrigger" in withBody<object>(request.body)),
	);
	if (refusal) {
		refusal.times -= 1;
		if (refusal.operation === undefined) return failed(refusal.status, refusal.message);
	}
	for (const [method, host, path, answer] of ROUTES) {
		const match = method === request.method && host === api ? path.exec(request.path) : null;
		if (match === null) continue;
		const answered = answer(project, { ...match.groups }, request);
		return refusal ? failedOperation(project, answered, refusal) : answered;
	}
	return failed(501, `The test's Google has no ${request.method} ${request.host}${request.path}.`);
}

/** The function was made, but something that it needs was refused: Cloud Functions keeps it in the state FAILED. */
function failedOperation(project: GoogleProject, answer: Answer, { operation, message }: Refusal): Answer {
	const { response } = withBody<{ response: Resource }>(answer.body);
	const kept = project.functions[response.name];
	if (kept) {
		kept["state"] = "FAILED";
		if (operation === "leaves the function without its trigger") delete kept["eventTrigger"];
	}
	return ok({ name: `operations/failed-${Buffer.from(message).toString("base64url")}` });
}

function putFunction(project: GoogleProject, name: string, given: Record<string, unknown>): Answer {
	const [, , , region = "", , id = ""] = name.split("/");
	// The service and the URL are Google's to name: https://cloud.google.com/run/docs/triggering/https-request
	const service = `projects/${project.id}/locations/${region}/services/${id.toLowerCase()}`;
	const uri = `https://${id.toLowerCase()}-abcdefghij-uc.a.run.app`;
	const serviceConfig = { ...(given["serviceConfig"] as object), service, uri };
	project.functions[name] = { ...given, name, serviceConfig, environment: "GEN_2", state: "ACTIVE", url: uri };
	return ok({
		name: `operations/${Buffer.from(name).toString("base64url")}`,
		done: true,
		response: project.functions[name],
	});
}

function withName(resource: object): Resource {
	if (!("name" in resource) || typeof resource.name !== "string") throw new Error("The resource has no name.");
	return { ...resource, name: resource.name };
}

function versionOf(name: string | undefined): string | undefined {
	return name?.split("/").at(-1);
}
