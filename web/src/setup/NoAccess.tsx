import { shellWord } from "../../../shared/shellWord.ts";
import type { Backend } from "../session/backend.ts";
import { commandTarget } from "../session/commandTarget.ts";
import type { User } from "../session/useSession.ts";
import { CodeBlock } from "../ui/CodeBlock.tsx";
import { ViewHeading } from "../ui/ViewHeading.tsx";
import "./setup.css";

type NoAccessProps = { readonly backend: Backend; readonly user: User; readonly app: string | undefined };

/** An app id that stands for one that the page can't know. */
const SOME_APP = "com.example.shop";

/** Tells a user who is no member of the app, or of any, who can add them and how. It ends by itself once they are. */
export function NoAccess({ backend, user, app }: NoAccessProps) {
	const who = user.email ?? user.uid;
	return (
		<section class="card guide">
			<ViewHeading title="No access">
				{app === undefined ? "You are not a member of any app yet" : `You are not a member of ${app}`}
			</ViewHeading>
			<p>
				You are signed in as <strong>{who}</strong>. Only members of an app see its figures.
			</p>
			<h2>Who can add you</h2>
			<p>Whoever runs this backend: it takes access to its Firebase project. Send them this line:</p>
			<CodeBlock name="Command that adds you" code={memberCommand(backend, app ?? SOME_APP, who)} />
			{app === undefined && (
				<p class="muted">
					Put your app's id in place of <code>{SOME_APP}</code>.
				</p>
			)}
			<p class="muted">This page changes by itself as soon as you are added.</p>
		</section>
	);
}

function memberCommand(backend: Backend, app: string, email: string): string {
	return `npm run member -- add --app ${shellWord(app)} --email ${shellWord(email)} ${commandTarget(backend)}`;
}
