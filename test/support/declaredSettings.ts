import { declaredParams } from "../../functions/node_modules/firebase-functions/lib/params/index.js";
import "../../functions/src/config.ts";

/** The settings that are declared, secrets too, each with the value that it is deployed with where nobody sets it. */
export const DECLARED_SETTINGS: ReadonlyMap<string, unknown> = new Map(
	declaredParams.map(({ name, options }) => [name, "default" in options ? options.default : undefined]),
);
