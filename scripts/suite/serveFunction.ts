/**
 * Serves one built function on a free port of the loopback address, with the framework that Cloud Run serves it with, and
 * tells its parent the port. The framework's own command takes no host and would listen on every address.
 *
 * FUNCTION_TARGET names the function. The working folder holds the built functions.
 */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { cloudEvent, http } from "@google-cloud/functions-framework";
import { getTestServer } from "@google-cloud/functions-framework/testing";
import { LOOPBACK } from "./ports.ts";

/** What the Firebase SDK attaches to a function to say how it is triggered. */
type DeployedFunction = ((...request: unknown[]) => Promise<void>) & { __endpoint: { httpsTrigger?: object } };

const target = process.env["FUNCTION_TARGET"] ?? "";
const functions: Record<string, DeployedFunction> = await import(pathToFileURL(path.resolve("lib/index.js")).href);
const deployed = functions[target];
if (deployed === undefined) throw new Error(`The functions export no "${target}".`);

if (deployed.__endpoint.httpsTrigger) http(target, deployed);
else cloudEvent(target, deployed);

const server = getTestServer(target).setTimeout(0);
server.listen(0, LOOPBACK, () => {
	const address = server.address();
	process.send?.(typeof address === "object" ? address?.port : undefined);
});
process.once("disconnect", () => process.exit());
