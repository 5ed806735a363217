/** Signatures against labelled logs: what the documentation promises of them. Skipped where the data is not there. */
import { describe, expect, it } from "vitest";
import { SignatureStage } from "../../src/core/signature/signature-stage.ts";
import type { GroupingScore } from "../eval/grouping-score.ts";
import { scoreGrouping } from "../eval/grouping-score.ts";
import type { LabelledLine } from "../eval/labelled-logs.ts";
import { dataFolder, LOGHUB_SYSTEMS, loghubContents, trainTicket } from "../eval/labelled-logs.ts";
import { signLine } from "../kit/signing.ts";

const folder = dataFolder();

function scoreOf(lines: readonly LabelledLine[]): GroupingScore {
  const stage = new SignatureStage({
    maxPatterns: 50_000,
    maxBytes: 2048,
    maxServices: 1000,
    hashKey: new Uint8Array(16),
  });
  const online = lines.map((line) => stage.patterns.id(signLine(stage, line.text, line.service, line.severity)));
  const aliases = stage.patterns.aliases();
  return scoreGrouping(
    lines.map((line) => line.truth),
    online.map((id) => aliases.get(id) ?? id),
  );
}

describe.skipIf(folder === undefined)("grouping of labelled logs (needs LIPSERVICE_DATA)", () => {
  it("holds for the systems of LogHub with one configuration", () => {
    const scores = LOGHUB_SYSTEMS.map((system) => scoreOf(loghubContents(folder!, system)));
    const mean = (pick: (score: GroupingScore) => number): number =>
      scores.reduce((sum, score) => sum + pick(score), 0) / scores.length;

    expect(mean((score) => score.GA)).toBeGreaterThan(0.97);
    expect(mean((score) => score.FGA)).toBeGreaterThan(0.93);
    for (const score of scores) expect(score.predictedGroups).toBeLessThan(score.trueGroups * 1.5);
  });

  it("holds for a day of a system of microservices", () => {
    const score = scoreOf(trainTicket(folder!));

    expect(score.GA).toBeGreaterThan(0.85);
    expect(score.FGA).toBeGreaterThan(0.85);
    expect(score.predictedGroups).toBeLessThan(score.trueGroups * 1.5);
  });
});
