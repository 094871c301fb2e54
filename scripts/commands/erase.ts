import { createInterface } from "node:readline/promises";
import { eraseApp } from "../../functions/admin/erasure/eraseApp.ts";
import { type Erased, eraseDevice } from "../../functions/admin/erasure/eraseDevice.ts";
import { appPath } from "../../functions/src/firestore/paths.ts";
import { quantity } from "../../metrics/format.ts";
import { type On, runOnData } from "../cli/dataCommand.ts";
import { deployedCount } from "../cli/deployedCount.ts";
import { ExplainedError } from "../cli/explainedError.ts";
import { required } from "../cli/parseArguments.ts";
import { endProgress, progressLine } from "../cli/progressLine.ts";

const USAGE = `Removes what is stored of a device, or a whole app.

Usage: npm run erase -- --app ID --device ID
       npm run erase -- --app ID

  --app ID         the app. Without --device it is removed with everything below it: devices,
                   events, counters, members. You are asked to type its id
  --device ID      the device, whose state and events are removed. The counters name nobody and keep
                   what they counted
  --yes ID         for scripts: the app's id once more instead of typing it`;

const NOTE = `

An erasure that was interrupted is finished by the same command. A device or app that still sends
comes back: for an app, take it off the ALLOWED_APPS setting first.`;

await runOnData({
	usage: USAGE,
	note: NOTE,
	options: {
		app: { type: "string" },
		device: { type: "string" },
		yes: { type: "string" },
	},
	read: ({ app, device, yes }) => ({
		appId: required(app, "app"),
		deviceId: device === undefined ? undefined : required(device, "device").toLowerCase(),
		repeated: yes,
	}),
	run: async ({ appId, deviceId, repeated }, { db, target }) => {
		if (deviceId !== undefined) {
			const countWithoutDevice = deployedCount(db, target.projectId, false);
			const erasure = { appId, deviceId, countWithoutDevice, onProgress: showProgress };
			printErased(await eraseDevice(db, erasure), `device ${deviceId} of ${appId}`);
			return 0;
		}
		const isAny = await isStored(db, appId);
		if (isAny) await confirm(appId, repeated, target.description);
		printErased(isAny ? await eraseApp(db, appId, showProgress) : {}, appId);
		return 0;
	},
});

/** Whether there is anything of an app. An interrupted erasure leaves collections below a document that is gone. */
async function isStored(db: On["db"], appId: string): Promise<boolean> {
	const app = db.doc(appPath(appId));
	return (await app.get()).exists || (await app.listCollections()).length > 0;
}

/** @throws ExplainedError unless somebody gave the app's id once more. */
async function confirm(appId: string, repeated: string | undefined, description: string): Promise<void> {
	const typed = repeated ?? (await ask(`This removes ${appId} from the ${description}. Type its id to go on: `));
	if (typed === appId) return;
	throw new ExplainedError(`That is not ${appId}: nothing was removed.`);
}

async function ask(question: string): Promise<string> {
	if (!process.stdin.isTTY) throw new ExplainedError("Nobody can be asked here: give the app's id to --yes as well.");
	const terminal = createInterface({ input: process.stdin, output: process.stderr });
	try {
		return await terminal.question(question);
	} finally {
		terminal.close();
	}
}

function showProgress(erased: Erased): void {
	progressLine(summary(erased));
}

function printErased(erased: Erased, what: string): void {
	endProgress();
	const isAny = Object.values(erased).some((documents) => documents > 0);
	console.log(isAny ? `Removed of ${what}: ${summary(erased)}` : `Nothing is stored of ${what}.`);
}

/** `1 device, 20 events` */
function summary(erased: Erased): string {
	return Object.entries(erased)
		.filter(([, documents]) => documents > 0)
		.map(([collection, documents]) => quantity(documents, collection))
		.join(", ");
}
