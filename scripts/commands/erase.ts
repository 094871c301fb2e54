import { createInterface } from "node:readline/promises";
import { eraseApp } from "../../functions/admin/erasure/eraseApp.ts";
import { type Erased, eraseDevice } from "../../functions/admin/erasure/eraseDevice.ts";
import { openFirestore } from "../../functions/src/firestore/client.ts";
import { appPath } from "../../functions/src/firestore/paths.ts";
import { onTarget } from "../cli/access.ts";
import { deployedCount } from "../cli/deployedCount.ts";
import { ExplainedError, explainFailure } from "../cli/explainedError.ts";
import { parseArguments, required } from "../cli/parseArguments.ts";
import { quantity } from "../cli/quantity.ts";
import { chooseTarget, TARGET_OPTIONS, TARGET_USAGE } from "../cli/target.ts";

const USAGE = `Removes what is stored of a device, or a whole app.

Usage: npm run erase -- --app ID --device ID
       npm run erase -- --app ID

  --app ID         the app. Without --device it is removed with everything below it: devices,
                   events, counters, members. You are asked to type its id
  --device ID      the device, whose state and events are removed. The counters name nobody and keep
                   what they counted
  --yes ID         for scripts: the app's id once more instead of typing it
${TARGET_USAGE}

An erasure that was interrupted is finished by the same command. A device or app that still sends
comes back: for an app, take it off the ALLOWED_APPS setting first.`;

process.exitCode = await explainFailure(main);

async function main(): Promise<number> {
	const { values } = readArguments();
	if (values.help) {
		console.log(USAGE);
		return 0;
	}
	const appId = required(values.app, "app");
	const target = chooseTarget(values, ["firestore"], process.env);
	console.error(`On the ${target.description}:`);
	await onTarget(target, process.env, async () => {
		const db = openFirestore(target.projectId);
		if (values.device !== undefined) {
			const deviceId = required(values.device, "device").toLowerCase();
			const countWithoutDevice = deployedCount(db, target.projectId, false);
			const erasure = { appId, deviceId, countWithoutDevice, onProgress: showProgress };
			printErased(await eraseDevice(db, erasure), `device ${deviceId} of ${appId}`);
			return;
		}
		const isAny = await isStored(db, appId);
		if (isAny) await confirm(appId, values.yes, target.description);
		printErased(isAny ? await eraseApp(db, appId, showProgress) : {}, appId);
	});
	return 0;
}

function readArguments() {
	return parseArguments({
		options: {
			app: { type: "string" },
			device: { type: "string" },
			yes: { type: "string" },
			help: { type: "boolean" },
			...TARGET_OPTIONS,
		},
	} as const);
}

/** Whether there is anything of an app. An interrupted erasure leaves collections below a document that is gone. */
async function isStored(db: ReturnType<typeof openFirestore>, appId: string): Promise<boolean> {
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
	if (process.stderr.isTTY) process.stderr.write(`\r${summary(erased)}\u001b[K`);
}

function printErased(erased: Erased, what: string): void {
	if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
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
