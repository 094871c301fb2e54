import {
	DEVICE_RETENTION_DAYS,
	deviceRetentionDays,
	EXTRA_ACTIONS,
	MAX_NEW_DEVICES_PER_DAY,
	names,
	RETENTION_DAYS,
} from "../../functions/src/config.ts";
import { createCount } from "../../functions/src/counters/createCount.ts";
import type { openFirestore } from "../../functions/src/firestore/client.ts";
import { deployedSetting } from "./deployedSetting.ts";
import { settingDefault } from "./settingDefault.ts";

/**
 * Makes a function that counts events as the functions of a project do, by the settings with which they were deployed.
 *
 * @param tracksDevices False counts events by what they say alone, and writes no device.
 */
export function deployedCount(db: ReturnType<typeof openFirestore>, project: string, tracksDevices: boolean) {
	const numberOf = (setting: typeof RETENTION_DAYS) =>
		Number(deployedSetting(project, setting.name) ?? settingDefault(setting));
	return createCount(db, {
		extraActions: names.parse(deployedSetting(project, EXTRA_ACTIONS.name) ?? ""),
		deviceRetentionDays: deviceRetentionDays({
			RETENTION_DAYS: numberOf(RETENTION_DAYS),
			DEVICE_RETENTION_DAYS: numberOf(DEVICE_RETENTION_DAYS),
		}),
		maxNewDevicesPerDay: numberOf(MAX_NEW_DEVICES_PER_DAY),
		onTooManyDevices: (appId) =>
			console.error(
				`${appId} has more new devices today than ${MAX_NEW_DEVICES_PER_DAY.name}: further ones don't count.`,
			),
		tracksDevices,
		now: Date.now,
		onMalformed: (problem) => console.error(`An event is malformed and counts as nothing: ${problem}`),
	});
}
