/**
 * say-hello --url URL: runs the first test of every language that the server has, and prints what came back. Exits 1 when one
 * did not say what its definition expects. The key is CRANKCASE_KEY.
 */
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { installedVariables } from "../src/cli/installed-variables.ts";
import { loadConfig } from "../src/config/load-config.ts";
import { sayHello } from "./install/say-hello.ts";

const { values } = parseArgs({ options: { url: { type: "string" } } });
const env = { ...(await installedVariables()), ...process.env };
const { config } = await loadConfig({ flags: {}, env, projectDir: dirname(import.meta.dirname) });
const good = await sayHello({ url: values.url ?? "", key: process.env.CRANKCASE_KEY, folders: config });
process.exitCode = good ? 0 : 1;
