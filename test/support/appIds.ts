import { randomUUID } from "node:crypto";

/** An app id that no other test has: tests share one database. */
export function newAppId(): string {
	return `com.example.${randomUUID()}`;
}
