import { describe, expect, it } from "vitest";
import { ServiceShares } from "../../../../../src/core/sampling/shares/service-shares.ts";
import { ServiceTable } from "../../../../../src/core/sampling/shares/service-table.ts";

const BUDGET = 1000;

/** Services of equal size, loud where ERRORs are many; demands as told, bytes a second. */
function share(demand: readonly number[], errors: readonly number[], total = BUDGET, least = 200) {
  const services = new ServiceTable({ maxServices: 8, services: new Map() });
  for (let s = 0; s < demand.length; s++) services.rowOf(`service-${s}`);
  services.baseline.fill(400);
  for (const [s, bytes] of errors.entries()) services.rate[s] = bytes > 10_000 ? bytes : 400;
  const shares = new ServiceShares(services);
  const pad = (values: readonly number[]): Float64Array => {
    const padded = new Float64Array(services.capacity);
    padded.set(values);
    return padded;
  };
  const result = shares.shareOut(pad(demand), pad(errors), BUDGET / 2, total, least);
  const of = (values: Float64Array): number[] => [...values.slice(0, demand.length)].map(Math.round);
  return { ...result, draws: of(shares.draw), lanes: of(shares.errors) };
}

describe("shares of services", () => {
  it("are fair, and what one does not need is the others'", () => {
    expect(share([5000, 5000], [0, 0])).toMatchObject({ draws: [500, 500], errorsCut: false });
    expect(share([5000, 100], [0, 0])).toMatchObject({ draws: [900, 100] });
  });

  it("keep ERRORs whole while they fit half of their service's share", () => {
    expect(share([5000, 5000], [200, 0])).toMatchObject({ lanes: [200, 0], draws: [300, 500], errorsCut: false });
  });

  it("make who gets loud with ERRORs pay out of his own share: the others give a twentieth at most", () => {
    const { draws, lanes, errorsCut } = share([5000, 5000, 5000, 5000], [90_000, 0, 0, 0]);
    expect(errorsCut).toBe(true);
    expect(lanes[0]).toBeGreaterThanOrEqual(125);
    for (const draw of draws.slice(1)) expect(draw).toBeGreaterThan(0.94 * 250);
  });

  it("give ERRORs what the rest cannot use", () => {
    expect(share([0], [90_000], BUDGET, 0).lanes).toEqual([1000]);
  });

  it("keep ERRORs and the least draw when there is nothing else to spend", () => {
    const { lanes, draws } = share([5000, 5000], [200, 0], 0, 100);
    expect(lanes).toEqual([200, 0]);
    expect(draws.reduce((sum, draw) => sum + draw, 0)).toBeGreaterThan(60);
    expect(draws.reduce((sum, draw) => sum + draw, 0)).toBeLessThanOrEqual(101);
  });
});

/** Peers of equal size; each service's input bytes a second by peer, over ten minutes. */
function sharePeers(sent: readonly (readonly number[])[], demand: readonly number[], total = BUDGET) {
  const services = new ServiceTable({ maxServices: 64, services: new Map() });
  for (let second = 0; second < 600; second++) {
    for (const [peer, bytes] of sent.entries()) {
      services.selectSender(peer);
      for (const [s, sum] of bytes.entries()) {
        services.rowOf(`service-${s}`);
        services.tickBytes[s] = sum;
      }
    }
    services.tick(1);
  }
  const shares = new ServiceShares(services);
  const padded = new Float64Array(services.capacity);
  padded.set(demand);
  const none = new Float64Array(services.capacity);
  shares.setDemand(padded, none);
  shares.shareOut(padded, none, BUDGET / 2, total, 200);
  const factors = services.senders.present.map(({ ordinary }) => ordinary.factor[0] ?? 0);
  return { draws: [...shares.draw.slice(0, demand.length)].map(Math.round), factors, shares };
}

describe("shares of peers", () => {
  it("come before those of their services: names bring nothing", () => {
    const names = Array.from({ length: 20 }, () => 20);
    const { draws } = sharePeers([[400], [0, ...names]], [5000, ...names.map(() => 500)]);
    expect(draws[0]).toBe(500);
    for (const draw of draws.slice(1)) expect(draw).toBe(25);
  });

  it("are the others' where a peer does not need its own", () => {
    expect(sharePeers([[400], [0, 400]], [5000, 100]).draws).toEqual([900, 100]);
  });

  it("of one name are of who says it: what another says under it is asked of his own share", () => {
    const { draws, factors } = sharePeers([[400], [3600]], [10_000]);
    expect(draws).toEqual([1000]);
    // A tenth of what comes, and by the root of its size a quarter of what is kept; the other has the rest.
    expect(factors[0]).toBeCloseTo(2.5, 1);
    expect(factors[1]).toBeCloseTo(0.833, 2);
  });

  it("also share out other things", () => {
    const { shares } = sharePeers([[400], [0, 200, 200]], [5000, 5000, 5000]);
    const share = new Float64Array(65);
    shares.shareOther(
      300,
      Float64Array.from({ length: 65 }, (_, s) => (s < 3 ? 500 : 0)),
      share,
    );
    expect([...share.slice(0, 3)].map(Math.round)).toEqual([150, 75, 75]);
  });
});
