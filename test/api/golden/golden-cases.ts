import { NOT_FOUND } from "./common-cases.ts";
import { type GoldenCase, get, post } from "./golden-case.ts";
import { v1Cases } from "./v1-cases.ts";
import { v2Cases } from "./v2-cases.ts";

/** Every message and every order of the contract with Piston's clients. */
export const GOLDEN: readonly GoldenCase[] = [
  get("/", { message: "Crankcase v1.2.3" }),
  get("/nope", NOT_FOUND, 404),
  post("/nope", "{", 404, NOT_FOUND),
  post("/nope", "<a/>", 404, NOT_FOUND, { headers: { "content-type": "application/xml" } }),
  get("/%zz", NOT_FOUND, 404),
  get("/api/v2/%zz", NOT_FOUND, 404),
  ...["/api/v2", "/api/v2/piston"].flatMap(v2Cases),
  ...["", "/api/v1/piston"].flatMap(v1Cases),
];
