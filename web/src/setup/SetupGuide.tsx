import { CodeBlock } from "../ui/CodeBlock.tsx";
import { ViewHeading } from "../ui/ViewHeading.tsx";
import "./setup.css";

/** What to do while there is nothing to show. The page changes by itself when the first event was counted. */
export function SetupGuide({ app }: { readonly app: string | undefined }) {
	const statsUrl = `${location.origin}/stats`;
	const appId = app ?? "com.example.shop";
	return (
		<section class="card guide">
			<ViewHeading title="Set up">
				{app === undefined ? "No app has sent anything yet" : `Nothing from ${app} yet`}
			</ViewHeading>
			<p class="working">
				<span class="pulse" aria-hidden="true" /> Waiting for the first event. This page changes by itself.
			</p>
			<ol class="steps">
				<li>
					<h2>Point the plugin here</h2>
					<p>
						Set this URL as <code>statsUrl</code> in your app's <code>capacitor.config.ts</code>:
					</p>
					<CodeBlock name="Plugin configuration" code={pluginSnippet(appId, statsUrl)} />
				</li>
				<li>
					<h2>Build and start the app</h2>
					<p>
						Run <code>npx cap sync</code>, then start the app on a device. The plugin reports by itself from then on.
					</p>
				</li>
				<li>
					<h2>Or send a first event by hand</h2>
					<CodeBlock name="First event" code={firstEvent(appId, statsUrl)} />
					<p class="muted">
						The answer is <code>{'{"status":"ok"}'}</code>. Where the backend asks for a secret, add{" "}
						<code>?secret=…</code> to the URL in both places.
					</p>
				</li>
			</ol>
		</section>
	);
}

function pluginSnippet(appId: string, statsUrl: string): string {
	return `const config: CapacitorConfig = {
  appId: ${JSON.stringify(appId)},
  plugins: {
    CapacitorUpdater: {
      statsUrl: ${JSON.stringify(statsUrl)},
    },
  },
};`;
}

function firstEvent(appId: string, statsUrl: string): string {
	const event = {
		app_id: appId,
		device_id: "00000000-0000-4000-8000-000000000001",
		platform: "android",
		action: "set",
		version_name: "1.0.0",
		version_build: "1.0.0",
		version_code: "1",
		version_os: "16",
		plugin_version: "8.51.14",
		is_prod: true,
	};
	// Within single quotes of a shell a quote ends the text, so it is closed, escaped and opened again.
	const body = JSON.stringify(event).replaceAll("'", `'\\''`);
	return `curl -H 'Content-Type: application/json' \\\n  -d '${body}' \\\n  ${statsUrl}`;
}
