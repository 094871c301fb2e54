/**
 * Serves one function on a free port of the loopback address, with the framework that Cloud Run serves it with, and tells
 * its parent the port. The framework's own command takes no host and would listen on every address.
 *
 * The argument is the file of the module that exports the function, FUNCTION_TARGET its name.
 */
import { pathToFileURL } from "node:url";
import { cloudEvent, http } from "@google-cloud/functions-framework";
import { getTestServer } from "@google-cloud/functions-framework/testing";
import { LOOPBACK } from "../cli/addresses.ts";

/** What the Firebase SDK attaches to a function to say how it is triggered. */
type DeployedFunction = ((...request: unknown[]) => Promise<void>) & {
	__endpoint: { httpsTrigger?: object; scheduleTrigger?: object };
};

const target = process.env["FUNCTION_TARGET"] ?? "";
const [, , module = ""] = process.argv;
const functions: Record<string, DeployedFunction> = await import(pathToFileURL(module).href);
const deployed = functions[target];
if (deployed === undefined) throw new Error(`${module} exports no "${target}".`);

// Cloud Scheduler starts a run by a request.
if (deployed.__endpoint.httpsTrigger || deployed.__endpoint.scheduleTrigger) http(target, deployed);
else cloudEvent(target, deployed);

const server = getTestServer(target).setTimeout(0);
server.listen(0, LOOPBACK, () => {
	// So does the framework's own command.
	process.on("SIGTERM", () => process.exit());
	const address = server.address();
	process.send?.(typeof address === "object" ? address?.port : undefined);
});
process.once("disconnect", () => process.exit());
