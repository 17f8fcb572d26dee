// answer.mjs WORD: answers each request on descriptor 3 with WORD and its process id; ends on SIGTERM, unless WORD is "stubborn".
import { createServer } from "node:http";

const [word] = process.argv.slice(2);
const server = createServer((_request, response) => {
  response.setHeader("connection", "close");
  response.end(JSON.stringify({ word, pid: process.pid }));
});
server.listen({ fd: 3 });
process.on("SIGTERM", () => word !== "stubborn" && server.close());
