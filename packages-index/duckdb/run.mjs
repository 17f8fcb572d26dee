// run.mjs MAIN: runs SQL in a DuckDB database of its own, in memory; prints each result as lines of values between bars.
import { readFileSync } from "node:fs";
import { DuckDBInstance } from "@duckdb/node-api";

// What the library calls QUERY_RESULT: the others are a count of changed rows, or nothing.
const ROWS = 3;
const print = (line) => process.stdout.write(`${line}\n`);
const instance = await DuckDBInstance.create(":memory:", { threads: "2", memory_limit: "400MB" });
const connection = await instance.connect();
try {
  const statements = await connection.extractStatements(readFileSync(process.argv[2], "utf8"));
  for (let index = 0; index < statements.count; index++) {
    const prepared = await statements.prepare(index);
    const reader = await prepared.runAndReadAll();
    if (reader.returnType !== ROWS) continue;
    print(reader.columnNames().join("|"));
    for (const row of reader.getRows()) print(row.map((value) => value ?? "").join("|"));
  }
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
