import { readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { ROOT } from "../../../scripts/cli/steps.ts";

type Step = { uses?: string; run?: string; with?: Readonly<Record<string, unknown>> };

type Workflow = {
	on: { push?: { branches?: string[] } };
	concurrency: { "cancel-in-progress": boolean };
	permissions: Readonly<Record<string, string>>;
	jobs: Readonly<Record<string, { steps: readonly Step[] }>>;
};

const workflow: Workflow = parse(readFileSync(path.join(ROOT, "docs/github-actions.yml"), "utf8"));
const deployment = readFileSync(path.join(ROOT, "docs/deployment.md"), "utf8");
const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
const indexOf = (isIt: (step: Step) => boolean) => steps.findIndex(isIt);

describe("the GitHub Actions workflow", () => {
	it("runs on one branch, the one that Google lets in, and breaks no deployment off", () => {
		expect(workflow.on.push?.branches).to.deep.equal(["main"]);
		expect(deployment).to.include("assertion.ref == 'refs/heads/main'");
		expect(workflow.concurrency["cancel-in-progress"]).to.equal(false);
	});

	it("is known by GitHub's token alone, and may change nothing at GitHub", () => {
		expect(workflow.permissions).to.deep.equal({ contents: "read", "id-token": "write" });
		expect(JSON.stringify(workflow)).not.to.match(/secrets\.|credentials_json|FIREBASE_TOKEN/);
	});

	it("signs in as the account and by the provider that the commands of the documentation make", () => {
		const { with: given = {} } = steps.find(({ uses }) => uses?.startsWith("google-github-actions/auth@")) ?? {};
		const [, pool] = /workload-identity-pools create (\S+)/.exec(deployment) ?? [];
		const [, provider] = /providers create-oidc (\S+)/.exec(deployment) ?? [];
		const [, account] = /service-accounts create (\S+)/.exec(deployment) ?? [];
		expect(given["workload_identity_provider"]).to.equal(
			`projects/123456789012/locations/global/workloadIdentityPools/${pool}/providers/${provider}`,
		);
		expect(given["service_account"]).to.equal(`${account}@your-project.iam.gserviceaccount.com`);
	});

	it("tests before it signs in, and then deploys without a question and without --force", () => {
		const order = [
			indexOf(({ uses }) => uses?.startsWith("actions/checkout@") === true),
			indexOf(({ run }) => run === "npm test"),
			indexOf(({ uses }) => uses?.startsWith("google-github-actions/auth@") === true),
			indexOf(({ run }) => run?.startsWith("npm run deploy -- ") === true),
		];
		expect(order).not.to.include(-1);
		expect(order).to.deep.equal(order.toSorted((a, b) => a - b));
		const { run } = steps[order[3] ?? -1] ?? {};
		expect(run).to.include("--non-interactive").and.not.to.include("--force");
	});

	it("runs only scripts that there are", () => {
		const { scripts } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8"));
		const run = steps.flatMap((step) => step.run?.match(/(?<=npm run )[\w:]+/g) ?? []);
		expect(Object.keys(scripts)).to.include.members([...run, "test"]);
	});
});
