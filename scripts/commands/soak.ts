const USAGE = `Runs the tests that have two sizes, those with @soak in their names, at the full one. It takes many minutes.
One of them runs the emulators of the newest Firebase CLI, that of deploy/, and fails where there is no Java 21 or later. It
looks for one in PATH, JAVA_HOME and where packages put it, so that it need not be the one that \`java\` runs.

Usage: npm run soak
       npm run soak -- --only attacks    one folder of test/`;

if (process.argv.includes("--help")) {
	console.log(USAGE);
} else {
	process.env["STATS_SOAK"] = "1";
	process.argv.push("--grep", "@soak");
	await import("./test.ts");
}
