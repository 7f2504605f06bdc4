import assert from "node:assert/strict";
import { serve } from "../../api/served";

describe("the routes that an API serves", () => {
  const services = { flask: { routes: [{ key: "ANY /a", auth: "users", scopes: [] }] } };
  const serving = (others: string[]): string[] => {
    const { table } = serve({ cors: true, own: false, auth: "none", others, services });
    return [...table.keys()].map(({ key }) => key);
  };

  it("are divided beside those of other stacks, whatever those were allowed to be called", () => {
    const divided = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"].map((method) => `${method} /a`);
    assert.deepEqual(serving([]), divided);
    assert.deepEqual(
      serving(["PUT /a"]),
      divided.filter((key) => key !== "PUT /a"),
    );
    // As another program made them: no request comes to these.
    assert.deepEqual(serving(["GET /./a", "no key"]), divided);
  });
});
