import type { LookupAddress } from "node:dns";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { type AddressPolicy, checkUrl, isAllowedAddress } from "./address.ts";

/** What became of an attempt to send a message. A reason names neither the URL nor the address: they are credentials. */
export type Outcome =
	| { readonly ok: true }
	| {
			readonly ok: false;
			readonly reason: string;
			/** The receiver says that it is there no more. */
			readonly isGone: boolean;
	  };

/** What a webhook gets. */
export type Post = {
	readonly url: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
};

/** What sending needs of the world. */
export type PostOptions = AddressPolicy & {
	/** All the addresses of a host name. */
	readonly lookup: (host: string) => Promise<readonly LookupAddress[]>;
	/** An attempt takes no longer than this, in milliseconds. */
	readonly timeLimitMs: number;
};

const GONE = 410;

/**
 * Sends a message once. The name is looked up once, all of its addresses must be public, and the connection goes to one of
 * those that were checked. A redirect is not followed: it may lead anywhere.
 */
export async function post(message: Post, options: PostOptions): Promise<Outcome> {
	const checked = checkUrl(message.url, options);
	if (!checked.ok) return failure(`its URL ${checked.problem}`);
	const timeLimit = AbortSignal.timeout(options.timeLimitMs);
	try {
		const addresses = await inTime(options.lookup(checked.host), timeLimit);
		if (!addresses.every(({ address }) => isAllowedAddress(address, options))) {
			return failure("its name leads to an address that is not public");
		}
		return outcomeOf(await send(checked.url, message, addresses, timeLimit));
	} catch (error) {
		if (timeLimit.aborted) return failure(`it did not answer in ${options.timeLimitMs / 1_000} seconds`);
		return failure(`it could not be reached (${codeOf(error)})`);
	}
}

/** Resolves to the status of the answer, whose body is not read. */
function send(
	url: URL,
	{ headers, body }: Post,
	addresses: readonly LookupAddress[],
	signal: AbortSignal,
): Promise<number> {
	const { promise, resolve, reject } = Promise.withResolvers<number>();
	const request = (url.protocol === "https:" ? requestHttps : requestHttp)(
		url,
		{
			method: "POST",
			headers: {
				"content-type": "application/json",
				"content-length": Buffer.byteLength(body),
				"user-agent": "capacitor-updater-statistics",
				...headers,
			},
			// A connection of its own: one that is kept could belong to an address that was checked for another name.
			agent: false,
			lookup: lookupOf(addresses),
			signal,
		},
		(response) => {
			resolve(response.statusCode ?? 0);
			response.on("error", () => {}).destroy();
		},
	);
	request.on("error", reject).end(body);
	return promise;
}

/** Answers the connection's question with the addresses that were checked. */
function lookupOf(addresses: readonly LookupAddress[]): LookupFunction {
	return (_host, { all }, callback) => {
		const [first] = addresses;
		if (first === undefined) callback(new Error("The name has no address."), "");
		else if (all) callback(null, [...addresses]);
		else callback(null, first.address, first.family);
	};
}

async function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
	const { promise, reject } = Promise.withResolvers<never>();
	signal.addEventListener("abort", () => reject(signal.reason), { once: true });
	return Promise.race([work, promise]);
}

function outcomeOf(status: number): Outcome {
	if (status >= 200 && status < 300) return { ok: true };
	if (status === GONE) return { ok: false, reason: "it answered 410: it is there no more", isGone: true };
	const isRedirect = status >= 300 && status < 400;
	return failure(`it answered ${status}${isRedirect ? ", a redirect, which is not followed" : ""}`);
}

function failure(reason: string): Outcome {
	return { ok: false, reason, isGone: false };
}

/** What Node says of a connection names the address: its code doesn't. */
function codeOf(error: unknown): string {
	return error instanceof Error && "code" in error ? String(error.code) : "no reason given";
}
