/**
 * The direction of dependencies, as a table: a folder may import itself and the folders named in its row, nothing else.
 * `npm run deps` fails on an arrow that is not in the table, on a folder that has no row, and on cycles (type-only
 * imports count: they couple readers as much as code).
 */
const foundation = ["model", "core"];
const platform = [...foundation, "config", "telemetry", "runtime"];
const edges = ["receivers", "exporters", "queue", "history", "fleet", "control", "admin", "pipeline", "replay"];

/** Folder of src/ -> the other folders of src/ it may import. Edges never import each other: they meet in compose.ts. */
const layers = {
  model: [],
  core: ["model"],
  config: foundation,
  telemetry: foundation,
  runtime: foundation,
  ...Object.fromEntries(edges.map((edge) => [edge, platform])),
  // What compose.ts is made of: it alone sees the edges side by side.
  assembly: [...platform, ...edges],
  // Not on the product's path: the web console.
  console: ["model"],
};

/**
 * Rooms of a folder -> the rooms beside them that they may import. A room may import the folders that its own folder
 * may import as well; files that stand beside the rooms (`sampler.ts`, `signature-stage.ts`) join them and may import all.
 */
const rooms = {
  "src/core": {
    math: [],
    otlp: ["math"],
    "otlp-json": ["otlp"],
    estimate: ["math"],
    patterns: ["math"],
    anomaly: ["math", "patterns"],
    summaries: ["math", "otlp", "patterns"],
    signature: ["math", "otlp"],
    sampling: ["math", "otlp", "patterns", "anomaly", "summaries"],
    request: ["otlp", "sampling"],
    context: ["math", "otlp", "patterns", "summaries", "signature", "sampling", "request"],
    engine: ["math", "otlp", "patterns", "anomaly", "summaries", "signature", "sampling", "request", "context"],
  },
  "src/core/otlp": { wire: [], index: ["wire"], encode: ["wire", "index"] },
  "src/core/signature": { mask: [], table: ["mask"], learn: ["mask", "table"] },
  "src/core/sampling": {
    rules: [],
    shares: [],
    plan: ["rules", "shares"],
    budget: ["shares", "plan"],
    decide: ["rules", "shares", "plan", "budget"],
  },
};

const folders = Object.keys(layers);
const anyOf = (names) => `^src/(${names.join("|")})/`;

const directionRules = folders.map((folder) => ({
  name: `${folder}-imports-only-${layers[folder].join("-") || "itself"}`,
  severity: "error",
  comment: `src/${folder} may import ${[folder, ...layers[folder]].join(", ")}`,
  from: { path: anyOf([folder]) },
  to: { path: "^(src|cmd)/", pathNot: anyOf([folder, ...layers[folder]]) },
}));

/** `rules` may import nothing of `plan`: one row a room, over the rooms of its own folder alone. */
const roomRules = Object.entries(rooms).flatMap(([parent, table]) =>
  Object.entries(table).map(([room, allowed]) => {
    const forbidden = Object.keys(table).filter((other) => other !== room && !allowed.includes(other));
    return {
      name: `${parent.replaceAll("/", "-")}-${room}-stays-below`,
      severity: "error",
      comment: `${parent}/${room} may import ${[room, ...allowed].join(", ")}`,
      from: { path: `^${parent}/${room}/` },
      to: { path: `^${parent}/((${["-", ...forbidden].join("|")})/|[^/]+$)`, pathNot: `^${parent}/settings\\.ts$` },
    };
  }),
);

export default {
  forbidden: [
    ...directionRules,
    ...roomRules,
    {
      name: "every-room-has-a-row",
      severity: "error",
      comment: "Add the room to the table of rooms in .dependency-cruiser.mjs",
      from: {},
      to: {
        path: `^(${Object.keys(rooms).join("|")})/[^/]+/`,
        pathNot: Object.entries(rooms).map(([parent, table]) => `^${parent}/(${Object.keys(table).join("|")})/`),
      },
    },
    {
      name: "tools-use-the-platform",
      severity: "error",
      comment:
        "The stand-in and the load generator are separate programs: they share formats with the product, no parts",
      from: { path: "^tools/" },
      to: { path: "^(src|cmd|test)/", pathNot: anyOf(platform) },
    },
    {
      name: "tools-stay-apart",
      severity: "error",
      from: { path: "^tools/([^/]+)/" },
      to: { path: "^tools/", pathNot: "^tools/$1/" },
    },
    {
      name: "only-commands-and-tests-import-tools",
      severity: "error",
      comment: "Nobody meets the stand-in or the load generator on the product's own path",
      from: { path: "^src/" },
      to: { path: "^tools/" },
    },
    {
      name: "commands-stand-on-their-parts",
      severity: "error",
      comment: "cmd/cli holds what commands share; it knows none of them",
      from: { path: "^cmd/cli/", pathNot: "^cmd/cli/(cli|verb-table)\\.ts$" },
      to: { path: "^cmd/verbs/" },
    },
    {
      name: "admin-client-only-reads",
      severity: "error",
      comment: "How a client reads the admin port's answers is pure: it needs their shapes, not the server",
      from: { path: "^src/admin/client/" },
      to: { pathNot: "^src/(admin/(client|shapes)|config|model)/" },
    },
    {
      name: "every-folder-has-a-row",
      severity: "error",
      comment: "Add the folder to the table of layers in .dependency-cruiser.mjs",
      from: {},
      to: { path: "^src/[^/]+/", pathNot: anyOf(folders) },
    },
    {
      name: "only-cmd-and-tests-import-compose",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^src/compose" },
    },
    {
      name: "compose-stays-the-product",
      severity: "error",
      comment: "The console, the tools and the commands are not parts of the running product",
      from: { path: "^src/compose" },
      to: { path: "^(src/console|tools|cmd)/" },
    },
    {
      name: "product-never-imports-tests",
      severity: "error",
      from: { path: "^(src|cmd|tools)/" },
      to: { path: "^(test|bench)/" },
    },
    {
      name: "core-is-pure",
      severity: "error",
      comment: "The core computes: no runtime modules, and hashing is the only package it uses",
      from: { path: anyOf(["model", "core"]) },
      to: { dependencyTypes: ["core", "npm", "npm-dev", "npm-optional", "npm-peer"], pathNot: "node_modules/@noble/" },
    },
    {
      name: "product-uses-declared-dependencies",
      severity: "error",
      from: { path: "^(src|cmd|tools)/" },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"], pathNot: "node_modules/@types/" },
    },
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    { name: "every-import-resolves", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^dist/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"] },
  },
};
