import assert from "node:assert/strict";
import * as fc from "fast-check";
import { callOrder, Caller, reachedName, reachedServices, urlVariable } from "../../rules/reach";

const calls = (services: Record<string, string[]>): Record<string, Caller> =>
  Object.fromEntries(
    Object.entries(services).map(([name, reach]) => [name, { reach: reach.map((service) => ({ service })) }]),
  );

const names = ["a", "b", "c", "d", "e"];
const anyCalls = fc
  .tuple(...names.map(() => fc.uniqueArray(fc.constantFrom(...names))))
  .map((all) =>
    calls(Object.fromEntries(names.map((name, i) => [name, all[i]!.filter((other) => other !== name)]))),
  );

/** Whether one calls the other, itself or by others. */
function leads(
  services: Record<string, Caller>,
  from: string,
  to: string,
  seen = new Set<string>(),
): boolean {
  if (seen.has(from)) return false;
  seen.add(from);
  return services[from]!.reach.some(({ service }) => service === to || leads(services, service, to, seen));
}

describe("services that reach each other", () => {
  it("are told by a variable and called by another name", () => {
    assert.equal(urlVariable("orders"), "ORDERS_URL");
    assert.equal(urlVariable("order-book-2"), "ORDER_BOOK_2_URL");
    assert.equal(reachedName("orders", 8000), "orders-8000");
  });

  it("are those that somebody names", () => {
    assert.deepEqual([...reachedServices(calls({ a: ["b"], b: [], c: ["b", "a"] }))].sort(), ["a", "b"]);
  });

  it("are made after those that they call", () => {
    assert.deepEqual(callOrder(calls({ web: ["cart"], cart: ["stock"], stock: [] })), [
      "stock",
      "cart",
      "web",
    ]);
    assert.deepEqual(callOrder(calls({ a: ["b"], b: ["a"], c: [] })), ["b", "a", "c"]);
  });

  it("are all made once, each after what it calls where that does not lead back", () => {
    fc.assert(
      fc.property(anyCalls, (services) => {
        const order = callOrder(services);
        assert.deepEqual([...order].sort(), names);
        for (const [name, { reach }] of Object.entries(services)) {
          for (const { service } of reach) {
            if (leads(services, service, name)) continue;
            assert.ok(
              order.indexOf(service) < order.indexOf(name),
              `${name} before ${service}: ${order.join()}`,
            );
          }
        }
      }),
    );
  });
});
