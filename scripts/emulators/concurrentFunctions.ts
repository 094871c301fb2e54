// Preloaded into the Firebase CLI (`node --import`): lets the functions emulator serve as Cloud Run does, many requests
// and deliveries at a time in one process for each function.
//
// By itself it starts a process for each request in flight, and leaves one unanswered whose process another took meanwhile
// (firebase-tools 14.27 and 15.34, `RuntimeWorkerPool`). This was chosen over a server beside it: every address stays what
// it is, Hosting's `/stats` included, and triggers gain as well.
import { createRequire } from "node:module";
import { Writable } from "node:stream";

type Request = { readonly headers: Readonly<Record<string, string | undefined>> };

type Response = { sendStatus(status: number): unknown };

/** What of the CLI's FunctionsEmulator is changed here. */
type FunctionsEmulator = {
	startRuntime(backend: unknown, trigger: { readonly id: string }): Promise<unknown>;
	handleHttpsTrigger(request: Request, response: Response): Promise<void>;
};

// From the CLI that runs, which may be another one than the project's own.
const [, command = ""] = process.argv;
const ofCli = createRequire(command);
const { RuntimeWorkerState } = ofCli("../emulator/functionsRuntimeWorker.js");
const { WorkQueue } = ofCli("../emulator/workQueue.js");
const emulator: FunctionsEmulator = ofCli("../emulator/functionsEmulator.js").FunctionsEmulator.prototype;
const { startRuntime, handleHttpsTrigger } = emulator;

// With each request the names of all others are written to the debug log, a hundred megabytes for a thousand requests.
WorkQueue.prototype.logState = () => {};
WorkQueue.DEFAULT_MAX_PARALLEL = 1000;

// A process that serves a request is as ready for the next one as an idle one.
RuntimeWorkerState.BUSY = RuntimeWorkerState.IDLE;

const starting = new Map<string, Promise<unknown>>();

/** Requests that come while a function's process starts wait for that one. */
emulator.startRuntime = function (backend, trigger) {
	const started =
		starting.get(trigger.id) ?? startRuntime.call(this, backend, trigger).finally(() => starting.delete(trigger.id));
	starting.set(trigger.id, started);
	return started;
};

/**
 * The Firestore emulator delivers an event once the one before is answered, and none a second time: to answer at once loses
 * nothing, and gives a function many deliveries to count together, as in production.
 */
emulator.handleHttpsTrigger = function (request, response) {
	if (request.headers["ce-id"] === undefined) return handleHttpsTrigger.call(this, request, response);
	response.sendStatus(202);
	const unread = new Writable({ write: (_chunk, _encoding, done) => done() });
	const ignore = () => unread;
	return handleHttpsTrigger.call(this, request, Object.assign(unread, { writeHead: ignore, sendStatus: ignore }));
};
