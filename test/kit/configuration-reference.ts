/** docs/CONFIGURATION.md, written from the schema: nothing in it can differ from what is validated. */

import { INACTIVE } from "../../src/config/not-active.ts";
import { formatPath } from "../../src/config/problem.ts";
import { configSchema } from "../../src/config/schema.ts";
import type { Setting } from "../../src/config/setting-table.ts";
import { settingTable } from "../../src/config/setting-table.ts";
import { ENVIRONMENT_VARIABLES } from "../../src/config/source/environment-variables.ts";

const HEAD = `# Configuration

<!-- Written from src/config by \`npx vitest run test/unit/config/configuration-reference.test.ts -u\`; the test fails while it is not current. -->

LipService reads YAML (JSON is YAML), in the shape of the OpenTelemetry Collector's configuration. Every setting has a default; only a PostHog project API key is required. \`lipservice validate --config FILE\` checks a file, \`lipservice print-config\` prints the effective configuration, and \`lipservice print-config --schema\` prints a JSON Schema for editors. Terms are defined in [GLOSSARY.md](GLOSSARY.md).

## Where settings come from

In order of precedence: \`--set a.b=c\`, then \`--config\` files (the last one wins; maps are merged by key, lists are replaced), then the variables below, then defaults. \`--config env:NAME\` reads YAML from a variable. Unknown keys are errors. An empty value (\`key:\`) means the default.

| variable | setting |
|---|---|
${ENVIRONMENT_VARIABLES.map(({ name, path }) => `| \`${name}\` | \`${path.join(".")}\` |`).join("\n")}

\`NAME_FILE\` holds the path of a file with the value and takes precedence over \`NAME\`. An empty variable counts as not set.

## Values

- \`\${env:NAME}\` is replaced by a variable, \`\${env:NAME:-default}\` by the default when the variable is not set or empty, \`\${file:/path}\` by the content of a file without its final line break, and \`$$\` by a dollar sign. They work inside any value, quoted or not. A variable that is not set and has no default is an error. The inserted text stays one text: it cannot add keys, and is not substituted again.
- Sizes: \`64MiB\`, \`900KB\`, \`512Mi\`, \`1.5GiB\`, or a plain number of bytes. KB, MB, GB are powers of 1000, KiB, MiB, GiB of 1024.
- Durations: \`500ms\`, \`30s\`, \`1h30m\`, \`30d\`, or a plain number of seconds.
- Endpoints: \`127.0.0.1:4317\`, \`localhost:4317\`, \`[::1]:4317\`, \`:4317\` for every interface; port 0 takes a free port. An endpoint that is not on loopback needs authentication, or \`insecure_listen: true\`.
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

These settings are checked but not implemented yet; a start with one of them gives a warning.

| setting | what happens instead |
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
