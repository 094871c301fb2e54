/** A user of the Auth emulator who can sign in with one click. The local suite creates them. */
export type DemoUser = {
	readonly uid: string;
	readonly email: string;
	/** It protects nothing: it exists on the Auth emulator alone. */
	readonly password: string;
	readonly name: string;
	/** `member` reads {@link DEMO_APP}; `operator` reads every app; `stranger` reads none. */
	readonly role: "member" | "operator" | "stranger";
};

/** The app that the simulator fills and that the demo member reads. */
export const DEMO_APP = "com.example.shop";

export const DEMO_USERS: readonly DemoUser[] = [
	{
		uid: "demo-member",
		email: "member@example.com",
		password: "demo-password",
		name: "demo member",
		role: "member",
	},
	{
		uid: "demo-operator",
		email: "operator@example.com",
		password: "demo-password",
		name: "demo operator",
		role: "operator",
	},
	{
		uid: "demo-stranger",
		email: "stranger@example.com",
		password: "demo-password",
		name: "somebody who is no member",
		role: "stranger",
	},
];
