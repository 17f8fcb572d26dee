/**
 * say-hello --url URL: runs the first test of every language that the server has, and prints what came back. Exits 1 when one
 * did not say what its definition expects. The key is CRANKCASE_KEY.
 */
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { sayHello } from "./install/say-hello.ts";

const { values } = parseArgs({ options: { url: { type: "string" } } });
const runtimesDir = join(dirname(import.meta.dirname), "runtimes");
const good = await sayHello({ url: values.url ?? "", key: process.env.CRANKCASE_KEY, runtimesDir });
process.exitCode = good ? 0 : 1;
