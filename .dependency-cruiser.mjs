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
  // Not on the product's path: PostHog's stand-in, the load generator (tests, demo, benchmarks) and the web console.
  standin: platform,
  loadgen: platform,
  console: ["model"],
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

export default {
  forbidden: [
    ...directionRules,
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
      comment: "The stand-in, the load generator and the console are not parts of the running product",
      from: { path: "^src/compose" },
      to: { path: "^(src/(standin|loadgen|console)|cmd)/" },
    },
    {
      name: "product-never-imports-tests",
      severity: "error",
      from: { path: "^(src|cmd)/" },
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
      from: { path: "^(src|cmd)/" },
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
