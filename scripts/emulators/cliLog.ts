import { stripVTControlCharacters } from "node:util";

/** What the Firebase CLI has printed, line by line and without colours. */
export class CliLog {
	readonly #lines: string[] = [];
	readonly #listeners = new Set<(line: string) => void>();
	#unfinished = "";

	get lines(): readonly string[] {
		return this.#lines;
	}

	/** Takes output as it comes, in pieces of any size. */
	write(output: string): void {
		const lines = (this.#unfinished + output).split(/\r?\n/);
		this.#unfinished = lines.pop() ?? "";
		for (const line of lines.map(stripVTControlCharacters)) {
			this.#lines.push(line);
			for (const listener of this.#listeners) {
				listener(line);
			}
		}
	}

	/** Calls the listener with every line from now on. Returns what ends that. */
	onLine(listener: (line: string) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	/** The last lines that are not blank. */
	tail(count: number): string {
		return this.#lines
			.filter((line) => line.trim() !== "")
			.slice(-count)
			.join("\n");
	}
}
