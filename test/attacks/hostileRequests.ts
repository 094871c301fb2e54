import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Random } from "../../scripts/fleet/random.ts";
import { HOSTILE_IDS, HOSTILE_NAMES } from "./hostileValues.ts";
import { VALID_EVENT } from "./validEvent.ts";

/** A request made to do harm. */
export type HostileRequest = {
	readonly kind: HostileKind;
	readonly method: string;
	/** What is asked for, with the query. */
	readonly path?: string;
	readonly headers: Readonly<Record<string, string>>;
	/** Its pieces are sent one after the other, with a pause between them. */
	readonly body: readonly Buffer[];
	/** What `Content-Length` claims, where that is not the truth. */
	readonly claimedLength?: number;
	/** Whether the body is sent in chunks, without its length. */
	readonly isChunked?: boolean;
	/** Whether the client hangs up after the last piece, without waiting for the answer. */
	readonly hangsUp?: boolean;
};

export type HostileKind = (typeof KINDS)[number]["kind"];

const MEGABYTE = 1_048_576;

/** How often each kind comes, and how it is made. The large ones are rare: they would do little else than move bytes. */
const KINDS = [
	{
		kind: "value of the wrong kind",
		share: 30,
		make: (random: Random) => json({ ...VALID_EVENT, ...wrongField(random) }),
	},
	{ kind: "hostile id", share: 20, make: (random: Random) => json({ ...VALID_EVENT, ...hostileId(random) }) },
	{ kind: "hostile name", share: 15, make: (random: Random) => json({ ...VALID_EVENT, ...hostileName(random) }) },
	{ kind: "prototype and duplicate keys", share: 10, make: (random: Random) => text(duplicateKeys(random)) },
	{ kind: "deep nesting", share: 10, make: (random: Random) => text(deepNesting(random)) },
	{ kind: "array", share: 10, make: (random: Random) => json(hostileArray(random)) },
	{ kind: "changed bytes", share: 20, make: (random: Random) => bytes(changedBytes(random)) },
	{ kind: "truncated", share: 10, make: (random: Random) => bytes(truncated(random, validBytes(random))) },
	{ kind: "compressed", share: 10, make: compressed },
	{ kind: "wrong length", share: 5, make: wrongLength },
	{
		kind: "hangs up",
		share: 4,
		make: (random: Random) => ({
			...bytes(truncated(random, validBytes(random))),
			claimedLength: 2_000,
			hangsUp: true,
		}),
	},
	{ kind: "slow", share: 2, make: slow },
	{ kind: "hung chunks", share: 2, make: hungChunks },
	{ kind: "path of the emulator", share: 6, make: emulatorPath },
	{
		kind: "method",
		share: 4,
		make: (random: Random) => ({ ...json(VALID_EVENT), method: random.pick(["PUT", "DELETE", "PATCH", "OPTIONS"]) }),
	},
	{
		kind: "10 MB",
		share: 0.2,
		make: (random: Random) => bytes(Buffer.alloc(10 * MEGABYTE, random.pick(["[", "0", " ", "\u0000"]))),
	},
] as const satisfies readonly {
	readonly kind: string;
	readonly share: number;
	readonly make: (random: Random) => Omit<HostileRequest, "kind">;
}[];

/** Makes up a hostile request. The same random choices make the same request. */
export function hostileRequest(random: Random): HostileRequest {
	const { kind, make } = random.pickByShare(KINDS);
	return { kind, ...make(random) };
}

type Made = Omit<HostileRequest, "kind">;

function bytes(body: Buffer): Made {
	return { method: "POST", headers: { "content-type": "application/json" }, body: [body] };
}

function text(body: string): Made {
	return bytes(Buffer.from(body));
}

function json(body: unknown): Made {
	return text(JSON.stringify(body));
}

/** A valid body that no other request has. */
function validBytes(random: Random): Buffer {
	return Buffer.from(JSON.stringify([{ ...VALID_EVENT, device_id: random.uuid(), timestamp: Date.now() }]));
}

function fieldName(random: Random): string {
	const [first = "action", ...others] = [...Object.keys(VALID_EVENT), "timestamp", "metadata", "custom_id", "message"];
	return random.pick([first, ...others]);
}

function wrongField(random: Random): object {
	return { [fieldName(random)]: wrongValue(random, 3), [`${fieldName(random)}_`]: wrongValue(random, 2) };
}

function wrongValue(random: Random, depth: number): unknown {
	const flat = [null, true, "", "0", -0, 1e308, -1e308, 2 ** 53 + 2, 0.1, Number.MIN_VALUE, [], {}, "x".repeat(5_000)];
	if (depth === 0 || random.chance(0.7)) return flat[random.integer(0, flat.length - 1)];
	const inner = () => wrongValue(random, depth - 1);
	return random.chance(0.5) ? [inner(), inner()] : { [random.pick(HOSTILE_NAMES)]: inner(), a: inner() };
}

