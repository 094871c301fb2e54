/** An event as the plugin sends it, with these fields instead or besides. */
export function validEvent(appId: string, fields: object = {}): Readonly<Record<string, unknown>> {
	return {
		app_id: appId,
		device_id: "0b5f3a52-6c1e-4a43-9d53-0d8f1d1c9a11",
		platform: "android",
		action: "set",
		version_name: "3.4.7",
		version_build: "3.4.0",
		version_code: "30400",
		version_os: "15",
		plugin_version: "8.51.14",
		...fields,
	};
}
