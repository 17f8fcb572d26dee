import { c, java, javascript, python } from "../program.ts";
import { COLD } from "./bench-server.ts";
import { helloLine } from "./hello-line.ts";
import type { Line } from "./line.ts";

const BACK_TO_BACK =
  "One client whose next request follows the last answer at once: what a run ahead saves its caller is paid on the other core, so that a rate above what the pools refill shows here. The paused row has time to refill.";

const COMPILED =
  "The source stays the same and the nonce is the program's input, so that the compile stage's files are kept and every run is a new one. Raw has its files compiled by the same executioner.";

/** The latency of one hello over HTTP, by language and by how its run is started. */
export const helloLines: readonly Line[] = [
  helloLine({
    name: "python-cold",
    title: "Python hello over HTTP, cold interpreter",
    program: python,
    settings: COLD,
    mostRatio: 1.35,
    isAhead: false,
    isKept: false,
    notes: ["`interpreters_ahead: false`; ready jails as by default."],
  }),
  helloLine({
    name: "python-ahead",
    title: "Python hello over HTTP, interpreter ahead",
    program: python,
    mostRatio: 0.6,
    isAhead: true,
    isKept: false,
    notes: [BACK_TO_BACK],
  }),
  helloLine({
    name: "javascript-ahead",
    title: "JavaScript hello over HTTP, interpreter ahead",
    program: javascript,
    mostRatio: 0.4,
    isAhead: true,
    isKept: false,
    notes: ["Raw is `node ./main.js` of the same package.", BACK_TO_BACK],
  }),
  helloLine({
    name: "java-compiled",
    title: "Java hello over HTTP, compiled before",
    program: java,
    mostRatio: 1.1,
    isAhead: false,
    isKept: true,
    notes: ["Raw is `java` with the executioner's flags.", COMPILED],
  }),
  helloLine({
    name: "c-compiled",
    title: "C hello over HTTP, compiled before",
    program: c,
    mostAboveRawMs: 3,
    isAhead: false,
    isKept: true,
    notes: [COMPILED],
  }),
];
