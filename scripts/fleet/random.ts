import { hash } from "node:crypto";

const WORD_BYTES = 4;
const WORDS_IN_BLOCK = 8;

/**
 * Repeatable random choices: the same seed makes the same choices, on every machine. Seeds that resemble each other make
 * unrelated choices, so `1/0` and `1/1` serve as the seeds of two devices.
 */
export class Random {
	readonly #seed: string;
	#drawn = 0;
	#block: Buffer = Buffer.alloc(0);

	constructor(seed: string) {
		this.#seed = seed;
	}

	/** A number from 0 up to, but not including, 1. */
	unit(): number {
		const word = this.#drawn % WORDS_IN_BLOCK;
		if (word === 0) this.#block = hash("sha256", `${this.#seed}:${this.#drawn}`, "buffer");
		this.#drawn += 1;
		return this.#block.readUInt32BE(word * WORD_BYTES) / 2 ** 32;
	}

	/** True with this probability, of 0 to 1. */
	chance(probability: number): boolean {
		return this.unit() < probability;
	}

	/** A whole number from `least` to `most`, both included. */
	integer(least: number, most: number): number {
		return least + Math.floor(this.unit() * (most - least + 1));
	}

	/**
	 * One of the items, each as likely as the others.
	 *
	 * @throws RangeError when there are none.
	 */
	pick<T>(items: readonly T[]): T {
		return this.pickByShare(items.map((item) => ({ share: 1, item }))).item;
	}

	/**
	 * One of the items, each as likely as its share of the sum of all shares.
	 *
	 * @throws RangeError when there are none.
	 */
	pickByShare<T extends { readonly share: number }>(items: readonly T[]): T {
		let rest = this.unit() * items.reduce((sum, { share }) => sum + share, 0);
		const picked = items.find(({ share }) => {
			rest -= share;
			return rest < 0;
		});
		// The last one, where rounding left a rest.
		const item = picked ?? items.at(-1);
		if (item === undefined) throw new RangeError("There is nothing to pick from.");
		return item;
	}

	/** A UUID of version 4, in lowercase. */
	uuid(): string {
		const digits = Array.from({ length: 32 }, () => this.integer(0, 15).toString(16)).join("");
		const variant = this.pick(["8", "9", "a", "b"]);
		return [
			digits.slice(0, 8),
			digits.slice(8, 12),
			`4${digits.slice(13, 16)}`,
			`${variant}${digits.slice(17, 20)}`,
			digits.slice(20),
		].join("-");
	}
}
