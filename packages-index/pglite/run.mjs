// run.mjs MAIN: runs SQL in a fresh PostgreSQL database, and prints results as psql does without alignment.
import { readFileSync } from "node:fs";
import { PGlite, protocol } from "@electric-sql/pglite";

const print = (line) => process.stdout.write(`${line}\n`);
const loadDataDir = new Blob([readFileSync(new URL("data.tar", import.meta.url))]);
const db = await PGlite.create({ loadDataDir });
const query = protocol.serialize.query(readFileSync(process.argv[2], "utf8"));
const { messages } = await db.execProtocol(query, { throwOnError: false });
for (const { name, fields, text, severity, message } of messages) {
  if (name === "rowDescription") print(fields.map((field) => field.name).join("|"));
  else if (name === "dataRow") print(fields.join("|"));
  else if (name === "notice") process.stderr.write(`${severity}:  ${message}\n`);
  else if (name === "error") {
    process.stderr.write(`ERROR:  ${message}\n`);
    process.exitCode = 3;
  } else if (name === "commandComplete" && !text.startsWith("SELECT")) print(text);
}
// An open one keeps the process alive.
await db.close();
