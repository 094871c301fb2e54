/**
 * Ids that many phones have in common. Nothing can be said of "the device" behind one.
 *
 * - Only zeros: what a plugin sends where it has no id, and iOS as its advertising id without consent:
 *   https://developer.apple.com/documentation/adsupport/asidentifiermanager/advertisingidentifier
 * - `9774d56d682e549c`: the Android id of a faulty generation of phones: https://issuetracker.google.com/issues/36918840
 */
const SHARED_ID = /^(?:[0-]+|9774d56d682e549c)$/;

/** Whether many phones share a device id, in lower case. */
export function isSharedDeviceId(deviceId: string): boolean {
	return SHARED_ID.test(deviceId);
}
