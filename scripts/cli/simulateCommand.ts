import { shellWord } from "../../shared/shellWord.ts";
import { LOCAL_STATS_URL } from "./addresses.ts";

/** The command that simulates a fleet with these options, by their names. The stats URL that it sends to anyway is left out. */
export function simulateCommand(options: Readonly<Record<string, string | number | undefined>>): string {
	const given = Object.entries(options).filter(([, value]) => value !== undefined && value !== LOCAL_STATS_URL);
	const words = given.map(([name, value]) => `--${name} ${shellWord(String(value))}`);
	return ["npm run simulate", ...(words.length > 0 ? ["--"] : []), ...words].join(" ");
}
