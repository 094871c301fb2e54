import { shellWord } from "../../shared/shellWord.ts";
import { LOOPBACK, PORTS } from "./addresses.ts";

/** The command that shows what the server behind a stats URL counted for an app. */
export function reportCommand(statsUrl: string, appId: string): string {
	const report = `npm run report -- --app ${shellWord(appId)}`;
	const { hostname, port } = new URL(statsUrl);
	if (![LOOPBACK, "localhost", "[::1]"].includes(hostname)) return `${report} --project your-project`;
	const isStandard = [PORTS.functions, PORTS.hosting].some(({ standard }) => String(standard) === port);
	return isStandard ? `${report} --emulator` : `${report}   (after the variables that npm start printed)`;
}
