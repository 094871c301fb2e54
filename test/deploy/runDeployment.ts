/**
 * Runs one command of the project against the test's Google, and writes down what was asked of it. It is a process of its
 * own, so that it can be shut into a network that has nothing but this machine's loopback.
 *
 * The first argument is a file with the task, the second one the file for the result.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { Socket } from "node:net";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { answerOf, type Call, type Refusal } from "./googleApis.ts";
import type { GoogleProject } from "./googleProject.ts";

export type Task = {
	command: string[];
	folder: string;
	environment: Record<string, string>;
	/** The file in which the CLI names its APIs' addresses. */
	addresses: string;
	project: GoogleProject;
	refusals: Refusal[];
	/** What is typed at a prompt with this text in it, the first time and each time after; Enter at every other one. */
	terminal: { answers: Record<string, string[]> } | undefined;
};

export type Deployment = {
	exitCode: number;
	/** What the terminal showed, without colours and cursor movements. */
	output: string;
	/** Each prompt, and what was typed before Enter. */
	prompts: { question: string; typed: string }[];
	calls: Call[];
	/** What the project holds afterwards. */
	project: GoogleProject;
};

const LOOPBACK = "127.0.0.1";

/** A prompt waits once the terminal has been still for so many milliseconds, on a busy machine too. */
const STILL_MS = 1_500;

/** Prompts at the most. More are one prompt that comes again and again. */
const MAX_PROMPTS = 40;

const [, , taskFile = "", resultFile = ""] = process.argv;
writeFileSync(resultFile, JSON.stringify(await run(JSON.parse(readFileSync(taskFile, "utf8")))));
process.exit();

async function run(task: Task): Promise<Deployment> {
	const calls: Call[] = [];
	const google = createServer((request, response) => {
		void answer(request).then(({ status, body }) => {
			response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
		});
	});
	// A client that tunnels to `host:80` meets the same server. What is encrypted can't be answered, only noted.
	google.on("connect", ({ url = "" }, socket) => {
		const [host = "", port] = url.split(":");
		if (port === "80" && socket instanceof Socket) {
			socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
			google.emit("connection", socket);
			return;
		}
		calls.push({ method: "CONNECT", host, path: url, query: {}, body: undefined, status: 502 });
		socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
	});

	async function answer(request: IncomingMessage) {
		const { pathname, searchParams, host } = new URL(request.url ?? "", `http://${request.headers.host}`);
		const asked = {
			method: request.method ?? "",
			host: host.replace(/:80$/, ""),
			path: decodeURIComponent(pathname).replaceAll("//", "/"),
			query: Object.fromEntries(searchParams),
			body: await bodyOf(request),
		};
		const answered = answerOf(task.project, asked, task.refusals);
		calls.push({ ...asked, status: answered.status });
		return answered;
	}

	google.listen(0, LOOPBACK);
	await once(google, "listening");
	const address = google.address();
	const proxy = `http://${LOOPBACK}:${typeof address === "object" ? address?.port : 0}`;
	const environment = { ...task.environment, ...apiAddresses(task.addresses), HTTP_PROXY: proxy, HTTPS_PROXY: proxy };
	const ran = await runCommand(task, environment);
	return { ...ran, calls, project: task.project };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk);
	const body = Buffer.concat(chunks);
	if (body.length === 0) return undefined;
	try {
		return JSON.parse(body.toString());
	} catch {
		return body.toString("base64");
	}
}

/** Every API at its own name, but not encrypted: the proxy can then answer in its place. */
function apiAddresses(file: string): Record<string, string> {
	const addresses = readFileSync(file, "utf8").matchAll(
		/envOverride\("(?<name>\w+)",\s*"https:\/\/(?<host>[\w.-]+\.googleapis\.com)"/g,
	);
	return Object.fromEntries(
		[...addresses].map(({ groups }) => [String(groups?.["name"]), `http://${groups?.["host"]}`]),
	);
}

async function runCommand(
	{ command, folder, terminal }: Task,
	environment: Record<string, string>,
): Promise<Pick<Deployment, "exitCode" | "output" | "prompts">> {
	const [program = "", ...args] = terminal ? onTerminal(command) : command;
	const child = spawn(program, args, {
		cwd: folder,
		env: environment,
		stdio: [terminal ? "pipe" : "ignore", "pipe", "pipe"],
	});
	const prompts: Deployment["prompts"] = [];
	let output = "";
	let answered = 0;
	let timer: NodeJS.Timeout | undefined;
	const answerPrompt = () => {
		const question = waitingPrompt(output.slice(answered));
		if (terminal === undefined || question === undefined) return;
		const [, answers] = Object.entries(terminal.answers).find(([part]) => question.includes(part)) ?? [];
		const typed = answers?.shift() ?? "";
		prompts.push({ question, typed });
		answered = output.length;
		if (prompts.length > MAX_PROMPTS) child.kill();
		child.stdin?.write(`${typed}\r`);
	};
	for (const stream of [child.stdout, child.stderr]) {
		stream?.setEncoding("utf8").on("data", (chunk: string) => {
			output += chunk;
			clearTimeout(timer);
			timer = setTimeout(answerPrompt, STILL_MS);
		});
	}
	const [exitCode] = await once(child, "close");
	clearTimeout(timer);
	return { exitCode: exitCode ?? -1, output: plain(output), prompts };
}

/** `script` gives a command a terminal of its own. It comes with util-linux, and with macOS in another form. */
function onTerminal(command: readonly string[]): string[] {
	if (process.platform === "darwin") return ["script", "-q", "/dev/null", ...command];
	const quoted = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
	return ["script", "--quiet", "--return", "--flush", "--command", quoted, path.join("/", "dev", "null")];
}

/** The text of the prompt that the terminal shows last, if it waits for an answer. */
function waitingPrompt(shown: string): string | undefined {
	const lines = plain(shown).split("\n");
	const start = lines.findLastIndex((line) => line.startsWith("? "));
	if (start === -1 || lines.slice(start).some((line) => line.startsWith("✔ "))) return undefined;
	return lines.slice(start).join("\n").slice(2).trim();
}

function plain(shown: string): string {
	return stripVTControlCharacters(shown).replaceAll("\r", "");
}
