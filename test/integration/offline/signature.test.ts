/** What the running product tells about signatures: a service whose lines have no patterns. */
import { expect, it } from "vitest";
import type { Health } from "../../../src/admin/shapes/health.ts";
import { productForTest } from "../../kit/product/product.ts";
import { lines, SteadyTraffic } from "../../kit/product/steady-traffic.ts";

/** Letters only: a number would be a value, and all lines one pattern. */
function word(n: number): string {
  return [...String(n * 7919)].map((digit) => "ghklmnprst"[Number(digit)]).join("");
}

it("says in health and metrics when the lines of a service have no patterns, and stops saying so", async () => {
  const running = await productForTest();
  const traffic = new SteadyTraffic(running);
  const prose = (second: number) =>
    lines(1000, (i) => ({ service: "poet", body: `${word(second * 1000 + i)} and ${word(i)} or ${word(second + i)}` }));
  const plain = (second: number) => lines(1000, (i) => ({ service: "poet", body: `page ${second} of ${i}` }));
  const pipeline = async () =>
    (await running.read<Health>("/healthz")).components.find(({ id }) => id === "pipeline")?.state;
  const metric = async (name: string) => (await running.metrics()).get(`lipservice_${name}`)?.samples[0]?.value;

  expect(await metric("patterns_coarse_scopes")).toBe(0);
  await traffic.pass(4, prose);
  expect(await metric("patterns_coarse_scopes")).toBe(1);
  expect(await metric("patterns_coarse_records_total")).toBeGreaterThan(1000);
  expect(await pipeline()).toBe("degraded");

  await traffic.pass(4, plain);
  expect(await metric("patterns_coarse_scopes")).toBe(0);
  expect(await pipeline()).toBe("ok");
});

it("says when a service brings far more new patterns than usual among its ordinary lines", async () => {
  const running = await productForTest();
  const traffic = new SteadyTraffic(running);
  const plain = (second: number) => lines(1000, (i) => ({ service: "shop", body: `page ${second} of ${i}` }));
  const mixed = (second: number) =>
    lines(1000, (i) => {
      const fresh = second * 1000 + i;
      return {
        service: "shop",
        body: i % 3 === 0 ? `${word(fresh)} and ${word(fresh + 17)}` : `page ${second} of ${i}`,
      };
    });
  const health = async () => (await running.read<Health>("/healthz")).components.find(({ id }) => id === "pipeline");
  const collapsed = async () =>
    (await running.metrics()).get("lipservice_patterns_collapsed_services")?.samples[0]?.value;

  await traffic.pass(4, plain);
  expect(await collapsed()).toBe(0);
  await traffic.pass(4, mixed);
  expect(await collapsed()).toBe(1);
  expect((await health())?.state).toBe("degraded");
  expect((await health())?.message).toContain("1 services have a pattern explosion");
});
