import path from "node:path";
import { type HostedFunction, hostFunction } from "../scripts/emulators/hostedFunction.ts";
import type { Bench } from "./rounds.ts";

/** The functions of this project. */
type Own = "countEvent" | "stats";

/** The functions of `bench/rivals/`. */
type Rival = "readAndCommit" | "transaction" | "recipe" | "recipeOfThree" | "floor";

export type Design = Own | Rival;

/** The ways to count, this project's first. `bench/rivals/index.ts` tells what the others are. */
export const COUNTING_DESIGNS = ["countEvent", "readAndCommit", "transaction", "recipe"] as const;

const RIVALS = path.join(import.meta.dirname, "rivals/index.ts");

/** Starts an instance of a design. */
export function hostDesign(
	{ suite }: Pick<Bench, "suite">,
	design: Design,
	firestoreHost = suite.firestoreHost,
): Promise<HostedFunction> {
	const { projectId } = suite;
	const isOwn = design === "countEvent" || design === "stats";
	return hostFunction(design, { projectId, firestoreHost, ...(!isOwn && { module: RIVALS }) });
}

/** Starts an instance of each design, lets them do their work, and stops them. */
export async function withDesigns<D extends Design, T>(
	bench: Pick<Bench, "suite">,
	designs: readonly D[],
	work: (hosts: Readonly<Record<D, HostedFunction>>) => Promise<T>,
	firestoreHost?: string,
): Promise<T> {
	const hosts: Partial<Record<D, HostedFunction>> = {};
	try {
		for (const design of designs) hosts[design] = await hostDesign(bench, design, firestoreHost);
		return await work(hosts as Record<D, HostedFunction>);
	} finally {
		for (const host of Object.values<HostedFunction | undefined>(hosts)) await host?.stop();
	}
}