function hostileId(random: Random): object {
	const field = random.pick(["app_id", "device_id", "version_name", "old_version_name", "custom_id", "platform"]);
	return { [field]: random.pick(HOSTILE_IDS) };
}

function hostileName(random: Random): object {
	const name = random.pick(HOSTILE_NAMES);
	const others = Object.fromEntries(Array.from({ length: random.integer(0, 40) }, (_, index) => [`key${index}`, "x"]));
	return random.chance(0.5) ? { action: name } : { metadata: { [name]: "x", ...others } };
}

/** Written by hand: `JSON.stringify` writes no key twice and no number that is none. */
function duplicateKeys(random: Random): string {
	const event = JSON.stringify(VALID_EVENT).slice(1, -1);
	const extra = random.pick([
		`"__proto__":{"is_prod":false,"admin":true}`,
		`"constructor":{"prototype":{"action":"delete"}}`,
		`"action":"set","action":"__proto__"`,
		`"metadata":{"__proto__":"x","__proto__":{"y":1}}`,
		`"metadata":{"toString":"x","valueOf":"y","length":"z"}`,
		`"timestamp":1e400`,
		`"timestamp":-1e400`,
		`"timestamp":${"9".repeat(400)}`,
		`"toJSON":"x","then":"y"`,
	]);
	return random.chance(0.5) ? `{${extra},${event}}` : `[{${event},${extra}}]`;
}

function deepNesting(random: Random): string {
	const depth = random.pick([100, 5_000, 100_000]);
	const [open, close] = random.pick([
		["[", "]"],
		['{"a":', "}"],
		['[{"metadata":', "}]"],
	]);
	return `${open.repeat(depth)}1${random.chance(0.5) ? close.repeat(depth) : ""}`;
}

function hostileArray(random: Random): readonly unknown[] {
	const length = random.pick([1, 3, 20, 501, 3_000]);
	return Array.from({ length }, () =>
		random.chance(0.5) ? wrongValue(random, 2) : { ...VALID_EVENT, ...wrongField(random) },
	);
}

/** A valid body of which some bytes are others: invalid UTF-8, and JSON that breaks in any place. */
function changedBytes(random: Random): Buffer {
	const changed = Buffer.from(validBytes(random));
	for (let count = random.integer(1, 6); count > 0; count -= 1) {
		changed[random.integer(0, changed.length - 1)] = random.integer(0, 255);
	}
	return changed;
}

function truncated(random: Random, whole: Buffer): Buffer {
	return whole.subarray(0, random.integer(0, whole.length - 1));
}

/** Bodies that are cut off, that grow a thousandfold, that are none, or that name an encoding which nobody knows. */
function compressed(random: Random): Made {
	const whole = gzipSync(validBytes(random));
	const [encoding, body] = random.pick([
		["gzip", whole],
		["gzip", truncated(random, whole)],
		["gzip", BOMB],
		["gzip", validBytes(random)],
		["br", brotliCompressSync(validBytes(random))],
		["br", truncated(random, whole)],
		["deflate", whole],
		["gzip, gzip", gzipSync(whole)],
		["GZIP", whole],
		["X-GZip", truncated(random, whole)],
		["Br", BOMB],
		["utf-8", validBytes(random)],
		["zstd", changedBytes(random)],
		["identity, gzip", whole],
		[",".repeat(2_000), whole],
		["__proto__", whole],
		["constructor", whole],
	]);
	return { ...bytes(body), headers: { "content-type": "application/json", "content-encoding": encoding } };
}

/** Small and large bodies in chunks that never end, compressed and not. The client hangs up after a while. */
function hungChunks(random: Random): Made {
	const piece = random.pick([validBytes(random), gzipSync(validBytes(random)), Buffer.alloc(100_000, "["), BOMB]);
	const encoding: string = random.pick(["identity", "gzip", "br"]);
	const headers = { "content-type": "application/json", "content-encoding": encoding };
	return { method: "POST", headers, body: [piece, piece.subarray(0, 1)], isChunked: true, hangsUp: true };
}

/** Under these paths the functions emulator asks after a function. Nobody answers there in production. */
function emulatorPath(random: Random): Made {
	const path: string = random.pick(["/__/", "/__/health", "/__/quitquitquit", "/__//../", "/__/%2e%2e/?secret=x"]);
	return { ...random.pick([compressed, slow, hungChunks, (of: Random) => bytes(changedBytes(of))])(random), path };
}

const BOMB = gzipSync(Buffer.alloc(20 * MEGABYTE, "["));

function wrongLength(random: Random): Made {
	const request = bytes(validBytes(random));
	const length = request.body[0]?.length ?? 0;
	const claimedLength = random.pick([0, 1, length - 1, length + 1, 10 * MEGABYTE]);
	// A body that is shorter than it claims would be waited for.
	return { ...request, claimedLength, hangsUp: claimedLength > length };
}

function slow(random: Random): Made {
	const whole = validBytes(random);
	const middle = random.integer(1, whole.length - 1);
	return { ...bytes(whole), body: [whole.subarray(0, 1), whole.subarray(1, middle), whole.subarray(middle)] };
}
