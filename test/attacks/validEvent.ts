/** An event that every stats URL takes. */
export const VALID_EVENT = {
	platform: "android",
	device_id: "0b5f3a52-6c1e-4a43-9d53-0d8f1d1c9a11",
	app_id: "com.example.attacked",
	version_build: "3.4.0",
	version_code: "30400",
	version_os: "15",
	version_name: "3.4.7",
	old_version_name: "3.4.6",
	plugin_version: "8.51.14",
	is_emulator: false,
	is_prod: true,
	action: "set",
} as const;
