/** The layers of src, the topmost first: a folder imports only from rows below its own, and never sideways. */
const ROWS = [
  ["cli"],
  ["doctor"],
  ["daemon"],
  ["http"],
  ["workflows"],
  ["cluster"],
  ["queue"],
  ["jobs", "packages"],
  [
    "runtimes",
    "slots",
    "submissions",
    "jail",
    "judge",
    "access",
    "artifacts",
    "compiled",
    "metrics",
    "attacks",
    "callbacks",
  ],
  ["api", "config"],
  ["errors", "schema"],
];

function layerRule(folder, rowsBelow) {
  return {
    name: `layer-${folder}`,
    comment: `src/${folder} imports only from: ${rowsBelow.flat().join(", ") || "itself"}`,
    severity: "error",
    from: { path: `^src/${folder}/` },
    to: { path: "^src/", pathNot: `^src/(${[folder, ...rowsBelow.flat()].join("|")})/` },
  };
}

export default {
  forbidden: [
    ...ROWS.flatMap((row, index) => row.map((folder) => layerRule(folder, ROWS.slice(index + 1)))),
    {
      name: "known-folder",
      comment: "every file of src lies in a folder that has a row",
      severity: "error",
      from: { path: "^src/", pathNot: `^src/(${ROWS.flat().join("|")})/` },
      to: {},
    },
    {
      name: "product-alone",
      comment: "what runs at users' machines needs nothing of what only developers have",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^(test|bench|scripts)/" },
    },
    {
      name: "no-cycle",
      comment: "calls go down, values come up",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-orphan",
      comment: "a file that nothing imports and that imports nothing is no part of the product",
      severity: "error",
      from: { orphan: true, pathNot: "^src/(cli/main|queue/sqlite-worker)\\.ts$" },
      to: {},
    },
    {
      name: "no-unresolved",
      comment: "an import that leads nowhere hides where it would have led",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    // Types count: a layer that knows a type of the one above it knows too much.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
    },
  },
};
