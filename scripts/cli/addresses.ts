export const LOOPBACK = "127.0.0.1";

/** Keeps every client that knows the usual variables from asking a proxy for what is on this machine. */
export function goToLoopbackDirectly(environment: NodeJS.ProcessEnv): void {
	const others = environment["no_proxy"] || environment["NO_PROXY"];
	environment["no_proxy"] = `${LOOPBACK},localhost${others ? `,${others}` : ""}`;
	environment["NO_PROXY"] = environment["no_proxy"];
}

/** What listens in a suite: the default port of each, and the variable that pins another one. */
export const PORTS = {
	functions: { standard: 5001, variable: "STATS_FUNCTIONS_PORT" },
	firestore: { standard: 8080, variable: "STATS_FIRESTORE_PORT" },
	firestoreWebsocket: { standard: 9150, variable: "STATS_FIRESTORE_WEBSOCKET_PORT" },
	auth: { standard: 9099, variable: "STATS_AUTH_PORT" },
	hosting: { standard: 5000, variable: "STATS_HOSTING_PORT" },
	ui: { standard: 4000, variable: "STATS_UI_PORT" },
	hub: { standard: 4400, variable: "STATS_HUB_PORT" },
	logging: { standard: 4500, variable: "STATS_LOGGING_PORT" },
	eventarc: { standard: 9299, variable: "STATS_EVENTARC_PORT" },
	tasks: { standard: 9499, variable: "STATS_TASKS_PORT" },
} as const;

/** An id that begins with demo- keeps the Firebase CLI from looking for a real project or an account. */
export const DEMO_PROJECT_ID = "demo-statistics";

/** The stats URL of a suite that `npm start` runs on its standard ports, with the settings as they come. */
export const LOCAL_STATS_URL = `http://${LOOPBACK}:${PORTS.functions.standard}/${DEMO_PROJECT_ID}/us-central1/stats`;
