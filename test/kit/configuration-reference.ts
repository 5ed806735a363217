/** docs/CONFIGURATION.md, written from the schema: nothing in it can differ from what is validated. */

import { INACTIVE } from "../../src/config/not-active.ts";
import { formatPath } from "../../src/config/problem.ts";
import { configSchema } from "../../src/config/schema.ts";
import type { Setting } from "../../src/config/setting-table.ts";
import { settingTable } from "../../src/config/setting-table.ts";
import { ENVIRONMENT_VARIABLES } from "../../src/config/source/environment-variables.ts";

const HEAD = `# Configuration

<!-- Written from src/config by \`npx vitest run test/unit/config/configuration-reference.test.ts -u\`; the test fails while it is not current. -->

LipService reads YAML (JSON is YAML), in the shape of the OpenTelemetry Collector's configuration. Every setting has a default; a PostHog project API key is all that must be given. Check a file with \`lipservice validate --config FILE\`, see what is in force with \`lipservice print-config\`, and get a JSON Schema for editors with \`lipservice print-config --schema\`.

## Where settings come from

From strong to weak: \`--set a.b=c\`, then \`--config\` files (the last beats the first; maps merge by key, lists replace), then the variables below, then defaults. \`--config env:NAME\` reads YAML from a variable. Unknown keys are errors. A value that is left empty (\`key:\`) means the default.

| variable | stands for |
|---|---|
${ENVIRONMENT_VARIABLES.map(({ name, path }) => `| \`${name}\` | \`${path.join(".")}\` |`).join("\n")}

\`NAME_FILE\` holds the path of a file with the value and beats \`NAME\`. An empty variable counts as not set.

## Values

- \`\${env:NAME}\` stands for a variable, \`\${env:NAME:-default}\` has a default for when it is not set or empty, \`\${file:/path}\` stands for the content of a file without its final line break, \`$$\` for a dollar sign. They work inside any value, quoted or not. A variable that is not set and has no default is an error. What is brought in stays one text: it can add no keys, and is not substituted again.
- Sizes: \`64MiB\`, \`900KB\`, \`512Mi\`, \`1.5GiB\`, or a plain number of bytes. KB, MB, GB are powers of 1000, KiB, MiB, GiB of 1024.
- Durations: \`500ms\`, \`30s\`, \`1h30m\`, \`30d\`, or a plain number of seconds.
- Endpoints: \`127.0.0.1:4317\`, \`localhost:4317\`, \`[::1]:4317\`, \`:4317\` for every interface; port 0 takes a free one. Whatever is not on loopback needs authentication, or \`insecure_listen: true\`.
- Secrets are printed as \`[redacted]\` everywhere.
- In paths below, \`[]\` is an item of a list and \`NAME\` a key of your choice.

## Settings
`;

export function configurationReference(): string {
  const settings = settingTable(configSchema());
  const sections = settings.filter(({ path }) => !path.includes("."));
  return `${HEAD}${sections.map((section) => sectionText(section, settings)).join("")}${inactiveText()}`;
}

function inactiveText(): string {
  const rows = INACTIVE.map(({ path, instead }) => `| \`${formatPath(path)}\` | ${instead} |`);
  if (rows.length === 0) return "";
  return `
## Read, but not active in this version

These settings are checked, and starting with one of them warns: nothing is served by them yet.

| setting | until then |
|---|---|
${rows.join("\n")}
`;
}

function sectionText(section: Setting, settings: readonly Setting[]): string {
  const inside = settings.filter(({ path }) => path.startsWith(`${section.path}.`));
  const rows = inside.map(rowOf).join("\n");
  return `
### ${section.path}

${section.about}

| setting | default | what it does | wanted | why |
|---|---|---|---|---|
${rows}
`;
}

function rowOf(setting: Setting): string {
  const cells = [`\`${setting.path}\``, defaultOf(setting), setting.about, setting.wanted, setting.why];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function defaultOf(setting: Setting): string {
  if (setting.required) return "required";
  if (setting.kind !== "value" || setting.default === undefined) return "";
  return setting.default === "" ? "empty" : `\`${String(setting.default)}\``;
}
