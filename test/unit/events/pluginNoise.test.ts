import { expect } from "chai";
import { isPluginNoise } from "../../../functions/src/events/pluginNoise.ts";

describe("isPluginNoise", () => {
	const noisy = ["5.2.35", "5.9.5", "6.0.0", "6.3.30", "6.14.24", "7.0.50", "7.16.9", "7.16.9-beta.1"];
	for (const plugin_version of noisy) {
		it(`discards a download_fail of plugin ${plugin_version}`, () => {
			expect(isPluginNoise({ action: "download_fail", plugin_version })).to.equal(true);
		});
	}

	const trusted = [
		"3.3.20",
		"4.6.2",
		"4.61.11",
		"5.0.0",
		"5.43.3",
		"5.50.2",
		"6.14.25",
		"6.51.16",
		"7.0.0",
		"7.17.0",
		"7.17.0-beta.1",
		"7.100.0",
		"8.0.0",
		"8.51.23",
		"9.0.0",
		"10.0.0",
	];
	for (const plugin_version of trusted) {
		it(`believes a download_fail of plugin ${plugin_version}`, () => {
			expect(isPluginNoise({ action: "download_fail", plugin_version })).to.equal(false);
		});
	}

	for (const plugin_version of ["0.0.1", "0.0.6", "0.1.0"]) {
		it(`believes a download_fail of the Electron plugin ${plugin_version}`, () => {
			expect(isPluginNoise({ action: "download_fail", plugin_version })).to.equal(false);
		});
	}

	for (const plugin_version of [undefined, null, "", "unknown", "v7.1.0", "7", "7.1"]) {
		it(`believes a download_fail of a plugin whose version is ${JSON.stringify(plugin_version)}`, () => {
			expect(isPluginNoise({ action: "download_fail", plugin_version })).to.equal(false);
		});
	}

	for (const action of ["set", "set_fail", "update_fail", "download_complete", "download_manifest_file_fail"]) {
		it(`discards no ${action}, however old the plugin`, () => {
			expect(isPluginNoise({ action, plugin_version: "5.9.5" })).to.equal(false);
		});
	}
});
