import { openAuth } from "../../functions/admin/members/authClient.ts";
import type { InvitedUser } from "../../functions/admin/members/invitedUser.ts";
import {
	addMember,
	emailSchema,
	listMembers,
	removeMember,
	roleSchema,
} from "../../functions/admin/members/members.ts";
import { addOperator, listOperators, removeOperator } from "../../functions/admin/members/operators.ts";
import { appPath } from "../../functions/src/firestore/paths.ts";
import { type On, runOnData } from "../cli/dataCommand.ts";
import { ExplainedError } from "../cli/explainedError.ts";
import { chosenCommand, required } from "../cli/parseArguments.ts";

const USAGE = `Says who may read the statistics of an app.

Usage: npm run member -- add    --app ID --email ADDRESS [--role viewer|admin]
       npm run member -- remove --app ID --email ADDRESS
       npm run member -- list   --app ID
       npm run member -- add | remove | list --operator [--email ADDRESS]

  --app ID         the app
  --email ADDRESS  whom; somebody who never signed in is let in when they first do
  --role ROLE      viewer (the default) reads the app; admin reads its list of members too
  --operator       instead of one app, every app of the project. Adding works from the next sign-in
                   on, removing within an hour; for the members of an app both work at once`;

const COMMANDS = ["add", "remove", "list"] as const;

type Command = (typeof COMMANDS)[number];

await runOnData({
	usage: USAGE,
	allowPositionals: true,
	services: ["firestore", "auth"],
	options: {
		app: { type: "string" },
		email: { type: "string" },
		role: { type: "string", default: "viewer" },
		operator: { type: "boolean" },
	},
	read: (values, positionals) => ({ command: chosenCommand(positionals, COMMANDS), values }),
	run: ({ command, values }, { db, target: { projectId } }) => {
		const auth = openAuth(projectId);
		return values.operator
			? manageOperators(command, values.email, auth)
			: manageMembers(command, values, { db, auth });
	},
});

type Auth = ReturnType<typeof openAuth>;

type MemberStores = { readonly db: On["db"]; readonly auth: Auth };

type MemberOptions = {
	readonly app?: string | undefined;
	readonly email?: string | undefined;
	readonly role: string;
};

async function manageMembers(command: Command, options: MemberOptions, { db, auth }: MemberStores): Promise<number> {
	const appId = required(options.app, "app");
	switch (command) {
		case "add": {
			const email = readEmail(options.email);
			const role = readRole(options.role);
			explainRefusal(await addMember({ db, auth }, { appId, email, role }, new Date()), email);
			console.log(`${email} is ${role} of ${appId}.`);
			await askAboutUnknown(db, appId);
			return 0;
		}
		case "remove": {
			const email = readEmail(options.email);
			const removed = await removeMember(db, appId, email);
			console.log(removed > 0 ? `${email} reads ${appId} no more.` : `${email} was no member of ${appId}.`);
			return 0;
		}
		case "list": {
			const members = await listMembers(db, appId);
			for (const { email, role } of members) console.log(`${role.padEnd(8)}${email}`);
			if (members.length === 0) console.log(`${appId} has no members.`);
			await askAboutUnknown(db, appId);
			return 0;
		}
	}
}

/** Says so when an app sent nothing: its id may be misspelt. */
async function askAboutUnknown(db: On["db"], appId: string): Promise<void> {
	const { exists } = await db.doc(appPath(appId)).get();
	if (!exists) console.error(`${appId} sent nothing yet. Is the app's id right?`);
}

async function manageOperators(command: Command, address: string | undefined, auth: Auth): Promise<number> {
	switch (command) {
		case "add": {
			const email = readEmail(address);
			explainRefusal(await addOperator(auth, email), email);
			console.log(`${email} reads every app from the next sign-in on.`);
			return 0;
		}
		case "remove": {
			const email = readEmail(address);
			const wasOperator = await removeOperator(auth, email);
			console.log(wasOperator ? `${email} is no operator in an hour at the latest.` : `${email} was no operator.`);
			return 0;
		}
		case "list": {
			const operators = await listOperators(auth);
			console.log(operators.join("\n") || "There are no operators.");
			return 0;
		}
	}
}

function explainRefusal(invited: InvitedUser, email: string): void {
	if (invited.ok) return;
	throw new ExplainedError(
		`${email} signed up but never showed that the address is theirs: have them sign in with Google, or verify it.`,
	);
}

function readEmail(address: string | undefined): string {
	const email = emailSchema.safeParse(required(address, "email"));
	if (email.success) return email.data;
	throw new ExplainedError(`--email is ${address}: give an email address.`);
}

function readRole(value: string) {
	const role = roleSchema.safeParse(value);
	if (role.success) return role.data;
	throw new ExplainedError(`--role is ${value}: give ${roleSchema.options.join(" or ")}.`);
}
