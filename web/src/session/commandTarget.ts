import { shellWord } from "../../../shared/shellWord.ts";
import type { Backend } from "./backend.ts";

/** The options that point one of the project's commands to where the page reads, as a shell takes them. */
export function commandTarget({ db, isEmulated }: Pick<Backend, "db" | "isEmulated">): string {
	return isEmulated ? "--emulator" : `--project ${shellWord(db.app.options.projectId ?? "")}`;
}
