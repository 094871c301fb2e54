import { validEvent } from "../support/validEvent.ts";

/** The valid event that attacks are made of. */
export const VALID_EVENT = validEvent("com.example.attacked", {
	old_version_name: "3.4.6",
	is_emulator: false,
	is_prod: true,
});
