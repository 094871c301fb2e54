// The tests that have two sizes carry @soak in their names. Here they run at the full one, everything else not at all.
process.env["STATS_SOAK"] = "1";
process.argv.push("--grep", "@soak");
await import("./test.ts");
