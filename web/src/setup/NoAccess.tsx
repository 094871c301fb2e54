import type { User } from "../session/useSession.ts";
import { ViewHeading } from "../ui/ViewHeading.tsx";

type NoAccessProps = { readonly user: User; readonly app: string | undefined };

/** Tells a user who is no member of the app, or of any, who can add them and how. It ends by itself once they are. */
export function NoAccess({ user, app }: NoAccessProps) {
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
			<div class="code">
				{/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
				<section tabIndex={0} aria-label="Command that adds you">
					<pre>{`npm run member -- add --app ${app ?? "YOUR.APP.ID"} --email ${who}`}</pre>
				</section>
			</div>
			<p class="muted">This page changes by itself as soon as you are added.</p>
		</section>
	);
}
