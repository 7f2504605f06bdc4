import assert from "node:assert/strict";
import { main } from "../../commands/deploy";
import { recorded, withAws } from "../deploy/aws";
import { exported } from "../deploy/exported";
import { prod } from "../deploy/outside";

describe("npm run deploy", function () {
  this.timeout(30_000);

  describe("in this process", () => {
    /** One at whose update the services are told of, on a terminal or in a pipe. */
    async function watch(args: string[], isTTY: boolean, yes?: boolean) {
      const [written, runs] = [{ stdout: "", stderr: "" }, [] as string[]];
      let heard: () => void = () => undefined;
      const progress = new Promise<void>((resolve) => (heard = resolve));
      const io = {
        stdout: { isTTY, write: (text: string) => (written.stdout += text) },
        stderr: {
          write: (text: string) => {
            written.stderr += text;
            if (text.includes("new tasks")) heard();
          },
        },
      };
      const answers = { ...recorded("in-progress"), ListTasks: [{ taskArns: [] }] };
      const code = await withAws(answers, (fake) =>
        main(args, io, {
          pulumi: {
            run: async (asked) => {
              runs.push(asked.join(" "));
              if (asked[0] === "up") await progress;
              return 0;
            },
            ask: ([word]) => Promise.resolve({ code: 0, answer: word === "stack" ? exported({}) : "{}" }),
          },
          clients: () => fake.clients(),
          aws: () => () => Promise.reject(new Error("no CLI")),
          rest: (_, signal) => new Promise((done) => (signal.aborted ? done() : setTimeout(done, 5).unref())),
          sleep: () => Promise.resolve(),
          notReady: () => Promise.resolve([]),
          confirm: yes === undefined ? undefined : () => Promise.resolve(yes),
        }),
      );
      return { code, runs, ...written };
    }
    const told = /flask: 0 of 2 new tasks of \S+:8 run, 0 healthy; 2 old\n/;

    it("says what its services are at while Pulumi waits for them, in a pipe", async () => {
      const { code, runs, stderr } = await watch(prod, false);
      assert.deepEqual([code, runs], [0, ["up --stack prod --yes"]]);
      assert.match(stderr, told);
    });

    it("and on a terminal, where Pulumi draws its preview alone and then writes lines", async () => {
      const lines = "--non-interactive --suppress-progress";
      const asked = await watch(["--stack", "prod"], true, true);
      const update = `up --stack prod --yes --skip-preview ${lines}`;
      assert.deepEqual([asked.code, asked.runs], [0, ["preview --stack prod", update]]);
      assert.match(asked.stderr, told);
      const unasked = await watch(prod, true, true);
      assert.deepEqual([unasked.code, unasked.runs], [0, [`up --stack prod --yes ${lines}`]]);
      assert.match(unasked.stderr, told);
    });

    it("a no: 1, and nothing but the preview was run", async () => {
      const { code, runs, stderr } = await watch(["--stack", "prod"], true, false);
      assert.deepEqual([code, runs], [1, ["preview --stack prod"]]);
      assert.equal(stderr, "Nothing was changed.\n");
    });
  });
});
