import path from "node:path";

/**
 * Bundles the functions into one file, which a cold start loads in less time than many: most of all zod's, of which a
 * bundle holds only what is used. What the Firebase CLI and the hosting server look for by name stays outside.
 */
export default {
	input: path.join(import.meta.dirname, "src/index.ts"),
	platform: "node",
	external: [/^firebase-/, /^@google-cloud\//],
	output: { file: path.join(import.meta.dirname, "lib/index.js"), codeSplitting: false },
	logLevel: "warn",
};
