// What all views share comes first: a view's own rules, which come with it, refine it.
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/components.css";
import "./styles/layout.css";

import { render } from "preact";
import { App } from "./App.tsx";
import { NavigationProvider } from "./address/navigation.tsx";
import { connectBackend } from "./session/backend.ts";
import { Notice } from "./ui/Notice.tsx";
import { applyTheme, storedTheme } from "./ui/theme.ts";

const root = document.getElementById("app");
if (root === null) throw new Error("index.html has no element #app.");

applyTheme(storedTheme());
connectBackend().then(
	(backend) =>
		render(
			<NavigationProvider>
				<App backend={backend} />
			</NavigationProvider>,
			root,
		),
	(error: unknown) =>
		render(
			<Notice title="The page can't reach its project">
				{error instanceof Error ? error.message : String(error)}
			</Notice>,
			root,
		),
);
