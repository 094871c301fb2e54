/** What a Google Cloud project holds of a deployment, as plain values: one deployment's end is the next one's beginning. */
export type GoogleProject = {
	readonly id: string;
	readonly number: string;
	/** APIs that are off. Asked to, the project switches them on. */
	disabledApis: string[];
	/** Locations by database id. */
	databases: Record<string, { locationId: string }>;
	indexes: Resource[];
	fields: Resource[];
	rulesets: Resource[];
	releases: Resource[];
	functions: Record<string, Resource>;
	/** Who may call a Cloud Run service, by the service's name. */
	invokers: Record<string, Policy>;
	schedules: Record<string, Resource>;
	topics: string[];
	secrets: Record<string, Secret>;
	policy: Policy;
	serviceAccounts: string[];
	repositories: Record<string, Resource>;
	hosting: { versions: HostingVersion[]; released: string[] };
};

export type Resource = { name: string; [field: string]: unknown };

export type Policy = { bindings: { role: string; members: string[] }[]; etag?: string };

export type Secret = { labels: unknown; policy: Policy; versions: { value: string; state: string }[] };

export type HostingVersion = {
	name: string;
	status: string;
	files: Record<string, string>;
	config?: HostingConfig;
};

export type HostingConfig = {
	rewrites?: Record<string, unknown>[];
	headers?: { glob: string; headers: Record<string, string> }[];
};

/** A project on the Blaze plan, with a database and nothing else. */
export function newProject(id: string, databases: GoogleProject["databases"]): GoogleProject {
	return {
		id,
		number: "123456789012",
		disabledApis: [],
		databases,
		indexes: [],
		fields: [],
		rulesets: [],
		releases: [],
		functions: {},
		invokers: {},
		schedules: {},
		topics: [],
		secrets: {},
		policy: { bindings: [] },
		serviceAccounts: [],
		repositories: {},
		hosting: { versions: [], released: [] },
	};
}
