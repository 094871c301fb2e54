import { createServer } from "node:net";
import { LOOPBACK, PORTS } from "../cli/addresses.ts";
import { ExplainedError } from "../cli/explainedError.ts";

export type PortName = keyof typeof PORTS;

export type Ports = Record<PortName, number>;

/**
 * `standard` takes the ports that people know, or the next ones in steps of ten where those are taken. `any` takes what
 * the operating system gives: two suites that start in the same moment then never meet on one port.
 */
export type PortChoice = "standard" | "any";

/**
 * A free port on the loopback address for everything that listens in a suite. The CLI finds ports as well where its
 * configuration names none, but each suite begins at the same ones, and says which it took in its log alone.
 *
 * @throws ExplainedError when a pinned port is taken or is not a port
 */
export async function findPorts(choice: PortChoice, environment: NodeJS.ProcessEnv): Promise<Ports> {
	const chosen: Partial<Ports> = {};
	const names = Object.keys(PORTS) as PortName[];
	const pinnedFirst = names.toSorted((a, b) => Number(isPinned(b, environment)) - Number(isPinned(a, environment)));
	for (const name of pinnedFirst) {
		chosen[name] = await findPort(name, choice, environment, Object.values(chosen));
	}
	return chosen as Ports;
}

function isPinned(name: PortName, environment: NodeJS.ProcessEnv): boolean {
	return Boolean(environment[PORTS[name].variable]);
}

async function findPort(
	name: PortName,
	choice: PortChoice,
	environment: NodeJS.ProcessEnv,
	chosen: readonly number[],
): Promise<number> {
	const pinned = pinnedPort(name, environment);
	if (pinned !== undefined) {
		if (chosen.includes(pinned) || !(await isFree(pinned))) {
			const { variable } = PORTS[name];
			throw new ExplainedError(
				`Port ${pinned}, which ${variable} pins, is taken. Set that variable to a free port, or unset it and a free one is found.`,
			);
		}
		return pinned;
	}
	if (choice === "any") return anyFreePort(chosen);
	for (const port of candidates(PORTS[name].standard)) {
		if (!chosen.includes(port) && (await isFree(port))) return port;
	}
	return anyFreePort(chosen);
}

/**
 * The port that the environment asks for, if it asks for one.
 *
 * @throws ExplainedError when the value is not a port
 */
export function pinnedPort(name: PortName, environment: NodeJS.ProcessEnv): number | undefined {
	const { variable } = PORTS[name];
	const value = environment[variable];
	if (!value) return undefined;
	const port = Number(value);
	if (!Number.isInteger(port) || port < 1 || port > 65_535) {
		throw new ExplainedError(`${variable} is "${value}": set it to a port from 1 to 65535, or unset it.`);
	}
	return port;
}

/** The standard port and the nine after it in steps of ten, which keeps clear of the other standard ports. */
export function candidates(standard: number): number[] {
	return Array.from({ length: 10 }, (_, step) => standard + 10 * step);
}

async function anyFreePort(chosen: readonly number[]): Promise<number> {
	const port = await listenOnce(0);
	if (port === undefined) throw new ExplainedError(`No port is free on ${LOOPBACK}.`);
	return chosen.includes(port) ? anyFreePort(chosen) : port;
}

async function isFree(port: number): Promise<boolean> {
	return (await listenOnce(port)) !== undefined;
}

/** Listens for a moment. Resolves to the port, or to undefined where something else has it. */
function listenOnce(port: number): Promise<number | undefined> {
	return new Promise((resolve) => {
		const server = createServer();
		server.once("error", () => resolve(undefined));
		server.listen({ host: LOOPBACK, port, exclusive: true }, () => {
			const address = server.address();
			server.close(() => resolve(typeof address === "object" ? address?.port : undefined));
		});
	});
}
