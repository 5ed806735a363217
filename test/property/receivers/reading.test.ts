/** However bytes are cut on their way, the same comes out; whatever is reserved is given back. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AdmissionTicket } from "../../../src/model/consumer.ts";
import { ADMISSION_DEFAULTS, InFlightAdmission } from "../../../src/receivers/admission.ts";
import { BodyBuffers } from "../../../src/receivers/body-buffers.ts";
import { MessageAssembler } from "../../../src/receivers/otlp/grpc-framing.ts";
import { RequestBody } from "../../../src/receivers/otlp/request-body.ts";
import { framed } from "../../kit/product/grpc-post.ts";
import { ObservedAdmission } from "../../kit/product/observed-admission.ts";
import { VirtualEnvironment } from "../../kit/virtual-environment.ts";

const content = fc.uint8Array({ maxLength: 400 });
/** Shared by all runs: what an earlier body left in a buffer must not show in a later one. */
const buffers = new BodyBuffers();
const cuts = fc.array(fc.nat(410), { maxLength: 12 });

/** The bytes in pieces, some of them empty. */
function cut(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
  const places = [0, ...at.filter((place) => place <= bytes.length), bytes.length].sort((a, b) => a - b);
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

describe("MessageAssembler", () => {
  it("gives the message back from any cutting, and never from less than all of it", () => {
    fc.assert(
      fc.property(content, cuts, fc.boolean(), (message, at, compressed) => {
        const assembler = new MessageAssembler((length) => length === message.length, buffers);
        const pieces = cut(framed(message, compressed), at);
        const last = pieces.findLastIndex((piece) => piece.length > 0);
        const states = pieces.map((piece) => assembler.push(piece));

        expect(states).toEqual(states.map((_, index) => (index < last ? "reading" : "complete")));
        expect(Buffer.from(assembler.take() ?? "none")).toEqual(Buffer.from(message));
        expect(assembler.compressed).toBe(compressed);
      }),
    );
  });
});

describe("RequestBody", () => {
  it("gives the body back from any cutting, declared or not, and holds no more than it reserved", () => {
    fc.assert(
      fc.property(content, cuts, fc.boolean(), (bytes, at, declared) => {
        let reserved = declared ? bytes.length : 0;
        const body = new RequestBody(
          declared ? bytes.length : undefined,
          {
            maxBytes: 400,
            reserve: (totalBytes) => {
              reserved = Math.max(reserved, totalBytes);
              return true;
            },
          },
          buffers,
        );
        for (const piece of cut(bytes, at)) {
          if (piece.length > 0) expect(body.push(piece)).toBe("ok");
        }

        expect(Buffer.from(body.take())).toEqual(Buffer.from(bytes));
        body.release();
        expect(reserved).toBeGreaterThanOrEqual(bytes.length);
        expect(reserved).toBeLessThanOrEqual(400);
      }),
    );
  });
});

describe("InFlightAdmission", () => {
  const operation = fc.oneof(
    fc.record({ kind: fc.constant("admit" as const), bytes: fc.integer({ min: 1, max: 600 }) }),
    fc.record({ kind: fc.constant("grow" as const), which: fc.nat(20), bytes: fc.nat(2000) }),
    fc.record({ kind: fc.constant("release" as const), which: fc.nat(20) }),
  );

  it("is within its bound but for a lone request, and empty when all were released", () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
        const admission = new ObservedAdmission(
          new InFlightAdmission(
            { ...ADMISSION_DEFAULTS, maxInFlightBytes: 1000, maxRequestBytes: 500, maxInFlightRequests: 8 },
            { queueFill: () => 0, memoryPressure: () => 0, hasMemoryFor: () => true },
            new VirtualEnvironment(),
          ),
        );
        const tickets: AdmissionTicket[] = [];
        for (const step of operations) {
          if (step.kind === "admit") {
            const given = admission.admit(step.bytes);
            if (given.admitted) tickets.push(given);
          } else if (step.kind === "grow") tickets[step.which]?.grow(step.bytes);
          else tickets[step.which]?.release();

          if (admission.inFlightRequests > 1) expect(admission.inFlightBytes).toBeLessThanOrEqual(1000);
          expect(admission.inFlightRequests).toBeLessThanOrEqual(8);
        }
        for (const ticket of tickets) ticket.release();

        const alone = admission.admit(1);
        expect(alone.admitted && admission.admit(999).admitted).toBe(true);
        expect(admission.admit(1).admitted).toBe(false);
      }),
    );
  });
});
