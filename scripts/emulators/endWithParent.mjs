// Preloaded into the Firebase CLI (`node --import`), which stops its emulators on a signal only: it does so as well when
// the process that started it asks for that with a message, or dies, however that dies. It tells that process of the
// Firestore emulator, which would outlive a CLI that is killed.
import { subscribe } from "node:diagnostics_channel";

// The CLI ignores a signal in the first 100 ms after it has begun to listen (`processKillSignal` of firebase-tools 14.27
// and 15.34).
const DELAY_MS = 150;

subscribe("child_process", (message) => {
	const { process: child } = /** @type {{ process: import("node:child_process").ChildProcess }} */ (message);
	// It has no id yet.
	setImmediate(() => {
		if (child.spawnargs?.includes("-jar") && process.connected) process.send?.(child.pid);
	});
});

let isEnding = false;

process.once("message", end);
process.once("disconnect", end);
// Neither is a reason for the CLI to stay.
process.channel?.unref();

/** Once only: the CLI takes a second signal as the wish to leave its emulators running. */
function end() {
	if (isEnding) return;
	isEnding = true;
	// What the CLI still has to say may have nowhere to go, and must not end it before its emulators have ended.
	process.stdout.on("error", () => {});
	process.stderr.on("error", () => {});
	setTimeout(() => {
		// Before it has a child it may not listen to signals yet, and has nothing to stop.
		if (!process.getActiveResourcesInfo().includes("ProcessWrap") || !process.emit("SIGINT")) {
			process.exit(130);
		}
	}, DELAY_MS);
}
