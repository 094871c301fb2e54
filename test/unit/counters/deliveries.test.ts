import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect } from "chai";
import { createDeliveryAnswer, isDelivery } from "../../../functions/src/counters/deliveries.ts";
import { createdEvent } from "../../support/cloudEvent.ts";

const time = { seconds: 1_795_000_000, nanoseconds: 0 };
const document = { path: "apps/a/devices/d/events/e", fields: { action: "set" }, createTime: time, updateTime: time };
const { headers, body } = createdEvent("demo-stats", "delivery-1", document);

describe("isDelivery", () => {
	const isOne = (method: string, ofHeaders: Readonly<Record<string, string>>) =>
		isDelivery({ method, headers: ofHeaders } as unknown as IncomingMessage);

	it("knows the CloudEvent that Firestore announces a document with", () => {
		expect(isOne("POST", headers)).to.equal(true);
	});

	it("leaves every other request to the hosting server", () => {
		expect(isOne("GET", headers)).to.equal(false);
		expect(isOne("POST", { ...headers, "content-type": "application/json" })).to.equal(false);
		for (const name of ["ce-id", "ce-source", "ce-specversion", "ce-type"]) {
			const { [name]: _, ...others } = headers;
			expect(isOne("POST", others), name).to.equal(false);
		}
	});
});

describe("The answer to a delivery", () => {
	let server: Server;
	let run: (event: object) => unknown;
	const failure = Promise.withResolvers<unknown>();

	before(async () => {
		const answer = createDeliveryAnswer((event) => run(event));
		server = createServer((request, response) => answer(request, response).catch(failure.resolve));
		server.listen(0, "127.0.0.1");
		await once(server, "listening");
	});
	after(() => {
		server.closeAllConnections();
		server.close();
	});

	async function deliver(more: Readonly<Record<string, string>> = {}) {
		const { port } = server.address() as AddressInfo;
		const sent = { method: "POST", headers: { ...headers, ...more }, body: Buffer.from(body) };
		return (await fetch(`http://127.0.0.1:${port}`, sent)).status;
	}

	it("is 204 once the function is done with the whole CloudEvent", async () => {
		const events: object[] = [];
		run = async (event) => events.push(event);
		expect(await deliver({ traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" })).to.equal(204);
		expect(events).to.deep.equal([
			{
				specversion: "1.0",
				id: "delivery-1",
				type: "google.cloud.firestore.document.v1.created",
				source: headers["ce-source"],
				subject: "documents/apps/a/devices/d/events/e",
				time: headers["ce-time"],
				datacontenttype: "application/protobuf",
				dataschema: headers["ce-dataschema"],
				location: "us-central1",
				project: "demo-stats",
				database: "(default)",
				namespace: "(default)",
				document: "apps/a/devices/d/events/e",
				traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
				data: Buffer.from(body),
			},
		]);
	});

	it("is 500 when the function rejects or throws, so that the event is delivered again", async () => {
		run = () => Promise.reject(new Error("not now"));
		expect(await deliver()).to.equal(500);
		run = () => {
			throw new Error("not now");
		};
		expect(await deliver()).to.equal(500);
	});

	it("never comes for a delivery that is cut off, of which the function sees nothing", async () => {
		run = () => expect.fail("The function ran.");
		const { port } = server.address() as AddressInfo;
		const socket = connect({ host: "127.0.0.1", port });
		const arrived = once(server, "request");
		socket.write("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf");
		await arrived;
		socket.destroy();
		expect(String(await failure.promise)).to.equal("Error: aborted");
	});
});
