import { step } from "./sent-workflow.ts";

/** Oftener than a job can be interrupted by a test. */
const retry = 10;

const item = { args: [{ item: true }] };

/** What each step does takes a while, so that there is a middle. */
const SLEEP = "sleep 0.3";

/** Twelve steps: two fan-outs, one that fails at times and is run again, a failed branch with what mends it. */
export const twelveSteps: readonly object[] = [
  step("list", `${SLEEP}; seq 1 8`, { retry }),
  step("square", `${SLEEP}; echo $(($1 * $1))`, { retry, for_each: { from: "list" } }, item),
  step(
    "sum",
    `${SLEEP}; s=0; while read -r n; do s=$((s + n)); done; echo $s`,
    { retry },
    { stdin: { from: "square" } },
  ),
  step("flaky", `${SLEEP}; test $((RANDOM % 3)) = 0 && exit 1; echo luck`, { retry }),
  step("table", `${SLEEP}; echo '{"rows": ["x", "y z", "ä"]}' | tee table.json`, { retry }),
  step(
    "rows",
    `${SLEEP}; echo "<$1>" > out.txt; cat out.txt`,
    { retry, for_each: { from: "table", json: "/rows" } },
    item,
  ),
  step("files", `${SLEEP}; cat`, { retry }, { stdin: { from: "rows", artifact: "out.txt", as: "json" } }),
  step("lint", `${SLEEP}; echo 'line 3' >&2; exit 2`, { retry: 1 }),
  step("publish", "echo never", { needs: ["lint"] }),
  step(
    "report",
    `${SLEEP}; cat`,
    { retry, when: { step: "lint", is: "failed" } },
    { stdin: { from: "lint", take: "stderr", default: "line 3\n" } },
  ),
  step(
    "big",
    `${SLEEP}; test "$SUM" -gt 200 && echo big`,
    { retry, when: { step: "sum", equals: "204" } },
    { environment: { SUM: { from: "sum" } } },
  ),
  step(
    "all",
    `${SLEEP}; cat; echo "$@"`,
    { retry, needs: ["flaky"] },
    {
      stdin: { from: "files", json: "/1" },
      args: [{ from: "sum" }, { from: "report" }, { from: "big" }],
    },
  ),
];
