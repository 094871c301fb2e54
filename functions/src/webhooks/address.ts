import { BlockList, isIP, isIPv4 } from "node:net";

/** Whether a webhook may lead to the machine itself. Only an emulator allows that. */
export type AddressPolicy = { readonly allowsLoopback: boolean };

/** Sources: https://www.iana.org/assignments/iana-ipv4-special-registry, and multicast. */
const SPECIAL_IPV4 = [
	["0.0.0.0", 8],
	["10.0.0.0", 8],
	["100.64.0.0", 10],
	["127.0.0.0", 8],
	["169.254.0.0", 16],
	["172.16.0.0", 12],
	["192.0.0.0", 24],
	["192.0.2.0", 24],
	["192.88.99.0", 24],
	["192.168.0.0", 16],
	["198.18.0.0", 15],
	["198.51.100.0", 24],
	["203.0.113.0", 24],
	["224.0.0.0", 4],
	["240.0.0.0", 4],
] as const;

/**
 * Public IPv6 addresses are those of 2000::/3 without these, which are for tests and documents, or hold an IPv4 address
 * that they lead to. Sources: https://www.iana.org/assignments/ipv6-unicast-address-assignments,
 * https://www.iana.org/assignments/iana-ipv6-special-registry
 */
const GLOBAL_IPV6 = ["2000::", 3] as const;
const SPECIAL_IPV6 = [
	["2001::", 23],
	["2001:db8::", 32],
	["2002::", 16],
	["3fff::", 20],
] as const;

const special = new BlockList();
for (const [address, prefix] of SPECIAL_IPV4) special.addSubnet(address, prefix, "ipv4");
for (const [address, prefix] of SPECIAL_IPV6) special.addSubnet(address, prefix, "ipv6");

const globalIpv6 = new BlockList();
globalIpv6.addSubnet(...GLOBAL_IPV6, "ipv6");

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** The end of names that no public server has: https://www.iana.org/assignments/special-use-domain-names, and clouds' own. */
const PRIVATE_NAMES = /(^|\.)(localhost|local|internal|lan|home\.arpa|test|invalid|example)$/;

/** A webhook's URL that was checked, or what is wrong with it. A problem never repeats the URL: it is a credential. */
export type CheckedUrl =
	| { readonly ok: true; readonly url: URL; readonly host: string }
	| { readonly ok: false; readonly problem: string };

/**
 * Checks what can be known of a URL before its name is looked up: it is https, and names no machine of a private network.
 * The addresses that its name has are for {@link isAllowedAddress}, each time that something is sent.
 */
export function checkUrl(text: string, policy: AddressPolicy): CheckedUrl {
	const url = URL.parse(text);
	if (url === null) return problem("is not a URL");
	const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
	const isOwnMachine = policy.allowsLoopback && (host === "localhost" || isLoopback(host));
	if (url.protocol !== "https:" && !(isOwnMachine && url.protocol === "http:"))
		return problem("must begin with https:");
	if (url.username !== "" || url.password !== "") return problem("must hold no user name or password");
	if (isIP(host) !== 0 && !isAllowedAddress(host, policy)) return problem("leads to an address that is not public");
	if (!isOwnMachine && isIP(host) === 0 && isPrivateName(host)) return problem("names no public server");
	return { ok: true, url, host };
}

/** Whether a webhook may be sent to an IP address. */
export function isAllowedAddress(address: string, { allowsLoopback }: AddressPolicy): boolean {
	return isPublic(address) || (allowsLoopback && isLoopback(address));
}

function isPublic(address: string): boolean {
	if (isIPv4(address)) return !special.check(address, "ipv4");
	// An IPv4 address in the form of an IPv6 one (::ffff:127.0.0.1) is none of the global ones.
	return isPlainIpv6(address) && globalIpv6.check(address, "ipv6") && !special.check(address, "ipv6");
}

function isLoopback(address: string): boolean {
	return isIPv4(address) ? loopback.check(address, "ipv4") : isPlainIpv6(address) && loopback.check(address, "ipv6");
}

/** An address with a zone (fe80::1%eth0) is of a link. */
function isPlainIpv6(address: string): boolean {
	return isIP(address) === 6 && !address.includes("%");
}

function isPrivateName(host: string): boolean {
	return !host.includes(".") || PRIVATE_NAMES.test(host);
}

function problem(text: string): CheckedUrl {
	return { ok: false, problem: text };
}
