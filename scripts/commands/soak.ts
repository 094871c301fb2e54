const USAGE = `Runs the tests that have two sizes, those with @soak in their names, at the full one. It takes many minutes.

Usage: npm run soak
       npm run soak -- --only attacks    one folder of test/`;

if (process.argv.includes("--help")) {
	console.log(USAGE);
} else {
	process.env["STATS_SOAK"] = "1";
	process.argv.push("--grep", "@soak");
	await import("./test.ts");
}
