import type { Family } from "../../../functions/src/releases/judgeRelease.ts";

/** What happened to the devices that a release is bad by. */
export const HAPPENED: Readonly<Record<Family, string>> = {
	updates: "failed",
	crashes: "crashed",
	downloads: "could not download it",
};
