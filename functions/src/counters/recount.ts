import {
	type DocumentReference,
	type DocumentSnapshot,
	FieldPath,
	FieldValue,
	type Firestore,
	type Query,
	type Timestamp,
} from "@google-cloud/firestore";
import { appPath, COLLECTIONS, versionPath } from "../firestore/paths.ts";
import { countEvents, MAX_EVENTS_PER_COMMIT } from "./countEvents.ts";
import { readStoredEvent, type StoredEvent } from "./storedEvent.ts";
import { tally } from "./tally.ts";

/** Events read at a time: enough to be fast, few enough to stay in memory whatever their size. */
const PAGE_SIZE = 1_000;
